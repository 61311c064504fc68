//! The whole document.

use super::policy::{RawCategory, RawGroup, RawHelpLine, RawKeyword, RawRule, RawTest};
use super::policy_table::RawPolicy;
use super::{RawAccredit, RawAgreement, RawFollow, RawNotice};
use super::{RawAdmin, RawHttps, RawLayer, RawLists, RawLog, RawProxy, RawSignIn, RawSite, RawSites, RawTerm, sites};
use super::{RawAlerts, RawIncidents, RawMail};
use crate::config::checked::{LogLevel, TelemetrySettings};
use crate::config::reviews::ReviewSettings;
use crate::config::section::{Described, Opt, Section, describe_section};
use crate::config::shells::{Durability, LogSettings};
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use std::time::Duration;

/// Everything that may be written.
#[derive(Default)]
pub(in crate::config) struct Raw {
    pub(in crate::config) site: RawSite,
    pub(in crate::config) sites: RawSites,
    pub(in crate::config) proxy: RawProxy,
    pub(in crate::config) https: RawHttps,
    pub(in crate::config) sign_in: RawSignIn,
    pub(in crate::config) pages: RawPages,
    pub(in crate::config) admin: RawAdmin,
    pub(in crate::config) log: RawLog,
    pub(in crate::config) lists: RawLists,
    pub(in crate::config) policy: RawPolicy,
    pub(in crate::config) categories: Vec<(At<String>, RawCategory)>,
    pub(in crate::config) layers: Vec<At<RawLayer>>,
    pub(in crate::config) agreement: RawAgreement,
    pub(in crate::config) notice: RawNotice,
    pub(in crate::config) groups: Vec<At<RawGroup>>,
    pub(in crate::config) rules: Vec<At<RawRule>>,
    pub(in crate::config) help_lines: Vec<At<RawHelpLine>>,
    pub(in crate::config) keywords: Vec<At<RawKeyword>>,
    pub(in crate::config) tests: Vec<At<RawTest>>,
    pub(in crate::config) follow: Vec<At<RawFollow>>,
    pub(in crate::config) terms: Vec<At<RawTerm>>,
    pub(in crate::config) accredit: RawAccredit,
    pub(in crate::config) incidents: RawIncidents,
    pub(in crate::config) alerts: RawAlerts,
    pub(in crate::config) mail: RawMail,
    pub(in crate::config) reviews: ReviewSettings,
    pub(in crate::config) telemetry: TelemetrySettings,
    pub(in crate::config) lab: RawLab,
}

/// The proxy's own pages.
pub(in crate::config) struct RawPages {
    pub(in crate::config) templates: Option<At<String>>,
    pub(in crate::config) why: bool,
}

impl Default for RawPages {
    fn default() -> Self {
        Self { templates: None, why: true }
    }
}

/// Settings for a laboratory.
#[derive(Default)]
pub(in crate::config) struct RawLab {
    pub(in crate::config) without_statutory: bool,
}

/// The reference of all options, a table each.
pub(in crate::config) fn reference() -> Vec<Described> {
    let mut out = Vec::new();
    describe_section::<Raw>("", "", &mut out);
    sites::describe(&mut out);
    out
}

impl Section for Raw {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "site", help: "Where this is and whom to ask.", slot: |raw| Slot::Table(&mut raw.site) },
        Opt { key: "sites", help: "Several sites in one process.", slot: |raw| Slot::Table(&mut raw.sites) },
        Opt { key: "proxy", help: "The proxy.", slot: |raw| Slot::Table(&mut raw.proxy) },
        Opt { key: "https", help: "Connections that are opened and read.", slot: |raw| Slot::Table(&mut raw.https) },
        Opt { key: "sign_in", help: "How people sign in.", slot: |raw| Slot::Table(&mut raw.sign_in) },
        Opt { key: "pages", help: "The proxy's own pages.", slot: |raw| Slot::Table(&mut raw.pages) },
        Opt { key: "admin", help: "Console, health and metrics.", slot: |raw| Slot::Table(&mut raw.admin) },
        Opt { key: "log", help: "The forensic log.", slot: |raw| Slot::Table(&mut raw.log) },
        Opt { key: "lists", help: "Lists of addresses.", slot: |raw| Slot::Table(&mut raw.lists) },
        Opt { key: "policy", help: "Policy as a whole.", slot: |raw| Slot::Table(&mut raw.policy) },
        Opt { key: "categories", help: "Words for categories.", slot: |raw| Slot::NamedTables(&mut raw.categories) },
        Opt {
            key: "layer",
            help: "Layers over the groups: consortium, authority, site, person. Each tightens and none loosens.",
            slot: |raw| Slot::Tables(&mut raw.layers),
        },
        Opt { key: "aup", help: "The agreement that people read and accept.", slot: |raw| Slot::Table(&mut raw.agreement) },
        Opt { key: "notice", help: "What people are told about the log.", slot: |raw| Slot::Table(&mut raw.notice) },
        Opt { key: "group", help: "Groups of people.", slot: |raw| Slot::Tables(&mut raw.groups) },
        Opt { key: "rule", help: "Addresses that this site allows or blocks.", slot: |raw| Slot::Tables(&mut raw.rules) },
        Opt { key: "help_line", help: "Further help lines.", slot: |raw| Slot::Tables(&mut raw.help_lines) },
        Opt { key: "keyword", help: "Rules on words in addresses.", slot: |raw| Slot::Tables(&mut raw.keywords) },
        Opt { key: "test", help: "Tests of the policy.", slot: |raw| Slot::Tables(&mut raw.tests) },
        Opt {
            key: "follow",
            help: "Other installations, such as a consortium's: what they close at short notice is closed here too.",
            slot: |raw| Slot::Tables(&mut raw.follow),
        },
        Opt { key: "term", help: "Named dates that hours are for, such as a school's terms.", slot: |raw| Slot::Tables(&mut raw.terms) },
        Opt {
            key: "accredit",
            help: "Checks that show what the filter does, and when they run.",
            slot: |raw| Slot::Table(&mut raw.accredit),
        },
        Opt { key: "incidents", help: "Incidents on the console.", slot: |raw| Slot::Table(&mut raw.incidents) },
        Opt { key: "alerts", help: "What people are told of, and who.", slot: |raw| Slot::Table(&mut raw.alerts) },
        Opt { key: "mail", help: "How letters leave.", slot: |raw| Slot::Table(&mut raw.mail) },
        Opt {
            key: "reviews",
            help: "How often people look again at what was decided, and sign it off on the console.",
            slot: |raw| Slot::Table(&mut raw.reviews),
        },
        Opt { key: "telemetry", help: "Messages to the operator.", slot: |raw| Slot::Table(&mut raw.telemetry) },
        Opt { key: "lab", help: "For trials in a laboratory.", slot: |raw| Slot::Table(&mut raw.lab) },
    ];
}

