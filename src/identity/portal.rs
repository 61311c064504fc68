//! Who has signed in on the page, at which address: bounded, for a stated time, forgotten at a restart.
//!
//! It is worth what an address is worth: whoever else uses the address gets the same, which is why it counts as the network's word.
//! Must never keep a password, nor let a sign-in outlive its time, its account or the account's password. Serves standards G5, V12.

use super::basic::Credentials;
use super::person::Person;
use super::sources::{Asking, Found, Sources};
use crate::config::PortalSettings;
use crate::credential::PasswordHash;
use crate::model::{IdentitySource, Moment};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Addresses that are remembered; who has not been heard of for longest signs in again.
const MOST: u64 = 100_000;
/// Nothing stands longer, whatever the settings say.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Who has signed in, by address.
#[derive(Debug)]
pub struct Portal(Cache<IpAddr, Arc<Stay>, rapidhash::fast::RandomState>);

/// Somebody at an address.
#[derive(Debug)]
struct Stay {
    /// The name; empty for a guest.
    name: Arc<str>,
    /// The groups, as they were when the person signed in.
    groups: Arc<[Arc<str>]>,
    /// The hash of the local account's password, where it is one.
    hash: Option<Arc<PasswordHash>>,
    since_us: u64,
    last_us: AtomicU64,
}

impl Default for Portal {
    fn default() -> Self {
        let builder = Cache::builder().max_capacity(MOST).time_to_live(LONGEST).eviction_policy(EvictionPolicy::lru());
        Self(builder.build_with_hasher(rapidhash::fast::RandomState::new()))
    }
}

impl Stay {
    /// Microseconds that are left, if nothing more is asked for.
    fn left_us(&self, settings: &PortalSettings, now_us: u64) -> u64 {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let last = self.last_us.load(Ordering::Relaxed).saturating_add(micros(settings.keep));
        let end = self.since_us.saturating_add(micros(settings.at_most));
        last.min(end).saturating_sub(now_us)
    }
}

/// A sign-in as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The name; empty for a guest.
    pub name: Arc<str>,
    /// How long it stands, if nothing more is asked for.
    pub left: Duration,
}

impl Sources {
    /// The settings of the page, if there is one.
    #[must_use]
    pub fn page(&self) -> Option<&PortalSettings> {
        self.settings.page.as_ref()
    }

    /// Have people any names and passwords here?
    #[must_use]
    pub fn takes_passwords(&self) -> bool {
        self.ways.accounts.is_some() || self.ways.directory.is_some() || self.ways.cards.is_some()
    }

    /// Must people of this group be led to the page?
    #[must_use]
    pub fn leads(&self, group: &str, source: IdentitySource) -> bool {
        let known = source.strength() >= IdentitySource::Portal.strength();
        !known && self.page().is_some_and(|page| page.groups.iter().any(|name| **name == *group))
    }

    /// Whoever has signed in on the page at this address, with the groups of now. It counts as a sign of life.
    #[must_use]
    pub fn at_page(&self, client: IpAddr, now: Moment) -> Option<Person> {
        let stay = self.stay(client, now)?;
        stay.last_us.fetch_max(now.monotonic_us, Ordering::Relaxed);
        let groups = match (&stay.hash, self.account(&stay.name)) {
            _ if stay.name.is_empty() => self.page()?.guest.iter().map(|name| Arc::from(&**name)).collect(),
            (Some(_), account) => account?.groups,
            (None, _) => Arc::clone(&stay.groups),
        };
        Some(Person { name: Arc::clone(&stay.name), groups, source: IdentitySource::Portal, known_at_us: stay.since_us })
    }

    /// A person who asked for a tunnel at this address, as they stand now: see [`Sources::still`]; without groups once they have left
    /// the page.
    #[must_use]
    pub fn still_at(&self, client: IpAddr, person: &Person, now: Moment) -> Person {
        if person.source != IdentitySource::Portal {
            return self.still(person, now);
        }
        self.at_page(client, now).filter(|there| there.name == person.name).unwrap_or_else(|| person.clone().stale())
    }

    /// The sign-in that stands at this address.
    #[must_use]
    pub fn signed_in(&self, client: IpAddr, now: Moment) -> Option<SignedIn> {
        let stay = self.stay(client, now)?;
        let left = Duration::from_micros(stay.left_us(self.page()?, now.monotonic_us));
        Some(SignedIn { name: Arc::clone(&stay.name), left })
    }

    fn stay(&self, client: IpAddr, now: Moment) -> Option<Arc<Stay>> {
        let page = self.page()?;
        let stay = self.lasting.portal.0.get(&client)?;
        let guest_gone = stay.name.is_empty() && page.guest.is_none();
        let account = || self.account(&stay.name).filter(|account| account.active);
        let account_gone = stay.hash.as_ref().is_some_and(|hash| account().is_none_or(|account| account.hash != *hash));
        if guest_gone || account_gone || stay.left_us(page, now.monotonic_us) == 0 {
            self.sign_out(client);
            return None;
        }
        Some(stay)
    }

    /// Somebody gives a name and a password on the page. A second person at the address takes the first one's place, and that is told.
    pub async fn sign_in_at_page(&self, credentials: Credentials, asking: Asking<'_>) -> Found {
        let (client, now) = (asking.client, asking.now);
        let found = self.sign_in(credentials, &asking).await;
        let Found::Person(person) = &found else { return found };
        let local = person.source == IdentitySource::Account;
        let hash = self.account(&person.name).filter(|_| local).map(|account| account.hash);
        let before = self.signed_in(client, now).filter(|before| before.name != person.name);
        self.stays(client, person, hash, now);
        match before {
            Some(before) => self.lasting.notices.took_over(person, &before.name, client, now),
            None => self.lasting.notices.seen(person, client, now),
        }
        if let Some(said) = self.at(client, now) {
            self.differ(person, &said, client, now);
        }
        found
    }

    /// Somebody goes on without an account. `None`: nobody may.
    pub fn go_on_as_guest(&self, client: IpAddr, now: Moment) -> Option<Person> {
        let groups = [Arc::from(&**self.page()?.guest.as_ref()?)].into();
        let guest = Person { name: "".into(), groups, source: IdentitySource::Portal, known_at_us: now.monotonic_us };
        self.stays(client, &guest, None, now);
        Some(guest)
    }

    fn stays(&self, client: IpAddr, person: &Person, hash: Option<Arc<PasswordHash>>, now: Moment) {
        let stay = Stay {
            name: Arc::clone(&person.name),
            groups: Arc::clone(&person.groups),
            hash,
            since_us: now.monotonic_us,
            last_us: AtomicU64::new(now.monotonic_us),
        };
        self.lasting.portal.0.insert(client, Arc::new(stay));
    }

    /// Whoever is signed in at this address leaves.
    pub fn sign_out(&self, client: IpAddr) {
        self.lasting.portal.0.invalidate(&client);
    }
}
