//! The page on which people sign in: groups that exist, a way to sign in, a certificate that fits our name.

use super::bench::Bench;
use super::door;
use crate::config::fault::FaultKind;
use crate::config::portal::PortalSettings;
use crate::config::raw::RawPortal;
use crate::config::shells::{Door, ProxySettings};
use crate::config::source::At;
use rustls::client::verify_server_name;
use rustls::server::ParsedCertificate;
use rustls_pki_types::ServerName;

/// Checks `[sign_in.page]`. Without groups there is none. `needed_for`: groups that are asked otherwise; `passwords`: people have some.
pub(super) fn check(
    raw: RawPortal,
    (needed_for, passwords): (&[At<String>], bool),
    proxy: &ProxySettings,
    bench: &mut Bench<'_>,
) -> Option<PortalSettings> {
    for name in &raw.groups {
        bench.called(name);
    }
    let guest = raw.guest.as_ref().filter(|name| bench.called(name)).map(|name| name.value.as_str().into());
    let door = certificate(&raw, &proxy.own_name, bench);
    let Some(first) = raw.groups.first() else {
        if let Some(at) = raw.guest.as_ref().or(raw.certificate.as_ref()) {
            bench.reader.fault(&at.place, FaultKind::Missing("groups"));
        }
        return None;
    };
    if let Some(asked) = raw.groups.iter().find(|name| needed_for.iter().any(|other| other.value == name.value)) {
        bench.reader.fault_with_help(
            &asked.place,
            FaultKind::Both("groups", "needed_for"),
            "a group is led to the page, or it is asked by 407",
        );
    }
    if !passwords && raw.guest.is_none() {
        let help = "write accounts = \"var/accounts\" under [sign_in] and add people with `lifeguard user add`, or name a group for guests";
        bench.reader.fault_with_help(&first.place, FaultKind::Missing("accounts"), help);
    }
    Some(PortalSettings { groups: raw.groups.into_iter().map(|at| at.value.into()).collect(), guest, door, ..raw.plain })
}

fn certificate(raw: &RawPortal, own_name: &str, bench: &mut Bench<'_>) -> Option<Door> {
    let door = door::pair((&raw.certificate, &raw.key), bench)?;
    let certificate = raw.certificate.as_ref()?;
    if let Door::Files(certified) = &door
        && !certified.end_entity_cert().is_ok_and(|end| is_for(end, own_name))
    {
        let problem = format!("it is not for {own_name}, which is proxy.own_name").into();
        bench.reader.fault(&certificate.place, FaultKind::Certificate { path: certificate.value.as_str().into(), problem });
        return None;
    }
    Some(door)
}

fn is_for(certificate: &rustls_pki_types::CertificateDer<'_>, name: &str) -> bool {
    let Ok(name) = ServerName::try_from(name) else { return false };
    ParsedCertificate::try_from(certificate).is_ok_and(|parsed| verify_server_name(&parsed, &name).is_ok())
}
