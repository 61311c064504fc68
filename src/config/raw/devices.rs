//! `[proxy.devices]`: names of devices, for records.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// `[proxy.devices]`.
#[derive(Default)]
pub(in crate::config) struct RawDevices {
    pub(in crate::config) leases: Vec<At<String>>,
    pub(in crate::config) lookup: Option<At<bool>>,
}

impl Section for RawDevices {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "leases",
            help: "Files in which a DHCP server keeps its leases: dhcpd.leases of ISC, dnsmasq.leases, kea-leases4.csv or kea-leases6.csv. \
                   They are read again when they change.",
            slot: |devices| Slot::Names(&mut devices.leases),
        },
        Opt {
            key: "lookup",
            help: "Ask the name servers of [proxy.dns] for the name of an address that no lease names. A name counts when it leads back to \
                   the address. No request waits for it.",
            slot: |devices| Slot::FlagAt(&mut devices.lookup),
        },
    ];
}
