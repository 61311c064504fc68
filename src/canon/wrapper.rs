//! Sites that carry another address in their path, query or name (rule R5): translators, caches, archives, readers.
//!
//! Must never look into the query of a site that is not in the table: a listed address in some other site's query is no hit.

use super::inner::{Found, Outer};
use super::unreadable::Unreadable;
use super::wrapper_table::BUILT_IN;
use super::{Form, HostKind, canonicalise_entry};
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

/// Words of 64 bits for the telling labels: so many that the everyday labels share a bit with none of them.
const LABEL_WORDS: usize = 256;

/// Sites that carry another address in their path, query or name.
#[derive(Clone, Debug)]
pub struct Wrappers {
    /// Each with the bit of its telling label.
    rules: Vec<(usize, WrapperRule)>,
    /// One bit for each telling label of a rule, so that other hosts cost next to nothing.
    labels: Box<[u64; LABEL_WORDS]>,
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
        Self { rules: Vec::new(), labels: Box::new([0; LABEL_WORDS]) }
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
    pub(super) fn inner_addresses(&self, host: &str, target: &[u8]) -> Result<Found, Unreadable> {
        let bits: SmallVec<[usize; 8]> = label_bits(host).collect();
        let mut found = Found::default();
        let mut covering = self.rules.iter().filter(|(bit, rule)| bits.contains(bit) && rule.covers(host)).peekable();
        if covering.peek().is_none() {
            return Ok(found);
        }
        let outer = Outer::new(host, target);
        for (_, rule) in covering {
            outer.search(&rule.host, &rule.carrier, &mut found)?;
        }
        Ok(found)
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
    (mixed >> 50) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_labels_share_no_bit_with_a_wrapping_site() {
        let built_in = Wrappers::built_in();
        let everyday = "com net org edu gov uk co ac sch de fr nl ru cn br io info xyz www m cdn static api mail blog shop news login assets media video";
        let known: Vec<&str> = built_in.rules.iter().map(|(_, rule)| rule.telling_label()).collect();
        for label in everyday.split(' ').filter(|label| !known.contains(label)) {
            let bit = label_bit(label.as_bytes());
            assert_eq!(built_in.labels[bit / 64] >> (bit % 64) & 1, 0, "{label}");
        }
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
