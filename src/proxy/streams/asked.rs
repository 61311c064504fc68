//! A request on a stream, made what HTTP/1.1 would have brought: from here on nobody needs to know how it came.

use super::websocket;
use crate::proxy::client::Side;
use crate::proxy::client_body::{ClientBody, StreamBody};
use crate::proxy::strict::HeadFacts;
use bytes::Bytes;
use h2::RecvStream;
use http::header::{CONTENT_LENGTH, COOKIE, EXPECT, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body::Body;
use std::sync::Arc;

/// What a stream asks for.
pub(super) struct Asked {
    pub(super) request: Request<ClientBody>,
    /// What the client sends, where it is not the body of a request: a tunnel, or WebSocket.
    pub(super) channel: Option<RecvStream>,
    /// The key that the origin has to answer to, if the client asks for WebSocket.
    pub(super) key: Option<String>,
}

/// Makes the request.
pub(super) fn asked(side: &Arc<Side>, facts: &HeadFacts, request: Request<RecvStream>) -> Asked {
    let (mut parts, stream) = request.into_parts();
    join_cookies(&mut parts.headers);
    if facts.wants_upgrade {
        parts.method = Method::GET;
        let key = websocket::ask(&mut parts.headers);
        return Asked { request: Request::from_parts(parts, ClientBody::Empty), channel: Some(stream), key };
    }
    if facts.is_connect {
        return Asked { request: Request::from_parts(parts, ClientBody::Empty), channel: Some(stream), key: None };
    }
    let body = body(side, &parts.headers, stream);
    if !body.is_end_stream() && !parts.headers.contains_key(CONTENT_LENGTH) {
        // A body without a length: for HTTP/1.1 it has to say so.
        parts.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    Asked { request: Request::from_parts(parts, body), channel: None, key: None }
}

fn body(side: &Arc<Side>, headers: &HeaderMap, stream: RecvStream) -> ClientBody {
    if stream.is_end_stream() {
        return ClientBody::Empty;
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let patience = side.proxy.live.load().limits().body_idle;
    ClientBody::Stream(Box::new(StreamBody::new(Arc::clone(side), stream, length, patience, headers.contains_key(EXPECT))))
}

/// A client may send its cookies one by one; for HTTP/1.1 they are one field (RFC 9113 section 8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let crumbs: Vec<HeaderValue> = headers.get_all(COOKIE).iter().cloned().collect();
    if crumbs.len() < 2 {
        return;
    }
    let joined = crumbs.iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b"; "[..]);
    // Each of them was a value, so the whole is one.
    if let Ok(joined) = HeaderValue::from_maybe_shared(Bytes::from(joined)) {
        headers.insert(COOKIE, joined);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_become_one_field() {
        for (crumbs, joined) in [(&["a=1"][..], Some("a=1")), (&["a=1", "b=\u{e9}", "c=3"], Some("a=1; b=\u{e9}; c=3")), (&[], None)] {
            let mut headers = HeaderMap::new();
            for crumb in crumbs {
                headers.append(COOKIE, HeaderValue::from_bytes(crumb.as_bytes()).unwrap());
            }
            join_cookies(&mut headers);
            assert_eq!(headers.get_all(COOKIE).iter().count(), usize::from(joined.is_some()));
            assert_eq!(headers.get(COOKIE).map(HeaderValue::as_bytes), joined.map(str::as_bytes));
        }
    }
}
