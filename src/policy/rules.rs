//! What the operator wrote, checked: groups, local rules, help lines, keywords, words for categories, tests.
//!
//! Plain data. It names categories by text; [`super::PolicySet`] ties it to one list image by number.
//! Must never say anything about statutory lists: there is no setting that reaches them (standards V2).

use super::accounts::{Accounts, OwnAccounts, OwnService};
use super::agreement::AgreementRules;
use super::engines::SearchEngines;
use super::files::Files;
use super::hours::WeeklyHours;
use super::https::{HttpsMode, Sealed};
use super::layer::Layer;
use super::new_domains::NewDomains;
use super::predicted::Predicted;
use super::quota::Quota;
use super::safe::YouTube;
use super::sites::{SITE_MARK, Site};
use crate::model::{GroupId, LogDetail, Reason, Risk, Timestamp, VerdictKind};
use ipnet::IpNet;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that policy needs to know, apart from the lists.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The site's time zone, for hours.
    pub zone: TimeZone,
    /// Groups; the position is the [`GroupId`]. Those of sites follow those of the settings themselves, site by site.
    pub groups: Vec<Group>,
    /// Sites with groups of their own, where one process serves several.
    pub sites: Vec<Site>,
    /// The layers over the groups.
    pub layers: Vec<Layer>,
    /// The agreement of the place.
    pub agreement: AgreementRules,
    /// The group of everybody whom no range and no listener places.
    pub strictest: GroupId,
    /// Ports that tunnels may ask for; empty means any.
    pub connect_ports: Vec<u16>,
    /// Addresses allowed or blocked by this site.
    pub local: Vec<LocalRule>,
    /// Help lines that nothing but a statutory list blocks: ours first, then the operator's.
    pub help_lines: Vec<HelpLine>,
    /// What stays sealed although a group opens HTTPS.
    pub sealed: Sealed,
    /// Services that the operator added to the table of those that restrict accounts.
    pub services: Vec<OwnService>,
    /// Rules on words in addresses.
    pub keywords: Vec<KeywordRule>,
    /// Words for people, by category name. Categories that are not here are shown by their name.
    pub category_words: BTreeMap<Arc<str>, CategoryWords>,
    /// The operator's own tests.
    pub tests: Vec<PolicyTest>,
    /// Version of the policy: the start of the settings' SHA-256 as text.
    pub version: Arc<str>,
}

/// What happens to an address in a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It is open.
    Allow,
    /// The person is asked to think first.
    Warn,
    /// It is closed.
    Block,
}

/// What applies where no rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultAction {
    /// Open.
    Allow,
    /// Closed: only addresses that are allowed by name are open.
    Block,
}

/// What a tunnel may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TunnelContents {
    /// TLS only (rule R8's strict profile).
    Tls,
    /// TLS or plain HTTP/1.1.
    TlsOrHttp,
    /// Anything.
    Anything,
}

/// What happens to a tunnel whose host has single listed pages, which the tunnel hides (standards U20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HiddenPages {
    /// Let it pass and mark the record as a gap in coverage.
    Record,
    /// Block the whole host, which blocks too much.
    BlockHost,
}

