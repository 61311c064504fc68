//! Devices that do not accept our certificate: by address, how often, and when last. For the people who look after the devices.
//!
//! In memory alone and within a bound. Must never hold what was asked for: only the log may.

use crate::model::Timestamp;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use std::net::IpAddr;

/// The most that are remembered; who did not refuse for longest is forgotten first.
const MOST: u64 = 1_000;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refuser {
    /// Its address.
    pub client: IpAddr,
    /// How often it has refused, any host.
    pub times: u64,
    /// When last.
    pub last: Timestamp,
}

/// All that are known.
#[derive(Debug)]
pub struct Refusers(Cache<IpAddr, (u64, Timestamp)>);

impl Default for Refusers {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).eviction_policy(EvictionPolicy::lru()).build())
    }
}

impl Refusers {
    /// It has refused.
    pub fn refused(&self, client: IpAddr, now: Timestamp) {
        self.0.entry(client).and_upsert_with(|known| (known.map_or(1, |known| known.into_value().0 + 1), now));
    }

    /// How many are known.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.entry_count()
    }

    /// The latest, at most so many.
    #[must_use]
    pub fn latest(&self, most: usize) -> Vec<Refuser> {
        let mut all: Vec<Refuser> = self.0.iter().map(|(client, (times, last))| Refuser { client: *client, times, last }).collect();
        all.sort_by_key(|refuser| (std::cmp::Reverse(refuser.last), refuser.client));
        all.truncate(most);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_come_first_and_the_memory_is_bounded() {
        let refusers = Refusers::default();
        for number in 0..100_000_u32 {
            refusers.refused(IpAddr::from((0x0a00_0000 + number).to_be_bytes()), Timestamp::from_seconds(i64::from(number)));
        }
        let phone: IpAddr = "192.0.2.7".parse().unwrap();
        for second in [200_000, 200_001] {
            refusers.refused(phone, Timestamp::from_seconds(second));
        }
        refusers.0.run_pending_tasks();
        assert!(refusers.count() <= MOST, "{}", refusers.count());
        let latest = refusers.latest(2);
        assert_eq!(latest[0], Refuser { client: phone, times: 2, last: Timestamp::from_seconds(200_001) });
        assert_eq!(latest[1].client.to_string(), "10.1.134.159");
    }
}
