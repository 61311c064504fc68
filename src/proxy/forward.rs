//! Sends a permitted request to its origin and brings the answer back. Takes the permit by value: no permit, no road out.

use super::body::{DownBody, FromOrigin, UpBody};
use super::case::{Case, plain_evidence};
use super::client::Side;
use super::client_body::ClientBody;
use super::files::{self, Stopped};
use super::live::Live;
use super::pages::Wanted;
use super::rescue::{self, Trouble};
use super::respond;
use super::shares::Way;
use super::strict::{self, Asked, ClientGate, Forwards, ResponseTo};
use super::tunnelled::Plan;
use super::upstream::{AnswerBody, Dialled, Dials, Driven, Exchange, ExchangeFault, Home, Place, Shared, Single, Speaks, Upstream};
use crate::model::Reason;
use crate::policy::{Grounds, Permit};
use bytes::Bytes;
use http::header::{CONNECTION, EXPECT, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A stale kept connection is replaced at most this often.
const TRIES: usize = 3;

/// Serves a permitted request.
pub(super) async fn forward(permit: Permit, mut case: Case, request: Request<ClientBody>, wanted: Wanted) -> Response<DownBody> {
    let result =
        if case.facts.is_connect { connect(&permit, &mut case).await } else { return fetch(&permit, case, request, wanted).await };
    match result {
        Ok(reach) => {
            let side = Arc::clone(&case.side);
            side.plan(Plan::tunnel(reach, case));
            Response::new(DownBody::empty())
        }
        Err(trouble) => rescue::response(case, &trouble, wanted),
    }
}

/// What a tunnel stands on before it is known what it carries.
pub enum Reach {
    /// A connection of its own.
    Dialled(Dialled),
    /// A kept connection to the same place, which has carried plain HTTP: most likely the tunnel will too.
    Kept(Exchange),
    /// Nothing yet: the tunnel will be opened, and each request inside finds its own way.
    Later,
}

/// Reaches the origin for a CONNECT. The bytes that follow are looked at before any of them leaves.
async fn connect(_permit: &Permit, case: &mut Case) -> Result<Reach, Trouble> {
    let live = Arc::clone(&case.live);
    let Some(url) = &case.url else { return Err(Trouble::Internal) };
    if case.opened {
        return Ok(Reach::Later);
    }
    if let Some(kept) = live.pool.take(case.place(url)) {
        case.ticket.connected(kept.address(), true);
        return Ok(Reach::Kept(kept));
    }
    dial(case).await.map(Reach::Dialled)
}

/// Dials the origin of a tunnel.
async fn dial(case: &mut Case) -> Result<Dialled, Trouble> {
    let live = Arc::clone(&case.live);
    let Some(url) = &case.url else { return Err(Trouble::Internal) };
    let dialled = live.dialler.dial(case.place(url), Speaks::Http1).await?;
    case.ticket.connected(dialled.address, false);
    Ok(dialled)
}

/// The tunnel's own connection, for bytes that are carried as they are. `None`: the origin cannot be reached any more.
pub(super) async fn own_stream(reach: Reach, case: &mut Case) -> Option<Upstream> {
    match reach {
        Reach::Dialled(dialled) => Some(dialled.stream),
        Reach::Later => dial(case).await.ok().map(|dialled| dialled.stream),
        Reach::Kept(exchange) => {
            case.live.pool.put(exchange);
            dial(case).await.ok().map(|dialled| dialled.stream)
        }
    }
}

/// A request and its answer.
async fn fetch(permit: &Permit, mut case: Case, mut request: Request<ClientBody>, wanted: Wanted) -> Response<DownBody> {
    let method = request.method().clone();
    if let Some((address, word)) = safer(&case, &method) {
        return respond::aside(case, &address, word);
    }
    match strict::max_forwards(request.headers_mut(), &method) {
        Forwards::Onward => {}
        Forwards::AnswerHere => return respond::options(case),
        Forwards::Unreadable => return respond::stop(case, &plain_evidence(Reason::BadRequest), "Max-Forwards".to_owned(), wanted),
    }
    let why = permit.evidence().grounds();
    files::ask_for_one_part(&case, why, request.headers_mut());
    let most_up = match files::upload(&case, why, request.headers()) {
        Ok(most) => most,
        Err(refused) => return files::refuse(case, refused, wanted),
    };
    let up = Arc::new(AtomicU64::new(0));
    case.ticket.up = Some(Arc::clone(&up));
    let upgrade = case.facts.wants_upgrade;
    let to = if upgrade {
        ResponseTo::Upgrade
    } else if request.method() == Method::HEAD {
        ResponseTo::Head
    } else {
        ResponseTo::Other
    };
    let outgoing = match outgoing(&case, request, (&up, most_up)) {
        Ok(outgoing) => outgoing,
        Err(trouble) => return rescue::response(case, &trouble, wanted),
    };
    match exchange(&mut case, outgoing, to).await {
        Ok((answer, exchange)) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => switch(case, answer, exchange).await,
        Ok((answer, exchange)) => deliver(case, (answer, exchange), (why, wanted)).await,
        Err(trouble) => match files::too_much_up(&case, why).filter(|_| up.load(Ordering::Relaxed) > most_up) {
            Some(refused) => files::refuse(case, refused, wanted),
            None => rescue::response(case, &trouble, wanted),
        },
    }
}

/// Where a search is sent on to, when it does not ask for its restricted form.
fn safer(case: &Case, method: &Method) -> Option<(String, &'static str)> {
    let asks = matches!(*method, Method::GET | Method::HEAD) && !case.facts.wants_upgrade;
    asks.then(|| case.live.engine.policy.safer(case.subject.group, case.url.as_ref()?)).flatten()
}

/// The request as it leaves: a strict rendering of the address as parsed, one Host, our Via, nothing hop-by-hop.
fn outgoing(case: &Case, request: Request<ClientBody>, (up, most_up): (&Arc<AtomicU64>, u64)) -> Result<Request<UpBody>, Trouble> {
    let url = case.url.as_ref().ok_or(Trouble::Internal)?;
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    let version = case.facts.version;
    let trailers = strict::takes_trailers(&headers);
    strict::strip_hop_by_hop(&mut headers);
    strict::settle_length(&mut headers);
    case.live.people.strip(&mut headers);
    for name in [HeaderName::from_static("forwarded"), HeaderName::from_static("x-forwarded-for")] {
        headers.remove(name);
    }
    for (name, value) in case.live.engine.policy.fields(case.subject.group, url.host()) {
        headers.remove(name);
        if let Some(value) = value {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Trouble::Internal)?;
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| Trouble::Internal)?);
        }
    }
    strict::via(&mut headers, version, &case.live.via);
    if version == Version::HTTP_10 {
        headers.remove(EXPECT);
    }
    if case.facts.wants_upgrade {
        strict::go_on_as_websocket(&mut headers);
    }
    if trailers {
        strict::take_trailers(&mut headers);
    }
    let mut outgoing = Request::new(UpBody::new(body, up, most_up, case.ticket.share.as_ref().and_then(|share| share.purse(Way::Up))));
    *outgoing.method_mut() = parts.method;
    *outgoing.uri_mut() = Uri::try_from(url.forward_target()).map_err(|_| Trouble::Internal)?;
    *outgoing.headers_mut() = headers;
    pass_on_interim(&mut outgoing, case);
    Ok(outgoing)
}

