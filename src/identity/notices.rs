//! What the log is told about people beside their requests: guessing that was stopped, and a second person at one address.

use super::person::Person;
use crate::model::Moment;
use crate::ports::{Durability, LogStore};
use crate::record::{Entry, EventKind, EventRecord};
use moka::sync::Cache;
use rapidhash::fast::RandomState;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// For how long it is remembered who was at an address.
const HOUR: Duration = Duration::from_secs(3600);
const MOST: u64 = 100_000;

/// Tells the log.
pub struct Notices {
    log: Arc<dyn LogStore>,
    /// Who was seen last at an address.
    last: Cache<IpAddr, Arc<str>, RandomState>,
    /// Persons at addresses that were looked at.
    pairs: Cache<(IpAddr, Arc<str>), (), RandomState>,
}

impl Notices {
    /// Tells this log.
    #[must_use]
    pub fn new(log: Arc<dyn LogStore>) -> Self {
        let last = Cache::builder().max_capacity(MOST).time_to_live(HOUR).build_with_hasher(RandomState::new());
        let pairs = Cache::builder().max_capacity(MOST).time_to_live(HOUR).build_with_hasher(RandomState::new());
        Self { log, last, pairs }
    }

    /// Somebody is at an address. A second person there is told, once an hour (standard G5).
    pub(super) fn seen(&self, person: &Person, client: IpAddr, now: Moment) {
        let pair = (client, Arc::clone(&person.name));
        if self.pairs.contains_key(&pair) {
            return;
        }
        self.pairs.insert(pair, ());
        let before = self.last.get(&client).filter(|before| *before != person.name);
        self.last.insert(client, Arc::clone(&person.name));
        if let Some(before) = before {
            let text = format!("{} is at {client}, where {before} was within the last hour", person.name);
            self.tell(EventKind::SecondPerson, client, text, now);
        }
    }

    /// Somebody signed in where the network says that another is: told once an hour (standard G5).
    pub(super) fn differ(&self, signed_in: &Person, said: &Person, client: IpAddr, now: Moment) {
        let pair = (client, Arc::from(format!("{}\0{}", signed_in.name, said.name)));
        if signed_in.name == said.name || self.pairs.contains_key(&pair) {
            return;
        }
        self.pairs.insert(pair, ());
        let text = format!("{} signed in at {client}, which is {}'s as the network says", signed_in.name, said.name);
        self.tell(EventKind::SecondPerson, client, text, now);
    }

    /// Somebody signed in on the page where another was signed in (standard G5).
    pub(super) fn took_over(&self, person: &Person, before: &str, client: IpAddr, now: Moment) {
        self.pairs.insert((client, Arc::clone(&person.name)), ());
        self.last.insert(client, Arc::clone(&person.name));
        let before = if before.is_empty() { "a guest" } else { before };
        let text = format!("{} signed in at {client} on the page, in the place of {before}", person.name);
        self.tell(EventKind::SecondPerson, client, text, now);
    }

    /// No more passwords are tried. A name that no account has is not repeated: people type their password in its place.
    pub(super) fn paused(&self, account: Option<Arc<str>>, client: IpAddr, now: Moment) {
        let whose = account.map_or_else(|| "a name that no account has".to_owned(), |name| format!("the account {name}"));
        let text = format!("too many wrong passwords within five minutes, the last from {client} for {whose}: no more are tried");
        tracing::warn!(%client, "too many wrong passwords: no more are tried");
        self.tell(EventKind::GuessingStopped, client, text, now);
    }

    /// No more tokens are looked at.
    pub(super) fn tokens_paused(&self, client: IpAddr, now: Moment) {
        tracing::warn!(%client, "too many Kerberos tokens that were not right: no more are looked at");
        let text = format!("too many Kerberos tokens that were not right within five minutes from {client}: no more are looked at");
        self.tell(EventKind::GuessingStopped, client, text, now);
    }

    /// The accounts in force have changed.
    pub(super) fn accounts_changed(&self, said: &[String], now: Moment) {
        for chunk in said.chunks(50) {
            let event = EventRecord { at: now, kind: EventKind::AccountsChanged, peer: None, text: chunk.join("; ").into() };
            drop(self.log.append(&Entry::Event(event), Durability::Queued));
        }
    }

    fn tell(&self, kind: EventKind, client: IpAddr, text: String, now: Moment) {
        let event = EventRecord { at: now, kind, peer: Some(SocketAddr::new(client, 0)), text: text.into() };
        drop(self.log.append(&Entry::Event(event), Durability::Queued));
    }
}
