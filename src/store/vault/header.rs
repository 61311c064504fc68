//! The header of an encrypted file, as far as it is read without a key. It believes nothing: what it says here is vouched for only when the
//! file was opened with a key.

use super::fault::VaultFault;
use crate::record::base64;
use crate::store::name::{INDEX, SEALED, SUMMARY, UNFINISHED};
use std::io::{self, Read};

/// With this every age file starts.
const AGE: &[u8] = b"age-encryption.org/";
/// Longest header that is read: hundreds of recipients.
const LONGEST: u64 = 64 * 1024;
/// Names a custodian.
pub(super) const TO: &str = "lifeguard-to";
/// Holds the start of the raw segment.
pub(super) const START: &str = "lifeguard-start";

/// What a header says to anyone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Header {
    /// Whose keys open the file.
    pub(crate) needs: Vec<String>,
    /// The first bytes of the raw segment.
    pub(crate) start: Option<Vec<u8>>,
}

impl Header {
    /// Reads it from the start of a file. `None`: the file is not encrypted.
    pub(crate) fn read(source: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut first = Vec::with_capacity(AGE.len());
        (&mut *source).take(AGE.len() as u64).read_to_end(&mut first)?;
        if first != AGE {
            return Ok(None);
        }
        let mut bytes = first;
        loop {
            let before = bytes.len();
            (&mut *source).take(4096).read_to_end(&mut bytes)?;
            if let Some(end) = memchr::memmem::find(&bytes, b"\n--- ") {
                let text = std::str::from_utf8(&bytes[..end]).map_err(|_| VaultFault::Header("it is no text"))?;
                return Ok(Some(Self::parse(text)));
            }
            if bytes.len() == before || bytes.len() as u64 > LONGEST {
                return Err(VaultFault::Header("its end is missing").into());
            }
        }
    }

    fn parse(text: &str) -> Self {
        let mut header = Self::default();
        for line in text.lines() {
            let mut words = line.strip_prefix("-> ").unwrap_or_default().split(' ');
            match (words.next(), words.next()) {
                (Some(TO), Some(key)) => header.needs.push(key.to_owned()),
                (Some(START), Some(start)) => header.start = base64::decode(start),
                _ => {}
            }
        }
        header
    }
}

/// The name without the endings that a file has while it is being made.
fn finished(name: &str) -> &str {
    let Some(name) = name.strip_suffix(UNFINISHED) else { return name };
    name.rsplit_once('.').filter(|(_, process)| process.bytes().all(|byte| byte.is_ascii_digit())).map_or(name, |(name, _)| name)
}

/// Is this the name of a file that is encrypted where a custodian is set?
pub(crate) fn holds_content(name: &str) -> bool {
    let name = finished(name);
    [SEALED, INDEX, SUMMARY].iter().any(|ending| name.ends_with(ending))
}

/// What the names of all files of one segment have in common.
pub(crate) fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_hold_content_are_known_by_their_names_also_while_they_are_made() {
        let stem = "000001-000000000001-20261122T180721Z";
        for ending in [".sealed", ".sealed.new", ".parquet", ".parquet.123.new", ".sum", ".sum.9.new"] {
            assert!(holds_content(&format!("{stem}{ending}")), "{ending}");
            assert_eq!(super::stem(&format!("{stem}{ending}")), stem);
        }
        for ending in [".seg", ".seg.new", ".tree", ".tree.new"] {
            assert!(!holds_content(&format!("{stem}{ending}")), "{ending}");
        }
        for other in ["heads.log", "keys.log", "holds.log", "receipts.log", "lock", "reserve"] {
            assert!(!holds_content(other), "{other}");
        }
    }

    #[test]
    fn a_header_without_an_end_is_refused_in_bounded_room() {
        let endless = AGE.chain(io::repeat(b'a'));
        assert!(Header::read(&mut { endless }).is_err());
        assert_eq!(Header::read(&mut &b"\x89LGSEAL1 and so on"[..]).unwrap(), None);
        assert!(Header::read(&mut &b"age-encryption.org/v1\n-> X25519 a"[..]).is_err());
    }
}
