//! Signing in: groups that exist, a way to sign in, and no password over an open network.

use super::bench::Bench;
use super::{directory, kerberos, radius};
use crate::config::fault::FaultKind;
use crate::config::raw::RawSignIn;
use crate::config::shells::Listener;
use crate::config::sign_in::SignInSettings;
use crate::model::IdentityStrength;

/// Checks `[sign_in]`.
pub(super) fn check(raw: RawSignIn, listeners: &[Listener], bench: &mut Bench<'_>) -> SignInSettings {
    bench.groups(&raw.needed_for);
    let directory = directory::check(raw.directory, bench);
    let radius = radius::check(raw.radius, bench);
    let kerberos = kerberos::check(raw.kerberos, bench);
    let by_network = radius.is_some() && raw.plain.strength == IdentityStrength::Network;
    if let Some(first) = raw.needed_for.first() {
        if raw.plain.accounts.as_os_str().is_empty() && directory.is_none() && kerberos.is_none() && !by_network {
            let help = "write accounts = \"var/accounts\" and add people with `lifeguard user add`";
            bench.reader.fault_with_help(&first.place, FaultKind::Missing("accounts"), help);
        }
        let open = listeners.iter().find(|listener| listener.door.is_none() && !listener.address.ip().is_loopback());
        if let Some(open) = open.filter(|_| !raw.plain.basic_unprotected && kerberos.is_none() && !by_network) {
            let help =
                "give the listener a certificate, or let it listen on this machine alone; or accept the risk with basic_unprotected = true";
            bench.reader.fault_with_help(&first.place, FaultKind::Unprotected(open.address), help);
        }
    }
    SignInSettings { directory, radius, kerberos, needed_for: raw.needed_for.into_iter().map(|at| at.value.into()).collect(), ..raw.plain }
}
