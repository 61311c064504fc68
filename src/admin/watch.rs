//! What the console learns from the log by itself: an incident for each request for an address on a statutory list, and alerts, by the
//! rules of the settings (standards E5, X6, X12).
//!
//! Records come in order, each once: the bookmark stands in the same transaction as what became of them. Never on the way of a request.

use super::alerts::{self, NewAlert, Raised};
use super::audit::Act;
use super::book::{Book, BookFault, fact, put_fact};
use super::desk::Desk;
use super::incident_rows as rows;
use super::incidents::{NewIncident, Said, Scope};
use super::roles::Action;
use crate::config::{AlertRule, AlertSettings, IncidentSettings};
use crate::model::{IncidentKind, Moment, Severity, Theme, Timestamp};
use crate::policy::SITE_MARK;
use crate::ports::{Durability, LogFault, holds_words};
use crate::record::{Entry, EventKind, EventRecord};
use rusqlite::Connection;
use std::time::Duration;

const BOOKMARK: &str = "followed";
/// Longest text of an alert, in characters.
const LONGEST: usize = 200;
/// The same of one about what cannot be read: it names places.
const LONGEST_UNREAD: usize = 600;

/// A record of the log, as far as the console has to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// The person.
    pub person: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The client's address.
    pub client: String,
    /// The group.
    pub group: String,
    /// Its categories.
    pub categories: Vec<String>,
    /// What was searched for.
    pub terms: String,
    /// The address is on a statutory list: then this is what tells its entry from others. It stays in memory: what is kept is a digest of it
    /// under the key of this installation, which says nothing by itself.
    pub statutory: Option<String>,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// The verdict's code.
    pub verdict: String,
    /// It is an event, of this kind and with this text.
    pub event: Option<(EventKind, String)>,
    /// What of the log could not be read, and where; empty: all of it was.
    pub unread: String,
}

/// Why something was not taken in. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum WatchFault {
    /// The console's file.
    #[error(transparent)]
    Book(#[from] BookFault),
    /// It could not be recorded.
    #[error(transparent)]
    Log(#[from] LogFault),
}

impl From<rusqlite::Error> for WatchFault {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Book(fault.into())
    }
}

impl Seen {
    /// Who it was, as well as it is known.
    fn who(&self) -> &str {
        self.person.as_deref().or(self.device.as_deref()).unwrap_or(&self.client)
    }

    /// The site, where it has one of its own: the same address may be somebody else at another.
    fn site(&self) -> &str {
        self.group.find(SITE_MARK).map_or("", |mark| &self.group[..=mark])
    }

    fn scope(&self) -> Scope {
        let (person, device, group) = (self.person.clone(), self.device.clone(), self.group.clone());
        let client = Some(self.client.clone()).filter(|client| !client.is_empty());
        Scope { person, device, client, group, first: self.at, last: self.at }
    }

    /// What a rule finds in it, in words; `None`: nothing.
    fn met_by(&self, rule: &AlertRule) -> Option<String> {
        if let Some((kind, text)) = &self.event {
            let word = || serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
            return rule.events.contains(kind).then(|| bounded(&format!("{}: {}", word(), unnamed(text))));
        }
        if self.statutory.is_some() {
            return rule.statutory.then(|| "an address on a statutory list was asked for, and blocked".to_owned());
        }
        let has = |wanted: &&String| {
            let is = |name: &str| name.eq_ignore_ascii_case(wanted);
            self.categories.iter().any(|name| is(name) || name.rsplit('/').next().is_some_and(is))
        };
        if let Some(category) = rule.categories.iter().find(has) {
            return Some(format!("{category}: {}", self.verdict));
        }
        rule.terms.iter().any(|term| holds_words(&self.terms, term)).then(|| bounded(&format!("searched for: {}", self.terms)))
    }
}

/// For whom an exception is stands in the ledger of exceptions, for whoever may know it: alerts are read by people who see no names.
fn unnamed(text: &str) -> String {
    let Some((before, after)) = text.split_once(" for the person ") else { return text.to_owned() };
    let rest = after.split_once(" from ").map_or_else(String::new, |(_, rest)| format!(" from {rest}"));
    format!("{before} for one person{rest}")
}

