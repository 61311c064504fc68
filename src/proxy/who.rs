//! Who asks, where there is more to go by than an address: the person who signs in, and what is answered to one who has to.
//!
//! Done once, before the record; nothing changes it afterwards. What comes out of a tunnel is its person's. Serves AA7, B12, V12, X17.

use super::body::DownBody;
use super::case::Case;
use super::client::Side;
use super::known::before_signing_in;
use super::led;
use super::live::Live;
use crate::identity::{Asking, Found, Person};
use crate::model::{GroupId, IdentitySource, Reason};
use http::header::{FORWARDED, VIA};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use std::sync::Arc;
use std::time::Duration;

/// Whoever guesses waits for the answer that there are too many guesses.
const PAUSE: Duration = Duration::from_secs(1);

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROXY_AUTHENTICATION_INFO: HeaderName = HeaderName::from_static("proxy-authentication-info");

const NOBODY: &str = "nobody signed in";

/// Finds the person, and says in the case whether one must sign in first.
pub(super) async fn identify(case: &mut Case, headers: &HeaderMap) {
    if case.facts.fault.is_some() {
        return;
    }
    if let Some(outer) = &case.side.outer {
        let person = outer.person.clone();
        return inside(case, person);
    }
    let live = Arc::clone(&case.live);
    let (client, now) = (case.subject.client(), case.ticket.started());
    let said = before_signing_in(case, headers);
    let alone = live.people.keytab().is_some() && is_alone(case, headers);
    let side = Arc::clone(&case.side);
    let asking = Asking { headers, client, protected: side.is_protected(), now, line: &side.line, alone };
    let found = live.people.identify(asking).await;
    led::count(case, &found);
    let why = match found {
        Found::Person(person) => {
            if let Some(said) = &said {
                live.people.differ(&person, said, client, now);
            }
            place(case, person);
            None
        }
        Found::Unsure => return without_name(case, "what knows people does not answer: the strictest group"),
        Found::Suspended(person) => {
            place(case, person);
            case.barred = Some((Reason::Suspended, "the library has suspended this card"));
            return;
        }
        other @ (Found::Nobody
        | Found::Unreadable
        | Found::Unprotected
        | Found::Wrong
        | Found::NoTicket(_)
        | Found::More
        | Found::Paused
        | Found::Busy) => why(&other),
    };
    conclude(case, why);
    if case.barred.is_some_and(|(reason, _)| reason == Reason::SignInPaused) {
        tokio::time::sleep(PAUSE).await;
    }
}

