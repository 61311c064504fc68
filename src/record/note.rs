//! Signed notes and the heads of the tree in the formats of C2SP (`signed-note`, `tlog-checkpoint`), so that tools which are not ours can
//! read them. Ed25519 by `aws-lc-rs`, computation only. Pure; what is not exactly of the format is refused.
//!
//! # Format
//!
//! A note is text (lines, each ended by a line feed, no empty line among them), one empty line, and one or more signature lines:
//! `— NAME BASE64`, where the bytes are four of key id, then the signature. The key id is the start of
//! `SHA-256(NAME || 0x0A || TYPE || public key)`; the type is 0x01 for Ed25519. A key is written `NAME+KEYID+BASE64`, with the key id in
//! hexadecimal and the bytes being the type and the public key.
//!
//! A head (checkpoint) is a note whose text is: the log's name; the number of records in decimal; the root of the tree in base64; then
//! our own lines `epoch N` and `time RFC3339`, and where there are holds, receipts, exports, exceptions or acceptances `holds BYTES HASH`, `receipts
//! BYTES HASH`, `exports BYTES HASH`, `exceptions BYTES HASH` and `acceptances BYTES HASH`: how far each file went when the head was signed, and SHA-256 in hex of
//! its last line.
//!
//! A file of notes holds one after another, each followed by one empty line.

use super::base64;
use super::tree::TreeHash;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use std::fmt;

/// Type of an Ed25519 key over the text of a note.
pub const ED25519_TYPE: u8 = 1;
/// Type of an Ed25519 key of a witness, over the time and the text (C2SP `tlog-cosignature`).
pub const WITNESS_TYPE: u8 = 4;
/// With these a signature line starts.
const SIGNATURE: &str = "\u{2014} ";

/// Text that is no note, no head or no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// The text is not of the shape of a note.
    #[error("this is no signed note")]
    Shape,
    /// A signature line.
    #[error("a signature line is not of its format")]
    Signature,
    /// The text of a head.
    #[error("this note is not the head of a log")]
    Head,
    /// A key.
    #[error("this is no key: expected NAME+KEYID+BASE64")]
    Key,
}

/// A public key with the name it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    kind: u8,
    public: [u8; 32],
}

impl NoteKey {
    /// A key of the type [`ED25519_TYPE`] or [`WITNESS_TYPE`].
    #[must_use]
    pub fn new(name: &str, kind: u8, public: [u8; 32]) -> Self {
        Self { name: name.to_owned(), kind, public }
    }

    /// Reads `NAME+KEYID+BASE64`.
    ///
    /// # Errors
    /// [`NoteFault::Key`].
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let read = || {
            let mut parts = text.splitn(3, '+');
            let (name, _id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let bytes: [u8; 33] = base64::decode(key)?.try_into().ok()?;
            let (&kind, public) = bytes.split_first()?;
            let known = [ED25519_TYPE, WITNESS_TYPE].contains(&kind) && is_name(name);
            let key = Self::new(name, kind, public.try_into().ok()?);
            (known && key.to_string() == text).then_some(key)
        };
        read().ok_or(NoteFault::Key)
    }

    /// The name it signs under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes by which a signature line names it.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = digest(&SHA256, &[self.name.as_bytes(), b"\n", &[self.kind], &self.public].concat());
        hash.as_ref()[..4].try_into().expect("SHA-256 gives more than four bytes")
    }

    /// SHA-256 of the public key in hexadecimal: to be written down and compared.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        digest(&SHA256, &self.public).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Is the note signed by this key, over its text?
    #[must_use]
    pub fn signed(&self, note: &Note) -> bool {
        let mut mine = note.signatures.iter().filter(|signature| signature.name == self.name && signature.id == self.id());
        mine.any(|signature| self.made(note.text.as_bytes(), &signature.bytes))
    }

    /// Did this key make this signature over these bytes?
    #[must_use]
    pub fn made(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(message, signature).is_ok()
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.kind], &self.public[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), base64::encode(&bytes))
    }
}

/// A signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: [u8; 4],
    /// What follows the id.
    pub bytes: Vec<u8>,
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{SIGNATURE}{} {}", self.name, base64::encode(&[&self.id, &self.bytes[..]].concat()))
    }
}

