//! What people state of a place for its board, and which routes of escalation somebody has tried of late (standards F10, F11, F15).
//!
//! A statement counts for a year, a contact for a quarter of one. Nothing that was stated is ever changed.

use super::book::{BookFault, fact, put_fact};
use super::desk::Desk;
use super::reach::Reach;
use super::reviews::{self, Cause};
use super::watch::WatchFault;
use crate::config::{FlowContact, Flowchart};
use crate::model::Timestamp;
use crate::record::EventKind;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row, params};

const DAY: i64 = 86_400 * 1_000_000;
/// A statement is out of date after this.
pub(super) const YEAR: i64 = 365 * DAY;
/// A contact has to be tried again after this.
pub(super) const QUARTER: i64 = 90 * DAY;
/// When the program last looked at contacts by itself.
const LOOKED: &str = "contacts_looked_at";
/// When the plan was last taken away.
const PLAN_TAKEN: &str = "plan_taken";
/// The word under [`reviews::CAUSES`].
const CAUSE: &str = "contacts";

/// What only people can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// There is a policy on online safety.
    OnlineSafety,
    /// There is a notice on data protection that speaks of this filter.
    DataProtection,
    /// People know how to report.
    KnownRoutes,
    /// There is a plan of training.
    TrainingPlan,
    /// Staff were trained.
    StaffTrained,
    /// Governors were trained.
    GovernorsTrained,
}

impl Point {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::OnlineSafety, Self::DataProtection, Self::KnownRoutes, Self::TrainingPlan, Self::StaffTrained, Self::GovernorsTrained];

    /// Its word in the book, in forms and in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OnlineSafety => "online-safety-policy",
            Self::DataProtection => "data-protection-notice",
            Self::KnownRoutes => "reporting-known",
            Self::TrainingPlan => "training-plan",
            Self::StaffTrained => "staff-trained",
            Self::GovernorsTrained => "governors-trained",
        }
    }

    /// The one of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.word() == word)
    }
}

/// How something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stands {
    /// It is there.
    Yes,
    /// It is not.
    No,
    /// It was there, and nobody has looked for too long.
    Old,
    /// Nobody has said so.
    #[default]
    NotSaid,
}

impl Stands {
    /// Its word in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Old => "out-of-date",
            Self::NotSaid => "not-said",
        }
    }
}

/// What somebody stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Of which site; empty: of all.
    pub site: String,
    /// Of what: a [`Point`], or a contact.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// The account.
    pub by: String,
    /// Who answers for it.
    pub person: String,
    /// Is it there?
    pub there: bool,
    /// Where it stands, or what was found.
    pub words: String,
}

impl Stated {
    /// How it stands now, where it counts for so long.
    #[must_use]
    pub fn stands(&self, now: Timestamp, counts: i64) -> Stands {
        match (self.there, now.0 - self.at.0 > counts) {
            (true, false) => Stands::Yes,
            (true, true) => Stands::Old,
            (false, _) => Stands::No,
        }
    }
}

/// The word of a contact.
#[must_use]
pub fn of_contact(id: &str) -> String {
    format!("contact:{id}")
}

/// Puts a statement down.
///
/// # Errors
/// [`BookFault`].
pub fn state(book: &Connection, new: &Stated) -> Result<(), BookFault> {
    let values = params![new.site, new.what, new.at.0, new.by, new.person, new.there, new.words];
    book.execute("INSERT INTO stated (site, what, at, by, person, there, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", values)?;
    Ok(())
}

/// The latest statement on something, of this site or of all.
///
/// # Errors
/// [`BookFault`].
pub fn latest(book: &Connection, what: &str, site: &str) -> Result<Option<Stated>, BookFault> {
    let stated = |row: &Row<'_>| {
        Ok(Stated {
            site: row.get(0)?,
            what: row.get(1)?,
            at: Timestamp(row.get(2)?),
            by: row.get(3)?,
            person: row.get(4)?,
            there: row.get(5)?,
            words: row.get(6)?,
        })
    };
    let sql = "SELECT site, what, at, by, person, there, words FROM stated WHERE what = ?1 AND site IN (?2, '') ORDER BY id DESC LIMIT 1";
    Ok(book.prepare_cached(sql)?.query_row([what, site], stated).optional()?)
}

