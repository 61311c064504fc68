//! Which page of our own an address asks for.

use super::code::CODE;
use super::onward::{CONTINUE, go_on};
use super::sign_in::{self, CAPTIVE, SIGN_IN};
use super::{agreement, authority, code, opinion, pac, said, why};
use crate::engine::Coverage;
use crate::model::Reason;
use crate::proxy::body::DownBody;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::client_body::ClientBody;
use crate::proxy::led;
use crate::proxy::pages::{Own, Page, Wanted, wanted};
use crate::proxy::respond;
use http::{Method, Request, Response};

/// Answers a request for our own name.
pub(in crate::proxy) async fn serve(mut case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let target = case.url.as_ref().map_or("/", |url| url.forward_target());
    let path = target.split('?').next().unwrap_or(target).to_owned();
    if request.method() == Method::POST && path == CONTINUE {
        return go_on(case, request).await;
    }
    if request.method() == Method::POST && path == CODE {
        return code::take(case, request).await;
    }
    if request.method() == Method::POST && path == SIGN_IN && led::has_page(&case) {
        return sign_in::sent(case, request).await;
    }
    if request.method() == Method::POST && path == agreement::ACCEPT {
        return agreement::accept(case, request).await;
    }
    if request.method() == Method::POST && [said::WRONG, said::WORRY, said::ANSWER].contains(&&*path) {
        return said::take(case, &path, request).await;
    }
    if request.method() == Method::POST && path == opinion::OPINION {
        return opinion::take(case, request).await;
    }
    if request.method() == Method::OPTIONS {
        return respond::options(case);
    }
    let page = page(&case, path.trim_end_matches('/'), wanted(request.headers(), case.facts.target()));
    case.ticket.answered(page.status.as_u16());
    case.ticket.ending.bytes_down = page.body.len() as u64;
    respond::answer(page, false, Some(case.ticket))
}

fn page(case: &Case, path: &str, wanted: Wanted) -> Page {
    if let Some(file) = authority::file(case, path) {
        return file;
    }
    if pac::PATHS.contains(&path) {
        return Page::file(pac::MEDIA_TYPE, case.live.pac.clone());
    }
    match path {
        SIGN_IN => sign_in::page(case, wanted).unwrap_or_else(|| front(case, wanted)),
        CAPTIVE => sign_in::captive(case),
        "/why" => why::page(case, wanted),
        CODE => code::page(case, wanted),
        said::WRONG | said::WORRY | said::ANSWER => said::page(case, path, wanted),
        opinion::OPINION => opinion::page(case, wanted),
        agreement::READ | agreement::ACCEPT => agreement::page(case, wanted),
        "/notice" => agreement::notice(case, wanted),
        "/coverage" => coverage_page(case, wanted),
        path => authority::page(case, path).unwrap_or_else(|| front(case, wanted)),
    }
}

/// The page that says what this is.
fn front(case: &Case, wanted: Wanted) -> Page {
    case.live.pages_of(case.subject.group).render(&respond::facts(case, &plain_evidence(Reason::OwnPage)), wanted)
}

/// A page of our own, for people; scripts of other sites get the little that they always get.
pub(super) fn told(
    case: &Case,
    own: &Own<'_>,
    wanted: Wanted,
    data: impl FnOnce() -> serde_json::Value,
    text: impl FnOnce() -> String,
) -> Page {
    let facts = respond::facts(case, &plain_evidence(Reason::OwnPage));
    match wanted {
        Wanted::JsonElsewhere => case.live.pages_of(case.subject.group).render(&facts, wanted),
        Wanted::Json => Page::file("application/json", data().to_string() + "\n"),
        Wanted::Text => Page::file("text/plain; charset=utf-8", text()),
        Wanted::Html
        | Wanted::Frame
        | Wanted::Image
        | Wanted::Script
        | Wanted::Style
        | Wanted::Media
        | Wanted::Font
        | Wanted::WebSocket
        | Wanted::Other => case.live.pages_of(case.subject.group).own(own, &facts),
    }
}

/// What is seen in the group of whoever asks.
fn coverage_page(case: &Case, wanted: Wanted) -> Page {
    let coverage = coverage(case);
    told(case, &Own::Coverage(&coverage), wanted, || serde_json::to_value(&coverage).unwrap_or_default(), || coverage.text())
}

fn coverage(case: &Case) -> Coverage {
    let group = case.subject.group;
    let counted = case.live.counted(group, case.side.proxy.started);
    case.live.engine.coverage(group, counted)
}
