//! What people do on the console, as events of the same log that holds what everybody did (security A2; standards G1, G2).
//!
//! An event's text is one JSON object: who, as what, which action, what it was, why, and what was asked. It is with the kernel before the
//! deed is answered: what cannot be recorded is not done. Must never hold a password, a code or a secret, nor a name that somebody typed
//! and nobody has: it may be a password in the wrong field.

use super::reach::Reach;
use super::roles::{Action, Role};
use crate::model::Moment;
use crate::ports::{Durability, LogFault, LogStore};
use crate::record::{Entry, EventKind, EventRecord};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Longest text of a field: what is typed into a form is bounded in the log too.
const LONGEST: usize = 2048;

/// A deed of somebody on the console.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The account; empty where nobody has signed in.
    pub who: String,
    /// Its role.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// The action, as in the table of roles.
    pub action: String,
    /// What was done, in words.
    pub did: String,
    /// Why, as whoever did it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// What was asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// Which sites the account reached at that moment; none: all, or nobody had signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites: Option<Vec<String>>,
}

impl Act {
    /// A deed of this account.
    #[must_use]
    pub fn new(who: &str, role: Option<Role>, action: Action, did: impl Into<String>) -> Self {
        let role = role.map_or("", Role::word).to_owned();
        Self { who: who.to_owned(), role, action: action.word().to_owned(), did: did.into(), ..Self::default() }
    }

    /// The sites that the account reaches at this moment: whoever moves to another site leaves what they did behind.
    #[must_use]
    pub fn at(self, reach: &Reach) -> Self {
        Self { sites: reach.asked(), ..self }
    }

    /// Was it done by somebody who reached no further than this?
    #[must_use]
    pub fn is_inside(&self, reach: &Reach) -> bool {
        reach.is_all() || self.sites.as_ref().is_some_and(|sites| sites.iter().all(|site| reach.covers(site)))
    }

    /// What was asked in it.
    #[must_use]
    pub fn asking(self, query: &str) -> Self {
        Self { query: query.chars().take(LONGEST).collect(), ..self }
    }

    /// Why, as whoever did it says.
    #[must_use]
    pub fn because(self, purpose: &str) -> Self {
        Self { purpose: purpose.chars().take(LONGEST).collect(), ..self }
    }

    /// As it stands in the log.
    #[must_use]
    pub fn text(&self) -> String {
        // Plain data: it always can be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From the log again. An event of another hand is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// What an event is to whoever watches the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// It is no deed of the console.
    Elsewhere,
    /// Somebody looked at something, came or went, or the console did it by itself: it is shown, and not reviewed.
    Shown,
    /// A deed: where an administrator did it, it is reviewed.
    Deed,
    /// An account was made or changed by what another service says: it is reviewed, whoever it is about.
    Access,
    /// What is filtered, who gets in, or what is kept was changed at the machine itself: words, and no deed of an account.
    Machine,
}

/// Where an event belongs. Whoever adds a kind says it here.
#[must_use]
pub const fn watched(kind: EventKind) -> Watched {
    use EventKind::{
        AccountsChanged, Accreditation, ActsCut, AgreementAccepted, AlertAcknowledged, AlertRaised, AmendmentAsked, BackupMade,
        Categorised, ClientCertificateRefused as CertificateRefused, ClockSet, ConsoleChange, ConsoleCrossSite, ConsoleExport,
        ConsoleLookUp, ConsoleRefused, ConsoleReveal, ConsoleSignIn, ContactsOverdue, Deleted, DigestRead, DisclosureOpened,
        DisclosureRefused, DisclosureReleased, DutyOverdue, EvidenceStated, ExceptionMade, ExceptionStopped, Exported, FairShare, Gap,
        GuessingStopped, HoldPlaced, HoldReleased, Hostile, IncidentChanged, IncidentOpened, KeyChanged, ListAlarm, ListReleased,
        LongQuestion, MailFailed, OpinionTold, OrganisationAccount, OrganisationFailed, PolicyProposed, PolicyPublished, PolicyRolledBack,
        ReloadFailed, Reloaded, RestrictedName, RetentionSet, ReviewHeld, SecondPerson, SourceChanged, Started, Stopped, TokenChanged,
        TrendsCounted, TunnelSteady, Unclosed, WorryTold,
    };
    match kind {
        ConsoleChange | ConsoleCrossSite | ConsoleRefused | EvidenceStated | PolicyProposed | PolicyPublished | PolicyRolledBack
        | ReviewHeld | SourceChanged | TokenChanged => Watched::Deed,
        OrganisationAccount => Watched::Access,
        AccountsChanged | ActsCut | BackupMade | Categorised | HoldPlaced | HoldReleased | KeyChanged | ListReleased | RetentionSet => {
            Watched::Machine
        }
        AlertAcknowledged | ConsoleExport | ConsoleLookUp | ConsoleReveal | ConsoleSignIn | DigestRead | DisclosureOpened
        | DisclosureRefused | DisclosureReleased | DutyOverdue | IncidentChanged | IncidentOpened | LongQuestion | OrganisationFailed
        | TrendsCounted => Watched::Shown,
        Accreditation | AgreementAccepted | AlertRaised | AmendmentAsked | CertificateRefused | ClockSet | ContactsOverdue | Deleted
        | ExceptionMade | ExceptionStopped | Exported | FairShare | Gap | GuessingStopped | Hostile | ListAlarm | MailFailed
        | OpinionTold | Reloaded | ReloadFailed | RestrictedName | SecondPerson | Started | Stopped | TunnelSteady | Unclosed
        | WorryTold => Watched::Elsewhere,
    }
}

/// Is this shown to whoever watches the console?
#[must_use]
pub fn is_of_console(kind: EventKind) -> bool {
    watched(kind) != Watched::Elsewhere
}

/// Puts it into the log, and waits until it is there.
///
/// # Errors
/// [`LogFault`]: it must not be done.
pub(super) async fn record(log: &dyn LogStore, kind: EventKind, act: &Act, peer: SocketAddr, at: Moment) -> Result<(), LogFault> {
    let event = EventRecord { at, kind, peer: Some(peer), text: act.text().into() };
    log.append(&Entry::Event(event), Durability::Kernel).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_read_back_as_it_was_written() {
        let act = Act::new("kim", Some(Role::Auditor), Action::AskWhy, "asked what would happen").asking("http://a.test/\u{202e}<b>\"");
        assert_eq!(Act::read(&act.text()), Some(act.clone()));
        assert_eq!(act.asking(&"x".repeat(5000)).query.len(), LONGEST);
        assert_eq!(Act::read("E-1 opens a.test"), None);
    }
}
