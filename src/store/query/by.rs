//! Counts: of everything that is asked for, and by what it has in common. Bounded: beyond a million different keys only the total goes on.

use super::calendar::{day_text, hour_text};
use super::filter::{Ended, Matcher};
use super::row::REDACTED;
use crate::model::{Bucket, Reason};
use crate::record::{RequestRecord, clause_of, terms_of};
use crate::store::quiet::breathe;
use std::collections::HashMap;

/// Most different keys that are counted.
pub const MAX_GROUPS: usize = 1_000_000;

/// By what requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum By {
    /// The canonical host; statutory ones together, unnamed.
    Host,
    /// The person; those without a name together.
    User,
    /// The client's address: the one a trusted peer stated, else the other end of the connection.
    Client,
    /// Whoever asks: the person, or where nobody is known the client's address.
    Person,
    /// The device.
    Device,
    /// The site.
    Site,
    /// The group.
    Group,
    /// Each category by itself: a request with two counts for both; one without any counts under none.
    Category,
    /// Each bucket of accreditation by itself: a request counts for every one that its categories are in, or under none.
    Bucket,
    /// What was decided.
    Verdict,
    /// Why.
    Reason,
    /// The list that decided.
    List,
    /// The policy layer and rule that decided.
    Layer,
    /// The clause of the agreement behind a refusal; those without one together.
    Clause,
    /// What was typed into a search engine, in lower case; statutory ones together, unnamed.
    Terms,
    /// The method.
    Method,
    /// The status that the client got; 0: there is no outcome.
    Status,
    /// The hour of the day and its day, in the zone of the filter.
    Hour,
    /// The day, in the zone of the filter.
    Day,
}

/// What was counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) total: u64,
    pub(super) groups: HashMap<Vec<String>, u64, rapidhash::fast::RandomState>,
    pub(super) overflow: bool,
}

impl Tally {
    /// Counts under a key.
    pub(super) fn add(&mut self, key: Vec<String>, count: u64) {
        breathe();
        if self.groups.len() < MAX_GROUPS || self.groups.contains_key(&key) {
            *self.groups.entry(key).or_default() += count;
        } else {
            self.overflow = true;
        }
    }

    /// Counts under every combination of the labels of each part.
    pub(super) fn add_all(&mut self, parts: &[Vec<String>], count: u64) {
        let mut keys: Vec<Vec<String>> = vec![Vec::new()];
        for labels in parts {
            let longer =
                |key: &Vec<String>| labels.iter().map(|label| [key.as_slice(), std::slice::from_ref(label)].concat()).collect::<Vec<_>>();
            keys = keys.iter().flat_map(longer).collect();
        }
        for key in keys {
            self.add(key, count);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.overflow |= other.overflow;
        for (key, count) in other.groups {
            self.add(key, count);
        }
    }

    /// Counts one request.
    pub(super) fn request(&mut self, by: &[By], matcher: &Matcher, request: &RequestRecord<'_>, ended: Option<Ended>) {
        self.total += 1;
        if !by.is_empty() {
            let parts: Vec<Vec<String>> = by.iter().map(|by| labels(*by, matcher, request, ended)).collect();
            self.add_all(&parts, 1);
        }
    }
}

/// The categories of a list of them, each once; one empty label for none.
pub(super) fn category_labels(categories: &str) -> Vec<String> {
    let mut names: Vec<String> = categories.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() { vec![String::new()] } else { names }
}

/// The buckets that a list of categories is in; one empty label for none.
pub(super) fn bucket_labels(categories: &str) -> Vec<String> {
    let codes: Vec<String> = Bucket::all().filter(|bucket| bucket.holds_any(categories)).map(|bucket| bucket.code().to_owned()).collect();
    if codes.is_empty() { vec![String::new()] } else { codes }
}

fn labels(by: By, matcher: &Matcher, request: &RequestRecord<'_>, ended: Option<Ended>) -> Vec<String> {
    let wall = request.at.wall.0;
    let one = |text: &str| vec![text.to_owned()];
    match by {
        By::Host => {
            let statutory = request.reason == Reason::Statutory || ended.is_some_and(Ended::is_statutory);
            one(if statutory { REDACTED } else { request.host })
        }
        By::User => one(request.user.unwrap_or_default()),
        By::Client => vec![request.asserted.unwrap_or(request.peer.ip()).to_string()],
        By::Person => vec![person(request)],
        By::Device => one(request.device.unwrap_or_default()),
        By::Site => one(request.site),
        By::Group => one(request.group),
        By::Category => category_labels(&request.categories),
        By::Bucket => bucket_labels(&request.categories),
        By::Verdict => one(request.verdict.code()),
        By::Reason => one(request.reason.code()),
        By::List => one(request.list),
        By::Layer => one(request.layer),
        By::Clause => one(clause_of(request.layer).unwrap_or_default()),
        By::Terms => {
            let statutory = request.reason == Reason::Statutory || ended.is_some_and(Ended::is_statutory);
            let terms = terms_of(request.search_terms, request.host, &request.url).to_lowercase();
            vec![if statutory && !terms.is_empty() { REDACTED.to_owned() } else { terms }]
        }
        By::Method => vec![super::escape::lossless(request.method)],
        By::Status => vec![ended.unwrap_or_default().status.to_string()],
        By::Hour => vec![hour_text(matcher.calendar.hour(wall))],
        By::Day => vec![day_text(matcher.calendar.day(wall))],
    }
}

/// Whoever asks, as far as that is known.
fn person(request: &RequestRecord<'_>) -> String {
    let client = || request.asserted.unwrap_or(request.peer.ip()).to_string();
    request.user.map_or_else(client, str::to_owned)
}

/// Does the outcome bear on any of these?
pub(super) fn needs_outcome(by: &[By]) -> bool {
    by.iter().any(|by| matches!(by, By::Host | By::Terms | By::Status))
}
