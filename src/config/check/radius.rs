//! Accounting: listed senders, a secret, a group that exists.

use super::bench::Bench;
use super::closed::must_be_closed;
use crate::config::fault::FaultKind;
use crate::config::raw::RawRadius;
use crate::config::sign_in::RadiusSettings;
use std::path::Path;

/// Checks `[sign_in.radius]`. Without a secret it is not listened to.
pub(super) fn check(raw: RawRadius, bench: &mut Bench<'_>) -> Option<RadiusSettings> {
    let secret = raw.secret_file.as_ref();
    if secret.is_none() {
        if let Some(at) = raw.from.first() {
            bench.reader.fault(&at.place, FaultKind::Missing("secret_file"));
        }
        return None;
    }
    let secret = secret?;
    must_be_closed(Path::new(&secret.value), &secret.place, bench);
    if raw.from.is_empty() {
        bench.reader.fault(&secret.place, FaultKind::Missing("from"));
    }
    let group = raw.group.filter(|name| bench.called(name)).map(|name| name.value.into());
    let from = raw.from.into_iter().map(|at| at.value).collect();
    Some(RadiusSettings { from, secret_file: (&secret.value).into(), group, ..raw.plain })
}
