//! What stood when checks were run: the installation in figures, and what can be read from it without a request.

use super::membership::{Membership, as_text};
use super::outcome::Verdict;
use super::register::Fact;
use super::told::ToldFact;
use crate::engine::{Coverage, State};
use crate::model::Timestamp;
use serde::Serialize;

/// The installation when checks were run. Holds no entry of any list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Context {
    /// When.
    #[serde(serialize_with = "as_text")]
    pub made: Timestamp,
    /// The same for people, in the site's time zone.
    pub made_words: Box<str>,
    /// Site.
    pub site: Box<str>,
    /// Node.
    pub node: Box<str>,
    /// Program and version.
    pub tool: Box<str>,
    /// SHA-256 of the program, in hex; empty where it cannot be read.
    pub build: Box<str>,
    /// Version of the policy.
    pub policy_version: Box<str>,
    /// Version of the lists.
    pub list_version: Box<str>,
    /// Generation of the engine; 0 where it was made for the checks alone.
    pub generation: u64,
    /// The lists in force.
    pub lists: Vec<ListFact>,
    /// Groups, in words.
    pub groups: Vec<Box<str>>,
    /// What is seen in each group, and what is not.
    pub coverage: Vec<Coverage>,
    /// Whom people may ask.
    pub contact: ContactFact,
    /// Memberships that the operator states.
    pub memberships: Vec<Membership>,
    /// How many layers and agreements have a day of review.
    pub reviews: usize,
    /// Which of them were to be looked at again by now, in words.
    pub overdue: Vec<Box<str>>,
    /// Who is told of what.
    pub told: ToldFact,
    /// Does the running process check itself?
    pub schedule: bool,
    /// Until when results count.
    #[serde(serialize_with = "as_text")]
    pub counts_until: Timestamp,
}

/// One list in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListFact {
    /// Its name.
    pub name: Box<str>,
    /// Its category, in words.
    pub category: Box<str>,
    /// A list of illegal material.
    pub statutory: bool,
    /// Made up, for demonstration.
    pub demonstration: bool,
    /// Entries.
    pub entries: u64,
    /// Lines that could not be read.
    pub rejected: u64,
    /// When its source was made or fetched, where that is known.
    pub as_of: Option<Box<str>>,
    /// How old it was, in hours.
    pub age_hours: Option<i64>,
}

/// Whom people may ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContactFact {
    /// A person or a role.
    pub name: Box<str>,
    /// E-mail address.
    pub email: Box<str>,
    /// Telephone number.
    pub phone: Box<str>,
    /// Web address.
    pub web: Box<str>,
}

impl Context {
    /// What a fact says of it, with words for either end.
    #[must_use]
    pub fn fact(&self, fact: Fact) -> (Verdict, String) {
        match fact {
            Fact::Alerts => self.told.told_at_once(),
            Fact::Contact => self.contact(),
            Fact::Coverage => self.coverage(),
            Fact::Digest => self.told.weekly(),
            Fact::Forms => self.told.formed(),
            Fact::Groups => match self.groups.len() {
                ..2 => fail("One profile for everybody."),
                groups => pass(format!("{groups} groups: {}.", self.groups.join(", "))),
            },
            Fact::RealList => self.real_list(),
            Fact::Reviews => self.review(),
            Fact::Schedule if self.schedule => pass("The running process checks itself.".into()),
            Fact::Schedule => fail("The settings switch the schedule off."),
        }
    }

    /// What the operator says of a membership.
    #[must_use]
    pub fn membership(&self, scheme: &str) -> (Verdict, String) {
        let stated = self.memberships.iter().filter(|membership| membership.scheme.eq_ignore_ascii_case(scheme));
        match stated.max_by_key(|membership| membership.until) {
            None => amber(format!("{scheme}: the operator states none.")),
            Some(one) if one.until <= self.made => fail(&format!("{scheme} {}: it ended on {}.", one.id, last_day(one.until))),
            Some(one) => amber(format!("{scheme} {} until {}: the operator's word, not checked.", one.id, last_day(one.until))),
        }
    }

    fn contact(&self) -> (Verdict, String) {
        let ContactFact { name, email, phone, web } = &self.contact;
        match (phone.is_empty(), web.is_empty(), email.is_empty() && name.is_empty()) {
            (false, false, _) => pass(format!("Telephone {phone}, web {web}.")),
            (true, true, true) => fail("Pages name nobody to ask."),
            (no_phone, no_web, _) => {
                let missing = [(no_phone, "telephone number"), (no_web, "web address")];
                let missing: Vec<&str> = missing.into_iter().filter(|(gone, _)| *gone).map(|(_, what)| what).collect();
                amber(format!("Pages say whom to ask, without a {}.", missing.join(" and a ")))
            }
        }
    }

    fn coverage(&self) -> (Verdict, String) {
        const PAGES: &str = "Single illegal pages on HTTPS sites are closed";
        let open = |group: &&Coverage| {
            group.features.iter().any(|feature| feature.name == PAGES && matches!(feature.state, State::Partly | State::Off))
        };
        let open: Vec<&str> = self.coverage.iter().filter(open).map(|group| &*group.title).collect();
        match (self.coverage.is_empty(), open.is_empty()) {
            (true, _) => fail("There is no statement."),
            (false, true) => pass(format!("Stated for {} groups.", self.coverage.len())),
            (false, false) => amber(format!(
                "Stated for {} groups. Single illegal pages on HTTPS sites are not closed, or not everywhere, for: {}.",
                self.coverage.len(),
                open.join(", ")
            )),
        }
    }

    fn real_list(&self) -> (Verdict, String) {
        let statutory = || self.lists.iter().filter(|list| list.statutory && list.entries > 0);
        let real: Vec<String> =
            statutory().filter(|list| !list.demonstration).map(|list| format!("{} ({} entries)", list.name, list.entries)).collect();
        match (real.is_empty(), statutory().next().is_some()) {
            (false, _) => pass(format!("In force: {}.", real.join(", "))),
            (true, true) => fail("The list of illegal material is a demonstration: its entries are made up, and it protects nobody."),
            (true, false) => fail("No list of illegal material is in force."),
        }
    }

    fn review(&self) -> (Verdict, String) {
        match (self.overdue.is_empty(), self.reviews) {
            (false, _) => fail(&format!("Overdue: {}.", self.overdue.join("; "))),
            (true, 0) => amber("Neither a layer nor the agreement has a day of review.".into()),
            (true, reviews) => pass(format!("{reviews} days of review, none overdue.")),
        }
    }
}

/// The day whose end this is, give or take a zone.
fn last_day(end: Timestamp) -> String {
    Timestamp(end.0 - 1).civil().to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %B %Y").to_string()
}

fn pass(words: String) -> (Verdict, String) {
    (Verdict::Pass, words)
}

fn amber(words: String) -> (Verdict, String) {
    (Verdict::Amber(words.as_str().into()), words)
}

fn fail(words: &str) -> (Verdict, String) {
    (Verdict::Fail(words.into()), words.to_owned())
}
