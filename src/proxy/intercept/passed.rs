//! Who is let through unopened for a while: hosts that ask for a client's certificate, which only the client has, and clients
//! that refuse ours again and again for one host, as apps do that trust one certificate only (pinning).
//!
//! Must never let a host with statutory pages through; the caller asks only for others.

use crate::model::Timestamp;
use moka::sync::Cache;
use std::net::IpAddr;
use std::time::Duration;

/// The most that is remembered of each kind.
const MOST: u64 = 10_000;

const CERTIFICATE: &str = "the origin asks for a certificate that only the client has";
const REFUSES: &str = "the client refuses our certificate for this host";

/// What is remembered.
pub struct Passed {
    hosts: Cache<Box<str>, Noted>,
    refusals: Cache<(IpAddr, Box<str>), (usize, Noted)>,
    enough: usize,
    time: Duration,
}

/// When something was last noted, and whether people may be told of whom: never more than the log says.
#[derive(Clone, Copy, Debug)]
pub struct Noted {
    /// When.
    pub at: Timestamp,
    /// May the host and the client be named?
    pub named: bool,
}

/// A host that is let through unopened now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedHost {
    /// The host; empty where it may not be named.
    pub host: Box<str>,
    /// For whom; `None`: for everybody, or it may not be named.
    pub client: Option<IpAddr>,
    /// Why.
    pub why: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Passed {
    /// Lets through after so many refusals in a row (0: never), for so long.
    #[must_use]
    pub fn new(enough: usize, time: Duration) -> Self {
        let hosts = Cache::builder().max_capacity(MOST).time_to_live(time).build();
        let refusals = Cache::builder().max_capacity(MOST).time_to_live(time).build();
        Self { hosts, refusals, enough, time }
    }

    /// The host asks for certificates of clients.
    pub fn host(&self, host: &str, noted: Noted) {
        self.hosts.insert(host.into(), noted);
    }

    /// The client has refused our certificate for a host. True when this is the time that opens the way.
    pub fn refused(&self, client: IpAddr, host: &str, noted: Noted) -> bool {
        if self.enough == 0 {
            return false;
        }
        let known =
            self.refusals.entry((client, host.into())).and_upsert_with(|known| (known.map_or(1, |known| known.into_value().0 + 1), noted));
        known.value().0 == self.enough
    }

    /// The client has accepted our certificate for a host: what was before does not count.
    pub fn accepted(&self, client: IpAddr, host: &str) {
        if self.enough > 0 {
            self.refusals.invalidate(&(client, host.into()));
        }
    }

    /// How many are let through now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.now(usize::MAX).len()
    }

    /// Everything that is let through now, the latest first, at most so many.
    #[must_use]
    pub fn now(&self, most: usize) -> Vec<PassedHost> {
        let one = |host: &str, client, why, noted: Noted| PassedHost {
            host: if noted.named { host.into() } else { Box::default() },
            client: Some(client).flatten().filter(|_| noted.named),
            why,
            since: noted.at,
            until: Timestamp(noted.at.0 + i64::try_from(self.time.as_micros()).unwrap_or(i64::MAX / 2)),
        };
        let hosts = self.hosts.iter().map(|(host, noted)| one(&host, None, CERTIFICATE, noted));
        let enough = |count: &usize| self.enough > 0 && *count >= self.enough;
        let refused = self.refusals.iter().filter(|(_, (count, _))| enough(count));
        let refused = refused.map(|(key, (_, noted))| one(&key.1, Some(key.0), REFUSES, noted));
        let mut all: Vec<PassedHost> = hosts.chain(refused).collect();
        all.sort_by(|a, b| (b.since, &a.host, a.client).cmp(&(a.since, &b.host, b.client)));
        all.truncate(most);
        all
    }

    /// Does this client reach this host unopened, and why?
    #[must_use]
    pub fn why(&self, client: IpAddr, host: &str) -> Option<&'static str> {
        if self.hosts.contains_key(host) {
            return Some("not opened: the origin asks for a certificate that only the client has");
        }
        let refused = self.enough > 0 && self.refusals.get(&(client, host.into())).is_some_and(|(count, _)| count >= self.enough);
        refused.then_some("not opened: the client refuses our certificate for this host")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(seconds: i64) -> Noted {
        Noted { at: Timestamp::from_seconds(seconds), named: true }
    }

    #[test]
    fn what_is_let_through_is_listed_with_its_end_and_names_nobody_whom_the_log_does_not() {
        let passed = Passed::new(1, Duration::from_secs(60));
        passed.host("bank.test", noted(7));
        passed.refused([192, 0, 2, 1].into(), "app.test", noted(5));
        passed.refused([192, 0, 2, 2].into(), "secret.test", Noted { named: false, ..noted(6) });
        let listed = passed.now(10);
        let one = |host: &str, client: Option<[u8; 4]>, why, since| PassedHost {
            host: host.into(),
            client: client.map(IpAddr::from),
            why,
            since: Timestamp::from_seconds(since),
            until: Timestamp::from_seconds(since + 60),
        };
        let app = one("app.test", Some([192, 0, 2, 1]), REFUSES, 5);
        assert_eq!(listed, [one("bank.test", None, CERTIFICATE, 7), one("", None, REFUSES, 6), app]);
        assert_eq!(passed.now(1).len(), 1);
    }

    #[test]
    fn a_client_passes_after_enough_refusals_in_a_row_and_nobody_else_does() {
        let passed = Passed::new(2, Duration::from_secs(60));
        let (phone, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert!(!passed.refused(phone, "app.test", noted(5)));
        assert_eq!(passed.why(phone, "app.test"), None);
        passed.accepted(phone, "app.test");
        assert!(!passed.refused(phone, "app.test", noted(5)), "counted from the start again");
        assert!(passed.refused(phone, "app.test", noted(5)));
        assert!(passed.why(phone, "app.test").is_some());
        assert_eq!(passed.why(other, "app.test"), None);
        assert_eq!(passed.why(phone, "site.test"), None);
        let never = Passed::new(0, Duration::from_secs(60));
        assert!(!never.refused(phone, "app.test", noted(5)) && never.why(phone, "app.test").is_none());
    }
}
