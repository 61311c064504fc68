//! All persons who use anything now. One who uses nothing is forgotten.

use super::line::Line;
use super::person::{Person, Place};
use super::toll::{Purse, Way};
use crate::config::FairShares;
use crate::ports::{Clock, Durability, LogStore};
use crate::record::{Entry, EventKind, EventRecord};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Who it is that uses something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A person who is known.
    Person(Arc<str>),
    /// A client address.
    Address(IpAddr),
}

/// So many may be kept before those who use nothing are looked for.
const SWEPT: usize = 4_096;
/// Refusals that were folded together are told after this time at most.
const TOLD_AFTER: Duration = Duration::from_secs(5);

/// Everybody.
pub struct Shares {
    log: Arc<dyn LogStore>,
    pub(super) clock: Arc<dyn Clock>,
    people: Mutex<People>,
    lines: [Arc<Line>; 2],
}

#[derive(Default)]
struct People {
    all: HashMap<Key, Arc<Person>, rapidhash::fast::RandomState>,
    sweep_at: usize,
}

impl Shares {
    /// Nobody yet.
    #[must_use]
    pub fn new(log: Arc<dyn LogStore>, clock: Arc<dyn Clock>) -> Self {
        let lines = [Arc::new(Line::new(Arc::clone(&clock))), Arc::new(Line::new(Arc::clone(&clock)))];
        Self { log, clock, people: Mutex::default(), lines }
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.now().monotonic_us
    }

    pub(super) fn person(&self, key: &Key) -> Arc<Person> {
        let mut people = self.people();
        if let Some(known) = people.all.get(key) {
            return Arc::clone(known);
        }
        if people.all.len() >= people.sweep_at.max(SWEPT) {
            let now = self.now();
            people.all.retain(|_, person| Arc::strong_count(person) > 1 || !person.is_idle(now));
            people.sweep_at = people.all.len() * 2;
        }
        Arc::clone(people.all.entry(key.clone()).or_default())
    }

    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets a person who uses nothing.
    fn leave(&self, key: &Key, person: &Arc<Person>) {
        let mut people = self.people();
        // Nobody else can take hold of it while the table is locked: the table's hold and ours are all.
        if Arc::strong_count(person) == 2 && person.is_idle(self.now()) {
            people.all.remove(key);
        }
    }

    /// Tells in a while how many requests were refused together. Nobody is named: groups may not want that.
    pub(super) fn tell_later(self: &Arc<Self>, person: &Arc<Person>) {
        let (shares, person) = (Arc::clone(self), Arc::clone(person));
        tokio::spawn(async move {
            tokio::time::sleep(TOLD_AFTER).await;
            let folded = std::mem::take(&mut person.state().folded);
            if folded > 0 {
                let text = format!(
                    "fair share: {folded} more requests of one person were refused, without a record of their own: none of them left"
                );
                let event = EventRecord { at: shares.clock.now(), kind: EventKind::FairShare, peer: None, text: text.into() };
                drop(shares.log.append(&Entry::Event(event), Durability::Queued));
            }
        });
    }
}

/// A person's use of something, until it is dropped.
pub struct Share {
    shares: Arc<Shares>,
    key: Key,
    person: Arc<Person>,
    place: Option<Place>,
    settings: FairShares,
}

impl Share {
    pub(super) fn new(shares: &Arc<Shares>, (key, person): (Key, Arc<Person>), place: Place, settings: FairShares) -> Self {
        Self { shares: Arc::clone(shares), key, person, place: Some(place), settings }
    }

    /// What bytes are paid from. `None`: bytes are free.
    #[must_use]
    pub fn purse(&self, way: Way) -> Option<Purse> {
        let line = &self.shares.lines[way as usize];
        self.settings.paces().then(|| Purse::new((Arc::clone(&self.person), Arc::clone(line)), way, &self.settings))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        drop(self.place.take());
        self.shares.leave(&self.key, &self.person);
    }
}
