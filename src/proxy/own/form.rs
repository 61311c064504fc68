//! Forms that are sent to our own name: bounded in length and in time.

use crate::proxy::case::Case;
use crate::proxy::client_body::ClientBody;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode;
use std::borrow::Cow;

/// A form of our own is at most this long.
const LONGEST: usize = 16 * 1024;

/// The whole form, unless it is too long or too slow.
pub(super) async fn read(case: &Case, request: Request<ClientBody>) -> Option<Bytes> {
    let body = Limited::new(request.into_body(), LONGEST).collect();
    tokio::time::timeout(case.live.limits().body_idle, body).await.ok().and_then(Result::ok).map(|body| body.to_bytes())
}

/// One field of an urlencoded form.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    form.split(|byte| *byte == b'&').find_map(|pair| {
        let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        let value: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&value).decode_utf8().ok().map(Cow::into_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_its_fields() {
        let form = b"host=a.test&address=http%3A%2F%2Fa.test%2F%3Fq%3D1+2&token=5-ab";
        assert_eq!(field(form, "host").as_deref(), Some("a.test"));
        assert_eq!(field(form, "address").as_deref(), Some("http://a.test/?q=1 2"));
        assert_eq!(field(form, "absent"), None);
    }
}
