//! What can be seen to be wrong before policy is asked: faults that the gate found, loops, and stories that differ.

use super::case::Case;
use super::strict::{self, HeadFault};
use crate::canon::Scheme;
use crate::model::Reason;
use http::HeaderMap;

/// Faults of the head, loops, and requests that are not served.
pub(super) fn check(case: &Case, headers: &HeaderMap) -> Result<(), (Reason, String)> {
    let facts = &case.facts;
    if let Some(fault) = &facts.fault {
        return Err((reason_of(fault), fault.to_string()));
    }
    if strict::is_loop(headers, &case.live.via) {
        return Err((Reason::Loop, "our own Via entry came back".to_owned()));
    }
    if facts.method() == b"TRACE" {
        return Err((Reason::MethodRefused, "TRACE is not served (rule F5)".to_owned()));
    }
    if facts.is_connect && case.side.outer.is_some() {
        return Err((Reason::TunnelRefused, "CONNECT inside a tunnel".to_owned()));
    }
    Ok(())
}

pub(super) fn reason_of(fault: &HeadFault) -> Reason {
    match fault.kind.status() {
        408 => Reason::TooSlow,
        413 | 414 | 431 => Reason::TooLarge,
        417 => Reason::Expectation,
        421 => Reason::NameMismatch,
        501 => Reason::NotServed,
        _ => Reason::BadRequest,
    }
}

/// Inside a tunnel every request must name the host that CONNECT named (rule R3). A Host that differs from an absolute
/// target is no fault: the target decides and Host is made anew (standards AA2).
pub(super) fn mismatch(case: &Case) -> Option<(Reason, String)> {
    let outer = case.side.outer.as_ref()?;
    let url = case.url.as_ref()?;
    let same = *url.host() == *outer.host && url.port() == outer.port;
    (!same).then(|| (Reason::NameMismatch, "the request inside the tunnel names another host".to_owned()))
}

/// Is the address our own name, where the pages of the proxy itself live?
pub(super) fn is_own_name(case: &Case) -> bool {
    let Some(url) = &case.url else { return false };
    let ours = match url.scheme() {
        Scheme::Http | Scheme::Https => true,
        // Anybody may try whether the certificate is trusted; who does not trust it is not shown the page.
        Scheme::Tunnel => case.live.intercept.is_some() || case.live.own_door.is_some(),
        Scheme::Ws | Scheme::Wss => false,
    };
    ours && *url.host() == *case.live.settings.own_name
}
