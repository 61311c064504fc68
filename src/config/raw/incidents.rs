//! `[incidents]`, `[alerts]`, `[[alerts.rule]]` and `[mail]`.

use crate::config::incidents::{AlertSettings, IncidentSettings, MailSecurity};
use crate::config::section::{Opt, Section};
use crate::config::slot::{RawHours, Slot, Words};
use crate::config::source::At;
use crate::model::Theme;
use std::time::Duration;

/// `[incidents]`.
#[derive(Default)]
pub(in crate::config) struct RawIncidents {
    pub(in crate::config) flowchart: Option<At<String>>,
    pub(in crate::config) settings: IncidentSettings,
}

/// `[alerts]`.
#[derive(Default)]
pub(in crate::config) struct RawAlerts {
    pub(in crate::config) settings: AlertSettings,
    pub(in crate::config) quiet: Option<RawHours>,
    pub(in crate::config) escalate_to: Vec<At<String>>,
    pub(in crate::config) digest_to: Vec<At<String>>,
    pub(in crate::config) rules: Vec<At<RawAlertRule>>,
}

/// `[[alerts.rule]]`.
#[derive(Default)]
pub(in crate::config) struct RawAlertRule {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) theme: Option<At<Theme>>,
    pub(in crate::config) severity: usize,
    pub(in crate::config) categories: Vec<At<String>>,
    pub(in crate::config) terms: Vec<At<String>>,
    pub(in crate::config) events: Vec<At<String>>,
    pub(in crate::config) statutory: bool,
    pub(in crate::config) to: Vec<At<String>>,
}

/// `[mail]`.
#[derive(Default)]
pub(in crate::config) struct RawMail {
    pub(in crate::config) server: Option<At<String>>,
    pub(in crate::config) port: usize,
    pub(in crate::config) security: Option<At<MailSecurity>>,
    pub(in crate::config) user: Option<At<String>>,
    pub(in crate::config) secret_file: Option<At<String>>,
    pub(in crate::config) from: Option<At<String>>,
    pub(in crate::config) roots: Option<At<String>>,
    pub(in crate::config) recipients: Vec<(At<String>, Vec<At<String>>)>,
}

impl Words for Theme {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("search", Self::Search),
        ("help", Self::Help),
        ("statutory", Self::Statutory),
        ("circumvention", Self::Circumvention),
        ("filter-health", Self::FilterHealth),
    ];
}

impl Words for MailSecurity {
    const WORDS: &'static [(&'static str, Self)] = &[("starttls", Self::StartTls), ("tls", Self::Tls), ("none", Self::Plain)];
}

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

impl Section for RawIncidents {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "flowchart",
            help: "File of your own steps and contacts (TOML; the built-in one is config/flowchart.toml). Without it the built-in ones count.",
            slot: |incidents| Slot::Name(&mut incidents.flowchart),
        },
        Opt {
            key: "merge",
            help: "Further requests of the same person for the same entry of a statutory list within this time belong to the same incident.",
            slot: |incidents| Slot::Time(&mut incidents.settings.merge, Duration::from_secs(MINUTE)..=Duration::from_secs(31 * DAY)),
        },
        Opt {
            key: "keep",
            help: "How long an incident is kept after it was closed. The log has times of its own.",
            slot: |incidents| Slot::Time(&mut incidents.settings.keep, Duration::from_secs(31 * DAY)..=Duration::from_secs(36_525 * DAY)),
        },
    ];
}

