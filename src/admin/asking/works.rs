//! What the pages that ask the log want of the running system. Names are in the clear here, addresses on a statutory list never are.

use super::spot::Spot;
use crate::admin::works::WorksFault;
use crate::model::{IdentitySource, RequestId, Timestamp, VerdictKind};
use ipnet::IpNet;

/// Which requests. Every part that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuestion {
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub to: Option<Timestamp>,
    /// Where the client is.
    pub client: Option<IpNet>,
    /// Text in the address; empty: any.
    pub url: String,
    /// The person's name; empty: any.
    pub person: String,
    /// The device; empty: any.
    pub device: String,
    /// The group; empty: any.
    pub group: String,
    /// The category; empty: any.
    pub category: String,
    /// What was decided.
    pub verdict: Option<VerdictKind>,
    /// The method; empty: any.
    pub method: String,
    /// The reference number of a request, or of the tunnel around it.
    pub reference: Option<RequestId>,
    /// Of these sites and no other; nothing: of all. [`super::Asker`] puts it here, never a form.
    pub sites: Option<Vec<String>>,
    /// The site; empty: any.
    pub site: String,
}

/// Which of them, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Behind this record.
    pub after: Option<u64>,
    /// The oldest first.
    pub oldest_first: bool,
    /// As many as this.
    pub most: usize,
    /// Parts of pages are folded under their page.
    pub fold: bool,
    /// It is one page with all of it, and waits longer for that.
    pub whole: bool,
}

/// What is folded under a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// How many.
    pub requests: usize,
    /// Of which kinds, in words.
    pub words: String,
}

/// A request. The name is in the clear: nothing shows it before [`super::Asker`] has put a pseudonym in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its number in the log.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Its reference number.
    pub reference: String,
    /// The person, where one is known.
    pub user: Option<String>,
    /// How they are known.
    pub identity: IdentitySource,
    /// For how many seconds.
    pub identity_age_s: u32,
    /// The client's address.
    pub client: String,
    /// The device, where it is known.
    pub device: Option<String>,
    /// The site.
    pub site: String,
    /// The group.
    pub group: String,
    /// The method, escaped.
    pub method: String,
    /// The canonical address, or the raw target where it could not be read.
    pub address: String,
    /// Its host.
    pub host: String,
    /// Search terms.
    pub terms: String,
    /// Categories.
    pub categories: Vec<String>,
    /// What was decided.
    pub verdict: VerdictKind,
    /// Why: the code.
    pub reason: &'static str,
    /// Why, in words.
    pub words: &'static str,
    /// A statutory list decided.
    pub statutory: bool,
    /// Of a class of illegal material: its address is never shown as one can use it.
    pub defanged: bool,
    /// The status that the client got.
    pub status: Option<u16>,
    /// What is folded under it.
    pub folded: Folded,
    /// Every field by its name in the log, raw ones escaped; never the person. Only of a single record.
    pub fields: Vec<(String, String)>,
}

impl Default for Seen {
    /// A request of nobody known, to nowhere, that was refused.
    fn default() -> Self {
        Self {
            sequence: 0,
            at: Timestamp(0),
            reference: String::new(),
            user: None,
            identity: IdentitySource::Unknown,
            identity_age_s: 0,
            client: String::new(),
            device: None,
            site: String::new(),
            group: String::new(),
            method: String::new(),
            address: String::new(),
            host: String::new(),
            terms: String::new(),
            categories: Vec::new(),
            verdict: VerdictKind::Refuse,
            reason: "",
            words: "",
            statutory: false,
            defanged: false,
            status: None,
            folded: Folded::default(),
            fields: Vec::new(),
        }
    }
}

/// Rows of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The rows, in the order asked for.
    pub rows: Vec<Seen>,
    /// Where the next page begins.
    pub next: Option<u64>,
    /// It took too long, and was given up before its end: it goes on with `next`.
    pub given_up: bool,
    /// How far it came then, where that is known.
    pub reached: Option<Timestamp>,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// So many; at least so many, where it was given up.
    pub total: u64,
    /// It took too long, and was given up before its end.
    pub given_up: bool,
}

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFileKind {
    /// Values separated by commas.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// One JSON object a line.
    Json,
}

impl LogFileKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Json];

    /// Its ending, which is its word in forms and records too.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "jsonl",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/jsonl; charset=utf-8",
        }
    }
}

/// Who wants a file, and how.
#[derive(Clone, Copy)]
pub struct LogFileOrder<'a> {
    /// In which form.
    pub kind: LogFileKind,
    /// Who asks.
    pub by: &'a str,
    /// Why.
    pub because: &'a str,
    /// Rows beyond which none is made.
    pub most: usize,
    /// What stands in the place of a person's name, in a row of this site.
    pub shown: &'a (dyn Fn(&str, &str) -> String + Sync),
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFile {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// How many rows.
    pub rows: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

/// No file was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogFileFault {
    /// There are more rows than one takes away here.
    TooMany,
    /// It took too long.
    GivenUp,
    /// The log, or the note of it.
    Works(WorksFault),
}

impl From<WorksFault> for LogFileFault {
    fn from(fault: WorksFault) -> Self {
        Self::Works(fault)
    }
}

/// The log as the console asks it.
pub trait AskingWorks: Send + Sync {
    /// Rows. Bounded in time.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn log_rows(&self, question: &LogQuestion, reading: Reading) -> Result<Fetched, WorksFault>;

    /// What was asked for at any of these places, the oldest first, parts of pages folded: as many requests as this. `next`: there is
    /// more. Bounded in time.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn log_in_places(&self, question: &LogQuestion, places: &[Spot], most: usize) -> Result<Fetched, WorksFault>;

    /// Ranges of addresses that the settings name: of which group, by name and title.
    fn log_ranges(&self) -> Vec<(String, String, IpNet)>;

    /// How many there are. Bounded in time.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn log_count(&self, question: &LogQuestion) -> Result<Counted, WorksFault>;

    /// One request by its number, with every field.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn log_record(&self, sequence: u64) -> Result<Option<Seen>, WorksFault>;

    /// How many there are in each site, those without any left out. Bounded in time.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn log_by_site(&self, question: &LogQuestion) -> Result<(Vec<(String, u64)>, bool), WorksFault>;

    /// Names of people in this span, as far as a look of a bounded time finds them.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn log_persons(&self, question: &LogQuestion) -> Result<(Vec<String>, bool), WorksFault>;

    /// A file of what is found. It is noted in the log's folder before it is handed over.
    ///
    /// # Errors
    /// [`LogFileFault`]: there is none.
    fn log_file(&self, question: &LogQuestion, order: LogFileOrder<'_>) -> Result<LogFile, LogFileFault>;

    /// Groups: names and titles.
    fn log_groups(&self) -> Vec<(String, String)>;

    /// Names of sites.
    fn log_sites(&self) -> Vec<String>;

    /// Categories: names and titles.
    fn log_categories(&self) -> Vec<(String, String)>;

    /// The zone in which people here read a clock.
    fn log_zone(&self) -> jiff::tz::TimeZone;
}
