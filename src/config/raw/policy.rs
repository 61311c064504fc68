//! Groups, rules, help lines, keywords, words for categories, tests.

use super::{RawAccounts, RawFiles, RawNewDomains, new_domains};
use crate::config::moment::Written;
use crate::config::predicted::RawPredicted;
use crate::config::section::{Opt, Section};
use crate::config::slot::{RawHours, Slot, Words};
use crate::config::source::At;
use crate::model::{LogDetail, Risk, VerdictKind};
use crate::policy::{Action, Contact, DefaultAction, HiddenPages, HttpsMode, Quota, SearchEngines, TunnelContents, YouTube};
use ipnet::IpNet;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

/// `[categories.NAME]`.
#[derive(Default)]
pub(in crate::config) struct RawCategory {
    pub(in crate::config) title: Option<At<String>>,
    pub(in crate::config) words: Option<At<String>>,
    pub(in crate::config) risk: Option<At<Risk>>,
    pub(in crate::config) show_category: Option<bool>,
}

/// What groups and presets have in common.
#[derive(Default, Clone)]
pub(in crate::config) struct RawPreset {
    pub(in crate::config) default: Option<At<DefaultAction>>,
    pub(in crate::config) allow: Vec<At<String>>,
    pub(in crate::config) warn: Vec<At<String>>,
    pub(in crate::config) block: Vec<At<String>>,
    pub(in crate::config) hours: Option<RawHours>,
    pub(in crate::config) category_hours: Vec<(At<String>, RawHours)>,
    pub(in crate::config) quota: Vec<(At<String>, Quota)>,
    pub(in crate::config) predicted: RawPredicted,
    pub(in crate::config) bare_addresses: Option<At<BareAddresses>>,
    pub(in crate::config) methods: Vec<At<String>>,
    pub(in crate::config) tunnels: Option<At<TunnelContents>>,
    pub(in crate::config) hidden_pages: Option<At<HiddenPages>>,
    pub(in crate::config) https: Option<At<HttpsMode>>,
    pub(in crate::config) open_hosts: Vec<At<String>>,
    pub(in crate::config) safe_search: Option<At<bool>>,
    pub(in crate::config) search_engines: Option<At<SearchEngines>>,
    pub(in crate::config) youtube: Option<At<YouTube>>,
    pub(in crate::config) files: RawFiles,
    pub(in crate::config) new: RawNewDomains,
    pub(in crate::config) show_category: Option<At<bool>>,
}

/// `[[group]]`.
#[derive(Default)]
pub(in crate::config) struct RawGroup {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) title: Option<At<String>>,
    pub(in crate::config) networks: Vec<At<IpNet>>,
    pub(in crate::config) overrides: Vec<At<String>>,
    pub(in crate::config) listen: Vec<At<SocketAddr>>,
    pub(in crate::config) preset: Option<At<String>>,
    pub(in crate::config) own: RawPreset,
    pub(in crate::config) log: Option<At<LogDetail>>,
    pub(in crate::config) log_keep: Option<At<Duration>>,
    pub(in crate::config) contact: Contact,
    pub(in crate::config) accounts: RawAccounts,
}

/// `[[rule]]`.
#[derive(Default)]
pub(in crate::config) struct RawRule {
    pub(in crate::config) allow: Vec<At<String>>,
    pub(in crate::config) block: Vec<At<String>>,
    pub(in crate::config) author: Option<At<String>>,
    pub(in crate::config) reason: Option<At<String>>,
    pub(in crate::config) expires: Option<At<Written>>,
    pub(in crate::config) groups: Vec<At<String>>,
}

/// `[[help_line]]`.
#[derive(Default)]
pub(in crate::config) struct RawHelpLine {
    pub(in crate::config) address: Option<At<String>>,
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) phone: String,
    pub(in crate::config) words: String,
    pub(in crate::config) on_pages: Option<bool>,
}

