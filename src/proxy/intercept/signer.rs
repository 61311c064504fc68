//! The authority's key while it works. It lies in the memory of the cryptographic library, which wipes what it frees; no copy of it in
//! another form is kept (rule T8). Must never be printed.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm, SigningKey};
use zeroize::Zeroizing;

/// Bits of an RSA key below which no device trusts it (CA/Browser Forum BR 6.1.5).
const FEWEST_BITS: usize = 2048;

/// What kind of key a new authority has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256: what every device of the last ten years takes.
    P256,
    /// RSA with 3072 bits, for devices that know nothing else.
    Rsa3072,
    /// RSA with 4096 bits.
    Rsa4096,
}

enum Key {
    Ec(EcdsaKeyPair, &'static SignatureAlgorithm),
    Rsa(RsaKeyPair),
}

/// A key that signs.
pub struct Signer {
    key: Key,
    public: Vec<u8>,
}

impl Signer {
    /// A new key, and its PKCS #8 form for the one file that it goes into. None when the system gives no randomness.
    pub(super) fn make(kind: KeyKind) -> Option<(Self, Zeroizing<Vec<u8>>)> {
        let size = match kind {
            KeyKind::P256 => {
                let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).ok()?;
                let der = Zeroizing::new(key.to_pkcs8v1().ok()?.as_ref().to_vec());
                return Some((Self::of(Key::Ec(key, &PKCS_ECDSA_P256_SHA256)), der));
            }
            KeyKind::Rsa3072 => KeySize::Rsa3072,
            KeyKind::Rsa4096 => KeySize::Rsa4096,
        };
        let key = RsaKeyPair::generate(size).ok()?;
        let der: Pkcs8V1Der<'_> = key.as_der().ok()?;
        let der = Zeroizing::new(der.as_ref().to_vec());
        Some((Self::of(Key::Rsa(key)), der))
    }

    /// A key in PKCS #8, SEC 1 or PKCS #1: P-256, P-384, or RSA of 2048 bits at least. None for anything else.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let on = |curve: &'static EcdsaSigningAlgorithm| EcdsaKeyPair::from_private_key_der(curve, der).ok();
        if let Some(key) = on(&ECDSA_P256_SHA256_ASN1_SIGNING) {
            return Some(Self::of(Key::Ec(key, &PKCS_ECDSA_P256_SHA256)));
        }
        if let Some(key) = on(&ECDSA_P384_SHA384_ASN1_SIGNING) {
            return Some(Self::of(Key::Ec(key, &PKCS_ECDSA_P384_SHA384)));
        }
        let key = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der)).ok()?;
        (key.public_modulus_len() * 8 >= FEWEST_BITS).then(|| Self::of(Key::Rsa(key)))
    }

    fn of(key: Key) -> Self {
        let public = match &key {
            Key::Ec(key, _) => key.public_key().as_ref().to_vec(),
            Key::Rsa(key) => key.public_key().as_ref().to_vec(),
        };
        Self { key, public }
    }
}

impl PublicKeyData for Signer {
    fn der_bytes(&self) -> &[u8] {
        &self.public
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match &self.key {
            Key::Ec(_, algorithm) => algorithm,
            Key::Rsa(_) => &PKCS_RSA_SHA256,
        }
    }
}

impl SigningKey for Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Ec(key, _) => Ok(key.sign(&random, message).map_err(|_| rcgen::Error::RingUnspecified)?.as_ref().to_vec()),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(|_| rcgen::Error::RingUnspecified)?;
                Ok(signature)
            }
        }
    }
}
