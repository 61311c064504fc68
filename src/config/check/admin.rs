//! `[admin]`: the names of the console have to be names.

use super::bench::Bench;
use super::{door, oidc};
use crate::config::checked::AdminSettings;
use crate::config::fault::FaultKind;
use crate::config::handing_out::HandingOut;
use crate::config::raw::RawAdmin;
use crate::config::source::At;

/// Checks it.
pub(super) fn check(raw: RawAdmin, bench: &mut Bench<'_>) -> AdminSettings {
    let fits =
        |name: &str| !name.is_empty() && name.len() < 254 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    for at in raw.own_domains.iter().filter(|at| !fits(&at.value)) {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a domain, such as \"school.example\"".into() });
    }
    let named = raw.accepted_ranks.iter().chain(&raw.accepted_authorities);
    for at in named.filter(|at| at.value.trim().is_empty() || at.value.len() > 200) {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a rank or an office, such as \"Superintendent\"".into() });
    }
    for at in raw.names.iter().filter(|at| !fits(&at.value)) {
        bench
            .reader
            .fault(&at.place, FaultKind::Malformed { expected: "a host name without a port, such as \"console.school.example\"".into() });
    }
    let door = door::pair((&raw.certificate, &raw.key), bench);
    if let Some(certificate) = raw.certificate.as_ref().filter(|_| raw.settings.behind_tls) {
        bench.reader.fault(&certificate.place, FaultKind::Both("certificate", "behind_tls"));
    }
    let off_peak = raw.off_peak.as_ref().map(|hours| bench.hours(hours)).unwrap_or_default();
    let plain = |all: Vec<At<String>>| all.into_iter().map(|at| at.value).collect::<Vec<_>>();
    let handing_out = HandingOut {
        domains: raw.own_domains.into_iter().map(|at| at.value.to_ascii_lowercase()).collect(),
        ranks: plain(raw.accepted_ranks),
        authorities: plain(raw.accepted_authorities),
    };
    let alone = raw.oidc.issuer.is_none();
    let oidc = oidc::check(raw.oidc, &raw.names, bench);
    if let (true, Some(local)) = (alone, &raw.local) {
        let without = "a console without [admin.oidc]: everybody signs in with a password there";
        bench.reader.fault(&local.place, FaultKind::Meaningless("local", without.into()));
    }
    let local = raw.local.map(|at| at.value).unwrap_or_default();
    AdminSettings { door, off_peak, handing_out, oidc, local, names: plain(raw.names), ..raw.settings }
}
