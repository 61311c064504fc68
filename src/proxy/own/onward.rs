//! The way on from a warning: a form that is sent to our own name, with a token that only this person, or this device, was shown.

use crate::canon::{RawTarget, Scheme, canonicalise};
use crate::model::Reason;
use crate::proxy::body::DownBody;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::client_body::ClientBody;
use crate::proxy::pages::wanted;
use crate::proxy::respond;
use crate::proxy::whose::Whose;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Limited};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// Where the form is sent.
pub(super) const CONTINUE: &str = "/continue";
/// A form of our own is at most this long.
const FORM: usize = 16 * 1024;

/// The form's address and its token, for a client that is to go on to an address at this host. `scheme`: that of the page with the form.
pub(in crate::proxy) fn way_on(case: &Case, scheme: &str, host: &str, address: &str) -> Option<(String, String)> {
    let token = case.side.proxy.warned.token(&Whose::of(&case.subject), host, case.ticket.started().wall)?;
    let to = utf8_percent_encode(address, NON_ALPHANUMERIC);
    Some((format!("{scheme}://{}{CONTINUE}?to={to}", case.live.settings.own_name), token))
}

/// The button was pressed: from now on the warning counts as read.
pub(super) async fn go_on(case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let Some(address) = form(&case, request).await.and_then(|form| accepted(&case, &form)) else {
        return respond::stop(case, &plain_evidence(Reason::BadRequest), "the warning's token was not good".to_owned(), wanted);
    };
    respond::see_other(case, address)
}

/// The body of a form of our own.
pub(super) async fn form(case: &Case, request: Request<ClientBody>) -> Option<Bytes> {
    let body = Limited::new(request.into_body(), FORM).collect();
    tokio::time::timeout(case.live.limits().body_idle, body).await.ok()?.ok().map(|body| body.to_bytes())
}

/// The address to go on to, if the token is good for its host.
fn accepted(case: &Case, form: &[u8]) -> Option<HeaderValue> {
    let query = case.url.as_ref()?.forward_target().split_once('?')?.1.to_owned();
    let (address, token) = (field(query.as_bytes(), "to")?, field(form, "token")?);
    let (host, onward) = addressed(case, &address)?;
    let now = case.side.proxy.clock.now().wall;
    case.side.proxy.warned.accept(&Whose::of(&case.subject), &host, &token, now).then_some(onward)
}

/// The host of an address that a form leads to, and the address as it is sent on.
pub(super) fn addressed(case: &Case, address: &str) -> Option<(String, HeaderValue)> {
    let url = canonicalise(RawTarget::Absolute(address.as_bytes()), &case.live.engine.wrappers).ok()?;
    let scheme = match url.scheme() {
        Scheme::Http => "http",
        Scheme::Https => "https",
        Scheme::Ws | Scheme::Wss | Scheme::Tunnel => return None,
    };
    let onward = HeaderValue::try_from(format!("{scheme}://{}{}", url.authority_text(), url.forward_target())).ok()?;
    Some((url.host().to_owned(), onward))
}

/// One field of an urlencoded form.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    form.split(|byte| *byte == b'&').find_map(|pair| {
        let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        let value: Vec<u8> = value.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
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
