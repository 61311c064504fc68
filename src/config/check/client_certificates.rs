//! Certificates that clients show at a listener: roots and revocation lists that can be used, on a listener that speaks TLS.

use super::bench::Bench;
use super::proxy::certificates;
use super::revocation;
use crate::config::fault::FaultKind;
use crate::config::known_by::ClientCertificates;
use crate::config::raw::{Asked, RawClientCertificates};
use crate::config::source::Place;

/// Checks what a listener says about them. `None`: none is asked for, or there is a fault.
pub(super) fn check(raw: RawClientCertificates, (place, over_tls): (&Place, bool), bench: &mut Bench<'_>) -> Option<ClientCertificates> {
    let Some(first) = raw.roots.first() else {
        let asked = raw.asked.as_ref().map(|at| &at.place);
        if let Some(place) = asked.or(raw.revocation.first().map(|at| &at.place)).or(raw.group.as_ref().map(|at| &at.place)) {
            bench.reader.fault(place, FaultKind::Missing("client_roots"));
        }
        return None;
    };
    if !over_tls {
        bench.reader.fault_with_help(place, FaultKind::Missing("certificate"), "clients show certificates over TLS alone");
    }
    let Some(asked) = raw.asked else {
        bench.reader.fault_with_help(&first.place, FaultKind::Missing("client_certificate"), "write \"wanted\" or \"needed\"");
        return None;
    };
    Some(ClientCertificates {
        roots: raw.roots.iter().flat_map(|at| certificates(at, bench)).collect(),
        revoked: raw.revocation.iter().flat_map(|at| revocation::lists(at, bench)).collect(),
        needed: asked.value == Asked::Needed,
        name_from: raw.name_from,
        group: raw.group.filter(|name| bench.called(name)).map(|name| name.value.into()),
    })
}
