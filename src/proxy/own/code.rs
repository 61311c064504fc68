//! Codes: whoever is blocked types one that staff have given out, on the page that says so or at our own name, and goes on to the page.
//!
//! Must never say how far a wrong code was right, nor let anybody try more than ten in five minutes; no code is ever recorded.

use super::onward::{addressed, field, form};
use super::serve::told;
use crate::canon::{RawTarget, Scheme, canonicalise};
use crate::credential::{Bounds, Guess};
use crate::model::Reason;
use crate::policy::{Ask, Decision, Used};
use crate::ports::{CodeRefused, CodeTaken, CodeUser, Durability};
use crate::proxy::body::DownBody;
use crate::proxy::case::Case;
use crate::proxy::client_body::ClientBody;
use crate::proxy::cut;
use crate::proxy::pages::{Continue, Own, OwnCode, Page, ToldOfCode, Wanted, wanted};
use crate::proxy::quota::Meter;
use crate::proxy::respond;
use crate::proxy::whose::Whose;
use crate::record::{Entry, EventKind, EventRecord};
use http::{HeaderValue, Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use std::sync::Arc;

/// The page, and where its form is sent.
pub(super) const CODE: &str = "/code";
/// What its tokens are for: no host has such a name.
const TOKENS: &str = "/code";
/// Whose guesses are counted in all.
const EVERYBODY: &str = "/code";
/// Wrong codes within five minutes, in all and from one address.
const BOUNDS: Bounds = Bounds { account: 200, address: 10 };

/// The form's address and its token, for the page of a refusal that a code may open.
pub(in crate::proxy) fn way_by_code(case: &Case, reason: Reason) -> Option<(String, String)> {
    let opens = matches!(
        reason,
        Reason::Category
            | Reason::Predicted
            | Reason::BlockedLocally
            | Reason::Keyword
            | Reason::NotOnAllowList
            | Reason::OutsideHours
            | Reason::SearchUnrestricted
            | Reason::BareAddress
            | Reason::NewDomainBlocked
    );
    let (scheme, _, address) = respond::asked_for(case).filter(|_| opens)?;
    way(case, scheme, &address)
}

fn way(case: &Case, scheme: &str, to: &str) -> Option<(String, String)> {
    case.side.proxy.codes.get()?;
    let token = case.side.proxy.warned.token(&Whose::of(&case.subject), TOKENS, case.ticket.started().wall)?;
    let to = utf8_percent_encode(to, NON_ALPHANUMERIC);
    Some((format!("{scheme}://{}{CODE}?to={to}", case.live.settings.own_name), token))
}

/// The page with the form.
pub(super) fn page(case: &Case, wanted: Wanted) -> Page {
    shown(case, ToldOfCode::Nothing, wanted)
}

fn shown(case: &Case, said: ToldOfCode<'_>, wanted: Wanted) -> Page {
    let scheme = if case.url.as_ref().is_some_and(|url| url.scheme() == Scheme::Https) { "https" } else { "http" };
    let way = way(case, scheme, &to(case).unwrap_or_default());
    let form = way.as_ref().map(|(action, token)| Continue { action, token });
    let code = OwnCode { said, form };
    told(case, &Own::Code(&code), wanted, || json!({ "code": said.code(), "message": said.words() }), || format!("{}\n", said.words()))
}

/// The address that somebody comes from, as the form carries it.
fn to(case: &Case) -> Option<String> {
    field(case.url.as_ref()?.forward_target().split_once('?')?.1.as_bytes(), "to").filter(|to| !to.is_empty())
}

/// A code was typed.
pub(super) async fn take(mut case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let form = form(&case, request).await.unwrap_or_default();
    let typed = tried(&mut case, &form).await;
    let (note, page) = match &typed {
        Ok(taken) => match onward(&case) {
            Onward::Opens(address) => {
                case.ticket.ending.note = note(taken).into();
                return respond::see_other(case, address);
            }
            Onward::Nowhere => (note(taken), shown(&case, good(taken, false), wanted)),
            Onward::Closed => (note(taken), shown(&case, good(taken, true), wanted)),
        },
        Err(said) => (said.note().to_owned(), shown(&case, *said, wanted)),
    };
    case.ticket.ending.note = note.into();
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    respond::answer(page, false, Some(case.ticket))
}

fn note(CodeTaken { id, code, .. }: &CodeTaken) -> String {
    format!("the code {code} was typed: {id}")
}

fn good(taken: &CodeTaken, stays_closed: bool) -> ToldOfCode<'_> {
    ToldOfCode::Good { what: &taken.what, until: taken.until, stays_closed }
}

