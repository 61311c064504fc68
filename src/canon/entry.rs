//! List entries, read by the same rules as requests (rule P7).
//!
//! Must never be more lenient than what an entry can mean: the scheme may be missing, user, port and fragment are dropped;
//! anything that a request could not carry is refused and so reported by the list compiler.

use super::host::read_host;
use super::path::readings;
use super::plain::is_plain_dotted_name;
use super::query::{WantedPair, entry_pairs};
use super::split::{Parts, check_bytes, known_scheme, split_after_slashes};
use super::unreadable::{Unreadable, UnreadableKind};
use super::{HostKind, Scheme, address};

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEntry {
    /// Canonical host, as [`super::Form::host`] gives it; an IPv4 address for a mapped one.
    pub host: String,
    /// What kind of host.
    pub host_kind: HostKind,
    /// Canonical path, as [`super::Form::path`] gives it. `None`: the entry covers the host and all below it.
    /// `Some` and empty: the root page alone, asked with the pairs.
    pub path: Option<Vec<u8>>,
    /// Pairs that the query must hold, canonical, sorted, each once; empty when the entry has no query.
    pub pairs: Vec<WantedPair>,
}

/// How an entry may be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntryOptions {
    /// Drop a leading `*.` or `.` of the host: a host entry covers its subdomains anyway (rule H7).
    pub leading_wildcard: bool,
}

/// Reads an entry.
///
/// # Errors
/// [`Unreadable`] with the byte offset in `raw`.
pub fn canonicalise_entry(raw: &[u8]) -> Result<ListEntry, Unreadable> {
    canonicalise_entry_with(raw, EntryOptions::default())
}

/// Reads an entry as `options` allow.
///
/// # Errors
/// [`Unreadable`] with the byte offset in `raw`.
pub fn canonicalise_entry_with(raw: &[u8], options: EntryOptions) -> Result<ListEntry, Unreadable> {
    if let Some(host) = plain_host(raw) {
        return Ok(ListEntry { host: host.to_owned(), host_kind: HostKind::Name, path: None, pairs: Vec::new() });
    }
    let blanks = raw.len() - raw.trim_ascii_start().len();
    read_entry(raw.trim_ascii(), options).map_err(|fault| Unreadable { at: fault.at + blanks, ..fault })
}

fn read_entry(text: &[u8], options: EntryOptions) -> Result<ListEntry, Unreadable> {
    check_bytes(text)?;
    let parts = split_after_slashes(Scheme::Http, text, skip_scheme(text)?)?;
    let (host, host_kind) = read_entry_host(parts, options)?;
    let (raw_path, raw_query) = parts.path_and_query();
    let path = readings(raw_path).swap_remove(0);
    let pairs = raw_query.map(entry_pairs).unwrap_or_default();
    let path = (!path.is_empty() || !pairs.is_empty()).then_some(path);
    Ok(ListEntry { host, host_kind, path, pairs })
}

/// Where the authority starts: behind `scheme://`, behind `//`, or at once.
fn skip_scheme(text: &[u8]) -> Result<usize, Unreadable> {
    if text.starts_with(b"//") {
        return Ok(2);
    }
    let end = text.iter().position(|byte| matches!(byte, b':' | b'/' | b'?' | b'#')).unwrap_or(text.len());
    match &text[end..] {
        [b':', b'/', b'/', b'/', ..] => Err(Unreadable::new(UnreadableKind::BadSlashes, end + 3)),
        [b':', b'/', b'/', ..] if known_scheme(&text[..end]).is_some() || text[..end].eq_ignore_ascii_case(b"ftp") => Ok(end + 3),
        [b':', b'/', b'/', ..] => Err(Unreadable::new(UnreadableKind::UnsupportedScheme, 0)),
        [b':', b'/', ..] if known_scheme(&text[..end]).is_some() => Err(Unreadable::new(UnreadableKind::BadSlashes, end + 1)),
        _ => Ok(0),
    }
}

fn read_entry_host(parts: Parts<'_>, options: EntryOptions) -> Result<(String, HostKind), Unreadable> {
    let mut raw = parts.host;
    if options.leading_wildcard {
        let bare = raw.bytes.strip_prefix(b"*").unwrap_or(raw.bytes);
        raw.bytes = bare.strip_prefix(b".").unwrap_or(raw.bytes);
    }
    let mut host = String::with_capacity(raw.bytes.len());
    let kind = read_host(raw, &mut host)?;
    match kind {
        HostKind::Ipv6(address) => match address::ipv4_meant(address) {
            Some(inside) => Ok((inside.to_string(), HostKind::Ipv4(inside))),
            None => Ok((host, kind)),
        },
        HostKind::Name | HostKind::Ipv4(_) => Ok((host, kind)),
    }
}

/// Is the line a canonical host name as it stands, with at least one dot? The quick way for millions of lines: such a line
/// is a host entry and its own canonical text.
#[must_use]
pub fn is_plain_host(line: &[u8]) -> bool {
    is_plain_dotted_name(line)
}

/// The line itself if [`is_plain_host`].
#[must_use]
pub fn plain_host(line: &[u8]) -> Option<&str> {
    if is_plain_host(line) { std::str::from_utf8(line).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(raw: &str) -> (String, Option<String>, usize) {
        let entry = canonicalise_entry_with(raw.as_bytes(), EntryOptions { leading_wildcard: true }).unwrap();
        (entry.host, entry.path.map(|path| String::from_utf8(path).unwrap()), entry.pairs.len())
    }

    #[test]
    fn entries_are_hosts_or_pages() {
        for (raw, host, path, pairs) in [
            ("example.test", "example.test", None, 0),
            ("EXAMPLE.test/", "example.test", None, 0),
            ("http://example.test", "example.test", None, 0),
            ("https://user:pass@example.test:8443/#top", "example.test", None, 0),
            ("//example.test/?", "example.test", None, 0),
            ("ftp://example.test/a", "example.test", Some("a"), 0),
            ("  example.test/A/../b \r\n", "example.test", Some("b"), 0),
            ("example.test?x=1", "example.test", Some(""), 1),
            ("example.test/a?b=2&a=1&b=2", "example.test", Some("a"), 2),
            ("*.example.test", "example.test", None, 0),
            (".example.test/a", "example.test", Some("a"), 0),
            ("0xC0000201/a", "192.0.2.1", Some("a"), 0),
            ("[::ffff:192.0.2.1]/a", "192.0.2.1", Some("a"), 0),
            ("[64:ff9b::c000:201]", "192.0.2.1", None, 0),
            ("[2001:db8::1]:80", "2001:db8::1", None, 0),
        ] {
            assert_eq!(entry(raw), (host.to_owned(), path.map(str::to_owned), pairs), "{raw}");
        }
    }

    #[test]
    fn faulty_entries_are_located() {
        use UnreadableKind as Kind;
        for (raw, kind, at) in [
            ("", Kind::Empty, 0),
            (" /a", Kind::EmptyHost, 1),
            ("gopher://example.test/", Kind::UnsupportedScheme, 0),
            ("http:/example.test", Kind::BadSlashes, 5),
            ("http:///example.test", Kind::BadSlashes, 7),
            ("example.test/a b", Kind::BlankOrControl, 14),
            ("*.example.test", Kind::ForbiddenInHost, 0),
            ("example.test:99999/", Kind::BadPort, 13),
        ] {
            assert_eq!(canonicalise_entry(raw.as_bytes()), Err(Unreadable { kind, at }), "{raw}");
        }
    }
}