fn bounded(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

pub(super) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl Desk {
    /// What the console knows, where assembly has to do with it.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The number of the last record that was taken in; `None`: none ever was.
    ///
    /// # Errors
    /// [`WatchFault`].
    pub fn followed(&self) -> Result<Option<u64>, WatchFault> {
        Ok(self.book.read(|book| fact(book, BOOKMARK))?.and_then(|number| number.parse().ok()))
    }

    /// Takes records in, and keeps that those up to this number were.
    ///
    /// # Errors
    /// [`WatchFault`]: none of them was.
    pub fn take_in(&self, seen: &[Seen], up_to: u64) -> Result<(), WatchFault> {
        let (incidents, rules) = (self.works.incident_settings(), self.works.alert_settings());
        self.book.change(|book| {
            super::alias::Aliases::make(book)?;
            for one in seen {
                let incident = one.statutory.as_ref().map(|entry| self.take_statutory(book, one, entry, &incidents)).transpose()?;
                if one.statutory.is_none() && !one.unread.is_empty() {
                    self.take_unread(
                        book,
                        &format!("The log cannot be read here, and nobody knows what stood there: {}", one.unread),
                        one.at,
                    )?;
                }
                self.take_alerts(book, one, incident, &rules)?;
            }
            Ok(put_fact(book, BOOKMARK, &up_to.to_string())?)
        })
    }

    /// The log cannot be followed any more, and what happens is not seen: people are told.
    ///
    /// # Errors
    /// [`WatchFault`].
    pub fn falls_behind(&self, fault: &str) -> Result<(), WatchFault> {
        let now = self.clock.now().wall;
        self.book.change(|book| self.take_unread(book, &format!("The console does not keep up with the log: {fault}"), now))
    }

    /// What nobody has looked at may have been grave.
    fn take_unread(&self, book: &Connection, said: &str, at: Timestamp) -> Result<(), WatchFault> {
        let said = said.chars().take(LONGEST_UNREAD).collect::<String>();
        let merge_key = format!("log\n{said}");
        let raised =
            Raised { rule: "log", theme: Theme::FilterHealth, severity: Severity::GRAVE, merge_key: &merge_key, since: Timestamp(0) };
        if let Some(id) = alerts::raise(book, &raised, &NewAlert { said: said.clone(), ..NewAlert::default() }, at)? {
            self.record_itself(EventKind::AlertRaised, format!("alert {id}: {said}"))?;
        }
        Ok(())
    }

    /// The incident to which it belongs.
    fn take_statutory(&self, book: &Connection, seen: &Seen, entry: &str, settings: &IncidentSettings) -> Result<i64, WatchFault> {
        if let Some(id) = rows::of_hit(book, seen.sequence, seen.at)? {
            return Ok(id);
        }
        let digest = super::alias::Aliases::of(book)?.map(|key| key.digest(entry)).unwrap_or_default();
        let key = format!("{}{}\n{digest}", seen.site(), seen.who());
        let since = Timestamp(seen.at.0 - micros(settings.merge));
        let id = match rows::same(book, &key, since)? {
            Some(id) => id,
            None => {
                let id = rows::open(book, &statutory_incident(seen, &key), seen.at)?;
                self.record_itself(
                    EventKind::IncidentOpened,
                    format!("incident {id} was opened by itself: an address on a statutory list"),
                )?;
                id
            }
        };
        rows::add_hit(book, id, seen.sequence, seen.at)?;
        Ok(id)
    }

    /// An alert about what opened an incident belongs to it: from whom the incident is sealed, the alert is sealed too.
    fn take_alerts(&self, book: &Connection, seen: &Seen, incident: Option<i64>, settings: &AlertSettings) -> Result<(), WatchFault> {
        let since = Timestamp(seen.at.0 - micros(settings.merge));
        for rule in &settings.rules {
            let Some(said) = seen.met_by(rule) else { continue };
            // What was searched for differs; who searched, and by which rule, is the same.
            let same = if rule.terms.is_empty() { said.as_str() } else { "" };
            let same = incident.map_or_else(|| same.to_owned(), |id| format!("incident {id}"));
            let merge_key = format!("{}\n{}{}\n{same}", rule.name, seen.site(), seen.who());
            let Scope { person, device, client, group, .. } = seen.scope();
            let raised = Raised { rule: &rule.name, theme: rule.theme, severity: rule.severity, merge_key: &merge_key, since };
            if let Some(id) = alerts::raise(book, &raised, &NewAlert { person, device, client, group, said }, seen.at)? {
                if let Some(incident) = incident {
                    alerts::put_incident(book, id, incident)?;
                }
                let did = format!("alert {id}: {}, severity {} ({})", rule.theme.word(), rule.severity, rule.name);
                self.record_itself(EventKind::AlertRaised, did)?;
            }
        }
        Ok(())
    }

    /// Puts into the log what nobody did.
    pub(super) fn record_itself(&self, kind: EventKind, did: String) -> Result<(), LogFault> {
        self.record_act(kind, &Act::new("", None, Action::SeeStatus, did))
    }

    /// Puts into the log what is done by itself, in somebody's name.
    pub(super) fn record_act(&self, kind: EventKind, act: &Act) -> Result<(), LogFault> {
        let at: Moment = self.clock.now();
        let event = EventRecord { at, kind, peer: None, text: act.text().into() };
        let waiting = self.log.append(&Entry::Event(event), Durability::Kernel);
        tokio::runtime::Handle::current().block_on(waiting)
    }
}

fn statutory_incident<'a>(seen: &Seen, key: &'a str) -> NewIncident<'a> {
    let mut what =
        "An address on a statutory list of illegal material was asked for. The filter refused it before anything left.".to_owned();
    if seen.demonstration {
        what += " The list is a demonstration list: its entries are made up.";
    }
    if !seen.unread.is_empty() {
        what +=
            &format!(" Who asked for what cannot be read in the log any more ({}): look there with `lifeguard logs verify`.", seen.unread);
    }
    let severity = if seen.demonstration { Severity::ALL[0] } else { Severity::GRAVE };
    let lines = vec![
        (Said::What, what),
        (Said::How, "The filter noticed it by itself.".to_owned()),
        (Said::Kind, IncidentKind::AccidentalIllegal.word().to_owned()),
        (Said::Severity, severity.to_string()),
    ];
    NewIncident { by: "", origin: "statutory", merge_key: key, scope: seen.scope(), lines }
}

#[cfg(test)]
mod tests {
    use super::unnamed;

    #[test]
    fn an_alert_says_that_an_exception_is_for_one_person_and_not_for_whom() {
        let text = "E-1 opens a.test for the person kim from 2026-01-05T10:00:00Z until 2026-01-05T11:00:00Z, by ivy: a call";
        assert_eq!(unnamed(text), "E-1 opens a.test for one person from 2026-01-05T10:00:00Z until 2026-01-05T11:00:00Z, by ivy: a call");
        assert_eq!(unnamed("E-2 opens a.test for the group x from 9"), "E-2 opens a.test for the group x from 9");
        assert_eq!(unnamed("for the person"), "for the person");
    }
}
