//! The agreement at our own name: to be read, to be accepted by a form whose token only this reader was shown, and to be put in the way of
//! another page (standards C2-C5); and the notice of what is kept (C7).
//!
//! Must never let an acceptance count before it is on disk, nor lead anywhere but to the host that the form was shown for.

use super::onward::{addressed, field, form};
use super::serve::told;
use crate::config::Notice;
use crate::model::{Acceptance, Reason, clean_name};
use crate::policy::{Agreement, Warning};
use crate::ports::{BookFault, Durability};
use crate::proxy::agreement::{accepted, acceptor};
use crate::proxy::body::DownBody;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::client_body::ClientBody;
use crate::proxy::pages::{Continue, Own, OwnAgreement, Page, Wanted, wanted};
use crate::proxy::respond;
use crate::proxy::whose::Whose;
use crate::record::{Entry, EventKind, EventRecord};
use http::{HeaderValue, Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;

/// Where it is read.
pub(super) const READ: &str = "/aup";
/// Where the form is sent.
pub(super) const ACCEPT: &str = "/aup/accept";

fn agreement(case: &Case) -> &Agreement {
    case.live.engine.policy.agreement(case.subject.group)
}

/// What a token is for: this reader on this device, these words, and the host to go on to.
fn bound(case: &Case, host: &str) -> String {
    format!("aup|{}|{}|{}|{host}", case.subject.client(), acceptor(case), agreement(case).version)
}

/// The form's address and its token. `to`: scheme, host and address to go on to; none: back to the agreement.
fn way(case: &Case, scheme: &str, to: Option<(&str, &str)>) -> Option<(String, String)> {
    let (host, address) = to.unwrap_or_default();
    let token = case.side.proxy.warned.token(&Whose::of(&case.subject), &bound(case, host), case.ticket.started().wall)?;
    let to = if address.is_empty() { String::new() } else { format!("?to={}", utf8_percent_encode(address, NON_ALPHANUMERIC)) };
    Some((format!("{scheme}://{}{ACCEPT}{to}", case.live.settings.own_name), token))
}

/// The page at our own name.
pub(super) fn page(case: &Case, wanted: Wanted) -> Page {
    let agreement = agreement(case);
    let at = accepted(case, agreement);
    let onward = if agreement.needed && at.is_none() { way(case, scheme_here(case), None) } else { None };
    let own = OwnAgreement {
        agreement,
        accepting: false,
        person: case.subject.user.as_deref(),
        accepted: at,
        onward: onward.as_ref().map(|(action, token)| Continue { action, token }),
    };
    told(case, &Own::Agreement(&own), wanted, || serde_json::to_value(agreement).unwrap_or_default(), || agreement.text())
}

fn scheme_here(case: &Case) -> &'static str {
    if case.side.outer.as_ref().is_some_and(|outer| outer.opened) { "https" } else { "http" }
}

/// The agreement in the place of the page that was asked for.
pub(in crate::proxy) fn ask(mut case: Case, warning: &Warning, wanted: Wanted) -> Response<DownBody> {
    let page = in_the_way(&case, warning, wanted);
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    respond::answer(page, case.facts.is_connect, Some(case.ticket))
}

fn in_the_way(case: &Case, warning: &Warning, wanted: Wanted) -> Page {
    let facts = respond::facts(case, &warning.evidence);
    if wanted != Wanted::Html {
        return case.live.pages_of(case.subject.group).render(&facts, wanted);
    }
    let to = respond::asked_for(case);
    let onward = to.as_ref().and_then(|(scheme, host, address)| way(case, scheme, Some((host, address))));
    let own = OwnAgreement {
        agreement: agreement(case),
        accepting: true,
        person: case.subject.user.as_deref(),
        accepted: None,
        onward: onward.as_ref().map(|(action, token)| Continue { action, token }),
    };
    case.live.pages_of(case.subject.group).own(&Own::Agreement(&own), &facts)
}

/// The button was pressed: it is written down, and then the reader goes on.
pub(super) async fn accept(mut case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let form = form(&case, request).await;
    let Some((onward, guardian)) = form.and_then(|form| good(&case, &form)) else {
        // Too old, or not for this reader: the words are shown once more, with a form that is good.
        let page = page(&case, wanted);
        case.ticket.ending.note = "the agreement's token was not good".into();
        case.ticket.answered(page.status.as_u16());
        case.ticket.ending.bytes_down = page.body.len() as u64;
        return respond::answer(page, false, Some(case.ticket));
    };
    if let Err(fault) = write_down(&case, guardian).await {
        let reason = if matches!(fault, BookFault::Full) { Reason::Overloaded } else { Reason::LogUnavailable };
        tracing::error!(%fault, "an acceptance of the agreement could not be written down");
        return respond::stop(case, &plain_evidence(reason), fault.to_string(), wanted);
    }
    case.ticket.ending.note = format!("accepted the agreement, version {}", agreement(&case).version).into();
    respond::see_other(case, onward)
}

/// Where to go on to and the adult who agrees, if the token is good for this reader, these words and that host.
fn good(case: &Case, form: &[u8]) -> Option<(HeaderValue, String)> {
    let query = case.url.as_ref()?.forward_target().split_once('?').map_or("", |(_, query)| query);
    let to = field(query.as_bytes(), "to");
    let (host, onward) = match to {
        Some(address) => addressed(case, &address)?,
        None => (String::new(), HeaderValue::from_static(READ)),
    };
    let (token, now) = (field(form, "token")?, case.side.proxy.clock.now().wall);
    let good = agreement(case).needed && case.side.proxy.warned.is_good(&Whose::of(&case.subject), &bound(case, &host), &token, now);
    good.then(|| (onward, field(form, "guardian").map(|name| clean_name(&name)).unwrap_or_default()))
}

async fn write_down(case: &Case, guardian: String) -> Result<(), BookFault> {
    let (agreement, proxy) = (agreement(case), Arc::clone(&case.side.proxy));
    if accepted(case, agreement).is_some() {
        // Pressed twice: it stands already.
        return Ok(());
    }
    let at = proxy.clock.now();
    let acceptance = Acceptance {
        who: acceptor(case),
        client: Some(case.subject.client()),
        group: agreement.group.to_string(),
        version: agreement.version.to_string(),
        label: agreement.label.to_string(),
        guardian: if agreement.guardian { guardian } else { String::new() },
        by: String::new(),
        at: at.wall,
    };
    let text = acceptance.in_words();
    proxy.agreed.accept(acceptance).await?;
    let event = EventRecord { at, kind: EventKind::AgreementAccepted, peer: Some(case.subject.peer), text: text.into() };
    drop(proxy.log.append(&Entry::Event(event), Durability::Queued));
    Ok(())
}

/// What is kept about whoever asks.
pub(super) fn notice(case: &Case, wanted: Wanted) -> Page {
    let none = Notice { group: String::new(), title: String::new(), parts: Arc::default() };
    let name = case.live.engine.policy.group_name(case.subject.group);
    let notice = case.live.notices.iter().find(|notice| *notice.group == **name).unwrap_or(&none);
    told(case, &Own::Notice(notice), wanted, || serde_json::to_value(notice).unwrap_or_default(), || notice.text())
}