impl Section for RawAlerts {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "quiet",
            help: "When letters about alerts wait until it is over, but for those of severity 3.",
            slot: |alerts| Slot::Hours(&mut alerts.quiet),
        },
        Opt {
            key: "merge",
            help: "Equal alerts within this time are one with a count.",
            slot: |alerts| Slot::Time(&mut alerts.settings.merge, Duration::from_secs(MINUTE)..=Duration::from_secs(7 * DAY)),
        },
        Opt {
            key: "escalate_after",
            help: "An alert that nobody has acknowledged within this time is told to escalate_to as well.",
            slot: |alerts| Slot::Time(&mut alerts.settings.escalate_after, Duration::from_secs(MINUTE)..=Duration::from_secs(7 * DAY)),
        },
        Opt { key: "escalate_to", help: "Names of recipients in [mail.recipients].", slot: |alerts| Slot::Names(&mut alerts.escalate_to) },
        Opt {
            key: "digest_to",
            help: "Names of recipients in [mail.recipients] of the weekly digest; without it every recipient. It cannot be switched off, and \
                   stands on the console in any case.",
            slot: |alerts| Slot::Names(&mut alerts.digest_to),
        },
        Opt {
            key: "many_devices",
            help: "From how many devices in one day on somebody is named on the console's page of devices: an account that others may use.",
            slot: |alerts| Slot::Count(&mut alerts.settings.many_devices, 2..=1000),
        },
        Opt {
            key: "rule",
            help: "What people are told of, in the place of the rules that are built in. One for statutory lists is always there.",
            slot: |alerts| Slot::Tables(&mut alerts.rules),
        },
    ];
}

impl Section for RawAlertRule {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Its name.", slot: |rule| Slot::Name(&mut rule.name) },
        Opt {
            key: "theme",
            help: "What it is about. IT sees filter-health alone; the others are for the safeguarding lead and auditors.",
            slot: |rule| Slot::Choice(&mut rule.theme),
        },
        Opt {
            key: "severity",
            help: "1, 2, or 3, of which letters leave at once at any time.",
            slot: |rule| Slot::Count(&mut rule.severity, 0..=3),
        },
        Opt {
            key: "categories",
            help: "Requests in one of these categories, blocked or not.",
            slot: |rule| Slot::Names(&mut rule.categories),
        },
        Opt { key: "terms", help: "Searches that hold one of these as whole words.", slot: |rule| Slot::Names(&mut rule.terms) },
        Opt {
            key: "events",
            help: "Events of these kinds, such as list-alarm or reload-failed: `lifeguard logs search --events` shows their names.",
            slot: |rule| Slot::Names(&mut rule.events),
        },
        Opt { key: "statutory", help: "Requests for addresses on a statutory list.", slot: |rule| Slot::Flag(&mut rule.statutory) },
        Opt { key: "to", help: "Names of recipients in [mail.recipients] who get a letter.", slot: |rule| Slot::Names(&mut rule.to) },
    ];
}

impl Section for RawMail {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "server",
            help: "The mail server that takes letters (SMTP). Without it none leave.",
            slot: |mail| Slot::Name(&mut mail.server),
        },
        Opt {
            key: "port",
            help: "Its port; 0: 587 with starttls, 465 with tls, 25 with none.",
            slot: |mail| Slot::Count(&mut mail.port, 0..=65_535),
        },
        Opt {
            key: "security",
            help: "starttls (where the server does not take it up, nothing is sent), tls from the first byte, or none, for a server on this \
                   machine only.",
            slot: |mail| Slot::Choice(&mut mail.security),
        },
        Opt { key: "user", help: "The name to sign in with; never without TLS.", slot: |mail| Slot::Name(&mut mail.user) },
        Opt { key: "secret_file", help: "File of the password (mode 600).", slot: |mail| Slot::Name(&mut mail.secret_file) },
        Opt { key: "from", help: "The address that letters come from.", slot: |mail| Slot::Name(&mut mail.from) },
        Opt {
            key: "roots",
            help: "File of further trust roots (PEM) for the server's certificate.",
            slot: |mail| Slot::Name(&mut mail.roots),
        },
        Opt {
            key: "recipients",
            help: "Addresses by name, such as lead = \"sam@school.example\". Nobody else is ever written to.",
            slot: |mail| Slot::NamesByName(&mut mail.recipients),
        },
    ];
}
