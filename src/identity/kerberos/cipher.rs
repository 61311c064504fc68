//! The ciphers of Kerberos: AES with ciphertext stealing, and a keyed digest (RFC 3961, RFC 3962, RFC 8009).
//!
//! DES, triple DES and RC4 are not here, on purpose (RFC 6649, RFC 8429). Must never: give out what was not proved whole.

use aws_lc_rs::cipher::{AES_128, AES_256, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// A block of AES, which is also the length of the random bytes in front of every message.
const BLOCK: usize = 16;

/// For what a key is used (RFC 4120 section 7.5.1, RFC 4121 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Usage {
    /// What the KDC says in a ticket.
    Ticket = 2,
    /// The authenticator beside it.
    Authenticator = 11,
    /// The answer to both.
    Answer = 12,
    /// A check sum by the acceptor.
    AcceptorSign = 23,
    /// A check sum by the initiator.
    InitiatorSign = 25,
}

/// How a key is used, by its number (RFC 3962 section 7, RFC 8009 section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// aes128-cts-hmac-sha1-96.
    Aes128Sha1,
    /// aes256-cts-hmac-sha1-96.
    Aes256Sha1,
    /// aes128-cts-hmac-sha256-128.
    Aes128Sha256,
    /// aes256-cts-hmac-sha384-192.
    Aes256Sha384,
}

impl Kind {
    /// The kind with this number, if it is one that is taken.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            17 => Some(Self::Aes128Sha1),
            18 => Some(Self::Aes256Sha1),
            19 => Some(Self::Aes128Sha256),
            20 => Some(Self::Aes256Sha384),
            _ => None,
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Aes128Sha1 => 17,
            Self::Aes256Sha1 => 18,
            Self::Aes128Sha256 => 19,
            Self::Aes256Sha384 => 20,
        }
    }

    /// Bytes of a key.
    const fn key(self) -> usize {
        match self {
            Self::Aes128Sha1 | Self::Aes128Sha256 => 16,
            Self::Aes256Sha1 | Self::Aes256Sha384 => 32,
        }
    }

    /// Bytes of a digest, and of the key that makes it.
    const fn digest(self) -> (usize, usize) {
        match self {
            Self::Aes128Sha1 => (12, 16),
            Self::Aes256Sha1 => (12, 32),
            Self::Aes128Sha256 => (16, 16),
            Self::Aes256Sha384 => (24, 24),
        }
    }

    const fn hash(self) -> hmac::Algorithm {
        match self {
            Self::Aes128Sha1 | Self::Aes256Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Aes128Sha256 => hmac::HMAC_SHA256,
            Self::Aes256Sha384 => hmac::HMAC_SHA384,
        }
    }

    const fn is_sha1(self) -> bool {
        matches!(self, Self::Aes128Sha1 | Self::Aes256Sha1)
    }
}

/// A key. It has no `Debug` on purpose.
#[derive(Clone)]
pub struct Key {
    /// How it is used.
    pub kind: Kind,
    bytes: Zeroizing<Vec<u8>>,
}

impl Key {
    /// A key of this kind; `None` when its length is another.
    #[must_use]
    pub fn new(kind: Kind, bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        (bytes.len() == kind.key()).then_some(Self { kind, bytes })
    }

    /// What was sealed with this key; `None` when it was not, or was changed on the way.
    #[must_use]
    pub fn open(&self, usage: Usage, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (digest, _) = self.kind.digest();
        let (cipher, said) = sealed.split_at_checked(sealed.len().checked_sub(digest)?)?;
        // One block alone would hold no message, and cannot be stolen from.
        if cipher.len() <= BLOCK {
            return None;
        }
        let encrypting = self.derive(usage, 0xAA, self.kind.key())?;
        if !self.kind.is_sha1() {
            // RFC 8009 section 5: over the cipher text, before it is opened.
            self.proves(usage, &[&[0; BLOCK], cipher], said)?;
            return Some(without_front(decrypt(&encrypting, cipher)?));
        }
        let plain = decrypt(&encrypting, cipher)?;
        self.proves(usage, &[&plain], said)?;
        Some(without_front(plain))
    }

