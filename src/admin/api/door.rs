//! The way of a program's question: is there such a route, is it JSON, whose token is it, may that owner do it, may that token; then it
//! is recorded, and only then done. The same doors as for pages (`desk.rs`), with a token where those have a cookie and a form's token.

use super::deeds::Asked;
use super::openapi::{LONGEST, document};
use super::problem::Problem;
use super::routes::{ROUTES, Route};
use super::shape::Given;
use crate::admin::audit::Act;
use crate::admin::call::{Call, Stop};
use crate::admin::desk::{Desk, is_relayed, stated_client};
use crate::admin::fields::{Fields, LARGEST};
use crate::admin::reach::opens;
use crate::admin::roles::may;
use crate::admin::serve::Caller;
use crate::admin::sessions::Session;
use crate::admin::status::StatusSource;
use crate::admin::tokens::{self, Kept};
use crate::record::EventKind;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// Where everything for programs is.
const BASE: &str = "/api/v1";
/// Wrong tokens from one address in five minutes.
const GUESSES: usize = 10;
/// Questions with one token in five minutes.
const QUESTIONS: usize = 300;

/// Answers a program.
pub(in crate::admin) async fn answer(
    desk: Arc<Desk>,
    source: Arc<dyn StatusSource>,
    caller: Caller,
    (head, body): (Parts, Body),
) -> Response {
    match find(&head) {
        Ok(None) => json(&document()),
        Ok(Some(route)) => match read(route, &head.headers, body).await {
            Ok(form) => {
                let _working = caller.work.begin();
                work(desk, source, route, (head, form, caller.peer)).await
            }
            Err(problem) => problem.into_response(),
        },
        Err(problem) => problem.into_response(),
    }
}

fn json(value: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
}

/// The route; `None`: the description of all.
fn find(head: &Parts) -> Result<Option<&'static Route>, Problem> {
    let path = head.uri.path().strip_prefix(BASE).unwrap_or("");
    let get = head.method == Method::GET;
    if path == "/openapi.json" {
        return if get { Ok(None) } else { Err(Problem::method("GET")) };
    }
    let wanted = head.method.as_str();
    let mut there = ROUTES.iter().filter(|route| route.path == path).peekable();
    let allow = match there.peek() {
        None => return Err(Stop::Unknown.into()),
        Some(_) => match (there.clone().any(|route| route.post), there.clone().any(|route| !route.post)) {
            (true, true) => "GET, POST",
            (true, false) => "POST",
            (false, _) => "GET",
        },
    };
    there.find(|route| route.method() == wanted).map(Some).ok_or_else(|| Problem::method(allow))
}

/// The body of a POST: one JSON object of texts, each once.
struct Texts(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Texts;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    if all.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name is there twice"));
                    }
                }
                Ok(Texts(all))
            }
        }
        from.deserialize_map(Reader)
    }
}

async fn read(route: &Route, headers: &HeaderMap, body: Body) -> Result<Fields, Problem> {
    if !route.post {
        return Ok(Fields::default());
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Stop::MediaType.into());
    }
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Stop::TooLarge)?;
    let unread = |_| Problem::new(StatusCode::BAD_REQUEST, "The body is not one JSON object of texts, each of them once.");
    let Texts(texts) = serde_json::from_slice(&bytes).map_err(unread)?;
    Ok(Fields::of(texts))
}

async fn work(
    desk: Arc<Desk>,
    source: Arc<dyn StatusSource>,
    route: &'static Route,
    (head, form, peer): (Parts, Fields, SocketAddr),
) -> Response {
    let turns = Arc::clone(&desk);
    let Some(turn) = turns.turns.take(route.place, route.post).await else { return Problem::busy().into_response() };
    // Whoever goes away does not stop what was begun: a deed is done and recorded, or neither.
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        done(&desk, &*source, route, (&head, form, peer))
    });
    match work.await {
        Ok(Ok(value)) => json(&value),
        Ok(Err(problem)) => problem.into_response(),
        Err(error) => {
            tracing::error!(%error, "console: an answer for a program");
            Problem::from(Stop::Busy).into_response()
        }
    }
}