/// A route of escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The contact.
    pub contact: FlowContact,
    /// When somebody last made sure of it.
    pub tried: Option<Timestamp>,
    /// Who; empty: the settings say so, or nobody did.
    pub by: String,
    /// How it stands; [`Stands::No`]: there is nothing by which to reach it, or it did not answer.
    pub stands: Stands,
}

/// Who looks after people here stands in the set-up, where the flowchart does not say how to reach them.
///
/// # Errors
/// [`BookFault`].
pub fn with_lead(book: &Connection, flowchart: &Flowchart) -> Result<Flowchart, BookFault> {
    let mut flowchart = flowchart.clone();
    let (name, reach) = (fact(book, "lead_name")?.unwrap_or_default(), fact(book, "lead_reach")?.unwrap_or_default());
    for contact in flowchart.contacts.iter_mut().filter(|contact| contact.id == "lead" && contact.reach.is_empty()) {
        contact.reach.clone_from(&reach);
        if !name.is_empty() {
            contact.name = format!("{name} ({})", contact.name);
        }
    }
    Ok(flowchart)
}

/// Every contact of the flowchart, and whether somebody tried it within a quarter.
///
/// # Errors
/// [`BookFault`].
pub fn routes(book: &Connection, flowchart: &Flowchart, now: Timestamp) -> Result<Vec<Route>, BookFault> {
    let route = |contact: &FlowContact| {
        let written = contact.checked.parse::<Date>().ok().and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
        let written = written.map(|day| Timestamp(day.timestamp().as_microsecond()));
        let said = latest(book, &of_contact(&contact.id), "")?.filter(|said| written.is_none_or(|day| said.at >= day));
        let tried = said.as_ref().map(|said| said.at).or(written);
        let old = tried.is_some_and(|at| now.0 - at.0 > QUARTER);
        let stands = match (&said, tried) {
            _ if contact.reach.is_empty() => Stands::No,
            (Some(said), _) => said.stands(now, QUARTER),
            (None, Some(_)) if old => Stands::Old,
            (None, Some(_)) => Stands::Yes,
            (None, None) => Stands::NotSaid,
        };
        Ok(Route { contact: contact.clone(), tried, by: said.map_or_else(String::new, |said| said.by), stands })
    };
    with_lead(book, flowchart)?.contacts.iter().map(route).collect()
}

/// Somebody has taken the plan away.
///
/// # Errors
/// [`BookFault`].
pub fn plan_taken(book: &Connection, now: Timestamp) -> Result<(), BookFault> {
    put_fact(book, PLAN_TAKEN, &now.0.to_string())
}

/// When the plan was last taken away.
///
/// # Errors
/// [`BookFault`].
pub fn plan_was_taken(book: &Connection) -> Result<Option<Timestamp>, BookFault> {
    Ok(fact(book, PLAN_TAKEN)?.and_then(|at| at.parse().ok()).map(Timestamp))
}

impl Desk {
    /// Once a quarter, by itself: has every route of escalation a contact that somebody tried? If not, a review of the filter is due. The
    /// first quarter begins when the console is first used.
    pub(super) fn look_at_contacts(&self, book: &Connection, now: Timestamp) -> Result<(), WatchFault> {
        let looked = fact(book, LOOKED)?.and_then(|at| at.parse::<i64>().ok());
        // One of a clock that was ahead does not count.
        if looked.is_some_and(|at| (0..QUARTER).contains(&(now.0 - at))) {
            return Ok(());
        }
        put_fact(book, LOOKED, &now.0.to_string())?;
        let late = routes(book, &self.works.incident_settings().flowchart, now)?.into_iter().filter(|route| route.stands != Stands::Yes);
        let late: Vec<String> = late.map(|route| route.contact.name).collect();
        if looked.is_none() || late.is_empty() {
            return Ok(());
        }
        let words = format!("Nobody has tried these contacts within 90 days: {}", late.join(", "));
        let words: String = words.chars().take(1000).collect();
        self.record_itself(EventKind::ContactsOverdue, words.clone())?;
        Ok(reviews::cause(book, &Cause { at: now, by: String::new(), cause: CAUSE.to_owned(), words }, &Reach::All)?)
    }
}
