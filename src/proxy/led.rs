//! People whose group is led to the page on which one signs in: who has signed in there, who has not, and what they get meanwhile.
//!
//! Nobody is let through who is not known: what is open to everybody (a help line) and what is closed to everybody (a statutory
//! entry) is judged as ever, and everything else waits.

use super::body::DownBody;
use super::case::{Case, plain_evidence};
use super::handle::Verdict;
use super::own::sign_in_link;
use super::pages::Wanted;
use super::respond;
use crate::identity::{Found, Person};
use crate::matcher::Hits;
use crate::model::Reason;
use crate::policy::{Evidence, HttpsMode, is_called};
use crate::telemetry::NotSignedIn;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderValue, Response, StatusCode};

/// Must whoever asks be led to the page? `note`: what the record says.
pub(super) fn barred(case: &Case, note: &'static str) -> Option<(Reason, &'static str)> {
    let group = case.live.engine.policy.group_name(case.subject.group);
    case.live.people.leads(group, case.subject.source).then_some((Reason::SignInPage, note))
}

/// Is there a page for the clients of this address or entrance? Whoever else they turn out to be, from elsewhere nobody signs in there.
pub(super) fn has_page(case: &Case) -> bool {
    let (live, side) = (&case.live, &case.side);
    let Some(page) = live.people.page() else { return false };
    let policy = &live.engine.policy;
    let listener = side.listener_group.as_deref().and_then(|name| policy.group_named(name));
    let group = policy.group_name(policy.group_of(case.subject.peer.ip(), case.subject.asserted, listener).0);
    page.groups.iter().any(|name| is_called(group, name))
}

/// Whoever has signed in on the page at the client's address.
pub(super) fn there(case: &Case) -> Option<Person> {
    if has_page(case) { case.live.people.at_page(case.subject.client(), case.ticket.started()) } else { None }
}

/// Counts what came of signing in.
pub(super) fn count(case: &Case, found: &Found) {
    let metrics = &case.side.proxy.metrics.sign_in;
    metrics.not(match found {
        Found::Person(person) => return metrics.right(person.source),
        // One that goes on is counted when it ends.
        Found::Nobody | Found::More => return,
        Found::NoTicket(_) => NotSignedIn::NoTicket,
        Found::Unreadable => NotSignedIn::Unreadable,
        Found::Unprotected => NotSignedIn::Unprotected,
        Found::Wrong => NotSignedIn::Wrong,
        Found::Paused => NotSignedIn::Paused,
        Found::Busy => NotSignedIn::Busy,
        Found::Unsure => NotSignedIn::Unsure,
        Found::Suspended(_) => NotSignedIn::Suspended,
    });
}

/// What somebody gets who is to be led to the page, or whose card is suspended.
pub(super) fn first((verdict, hits): (Verdict, Option<Hits>), (reason, note): (Reason, &str)) -> (Verdict, Option<Hits>) {
    let same = match &verdict {
        Verdict::Go(permit) => permit.evidence().reason == Reason::HelpLine,
        Verdict::Stop(evidence, _) => evidence.reason == Reason::Statutory,
        Verdict::Think(_) | Verdict::Own => false,
    };
    (if same { verdict } else { Verdict::Stop(plain_evidence(reason), note.to_owned()) }, hits)
}

/// The scheme under which the page is reached: `https` where the client will believe our certificate.
pub(super) fn scheme(case: &Case) -> &'static str {
    let (live, group) = (&case.live, case.subject.group);
    let trusted = live.intercept.is_some() && live.engine.policy.https_mode(group) != HttpsMode::Tunnel;
    if !is_protected(case) && (live.own_door.is_some() || trusted) { "https" } else { "http" }
}

/// Can nobody on the network read what the client sends us? How a client reaches a front of ours, nobody tells.
pub(super) fn is_protected(case: &Case) -> bool {
    let behind = case.subject.asserted.is_some_and(|client| !client.is_loopback());
    (case.side.is_protected() && !behind) || case.side.outer.as_ref().is_some_and(|outer| outer.opened)
}

/// Sends the client to the page, where it can be sent; else says where the page is.
pub(super) fn lead(mut case: Case, evidence: &Evidence, note: String, wanted: Wanted) -> Response<DownBody> {
    let asks = matches!(case.facts.method(), b"GET" | b"HEAD") && matches!(wanted, Wanted::Html | Wanted::Text | Wanted::Other);
    let link = if asks && !case.facts.wants_upgrade { sign_in_link(&case) } else { None };
    let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) else { return respond::stop(case, evidence, note, wanted) };
    case.ticket.ending.note = note.into();
    case.ticket.answered(StatusCode::FOUND.as_u16());
    let mut response = Response::new(DownBody::own(Bytes::new(), Some(case.ticket)));
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(LOCATION, link);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