/// `[[keyword]]`.
#[derive(Default)]
pub(in crate::config) struct RawKeyword {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) action: Option<At<KeywordAction>>,
    pub(in crate::config) words: Vec<At<String>>,
    pub(in crate::config) expressions: Vec<At<String>>,
    pub(in crate::config) groups: Vec<At<String>>,
}

/// `[[test]]`.
#[derive(Default)]
pub(in crate::config) struct RawTest {
    pub(in crate::config) group: Option<At<String>>,
    pub(in crate::config) url: Option<At<String>>,
    pub(in crate::config) at: Option<At<Written>>,
    pub(in crate::config) method: Option<At<String>>,
    pub(in crate::config) expect: Option<At<VerdictKind>>,
    pub(in crate::config) reason: Option<At<String>>,
}

/// May addresses be numbers?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum BareAddresses {
    Allow,
    Block,
}

/// What a keyword rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) struct KeywordAction(pub(in crate::config) Action);

impl Words for BareAddresses {
    const WORDS: &'static [(&'static str, Self)] = &[("allow", Self::Allow), ("block", Self::Block)];
}

impl Words for KeywordAction {
    const WORDS: &'static [(&'static str, Self)] = &[("block", Self(Action::Block)), ("warn", Self(Action::Warn))];
}

impl Words for LogDetail {
    const WORDS: &'static [(&'static str, Self)] = &[
        (Self::Full.code(), Self::Full),
        (Self::WithoutUser.code(), Self::WithoutUser),
        (Self::HostOnly.code(), Self::HostOnly),
        (Self::CountsOnly.code(), Self::CountsOnly),
    ];
}

impl Words for DefaultAction {
    const WORDS: &'static [(&'static str, Self)] = &[("allow", Self::Allow), ("block", Self::Block)];
}

impl Words for TunnelContents {
    const WORDS: &'static [(&'static str, Self)] = &[("tls", Self::Tls), ("tls-or-http", Self::TlsOrHttp), ("anything", Self::Anything)];
}

impl Words for HiddenPages {
    const WORDS: &'static [(&'static str, Self)] = &[("record", Self::Record), ("block-host", Self::BlockHost)];
}

impl Words for HttpsMode {
    const WORDS: &'static [(&'static str, Self)] = &[("tunnel", Self::Tunnel), ("selective", Self::Selective), ("full", Self::Full)];
}

impl Words for SearchEngines {
    const WORDS: &'static [(&'static str, Self)] = &[("any", Self::Any), ("restricted-only", Self::RestrictedOnly)];
}

impl Words for YouTube {
    const WORDS: &'static [(&'static str, Self)] = &[("open", Self::Open), ("moderate", Self::Moderate), ("strict", Self::Strict)];
}

impl Words for Risk {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("content", Self::Content),
        ("contact", Self::Contact),
        ("conduct", Self::Conduct),
        ("commerce", Self::Commerce),
        ("none", Self::None),
    ];
}

impl Words for VerdictKind {
    const WORDS: &'static [(&'static str, Self)] =
        &[("allow", Self::Allow), ("warn", Self::Warn), ("block", Self::Block), ("refuse", Self::Refuse)];
}

impl Section for RawCategory {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "title", help: "A short title for people.", slot: |category| Slot::Name(&mut category.title) },
        Opt { key: "words", help: "One sentence for people.", slot: |category| Slot::Name(&mut category.words) },
        Opt { key: "risk", help: "Which risk it belongs to, for reports.", slot: |category| Slot::Choice(&mut category.risk) },
        Opt {
            key: "show_category",
            help: "May pages name it to whoever was refused? false where that would shame who reads it: they then say that this kind of page \
                   is not open. Without it: yes.",
            slot: |category| Slot::OptionalFlag(&mut category.show_category),
        },
    ];
}

