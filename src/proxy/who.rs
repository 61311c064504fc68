//! Who asks, where there is more to go by than an address: the person who signs in, and what is answered to one who has to.
//!
//! Done once, before the record; nothing changes it afterwards. What comes out of a tunnel is its person's. Serves AA7, B12, V12, X17.

use super::case::Case;
use crate::identity::{Asking, Found, Person};
use crate::model::{IdentitySource, IdentityStrength, Reason};
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use std::time::Duration;

/// Whoever guesses waits for the answer that there are too many guesses.
const PAUSE: Duration = Duration::from_secs(1);

/// Finds the person, and says in the case whether one must sign in first.
pub(super) async fn identify(case: &mut Case, headers: &HeaderMap) {
    if case.facts.fault.is_some() {
        return;
    }
    if let Some(outer) = &case.side.outer {
        // Whether one must sign in was asked when the tunnel was.
        if let Some(person) = outer.person.clone() {
            let person = case.case.live.people.still(&person, case.ticket.started());
            place(case, person);
        }
        return;
    }
    let live = Arc::clone(&case.live);
    let asking = Asking { headers, client: case.subject.client(), protected: case.side.is_protected(), now: case.ticket.started() };
    let found = live.people.identify(asking).await;
    let why = match found {
        Found::Person(person) => {
            place(case, person);
            None
        }
        Found::Nobody => Some((Reason::SignInNeeded, "nobody signed in")),
        Found::Unreadable => Some((Reason::SignInNeeded, "what came is no name and password")),
        Found::Unprotected => {
            Some((Reason::SignInUnprotected, "a password came over a connection that is not protected; it was not looked at"))
        }
        Found::Wrong => Some((Reason::SignInRefused, "wrong name or password")),
        Found::Paused => Some((Reason::SignInPaused, "too many wrong passwords; this one was not tried")),
        Found::Unsure => {
            case.subject.group = live.engine.policy.rules().strictest;
            case.subject.source = IdentitySource::Unknown;
            case.ticket.ending.note = "the directory does not answer: the strictest group".into();
            return;
        }
        Found::Busy => Some((Reason::Overloaded, "too many passwords to try at once")),
    };
    let group = live.engine.policy.group_name(case.subject.group);
    if case.subject.source.strength() < IdentityStrength::Person && live.people.needs_person(group) {
        case.barred = why.map(|why| barred(case, why));
    } else if let Some((_, note)) = why.filter(|(_, note)| *note != "nobody signed in") {
        // Nobody has to sign in here: what came is not used, and the record says so.
        case.ticket.ending.note = note.into();
    }
    if case.barred.is_some_and(|(reason, _)| reason == Reason::SignInPaused) {
        tokio::time::sleep(PAUSE).await;
    }
}

/// Nobody is asked for a password over a connection that is not protected.
fn barred(case: &Case, (reason, note): (Reason, &'static str)) -> (Reason, &'static str) {
    if reason == Reason::SignInNeeded && !case.side.is_protected() && !case.live.people.takes_unprotected() {
        (Reason::SignInUnprotected, "one must sign in, and this connection is not protected")
    } else {
        (reason, note)
    }
}

/// Gives a person their group: of several the strictest, and where none exists the strictest of all.
fn place(case: &mut Case, person: Person) {
    let policy = &case.live.engine.policy;
    let named = person.groups.iter().filter_map(|name| policy.group_named(name));
    case.subject.group = policy.strictest_of(named).unwrap_or(policy.rules().strictest);
    case.subject.source = person.source;
    case.subject.user = Some(Arc::clone(&person.name));
    case.person = Some(person);
}

/// `Proxy-Authenticate` (RFC 7617): the site's name, as far as it can be written in quotes.
pub(super) fn challenge(site: &str) -> HeaderValue {
    let realm: String = site.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').filter(|c| !matches!(c, '"' | '\\')).collect();
    let challenge = format!("Basic realm=\"{}\", charset=\"UTF-8\"", realm.trim());
    HeaderValue::try_from(challenge).unwrap_or_else(|_| HeaderValue::from_static("Basic realm=\"proxy\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_of_any_name_can_be_written_in_quotes() {
        for (site, realm) in [("Test site", "Test site"), ("a\"b\\c\r\n", "abc"), ("\u{436}", ""), (" Caf\u{e9} 1 ", "Caf 1")] {
            assert_eq!(challenge(site), format!("Basic realm=\"{realm}\", charset=\"UTF-8\""));
        }
    }
}
