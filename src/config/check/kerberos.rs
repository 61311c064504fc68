//! Kerberos: a keytab, a service that can be one, a group that exists.

use super::bench::Bench;
use crate::config::fault::FaultKind;
use crate::config::kerberos::KerberosSettings;
use crate::config::raw::RawKerberos;

/// Checks `[sign_in.kerberos]`. Without a keytab tickets are not looked at.
pub(super) fn check(raw: RawKerberos, bench: &mut Bench<'_>) -> Option<KerberosSettings> {
    let Some(keytab) = &raw.keytab else {
        if let Some(at) = raw.service.iter().chain(&raw.realms).chain(&raw.group).next() {
            bench.reader.fault(&at.place, FaultKind::Missing("keytab"));
        }
        return None;
    };
    if let Some(service) = raw.service.as_ref().filter(|service| !is_service(&service.value)) {
        let expected = "a service and its realm, such as \"HTTP/proxy.example.org@EXAMPLE.ORG\"";
        bench.reader.fault(&service.place, FaultKind::Malformed { expected: expected.into() });
    }
    for realm in raw.realms.iter().filter(|realm| realm.value.is_empty() || realm.value.contains(['@', '/', ' '])) {
        bench.reader.fault(&realm.place, FaultKind::Malformed { expected: "the name of a realm, such as \"EXAMPLE.ORG\"".into() });
    }
    let group = raw.group.filter(|name| bench.called(name)).map(|name| name.value.into());
    let service = raw.service.map(|at| at.value).unwrap_or_default();
    let realms = raw.realms.into_iter().map(|at| at.value).collect();
    Some(KerberosSettings { keytab: (&keytab.value).into(), service, realms, group, ..raw.plain })
}

fn is_service(text: &str) -> bool {
    let parts = text.rsplit_once('@').and_then(|(name, realm)| name.split_once('/').map(|(kind, host)| [kind, host, realm]));
    parts.is_some_and(|parts| parts.iter().all(|part| !part.is_empty() && !part.contains(['/', '@', ' '])))
}
