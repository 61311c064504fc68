//! What was last blocked for each client, so that people can look it up where their browser could not show our page (standards AA11).
//!
//! In memory alone, for an hour, within bounds for each client and in all; forgotten at a restart. Must never hold the address of a
//! statutory entry (E1), nor anything of a group whose log keeps counts alone.

use super::case::Case;
use super::told::Told;
use crate::canon::Scheme;
use crate::model::{Reason, RequestId, Timestamp, VerdictKind};
use crate::policy::Evidence;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long something is remembered, in minutes.
pub const LASTS_MINUTES: i64 = 60;
/// At most this many for one client.
const EACH: usize = 20;
/// At most this many clients; who was not blocked for longest is forgotten first.
const CLIENTS: u64 = 5_000;

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub at: Timestamp,
    /// Its reference number.
    pub id: RequestId,
    /// Why.
    pub reason: Reason,
    /// The host; empty for a statutory entry.
    pub host: Box<str>,
    /// The category that decided, in words; empty where there is none.
    pub category: Box<str>,
    /// Nothing that hints at the category is said of it.
    pub quiet: bool,
    /// The group, in words.
    pub group: Box<str>,
    /// Where a warning that is read leads on to.
    pub onward: Option<Box<str>>,
}

/// The last blocks of each client, oldest first.
#[derive(Debug)]
pub struct Stopped(Cache<IpAddr, Arc<Mutex<VecDeque<Stop>>>>);

impl Default for Stopped {
    fn default() -> Self {
        let life = Duration::from_secs(LASTS_MINUTES.unsigned_abs() * 60);
        Self(Cache::builder().max_capacity(CLIENTS).eviction_policy(EvictionPolicy::lru()).time_to_idle(life).build())
    }
}

impl Stopped {
    /// Remembers a block; the same once more takes the place of the one before.
    pub fn note(&self, client: IpAddr, stop: Stop) {
        let row = self.0.get_with(client, Arc::default);
        let mut row = row.lock().unwrap_or_else(PoisonError::into_inner);
        row.retain(|known| (known.reason, &known.host) != (stop.reason, &stop.host));
        if row.len() >= EACH {
            row.pop_front();
        }
        row.push_back(stop);
    }

    /// What was blocked for a client in the last hour, newest first.
    #[must_use]
    pub fn of(&self, client: IpAddr, now: Timestamp) -> Vec<Stop> {
        let Some(row) = self.0.get(&client) else { return Vec::new() };
        let row = row.lock().unwrap_or_else(PoisonError::into_inner);
        row.iter().rev().filter(|stop| now.0 - stop.at.0 < LASTS_MINUTES * 60_000_000).cloned().collect()
    }
}

/// Remembers that a request was blocked, or that its person was asked to think first.
pub(super) fn remember(case: &Case, evidence: &Evidence) {
    let told = matches!(evidence.reason.kind(), VerdictKind::Block | VerdictKind::Warn);
    let policy = &case.live.engine.policy;
    if !told || !case.is_named() || !case.live.remembers_blocks {
        return;
    }
    let by_law = evidence.reason == Reason::Statutory;
    let url = case.url.as_ref().filter(|_| !by_law);
    let told = Told::of(&case.live.engine, case.subject.group, evidence);
    let onward = url.filter(|_| matches!(evidence.reason, Reason::Warned | Reason::NewDomain)).map(|url| {
        if url.scheme() == Scheme::Tunnel {
            // A tunnel says no more than where it leads.
            format!("https://{}/", url.authority_text().trim_end_matches(":443"))
        } else {
            format!("{}://{}{}", url.scheme().name(), url.authority_text(), url.forward_target())
        }
    });
    let stop = Stop {
        at: case.ticket.started().wall,
        id: case.ticket.id(),
        reason: evidence.reason,
        host: url.map_or("", |url| url.host()).into(),
        category: told.category.filter(|_| !by_law).unwrap_or("").into(),
        quiet: told.quiet,
        group: policy.group_title(case.subject.group).into(),
        onward: onward.map(Into::into),
    };
    case.side.proxy.stopped.note(case.subject.client(), stop);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(host: &str, seconds: i64) -> Stop {
        Stop {
            at: Timestamp::from_seconds(seconds),
            id: RequestId(u64::try_from(seconds).unwrap()),
            reason: Reason::Category,
            host: host.into(),
            category: "Games".into(),
            quiet: false,
            group: "Children".into(),
            onward: None,
        }
    }

    fn hosts(stopped: &Stopped, client: IpAddr, seconds: i64) -> Vec<String> {
        stopped.of(client, Timestamp::from_seconds(seconds)).iter().map(|stop| stop.host.to_string()).collect()
    }

    #[test]
    fn each_client_finds_its_own_blocks_newest_first_for_an_hour() {
        let stopped = Stopped::default();
        let (me, other): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        stopped.note(me, stop("a.test", 10));
        stopped.note(me, stop("b.test", 20));
        stopped.note(me, stop("a.test", 30));
        stopped.note(other, stop("theirs.test", 40));
        assert_eq!(hosts(&stopped, me, 50), ["a.test", "b.test"], "the same again moves to the front");
        assert_eq!(hosts(&stopped, other, 50), ["theirs.test"]);
        assert_eq!(hosts(&stopped, me, 3_620), ["a.test"]);
        assert!(hosts(&stopped, me, 3_630).is_empty());
    }

    #[test]
    fn the_memory_is_bounded_for_one_client_and_under_a_hundred_thousand() {
        let stopped = Stopped::default();
        let me: IpAddr = "192.0.2.1".parse().unwrap();
        for number in 0..1000 {
            stopped.note(me, stop(&format!("{number}.test"), number));
        }
        let kept = hosts(&stopped, me, 1000);
        assert_eq!((kept.len(), kept[0].as_str()), (EACH, "999.test"));
        for number in 0..100_000_u32 {
            stopped.note(IpAddr::from((0x0a00_0000 + number).to_be_bytes()), stop("a.test", 1000));
        }
        stopped.0.run_pending_tasks();
        assert!(stopped.0.entry_count() <= CLIENTS, "{}", stopped.0.entry_count());
        assert!(hosts(&stopped, me, 1000).is_empty(), "who was not blocked for longest is forgotten");
        assert_eq!(hosts(&stopped, "10.1.134.159".parse().unwrap(), 1000), ["a.test"], "who was blocked last is not");
    }
}
