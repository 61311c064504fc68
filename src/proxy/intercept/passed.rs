//! Who is let through unopened for a while: hosts that ask for a client's certificate, which only the client has, and clients
//! that refuse ours again and again for one host, as apps do that trust one certificate only (pinning).
//!
//! Must never let a host through that has to be seen inside: one with statutory pages, with listed pages, a search engine, a host
//! that the group names, unless `pass_hosts` says so. Must never take a client without our authority for an app that pins, nor a
//! client that merely goes away for one that refuses.

use crate::config::PassScope;
use crate::policy::Opening;
use moka::sync::Cache;
use std::net::IpAddr;
use std::time::Duration;

/// The most that is remembered of each kind.
const MOST: u64 = 10_000;
/// The most hosts that one client reaches unopened at one time: no device has more such apps, whoever tries them all has less.
const MOST_FOR_ONE: usize = 32;
/// A client has our authority installed when it has accepted it within this time.
const TRUSTING: Duration = Duration::from_secs(86_400);

const WANTS_CERTIFICATE: &str = "not opened: the origin asks for a certificate that only the client has";
const REFUSES_OURS: &str = "not opened: the client refuses our certificate for this host";

/// When somebody is let through, and where to.
#[derive(Clone, Copy, Debug)]
pub struct PassRules {
    /// After so many refusals in a row; 0: never.
    pub enough: usize,
    /// For so long.
    pub time: Duration,
    /// To which hosts.
    pub scope: PassScope,
}

/// What is remembered.
pub struct Passed {
    rules: PassRules,
    hosts: Cache<Box<str>, i64>,
    refusals: Cache<(IpAddr, Box<str>), Refusals>,
    /// Clients that have our authority, with the host that they last accepted it for.
    trusting: Cache<IpAddr, Box<str>>,
    /// What the log does not name is named by no list either.
    unnamed: Cache<(Option<IpAddr>, Box<str>), ()>,
}

/// How often in a row, and since when.
#[derive(Clone, Copy, Default)]
struct Refusals {
    count: usize,
    last: i64,
}

/// What one refusal has led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing yet.
    Counted,
    /// From now on this client reaches this host unopened.
    Opens,
    /// Nothing: this client has not accepted our authority for any other host of late, so it probably does not have it.
    Stranger,
    /// Nothing: this client reaches too many hosts unopened already.
    TooMany,
}

/// One way past the opening that stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedNow {
    /// The client it is for; none: for all of them.
    pub client: Option<IpAddr>,
    /// The host; empty where neither it nor the client may be named.
    pub host: Box<str>,
    /// Since when, in seconds since 1970.
    pub since: i64,
    /// Until when.
    pub until: i64,
    /// Why, in words.
    pub why: &'static str,
}

impl Passed {
    /// Lets nobody through yet.
    #[must_use]
    pub fn new(rules: PassRules) -> Self {
        let (hosts, refusals) = (Cache::builder().max_capacity(MOST), Cache::builder().max_capacity(MOST));
        Self {
            rules,
            hosts: hosts.time_to_live(rules.time).build(),
            refusals: refusals.time_to_live(rules.time).build(),
            trusting: Cache::builder().max_capacity(MOST).time_to_live(TRUSTING).build(),
            unnamed: Cache::builder().max_capacity(2 * MOST).time_to_live(rules.time).build(),
        }
    }

    /// Do refusals count for a host that is opened for this reason? `statutory`: single pages of it are on a statutory list.
    #[must_use]
    pub fn counts(&self, opening: Opening, statutory: bool) -> bool {
        match self.rules.scope {
            PassScope::Others => opening == Opening::WithAll,
            PassScope::NotStatutory => !statutory,
            PassScope::All => true,
        }
    }

    /// The host asks for certificates of clients. `now` in seconds since 1970.
    pub fn host(&self, host: &str, now: i64) {
        self.hosts.insert(host.into(), now);
    }

    /// The client has said that it does not trust our certificate for a host. `now` in seconds since 1970.
    pub fn refused(&self, client: IpAddr, host: &str, now: i64) -> Refused {
        if self.rules.enough == 0 {
            return Refused::Counted;
        }
        if self.trusting.get(&client).is_none_or(|other| *other == *host) {
            return Refused::Stranger;
        }
        let known = self.refusals.get(&(client, host.into())).unwrap_or_default();
        let opens = known.count + 1 == self.rules.enough;
        if opens && self.open_for(client) >= MOST_FOR_ONE {
            return Refused::TooMany;
        }
        self.refusals.insert((client, host.into()), Refusals { count: known.count + 1, last: now });
        if opens { Refused::Opens } else { Refused::Counted }
    }

    /// The client has accepted our certificate for a host: it has our authority, and what was before for this host does not count.
    pub fn accepted(&self, client: IpAddr, host: &str) {
        if self.rules.enough > 0 {
            self.refusals.invalidate(&(client, host.into()));
            self.trusting.insert(client, host.into());
        }
    }

    /// The log of whoever asked for it names nobody: [`Self::list`] does not either.
    pub fn name_nobody(&self, client: Option<IpAddr>, host: &str) {
        self.unnamed.insert((client, host.into()), ());
    }