    /// Seals a message, which must not be empty, behind these random bytes.
    #[must_use]
    pub fn seal(&self, usage: Usage, random: [u8; BLOCK], message: &[u8]) -> Option<Vec<u8>> {
        let plain = Zeroizing::new([&random, message].concat());
        let mut sealed = encrypt(&self.derive(usage, 0xAA, self.kind.key())?, &plain)?;
        let digest =
            if self.kind.is_sha1() { self.digest(usage, 0x55, &[&plain])? } else { self.digest(usage, 0x55, &[&[0; BLOCK], &sealed])? };
        sealed.extend_from_slice(&digest);
        Some(sealed)
    }

    /// A check sum over these parts (RFC 3961 section 5.4, RFC 8009 section 6).
    #[must_use]
    pub fn checksum(&self, usage: Usage, parts: &[&[u8]]) -> Option<Vec<u8>> {
        self.digest(usage, 0x99, parts)
    }

    fn proves(&self, usage: Usage, parts: &[&[u8]], said: &[u8]) -> Option<()> {
        verify_slices_are_equal(&self.digest(usage, 0x55, parts)?, said).ok()
    }

    fn digest(&self, usage: Usage, purpose: u8, parts: &[&[u8]]) -> Option<Vec<u8>> {
        let (length, key) = self.kind.digest();
        let mut context = hmac::Context::with_key(&hmac::Key::new(self.kind.hash(), &self.derive(usage, purpose, key)?));
        parts.iter().for_each(|part| context.update(part));
        context.sign().as_ref().get(..length).map(<[u8]>::to_vec)
    }

    /// The key for one purpose: RFC 3961 section 5.1 with AES as its own generator, or RFC 8009 section 3.
    fn derive(&self, usage: Usage, purpose: u8, length: usize) -> Option<Zeroizing<Vec<u8>>> {
        let [a, b, c, d] = (usage as u32).to_be_bytes();
        let constant = [a, b, c, d, purpose];
        if !self.kind.is_sha1() {
            let bits = u32::try_from(length * 8).ok()?;
            let mut context = hmac::Context::with_key(&hmac::Key::new(self.kind.hash(), &self.bytes));
            [&1_u32.to_be_bytes()[..], &constant, &[0], &bits.to_be_bytes()].iter().for_each(|part| context.update(part));
            return context.sign().as_ref().get(..length).map(|key| Zeroizing::new(key.to_vec()));
        }
        let cipher = encrypting(&self.bytes)?;
        let mut key = Zeroizing::new(Vec::with_capacity(2 * BLOCK));
        let mut block = fold::<BLOCK>(&constant);
        while key.len() < length {
            cipher.less_safe_encrypt(&mut block, EncryptionContext::None).ok()?;
            key.extend_from_slice(&block);
        }
        key.truncate(length);
        Some(key)
    }
}

fn without_front(mut plain: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let front = BLOCK.min(plain.len());
    plain.drain(..front);
    plain
}

fn unbound(key: &[u8]) -> Option<UnboundCipherKey> {
    UnboundCipherKey::new(if key.len() == 16 { &AES_128 } else { &AES_256 }, key).ok()
}

fn encrypting(key: &[u8]) -> Option<EncryptingKey> {
    EncryptingKey::ecb(unbound(key)?).ok()
}

fn xor(into: &mut [u8], with: &[u8]) {
    into.iter_mut().zip(with).for_each(|(into, with)| *into ^= with);
}

/// CBC with ciphertext stealing, from an empty vector (RFC 3962 section 5). More than one block.
fn encrypt(key: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = encrypting(key)?;
    let mut padded = plain.to_vec();
    padded.resize(plain.len().next_multiple_of(BLOCK), 0);
    let mut before = [0; BLOCK];
    for block in padded.chunks_exact_mut(BLOCK) {
        xor(block, &before);
        cipher.less_safe_encrypt(block, EncryptionContext::None).ok()?;
        before.copy_from_slice(block);
    }
    // The last two blocks change places, and what is too much of the one that then comes last falls away.
    let last = padded.len().checked_sub(BLOCK)?;
    let (head, tail) = padded.split_at_mut(last);
    let before_last = head.len().checked_sub(BLOCK)?;
    head[before_last..].swap_with_slice(tail);
    padded.truncate(plain.len());
    Some(padded)
}

