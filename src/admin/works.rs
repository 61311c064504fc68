//! What the console asks of the running system, as a door: assembly stands behind it.

use super::asking::{AskingWorks, FixedAsking};
use super::decision_works::{DecisionWorks, FixedDecisions};
use super::disclosure_works::{DisclosureWorks, FixedDisclosures};
use super::evidence_works::{EvidenceWorks, FixedEvidence};
use super::figure_works::{FigureWorks, FixedFigures};
use super::host_works::{FixedHosts, HostWorks};
use super::job_works::{FixedJobs, JobWorks};
use super::organisation_works::{FixedOrganisation, OrganisationWorks};
use super::policy_works::{FixedPolicy, PolicyWorks};
use super::queue_works::{FixedQueue, QueueWorks};
use super::review_works::{FixedReviews, ReviewWorks};
use super::site_works::SiteWorks;
use super::source_works::{FixedSources, SourceWorks};
use super::status::Status;
use crate::accredit::Standing;
use crate::credential::PasswordHash;
use crate::model::Timestamp;
use crate::record::EventKind;
use jiff::tz::TimeZone;

/// What somebody needs to know who begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// The site's name.
    pub site: String,
    /// Where the proxy listens.
    pub proxies: Vec<String>,
    /// Where browsers get their proxy settings.
    pub pac: String,
    /// The group of clients whom no range places.
    pub group: String,
    /// Its title.
    pub group_title: String,
    /// Presets that there are.
    pub presets: Vec<&'static str>,
    /// Where the settings stand; empty: they are the ones that are built in.
    pub settings: String,
    /// An address that is meant to be blocked, and one that is meant to be open.
    pub samples: [String; 2],
    /// Whom people may ask, by the settings: name, telephone, e-mail, web; those that are there.
    pub support: Vec<String>,
}

/// What would happen to an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The address as it was read; empty where it may not be shown.
    pub address: String,
    /// Is it on a list of illegal material? Then nothing more is said of it.
    pub statutory: bool,
    /// Would it leave?
    pub open: bool,
    /// The verdict's code.
    pub verdict: String,
    /// Why, in words.
    pub words: String,
    /// Layer and rule that decided.
    pub layer: String,
    /// The group.
    pub group: String,
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Its number.
    pub sequence: u64,
    /// When: RFC 3339, UTC.
    pub time: String,
    /// What.
    pub kind: EventKind,
    /// From where.
    pub peer: String,
    /// Its text.
    pub text: String,
}

/// A page of events, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happenings {
    /// The events.
    pub events: Vec<Happened>,
    /// Where the next page begins.
    pub next: Option<u64>,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

/// Why the running system did not do what was asked, in words for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WorksFault(pub Box<str>);

/// An address that is closed at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Its number, such as E-1; empty: it is not closed yet.
    pub id: String,
    /// The address; several stand with commas between them.
    pub address: String,
    /// The category.
    pub category: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
    /// Until when.
    pub until: Timestamp,
}

/// Why an address was not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClosingFault {
    /// The address cannot be read.
    Address,
    /// Nobody here may fill this category.
    Category,
    /// It ends too early or too late.
    Until,
    /// The reason says nothing, or too much.
    Because,
    /// It could not be kept.
    Works(WorksFault),
}

