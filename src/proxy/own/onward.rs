//! The way on from a warning: a form that is sent to our own name, with a token that only this client was shown.

use super::form::{self, field};
use crate::canon::{RawTarget, Scheme, canonicalise};
use crate::model::Reason;
use crate::proxy::body::DownBody;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::client_body::ClientBody;
use crate::proxy::pages::wanted;
use crate::proxy::respond;
use http::{Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Where the form is sent.
pub(super) const CONTINUE: &str = "/continue";

/// The form's address and its token, for a client that is to go on to an address at this host. `scheme`: that of the page with the form.
pub(in crate::proxy) fn way_on(case: &Case, scheme: &str, host: &str, address: &str) -> Option<(String, String)> {
    let token = case.side.proxy.warned.token(case.subject.client(), host, case.ticket.started().wall)?;
    let to = utf8_percent_encode(address, NON_ALPHANUMERIC);
    Some((format!("{scheme}://{}{CONTINUE}?to={to}", case.live.settings.own_name), token))
}

/// The button was pressed: from now on the warning counts as read.
pub(super) async fn go_on(case: Case, request: Request<ClientBody>) -> Response<DownBody> {
    let wanted = wanted(request.headers(), case.facts.target());
    let form = form::read(&case, request).await;
    let Some(address) = form.and_then(|form| accepted(&case, &form)) else {
        return respond::stop(case, &plain_evidence(Reason::BadRequest), "the warning's token was not good".to_owned(), wanted);
    };
    respond::see_other(case, &address)
}

/// The address to go on to, if the token is good for its host.
fn accepted(case: &Case, form: &[u8]) -> Option<String> {
    let query = case.url.as_ref()?.forward_target().split_once('?')?.1.to_owned();
    let (address, token) = (field(query.as_bytes(), "to")?, field(form, "token")?);
    let url = canonicalise(RawTarget::Absolute(address.as_bytes()), &case.live.engine.wrappers).ok()?;
    let now = case.side.proxy.clock.now().wall;
    let scheme = match url.scheme() {
        Scheme::Http => "http",
        Scheme::Https => "https",
        Scheme::Ws | Scheme::Wss | Scheme::Tunnel => return None,
    };
    let good = case.side.proxy.warned.accept(case.subject.client(), url.host(), &token, now);
    good.then(|| format!("{scheme}://{}{}", url.authority_text(), url.forward_target()))
}
