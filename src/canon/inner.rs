//! Addresses inside other addresses: finding their text (rule R5).
//!
//! Must never read more than a bounded amount: an address with more than that inside is refused, not cut short.

use super::class::{BLANK_OR_CONTROL, is};
use super::query::cut_name;
use super::split::{Parts, split_after_slashes};
use super::unreadable::{Unreadable, UnreadableKind};
use super::{Carrier, MAX_FORMS, Scheme, decode, fold, path};
use smallvec::SmallVec;

/// The inner addresses found so far, each once.
#[derive(Default)]
pub(super) struct Found(SmallVec<[Inner; 2]>);

impl IntoIterator for Found {
    type Item = Inner;
    type IntoIter = smallvec::IntoIter<[Inner; 2]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Found {
    fn add(&mut self, raw: &[u8]) -> Result<(), Unreadable> {
        self.add_inner(Inner::find(raw))
    }

    /// As [`Found::add`], for a reading so doubtful that it is no ground for a refusal.
    fn add_doubtful(&mut self, raw: &[u8]) -> Result<(), Unreadable> {
        self.add_inner(Inner::find(raw).map(|inner| Inner { certain: false, ..inner }))
    }

    fn add_inner(&mut self, inner: Option<Inner>) -> Result<(), Unreadable> {
        let Some(inner) = inner else { return Ok(()) };
        if let Some(known) = self.0.iter_mut().find(|known| known.rest == inner.rest) {
            known.certain |= inner.certain;
            return Ok(());
        }
        if self.0.len() >= MAX_FORMS {
            return Err(Unreadable::new(UnreadableKind::TooManyForms, 0));
        }
        self.0.push(inner);
        Ok(())
    }
}

/// The address that may carry others.
pub(super) struct Outer<'a> {
    host: &'a str,
    target: &'a [u8],
    path: &'a [u8],
    /// The path decoded and resolved, where that may differ.
    resolved: Option<Vec<u8>>,
    query: Option<&'a [u8]>,
}

impl<'a> Outer<'a> {
    pub(super) fn new(host: &'a str, target: &'a [u8]) -> Self {
        let mark = memchr::memchr(b'?', target);
        let (path, query) = mark.map_or((target, None), |mark| (&target[..mark], Some(&target[mark + 1..])));
        let resolved = (!path::is_simple(path)).then(|| path::resolved_unfolded(path));
        Self { host, target, path, resolved, query }
    }

    /// Looks where `carrier` says; `suffix` is the host of the rule.
    pub(super) fn search(&self, suffix: &str, carrier: &Carrier, found: &mut Found) -> Result<(), Unreadable> {
        match carrier {
            Carrier::PathAfter { prefix, skip } => self.both_paths(found, |path| after_prefix(path, prefix, *skip)),
            Carrier::PathAnywhere => self.both_paths(found, anywhere),
            Carrier::QueryKey { path, key } if behind_prefix(self.path, path).is_some() => {
                values(self.query, key).try_for_each(|value| found.add(&value))
            }
            Carrier::QueryKey { .. } => Ok(()),
            Carrier::WholeQuery => self.query.map_or(Ok(()), |query| found.add(query)),
            Carrier::CacheQuery(key) => values(self.query, key).filter_map(|value| cached(&value)).try_for_each(|value| found.add(&value)),
            Carrier::HostLabel => {
                let names = label_readings(self.host.strip_suffix(suffix).unwrap_or_default(), self.query);
                names.iter().try_for_each(|name| found.add(&[b"http://", name.as_bytes(), self.target].concat()))
            }
        }
    }

    /// Looks into the path as it came and into the decoded and resolved one.
    fn both_paths(&self, found: &mut Found, look: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<(), Unreadable> {
        if let Some(inner) = look(self.path) {
            found.add(&with_query(&inner, self.query))?;
        }
        match self.resolved.as_deref().and_then(look) {
            Some(inner) => found.add_doubtful(&with_query(&inner, self.query)),
            None => Ok(()),
        }
    }
}

/// The text of an address found inside another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inner {
    /// Host onwards.
    rest: Vec<u8>,
    /// It started with a scheme or `//`, so it is an address and nothing else.
    certain: bool,
}

impl Inner {
    /// Reads what a wrapping site would take for an address: any number of slashes or backslashes, no scheme at all,
    /// blanks around it. `None` when it cannot be one.
    fn find(raw: &[u8]) -> Option<Self> {
        let clean = clean(&peel(raw));
        let (certain, start) = authority_start(&clean)?;
        let rest = &clean[start..];
        let rest = rest.strip_prefix(b"*.").unwrap_or(rest);
        let host_end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let plausible = certain && host_end > 0 || rest[..host_end].iter().any(|byte| matches!(byte, b'.' | b'['));
        plausible.then(|| Self { rest: rest.to_vec(), certain })
    }

