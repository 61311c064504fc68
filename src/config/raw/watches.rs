//! `[proxy.tunnel_watch]` (standards AB6) and `[proxy.restricted_check]` (AC3): looked at, told of, nothing closed.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::watches::{RestrictedCheck, TunnelWatch};
use std::time::Duration;

const MONTH: Duration = Duration::from_secs(30 * 86_400);
const SECOND: Duration = Duration::from_secs(1);

impl Section for TunnelWatch {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "on",
            help: "Are tunnels told of, when they end, that were open for long and carried about as much up as down: VPNs, remote \
                   desktops, calls? Nothing is closed for it.",
            slot: |watch| Slot::Flag(&mut watch.on),
        },
        Opt { key: "after", help: "Shorter tunnels are not told of.", slot: |watch| Slot::Time(&mut watch.after, SECOND..=MONTH) },
        Opt {
            key: "at_least",
            help: "Tunnels that carried less, both ways together, are not told of.",
            slot: |watch| Slot::LongSize(&mut watch.at_least, 1..=1 << 40),
        },
        Opt {
            key: "share",
            help: "The less busy way carried at least this share of the other.",
            slot: |watch| Slot::Share(&mut watch.share),
        },
    ];
}

impl Section for RestrictedCheck {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "on",
            help: "Is it looked, soon after the start, after each reload and then now and again, whether the names of restricted search \
                   and YouTube still lead to an address? Where one does not, /readyz warns: the sites that are led there are not reached.",
            slot: |check| Slot::Flag(&mut check.on),
        },
        Opt {
            key: "every",
            help: "How often, more or less; the first time within a minute of the start.",
            slot: |check| Slot::Time(&mut check.every, SECOND..=MONTH),
        },
    ];
}
