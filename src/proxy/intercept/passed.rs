//! Who is let through unopened for a while: hosts that ask for a client's certificate, which only the client has, and clients
//! that refuse ours again and again for one host, as apps do that trust one certificate only (pinning).
//!
//! Must never let a host with statutory pages through; the caller asks only for others.

use moka::sync::Cache;
use std::net::IpAddr;
use std::time::Duration;

/// The most that is remembered of each kind.
const MOST: u64 = 10_000;

/// What is remembered.
pub struct Passed {
    hosts: Cache<Box<str>, ()>,
    refusals: Cache<(IpAddr, Box<str>), usize>,
    enough: usize,
}

impl Passed {
    /// Lets through after so many refusals in a row (0: never), for so long.
    #[must_use]
    pub fn new(enough: usize, time: Duration) -> Self {
        let hosts = Cache::builder().max_capacity(MOST).time_to_live(time).build();
        let refusals = Cache::builder().max_capacity(MOST).time_to_live(time).build();
        Self { hosts, refusals, enough }
    }

    /// The host asks for certificates of clients.
    pub fn host(&self, host: &str) {
        self.hosts.insert(host.into(), ());
    }

    /// The client has refused our certificate for a host. True when this is the time that opens the way.
    pub fn refused(&self, client: IpAddr, host: &str) -> bool {
        if self.enough == 0 {
            return false;
        }
        let known = self.refusals.entry((client, host.into())).and_upsert_with(|known| known.map_or(1, |known| known.into_value() + 1));
        *known.value() == self.enough
    }

    /// The client has accepted our certificate for a host: what was before does not count.
    pub fn accepted(&self, client: IpAddr, host: &str) {
        if self.enough > 0 {
            self.refusals.invalidate(&(client, host.into()));
        }
    }

    /// Does this client reach this host unopened, and why?
    #[must_use]
    pub fn why(&self, client: IpAddr, host: &str) -> Option<&'static str> {
        if self.hosts.contains_key(host) {
            return Some("not opened: the origin asks for a certificate that only the client has");
        }
        let refused = self.enough > 0 && self.refusals.get(&(client, host.into())).is_some_and(|count| count >= self.enough);
        refused.then_some("not opened: the client refuses our certificate for this host")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_passes_after_enough_refusals_in_a_row_and_nobody_else_does() {
        let passed = Passed::new(2, Duration::from_secs(60));
        let (phone, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert!(!passed.refused(phone, "app.test"));
        assert_eq!(passed.why(phone, "app.test"), None);
        passed.accepted(phone, "app.test");
        assert!(!passed.refused(phone, "app.test"), "counted from the start again");
        assert!(passed.refused(phone, "app.test"));
        assert!(passed.why(phone, "app.test").is_some());
        assert_eq!(passed.why(other, "app.test"), None);
        assert_eq!(passed.why(phone, "site.test"), None);
        let never = Passed::new(0, Duration::from_secs(60));
        assert!(!never.refused(phone, "app.test") && never.why(phone, "app.test").is_none());
    }
}