fn done(
    desk: &Desk,
    source: &dyn StatusSource,
    route: &'static Route,
    (head, form, peer): (&Parts, Fields, SocketAddr),
) -> Result<Value, Problem> {
    let query = Fields::read(head.uri.query().unwrap_or("").as_bytes()).ok_or(Stop::Twice)?;
    let agent = head.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("").to_owned();
    let mut call = Call {
        desk,
        place: route.place,
        post: route.post,
        peer,
        form,
        upload: None,
        query,
        session: None,
        token: None,
        trip: None,
        agent,
        language: desk.settings.language.unwrap_or_default(),
        secure: desk.settings.behind_tls,
        relayed: is_relayed(&head.headers),
        now: desk.clock.now(),
    };
    admit(&mut call, route, &head.headers)?;
    call.form = given(&call.form, if route.post { route.takes } else { &[] })?;
    call.query = given(&call.query, if route.post { &[] } else { route.takes })?;
    call.record(EventKind::ConsoleLookUp, call.act(format!("asked as a program: {} {BASE}{}", route.method(), route.path)))?;
    (route.run)(&Asked { call: &call, source, route })
}

/// Who it is, and whether they may.
fn admit(call: &mut Call<'_>, route: &Route, headers: &HeaderMap) -> Result<(), Problem> {
    // A front that ends TLS is on this machine too.
    if !call.peer.ip().to_canonical().is_loopback() {
        return Err(Stop::Plain.into());
    }
    if let (true, Some(client)) = (call.secure, stated_client(headers)) {
        call.peer = SocketAddr::new(client, 0);
    }
    // Programs are no pages: whatever a browser sends for a page says so itself.
    if headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site") {
        call.record(EventKind::ConsoleCrossSite, call.act("a page of a browser asked what is for programs"))?;
        return Err(Stop::CrossSite.into());
    }
    let token = sign_in(call, headers)?;
    if call.desk.guesses.of_account(&format!("token {}", token.id), QUESTIONS, call.now.monotonic_us).is_err() {
        return Err(Problem::too_many());
    }
    let (action, role) = (route.place.action(), call.session()?.account.role);
    if !token.scope.contains(&action) || !may(Some(role), action) {
        call.record(EventKind::ConsoleRefused, call.act("what this token or its owner's role may not do"))?;
        return Err(Stop::NotYours.into());
    }
    if !opens(call.reach()?, route.place) || (route.about_all_sites() && !call.reach()?.is_all()) {
        call.record(EventKind::ConsoleRefused, call.act("what is about all sites, and the owner of this token reaches some"))?;
        return Err(Stop::AllSites.into());
    }
    Ok(())
}

/// The token; its owner is in the call from here on. Each is counted before it is looked at, by the code that counts wrong
/// passwords; one that was right does not count.
fn sign_in(call: &mut Call<'_>, headers: &HeaderMap) -> Result<Kept, Problem> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let field = fields.next().filter(|_| fields.next().is_none()).and_then(|field| field.to_str().ok()).unwrap_or("");
    let Some(text) = field.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, text)| text.trim()) else {
        return Err(Problem::no_token());
    };
    let guess = match call.desk.guesses.of_tokens(call.peer.ip(), GUESSES, call.now.monotonic_us) {
        Ok(guess) => guess,
        Err(paused) => {
            if paused.is_news {
                call.record(EventKind::ConsoleRefused, call.act("token refused: too many wrong ones in five minutes"))?;
            }
            return Err(Problem::too_many());
        }
    };
    let found = call.desk.book.read(|book| tokens::brought(book, text, call.now.wall))?;
    let why = match &found {
        None => Some("there is no such token"),
        Some((token, owner)) => token.closed(owner, call.now.wall),
    };
    let (None, Some((token, account))) = (why, found.clone()) else {
        let (who, sites) = found.map(|(_, owner)| (owner.name, owner.reach.asked())).unwrap_or_default();
        let act = Act { who, sites, ..call.act(format!("token refused: {}", why.unwrap_or_default())) };
        call.record(EventKind::ConsoleRefused, act)?;
        return Err(Problem::no_token());
    };
    guess.forgive();
    let session = Session { digest: token.digest, account, enrolling: false, form_token: String::new() };
    call.session = Some(session);
    call.token = Some(token.name.clone());
    Ok(token)
}

/// What was given, by the names of the page's form. A name that the route does not know is refused, never passed over.
fn given(all: &Fields, takes: &'static [Given]) -> Result<Fields, Problem> {
    if let Some(name) = all.names().find(|name| !takes.iter().any(|given| given.name == *name)) {
        let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        return Err(Problem::new(StatusCode::BAD_REQUEST, format!("Nothing of this name is taken here: {name}")));
    }
    for given in takes {
        let value = all.raw(given.name);
        if value.len() > LONGEST {
            return Err(Problem::of(given.name, "It is too long."));
        }
        if given.must && value.is_empty() {
            return Err(Problem::of(given.name, "It is missing."));
        }
    }
    let here = takes.iter().filter(|given| !all.raw(given.name).is_empty());
    Ok(Fields::of(here.map(|given| (given.form.to_owned(), all.raw(given.name).to_owned())).collect()))
}
