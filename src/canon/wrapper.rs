//! Sites that carry another address in their path, query or name (rule R5): translators, caches, archives, readers.
//!
//! Must never look into the query of a site that is not in the table: a listed address in some other site's query is no hit.

use super::class::{BLANK_OR_CONTROL, is};
use super::query::cut_name;
use super::split::{Parts, split_after_slashes};
use super::unreadable::Unreadable;
use super::wrapper_table::BUILT_IN;
use super::{Form, HostKind, Scheme, canonicalise_entry, decode, fold, path};
use smallvec::SmallVec;

/// Where a wrapping site carries the inner address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Behind these path segments (`amp/s`; empty: from the start) and so many more that vary (a time stamp).
    /// The query of the outer address is the query of the inner one.
    PathAfter {
        /// Segments with `/` between them.
        prefix: Box<str>,
        /// Segments behind them to pass over.
        skip: u8,
    },
    /// From the first path segment that starts with `http:`, `https:`, or is `http` or `https`.
    PathAnywhere,
    /// The value of a query name.
    QueryKey {
        /// Segments that the path starts with; empty: any path.
        path: Box<str>,
        /// The name, in lower case.
        key: Box<str>,
    },
    /// The whole query.
    WholeQuery,
    /// Behind the `cache:` operator in the value of this query name.
    CacheQuery(Box<str>),
    /// The label before the host: `-` for a dot, `--` for a hyphen. Path and query are the inner ones.
    HostLabel,
}

/// One wrapping site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrapperRule {
    /// Canonical host; covers its subdomains.
    host: Box<str>,
    /// Any ending of one or two labels may follow the host (`translate.google.*`).
    any_ending: bool,
    carrier: Carrier,
}

impl WrapperRule {
    /// A rule for `host` and its subdomains; `name.*` stands for the name under any country's ending.
    ///
    /// # Errors
    /// [`Unreadable`] when the host is no host name.
    pub fn new(host: &str, carrier: Carrier) -> Result<Self, Unreadable> {
        let name = host.strip_suffix(".*");
        let entry = canonicalise_entry(name.unwrap_or(host).as_bytes())?;
        Ok(Self { host: entry.host.into(), any_ending: name.is_some(), carrier })
    }

    fn covers(&self, host: &str) -> bool {
        if !self.any_ending {
            return within(host, &self.host);
        }
        // An ending has one or two labels: `example.test`, `example.co.test`.
        let without_one = host.rsplit_once('.').map(|(rest, _)| rest);
        let without_two = without_one.and_then(|rest| rest.rsplit_once('.')).filter(|(_, last)| last.len() <= 3).map(|(rest, _)| rest);
        [without_one, without_two].into_iter().flatten().any(|rest| within(rest, &self.host))
    }

    /// The label of the host that is least likely to be in other names.
    fn telling_label(&self) -> &str {
        let mut labels = self.host.rsplit('.');
        let last = labels.next().unwrap_or(&self.host);
        if self.any_ending { last } else { labels.next().unwrap_or(last) }
    }
}

