//! Keys of services from a keytab file (MIT's format 0x0502, which Heimdal and Windows write too).
//!
//! ```text
//! 05 02, then records: i32 length (negative: a hole of that many bytes), then
//!   u16 parts, counted realm, counted parts, u32 kind of name, u32 time, u8 version, u16 kind of key, counted key, [u32 version]
//! counted: u16 length and bytes; all numbers big-endian
//! ```

use super::cipher::{Key, Kind};
use super::principal::Principal;
use std::io;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// A keytab cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeytabFault {
    /// It cannot be read.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// Others may read it.
    #[error("{}: others than its owner may read it: whoever reads it can make tickets for anybody (chmod 600)", .0.display())]
    Open(PathBuf),
    /// It is no keytab.
    #[error("{}: this is no keytab, or it is damaged", .0.display())]
    Shape(PathBuf),
    /// No key of ours.
    #[error("{path}: no key of {wanted} for AES; the file has {found}")]
    NoKey {
        /// The file.
        path: String,
        /// Whose key is needed.
        wanted: String,
        /// What there is.
        found: String,
    },
}

/// One key of a service.
pub struct Entry {
    /// Whose.
    pub service: Principal,
    /// Its version; 0: any.
    pub version: u32,
    /// `None`: a kind that is not taken.
    pub key: Option<Key>,
}

/// Every record of a file; `None` where it cannot be read.
pub fn read(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut rest = bytes.strip_prefix(&[5, 2])?;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let length = i32::from_be_bytes(take(&mut rest)?);
        let (record, after) = rest.split_at_checked(usize::try_from(length.unsigned_abs()).ok()?)?;
        rest = after;
        // Deleted records are holes. A length of nothing ends the file.
        match length {
            0 => break,
            1.. => all.push(entry(record)?),
            i32::MIN..0 => {}
        }
    }
    Some(all)
}

fn entry(mut record: &[u8]) -> Option<Entry> {
    let rest = &mut record;
    let parts = u16::from_be_bytes(take(rest)?);
    let text = |rest: &mut &[u8]| counted(rest).and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let realm = text(rest)?;
    let parts = (0..parts).map(|_| text(rest)).collect::<Option<Vec<String>>>()?;
    let [_, _, _, _, _, _, _, _, version] = take(rest)?;
    let kind = i64::from(u16::from_be_bytes(take(rest)?));
    let key = Zeroizing::new(counted(rest)?.to_vec());
    let version = match take(rest).map(u32::from_be_bytes) {
        Some(long) if long != 0 => long,
        Some(_) | None => version.into(),
    };
    let key = match Kind::from_number(kind) {
        Some(kind) => Some(Key::new(kind, key)?),
        None => None,
    };
    Some(Entry { service: Principal { parts, realm }, version, key })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*head)
}

fn counted<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_be_bytes(take(rest)?);
    let (bytes, after) = rest.split_at_checked(length.into())?;
    *rest = after;
    Some(bytes)
}