/// 1xx answers go on to the client as they come (RFC 9110 section 15.2). 100 is ours to give: hyper does when the body is asked for.
fn pass_on_interim(outgoing: &mut Request<UpBody>, case: &Case) {
    if case.facts.version == Version::HTTP_10 {
        return;
    }
    let side = Arc::clone(&case.side);
    hyper::ext::on_informational(outgoing, move |interim| interim_answer(&side, interim.status(), interim.headers()));
}

fn interim_answer(side: &Side, status: StatusCode, headers: &HeaderMap) {
    if matches!(status.as_u16(), 100 | 101) {
        return;
    }
    let mut headers = headers.clone();
    strict::strip_hop_by_hop(&mut headers);
    match &side.interims {
        Some(interims) => interims.push(status, headers),
        None => side.mailbox.send_interim(render_interim(status, &headers)),
    }
}

fn render_interim(status: StatusCode, headers: &HeaderMap) -> Bytes {
    let mut text = format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or("")).into_bytes();
    for (name, value) in headers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
    Bytes::from(text)
}

/// Sends on a kept connection, or on a fresh one.
async fn exchange(case: &mut Case, mut request: Request<UpBody>, to: ResponseTo) -> Result<(Response<AnswerBody>, Exchange), Trouble> {
    let live = Arc::clone(&case.live);
    let url = case.url.as_ref().ok_or(Trouble::Internal)?;
    let place = Place::of(url).led(case.ticket.ending.led);
    let side = Arc::clone(&case.side);
    let interim = case.facts.version != Version::HTTP_10;
    let pass_on = move |status: StatusCode, headers: &HeaderMap| {
        if interim {
            interim_answer(&side, status, headers);
        }
    };
    // What becomes a WebSocket needs a connection of its own.
    let mut speaks = if to == ResponseTo::Upgrade { Speaks::Http1 } else { Speaks::Either };
    for attempt in 0..=TRIES {
        let kept = if attempt < TRIES { kept(&live, place, speaks) } else { None };
        let mut exchange = match kept {
            Some(exchange) => exchange,
            None => fresh(&live, place, speaks).await?,
        };
        case.ticket.connected(exchange.address(), exchange.reused());
        let sent = tokio::time::timeout(live.limits().answer, exchange.send(request, to, &pass_on));
        match sent.await {
            Ok(Ok(answer)) => {
                case.side.proxy.metrics.requests.asked_origin(exchange.version());
                case.ticket.answered(answer.status().as_u16());
                return Ok((answer, exchange));
            }
            Ok(Err(ExchangeFault::Stale(unsent))) => request = *unsent,
            Ok(Err(ExchangeFault::Older(unsent))) => (request, speaks) = (*unsent, Speaks::Http1),
            Ok(Err(ExchangeFault::Broken(error))) => return Err(Trouble::exchange(&error, exchange.fault())),
            Err(_) => return Err(Trouble::AnswerTooSlow),
        }
    }
    Err(Trouble::Answer("the origin did not take the request".to_owned()))
}