impl Section for RawPages {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "templates",
            help: "Folder of your own pages: block.html, statutory.html, warn.html, hours.html, trouble.html, welcome.html, why.html, code.html, \
                   sign_in.html, coverage.html, agreement.html, notice.html, authority.html, device.html, wrong.html, worry.html, answer.html, opinion.html. A page that is not there is the built-in one; without the option all are.",
            slot: |pages| Slot::Name(&mut pages.templates),
        },
        Opt {
            key: "why",
            help: "Let people look up at http://OWN_NAME/why what was last blocked for their address. Kept in memory for an hour, never \
                   written. People who share one address see one list.",
            slot: |pages| Slot::Flag(&mut pages.why),
        },
    ];
}

impl Words for Durability {
    const WORDS: &'static [(&'static str, Self)] = &[("process", Self::Process), ("power", Self::Power)];
}

const KB: u64 = 1 << 10;
const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;

impl Section for LogSettings {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "folder", help: "Folder of the log's segments.", slot: |log| Slot::Path(&mut log.folder) },
        Opt {
            key: "durability",
            help: "What a record survives before its request leaves: the death of the process, or a power cut as well (slower).",
            slot: |log| Slot::Choice(&mut log.durability),
        },
        Opt {
            key: "sync_every",
            help: "Everything is on disk after at most this time.",
            slot: |log| Slot::Time(&mut log.sync_every, Duration::from_millis(10)..=Duration::from_secs(1)),
        },
        Opt {
            key: "segment",
            help: "Size at which a new segment starts.",
            slot: |log| Slot::LongSize(&mut log.segment_bytes, 64 * KB..=4 * GB),
        },
        Opt {
            key: "queue",
            help: "Records that may wait to be written; beyond it requests are answered 503.",
            slot: |log| Slot::Count(&mut log.queue, 16..=1_000_000),
        },
        Opt {
            key: "reserve",
            help: "Space that stays free on the disk; below it the log refuses, and so does the proxy.",
            slot: |log| Slot::LongSize(&mut log.reserve_bytes, MB..=1024 * GB),
        },
        Opt {
            key: "keys",
            help: "Folder of the key that signs the log, inside the log's folder or anywhere else.",
            slot: |log| Slot::Path(&mut log.keys),
        },
        Opt {
            key: "heads_copy",
            help: "Folder, best on another machine, to which a signed head of each segment is copied; empty: nowhere.",
            slot: |log| Slot::Path(&mut log.heads_copy),
        },
        Opt {
            key: "encrypt_to",
            help: "Public keys (age1...) of those who may read the log: what is sealed is encrypted, and any one of their private keys opens it. Empty: it is not encrypted.",
            slot: |log| Slot::Recipients(&mut log.encrypt_to),
        },
        Opt {
            key: "identity_file",
            help: "File of a private key (AGE-SECRET-KEY-1..., mode 600) with which this server searches what it encrypted; empty: it cannot.",
            slot: |log| Slot::Path(&mut log.identity_file),
        },
        Opt {
            key: "epoch",
            help: "The key that signs the log is replaced and destroyed after at most this time, if there were records.",
            slot: |log| Slot::Time(&mut log.epoch, Duration::from_secs(60)..=Duration::from_secs(7 * 24 * 3600)),
        },
    ];
}

impl Words for LogLevel {
    const WORDS: &'static [(&'static str, Self)] =
        &[("error", Self::Error), ("warn", Self::Warn), ("info", Self::Info), ("debug", Self::Debug), ("trace", Self::Trace)];
}

impl Section for TelemetrySettings {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "level", help: "The least important message that is shown.", slot: |telemetry| Slot::Choice(&mut telemetry.level) },
        Opt { key: "json", help: "Write one JSON object a line instead of text.", slot: |telemetry| Slot::Flag(&mut telemetry.json) },
    ];
}

impl Section for RawLab {
    const OPTIONS: &'static [Opt<Self>] = &[Opt {
        key: "without_statutory",
        help: "Serve although no statutory list is loaded. For a laboratory only: it is loud, every record is marked, and /readyz never says ready.",
        slot: |lab| Slot::Flag(&mut lab.without_statutory),
    }];
}
