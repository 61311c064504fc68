//! `[incidents]`, `[alerts]` and `[mail]` as they are checked.

use super::flowchart::Flowchart;
use crate::model::{Severity, Theme};
use crate::policy::WeeklyHours;
use crate::record::EventKind;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentSettings {
    /// What is done, and who is told.
    pub flowchart: Arc<Flowchart>,
    /// What the same person asks for again within this time belongs to the same incident.
    pub merge: Duration,
    /// For how long an incident is kept after it was closed.
    pub keep: Duration,
}

impl Default for IncidentSettings {
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self { flowchart: Arc::default(), merge: Duration::from_secs(DAY), keep: Duration::from_secs(2192 * DAY) }
    }
}

/// When people are told, and who.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSettings {
    /// What is told. There is always one for statutory lists.
    pub rules: Vec<AlertRule>,
    /// When letters wait, but for those of the gravest alerts; no window: never.
    pub quiet: WeeklyHours,
    /// What nobody has acknowledged within this time goes to [`AlertSettings::escalate_to`] as well.
    pub escalate_after: Duration,
    /// Names of recipients.
    pub escalate_to: Vec<String>,
    /// Equal ones within this time are one with a count.
    pub merge: Duration,
    /// Names of recipients of the weekly digest.
    pub digest_to: Vec<String>,
    /// From how many devices in a day on the console names somebody.
    pub many_devices: usize,
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRule {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub theme: Theme,
    /// How grave.
    pub severity: Severity,
    /// Requests in one of these categories.
    pub categories: Vec<String>,
    /// Searches with one of these words in them, in small letters.
    pub terms: Vec<String>,
    /// Events of these kinds.
    pub events: Vec<EventKind>,
    /// Requests for addresses on a statutory list.
    pub statutory: bool,
    /// Names of recipients of letters.
    pub to: Vec<String>,
}

/// Categories behind which somebody may need help.
const HELP: [&str; 5] = ["suicide-promotion", "self-harm", "eating-disorders", "intimate-image-abuse", "coercive-control"];
/// Ways round the filter.
const ROUND: [&str; 3] = ["proxy-avoidance", "vpn", "residential-proxies"];
/// Searches of which somebody has to hear at once.
const TERMS: [&str; 8] =
    ["kill myself", "how to die", "end my life", "suicide", "self harm", "hurt myself", "make a bomb", "school shooting"];
/// What happens to the filter itself.
const HEALTH: [EventKind; 6] =
    [EventKind::ListAlarm, EventKind::ReloadFailed, EventKind::Gap, EventKind::Unclosed, EventKind::RestrictedName, EventKind::MailFailed];

impl AlertRule {
    fn built_in(name: &str, theme: Theme, severity: Severity) -> Self {
        Self {
            name: name.to_owned(),
            theme,
            severity,
            categories: Vec::new(),
            terms: Vec::new(),
            events: Vec::new(),
            statutory: false,
            to: Vec::new(),
        }
    }

    /// Addresses on statutory lists: the rule that is always there.
    #[must_use]
    pub fn statutory(to: Vec<String>) -> Self {
        Self { statutory: true, to, ..Self::built_in("statutory", Theme::Statutory, Severity::GRAVE) }
    }

    /// Those that are built in.
    #[must_use]
    pub fn defaults() -> Vec<Self> {
        let [low, middle, grave] = Severity::ALL;
        let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect();
        vec![
            Self::statutory(Vec::new()),
            Self { categories: words(&HELP), ..Self::built_in("help", Theme::Help, grave) },
            Self { terms: words(&TERMS), ..Self::built_in("searches", Theme::Search, grave) },
            Self { categories: words(&ROUND), ..Self::built_in("round-the-filter", Theme::Circumvention, low) },
            Self { events: HEALTH.into(), ..Self::built_in("filter-health", Theme::FilterHealth, middle) },
        ]
    }
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self {
            rules: AlertRule::defaults(),
            quiet: WeeklyHours::default(),
            escalate_after: Duration::from_secs(3600),
            escalate_to: Vec::new(),
            merge: Duration::from_secs(3600),
            digest_to: Vec::new(),
            many_devices: 4,
        }
    }
}

/// How letters leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// The server's name or address.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: MailSecurity,
    /// The name to sign in with; empty: nobody signs in.
    pub user: String,
    /// The file of the password.
    pub secret_file: PathBuf,
    /// Who writes.
    pub from: String,
    /// A file of further trust roots; empty: there is none.
    pub roots: PathBuf,
    /// Addresses by the name of a recipient. Nobody else is ever written to.
    pub recipients: BTreeMap<String, Vec<String>>,
}

/// How a connection to a mail server is secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailSecurity {
    /// It begins in the clear and must be taken up to TLS before anything else is said.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None: on this machine only.
    Plain,
}
