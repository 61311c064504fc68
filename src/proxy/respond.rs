//! Answers of our own: which page, in which form, with which ending in the log. What a page says stands in `pages`.

use super::body::DownBody;
use super::case::Case;
use super::live::Live;
use super::own::{answered, ask_to_agree, way_by_code, way_on, way_to_staff};
use super::pages::{BehindIt, Continue, Facts, Here, Page, Pages, Wanted, opens_words};
use super::told::Told;
use super::{led, who};
use crate::canon::{CanonicalUrl, Scheme};
use crate::model::{GroupId, Reason, RequestId, Timestamp};
use crate::policy::{Evidence, PolicySet, Warning};
use crate::ports::{Answer, LogFault};
use crate::telemetry::{Asked, Metrics};
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, LOCATION, PROXY_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// What a connection gets when there are too many.
pub(super) const SHED: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 65\r\nRetry-After: 5\r\nCache-Control: no-store\r\nConnection: close\r\n\r\nToo many people are asking at once. Please try again in a moment.";

/// What may be asked of a proxy.
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, CONNECT";

pub(super) fn answer(page: Page, close: bool, ticket: Option<super::ticket::Ticket>) -> Response<DownBody> {
    let length = page.body.len();
    let mut response = Response::new(DownBody::own(page.body, ticket));
    *response.status_mut() = page.status;
    *response.headers_mut() = page.headers;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The log cannot take the request: nothing left, and the fault is loud.
pub(super) fn unlogged(live: &Live, fault: &LogFault, metrics: &Metrics, wanted: Wanted) -> Response<DownBody> {
    tracing::error!(%fault, "a request was answered 503 because the log could not take its record");
    let reason = if *fault == LogFault::Full { Reason::Overloaded } else { Reason::LogUnavailable };
    metrics.log.refused.inc();
    unrecorded((live, live.pages.all()), (reason, Timestamp::default()), metrics, wanted)
}

/// A refusal that is told together with others: nothing left.
pub(super) fn folded(case: &Case, reason: Reason, wanted: Wanted) -> Response<DownBody> {
    unrecorded((&case.live, case.live.pages_of(case.subject.group)), (reason, case.ticket.started().wall), &case.side.proxy.metrics, wanted)
}

/// The page of a request that has no record of its own.
fn unrecorded((live, pages): (&Live, &Pages), (reason, at): (Reason, Timestamp), metrics: &Metrics, wanted: Wanted) -> Response<DownBody> {
    metrics.requests.decided(Asked::Unread, reason, Duration::ZERO);
    let facts = Facts { demonstration: live.engine.lists.is_demonstration(), lab: live.lab, ..Facts::new(reason, RequestId(0), at) };
    answer(pages.render(&facts, wanted), true, None)
}

/// The gate and the protocol library lost step, which cannot be: nothing is served.
pub(super) fn broken(live: &Live) -> Response<DownBody> {
    tracing::error!("a request came without the raw head that belongs to it");
    let facts = Facts::new(Reason::Internal, RequestId(0), Timestamp::default());
    answer(live.pages.all().render(&facts, Wanted::Text), true, None)
}

/// A refusal, or a fault on the road.
pub(super) fn stop(mut case: Case, evidence: &Evidence, note: String, wanted: Wanted) -> Response<DownBody> {
    let by_code = if wanted == Wanted::Html { way_by_code(&case, evidence.reason) } else { None };
    let code = by_code.as_ref().map(|(action, token)| Continue { action, token });
    let opens = opens(&case, evidence);
    let by_staff = Staffed::of(&case, evidence.reason, wanted);
    let page = case
        .live
        .pages_of(case.subject.group)
        .render(&by_staff.with(Facts { code, opens: opens.as_deref(), ..facts(&case, evidence) }), wanted);
    // What follows a request that could not be read, or a tunnel that was refused, is never taken for a request.
    let unread = (Reason::Unreadable..=Reason::Expectation).contains(&evidence.reason);
    let bad = unread || case.facts.fault.is_some() || case.facts.is_connect || case.facts.wants_upgrade;
    if !note.is_empty() {
        case.ticket.ending.note = note.into();
    }
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    let challenges =
        if matches!(evidence.reason, Reason::SignInNeeded | Reason::SignInRefused) { who::challenges(&case) } else { Vec::new() };
    let mut response = answer(page, bad, Some(case.ticket));
    for challenge in challenges {
        response.headers_mut().append(PROXY_AUTHENTICATE, challenge);
    }
    if evidence.reason == Reason::MethodRefused {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(METHODS));
    }
    response
}

/// The way to staff from a page that says no, and what they have said already.
#[derive(Default)]
struct Staffed {
    way: Option<(String, String)>,
    answer: Option<Arc<Answer>>,
}

impl Staffed {
    fn of(case: &Case, reason: Reason, wanted: Wanted) -> Self {
        if wanted != Wanted::Html {
            return Self::default();
        }
        let way = way_to_staff(case, reason);
        Self { answer: way.as_ref().and_then(|_| answered(case)), way }
    }

