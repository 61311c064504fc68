//! `[sign_in.card]`: people with a library card and a PIN, whom a service of the library knows.

use crate::config::known_by::CardSettings;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[sign_in.card]`.
#[derive(Default)]
pub(in crate::config) struct RawCard {
    /// Everything that needs no further check.
    pub(in crate::config) plain: CardSettings,
    pub(in crate::config) url: Option<At<String>>,
    pub(in crate::config) pattern: Option<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
    pub(in crate::config) groups: Vec<At<RawCardGroup>>,
    pub(in crate::config) ages: Vec<At<RawAge>>,
}

/// `[[sign_in.card.groups]]`.
#[derive(Default)]
pub(in crate::config) struct RawCardGroup {
    pub(in crate::config) card: Option<At<String>>,
    pub(in crate::config) group: Option<At<String>>,
}

/// `[[sign_in.card.age]]`.
#[derive(Default)]
pub(in crate::config) struct RawAge {
    pub(in crate::config) under: usize,
    pub(in crate::config) group: Option<At<String>>,
}

impl Section for RawCard {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "url",
            help: "The service that knows cards and PINs: https://HOST/PATH, or http:// on this machine. It is asked by POST with JSON; what \
                   it is to answer stands in src/manual/people.rs. Its certificate must be good, as for any website.",
            slot: |card| Slot::Name(&mut card.url),
        },
        Opt {
            key: "unprotected",
            help: "Take an http:// service on another machine. Whoever is on the network between can read the PINs.",
            slot: |card| Slot::Flag(&mut card.plain.unprotected),
        },
        Opt {
            key: "secret_file",
            help: "File of a token (mode 600), read whenever it is needed and sent to the service as a bearer token (RFC 6750).",
            slot: |card| Slot::Path(&mut card.plain.secret_file),
        },
        Opt {
            key: "pattern",
            help: "Which names are card numbers: a regular expression for the whole name, such as \"[0-9]{10}\". Those go to the service \
                   and never to the directory; all others never to the service. Needed beside a directory.",
            slot: |card| Slot::Name(&mut card.pattern),
        },
        Opt {
            key: "groups",
            help: "Groups that the service names, and the group of policy that each gives.",
            slot: |card| Slot::Tables(&mut card.groups),
        },
        Opt {
            key: "age",
            help: "Ages, from the youngest, and the group of policy that each gives. With a group of the service, the stricter counts.",
            slot: |card| Slot::Tables(&mut card.ages),
        },
        Opt {
            key: "group",
            help: "The group of cards of which the service says neither group nor age. Without it: the strictest.",
            slot: |card| Slot::Name(&mut card.group),
        },
        Opt {
            key: "keep",
            help: "How long a person who was known keeps their group while the service does not answer; then the strictest group counts.",
            slot: |card| Slot::Time(&mut card.plain.keep, Duration::from_secs(10)..=Duration::from_secs(24 * 3600)),
        },
        Opt {
            key: "timeout",
            help: "Longest wait for an answer.",
            slot: |card| Slot::Time(&mut card.plain.timeout, Duration::from_secs(1)..=Duration::from_secs(10)),
        },
    ];
}

impl Section for RawCardGroup {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "card", help: "The group there, such as \"junior\".", slot: |group| Slot::Name(&mut group.card) },
        Opt { key: "group", help: "The group of policy here.", slot: |group| Slot::Name(&mut group.group) },
    ];
}

impl Section for RawAge {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "under",
            help: "Younger than so many years. 0: everybody whom no age before it takes; that one stands last.",
            slot: |age| Slot::Count(&mut age.under, 0..=130),
        },
        Opt { key: "group", help: "The group of policy.", slot: |age| Slot::Name(&mut age.group) },
    ];
}
