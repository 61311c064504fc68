//! What the settings mean: the value that `app.rs` builds the running system from.
//!
//! Everything in here has been checked; nothing in here can switch a statutory list off (standards V2).

use super::accredit::AccreditSettings;
use super::follow::Follow;
use super::incidents::{AlertSettings, IncidentSettings, MailSettings};
use super::list_settings::ListSettings;
use super::organisation::{LocalSignIn, OidcSettings};
use super::reviews::ReviewSettings;
use super::shells::{Door, HttpsSettings, LogSettings, ProxySettings};
use super::sign_in::SignInSettings;
use crate::policy::{Contact, Rules};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where this is and whom to ask.
    pub site: Site,
    /// The proxy.
    pub proxy: ProxySettings,
    /// Opened HTTPS.
    pub https: HttpsSettings,
    /// How people sign in.
    pub sign_in: SignInSettings,
    /// The proxy's own pages.
    pub pages: PageSettings,
    /// Who may read the log, in words for people.
    pub notice: Vec<Box<str>>,
    /// Console, health and metrics.
    pub admin: AdminSettings,
    /// The forensic log.
    pub log: LogSettings,
    /// Lists of addresses.
    pub lists: ListSettings,
    /// Other installations whose closures count here.
    pub follow: Vec<Follow>,
    /// Groups and their rules.
    pub policy: Rules,
    /// For trials in a laboratory: serve although no statutory list is loaded. Loud at start, and every record is marked.
    pub lab_without_statutory: bool,
    /// Checks that show what the filter does.
    pub accredit: AccreditSettings,
    /// Incidents on the console.
    pub incidents: IncidentSettings,
    /// What people are told of, and who.
    pub alerts: AlertSettings,
    /// How letters leave; `None`: they do not.
    pub mail: Option<MailSettings>,
    /// How often people look again at what was decided.
    pub reviews: ReviewSettings,
    /// Messages to the operator.
    pub telemetry: TelemetrySettings,
}

/// Where this is and whom to ask.
#[derive(Clone, Debug)]
pub struct Site {
    /// The site's name, on pages and in records.
    pub name: String,
    /// This node's name, in records and in the `Via` field.
    pub node: String,
    /// Whom people may ask.
    pub contact: Contact,
    /// The site's time zone; hours are read in it.
    pub time_zone: TimeZone,
}

/// The proxy's own pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSettings {
    /// The folder of the operator's own templates; empty: there is none.
    pub folder: PathBuf,
    /// The templates that were read from it: file name to content. A page that is not among them is the built-in one.
    pub templates: BTreeMap<String, String>,
    /// May people look up what was last blocked for their address?
    pub why: bool,
}

impl Default for PageSettings {
    fn default() -> Self {
        Self { folder: PathBuf::new(), templates: BTreeMap::new(), why: true }
    }
}

/// Console, health and metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminSettings {
    /// Where it listens; loopback until the operator says otherwise.
    pub listen: SocketAddr,
    /// Further names under which it may be asked for.
    pub names: Vec<String>,
    /// Folder of its accounts and sessions; empty: `console` beside the folder of the log.
    pub folder: PathBuf,
    /// A front on this machine ends TLS.
    pub behind_tls: bool,
    /// The console speaks TLS itself, with this certificate.
    pub door: Option<Door>,
    /// In which language.
    pub language: ConsoleLanguage,
    /// Changes of policy on the console need a second person.
    pub approve_policy: bool,
    /// How many people it takes to see a name.
    pub reveal: Reveal,
    /// Who may come in with a password of the console's own.
    pub local: LocalSignIn,
    /// The organisation's sign-in service; `None`: there is none.
    pub oidc: Option<OidcSettings>,
    /// What may leave the console, and for whom.
    pub handing_out: super::HandingOut,
}

/// How many people it takes to see the name behind a pseudonym.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reveal {
    /// Whoever may see names says why.
    #[default]
    One,
    /// A second person who may see names agrees first.
    Two,
}

/// The language of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConsoleLanguage {
    /// The one that the browser asks for.
    #[default]
    Browser,
    /// English.
    English,
    /// Welsh.
    Welsh,
}

/// How much the process tells the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Faults only.
    Error,
    /// Faults and what may become one.
    Warn,
    /// And what an operator wants to know.
    Info,
    /// And what a developer wants to know.
    Debug,
    /// Everything.
    Trace,
}

/// Messages to the operator, on standard error.
#[derive(Clone, Copy, Debug)]
pub struct TelemetrySettings {
    /// The least important message that is shown.
    pub level: LogLevel,
    /// One JSON object a line instead of text.
    pub json: bool,
}

impl Default for Site {
    fn default() -> Self {
        Self { name: "This site".into(), node: "lifeguard".into(), contact: Contact::default(), time_zone: TimeZone::UTC }
    }
}

impl Default for AdminSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8642)),
            names: Vec::new(),
            folder: PathBuf::new(),
            behind_tls: false,
            door: None,
            language: ConsoleLanguage::Browser,
            approve_policy: false,
            reveal: Reveal::One,
            local: LocalSignIn::Everybody,
            oidc: None,
            handing_out: super::HandingOut::default(),
        }
    }
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self { level: LogLevel::Info, json: false }
    }
}

impl LogLevel {
    /// The word for it, which is also what the tracing filter reads.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}
