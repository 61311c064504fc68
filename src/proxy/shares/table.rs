//! All persons who use anything now. Those who use nothing are forgotten as soon as there are many.

use super::attempts::{Folded, MOST};
use super::line::Line;
use super::person::{Person, Place};
use super::toll::{Purse, Way};
use crate::config::FairShares;
use crate::ports::{Clock, Durability, LogStore, Receipt};
use crate::record::{Entry, EventKind, EventRecord};
use std::collections::HashMap;
use std::hash::RandomState;
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
    /// The key under which entries of statutory lists are known again.
    pub(super) entries: RandomState,
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
        Self { log, clock, people: Mutex::default(), lines, entries: RandomState::new() }
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
        self.tell_after(TOLD_AFTER, person);
    }

    fn tell_after(self: &Arc<Self>, time: Duration, person: &Arc<Person>) {
        let (shares, person) = (Arc::clone(self), Arc::clone(person));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(time).await;
                let folded = person.state().take_folded();
                if folded.all == 0 || shares.tell(folded, "one person").await.is_ok() {
                    return;
                }
                // The log had no room for it: the next time, with what has come to it.
                person.state().folded += folded;
            }
        });
    }

    /// Tells at once what was not told yet, before an orderly end.
    pub async fn tell_all(&self) {
        let mut folded = Folded::default();
        self.people().all.values().for_each(|person| folded += person.state().take_folded());
        if folded.all > 0
            && let Err(fault) = self.tell(folded, "anybody").await
        {
            tracing::error!(%fault, folded = folded.all, "refusals without a record of their own could not be told in the log");
        }
    }

    fn tell(&self, Folded { all, attempts, beyond }: Folded, whose: &str) -> Receipt {
        let mut text = format!(
            "fair share: {all} more requests of {whose} were refused or given up, without a record of their own: none of them left"
        );
        if attempts > 0 {
            text.push_str(&format!("; {attempts} of them asked for addresses on statutory lists"));
            text.push_str(&match beyond {
                0 => ", for entries that have a record of the same person within the hour".to_owned(),
                beyond => format!(", {beyond} of these beyond the {MOST} entries of one hour that have a record"),
            });
        }
        let event = EventRecord { at: self.clock.now(), kind: EventKind::FairShare, peer: None, text: text.into() };
        self.log.append(&Entry::Event(event), Durability::Queued)
    }
}

/// Whom a connection spoke for last: it finds the same person again without the table.
#[derive(Default)]
pub struct Last(Mutex<Option<(Key, Arc<Person>)>>);

impl Last {
    pub(super) fn person(&self, shares: &Shares, key: Key) -> Arc<Person> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, person)) = last.as_ref().filter(|(known, _)| *known == key) {
            return Arc::clone(person);
        }
        let person = shares.person(key.clone());
        *last = Some((key, Arc::clone(&person)));
        person
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::{FixedClock, LogFault, MemoryLog};

    fn everybody() -> (Arc<MemoryLog>, Arc<Shares>, Arc<Person>) {
        let log = Arc::new(MemoryLog::new(10));
        let shares = Arc::new(Shares::new(Arc::clone(&log) as Arc<dyn LogStore>, Arc::new(FixedClock::at(1_000_000))));
        let person = shares.person(Key::Person("kim".into()));
        (log, shares, person)
    }

    /// The numbers that were told.
    fn told(log: &MemoryLog) -> Vec<String> {
        log.inspect(|entries| {
            let text = |(_, entry): &(Durability, Entry<'_>)| match entry {
                Entry::Event(event) => event.text.split(' ').nth(2).unwrap().to_owned(),
                Entry::Request(_) | Entry::Outcome(_) => panic!("no event"),
            };
            entries.iter().map(text).collect()
        })
    }

    #[tokio::test]
    async fn what_the_log_does_not_take_is_told_the_next_time() {
        let (log, shares, person) = everybody();
        log.break_down(Some(LogFault::Full));
        person.state().folded.all = 3;
        shares.tell_after(Duration::from_millis(20), &person);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(log.is_empty());
        person.state().folded.all += 4;
        log.break_down(None);
        while log.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!((told(&log), person.state().folded.all), (vec!["7".to_owned()], 0));
    }

    #[tokio::test]
    async fn before_an_end_everything_is_told_once() {
        let (log, shares, person) = everybody();
        (person.state().folded.all, shares.person(Key::Person("lee".into())).state().folded.all) = (3, 2);
        drop(person);
        assert!(!shares.person(Key::Person("kim".into())).is_idle(u64::MAX), "what is not told is not forgotten");
        shares.tell_all().await;
        shares.tell_all().await;
        assert_eq!(told(&log), ["5"]);
    }
}
