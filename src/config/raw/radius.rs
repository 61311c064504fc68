//! `[sign_in.radius]`: accounting from Wi-Fi controllers and switches.

use crate::config::section::{Opt, Section};
use crate::config::sign_in::RadiusSettings;
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use crate::model::IdentityStrength;
use ipnet::IpNet;
use std::time::Duration;

/// `[sign_in.radius]`.
#[derive(Default)]
pub(in crate::config) struct RawRadius {
    /// Everything that needs no further check.
    pub(in crate::config) plain: RadiusSettings,
    pub(in crate::config) from: Vec<At<IpNet>>,
    pub(in crate::config) secret_file: Option<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
}

impl Words for IdentityStrength {
    const WORDS: &'static [(&'static str, Self)] = &[("network", Self::Network), ("person", Self::Person)];
}

impl Section for RawRadius {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "listen", help: "Where accounting is listened to (UDP).", slot: |radius| Slot::Socket(&mut radius.plain.listen) },
        Opt {
            key: "from",
            help: "Who may send it: addresses of the Wi-Fi controller, or of the RADIUS server. Nobody else is believed.",
            slot: |radius| Slot::Networks(&mut radius.from),
        },
        Opt {
            key: "secret_file",
            help: "File of the secret that is shared with them (mode 600), 16 characters or more. With it, accounting is listened to.",
            slot: |radius| Slot::Name(&mut radius.secret_file),
        },
        Opt {
            key: "group",
            help: "The group of people whom the network names and who have no local account. Without it: the strictest.",
            slot: |radius| Slot::Name(&mut radius.group),
        },
        Opt {
            key: "keep",
            help: "How long what was said may be relied on when nothing more is said: longer than the time between two interim updates.",
            slot: |radius| Slot::Time(&mut radius.plain.keep, Duration::from_secs(10)..=Duration::from_secs(24 * 3600)),
        },
        Opt { key: "sessions", help: "Sessions that are kept.", slot: |radius| Slot::Count(&mut radius.plain.sessions, 100..=10_000_000) },
    ];
}
