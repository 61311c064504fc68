//! `[[layer]]`: what a consortium, an authority, the site or a person's own needs lay over the groups.

use super::{BareAddresses, RawFiles, RawLayerAgreement};
use crate::config::moment::Written;
use crate::config::predicted::RawPredicted;
use crate::config::section::{Opt, Section};
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use crate::model::LogDetail;
use crate::policy::{HiddenPages, HttpsMode, Level, Quota, SearchEngines, TunnelContents, YouTube};

/// One layer as written.
#[derive(Default)]
pub(in crate::config) struct RawLayer {
    pub(in crate::config) level: Option<At<Level>>,
    pub(in crate::config) title: Option<At<String>>,
    /// Read before the document is: see `includes`.
    file: Option<At<String>>,
    pub(in crate::config) signed_by: Option<At<String>>,
    pub(in crate::config) reason: Option<At<String>>,
    pub(in crate::config) review: Option<At<Written>>,
    pub(in crate::config) groups: Vec<At<String>>,
    pub(in crate::config) sites: Vec<At<String>>,
    pub(in crate::config) persons: Vec<At<String>>,
    pub(in crate::config) never_loosen: Vec<At<String>>,
    pub(in crate::config) block: Vec<At<String>>,
    pub(in crate::config) warn: Vec<At<String>>,
    pub(in crate::config) block_hosts: Vec<At<String>>,
    pub(in crate::config) quota: Vec<(At<String>, Quota)>,
    pub(in crate::config) predicted: RawPredicted,
    pub(in crate::config) files: RawFiles,
    pub(in crate::config) least: RawLeast,
    pub(in crate::config) agreement: RawLayerAgreement,
}

/// Settings that a layer may ask for, and that a group may say.
#[derive(Default, Clone)]
pub(in crate::config) struct RawLeast {
    pub(in crate::config) safe_search: Option<At<bool>>,
    pub(in crate::config) search_engines: Option<At<SearchEngines>>,
    pub(in crate::config) youtube: Option<At<YouTube>>,
    pub(in crate::config) https: Option<At<HttpsMode>>,
    pub(in crate::config) log: Option<At<LogDetail>>,
    pub(in crate::config) bare_addresses: Option<At<BareAddresses>>,
    pub(in crate::config) tunnels: Option<At<TunnelContents>>,
    pub(in crate::config) hidden_pages: Option<At<HiddenPages>>,
}

impl Words for Level {
    const WORDS: &'static [(&'static str, Self)] = &[
        (Self::Consortium.word(), Self::Consortium),
        (Self::Authority.word(), Self::Authority),
        (Self::Site.word(), Self::Site),
        (Self::Person.word(), Self::Person),
    ];
}

impl Section for RawLayer {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "level",
            help: "Whose word it is. A lower layer, a group, a rule may tighten it and is refused if it loosens it.",
            slot: |layer| Slot::Choice(&mut layer.level),
        },
        Opt { key: "title", help: "Its name, as `explain` and the log tell it.", slot: |layer| Slot::Name(&mut layer.title) },
        Opt {
            key: "file",
            help: "A file that says the rest, with these same options. What it says cannot be said here as well.",
            slot: |layer| Slot::Name(&mut layer.file),
        },
        Opt { key: "signed_by", help: "Who signed it off: a person by name.", slot: |layer| Slot::Name(&mut layer.signed_by) },
        Opt { key: "reason", help: "Why it is so.", slot: |layer| Slot::Name(&mut layer.reason) },
        Opt { key: "review", help: "The day by which somebody looks at it again.", slot: |layer| Slot::Moment(&mut layer.review) },
        Opt {
            key: "groups",
            help: "Groups it is for, with sites those that are called so there. Without it: all.",
            slot: |layer| Slot::Names(&mut layer.groups),
        },
        Opt {
            key: "sites",
            help: "Sites it is for, such as \"leeds\" or \"west-*\". Without it: all, and the groups of the settings themselves.",
            slot: |layer| Slot::Names(&mut layer.sites),
        },
        Opt {
            key: "persons",
            help: "For level = \"person\": for whom, by the names that they sign in with, in any case of letters.",
            slot: |layer| Slot::Names(&mut layer.persons),
        },
        Opt {
            key: "never_loosen",
            help: "Categories that are closed and that no rule, no release and no unlock opens.",
            slot: |layer| Slot::Names(&mut layer.never_loosen),
        },
        Opt {
            key: "block",
            help: "Categories that are closed; no lower layer and no rule of the site opens them.",
            slot: |layer| Slot::Names(&mut layer.block),
        },
        Opt {
            key: "warn",
            help: "Categories that ask people to think first, where they are not closed.",
            slot: |layer| Slot::Names(&mut layer.warn),
        },
        Opt {
            key: "block_hosts",
            help: "Addresses that are closed for good: hosts (with all below them), or hosts with a path.",
            slot: |layer| Slot::Names(&mut layer.block_hosts),
        },
        Opt {
            key: "quota",
            help: "The most that a person has of each day, as in a group: the smallest counts.",
            slot: |layer| Slot::QuotaByName(&mut layer.quota),
        },
        Opt {
            key: "predicted",
            help: "The least that happens to names that look like a category, as in a group; never more than the category itself does.",
            slot: |layer| Slot::PredictedByName(&mut layer.predicted),
        },
        Opt {
            key: "files",
            help: "Kinds and sizes of files that are closed; a group may close more.",
            slot: |layer| Slot::Table(&mut layer.files),
        },
        Opt { key: "aup", help: "Clauses of the agreement.", slot: |layer| Slot::Table(&mut layer.agreement) },
        Opt { key: "safe_search", help: "Every group has restricted search.", slot: |layer| Slot::FlagAt(&mut layer.least.safe_search) },
        Opt {
            key: "search_engines",
            help: "\"restricted-only\": search engines without a restricted form are closed.",
            slot: |layer| Slot::Choice(&mut layer.least.search_engines),
        },
        Opt { key: "youtube", help: "YouTube is restricted at least so far.", slot: |layer| Slot::Choice(&mut layer.least.youtube) },
        Opt { key: "https", help: "At least so much HTTPS is opened and read.", slot: |layer| Slot::Choice(&mut layer.least.https) },
        Opt { key: "log", help: "The log keeps at least so much.", slot: |layer| Slot::Choice(&mut layer.least.log) },
        Opt {
            key: "bare_addresses",
            help: "\"block\": addresses are names, never numbers.",
            slot: |layer| Slot::Choice(&mut layer.least.bare_addresses),
        },
        Opt { key: "tunnels", help: "Tunnels carry at most this.", slot: |layer| Slot::Choice(&mut layer.least.tunnels) },
        Opt {
            key: "hidden_pages",
            help: "\"block-host\": a tunnel to a host with single listed pages is refused.",
            slot: |layer| Slot::Choice(&mut layer.least.hidden_pages),
        },
    ];
}