fn within(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Sites that carry another address in their path, query or name.
#[derive(Clone, Debug)]
pub struct Wrappers {
    /// Each with the bit of its telling label.
    rules: Vec<(usize, WrapperRule)>,
    /// One bit for each telling label of a rule, so that other hosts cost next to nothing.
    labels: [u64; 16],
}

impl Default for Wrappers {
    /// The built-in table.
    fn default() -> Self {
        Self::built_in()
    }
}

impl Wrappers {
    /// No site at all.
    #[must_use]
    pub fn none() -> Self {
        Self { rules: Vec::new(), labels: [0; 16] }
    }

    /// The built-in table.
    #[must_use]
    pub fn built_in() -> Self {
        BUILT_IN.iter().flat_map(|row| row.rules()).fold(Self::none(), Self::with)
    }

    /// The table with one more rule.
    #[must_use]
    pub fn with(mut self, rule: WrapperRule) -> Self {
        let bit = label_bit(rule.telling_label().as_bytes());
        self.labels[bit / 64] |= 1 << (bit % 64);
        self.rules.push((bit, rule));
        self
    }

    /// Could this form carry another address? A quick look, sometimes wrong towards yes.
    pub(super) fn may_wrap(&self, form: &Form) -> bool {
        form.host_kind == HostKind::Name && label_bits(form.host()).any(|bit| self.labels[bit / 64] >> (bit % 64) & 1 != 0)
    }

    /// Every address carried inside `target` (path and query as they came) on `host`.
    pub(super) fn inner_addresses(&self, host: &str, target: &[u8]) -> SmallVec<[Inner; 2]> {
        let bits: SmallVec<[usize; 8]> = label_bits(host).collect();
        let mut found = SmallVec::new();
        for (_, rule) in self.rules.iter().filter(|(bit, rule)| bits.contains(bit) && rule.covers(host)) {
            rule.collect(host, target, &mut found);
        }
        found
    }
}

fn label_bits(host: &str) -> impl Iterator<Item = usize> {
    host.as_bytes().split(|&byte| byte == b'.').map(label_bit)
}

fn label_bit(label: &[u8]) -> usize {
    let ends = match label {
        [] => 0,
        [one] => u64::from(*one),
        [first, .., last] => u64::from(*first) << 16 | u64::from(label[label.len() / 2]) << 8 | u64::from(*last),
    };
    let mixed = (ends << 8 | label.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 54) as usize
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
        let (certain, start) = authority_start(&clean);
        let rest = clean.get(start..)?;
        let rest = rest.strip_prefix(b"*.").unwrap_or(rest);
        let host_end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let plausible = certain && host_end > 0 || rest[..host_end].iter().any(|byte| matches!(byte, b'.' | b'['));
        plausible.then(|| Self { rest: rest.to_vec(), certain })
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

/// Without TAB, CR and LF (WHATWG URL) and outer blanks; other controls and blanks percent-encoded; slashes for backslashes before the query.
fn clean(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut in_path = true;
    for &byte in text.trim_ascii() {
        in_path &= !matches!(byte, b'?' | b'#');
        match byte {
            b'\t' | b'\r' | b'\n' => {}
            b'\\' if in_path => out.push(b'/'),
            _ if is(byte, BLANK_OR_CONTROL) => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out
}

/// Is there a scheme or `//`, and where does the authority start?
fn authority_start(text: &[u8]) -> (bool, usize) {
    const SCHEMES: [&[u8]; 5] = [b"http:", b"https:", b"ws:", b"wss:", b"ftp:"];
    let has = |scheme: &[u8]| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = SCHEMES.iter().find(|scheme| has(scheme)).map_or(0, |scheme| scheme.len());
    let slashes = text[scheme..].iter().take_while(|&&byte| byte == b'/').count();
    (scheme > 0 && slashes > 0 || slashes > 1, scheme + slashes)
}

impl WrapperRule {
    fn collect(&self, host: &str, target: &[u8], found: &mut SmallVec<[Inner; 2]>) {
        let mark = memchr::memchr(b'?', target);
        let (raw_path, query) = mark.map_or((target, None), |mark| (&target[..mark], Some(&target[mark + 1..])));
        match &self.carrier {
            Carrier::PathAfter { prefix, skip } => both_paths(raw_path, query, found, |path| after_prefix(path, prefix, *skip)),
            Carrier::PathAnywhere => both_paths(raw_path, query, found, anywhere),
            Carrier::QueryKey { path, key } => {
                if behind_prefix(raw_path, path).is_some() {
                    values(query, key).for_each(|value| add(found, &value));
                }
            }
            Carrier::WholeQuery => query.into_iter().for_each(|query| add(found, query)),
            Carrier::CacheQuery(key) => values(query, key).filter_map(|value| cached(&value)).for_each(|value| add(found, &value)),
            Carrier::HostLabel => {
                for name in label_readings(host.strip_suffix(&*self.host).unwrap_or_default(), query) {
                    add(found, &[b"http://", name.as_bytes(), target].concat());
                }
            }
        }
    }
}

fn add(found: &mut SmallVec<[Inner; 2]>, raw: &[u8]) {
    let Some(inner) = Inner::find(raw) else { return };
    match found.iter_mut().find(|known| known.rest == inner.rest) {
        Some(known) => known.certain |= inner.certain,
        None => found.push(inner),
    }
}

/// Looks into the path as it came and, where that differs, into the decoded and resolved one; what only the latter shows is
/// a doubtful reading, so it is no ground for a refusal.
fn both_paths(raw: &[u8], query: Option<&[u8]>, found: &mut SmallVec<[Inner; 2]>, look: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    if let Some(inner) = look(raw) {
        add(found, &with_query(&inner, query));
    }
    if !path::is_simple(raw)
        && let Some(inner) = look(&path::resolved_unfolded(raw))
        && let Some(inner) = Inner::find(&with_query(&inner, query))
        && !found.iter().any(|known| known.rest == inner.rest)
    {
        found.push(Inner { certain: false, ..inner });
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
    fn rules_cover_their_hosts_at_label_boundaries() {
        let rule = |host: &str| WrapperRule::new(host, Carrier::WholeQuery).unwrap();
        for (pattern, host, covered) in [
            ("reader.example", "reader.example", true),
            ("reader.example", "a.reader.example", true),
            ("reader.example", "areader.example", false),
            ("translate.example.*", "translate.example.test", true),
            ("translate.example.*", "www.translate.example.co.test", true),
            ("translate.example.*", "translate.example.other.test", false),
            ("translate.example.*", "xtranslate.example.test", false),
            ("translate.example.*", "translate.example", false),
        ] {
            assert_eq!(rule(pattern).covers(host), covered, "{pattern} {host}");
        }
    }
}