    /// Does this client reach this host unopened, and why? `pins`: refusals count for this host.
    #[must_use]
    pub fn why(&self, client: IpAddr, host: &str, pins: bool) -> Option<&'static str> {
        if self.hosts.contains_key(host) {
            return Some(WANTS_CERTIFICATE);
        }
        let refused = pins && self.rules.enough > 0 && self.refusals.get(&(client, host.into())).is_some_and(|known| self.is_enough(known));
        refused.then_some(REFUSES_OURS)
    }

    /// Everything that stands now.
    #[must_use]
    pub fn list(&self) -> Vec<PassedNow> {
        let life = i64::try_from(self.rules.time.as_secs()).unwrap_or(i64::MAX);
        let one = |client, host: &str, since: i64, why| {
            let named = !self.unnamed.contains_key(&(client, host.into()));
            let (client, host) = if named { (client, host.into()) } else { (None, Box::default()) };
            PassedNow { client, host, since, until: since.saturating_add(life), why }
        };
        let hosts = self.hosts.iter().map(|(host, since)| one(None, &host, since, WANTS_CERTIFICATE));
        let refusals = self.refusals.iter().filter(|(_, known)| self.is_enough(*known));
        let mut all: Vec<_> = hosts.chain(refusals.map(|(key, known)| one(Some(key.0), &key.1, known.last, REFUSES_OURS))).collect();
        all.sort_by(|a, b| (a.since, &a.host).cmp(&(b.since, &b.host)));
        all
    }

    const fn is_enough(&self, known: Refusals) -> bool {
        known.count >= self.rules.enough
    }

    /// Counted only when one more would open: that is rare, and there are few.
    fn open_for(&self, client: IpAddr) -> usize {
        self.refusals.iter().filter(|(key, known)| key.0 == client && self.is_enough(*known)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn after(enough: usize) -> Passed {
        Passed::new(PassRules { enough, time: Duration::from_secs(60), scope: PassScope::Others })
    }

    #[test]
    fn a_client_passes_after_enough_refusals_in_a_row_and_nobody_else_does() {
        let passed = after(2);
        passed.accepted(PHONE, "site.test");
        assert_eq!(passed.refused(PHONE, "app.test", 100), Refused::Counted);
        assert_eq!(passed.why(PHONE, "app.test", true), None);
        passed.accepted(PHONE, "app.test");
        passed.accepted(PHONE, "site.test");
        assert_eq!(passed.refused(PHONE, "app.test", 101), Refused::Counted, "counted from the start again");
        assert_eq!(passed.refused(PHONE, "app.test", 102), Refused::Opens);
        assert_eq!(passed.why(PHONE, "app.test", true), Some(REFUSES_OURS));
        assert_eq!(passed.why(PHONE, "app.test", false), None, "a host that has to be seen inside");
        assert_eq!(passed.why(OTHER, "app.test", true), None);
        assert_eq!(passed.why(PHONE, "site.test", true), None);
        let never = after(0);
        never.accepted(PHONE, "site.test");
        assert!(never.refused(PHONE, "app.test", 100) == Refused::Counted && never.why(PHONE, "app.test", true).is_none());
    }

    #[test]
    fn a_client_that_never_took_our_authority_is_no_app_that_pins() {
        let passed = after(1);
        assert_eq!(passed.refused(PHONE, "app.test", 100), Refused::Stranger);
        passed.accepted(PHONE, "app.test");
        assert_eq!(passed.refused(PHONE, "app.test", 100), Refused::Stranger, "the same host shows nothing");
        assert_eq!(passed.why(PHONE, "app.test", true), None);
    }

    #[test]
    fn nobody_collects_hosts() {
        let passed = after(1);
        passed.accepted(PHONE, "site.test");
        passed.accepted(OTHER, "site.test");
        for number in 0..MOST_FOR_ONE {
            assert_eq!(passed.refused(PHONE, &format!("{number}.test"), 100), Refused::Opens);
        }
        assert_eq!(passed.refused(PHONE, "more.test", 100), Refused::TooMany);
        assert_eq!(passed.why(PHONE, "more.test", true), None);
        assert_eq!(passed.refused(OTHER, "more.test", 100), Refused::Opens);
    }

    #[test]
    fn what_stands_is_listed_until_its_time_is_over() {
        let passed = Passed::new(PassRules { enough: 1, time: Duration::from_millis(200), scope: PassScope::Others });
        passed.host("bank.test", 90);
        passed.accepted(PHONE, "site.test");
        assert_eq!(passed.refused(PHONE, "app.test", 100), Refused::Opens);
        passed.accepted(OTHER, "site.test");
        assert_eq!(passed.refused(OTHER, "secret.test", 110), Refused::Opens);
        passed.name_nobody(Some(OTHER), "secret.test");
        let now = passed.list();
        let shown: Vec<_> = now.iter().map(|one| (one.client, &*one.host, one.since)).collect();
        assert_eq!(shown, [(None, "bank.test", 90), (Some(PHONE), "app.test", 100), (None, "", 110)]);
        std::thread::sleep(Duration::from_millis(250));
        assert_eq!(passed.list(), []);
        assert_eq!(passed.why(PHONE, "app.test", true), None);
    }
}
