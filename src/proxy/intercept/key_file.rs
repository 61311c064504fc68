//! A private key as a file: PEM, in the clear or encrypted in the form of PKCS #8 that every `openssl` reads and writes (RFC 5958
//! section 3, RFC 8018 section 6.2): a key from the passphrase by PBKDF2, then AES in CBC mode. So an operator can make,
//! check and rescue the key with a tool that is everywhere.
//!
//! Every copy that is made here is wiped.

use crate::record::base64;
use aws_lc_rs::cipher::{
    AES_128, AES_256, Algorithm as Cipher, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use std::num::NonZeroU32;
use yasna::models::ObjectIdentifier;
use yasna::{ASN1Result, BERReader};
use zeroize::Zeroizing;

/// Rounds for a new file: what OWASP asks of PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet, 2023).
const ROUNDS: u32 = 600_000;
/// The most rounds that a file may ask for: about ten seconds of work.
const MOST_ROUNDS: u32 = 20_000_000;

const PBES2: &[u64] = &[1, 2, 840, 113_549, 1, 5, 13];
const PBKDF2: &[u64] = &[1, 2, 840, 113_549, 1, 5, 12];
const HMAC_SHA1: &[u64] = &[1, 2, 840, 113_549, 2, 7];
const HMAC_SHA256: &[u64] = &[1, 2, 840, 113_549, 2, 9];
const HMAC_SHA512: &[u64] = &[1, 2, 840, 113_549, 2, 11];
const AES128_CBC: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 1, 2];
const AES256_CBC: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 1, 42];

/// Why a key cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// No PEM of a key.
    #[error("this is no private key in PEM")]
    NotAKey,
    /// It is encrypted.
    #[error("the key is encrypted: name the file of its passphrase (`passphrase_file` under [https], or --passphrase-file)")]
    Locked,
    /// The passphrase is not the one.
    #[error("the passphrase does not open the key")]
    WrongPassphrase,
    /// It is encrypted in another way.
    #[error("the key is encrypted in a way that is not read here; `openssl pkcs8 -topk8 -v2 aes-256-cbc` writes one that is")]
    OtherEncryption,
}

/// Is the key in this PEM encrypted?
#[must_use]
pub fn is_encrypted(pem: &str) -> bool {
    pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || pem.contains("Proc-Type: 4,ENCRYPTED")
}

/// The key in DER, opened where it is encrypted.
///
/// # Errors
/// [`KeyProblem`].
pub(super) fn read(pem: &str, passphrase: Option<&[u8]>) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    if pem.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyProblem::OtherEncryption);
    }
    let (label, der) = section(pem).ok_or(KeyProblem::NotAKey)?;
    if label != "ENCRYPTED PRIVATE KEY" {
        return Ok(der);
    }
    open(&der, passphrase.ok_or(KeyProblem::Locked)?)
}

/// The key as PEM, encrypted where there is a passphrase. None when the system gives no randomness.
pub(super) fn write(der: &[u8], passphrase: Option<&[u8]>) -> Option<Zeroizing<String>> {
    let (label, bytes) = match passphrase {
        None => ("PRIVATE KEY", Zeroizing::new(der.to_vec())),
        Some(passphrase) => ("ENCRYPTED PRIVATE KEY", Zeroizing::new(close(der, passphrase)?)),
    };
    let coded = Zeroizing::new(base64::encode(&bytes));
    let mut text = Zeroizing::new(String::with_capacity(coded.len() * 2 + 100));
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    for at in (0..coded.len()).step_by(64) {
        text.push_str(&coded[at..coded.len().min(at + 64)]);
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    Some(text)
}

/// The first section of a private key, with its label.
fn section(pem: &str) -> Option<(&str, Zeroizing<Vec<u8>>)> {
    let mut lines = pem.lines().map(str::trim);
    let label = lines.find_map(|line| {
        let label = line.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
        label.ends_with("PRIVATE KEY").then_some(label)
    })?;
    let mut coded = Zeroizing::new(String::with_capacity(pem.len()));
    for line in lines {
        if let Some(end) = line.strip_prefix("-----END ") {
            let der = base64::decode(&coded).map(Zeroizing::new);
            return der.filter(|_| end.strip_suffix("-----") == Some(label)).map(|der| (label, der));
        }
        coded.push_str(line);
    }
    None
}

/// How a key is encrypted.
struct Scheme {
    salt: Vec<u8>,
    rounds: NonZeroU32,
    hash: pbkdf2::Algorithm,
    cipher: &'static Cipher,
    iv: [u8; 16],
}

impl Scheme {
    /// The cipher's key; slow on purpose.
    fn key(&self, passphrase: &[u8]) -> Option<UnboundCipherKey> {
        let mut key = Zeroizing::new([0; 32]);
        let length = if std::ptr::eq(self.cipher, &AES_128) { 16 } else { 32 };
        pbkdf2::derive(self.hash, self.rounds, &self.salt, passphrase, &mut key[..length]);
        UnboundCipherKey::new(self.cipher, &key[..length]).ok()
    }
}

fn close(der: &[u8], passphrase: &[u8]) -> Option<Vec<u8>> {
    let (mut salt, mut iv) = (vec![0; 16], [0; 16]);
    aws_lc_rs::rand::fill(&mut salt).ok()?;
    aws_lc_rs::rand::fill(&mut iv).ok()?;
    let scheme = Scheme { salt, rounds: NonZeroU32::new(ROUNDS)?, hash: PBKDF2_HMAC_SHA256, cipher: &AES_256, iv };
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(scheme.key(passphrase)?).ok()?;
    // Room for the padding, so that nothing is moved and left behind.
    let mut sealed = Zeroizing::new(Vec::with_capacity(der.len() + 32));
    sealed.extend_from_slice(der);
    let context = EncryptionContext::Iv128(FixedLength::from(scheme.iv));
    key.less_safe_encrypt(&mut *sealed, context).ok()?;
    Some(yasna::construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_sequence(|writer| {
                writer.next().write_oid(&ObjectIdentifier::from_slice(PBES2));
                writer.next().write_sequence(|writer| {
                    writer.next().write_sequence(|writer| {
                        writer.next().write_oid(&ObjectIdentifier::from_slice(PBKDF2));
                        writer.next().write_sequence(|writer| {
                            writer.next().write_bytes(&scheme.salt);
                            writer.next().write_u32(scheme.rounds.get());
                            writer.next().write_sequence(|writer| {
                                writer.next().write_oid(&ObjectIdentifier::from_slice(HMAC_SHA256));
                                writer.next().write_null();
                            });
                        });
                    });
                    writer.next().write_sequence(|writer| {
                        writer.next().write_oid(&ObjectIdentifier::from_slice(AES256_CBC));
                        writer.next().write_bytes(&scheme.iv);
                    });
                });
            });
            writer.next().write_bytes(&sealed);
        });
    }))
}

