//! `[lists]` and `[[lists.source]]`: lists of addresses.

use super::fetch::{EVERY, PATIENCE, RawFetch, SIZE};
use super::names::RawNames;
use super::new_domains::LEARN;
use crate::config::list_settings::{ListSettings, MatchStyle};
use crate::config::section::{Opt, Section};
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use crate::lists::ListKind;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// Lists, before their sources are checked.
#[derive(Default)]
pub(in crate::config) struct RawLists {
    pub(in crate::config) plain: ListSettings,
    pub(in crate::config) names: RawNames,
    pub(in crate::config) sources: Vec<At<RawSource>>,
}

/// One source, as written.
#[derive(Default)]
pub(in crate::config) struct RawSource {
    pub(in crate::config) name: Option<At<String>>,
    pub(in crate::config) kind: Option<At<ListKind>>,
    pub(in crate::config) category: Option<At<String>>,
    pub(in crate::config) format: Option<At<RawFormat>>,
    pub(in crate::config) column: Option<At<String>>,
    pub(in crate::config) kind_column: Option<At<String>>,
    pub(in crate::config) entries: Option<At<String>>,
    pub(in crate::config) address: Option<At<String>>,
    pub(in crate::config) entry_kind: Option<At<String>>,
    pub(in crate::config) path: Option<At<String>>,
    pub(in crate::config) demonstration: bool,
    pub(in crate::config) style: RawMatch,
    pub(in crate::config) strict: bool,
    pub(in crate::config) canary: Option<At<String>>,
    pub(in crate::config) fetch: RawFetch,
    pub(in crate::config) map: Option<At<String>>,
    pub(in crate::config) categories: Vec<(At<String>, Vec<At<String>>)>,
    pub(in crate::config) watch: Option<At<bool>>,
    pub(in crate::config) stale_after: Option<At<Duration>>,
}

/// What an entry covers, as written.
pub(in crate::config) type RawMatch = Option<At<MatchStyle>>;

/// How a source is written, without its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum RawFormat {
    Ut1,
    Domains,
    Hosts,
    Urls,
    Adblock,
    Rpz,
    Csv,
    Json,
    Lines,
}

impl Words for RawFormat {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("ut1", Self::Ut1),
        ("domains", Self::Domains),
        ("hosts", Self::Hosts),
        ("urls", Self::Urls),
        ("adblock", Self::Adblock),
        ("rpz", Self::Rpz),
        ("csv", Self::Csv),
        ("json", Self::Json),
        ("lines", Self::Lines),
    ];
}

impl Words for ListKind {
    const WORDS: &'static [(&'static str, Self)] = &[("category", Self::Category), ("statutory", Self::Statutory)];
}

impl Words for MatchStyle {
    const WORDS: &'static [(&'static str, Self)] = &[("below", Self::Below), ("exact", Self::Exact)];
}

impl Section for RawLists {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "folder", help: "Folder of compiled lists and of their key.", slot: |lists| Slot::Path(&mut lists.plain.folder) },
        Opt {
            key: "max_bad_share",
            help: "Share of bad lines above which a new version of a list is not taken.",
            slot: |lists| Slot::Share(&mut lists.plain.max_bad_share),
        },
        Opt {
            key: "max_shrink",
            help: "Share of entries that a list may lose between two versions before the new one is held back.",
            slot: |lists| Slot::Share(&mut lists.plain.max_shrink),
        },
        Opt {
            key: "expressions",
            help: "The most regular expressions that all lists together may bring.",
            slot: |lists| Slot::Count(&mut lists.plain.expressions, 0..=100_000),
        },
        LEARN,
        Opt { key: "names", help: "What names look like, learned from the lists.", slot: |lists| Slot::Table(&mut lists.names) },
        Opt { key: "source", help: "The lists.", slot: |lists| Slot::Tables(&mut lists.sources) },
    ];
}

