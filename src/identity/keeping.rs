//! For how long what was known of a person may be relied on, and what their local account says meanwhile.

use super::memory::{Digest, Known};
use super::person::Person;
use super::sources::{Found, LONGEST, Sources};
use crate::model::{IdentitySource, Moment};
use std::sync::Arc;

impl Sources {
    /// For how long what was found out in this way may be relied on when it is not found out again, in seconds.
    fn keep_s(&self, source: IdentitySource) -> u64 {
        let settings = &self.settings;
        match source {
            IdentitySource::Directory => settings.directory.as_ref().map_or(0, |directory| directory.keep.as_secs()),
            IdentitySource::Network => settings.radius.as_ref().map_or(0, |radius| radius.keep.as_secs()),
            IdentitySource::Card => self.ways.cards.as_ref().map_or(0, |cards| cards.keep_s()),
            IdentitySource::Front => settings.front.as_ref().map_or(0, |front| front.keep.as_secs()),
            IdentitySource::Certificate => LONGEST.as_secs(),
            IdentitySource::Unknown
            | IdentitySource::AddressRange
            | IdentitySource::Listener
            | IdentitySource::Account
            | IdentitySource::Stale
            | IdentitySource::Kerberos
            | IdentitySource::Portal => 0,
        }
    }

    /// A person as they stand when they cannot be asked for anew: for the stated time, and then without groups.
    pub(super) fn kept(&self, person: Person, now: Moment) -> Person {
        if u64::from(person.age_s(now.monotonic_us)) < self.keep_s(person.source) { person } else { person.stale() }
    }

    /// Whoever brought this, when what knows them does not answer: as they are known, or not at all.
    pub(super) fn as_known(&self, digest: &Digest, now: Moment) -> Found {
        match self.lasting.memory.look(digest) {
            Some(Known::Right(person, None)) => Found::Person(self.kept(person, now)),
            Some(Known::Right(_, Some(_)) | Known::Wrong) | None => Found::Unsure,
        }
    }

    /// A person whom somebody else named, with the groups of their local account if they have one; one that is disabled lets nobody in.
    pub(super) fn with_account(&self, person: Person) -> Person {
        match self.account(&person.name) {
            None => person,
            Some(account) if account.active => Person { groups: account.groups, ..person },
            Some(_) => person.stale(),
        }
    }

    /// A person who asked for a tunnel, as they stand when a request comes out of it: with the groups of now; without any when the
    /// account is no longer there, so that policy gives the strictest.
    #[must_use]
    pub fn still(&self, person: &Person, now: Moment) -> Person {
        match person.source {
            IdentitySource::Directory | IdentitySource::Network | IdentitySource::Card => self.kept(person.clone(), now),
            IdentitySource::Kerberos => self.still_by_ticket(person, now),
            IdentitySource::Front | IdentitySource::Certificate => self.kept(self.with_account(person.clone()), now),
            IdentitySource::Unknown
            | IdentitySource::AddressRange
            | IdentitySource::Listener
            | IdentitySource::Account
            | IdentitySource::Stale
            | IdentitySource::Portal => match self.account(&person.name).filter(|account| account.active) {
                Some(account) => Person { groups: account.groups, ..person.clone() },
                None => person.clone().stale(),
            },
        }
    }

    /// Does the one who was asked for this person still count?
    pub(super) fn still_asked(&self, person: &Person) -> bool {
        let cards = self.cards_for(&person.name).is_some();
        if person.source == IdentitySource::Card { cards } else { !cards && self.ways.directory.is_some() }
    }

    /// A group by name, for people of whom nothing more is said.
    pub(super) fn one(group: Option<&str>) -> Arc<[Arc<str>]> {
        group.into_iter().map(Arc::from).collect()
    }
}
