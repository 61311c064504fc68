//! `[admin]`: the names of the console have to be names.

use super::bench::Bench;
use super::{door, oidc};
use crate::config::checked::AdminSettings;
use crate::config::fault::FaultKind;
use crate::config::handing_out::HandingOut;
use crate::config::organisation::LocalSignIn;
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
    let plain = |all: Vec<At<String>>| all.into_iter().map(|at| at.value).collect::<Vec<_>>();
    let handing_out = HandingOut {
        domains: raw.own_domains.into_iter().map(|at| at.value.to_ascii_lowercase()).collect(),
        ranks: plain(raw.accepted_ranks),
        authorities: plain(raw.accepted_authorities),
    };
    let local = raw.settings.local;
    let oidc = oidc::check(raw.oidc, &raw.names, bench);
    // Nobody but administrators could sign in.
    let local = if oidc.is_some() { local } else { LocalSignIn::Everybody };
    AdminSettings { door, handing_out, oidc, local, names: plain(raw.names), ..raw.settings }
}
