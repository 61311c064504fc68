//! Listeners, destinations, certificates.

use super::{bench::Bench, devices, door, pac, revocation};
use crate::config::fault::FaultKind;
use crate::config::raw::{RawListener, RawProxy};
use crate::config::shells::{Dns, Listener, ProxySettings};
use crate::config::source::{At, Place};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A listener and where it was written.
pub(super) type Placed = At<Listener>;

/// Checks `[proxy]`. Listeners of groups come in from the groups.
pub(super) fn check(raw: RawProxy, group_listeners: Vec<Placed>, admin: SocketAddr, bench: &mut Bench<'_>) -> ProxySettings {
    let plain = raw.plain;
    check_own_name(&plain.own_name, bench);
    let own = raw.listen.into_iter().map(|at| listener(at, None, false));
    let mut placed: Vec<Placed> = own.chain(group_listeners).collect();
    for written in raw.listeners {
        placed.extend(from_table(written, bench));
    }
    check_sockets(&placed, admin, bench);
    let mut listeners: Vec<Listener> = placed.into_iter().map(|at| at.value).collect();
    if listeners.is_empty() {
        listeners = ProxySettings::default().listeners;
    }
    let servers: Vec<SocketAddr> = raw.dns_servers.servers.into_iter().map(|at| at.value).collect();
    ProxySettings {
        listeners,
        devices: devices::check(raw.devices, &servers, bench),
        trusted_proxies: raw.trusted_proxies.into_iter().map(|at| at.value).collect(),
        dns: Dns { servers, timeout: raw.dns_servers.timeout },
        destinations_allowed: raw.destinations.allow.iter().filter_map(|written| bench.destination(written)).collect(),
        extra_root_files: raw.extra_roots.iter().map(|at| PathBuf::from(&at.value)).collect(),
        extra_roots: raw.extra_roots.iter().flat_map(|at| certificates(at, bench)).collect(),
        revocation_lists: raw.revocation_lists.iter().flat_map(|at| revocation::lists(at, bench)).collect(),
        pac: pac::check(&raw.pac, bench),
        revocation_required: raw.revocation_required.iter().filter_map(|at| revocation::host(at, bench)).collect(),
        ..plain
    }
}

/// A listener on a plain address.
pub(super) fn listener(at: At<SocketAddr>, group: Option<String>, proxy_protocol: bool) -> Placed {
    At { value: Listener { address: at.value, group, proxy_protocol, door: None }, place: at.place }
}

fn from_table(written: At<RawListener>, bench: &mut Bench<'_>) -> Vec<Placed> {
    let raw = written.value;
    if raw.address.is_empty() {
        bench.reader.fault(&written.place, FaultKind::Missing("address"));
    }
    let door = door::check(&raw, &written.place, bench);
    let group = raw.group.filter(|name| bench.group(name).is_some()).map(|name| name.value);
    let listeners = raw.address.into_iter().map(|at| listener(at, group.clone(), raw.proxy_protocol));
    listeners.map(|at| At { value: Listener { door: door.clone(), ..at.value }, place: at.place }).collect()
}

/// No two things may listen in one place. Port 0 lets the system choose, so it never collides.
fn check_sockets(listeners: &[Placed], admin: SocketAddr, bench: &mut Bench<'_>) {
    let mut seen: Vec<SocketAddr> = vec![admin];
    for at in listeners {
        let address = at.value.address;
        if address.port() != 0 && seen.contains(&address) {
            let what = if address == admin { "listener (the console has the other)" } else { "listener" };
            bench.reader.fault(&at.place, FaultKind::Twice(what, address.to_string().into()));
        }
        seen.push(address);
    }
}

/// The proxy's own name stands in addresses, so it must be one.
fn check_own_name(name: &str, bench: &mut Bench<'_>) {
    if let Err(unreadable) = crate::policy::read_address(name) {
        bench.reader.fault(&Place::default(), FaultKind::Address(unreadable));
    }
}

fn certificates(at: &At<String>, bench: &mut Bench<'_>) -> Vec<CertificateDer<'static>> {
    let path = Path::new(&at.value);
    let problem = match bench.files.read(path) {
        Err(error) => {
            bench.reader.fault(&at.place, FaultKind::File { path: at.value.as_str().into(), problem: error.to_string().into() });
            return Vec::new();
        }
        Ok(bytes) => match CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>() {
            Ok(found) if found.is_empty() => "there is no PEM certificate in it".to_owned(),
            Ok(found) => match found.iter().position(|certificate| !is_certificate(certificate)) {
                None => return found,
                Some(index) => format!("certificate {} in it is no X.509 certificate", index + 1),
            },
            Err(error) => error.to_string(),
        },
    };
    bench.reader.fault(&at.place, FaultKind::Certificate { path: at.value.as_str().into(), problem: problem.into() });
    Vec::new()
}

/// Would it serve as a trust root?
fn is_certificate(certificate: &CertificateDer<'static>) -> bool {
    rustls::RootCertStore::empty().add(certificate.clone()).is_ok()
}
