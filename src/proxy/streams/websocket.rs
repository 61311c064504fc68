//! WebSocket that a client asks for by extended CONNECT (RFC 8441), asked of the origin by RFC 6455.
//!
//! The client has no part in the key of RFC 6455: we make it, and we hold the origin to it.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use http::header::{SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderMap, HeaderValue};

use crate::record::base64;

/// RFC 6455 section 1.3.
const FIXED: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Makes the fields of a request what RFC 6455 wants; gives the key. `None`: the system gives no randomness.
pub(super) fn ask(headers: &mut HeaderMap) -> Option<String> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    let key = base64::encode(&bytes);
    headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::try_from(&key).ok()?);
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.entry(SEC_WEBSOCKET_VERSION).or_insert(HeaderValue::from_static("13"));
    Some(key)
}

/// Has the origin answered to this key? Takes the answer off: the client did not ask.
pub(super) fn is_answered(headers: &mut HeaderMap, key: &str) -> bool {
    let wanted = base64::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{FIXED}").as_bytes()).as_ref());
    headers.remove(SEC_WEBSOCKET_ACCEPT).is_some_and(|given| given.as_bytes() == wanted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_6455_is_accepted_and_nothing_else() {
        for (given, good) in [("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", true), ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo", false), ("", false)] {
            let mut headers = HeaderMap::new();
            headers.insert(SEC_WEBSOCKET_ACCEPT, HeaderValue::from_static(given));
            assert_eq!(is_answered(&mut headers, "dGhlIHNhbXBsZSBub25jZQ=="), good, "{given}");
            assert!(headers.is_empty());
        }
        assert!(!is_answered(&mut HeaderMap::new(), "x"));
    }
}
