//! `[sign_in.front]`: a trusted device in front that says who asks.

use crate::config::known_by::FrontSettings;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use ipnet::IpNet;
use std::time::Duration;

/// `[sign_in.front]`.
#[derive(Default)]
pub(in crate::config) struct RawFront {
    /// Everything that needs no further check.
    pub(in crate::config) plain: FrontSettings,
    pub(in crate::config) from: Vec<At<IpNet>>,
    pub(in crate::config) header: Option<At<String>>,
    pub(in crate::config) group_header: Option<At<String>>,
    pub(in crate::config) secret_header: Option<At<String>>,
    pub(in crate::config) secret_file: Option<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
    pub(in crate::config) groups: Vec<At<RawFrontGroup>>,
}

/// `[[sign_in.front.groups]]`.
#[derive(Default)]
pub(in crate::config) struct RawFrontGroup {
    pub(in crate::config) said: Option<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
}

impl Section for RawFront {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "header",
            help: "The field in which the device in front names the person, such as \"X-Authenticated-User\". It never leaves.",
            slot: |front| Slot::Name(&mut front.header),
        },
        Opt {
            key: "from",
            help: "Addresses of the devices that are believed: those that connect, not those that Forwarded names. From anybody else the \
                   field is recorded as claimed and changes nothing.",
            slot: |front| Slot::Networks(&mut front.from),
        },
        Opt {
            key: "group_header",
            help: "A field with the person's group. It never leaves. A local account of the name counts before it.",
            slot: |front| Slot::Name(&mut front.group_header),
        },
        Opt {
            key: "groups",
            help: "Groups of that field, and the group of policy that each gives. One that does not stand here gives the strictest.",
            slot: |front| Slot::Tables(&mut front.groups),
        },
        Opt {
            key: "group",
            help: "The group of people who have no local account and of whom no group is said. Without it: the strictest.",
            slot: |front| Slot::Name(&mut front.group),
        },
        Opt {
            key: "secret_header",
            help: "A field with a secret, without which the device is not believed. It never leaves.",
            slot: |front| Slot::Name(&mut front.secret_header),
        },
        Opt {
            key: "secret_file",
            help: "File of that secret (mode 600), 16 characters or more.",
            slot: |front| Slot::Name(&mut front.secret_file),
        },
        Opt {
            key: "keep",
            help: "How long what was said when a tunnel was asked for counts for what comes out of it.",
            slot: |front| Slot::Time(&mut front.plain.keep, Duration::from_secs(10)..=Duration::from_secs(24 * 3600)),
        },
    ];
}

impl Section for RawFrontGroup {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "said", help: "The group as the field says it.", slot: |group| Slot::Name(&mut group.said) },
        Opt { key: "group", help: "The group of policy here.", slot: |group| Slot::Name(&mut group.group) },
    ];
}