    fn with<'a>(&'a self, facts: Facts<'a>) -> Facts<'a> {
        let wrong = self.way.as_ref().map(|(action, token)| Continue { action, token });
        Facts { wrong, answered: self.answer.as_deref(), ..facts }
    }
}

/// When it opens again, where the hour or the day closes it.
fn opens(case: &Case, evidence: &Evidence) -> Option<String> {
    let (policy, group, now) = (&case.live.engine.policy, case.subject.group, case.ticket.started().wall);
    policy.opens_again(group, evidence.reason, now).map(|then| opens_words(now, then, policy.zone(group)))
}

/// The page that asks to think first; its button leads to our own name with a token.
pub(super) fn think(mut case: Case, warning: &Warning, wanted: Wanted) -> Response<DownBody> {
    if warning.evidence.reason == Reason::AgreementNeeded {
        return ask_to_agree(case, warning, wanted);
    }
    let onward = onward(&case);
    let mut facts = facts(&case, &warning.evidence);
    facts.onward = onward.as_ref().map(|(action, token)| Continue { action, token });
    let by_staff = Staffed::of(&case, warning.evidence.reason, wanted);
    let page = case.live.pages_of(case.subject.group).render(&by_staff.with(facts), wanted);
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    answer(page, case.facts.is_connect, Some(case.ticket))
}

/// Where the button leads, with the address to go on to, and the token.
fn onward(case: &Case) -> Option<(String, String)> {
    let (scheme, host, address) = asked_for(case)?;
    way_on(case, scheme, host, &address)
}

/// What was asked for: scheme, host, and the whole address.
pub(super) fn asked_for(case: &Case) -> Option<(&'static str, &str, String)> {
    let url = case.url.as_ref()?;
    let scheme = if url.scheme() == Scheme::Https { "https" } else { "http" };
    Some((scheme, url.host(), format!("{scheme}://{}{}", url.authority_text(), url.forward_target())))
}

pub(super) fn facts<'a>(case: &'a Case, evidence: &Evidence) -> Facts<'a> {
    let engine = &case.live.engine;
    let told = Told::of(engine, case.subject.group, evidence);
    Facts {
        status: status(case, evidence),
        category: told.category,
        quiet: told.quiet,
        group: engine.policy.group_title(case.subject.group),
        here: here(&engine.policy, case.subject.group),
        address: case.url.as_ref().map(CanonicalUrl::host),
        sign_in: (evidence.reason == Reason::SignInPage).then(|| led::scheme(case)),
        clause: engine.policy.clause(case.subject.group, told.clause_of, evidence.reason).map(|(clause, words)| BehindIt {
            id: &clause.id,
            title: &clause.title,
            words,
        }),
        demonstration: engine.lists.is_demonstration(),
        lab: case.live.lab,
        ..Facts::new(evidence.reason, case.ticket.id(), case.ticket.started().wall)
    }
}

/// Where whoever asks is, and whom they may ask there.
fn here(policy: &PolicySet, group: GroupId) -> Here<'_> {
    let site = policy.site(group);
    Here { site: site.map(|site| &*site.title), contact: policy.contact(group), time_zone: site.map(|site| &site.zone) }
}

/// The status, where it is not the reason's own. A request inside an opened tunnel that names another host is misdirected
/// (RFC 9110 section 15.5.20): the client asks again on a connection of its own.
fn status(case: &Case, evidence: &Evidence) -> Option<StatusCode> {
    if evidence.reason == Reason::NameMismatch && case.side.outer.as_ref().is_some_and(|outer| outer.opened) {
        return Some(StatusCode::MISDIRECTED_REQUEST);
    }
    case.facts.fault.and_then(|fault| StatusCode::from_u16(fault.kind.status()).ok())
}

/// The same search in its restricted form: the client asks again there. Nothing has left.
pub(super) fn aside(mut case: Case, address: &str, word: &'static str) -> Response<DownBody> {
    case.ticket.answered(StatusCode::FOUND.as_u16());
    case.ticket.ending.led = None;
    case.ticket.ending.note = format!("sent on to the same search with {word}").into();
    let mut response = Response::new(DownBody::own(Bytes::new(), Some(case.ticket)));
    *response.status_mut() = StatusCode::FOUND;
    // An address that was read is printable; without the field the client would see an empty 302, and still nothing has left.
    if let Ok(address) = HeaderValue::try_from(address) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}

/// A form of ours was sent: its sender goes on to another page.
pub(super) fn see_other(mut case: Case, address: HeaderValue) -> Response<DownBody> {
    case.ticket.answered(StatusCode::SEE_OTHER.as_u16());
    let mut response = Response::new(DownBody::own(Bytes::new(), Some(case.ticket)));
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(LOCATION, address);
    response
}

/// OPTIONS that was meant for this proxy itself.
pub(super) fn options(mut case: Case) -> Response<DownBody> {
    case.ticket.answered(200);
    let mut response = Response::new(DownBody::own(Bytes::new(), Some(case.ticket)));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(METHODS));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_503_states_its_length_truly() {
        let text = std::str::from_utf8(SHED).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
