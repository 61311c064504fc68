//! Lifeguard: a filtering forward proxy for places where children and the public use the internet.
//!
//! This page is the map of the house. Architecture in more words stands in [`manual`]; what users need stands in the README.
//!
//! # Rooms
//!
//! ```text
//! main.rs       arguments in, exit code out
//! app           assembly: checked settings -> running system; the only file that knows every room
//! ports         doors out of the core: Clock, LogStore, with doubles for tests
//! engine        Engine{lists, policy, generation}; Engine::judge = match + decide: the one way to a verdict
//!
//!  nouns        (no I/O, no rules)
//! model         ids, categories and their taxonomy, subject, the closed list of reasons, time as a value
//!
//!  pure core    (no tokio, no files, no clock)
//! canon         raw bytes of an address -> CanonicalUrl with every form to look up, or a located refusal
//! lists         the list compiler: text in many formats -> one immutable, checksummed ListImage; located faults; diff
//! matcher       ListImage + CanonicalUrl -> Hits; no allocation on a miss
//! policy        groups and rules; judge() -> Allow(Permit) | Warn | Refuse; the same function explains
//! accredit      criteria as data, what checks found and may be said of it; report, form, plan; the spellings that suites try
//! credential    passwords, one-time codes, secrets shown once, and how often somebody may be wrong
//! record        log entry, codec, frames, hash chain, retention arithmetic, folding for sealed segments
//!
//!  settings
//! config        text -> checked settings, or every fault at once with file:line:column; presets; policy tests
//!
//!  shells       (I/O lives here; they never import one another, but for identity, which only proxy uses)
//! identity      who is asking: address range, listener, what a trusted peer states; people who sign in, tickets, a directory, cards, the network
//! proxy         listen, doors, strict gate, streams, handle, forward, tunnel, intercept, upstream, pages, own, rescue
//! store         the forensic log on disk: writer, segments, sealing, index, recovery, search, verify, sweep, holds, export
//! feeds         opens list files, fetches lists and proves them, compiles, keeps the last good image and the installation key
//! admin         the console: status, coverage, proxy settings of browsers; health, readiness, metrics; behind one door: set-up,
//!               sign-in, roles, people with access, and what was done there
//! mail          letters, by SMTP, to the server and the recipients of the settings
//! telemetry     metrics with names as types; tracing for operators
//!
//!  top
//! cli           one command per file
//! manual        doc-only modules: accreditation, actions, agreement, asking (for auditors), categories, console, consortium, flow, people, decisions, https, names, organisation, origins, durability, custody, bypasses, formats, standards, runbook
//! ```
//!
//! # Arrows
//!
//! `model` <- `canon` <- `lists` <- `matcher` <- `policy` <- `engine`; `record` <- `model`; `credential` <- `record`; `ports` <- `model`, `record`;
//! `config` <- the pure rooms. Shells use `model`, `ports`, `config`, `telemetry` and the pure rooms they need; they meet
//! only in `app`. `tests/house/layers.rs` reads `src/` and fails on any other arrow, and on tokio, files, clocks or the
//! environment inside a pure room.
//!
//! # The life of a request
//!
//! One screen: `proxy::handle`. A place in the log is taken, the sender is named, the address is read in one way or
//! refused, [`engine::Engine::judge`] decides, the record is with the kernel, and only then does `forward` take the
//! [`policy::Permit`], by value: no permit, no road out. [`manual::flow`] tells it in full.

pub mod accredit;
pub mod admin;
pub mod app;
pub mod canon;
pub mod cli;
pub mod config;
pub mod credential;
pub mod engine;
pub mod feeds;
pub mod identity;
pub mod lists;
pub mod mail;
pub mod manual;
pub mod matcher;
pub mod model;
pub mod policy;
pub mod ports;
pub mod proxy;
pub mod record;
pub mod store;
pub mod telemetry;
