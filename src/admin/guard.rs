//! Who may talk to the console, and what its answers forbid (security A3, A6).
//!
//! A website can point its own name at this machine and let a visitor's browser ask us (DNS rebinding). Such a request
//! carries the website's name in `Host`, so only names of ours are answered.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// The names under which the console answers.
#[derive(Clone, Debug)]
pub struct AllowedHosts {
    own: IpAddr,
    names: Arc<[String]>,
}

impl AllowedHosts {
    /// `own` is the address that the listener is bound to; `names` are further names that the operator gives.
    #[must_use]
    pub fn new(own: IpAddr, names: &[String]) -> Self {
        Self { own, names: names.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).collect() }
    }

    /// Is this `Host` value (or authority) one of ours? The port does not matter: a web page cannot choose our address.
    #[must_use]
    pub fn admits(&self, host: &str) -> bool {
        let Some(name) = host_of(host) else { return false };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if let Ok(address) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            // A bare address cannot be pointed elsewhere; where we listen on all, any of them may be ours.
            return address.is_loopback() || address == self.own || self.own.is_unspecified() || self.names.contains(&name);
        }
        name == "localhost" || name.ends_with(".localhost") || self.names.contains(&name)
    }
}

/// The host without its port.
fn host_of(authority: &str) -> Option<&str> {
    if authority.contains(['@', '/', '?', '#', ' ']) {
        return None;
    }
    if authority.starts_with('[') {
        return authority.find(']').map(|end| &authority[..=end]);
    }
    let host = authority.split(':').next().unwrap_or("");
    (!host.is_empty() && authority.matches(':').count() < 2).then_some(host)
}

/// Lets only our own names in.
pub(super) async fn only_own_names(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(HOST).iter();
    let field = hosts.next().and_then(|value| value.to_str().ok());
    let target = request.uri().authority().map(axum::http::uri::Authority::as_str);
    let good = hosts.next().is_none() && field.is_some_and(|host| allowed.admits(host)) && target.is_none_or(|host| allowed.admits(host));
    if good { next.run(request).await } else { refuse() }
}

fn refuse() -> Response {
    tracing::debug!("console: a request under a name that is not ours was refused");
    let words = "This name is not one of the console's. Use the address it listens on, or add the name to the console's settings.\n";
    (StatusCode::MISDIRECTED_REQUEST, words).into_response()
}

/// The fields that every answer of the console carries.
pub(super) async fn lock_down(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let fields = response.headers_mut();
    for (name, value) in [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; object-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (CACHE_CONTROL, "no-store"),
    ] {
        // A page behind the door has said its own already.
        fields.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Where people come over TLS, browsers are told to come by nothing else for a year, nor to names below ours (ASVS 5.0, 3.4.1).
pub(super) async fn only_over_tls(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_addresses_of_ours_are_answered() {
        let local = AllowedHosts::new("127.0.0.1".parse().unwrap(), &["Console.Library.Example.".into()]);
        let wide = AllowedHosts::new("0.0.0.0".parse().unwrap(), &[]);
        let one = AllowedHosts::new("192.0.2.7".parse().unwrap(), &[]);
        #[rustfmt::skip]
        let table: &[(&AllowedHosts, &str, bool)] = &[
            (&local, "localhost", true), (&local, "LOCALHOST:8642", true), (&local, "localhost.:1", true), (&local, "127.0.0.1:8642", true),
            (&local, "[::1]:8642", true), (&local, "[::1]", true), (&local, "console.library.example:8642", true),
            (&local, "evil.example", false), (&local, "localhost.evil.example", false), (&local, "192.0.2.7", false), (&local, "", false),
            (&local, "user@localhost", false), (&local, "localhost/x", false), (&local, "::1", false), (&local, "[::1", false),
            (&local, "2130706433", false), (&local, "127.1", false), (&local, ":8642", false),
            (&wide, "192.0.2.7:8642", true), (&wide, "evil.example", false), (&one, "192.0.2.7", true), (&one, "192.0.2.8", false),
        ];
        for (allowed, host, good) in table {
            assert_eq!(allowed.admits(host), *good, "{host}");
        }
    }
}