fn kept(live: &Live, place: Place<'_>, speaks: Speaks) -> Option<Exchange> {
    match speaks {
        Speaks::Either => live.pool.take(place),
        Speaks::Http1 => live.pool.take_single(place).map(Exchange::Single),
    }
}

/// Keeps the connection that a tunnel stands on, for the requests inside it.
pub(super) async fn keep(live: &Live, place: Place<'_>, reach: Reach) {
    let kept = match reach {
        Reach::Kept(exchange) => Ok(exchange),
        Reach::Dialled(dialled) => begin(live, dialled, place).await,
        Reach::Later => return,
    };
    // A connection that fails here is dialled again when the request comes.
    if let Ok(exchange) = kept {
        live.pool.put(exchange);
    }
}

/// Keeps the connection on which an origin proved itself, for the first request inside the opened tunnel.
pub(super) async fn keep_proved(live: &Live, place: Place<'_>, dialled: Dialled) {
    if let Ok(exchange) = begin(live, dialled, place).await {
        live.pool.put(exchange);
    }
}

/// Begins to speak whichever protocol was chosen.
async fn begin(live: &Live, dialled: Dialled, place: Place<'_>) -> Result<Exchange, Trouble> {
    let home = Home::new(place).map_err(|_| Trouble::Internal)?;
    if dialled.stream.is_http2() {
        let shared = Shared::begin(dialled.stream, Arc::clone(&live.gate), dialled.address, Arc::new(home)).await;
        let shared = shared.map_err(|error| Trouble::exchange(&error, None))?;
        let turn = shared.first_turn();
        live.pool.share(&shared);
        return Ok(Exchange::Turn(turn));
    }
    let asked = Asked::new();
    let gate = ClientGate::new(dialled.stream, Arc::clone(&live.gate), Arc::clone(&asked));
    let single = Single::begin(gate, asked, dialled.address, Box::new(home)).await;
    single.map(Exchange::Single).map_err(|error| Trouble::exchange(&error, None))
}

/// Dials. Where a place is known to share its connections, one request dials and the others wait for what it brings.
async fn fresh(live: &Live, place: Place<'_>, speaks: Speaks) -> Result<Exchange, Trouble> {
    let dials = if place.tls && speaks == Speaks::Either { live.pool.dials(place) } else { Dials::Now };
    // Whoever has waited as long as dialling may take dials.
    let turn = tokio::time::timeout(live.limits().connect, dials.turn()).await.ok().flatten();
    if turn.is_some()
        && let Some(kept) = live.pool.take(place)
    {
        return Ok(kept);
    }
    let begun = async { begin(live, live.dialler.dial(place, speaks).await?, place).await }.await;
    if turn.is_some() && !matches!(begun, Ok(Exchange::Turn(_))) {
        live.pool.forget(place);
    }
    begun
}

/// The answer as it goes to the client.
async fn deliver(case: Case, (answer, exchange): (Response<AnswerBody>, Exchange), (why, wanted): (Grounds, Wanted)) -> Response<DownBody> {
    let (mut parts, body) = answer.into_parts();
    let version = exchange.version();
    let mut driven = Driven::new(body, exchange, Arc::clone(&case.live.pool));
    let seen = match files::look(&case, why, &parts, &mut driven).await {
        Ok(seen) => seen,
        Err(Stopped::Refused(refused)) => return files::refuse(case, refused, wanted),
        Err(Stopped::Broken(trouble)) => return rescue::response(case, &trouble, wanted),
    };
    clean(&mut parts.headers, &case, version);
    if case.facts.wants_upgrade {
        // What the client sent after its wish is never read as a request (rule F6).
        parts.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
    let body = FromOrigin::new((driven, seen), case.ticket, case.live.limits().body_idle);
    Response::from_parts(parts, DownBody::Origin(Box::new(body)))
}

/// `version` is the one in which the answer came.
fn clean(headers: &mut HeaderMap, case: &Case, version: Version) {
    strict::strip_hop_by_hop(headers);
    strict::settle_length(headers);
    // An alternative service would lead round the proxy (rule R7).
    headers.remove(http::header::ALT_SVC);
    strict::via(headers, version, &case.live.via);
}

/// 101: both sides become a tunnel.
async fn switch(mut case: Case, answer: Response<AnswerBody>, exchange: Exchange) -> Response<DownBody> {
    let (mut parts, _) = answer.into_parts();
    clean(&mut parts.headers, &case, exchange.version());
    match exchange.into_upgraded().await {
        Ok((stream, early)) => {
            // From here on the tunnel counts.
            case.ticket.up = None;
            let side = Arc::clone(&case.side);
            side.plan(Plan::switched(stream, early, case));
            side.mailbox.open_raw();
        }
        Err(error) => return rescue::response(case, &Trouble::exchange(&error, None), Wanted::Text),
    }
    let mut response = Response::new(DownBody::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = parts.headers;
    strict::go_on_as_websocket(response.headers_mut());
    response
}