fn decrypt(key: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = DecryptingKey::ecb(unbound(key)?).ok()?;
    let mut padded = sealed.to_vec();
    padded.resize(sealed.len().next_multiple_of(BLOCK), 0);
    let last = padded.len().checked_sub(BLOCK)?;
    let before_last = last.checked_sub(BLOCK)?;
    // What fell away stands in the block that comes before the last one: opened, it ends as the missing part does.
    let mut stolen = [0; BLOCK];
    stolen.copy_from_slice(&padded[before_last..last]);
    cipher.decrypt(&mut stolen, DecryptionContext::None).ok()?;
    let kept = sealed.len() - last;
    padded[last + kept..].copy_from_slice(&stolen[kept..]);
    let (head, tail) = padded.split_at_mut(last);
    head[before_last..].swap_with_slice(tail);
    let mut plain = Zeroizing::new(padded.clone());
    cipher.decrypt(&mut plain, DecryptionContext::None).ok()?;
    xor(&mut plain[BLOCK..], &padded);
    plain.truncate(sealed.len());
    Some(plain)
}

/// Spreads bytes over a block: copies of them, each turned by 13 bits, are added with the carry going round (RFC 3961 section 5.1).
fn fold<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let bits = bytes.len() * 8;
    let copies = N / gcd(N, bytes.len());
    let bit = |n: usize| {
        let place = (n % bits + bits * copies - 13 * (n / bits) % bits) % bits;
        bytes[place / 8] >> (7 - place % 8) & 1
    };
    let mut sum = [0; N];
    for start in (0..copies * bytes.len()).step_by(N) {
        let mut carry = 0_u16;
        for n in (0..N).rev() {
            let byte = (0..8).fold(0_u8, |byte, k| byte << 1 | bit((start + n) * 8 + k));
            carry += u16::from(sum[n]) + u16::from(byte);
            sum[n] = carry.to_be_bytes()[1];
            carry >>= 8;
        }
        for n in (0..N).rev() {
            carry += u16::from(sum[n]);
            sum[n] = carry.to_be_bytes()[1];
            carry >>= 8;
        }
    }
    sum
}

const fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn bytes_are_spread_as_in_rfc_3961_appendix_a_1() {
        assert_eq!(fold::<8>(b"012345").to_vec(), hex("be072631276b1955"));
        assert_eq!(fold::<7>(b"password").to_vec(), hex("78a07b6caf85fa"));
        assert_eq!(fold::<8>(b"Rough Consensus, and Running Code").to_vec(), hex("bb6ed30870b7f0e0"));
        assert_eq!(fold::<21>(b"password").to_vec(), hex("59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e"));
        assert_eq!(fold::<24>(b"MASSACHVSETTS INSTITVTE OF TECHNOLOGY").to_vec(), hex("db3b0d8f0b061e603282b308a50841229ad798fab9540c1b"));
        assert_eq!(fold::<21>(b"Q").to_vec(), hex("518a54a2 15a8452a 518a54a2 15a8452a 518a54a2 15"));
        assert_eq!(fold::<16>(b"kerberos").to_vec(), hex("6b657262 65726f73 7b9b5b2b 93132b93"));
    }

    #[test]
    fn blocks_are_stolen_from_as_in_rfc_3962_appendix_b() {
        let key = b"chicken teriyaki";
        let text = b"I would like the General Gau's Chicken, please, and wonton soup.";
        for (length, sealed) in [
            (17, "c6353568f2bf8cb4d8a580362da7ff7f97"),
            (31, "fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5"),
            (32, "39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584"),
            (47, "97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5"),
            (48, "97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8"),
            (
                64,
                "97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8",
            ),
        ] {
            assert_eq!(encrypt(key, &text[..length]).unwrap(), hex(sealed), "{length}");
            assert_eq!(decrypt(key, &hex(sealed)).unwrap().to_vec(), &text[..length], "{length}");
        }
    }

    #[test]
    fn messages_are_sealed_as_in_rfc_8009_appendix_a() {
        let key = |kind, text| Key::new(kind, Zeroizing::new(hex(text))).unwrap();
        let small = key(Kind::Aes128Sha256, "3705D96080C17728A0E800EAB6E0D23C");
        let large = key(Kind::Aes256Sha384, "6D404D37FAF79F9DF0D33568D320669800EB4836472EA8A026D16B7182460C52");
        assert_eq!(small.derive(Usage::Ticket, 0x99, 16).unwrap().to_vec(), hex("B31A018A48F54776F403E9A396325DC3"));
        assert_eq!(small.derive(Usage::Ticket, 0xAA, 16).unwrap().to_vec(), hex("9B197DD1E8C5609D6E67C3E37C62C72E"));
        assert_eq!(small.derive(Usage::Ticket, 0x55, 16).unwrap().to_vec(), hex("9FDA0E56AB2D85E1569A688696C26A6C"));
        assert_eq!(
            large.derive(Usage::Ticket, 0xAA, 32).unwrap().to_vec(),
            hex("56AB22BEE63D82D7BC5227F6773F8EA7A5EB1C825160C38312980C442E5C7E49")
        );
        let random: [u8; 16] = hex("7BCA285E2FD4130FB55B1A5C83BC5B24").try_into().unwrap();
        let sealed = hex("84D7F30754ED987BAB0BF3506BEB09CFB55402CEF7E6877CE99E247E52D16ED4421DFDF8976C");
        assert_eq!(small.seal(Usage::Ticket, random, &hex("000102030405")).unwrap(), sealed);
        assert_eq!(small.open(Usage::Ticket, &sealed).unwrap().to_vec(), hex("000102030405"));
        let random: [u8; 16] = hex("B80D3251C1F6471494256FFE712D0B9A").try_into().unwrap();
        let sealed = hex("4ED7B37C2BCAC8F74F23C1CF07E62BC7B75FB3F637B9F559C7F664F69EAB7B6092237526EA0D1F61CB20D69D10F2");
        assert_eq!(large.seal(Usage::Ticket, random, &hex("000102030405")).unwrap(), sealed);
        let text = hex("000102030405060708090A0B0C0D0E0F1011121314");
        assert_eq!(small.checksum(Usage::Ticket, &[&text]).unwrap(), hex("D78367186643D67B411CBA9139FC1DEE"));
        assert_eq!(large.checksum(Usage::Ticket, &[&text]).unwrap(), hex("45EE791567EEFCA37F4AC1E0222DE80D43C3BFA06699672A"));
    }

    #[test]
    fn what_was_changed_or_is_for_another_use_does_not_open() {
        for kind in [Kind::Aes128Sha1, Kind::Aes256Sha1, Kind::Aes128Sha256, Kind::Aes256Sha384] {
            let key = Key::new(kind, Zeroizing::new(vec![7; kind.key()])).unwrap();
            for length in 1..60 {
                let message: Vec<u8> = (0..length).collect();
                let mut sealed = key.seal(Usage::Answer, [9; 16], &message).unwrap();
                assert_eq!(key.open(Usage::Answer, &sealed).unwrap().to_vec(), message);
                assert!(key.open(Usage::Ticket, &sealed).is_none());
                for place in 0..sealed.len() {
                    sealed[place] ^= 1;
                    assert!(key.open(Usage::Answer, &sealed).is_none(), "{kind:?} {length} {place}");
                    sealed[place] ^= 1;
                }
            }
            for length in 0..50 {
                assert!(key.open(Usage::Answer, &vec![0; length]).is_none());
            }
            assert!(Key::new(kind, Zeroizing::new(vec![7; 24])).is_none());
        }
    }
}
