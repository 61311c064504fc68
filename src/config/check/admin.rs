//! `[admin]`: the names of the console have to be names.

use super::bench::Bench;
use super::door;
use crate::config::checked::AdminSettings;
use crate::config::fault::FaultKind;
use crate::config::raw::RawAdmin;

/// Checks it.
pub(super) fn check(raw: RawAdmin, bench: &mut Bench<'_>) -> AdminSettings {
    let fits =
        |name: &str| !name.is_empty() && name.len() < 254 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
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
    AdminSettings { door, off_peak, names: raw.names.into_iter().map(|at| at.value).collect(), ..raw.settings }
}