impl Section for RawPreset {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "default", help: "What applies where no rule does.", slot: |preset| Slot::Choice(&mut preset.default) },
        Opt { key: "allow", help: "Categories that are open.", slot: |preset| Slot::Names(&mut preset.allow) },
        Opt { key: "warn", help: "Categories that ask people to think first.", slot: |preset| Slot::Names(&mut preset.warn) },
        Opt { key: "block", help: "Categories that are closed.", slot: |preset| Slot::Names(&mut preset.block) },
        Opt {
            key: "hours",
            help: "When the group may use the internet: \"mon-fri 08:00-16:00\", \"22:00-06:00\", with \" in NAME\" or \" outside NAME\" behind it \
                   for the days of a [[term]]. Without it: always.",
            slot: |preset| Slot::Hours(&mut preset.hours),
        },
        Opt {
            key: "category_hours",
            help: "Categories that are open at these hours only, such as games = \"mon-fri 12:00-13:00\".",
            slot: |preset| Slot::HoursByName(&mut preset.category_hours),
        },
        Opt {
            key: "bare_addresses",
            help: "May addresses be numbers instead of names? Without it: no. A rule that allows the number opens it.",
            slot: |preset| Slot::Choice(&mut preset.bare_addresses),
        },
        Opt {
            key: "methods",
            help: "Methods that are open, such as [\"GET\", \"HEAD\"]. Without it: all.",
            slot: |preset| Slot::Names(&mut preset.methods),
        },
        Opt { key: "tunnels", help: "What tunnels may carry. Without it: TLS only.", slot: |preset| Slot::Choice(&mut preset.tunnels) },
        Opt {
            key: "hidden_pages",
            help: "A tunnel to a host with single listed pages: record the gap, or block the host. Without it: record.",
            slot: |preset| Slot::Choice(&mut preset.hidden_pages),
        },
        Opt {
            key: "https",
            help: "How much HTTPS is opened and read: nothing (tunnel), hosts with listed pages, search engines and open_hosts \
                   (selective), or everything that is not sealed (full). Needs `lifeguard ca init`. Without it: tunnel.",
            slot: |preset| Slot::Choice(&mut preset.https),
        },
        Opt {
            key: "open_hosts",
            help: "Hosts that https = \"selective\" opens too, each with everything below it.",
            slot: |preset| Slot::Names(&mut preset.open_hosts),
        },
        Opt {
            key: "safe_search",
            help: "Lead Google, Bing, DuckDuckGo, Brave, Ecosia, Pixabay and Yandex to their restricted search, without opening HTTPS. \
                   Without it: no.",
            slot: |preset| Slot::FlagAt(&mut preset.safe_search),
        },
        Opt {
            key: "search_engines",
            help: "Which search engines are open: any, or those alone that have a restricted form to be led to (restricted-only), so that \
                   Startpage, Qwant, Yahoo and others are blocked. A rule that allows one opens it. Without it: any.",
            slot: |preset| Slot::Choice(&mut preset.search_engines),
        },
        Opt {
            key: "youtube",
            help: "Lead YouTube to its restricted form, without opening HTTPS. Without it: open.",
            slot: |preset| Slot::Choice(&mut preset.youtube),
        },
        Opt {
            key: "quota",
            help: "A person's share of each day, by category: minutes in which it was used, or bytes up and down, such as games = \"30m\", \
                   video = \"200MB\"; \"*\" counts everything. Used up, it is closed until midnight here.",
            slot: |preset| Slot::QuotaByName(&mut preset.quota),
        },
        Opt {
            key: "predicted",
            help: "What happens to hosts that no list knows and whose names look like a category, such as adult = \"block\": block, warn (think \
                   first) or log (the record says so). Never more than the category itself does here. Needs [lists.names]. Without it: nothing.",
            slot: |preset| Slot::PredictedByName(&mut preset.predicted),
        },
        Opt { key: "files", help: "Kinds and sizes of files that are closed.", slot: |preset| Slot::Table(&mut preset.files) },
        new_domains::ACTION,
        new_domains::NEW_FOR,
        new_domains::BUDGET,
        Opt {
            key: "show_category",
            help: "May pages say to the group in which category an address is? false for the youngest, and where it would shame: pages then \
                   say that it is not open, and no more; records and `explain` keep it. Without it: yes, but for [categories].",
            slot: |preset| Slot::FlagAt(&mut preset.show_category),
        },
    ];
}

