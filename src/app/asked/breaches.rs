//! What was allowed in the past and would be blocked today, by the lists and the policy of today (standards D16); or what was blocked then
//! and would be allowed today. By host, with counts, times and what decides. One way for the command and for the console.
//!
//! Judged by [`Engine::judge`] and nothing else. Must never show an address that is on a statutory list, nor let a search by text find
//! one out.

use super::tally::{Key, Row, Seen, Tally};
use crate::app::past;
use crate::canon::CanonicalUrl;
use crate::engine::{Engine, Rejudged};
use crate::matcher::Matched;
use crate::model::{Bucket, Reason, Timestamp, VerdictKind};
use crate::policy::entry_text;
use crate::record::RequestRecord;
use crate::store::query::{Filter, REDACTED, Streamed, each_request};
use crate::store::{ReadFault, give_way};
use std::path::Path;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreachAsk {
    /// What was blocked then and would be allowed today.
    pub reverse: bool,
    /// The filter looks for text: then nothing statutory is counted.
    pub by_text: bool,
}

/// What was counted.
#[derive(Debug, Default)]
pub struct Breaches {
    tally: Tally,
    /// Requests that were judged again.
    pub judged: u64,
    /// Allowed then, and a warning would come first today.
    pub warned: u64,
    /// Their group is no more.
    pub group_is_gone: u64,
}

impl Breaches {
    /// Judges a span of the log again, and adds it to what was counted.
    ///
    /// # Errors
    /// [`ReadFault`]: the log cannot be read.
    pub fn add(&mut self, engine: &Engine, folder: &Path, filter: &Filter, ask: BreachAsk) -> Result<Streamed, ReadFault> {
        each_request(folder, filter, |_, record| {
            give_way();
            self.take(engine, record, ask);
        })
    }

    /// Requests in all rows.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.tally.requests()
    }

    /// Requests of rows beyond those that are kept apart.
    #[must_use]
    pub fn beyond(&self) -> u64 {
        self.tally.beyond
    }

    /// The rows, the most frequent first.
    #[must_use]
    pub fn into_rows(self) -> Vec<Row> {
        self.tally.into_rows()
    }

    fn take(&mut self, engine: &Engine, record: &RequestRecord<'_>, ask: BreachAsk) {
        let BreachAsk { reverse, by_text } = ask;
        let wanted = if reverse { VerdictKind::Block } else { VerdictKind::Allow };
        // What the proxy answered itself was never judged.
        if record.verdict != wanted || record.reason == Reason::OwnPage {
            return;
        }
        self.judged += 1;
        let past = past(record);
        let (now, rejudged) = match engine.rejudge(&past) {
            Ok(rejudged) => (rejudged.judgement.decision.evidence().reason, Some(rejudged)),
            Err(_) => (Reason::Unreadable, None),
        };
        self.group_is_gone += u64::from(rejudged.as_ref().is_some_and(|rejudged| rejudged.group_is_gone));
        let breach = match now.kind() {
            VerdictKind::Warn => {
                self.warned += u64::from(!reverse);
                false
            }
            VerdictKind::Allow => reverse,
            VerdictKind::Block | VerdictKind::Refuse => !reverse,
        };
        // A search by text must not find out what a statutory list holds.
        let statutory = now == Reason::Statutory || record.reason == Reason::Statutory;
        if breach && !(statutory && by_text) {
            let seen = seen(record, statutory);
            self.tally.add(key(engine, record, now, rejudged.as_ref()), seen);
        }
    }
}

/// Of a statutory address neither number nor moment is told, by which a search would show it in the clear: the hour has to do.
fn seen(record: &RequestRecord<'_>, statutory: bool) -> Seen {
    let (hour, at) = (3600, record.at.wall);
    let at = if statutory { Timestamp::from_seconds(at.seconds().div_euclid(hour) * hour) } else { at };
    let reference = if statutory { String::new() } else { record.id.to_string() };
    Seen { at, reference, group: record.group.to_owned() }
}

/// The category that decides today. What was blocked as illegal material then is that still: whoever shows the row hides its host by it (E1).
fn told_category(record: &RequestRecord<'_>, today: Option<String>) -> String {
    let illegal = Bucket::from_code("illegal-class").is_some_and(|bucket| bucket.holds_any(&record.categories));
    if illegal && record.verdict != VerdictKind::Allow { record.categories.clone().into_owned() } else { today.unwrap_or_default() }
}

fn key(engine: &Engine, record: &RequestRecord<'_>, now: Reason, rejudged: Option<&Rejudged>) -> Key {
    let statutory = now == Reason::Statutory || record.reason == Reason::Statutory;
    let evidence = rejudged.map(|rejudged| rejudged.judgement.decision.evidence());
    let matched = evidence.and_then(|evidence| evidence.matched);
    let list = matched.and_then(|matched| engine.list(matched.list)).map(|list| list.name.to_string());
    let shown = |url: &CanonicalUrl, matched: &Matched| entry_text(matched, url);
    let entry = rejudged.zip(matched).filter(|_| !statutory).and_then(|(rejudged, matched)| shown(&rejudged.url, &matched));
    let category = evidence.and_then(|evidence| evidence.category).map(|id| engine.policy.category_name(id).to_owned());
    Key {
        host: if statutory { REDACTED.to_owned() } else { record.host.to_owned() },
        then: record.reason.code(),
        now: now.code(),
        list: list.unwrap_or_else(|| record.list.to_owned()),
        category: told_category(record, category),
        entry: entry.unwrap_or_default(),
        layer: evidence.map(|evidence| evidence.layer.to_string()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::plain_request;

    #[test]
    fn what_was_blocked_as_illegal_material_is_told_as_that_though_it_would_be_open_today() {
        let of = |reason: Reason, categories: &str, today: Option<&str>| {
            let record = RequestRecord { categories: categories.to_owned().into(), verdict: reason.kind(), reason, ..plain_request(1) };
            told_category(&record, today.map(str::to_owned))
        };
        assert_eq!(of(Reason::Category, "terrorism", None), "terrorism");
        assert_eq!(of(Reason::Category, "games,terrorism", Some("games")), "games,terrorism");
        assert_eq!(of(Reason::Category, "games", Some("social")), "social");
        assert_eq!(of(Reason::Allowed, "terrorism", None), "", "what was open was not blocked as that");
    }
}
