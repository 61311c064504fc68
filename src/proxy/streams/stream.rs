//! One request on one stream: it is handled like any other, and its answer goes out as the client's window lets it.
//!
//! Must never: hold more than one piece of an answer, wait for ever for a client that takes nothing, or go on with a request
//! that the client has reset.

use super::asked::{Asked, asked};
use super::channel::{Channel, poll_room};
use super::websocket;
use crate::proxy::body::DownBody;
use crate::proxy::client::{ClientStream, Side, Wire};
use crate::proxy::handle::handle;
use crate::proxy::strict::HeadFacts;
use crate::proxy::tunnelled::{self, Plan};
use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::header::{CONNECTION, HeaderName, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// Serves one stream to its end.
pub(super) async fn stream(connection: Arc<Side>, facts: HeadFacts, request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let side = Arc::new(connection.of_stream());
    let patience = side.proxy.live.load().limits().body_idle;
    let without_body = request.method() == Method::HEAD;
    let Asked { request, channel, key } = asked(&side, &facts, request);
    let upgrade = facts.wants_upgrade;
    let work = Box::pin(handle(Arc::clone(&side), (facts, None), request));
    // Dropped when the client resets the stream: then the ticket writes the ending.
    let Some(answer) = answered(&side, work, &mut respond).await else { return };
    if let Some(interims) = &side.interims {
        interims.end();
    }
    let (mut head, body) = answer.into_parts();
    let plan = side.take_plan();
    if upgrade && !settle_upgrade(&mut head.status, &mut head.headers, plan.is_some(), key.as_deref()) {
        return refuse(&mut respond, StatusCode::BAD_GATEWAY);
    }
    strip(&mut head.headers);
    let head = Response::from_parts(head, ());
    match (plan, channel) {
        (Some(plan), Some(channel)) => tunnel(plan, head, channel, &mut respond).await,
        (Some(_), None) => refuse(&mut respond, StatusCode::BAD_GATEWAY),
        (None, _) => deliver(head, body, &mut respond, (without_body, patience)).await,
    }
}

/// Waits for the answer, and gives interim answers as they come. `None`: the client has reset the stream.
async fn answered(
    side: &Side,
    mut work: Pin<Box<impl Future<Output = Response<DownBody>>>>,
    respond: &mut SendResponse<Bytes>,
) -> Option<Response<DownBody>> {
    poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        for (status, headers) in side.interims.iter().flat_map(|interims| interims.take(context)) {
            give_interim(status, headers, respond);
        }
        match polled {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => respond.poll_reset(context).map(|_| None),
        }
    })
    .await
}

/// They are never owed: one that cannot go is left out.
fn give_interim(status: StatusCode, mut headers: HeaderMap, respond: &mut SendResponse<Bytes>) {
    strip(&mut headers);
    let mut interim = Response::new(());
    *interim.status_mut() = status;
    *interim.headers_mut() = headers;
    if let Err(error) = respond.send_informational(interim) {
        tracing::debug!(%error, "an interim answer was left out");
    }
}

/// What RFC 6455 answers by 101, RFC 8441 answers by 200. False: the answer is none that the client may have.
fn settle_upgrade(status: &mut StatusCode, headers: &mut HeaderMap, switched: bool, key: Option<&str>) -> bool {
    if !switched {
        // Without 101 there is no WebSocket; a 2xx would say that there is.
        return !status.is_success();
    }
    *status = StatusCode::OK;
    key.is_some_and(|key| websocket::is_answered(headers, key))
}

/// Fields that HTTP/2 has no place for (RFC 9113 section 8.2.2).
fn strip(headers: &mut HeaderMap) {
    for name in [CONNECTION, TRANSFER_ENCODING, UPGRADE, HeaderName::from_static("keep-alive"), HeaderName::from_static("proxy-connection")]
    {
        headers.remove(name);
    }
}

fn refuse(respond: &mut SendResponse<Bytes>, status: StatusCode) {
    let mut answer = Response::new(());
    *answer.status_mut() = status;
    if respond.send_response(answer, true).is_err() {
        respond.send_reset(Reason::INTERNAL_ERROR);
    }
}

/// The stream becomes a tunnel.
async fn tunnel(plan: Plan, head: Response<()>, receive: RecvStream, respond: &mut SendResponse<Bytes>) {
    // Without a way to the client the plan is dropped, and its ticket writes the ending.
    let Ok(send) = respond.send_response(head, false) else { return };
    let wire = Wire::Stream(Box::new(Channel::new(send, receive)));
    Box::pin(tunnelled::run(plan, ClientStream::new(Bytes::new(), wire))).await;
}

/// The answer's head, and its body piece by piece.
async fn deliver(head: Response<()>, body: DownBody, respond: &mut SendResponse<Bytes>, (without_body, patience): (bool, Duration)) {
    let none = without_body || matches!(head.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let ends = none || body.is_end_stream();
    match respond.send_response(head, ends) {
        Ok(send) if !ends => pump(body, send, patience).await,
        Ok(_) => {}
        Err(error) => {
            tracing::debug!(%error, "an answer could not be given");
            respond.send_reset(Reason::INTERNAL_ERROR);
        }
    }
}

async fn pump(mut body: DownBody, mut send: SendStream<Bytes>, patience: Duration) {
    loop {
        let next = poll_fn(|context| match send.poll_reset(context) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => Pin::new(&mut body).poll_frame(context).map(Some),
        });
        let Some(frame) = next.await else { return };
        let given = match frame {
            None => send.send_data(Bytes::new(), true).is_ok_and(|()| false),
            Some(Err(_)) => {
                // The client must see that the answer broke off.
                send.send_reset(Reason::INTERNAL_ERROR);
                false
            }
            Some(Ok(frame)) => match frame.into_data() {
                Ok(piece) => {
                    let last = body.is_end_stream();
                    give(&mut send, piece, last, patience).await && !last
                }
                Err(frame) => {
                    let trailers = frame.into_trailers().unwrap_or_default();
                    send.send_trailers(trailers).is_ok_and(|()| false)
                }
            },
        };
        if !given {
            return;
        }
    }
}

/// Gives one piece as the client's window lets it. False: the client takes no more.
async fn give(send: &mut SendStream<Bytes>, mut piece: Bytes, last: bool, patience: Duration) -> bool {
    while !piece.is_empty() {
        let room = tokio::time::timeout(patience, poll_fn(|context| room_or_reset(send, piece.len(), context))).await;
        let Ok(Some(room)) = room else {
            send.send_reset(Reason::CANCEL);
            return false;
        };
        let portion = piece.split_to(room);
        if send.send_data(portion, last && piece.is_empty()).is_err() {
            return false;
        }
    }
    true
}

fn room_or_reset(send: &mut SendStream<Bytes>, wanted: usize, context: &mut Context<'_>) -> Poll<Option<usize>> {
    match poll_room(send, wanted, context) {
        Poll::Pending if send.poll_reset(context).is_ready() => Poll::Ready(None),
        room @ (Poll::Ready(_) | Poll::Pending) => room,
    }
}