/// The running system, as the console sees it. Each call may take as long as a disk takes.
pub trait Works:
    DecisionWorks
    + HostWorks
    + SourceWorks
    + PolicyWorks
    + super::edit_works::EditWorks
    + AskingWorks
    + QueueWorks
    + super::opinion_works::OpinionWorks
    + super::incident_works::IncidentWorks
    + super::report_works::ReportWorks
    + DisclosureWorks
    + ReviewWorks
    + super::incident_works::IncidentWorks
    + FigureWorks
    + OrganisationWorks
    + super::settings_works::SettingsWorks
    + SiteWorks
    + super::device_works::DeviceWorks
    + EvidenceWorks
    + JobWorks
    + Send
    + Sync
{
    /// Between small pieces of what is done for a page: whoever serves requests may go first.
    fn breathe(&self) {}

    /// Is this the password of the hash? A flood of them must not keep a request waiting (security A-G4).
    fn fits(&self, hash: &PasswordHash, password: &str) -> bool;

    /// How things stand.
    fn status(&self) -> Status;

    /// What somebody needs to know who begins.
    fn begin(&self) -> Begin;

    /// The name of the place, which stands on every page.
    fn site(&self) -> String;

    /// Gives the group of unknown clients this preset, in the file of settings, and puts it in force.
    ///
    /// # Errors
    /// [`WorksFault`]: nothing has changed.
    fn choose_preset(&self, preset: &str) -> Result<(), WorksFault>;

    /// What would happen to this address for the group of unknown clients; nothing is fetched.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn ask(&self, address: &str) -> Result<Verdict, WorksFault>;

    /// Deeds on the console, the latest first, behind this number.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn console_acts(&self, after: Option<u64>, most: usize) -> Result<Happenings, WorksFault>;

    /// Categories in which an address may be closed: names and titles.
    fn categories(&self) -> Vec<(String, String)>;

    /// The time zone of the place: a day of somebody here ends with it.
    fn zone(&self) -> TimeZone;

    /// What is closed at once and stands.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn closed(&self) -> Result<Vec<Closed>, WorksFault>;

    /// Closes an address at once; its number.
    ///
    /// # Errors
    /// [`ClosingFault`]: nothing is closed.
    fn close(&self, new: &Closed) -> Result<String, ClosingFault>;

    /// Takes back what was closed under this number.
    ///
    /// # Errors
    /// [`WorksFault`]: it stands.
    fn open_again(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault>;

    /// How accreditation stands, and whether every suite runs now or is about to.
    fn suites(&self) -> (Standing, bool);

    /// Every suite is to run now, where the schedule runs it. `false`: it does so already.
    fn run_suites(&self) -> bool;
}

/// Answers of a running system that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedWorks {
    /// What [`Works::status`] says.
    pub standing: Status,
    /// What [`Works::begin`] says.
    pub begin: Begin,
    /// The presets that were chosen.
    pub chosen: std::sync::Mutex<Vec<String>>,
    /// What [`Works::console_acts`] says.
    pub acts: Happenings,
    /// What is closed at once.
    pub closed: std::sync::Mutex<Vec<Closed>>,
    /// Decisions that were made.
    pub decided: FixedDecisions,
    /// Hosts and places.
    pub hosts: FixedHosts,
    /// Sources of lists.
    pub sources: FixedSources,
    /// Where [`Works::zone`] is; `None`: in UTC.
    pub zone: Option<TimeZone>,
    /// Is nothing taken back?
    pub stuck: std::sync::atomic::AtomicBool,
    /// Does whoever asks about an address break down?
    pub broken: std::sync::atomic::AtomicBool,
    /// Do the suites run?
    pub running: std::sync::atomic::AtomicBool,
    /// The policy.
    pub policy: FixedPolicy,
    /// What the log answers.
    pub asking: FixedAsking,
    /// What the queue has done.
    pub queue: FixedQueue,
    /// What was done about opinions.
    pub opinions: super::opinion_works::FixedOpinions,
    /// What incidents and alerts ask.
    pub incidents: super::incident_works::FixedIncidentWorks,
    /// Recipients of letters: names, and addresses in words.
    pub recipients: Vec<(String, String)>,
    /// What disclosures find.
    pub disclosures: FixedDisclosures,
    /// What there is to review.
    pub reviews: FixedReviews,
    /// Figures of the log.
    pub figures: FixedFigures,
    /// The organisation's sign-in service.
    pub organisation: FixedOrganisation,
    /// Options of the settings.
    pub settings: super::settings_works::FixedSettings,
    /// Sites: names and titles.
    pub sites: Vec<(String, String)>,
    /// What is seen in each group.
    pub seen: Vec<crate::engine::Coverage>,
    /// What is known of one site.
    pub of_sites: std::collections::BTreeMap<String, super::site_works::FixedSite>,
    /// Devices that were seen.
    pub devices: super::device_works::FixedDevices,
    /// Evidence for boards.
    pub evidence: FixedEvidence,
    /// Long questions.
    pub jobs: FixedJobs,
}

impl Works for FixedWorks {
    fn fits(&self, hash: &PasswordHash, password: &str) -> bool {
        hash.fits(password.as_bytes())
    }

    fn status(&self) -> Status {
        self.standing.clone()
    }

    fn begin(&self) -> Begin {
        self.begin.clone()
    }

    fn site(&self) -> String {
        self.begin.site.clone()
    }

    fn choose_preset(&self, preset: &str) -> Result<(), WorksFault> {
        self.chosen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(preset.to_owned());
        Ok(())
    }

    fn ask(&self, address: &str) -> Result<Verdict, WorksFault> {
        assert!(!self.broken.load(std::sync::atomic::Ordering::Relaxed), "a test wants a page that breaks down");
        let statutory = address.contains("illegal");
        let open = !statutory && !address.contains("blocked");
        let verdict = if open { "allow" } else { "block" };
        let address = if statutory { String::new() } else { address.to_owned() };
        Ok(Verdict { address, statutory, open, verdict: verdict.to_owned(), words: "As tests say.".into(), ..Verdict::default() })
    }

    fn console_acts(&self, _after: Option<u64>, _most: usize) -> Result<Happenings, WorksFault> {
        Ok(self.acts.clone())
    }

    fn categories(&self) -> Vec<(String, String)> {
        vec![("games".into(), "Games".into()), ("adult".into(), "Adult".into())]
    }

    fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }

    fn closed(&self) -> Result<Vec<Closed>, WorksFault> {
        Ok(self.closed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone())
    }

    fn close(&self, new: &Closed) -> Result<String, ClosingFault> {
        if new.address.contains(' ') {
            return Err(ClosingFault::Address);
        }
        let mut closed = self.closed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = format!("E-{}", closed.len() + 1);
        closed.push(Closed { id: id.clone(), ..new.clone() });
        Ok(id)
    }

    fn open_again(&self, id: &str, _by: &str, _because: &str) -> Result<(), WorksFault> {
        if self.stuck.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(WorksFault("nothing is taken back".into()));
        }
        self.closed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).retain(|one| one.id != id);
        Ok(())
    }

    fn suites(&self) -> (Standing, bool) {
        (self.evidence.standing.clone(), self.running.load(std::sync::atomic::Ordering::Relaxed))
    }

    fn run_suites(&self) -> bool {
        !self.running.swap(true, std::sync::atomic::Ordering::Relaxed)
    }
}