impl Section for RawSource {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "name", help: "Its name.", slot: |source| Slot::Name(&mut source.name) },
        Opt {
            key: "kind",
            help: "Statutory (illegal material, checked first, never shown) or a category that policy acts on. Without it: category.",
            slot: |source| Slot::Choice(&mut source.kind),
        },
        Opt {
            key: "category",
            help: "The category of its entries. Without it: the name of the list; with format ut1 each folder is a category.",
            slot: |source| Slot::Name(&mut source.category),
        },
        Opt {
            key: "format",
            help: "How it is written. ut1: a folder of folders with domains, urls, expressions; lines: one host or URL a line; \
                   csv and json: with a declared place of the address.",
            slot: |source| Slot::Choice(&mut source.format),
        },
        Opt { key: "path", help: "File or folder; \"builtin:NAME\" is a starter list.", slot: |source| Slot::Name(&mut source.path) },
        Opt {
            key: "column",
            help: "csv: column of the address, by its title or its number from 1.",
            slot: |source| Slot::Name(&mut source.column),
        },
        Opt {
            key: "kind_column",
            help: "Statutory csv: column that says whether an entry is a host or a page.",
            slot: |source| Slot::Name(&mut source.kind_column),
        },
        Opt { key: "entries", help: "json: pointer to the array of entries.", slot: |source| Slot::Name(&mut source.entries) },
        Opt { key: "address", help: "json: pointer within an entry to the address.", slot: |source| Slot::Name(&mut source.address) },
        Opt {
            key: "entry_kind",
            help: "json: pointer within an entry to whether it is a host or a page.",
            slot: |source| Slot::Name(&mut source.entry_kind),
        },
        Opt {
            key: "demonstration",
            help: "The entries are made up, for trying things out. It is said at start, on every page and in every record.",
            slot: |source| Slot::Flag(&mut source.demonstration),
        },
        Opt {
            key: "match",
            help: "below: an entry covers what lies below it as well; exact: only itself. Without it: below.",
            slot: |source| Slot::Choice(&mut source.style),
        },
        Opt {
            key: "canary",
            help: "An entry that must always be in the list, such as example.org/test: a version without it is held back.",
            slot: |source| Slot::Name(&mut source.canary),
        },
        Opt {
            key: "map",
            help: "What its categories mean in ours: one of the maps that come with the program (ut1, squidguard, shalla, blocklistproject, \
                   shadowwhisperer). Without it: they keep their names.",
            slot: |source| Slot::Name(&mut source.map),
        },
        Opt {
            key: "categories",
            help: "The same for single categories of the source, over the map: drogue = \"drugs\". \"\" leaves one out.",
            slot: |source| Slot::NamesByName(&mut source.categories),
        },
        Opt { key: "strict", help: "Refuse the whole list for one bad line.", slot: |source| Slot::Flag(&mut source.strict) },
        Opt {
            key: "url",
            help: "Where it is fetched, in place of path: https, or http from this machine.",
            slot: |source| Slot::Name(&mut source.fetch.url),
        },
        Opt {
            key: "every",
            help: "url: how often it is asked for; a statutory list at least every hour. Without it: every hour.",
            slot: |source| Slot::TimeAt(&mut source.fetch.every, EVERY),
        },
        Opt {
            key: "inside",
            help: "url: which files of an archive are wanted, such as \"ut1/*/domains\". Without it: what the format can use.",
            slot: |source| Slot::Name(&mut source.fetch.inside),
        },
        Opt { key: "sha256", help: "url: the SHA-256 that the file must have.", slot: |source| Slot::Name(&mut source.fetch.sha256) },
        Opt {
            key: "sha256_url",
            help: "url: where the SHA-256 of the file stands.",
            slot: |source| Slot::Name(&mut source.fetch.sha256_url),
        },
        Opt {
            key: "minisign_key",
            help: "url: the publisher's minisign key: a file without a good signature, or an older one, is not taken.",
            slot: |source| Slot::Name(&mut source.fetch.minisign_key),
        },
        Opt {
            key: "ed25519_key",
            help: "url: the publisher's bare Ed25519 key, in base64 or hex, for a signature of 64 bytes or its base64.",
            slot: |source| Slot::Name(&mut source.fetch.ed25519_key),
        },
        Opt {
            key: "signature_url",
            help: "url: where the signature is. Without it: beside the file, with .minisig or .sig added.",
            slot: |source| Slot::Name(&mut source.fetch.signature_url),
        },
        Opt {
            key: "user_file",
            help: "url: a file with name:password for the server, mode 0600.",
            slot: |source| Slot::Name(&mut source.fetch.user_file),
        },
        Opt {
            key: "token_file",
            help: "url: a file with a bearer token for the server, mode 0600.",
            slot: |source| Slot::Name(&mut source.fetch.token_file),
        },
        Opt {
            key: "plain_http",
            help: "url: it may be fetched in clear from another machine: whoever is in between can then change the list.",
            slot: |source| Slot::FlagAt(&mut source.fetch.plain_http),
        },
        Opt {
            key: "private",
            help: "url: it may be fetched from a private address.",
            slot: |source| Slot::FlagAt(&mut source.fetch.private),
        },
        Opt {
            key: "max_size",
            help: "url: the most bytes that are fetched.",
            slot: |source| Slot::LongSize(&mut source.fetch.bounds.size, SIZE),
        },
        Opt {
            key: "max_expanded",
            help: "url: the most bytes that an archive may become.",
            slot: |source| Slot::LongSize(&mut source.fetch.bounds.expanded, SIZE),
        },
        Opt {
            key: "timeout",
            help: "url: how long a fetch may take.",
            slot: |source| Slot::Time(&mut source.fetch.bounds.whole, PATIENCE),
        },
        Opt {
            key: "idle_timeout",
            help: "url: how long nothing may come.",
            slot: |source| Slot::Time(&mut source.fetch.bounds.idle, PATIENCE),
        },
        Opt {
            key: "watch",
            help: "Take a change of the file within two seconds, without a reload. For files of up to 10,000 lines.",
            slot: |source| Slot::FlagAt(&mut source.watch),
        },
        Opt {
            key: "stale_after",
            help: "Age at which somebody is told that a category list is old. A statutory list is told of after 13h, and again after 26h.",
            slot: |source| Slot::TimeAt(&mut source.stale_after, HOUR..=HOUR * 24 * 3650),
        },
    ];
}