/// Tries it, within the bounds.
async fn tried(case: &mut Case, form: &[u8]) -> Result<CodeTaken, ToldOfCode<'static>> {
    let proxy = Arc::clone(&case.side.proxy);
    let (client, now) = (case.subject.client(), proxy.clock.now());
    let typed = field(form, "code").filter(|code| !code.trim().is_empty()).ok_or(ToldOfCode::Nothing)?;
    let token = field(form, "token").unwrap_or_default();
    if !proxy.warned.is_good(&Whose::of(&case.subject), TOKENS, &token, now.wall) {
        return Err(ToldOfCode::Again);
    }
    let guess = guess(case)?;
    let desk = Arc::clone(proxy.codes.get().ok_or(ToldOfCode::Unavailable)?);
    let (name, group) = (case.subject.user.clone(), Arc::clone(case.live.engine.policy.group_name(case.subject.group)));
    let work = move || desk.take(&typed, &CodeUser { name: name.as_deref(), group: &group, client });
    // A thread that may wait for the disk.
    let taken = tokio::task::spawn_blocking(work).await.unwrap_or(Err(CodeRefused::Unavailable));
    if matches!(taken, Ok(_) | Err(CodeRefused::Unavailable)) {
        guess.forgive();
    }
    taken.map_err(|refused| match refused {
        CodeRefused::Wrong => ToldOfCode::Wrong,
        CodeRefused::Over => ToldOfCode::Over,
        CodeRefused::NotForYou => ToldOfCode::ForOthers,
        CodeRefused::Unavailable => ToldOfCode::Unavailable,
    })
}

fn guess(case: &Case) -> Result<Guess, ToldOfCode<'static>> {
    let proxy = &case.side.proxy;
    let (client, now) = (case.subject.client(), proxy.clock.now());
    proxy.code_guesses.count(EVERYBODY, client, BOUNDS, now.monotonic_us).map_err(|paused| {
        if paused.is_news {
            let text = format!("codes: too many wrong ones, the last from {client}; no more are tried for a while");
            let event = EventRecord { at: now, kind: EventKind::GuessingStopped, peer: Some(case.side.peer), text: text.into() };
            drop(proxy.log.append(&Entry::Event(event), Durability::Queued));
        }
        ToldOfCode::Paused
    })
}

/// What becomes of the page that somebody came from.
enum Onward {
    Opens(HeaderValue),
    Closed,
    Nowhere,
}

fn onward(case: &Case) -> Onward {
    let proxy = &case.side.proxy;
    let to = to(case).unwrap_or_default();
    let url = canonicalise(RawTarget::Absolute(to.as_bytes()), &case.live.engine.wrappers);
    let (Ok(url), Some((_, address))) = (url, addressed(case, &to)) else { return Onward::Nowhere };
    let (live, acts, now) = (proxy.live.load_full(), proxy.acts.load_full(), proxy.clock.now());
    let subject = cut::subject(case, &live, &acts, now);
    let used = Meter::used(&proxy.ledger, &live.engine.policy, &subject);
    let ask = Ask {
        subject: &subject,
        url: &url,
        method: b"GET",
        now: now.wall,
        warned: false,
        acts: &acts,
        used: used.as_deref().unwrap_or(Used::none()),
    };
    match live.engine.judge(&ask).decision {
        Decision::Allow(_) | Decision::Warn(_) => Onward::Opens(address),
        Decision::Refuse(_) => Onward::Closed,
    }
}