const LOG_KEEP: RangeInclusive<Duration> = Duration::from_secs(86_400)..=Duration::from_secs(36_525 * 86_400);

impl Section for RawGroup {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Short name, for records and commands.", slot: |group| Slot::Name(&mut group.name) },
        Opt { key: "title", help: "Name for people.", slot: |group| Slot::Name(&mut group.title) },
        Opt { key: "networks", help: "Client addresses of the group.", slot: |group| Slot::Networks(&mut group.networks) },
        Opt {
            key: "overrides",
            help: "Groups whose wider ranges these ranges may lie inside; the narrower range wins.",
            slot: |group| Slot::Names(&mut group.overrides),
        },
        Opt {
            key: "listen",
            help: "Listeners of the group, for clients that lie in no group's range.",
            slot: |group| Slot::SocketList(&mut group.listen),
        },
        Opt {
            key: "preset",
            help: "What the group starts from; its own options come on top.",
            slot: |group| Slot::Name(&mut group.preset),
        },
        Opt {
            key: "log",
            help: "How much of the group's requests is recorded: everything, all but the person, the host alone, or that something was \
                   asked for. Hits of a statutory list are always recorded in full. Without it: full.",
            slot: |group| Slot::Choice(&mut group.log),
        },
        Opt {
            key: "log_keep",
            help: "How long the group's records are kept at least, where it is longer than [log.retention.web_log] says.",
            slot: |group| Slot::TimeAt(&mut group.log_keep, LOG_KEEP),
        },
        Opt { key: "contact", help: "Whom this group may ask.", slot: |group| Slot::Table(&mut group.contact) },
        Opt {
            key: "accounts",
            help: "Which accounts people may sign in with at large services. What clients say of it themselves is taken off.",
            slot: |group| Slot::Table(&mut group.accounts),
        },
        inherited(0, |group| (RawPreset::OPTIONS[0].slot)(&mut group.own)),
        inherited(1, |group| (RawPreset::OPTIONS[1].slot)(&mut group.own)),
        inherited(2, |group| (RawPreset::OPTIONS[2].slot)(&mut group.own)),
        inherited(3, |group| (RawPreset::OPTIONS[3].slot)(&mut group.own)),
        inherited(4, |group| (RawPreset::OPTIONS[4].slot)(&mut group.own)),
        inherited(5, |group| (RawPreset::OPTIONS[5].slot)(&mut group.own)),
        inherited(6, |group| (RawPreset::OPTIONS[6].slot)(&mut group.own)),
        inherited(7, |group| (RawPreset::OPTIONS[7].slot)(&mut group.own)),
        inherited(8, |group| (RawPreset::OPTIONS[8].slot)(&mut group.own)),
        inherited(9, |group| (RawPreset::OPTIONS[9].slot)(&mut group.own)),
        inherited(10, |group| (RawPreset::OPTIONS[10].slot)(&mut group.own)),
        inherited(11, |group| (RawPreset::OPTIONS[11].slot)(&mut group.own)),
        inherited(12, |group| (RawPreset::OPTIONS[12].slot)(&mut group.own)),
        inherited(13, |group| (RawPreset::OPTIONS[13].slot)(&mut group.own)),
        inherited(14, |group| (RawPreset::OPTIONS[14].slot)(&mut group.own)),
        inherited(15, |group| (RawPreset::OPTIONS[15].slot)(&mut group.own)),
        inherited(16, |group| (RawPreset::OPTIONS[16].slot)(&mut group.own)),
        inherited(17, |group| (RawPreset::OPTIONS[17].slot)(&mut group.own)),
        inherited(18, |group| (RawPreset::OPTIONS[18].slot)(&mut group.own)),
        inherited(19, |group| (RawPreset::OPTIONS[19].slot)(&mut group.own)),
        inherited(20, |group| (RawPreset::OPTIONS[20].slot)(&mut group.own)),
        inherited(21, |group| (RawPreset::OPTIONS[21].slot)(&mut group.own)),
    ];
}