/// One group of people.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its short name, as records and commands use it.
    pub name: Arc<str>,
    /// Its name in words, for people.
    pub title: Arc<str>,
    /// Client addresses that belong to it. The longest match over all groups decides.
    pub networks: Vec<IpNet>,
    /// What applies where no rule does.
    pub default: DefaultAction,
    /// What happens to addresses in each category. A category that is not here does nothing.
    /// Groups that do the same share one table.
    pub categories: Arc<BTreeMap<Arc<str>, Action>>,
    /// When the group may use the internet.
    pub hours: WeeklyHours,
    /// Categories that are open at these hours only, whatever their action says outside of "allow".
    pub category_hours: BTreeMap<Arc<str>, WeeklyHours>,
    /// A person's share of each day, by category, or of everything under [`super::EVERYTHING`].
    pub quota: BTreeMap<Arc<str>, Quota>,
    /// What happens to hosts that no list knows and whose names look like a category; one that is not here does nothing.
    pub predicted: BTreeMap<Arc<str>, Predicted>,
    /// May addresses be numbers instead of names? (Rule R8.)
    pub bare_addresses: bool,
    /// Methods that are open; `None` means all.
    pub methods: Option<Vec<Box<[u8]>>>,
    /// What tunnels may carry.
    pub tunnels: TunnelContents,
    /// How much of its HTTPS is opened and read.
    pub https: HttpsMode,
    /// Hosts that are opened for it in [`HttpsMode::Selective`], each with everything below it.
    pub opened: Vec<Arc<str>>,
    /// Are search engines led to their restricted form?
    pub safe_search: bool,
    /// Which search engines are open to it.
    pub search_engines: SearchEngines,
    /// How far YouTube is restricted.
    pub youtube: YouTube,
    /// Which accounts people may sign in with at large services.
    pub accounts: Accounts,
    /// The same at services that the operator added.
    pub own_accounts: OwnAccounts,
    /// What happens when a tunnel hides listed pages.
    pub hidden_pages: HiddenPages,
    /// What happens to domains that are new here.
    pub new_domains: NewDomains,
    /// How much of what should be open it may block by mistake, in per cent.
    pub overblock_budget: Option<f64>,
    /// May pages say to it in which category an address is?
    pub show_category: bool,
    /// Kinds and sizes of files that are closed to it.
    pub files: Files,
    /// How much of its requests the log keeps.
    pub log: LogDetail,
    /// Whom to ask, where it is not the site's own contact.
    pub contact: Option<Contact>,
}

/// Whom to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// A person or a role.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Web address.
    pub web: String,
}

/// What a local rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalAction {
    /// Opens the addresses.
    Allow,
    /// Closes the addresses.
    Block,
}

impl Group {
    /// Its name without its site's.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name.rsplit_once(SITE_MARK).map_or(&*self.name, |(_, short)| short)
    }
}

impl LocalAction {
    /// The start of its name as a layer.
    pub(super) const fn layer_word(self) -> &'static str {
        match self {
            Self::Allow => "local allow by ",
            Self::Block => "local block by ",
        }
    }
}

/// A site's own decision about addresses: who made it, why and until when (standards A10).
#[derive(Clone, Debug)]
pub struct LocalRule {
    /// Opens or closes.
    pub action: LocalAction,
    /// Host names or host names with a path, as written.
    pub addresses: Vec<Arc<str>>,
    /// Who decided.
    pub author: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// The first moment at which it no longer applies.
    pub expires: Option<Timestamp>,
    /// Groups it applies to; empty means all.
    pub groups: Vec<GroupId>,
}

/// A help line (standards AB9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpLine {
    /// Host name (with all its subdomains), or host name and path. Empty when the line has no web address.
    pub address: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Telephone number, or whatever else to dial or text; may be empty.
    pub phone: Arc<str>,
    /// What it is for, in plain words.
    pub words: Arc<str>,
    /// Shown on block pages.
    pub on_pages: bool,
    /// The operator wrote it: what a layer closes, it does not open.
    pub added: bool,
}

/// A rule on words in addresses.
#[derive(Clone, Debug)]
pub struct KeywordRule {
    /// Its name.
    pub name: Arc<str>,
    /// Block or warn.
    pub action: Action,
    /// Whole words or phrases, any case.
    pub words: Vec<Arc<str>>,
    /// Regular expressions over the canonical address, any case.
    pub expressions: Vec<Arc<str>>,
    /// Groups it applies to; empty means all.
    pub groups: Vec<GroupId>,
}

/// A category in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryWords {
    /// A short title, such as "Gambling".
    pub title: Arc<str>,
    /// One sentence.
    pub words: Arc<str>,
    /// Which risk it belongs to.
    pub risk: Risk,
    /// May a page say it to whoever was refused? Some would shame who reads them.
    pub shown: bool,
}

/// A test that the operator wrote into the settings.
#[derive(Clone, Debug)]
pub struct PolicyTest {
    /// The group that asks.
    pub group: GroupId,
    /// The address, as a person would write it.
    pub url: Arc<str>,
    /// When; the present moment where it is not given.
    pub at: Option<Timestamp>,
    /// Method; `GET` where it is not given.
    pub method: Arc<str>,
    /// What must come out.
    pub expect: VerdictKind,
    /// And why, where given.
    pub reason: Option<Reason>,
    /// Where it stands, `file:line:column`, for messages.
    pub place: Arc<str>,
}