    /// The same, and certain only if what carries it is.
    pub(super) fn doubted_unless(self, certain: bool) -> Self {
        Self { certain: self.certain && certain, ..self }
    }

    /// Is `other` the same text, and no more certain?
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.rest == other.rest && (self.certain || !other.certain)
    }

    pub(super) fn len(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn is_certain(&self) -> bool {
        self.certain
    }

    pub(super) fn parts(&self) -> Result<Parts<'_>, Unreadable> {
        split_after_slashes(Scheme::Http, &self.rest, 0)
    }
}

/// Decodes while the scheme or the slashes behind it are still encoded: once for each layer that was wrapped around.
fn peel(raw: &[u8]) -> Vec<u8> {
    const LAYERS: usize = 5;
    let mut text = raw.to_vec();
    for _ in 0..LAYERS {
        let head = text.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(text.len());
        if memchr::memchr(b'%', &text[..head]).is_none() {
            return text;
        }
        text = decode::once_leniently(&text).0;
    }
    let mut settled = Vec::new();
    decode::settle(&text, false, &mut settled);
    settled
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Without TAB, CR and LF (WHATWG URL) and outer blanks; other controls and blanks percent-encoded; slashes for backslashes before the query.
fn clean(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut in_path = true;
    for &byte in text.trim_ascii() {
        in_path &= !matches!(byte, b'?' | b'#');
        match byte {
            b'\t' | b'\r' | b'\n' => {}
            b'\\' if in_path => out.push(b'/'),
            _ if is(byte, BLANK_OR_CONTROL) => out.extend([b'%', b'0' + (byte >> 4), HEX[usize::from(byte & 15)]]),
            _ => out.push(byte),
        }
    }
    out
}

/// Is there a scheme or `//`, and where does the authority start? `None` for a path of the wrapping site itself.
fn authority_start(text: &[u8]) -> Option<(bool, usize)> {
    // `ssl:` is how one image proxy writes https.
    const SCHEMES: [&[u8]; 6] = [b"http:", b"https:", b"ws:", b"wss:", b"ftp:", b"ssl:"];
    let has = |scheme: &[u8]| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = SCHEMES.iter().find(|scheme| has(scheme)).map_or(0, |scheme| scheme.len());
    let slashes = text[scheme..].iter().take_while(|&&byte| byte == b'/').count();
    match (scheme > 0, slashes) {
        (false, 0) => Some((false, 0)),
        (false, 1) => None,
        (_, slashes) => Some((slashes > 0, scheme + slashes)),
    }
}

/// An inner query that was encoded is already there; the outer one goes on from it.
fn with_query(inner: &[u8], query: Option<&[u8]>) -> Vec<u8> {
    let mut inner = peel(inner);
    if let Some(query) = query {
        inner.push(if memchr::memchr(b'?', &inner).is_some() { b'&' } else { b'?' });
        inner.extend_from_slice(query);
    }
    inner
}

/// What stands behind the prefix, empty and dot segments passed over.
fn after_prefix(path: &[u8], prefix: &str, skip: u8) -> Option<Vec<u8>> {
    let mut rest = behind_prefix(path, prefix)?;
    for _ in 0..skip {
        rest = next_segment(rest).1;
    }
    let rest = skip_slashes(rest);
    (!rest.is_empty()).then(|| rest.to_vec())
}

fn behind_prefix<'a>(path: &'a [u8], prefix: &str) -> Option<&'a [u8]> {
    let mut rest = path;
    for wanted in prefix.split('/').filter(|segment| !segment.is_empty()) {
        let (segment, behind) = next_segment(rest);
        if !spells(segment, wanted) {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

fn anywhere(path: &[u8]) -> Option<Vec<u8>> {
    let mut rest = skip_slashes(path);
    while !rest.is_empty() {
        let (segment, behind) = next_segment(rest);
        let word = fold::fold(path::decoded(segment));
        if matches!(&word[..], b"http" | b"https") {
            return Some([b"http://", skip_slashes(behind)].concat());
        }
        if word.starts_with(b"http:") || word.starts_with(b"https:") {
            return Some(rest.to_vec());
        }
        rest = skip_slashes(behind);
    }
    None
}

/// Is `raw` some spelling of a word in lower case?
fn spells(raw: &[u8], word: &str) -> bool {
    if raw.iter().all(|&byte| byte.is_ascii() && byte != b'%') {
        return raw.eq_ignore_ascii_case(word.as_bytes());
    }
    fold::fold(path::decoded(raw)) == word.as_bytes()
}

fn next_segment(path: &[u8]) -> (&[u8], &[u8]) {
    let path = skip_slashes(path);
    path.split_at(path.iter().position(|byte| matches!(byte, b'/' | b'\\')).unwrap_or(path.len()))
}

fn skip_slashes(mut path: &[u8]) -> &[u8] {
    loop {
        path = match path {
            [b'/' | b'\\', rest @ ..] => rest,
            [b'.', b'/' | b'\\', rest @ ..] => rest,
            [b'.'] => &[],
            _ => return path,
        };
    }
}

/// The values of a query name, decoded once.
fn values<'a>(query: Option<&'a [u8]>, key: &'a str) -> impl Iterator<Item = Vec<u8>> + 'a {
    let pieces = query.into_iter().flat_map(|query| query.split(|byte| matches!(byte, b'&')));
    pieces.map(cut_name).filter(move |(name, _)| spells(name, key)).map(|(_, value)| {
        let blanks: Vec<u8> = value.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
        decode::once_leniently(&blanks).0
    })
}

/// `cache:ADDRESS words` or `cache:NUMBER:ADDRESS words`.
fn cached(value: &[u8]) -> Option<Vec<u8>> {
    let text = peel_cache(value);
    let start = text.get(..6).filter(|start| start.eq_ignore_ascii_case(b"cache:"))?.len();
    let rest = text[start..].trim_ascii_start();
    let rest = rest.split(|byte| byte.is_ascii_whitespace()).next()?;
    let (number, address) = rest.split_at(memchr::memchr(b':', rest).unwrap_or(0));
    let numbered = !address.is_empty() && number.len() == 12 && !number.contains(&b'.');
    Some(if numbered { address[1..].to_vec() } else { rest.to_vec() })
}

fn peel_cache(value: &[u8]) -> Vec<u8> {
    let text = value.trim_ascii();
    if memchr::memchr(b':', text).is_some() { text.to_vec() } else { decode::once_leniently(text).0 }
}

/// The host names that the label before a translating host may stand for.
///
/// Published with the service: `--` is a hyphen and `-` a dot; `_x_tr_hp` holds a part that did not fit, and the marks `0-` and
/// `1-` before the label say that the rest was an international name or needed no change.
fn label_readings(before: &str, query: Option<&[u8]>) -> SmallVec<[String; 4]> {
    let label = before.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let mut readings = SmallVec::new();
    if label.is_empty() {
        return readings;
    }
    let missing = values(query, "_x_tr_hp").filter_map(|part| String::from_utf8(part).ok()).filter(|part| !part.is_empty());
    let labels = std::iter::once(label.to_owned()).chain(missing.map(|part| part + label).take(2));
    for label in labels {
        readings.push(unescape_label(&label));
        for mark in ["0-", "1-"] {
            if let Some(rest) = label.strip_prefix(mark) {
                let rest = rest.strip_suffix("-0").unwrap_or(rest);
                readings.push(unescape_label(rest));
            }
        }
    }
    readings.retain(|name| name.contains('.'));
    readings
}

fn unescape_label(label: &str) -> String {
    label.replace("--", "\0").replace('-', ".").replace('\0', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_unescaped() {
        assert_eq!(unescape_label("my--site-example-test"), "my-site.example.test");
    }

    #[test]
    fn what_a_wrapping_site_takes_for_an_address() {
        for (text, rest, certain) in [
            ("http://a.test/x", "a.test/x", true),
            ("HTTPS:\\\\a.test\\x", "a.test/x", true),
            ("http:/a.test", "a.test", true),
            ("//a.test", "a.test", true),
            ("a.test/x", "a.test/x", false),
            (" a.\ttest\n", "a.test", false),
            ("http%3A%2F%2Fa.test%2Fx", "a.test/x", true),
            ("http%253A%252F%252Fa.test%252Fx", "a.test/x", true),
            ("http://*.a.test/", "a.test/", true),
            ("ssl:a.test/x", "a.test/x", false),
            ("http://a.test/b c", "a.test/b%20c", true),
        ] {
            assert_eq!(Inner::find(text.as_bytes()), Some(Inner { rest: rest.as_bytes().to_vec(), certain }), "{text}");
        }
        for text in ["", "words", "/a.test/x", "http://", "words/a.test"] {
            assert_eq!(Inner::find(text.as_bytes()), None, "{text}");
        }
    }
}
