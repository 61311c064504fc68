//! The page on which people sign in who have no other way, or go on as guests; and what devices ask to find it (RFC 8908).
//!
//! Must never send anybody on to an address that they did not ask for, take a form that was not made for its client, show a name that
//! was typed, or offer a place for a password where the network could read it, unless the settings take that risk (AA7).

use super::onward::{field, form};
use super::serve::told;
use crate::identity::{Asking, Credentials, Found};
use crate::model::{Reason, Timestamp};
use crate::proxy::body::DownBody;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::client_body::ClientBody;
use crate::proxy::pages::{Own, OwnSignIn, OwnStay, Page, Wanted, wanted};
use crate::proxy::{led, respond};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use zeroize::Zeroizing;

/// Where the page is.
pub(super) const SIGN_IN: &str = "/sign-in";
/// Where devices ask.
pub(super) const CAPTIVE: &str = "/captive";
/// A form, and the way back, are good for so many seconds.
const LASTS: i64 = 3600;
/// A longer address is not carried along.
const LONGEST: usize = 2048;
/// What the token of the form is for.
const FORM: &str = "sign-in";

/// What did not work, with its status.
type Fault = (StatusCode, &'static str);

/// An address to go back to, and its proof.
#[derive(Default)]
struct Back {
    to: String,
    proof: String,
}

/// The address of the page, with the way back to what was asked for.
pub(in crate::proxy) fn sign_in_link(case: &Case) -> Option<String> {
    let url = case.url.as_ref()?;
    let to = format!("{}://{}{}", url.scheme().name(), url.authority_text(), url.forward_target());
    let proof = if to.len() > LONGEST { None } else { sign(case, &purpose(&to)) };
    Some(link(case, &proof.map_or_else(Back::default, |proof| Back { to, proof })))
}

fn link(case: &Case, back: &Back) -> String {
    let page = format!("{}://{}{SIGN_IN}", led::scheme(case), case.live.settings.own_name);
    if back.to.is_empty() {
        return page;
    }
    format!("{page}?to={}&back={}", utf8_percent_encode(&back.to, NON_ALPHANUMERIC), back.proof)
}

fn purpose(to: &str) -> String {
    format!("back to {to}")
}

fn sign(case: &Case, what: &str) -> Option<String> {
    case.side.proxy.tokens.token(&case.subject.client(), what, case.ticket.started().wall, LASTS)
}

fn is_good(case: &Case, what: &str, token: &str) -> bool {
    case.side.proxy.tokens.is_good(&case.subject.client(), what, token, case.ticket.started().wall)
}

/// The way back that a link or a form brings, if it is one of ours.
fn back(case: &Case, fields: &[u8]) -> Back {
    let brought = field(fields, "to").zip(field(fields, "back"));
    brought.filter(|(to, proof)| is_good(case, &purpose(to), proof)).map_or_else(Back::default, |(to, proof)| Back { to, proof })
}

/// The page, as far as there is one for this client.
pub(super) fn page(case: &Case, wanted: Wanted) -> Option<Page> {
    let query = case.url.as_ref()?.forward_target().split_once('?').map_or("", |(_, query)| query);
    led::has_page(case).then(|| shown(case, wanted, "", &back(case, query.as_bytes())))
}

fn shown(case: &Case, wanted: Wanted, fault: &str, back: &Back) -> Page {
    let (people, client, now) = (&case.live.people, case.subject.client(), case.ticket.started());
    let stay = people.signed_in(client, now);
    let until = |left: std::time::Duration| Timestamp(now.wall.0.saturating_add(i64::try_from(left.as_micros()).unwrap_or(i64::MAX)));
    let signed_in = stay.as_ref().map(|stay| OwnStay { name: &stay.name, until: until(stay.left) });
    let (form, way) = (may_type(case), link(case, back));
    let token = sign(case, FORM).unwrap_or_default();
    let page = OwnSignIn {
        signed_in,
        fault,
        form,
        way: (people.takes_passwords() && !form && way.starts_with("https:")).then_some(way.as_str()),
        guest: people.page().is_some_and(|page| page.guest.is_some()),
        token: &token,
        to: &back.to,
        back: &back.proof,
        host: back.to.split('/').nth(2).unwrap_or_default(),
        client: client.to_string(),
    };
    let name = signed_in.map(|stay| stay.name).filter(|name| !name.is_empty());
    let data = || json!({ "signed_in": signed_in.is_some(), "name": name, "until": signed_in.map(|stay| stay.until.to_string()) });
    told(case, &Own::SignIn(&page), wanted, data, || match signed_in {
        Some(stay) => format!("You are signed in{}, until {}.\n", name.map_or_else(String::new, |name| format!(" as {name}")), stay.until),
        None => format!("Please sign in at {way} with a browser.\n"),
    })
}

/// May a name and a password be typed on the page as it comes to this client?
fn may_type(case: &Case) -> bool {
    let people = &case.live.people;
    people.takes_passwords() && (led::is_protected(case) || people.page().is_some_and(|page| page.unprotected))
}

/// What devices ask that look for such a page (RFC 8908 section 5).
pub(super) fn captive(case: &Case) -> Page {
    let people = &case.live.people;
    let group = case.live.engine.policy.group_name(case.subject.group);
    let captive = led::has_page(case) && people.leads(group, case.subject.source);
    let mut told = json!({ "captive": captive });
    if led::has_page(case) {
        told["user-portal-url"] = link(case, &Back::default()).into();
        if let Some(stay) = people.signed_in(case.subject.client(), case.ticket.started()) {
            told["seconds-remaining"] = stay.left.as_secs().into();
            told["can-extend-session"] = true.into();
        }
    }
    Page::file("application/captive+json", told.to_string() + "\n")
}

/// The form was sent.
pub(super) async fn sent(mut case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let Some(form) = form(&case, request).await else {
        return respond::stop(case, &plain_evidence(Reason::BadRequest), "the form could not be read".to_owned(), wanted);
    };
    let back = back(&case, &form);
    match done(&mut case, &form).await {
        Ok(goes_on) => {
            let to = Some(back.to).filter(|to| goes_on && !to.is_empty()).and_then(|to| HeaderValue::try_from(to).ok());
            respond::see_other(case, to.unwrap_or(HeaderValue::from_static(SIGN_IN)))
        }
        Err((status, fault)) => {
            let page = Page { status, ..shown(&case, wanted, fault, &back) };
            case.ticket.answered(page.status.as_u16());
            case.ticket.ending.bytes_down = page.body.len() as u64;
            respond::answer(page, false, Some(case.ticket))
        }
    }
}

/// Does what the form asks for; whether its sender goes on from there. The record says what came of it.
async fn done(case: &mut Case, form: &[u8]) -> Result<bool, Fault> {
    const OLD: Fault = (StatusCode::FORBIDDEN, "This page was open for too long. Please try once more.");
    const NOBODY: Fault = (StatusCode::FORBIDDEN, "This is not possible here.");
    if !is_good(case, FORM, &field(form, "token").unwrap_or_default()) {
        case.ticket.ending.note = "the form's token was not good".into();
        return Err(OLD);
    }
    let (client, now) = (case.subject.client(), case.ticket.started());
    match field(form, "do").as_deref() {
        Some("sign-out") => {
            case.live.people.sign_out(client);
            case.ticket.ending.note = "signed out on the page".into();
            Ok(false)
        }
        Some("guest") => {
            let guest = case.live.people.go_on_as_guest(client, now).ok_or(NOBODY)?;
            case.side.proxy.metrics.sign_in.right(guest.source);
            case.ticket.ending.note = "goes on as a guest".into();
            Ok(true)
        }
        Some(_) | None => tried(case, form).await.map(|()| true),
    }
}

/// Tries a name and a password, as it is done with those that come with a request.
async fn tried(case: &mut Case, form: &[u8]) -> Result<(), Fault> {
    const WRONG: Fault = (StatusCode::FORBIDDEN, "The name or the password was not right.");
    const OPEN: Fault = (StatusCode::FORBIDDEN, "A password cannot be sent safely from this device.");
    const PAUSED: Fault = (StatusCode::TOO_MANY_REQUESTS, "There were too many attempts. Please wait a few minutes.");
    const SUSPENDED: Fault = (StatusCode::FORBIDDEN, "The library has suspended this card. Please ask at the desk.");
    const BUSY: Fault = (StatusCode::SERVICE_UNAVAILABLE, "Names cannot be looked up just now. Please try again in a moment.");
    let (client, now) = (case.subject.client(), case.ticket.started());
    let found = if may_type(case) {
        let password = Zeroizing::new(field(form, "password").unwrap_or_default().into_bytes());
        match Credentials::typed(&field(form, "name").unwrap_or_default(), password) {
            Some(credentials) => {
                let (headers, line) = (&HeaderMap::new(), &case.side.line);
                let asking = Asking { headers, client, protected: true, now, line, alone: false };
                case.live.people.sign_in_at_page(credentials, asking).await
            }
            None => Found::Unreadable,
        }
    } else {
        Found::Unprotected
    };
    led::count(case, &found);
    let (fault, note) = match found {
        Found::Person(person) => {
            case.ticket.ending.note = format!("{} signed in on the page", person.name).into();
            return Ok(());
        }
        Found::Wrong | Found::Nobody | Found::NoTicket(_) | Found::More => (WRONG, "wrong name or password, on the page"),
        Found::Unreadable => (WRONG, "what was typed is no name and password"),
        Found::Unprotected => (OPEN, "a password came over a connection that is not protected; it was not looked at"),
        Found::Paused => (PAUSED, "too many wrong passwords; this one was not tried"),
        Found::Suspended(_) => (SUSPENDED, "the library has suspended this card"),
        Found::Busy | Found::Unsure => (BUSY, "the password could not be tried"),
    };
    case.ticket.ending.note = note.into();
    Err(fault)
}