/// Says whether one must sign in first; `why`: why nobody has.
fn conclude(case: &mut Case, why: Option<(Reason, &'static str)>) {
    let live = Arc::clone(&case.live);
    let group = live.engine.policy.group_name(case.subject.group);
    if live.people.wants_more(group, case.subject.source) {
        case.barred = why.map(|why| barred(case, why));
    } else if let Some(barred) = led::barred(case, why.map_or(NOBODY, |(_, note)| note)) {
        case.barred = Some(barred);
    } else if let Some((_, note)) = why.filter(|(_, note)| *note != NOBODY) {
        // Nobody has to sign in here: what came is not used, and the record says so.
        case.note(note);
    }
}

/// What comes out of a tunnel is its person's: whether one must sign in was asked when the tunnel was. One that was opened to show where
/// one signs in has no person yet.
fn inside(case: &mut Case, person: Option<Person>) {
    let (people, client, now) = (&case.live.people, case.subject.client(), case.ticket.started());
    match person.map(|person| people.still_at(client, &person, now)).or_else(|| led::there(case)) {
        Some(person) => place(case, person),
        None => case.barred = led::barred(case, NOBODY),
    }
}

/// Why there is no person: the reason if there has to be one, and the note.
const fn why(found: &Found) -> Option<(Reason, &'static str)> {
    Some(match found {
        Found::Person(_) | Found::Unsure | Found::Suspended(_) => return None,
        Found::Nobody => (Reason::SignInNeeded, NOBODY),
        Found::Unreadable => (Reason::SignInNeeded, "what came is no name and password"),
        Found::Unprotected => (Reason::SignInUnprotected, "a password came over a connection that is not protected; it was not looked at"),
        Found::Wrong => (Reason::SignInRefused, "wrong name or password"),
        Found::NoTicket(fault) => (Reason::SignInNeeded, fault.words()),
        Found::More => (Reason::SignInNeeded, "the sign-in with Kerberos goes on"),
        Found::Paused => (Reason::SignInPaused, "too many attempts to sign in were wrong; this one was not tried"),
        Found::Busy => (Reason::Overloaded, "too many passwords to try at once"),
    })
}

/// It cannot be told who it is: the strictest group, without a name.
pub(super) fn without_name(case: &mut Case, note: &str) {
    case.subject.group = case.live.engine.policy.strictest_near(case.subject.group);
    case.subject.source = IdentitySource::Unknown;
    (case.subject.user, case.person) = (None, None);
    case.note(note);
}

/// Nobody is asked for a password over a connection that is not protected.
fn barred(case: &Case, (reason, note): (Reason, &'static str)) -> (Reason, &'static str) {
    let people = &case.live.people;
    if people.keytab().is_some() {
        // A ticket may come over any connection, so there is always something to ask for.
        let ask = reason == Reason::SignInUnprotected;
        return (if ask { Reason::SignInNeeded } else { reason }, note);
    }
    if reason == Reason::SignInNeeded && !case.side.is_protected() && !people.takes_unprotected() {
        (Reason::SignInUnprotected, "one must sign in, and this connection is not protected")
    } else {
        (reason, note)
    }
}

/// A person's group: of several the strictest, and where none exists the strictest at the site. The same name may be a group's at many
/// sites: `here`, the group of the address, says at which one the person is.
pub(super) fn group_of(live: &Live, here: GroupId, person: &Person) -> GroupId {
    let policy = &live.engine.policy;
    let named = person.groups.iter().filter_map(|name| policy.group_near(here, name));
    policy.strictest_of(named).unwrap_or_else(|| policy.strictest_near(here))
}

/// Gives a person their group.
pub(super) fn place(case: &mut Case, person: Person) {
    case.subject.group = group_of(&case.live, case.subject.group, &person);
    case.subject.source = person.source;
    // A guest has no name.
    case.subject.user = Some(Arc::clone(&person.name)).filter(|name| !name.is_empty());
    case.person = Some(person);
}

/// Is the connection one person's own, so that a ticket may speak for all that comes over it? Not where another proxy speaks for
/// many, whether we were told so or it says so itself; not where requests run side by side (RFC 4559 knows HTTP/1 alone).
fn is_alone(case: &Case, headers: &HeaderMap) -> bool {
    let side = &case.side;
    let listed = case.live.settings.trusted_proxies.iter().any(|net| net.contains(&side.peer.ip()));
    let speaks_for_others = [VIA, FORWARDED, X_FORWARDED_FOR].iter().any(|name| headers.contains_key(name));
    let listed = listed || case.live.people.is_front(side.peer.ip());
    side.outer.is_none() && side.interims.is_none() && side.stated.is_none() && !listed && !speaks_for_others
}

/// `Proxy-Authenticate`: a ticket first, since a browser takes the first that it can, and it costs the person nothing; then a password.
pub(super) fn challenges(case: &Case) -> Vec<HeaderValue> {
    let people = &case.live.people;
    let ticket = people.keytab().map(|_| said_to_client(&case.side).unwrap_or(HeaderValue::from_static("Negotiate")));
    let password = people.takes_passwords() && (case.side.is_protected() || people.takes_unprotected());
    ticket.into_iter().chain(password.then(|| challenge(&case.live.site))).collect()
}

/// What a sign-in by ticket has to tell the client.
fn said_to_client(side: &Side) -> Option<HeaderValue> {
    let reply = side.line.take_reply()?;
    HeaderValue::try_from(format!("Negotiate {reply}")).ok()
}

/// `Proxy-Authentication-Info` (RFC 7615): our proof, where a sign-in by ticket was good and the client wants one.
pub(super) fn prove(side: &Side, response: &mut Response<DownBody>) {
    if let Some(info) = said_to_client(side) {
        response.headers_mut().insert(PROXY_AUTHENTICATION_INFO, info);
    }
}

/// `Proxy-Authenticate` (RFC 7617): the site's name, as far as it can be written in quotes.
fn challenge(site: &str) -> HeaderValue {
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