fn open(der: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let read = yasna::parse_der(der, |reader| {
        reader.read_sequence(|reader| {
            let scheme = read_scheme(reader.next())?;
            Ok((scheme, reader.next().read_bytes()?))
        })
    });
    let (Some(scheme), sealed) = read.map_err(|_| KeyProblem::OtherEncryption)? else { return Err(KeyProblem::OtherEncryption) };
    let mut sealed = Zeroizing::new(sealed);
    let key = scheme.key(passphrase).and_then(|key| PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()).ok_or(KeyProblem::OtherEncryption)?;
    let context = DecryptionContext::Iv128(FixedLength::from(scheme.iv));
    let plain = key.decrypt(&mut sealed, context).map_err(|_| KeyProblem::WrongPassphrase)?;
    // One wrong passphrase in 256 ends in a good padding: a key is a sequence of the right length, and noise is not.
    let whole = yasna::parse_der(plain, |reader| reader.read_tagged_der().map(|der| der.tag() == yasna::tags::TAG_SEQUENCE));
    if whole == Ok(true) { Ok(Zeroizing::new(plain.to_vec())) } else { Err(KeyProblem::WrongPassphrase) }
}

/// The parameters of PBES2; none where they name something that is not known here.
fn read_scheme(reader: BERReader<'_, '_>) -> ASN1Result<Option<Scheme>> {
    reader.read_sequence(|reader| {
        let outer = reader.next().read_oid()?;
        if *outer.components() != PBES2 {
            reader.next().read_tagged_der()?;
            return Ok(None);
        }
        reader.next().read_sequence(|reader| {
            let derivation = reader.next().read_sequence(|reader| {
                if *reader.next().read_oid()?.components() != PBKDF2 {
                    reader.next().read_tagged_der()?;
                    return Ok(None);
                }
                reader.next().read_sequence(|reader| {
                    let (salt, rounds) = (reader.next().read_bytes()?, reader.next().read_u32()?);
                    reader.read_optional(|reader| reader.read_u32())?;
                    let hash = reader.read_optional(|reader| {
                        reader.read_sequence(|reader| {
                            let hash = reader.next().read_oid()?;
                            reader.read_optional(|reader| reader.read_null())?;
                            Ok(hash)
                        })
                    })?;
                    Ok(Some((salt, rounds, hash)))
                })
            })?;
            let (cipher, iv) = reader.next().read_sequence(|reader| Ok((reader.next().read_oid()?, reader.next().read_tagged_der()?)))?;
            Ok(derivation.and_then(|derivation| known(derivation, &cipher, (iv.tag() == yasna::tags::TAG_OCTETSTRING).then(|| iv.value()))))
        })
    })
}

type Derivation = (Vec<u8>, u32, Option<ObjectIdentifier>);

fn known((salt, rounds, hash): Derivation, cipher: &ObjectIdentifier, iv: Option<&[u8]>) -> Option<Scheme> {
    let hash = match hash.as_ref().map_or(HMAC_SHA1, |hash| hash.components().as_slice()) {
        HMAC_SHA1 => PBKDF2_HMAC_SHA1,
        HMAC_SHA256 => PBKDF2_HMAC_SHA256,
        HMAC_SHA512 => PBKDF2_HMAC_SHA512,
        _ => return None,
    };
    let cipher = match cipher.components().as_slice() {
        AES128_CBC => &AES_128,
        AES256_CBC => &AES_256,
        _ => return None,
    };
    let rounds = NonZeroU32::new(rounds).filter(|rounds| rounds.get() <= MOST_ROUNDS)?;
    Some(Scheme { salt, rounds, hash, cipher, iv: iv?.try_into().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_and_read_with_and_without_a_passphrase() {
        let der = vec![0x30, 3, 2, 1, 7];
        let plain = write(&der, None).unwrap();
        assert_eq!(read(&plain, None).unwrap().to_vec(), der);
        let closed = write(&der, Some(b"six words are better than one")).unwrap();
        assert!(is_encrypted(&closed) && !is_encrypted(&plain));
        assert_eq!(read(&closed, Some(b"six words are better than one")).unwrap().to_vec(), der);
        assert_eq!(read(&closed, None), Err(KeyProblem::Locked));
        assert_eq!(read(&closed, Some(b"other")), Err(KeyProblem::WrongPassphrase));
        assert_eq!(read("no key", None), Err(KeyProblem::NotAKey));
        assert_eq!(read(&plain.replace("END", "ENDE"), None), Err(KeyProblem::NotAKey));
    }
}