const _: () = assert!(RawPreset::OPTIONS.len() == 22, "an option of presets has a line among those of groups");

/// An option of presets that groups have as well, with the same key, help and slot.
const fn inherited(index: usize, slot: fn(&mut RawGroup) -> Slot<'_>) -> Opt<RawGroup> {
    let option = &RawPreset::OPTIONS[index];
    Opt { key: option.key, help: option.help, slot }
}

impl Section for RawRule {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "allow",
            help: "Addresses to open: hosts (with all below them), or hosts with a path.",
            slot: |rule| Slot::Names(&mut rule.allow),
        },
        Opt { key: "block", help: "Addresses to close.", slot: |rule| Slot::Names(&mut rule.block) },
        Opt { key: "author", help: "Who decided.", slot: |rule| Slot::Name(&mut rule.author) },
        Opt { key: "reason", help: "Why.", slot: |rule| Slot::Name(&mut rule.reason) },
        Opt { key: "expires", help: "The last day, or the moment, of the rule.", slot: |rule| Slot::Moment(&mut rule.expires) },
        Opt { key: "groups", help: "Groups it is for. Without it: all.", slot: |rule| Slot::Names(&mut rule.groups) },
    ];
}

impl Section for RawHelpLine {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Its name.", slot: |line| Slot::Name(&mut line.name) },
        Opt { key: "address", help: "Its host; nothing but a statutory list blocks it.", slot: |line| Slot::Name(&mut line.address) },
        Opt { key: "phone", help: "Telephone number.", slot: |line| Slot::Text(&mut line.phone) },
        Opt { key: "words", help: "What it is for.", slot: |line| Slot::Text(&mut line.words) },
        Opt { key: "on_pages", help: "Show it on block pages. Without it: yes.", slot: |line| Slot::OptionalFlag(&mut line.on_pages) },
    ];
}

impl Section for RawKeyword {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Its name.", slot: |rule| Slot::Name(&mut rule.name) },
        Opt { key: "action", help: "What it does. Without it: block.", slot: |rule| Slot::Choice(&mut rule.action) },
        Opt { key: "words", help: "Whole words or phrases, any case.", slot: |rule| Slot::Names(&mut rule.words) },
        Opt {
            key: "expressions",
            help: "Regular expressions over host, path and query, decoded, any case.",
            slot: |rule| Slot::Names(&mut rule.expressions),
        },
        Opt { key: "groups", help: "Groups it is for. Without it: all.", slot: |rule| Slot::Names(&mut rule.groups) },
    ];
}

impl Section for RawTest {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "group", help: "Who asks.", slot: |test| Slot::Name(&mut test.group) },
        Opt {
            key: "url",
            help: "For what. An https address is tested as the proxy sees it: as a tunnel.",
            slot: |test| Slot::Name(&mut test.url),
        },
        Opt { key: "at", help: "When. Without it: Wednesday, 7 January 2026, at noon.", slot: |test| Slot::Moment(&mut test.at) },
        Opt { key: "method", help: "How. Without it: GET.", slot: |test| Slot::Name(&mut test.method) },
        Opt { key: "expect", help: "What must come out.", slot: |test| Slot::Choice(&mut test.expect) },
        Opt { key: "reason", help: "And why: a reason code such as \"category\".", slot: |test| Slot::Name(&mut test.reason) },
    ];
}
