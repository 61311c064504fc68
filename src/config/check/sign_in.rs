//! Signing in: groups that exist, a way to sign in, and no password over an open network.

use super::bench::Bench;
use super::{card, directory, front, kerberos, portal, radius};
use crate::config::fault::FaultKind;
use crate::config::raw::RawSignIn;
use crate::config::shells::ProxySettings;
use crate::config::sign_in::SignInSettings;
use crate::model::IdentityStrength;

/// Checks `[sign_in]`.
pub(super) fn check(raw: RawSignIn, proxy: &ProxySettings, bench: &mut Bench<'_>) -> SignInSettings {
    for name in &raw.needed_for {
        bench.called(name);
    }
    let directory = directory::check(raw.directory, bench);
    let radius = radius::check(raw.radius, bench);
    let card = card::check(raw.card, directory.is_some(), bench);
    let kerberos = kerberos::check(raw.kerberos, bench);
    let front = front::check(raw.front, bench);
    let certified = proxy.listeners.iter().any(|listener| listener.clients.is_some());
    let passwords = directory.is_some() || card.is_some() || !raw.plain.accounts.as_os_str().is_empty();
    let page = portal::check(raw.page, (&raw.needed_for, passwords), proxy, bench);
    let by_network = (radius.is_some() || front.is_some()) && raw.plain.strength == IdentityStrength::Network;
    if let Some(first) = raw.needed_for.first() {
        if !passwords && !certified && kerberos.is_none() && !by_network {
            let help = "write accounts = \"var/accounts\" and add people with `lifeguard user add`";
            bench.reader.fault_with_help(&first.place, FaultKind::Missing("accounts"), help);
        }
        let open = proxy.listeners.iter().find(|listener| listener.door.is_none() && !listener.address.ip().is_loopback());
        if let Some(open) = open.filter(|_| !raw.plain.basic_unprotected && kerberos.is_none() && !by_network) {
            let help =
                "give the listener a certificate, or let it listen on this machine alone; or accept the risk with basic_unprotected = true";
            bench.reader.fault_with_help(&first.place, FaultKind::Unprotected(open.address), help);
        }
    }
    SignInSettings {
        directory,
        radius,
        card,
        front,
        kerberos,
        page,
        needed_for: raw.needed_for.into_iter().map(|at| at.value.into()).collect(),
        ..raw.plain
    }
}
