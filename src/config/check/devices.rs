//! Names of devices: whoever is to be asked must be named.

use super::bench::Bench;
use crate::config::devices::DeviceSettings;
use crate::config::fault::FaultKind;
use crate::config::raw::RawDevices;
use std::net::SocketAddr;

/// Checks `[proxy.devices]`.
pub(super) fn check(raw: RawDevices, servers: &[SocketAddr], bench: &mut Bench<'_>) -> DeviceSettings {
    if let Some(lookup) = raw.lookup.as_ref().filter(|lookup| lookup.value && servers.is_empty()) {
        bench.reader.fault_with_help(&lookup.place, FaultKind::Missing("servers"), "write servers = [\"192.0.2.53:53\"] under [proxy.dns]");
    }
    DeviceSettings {
        leases: raw.leases.into_iter().map(|at| at.value.into()).collect(),
        lookup: raw.lookup.is_some_and(|lookup| lookup.value),
    }
}