/// A signed note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The lines that are signed, with the line feed of the last.
    pub text: String,
    /// By whom.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// [`NoteFault`] unless every byte is as it would have been written.
    pub fn parse(whole: &str) -> Result<Self, NoteFault> {
        let (text, lines) = whole.split_once("\n\n").ok_or(NoteFault::Shape)?;
        let signatures = lines.lines().map(read_signature).collect::<Result<Vec<_>, _>>()?;
        let note = Self { text: format!("{text}\n"), signatures };
        let shape =
            !text.is_empty() && !text.starts_with('\n') && !note.signatures.is_empty() && !text.contains(|c: char| c < ' ' && c != '\n');
        if shape && note.to_string() == whole { Ok(note) } else { Err(NoteFault::Shape) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

fn read_signature(line: &str) -> Result<NoteSignature, NoteFault> {
    let read = || {
        let (name, coded) = line.strip_prefix(SIGNATURE)?.split_once(' ')?;
        let bytes = base64::decode(coded)?;
        let (id, rest) = bytes.split_first_chunk::<4>()?;
        is_name(name).then(|| NoteSignature { name: name.to_owned(), id: *id, bytes: rest.to_vec() })
    };
    read().ok_or(NoteFault::Signature)
}

/// What the head of a log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Name of the log.
    pub origin: String,
    /// Number of records.
    pub size: u64,
    /// Root of the tree over them.
    pub root: TreeHash,
    /// Further lines, without line feeds.
    pub extensions: Vec<String>,
}

impl TreeHead {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`NoteFault::Head`].
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        let read = || {
            let mut lines = text.strip_suffix('\n')?.split('\n');
            let (origin, size, root) = (lines.next()?.to_owned(), lines.next()?.parse().ok()?, TreeHash::from_base64(lines.next()?)?);
            let head = Self { origin, size, root, extensions: lines.map(str::to_owned).collect() };
            (is_name(&head.origin) && head.extensions.iter().all(|line| !line.is_empty()) && head.to_string() == text).then_some(head)
        };
        read().ok_or(NoteFault::Head)
    }

    /// The value of one of our own lines.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
    }
}

impl fmt::Display for TreeHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// The notes of a file, each with the byte at which it starts, and where they end: what lies behind that is no whole note.
#[must_use]
pub fn split_notes(file: &[u8]) -> (Vec<(usize, &[u8])>, usize) {
    let gap = memchr::memmem::Finder::new(b"\n\n");
    let (mut notes, mut at) = (Vec::new(), 0);
    let next = |from: usize| Some(from + gap.find(file.get(from..)?)?);
    while let Some(end) = next(at).and_then(|text| next(text + 2)) {
        notes.push((at, &file[at..=end]));
        at = end + 2;
    }
    (notes, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    fn pair() -> (Ed25519KeyPair, NoteKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = pair.public_key().as_ref().try_into().unwrap();
        (pair, NoteKey::new("example.test/log", ED25519_TYPE, public))
    }

    fn signed(text: &str) -> Note {
        let (pair, key) = pair();
        let bytes = pair.sign(text.as_bytes()).as_ref().to_vec();
        Note { text: text.to_owned(), signatures: vec![NoteSignature { name: key.name().to_owned(), id: key.id(), bytes }] }
    }

    #[test]
    fn a_key_is_the_one_that_the_format_gives_as_an_example() {
        let text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = NoteKey::parse(text).unwrap();
        assert_eq!((key.to_string().as_str(), key.name()), (text, "PeterNeumann"));
        let note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
            \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        assert!(key.signed(&Note::parse(note).unwrap()));
        for bad in ["", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", &text[1..]] {
            assert_eq!(NoteKey::parse(bad), Err(NoteFault::Key), "{bad}");
        }
    }

    #[test]
    fn a_head_is_read_back_and_every_changed_byte_refused() {
        let head = TreeHead { origin: "example.test/log".into(), size: 12, root: TreeHash::empty(), extensions: vec!["epoch 3".into()] };
        assert_eq!(TreeHead::parse(&head.to_string()), Ok(head.clone()));
        assert_eq!(head.extension("epoch"), Some("3"));
        let (_, key) = pair();
        let note = signed(&head.to_string()).to_string();
        assert!(key.signed(&Note::parse(&note).unwrap()));
        for bit in 0..note.len() * 8 {
            let mut bytes = note.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let taken = String::from_utf8(bytes).is_ok_and(|text| Note::parse(&text).is_ok_and(|note| key.signed(&note)));
            assert!(!taken, "bit {bit}");
        }
        for cut in 0..note.len() {
            assert!(note.get(..cut).is_none_or(|part| Note::parse(part).is_err()), "{cut}");
        }
        for bad in ["a\n012\nAAAA\n", "a\n1\n", "", "\n\n\n", "a b\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"] {
            assert_eq!(TreeHead::parse(bad), Err(NoteFault::Head), "{bad}");
        }
    }

    #[test]
    fn a_file_of_notes_is_taken_apart_and_a_torn_end_is_seen() {
        let (one, two) = (signed("a\n").to_string(), signed("b\nc\n").to_string());
        let file = format!("{one}\n{two}\n");
        let (notes, end) = split_notes(file.as_bytes());
        assert_eq!((notes, end), (vec![(0, one.as_bytes()), (one.len() + 1, two.as_bytes())], file.len()));
        for cut in one.len() + 1..file.len() {
            let (notes, end) = split_notes(&file.as_bytes()[..cut]);
            assert_eq!((notes.len(), end), (1, one.len() + 1), "{cut}");
        }
    }
}
