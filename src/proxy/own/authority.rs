//! The authority's certificate for devices: the files, the page with its fingerprint, and one page for each kind of device.

use crate::model::Reason;
use crate::policy::HttpsMode;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::intercept::{self, Card};
use crate::proxy::pages::{Device, Own, OwnAuthority, Page};
use crate::proxy::respond;

const BASE: &str = "/authority";

/// One of the files, if the address asks for one and there is an authority.
pub(super) fn file(case: &Case, path: &str) -> Option<Page> {
    let form = path.strip_prefix(BASE)?;
    let certificate = case.live.authority()?.certificate().der();
    match form {
        ".pem" => Some(Page::file("application/x-pem-file", intercept::pem(certificate))),
        ".crt" | ".cer" | ".der" => Some(Page::file("application/x-x509-ca-cert", certificate.to_vec())),
        ".mobileconfig" => Some(Page::file("application/x-apple-aspen-config", intercept::profile(certificate, &case.live.site))),
        _ => None,
    }
}

/// One of the pages.
pub(super) fn page(case: &Case, path: &str) -> Option<Page> {
    let rest = path.strip_prefix(BASE)?;
    let facts = respond::facts(case, &plain_evidence(Reason::OwnPage));
    let authority = authority(case);
    let device = rest.strip_prefix('/').and_then(Device::at).filter(|_| authority.is_some());
    if device == Some(Device::Trusted) && !case.side.outer.as_ref().is_some_and(|outer| outer.opened) {
        // Without HTTPS it would say nothing: the way there is a link.
        return Some(case.live.pages_of(case.subject.group).own(&Own::Authority(authority.as_ref()), &facts));
    }
    Some(
        case.live
            .pages_of(case.subject.group)
            .own(&device.map_or(Own::Authority(authority.as_ref()), |device| Own::Device(device, authority.as_ref())), &facts),
    )
}

fn authority(case: &Case) -> Option<OwnAuthority> {
    let card = Card::of(case.live.authority()?.certificate().der());
    let needed = case.live.engine.policy.https_mode(case.subject.group) != HttpsMode::Tunnel;
    Some(OwnAuthority {
        name: card.name,
        fingerprint: card.fingerprint,
        not_after: card.not_after,
        needed,
        inside: case.live.intercept.is_some(),
    })
}
