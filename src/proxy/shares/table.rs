//! All persons who use anything now. Those who use nothing are forgotten as soon as there are many.

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

    pub(super) fn person(&self, key: Key) -> Arc<Person> {
        let mut people = self.people();
        if let Some(known) = people.all.get(&key) {
            return Arc::clone(known);
        }
        if people.all.len() >= people.sweep_at.max(SWEPT) {
            let now = self.now();
            people.all.retain(|_, person| Arc::strong_count(person) > 1 || !person.is_idle(now));
            people.sweep_at = people.all.len() * 2;
        }
        Arc::clone(people.all.entry(key).or_default())
    }

    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells in a while how many requests were refused together. Nobody is named: groups may not want that.
    pub(super) fn tell_later(self: &Arc<Self>, person: &Arc<Person>) {
        let (shares, person) = (Arc::clone(self), Arc::clone(person));
        tokio::spawn(async move {
            tokio::time::sleep(TOLD_AFTER).await;
            let folded = std::mem::take(&mut person.state().folded);
            if folded > 0 {
                let text = format!(
                    "fair share: {folded} more requests of one person were refused or given up, without a record of their own: none of them left"
                );
                let event = EventRecord { at: shares.clock.now(), kind: EventKind::FairShare, peer: None, text: text.into() };
                drop(shares.log.append(&Entry::Event(event), Durability::Queued));
            }
        });
    }
}

/// A person's use of something, until it is dropped.
pub struct Share {
    _place: Place,
    /// What bytes are paid from, each way; `None`: they are free.
    purses: Option<[Purse; 2]>,
}

impl Share {
    pub(super) fn new(shares: &Shares, person: &Arc<Person>, place: Place, settings: &FairShares) -> Self {
        let purse = |way: Way| Purse::new((Arc::clone(person), Arc::clone(&shares.lines[way as usize])), way, settings);
        Self { _place: place, purses: settings.paces().then(|| [purse(Way::Up), purse(Way::Down)]) }
    }

    /// What bytes are paid from. `None`: bytes are free.
    #[must_use]
    pub fn purse(&self, way: Way) -> Option<Purse> {
        self.purses.as_ref().map(|purses| purses[way as usize].clone())
    }
}
