//! Answers for somebody: the log behind, the pseudonyms before it, and the names that were revealed to them. Must never let a name out
//! that is not among those.

use super::pseudonym::Pseudonyms;
use super::question::{Question, QuestionFault};
use super::works::{AskingWorks, Counted, Fetched, LogFile, LogFileFault, LogFileOrder, LogQuestion, Reading, Seen};
use crate::admin::book::BookFault;
use crate::admin::reach::Sight;
use crate::admin::works::WorksFault;
use crate::model::Timestamp;
use std::collections::BTreeSet;

/// Most rows of a timeline.
const MOST_AROUND: usize = 1000;
const MINUTE: i64 = 60_000_000;

/// No answer.
#[derive(Debug, thiserror::Error)]
pub enum AskFault {
    /// Fields that cannot be read.
    #[error("the question cannot be read")]
    Question(Vec<QuestionFault>),
    /// The log.
    #[error(transparent)]
    Works(#[from] WorksFault),
    /// The pseudonyms.
    #[error(transparent)]
    Book(#[from] BookFault),
    /// No file of so many rows is made here.
    #[error("there are more rows than one takes away here")]
    TooMany,
    /// It took too long.
    #[error("it took too long")]
    GivenUp,
}

/// Whoever asks, and what stands behind the question.
pub struct Asker<'a> {
    /// The log.
    pub works: &'a dyn AskingWorks,
    /// The pseudonyms of this installation.
    pub pseudonyms: &'a Pseudonyms,
    /// Pseudonyms whose names were revealed to whoever asks.
    pub given: BTreeSet<String>,
    /// Whose rows whoever asks sees, and where names.
    pub sight: Sight,
}

/// A request as whoever asks may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The request; its `user` is empty.
    pub seen: Seen,
    /// The person's pseudonym; empty: nobody is known.
    pub person: String,
    /// The name, where it was revealed.
    pub name: Option<String>,
}

/// Rows of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The rows.
    pub rows: Vec<Shown>,
    /// Where the next page begins.
    pub next: Option<u64>,
    /// It was given up half-way, and goes on with `next`.
    pub given_up: bool,
    /// How far it came then, where that is known.
    pub reached: Option<Timestamp>,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

/// Whose requests a timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// The person's.
    Person,
    /// The device's.
    Device,
    /// Those from the address.
    Address,
}

impl Around {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Person, Self::Device, Self::Address];

    /// Its word in addresses and records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Device => "device",
            Self::Address => "address",
        }
    }
}

impl Asker<'_> {
    /// The question as the log takes it. `None`: there is nobody of that pseudonym in it. [`AskFault::GivenUp`]: there may be, and not everybody
    /// could be looked at.
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn read(&self, question: &Question, asked: Timestamp) -> Result<Option<LogQuestion>, AskFault> {
        let read = question.read(asked, &self.works.log_zone()).map_err(AskFault::Question)?;
        let read = LogQuestion { sites: self.sight.reach.asked(), ..read };
        let Some(word) = super::is_pseudonym(&question.person) else { return Ok(Some(read)) };
        let name = match self.pseudonyms.name_of(&word) {
            Some(name) => Some(name),
            None => self.find(&read, &word)?,
        };
        Ok(name.map(|person| LogQuestion { person, ..read }))
    }

    /// Looks for the name in the log itself: pseudonyms outlive the process, what it has met does not.
    fn find(&self, question: &LogQuestion, word: &str) -> Result<Option<String>, AskFault> {
        let (names, given_up) = self.works.log_persons(question)?;
        for name in names {
            self.pseudonyms.of(&name)?;
        }
        match self.pseudonyms.name_of(word) {
            None if given_up => Err(AskFault::GivenUp),
            found => Ok(found),
        }
    }

    /// How many there are.
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn count(&self, question: &Question, asked: Timestamp) -> Result<Counted, AskFault> {
        match self.read(question, asked) {
            Ok(Some(question)) => Ok(self.works.log_count(&question)?),
            Ok(None) => Ok(Counted::default()),
            Err(AskFault::GivenUp) => Ok(Counted { given_up: true, ..Counted::default() }),
            Err(fault) => Err(fault),
        }
    }

    /// Rows.
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn rows(&self, question: &Question, asked: Timestamp, reading: Reading) -> Result<Answered, AskFault> {
        match self.read(question, asked) {
            Ok(Some(question)) => self.shown(self.works.log_rows(&question, reading)?),
            Ok(None) => Ok(Answered::default()),
            Err(AskFault::GivenUp) => Ok(Answered { given_up: true, ..Answered::default() }),
            Err(fault) => Err(fault),
        }
    }

    /// How many there are at each site; `true`: at least so many (D10).
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn by_site(&self, question: &Question, asked: Timestamp) -> Result<(Vec<(String, u64)>, bool), AskFault> {
        match self.read(question, asked) {
            Ok(Some(question)) => Ok(self.works.log_by_site(&question)?),
            Ok(None) => Ok((Vec::new(), false)),
            Err(AskFault::GivenUp) => Ok((Vec::new(), true)),
            Err(fault) => Err(fault),
        }
    }

    /// One request.
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn record(&self, sequence: u64) -> Result<Option<Shown>, AskFault> {
        self.one(sequence)?.map(|seen| self.show(seen)).transpose()
    }

    /// One of another site is as one that does not exist.
    fn one(&self, sequence: u64) -> Result<Option<Seen>, AskFault> {
        Ok(self.works.log_record(sequence)?.filter(|seen| self.sight.reach.covers(&seen.site)))
    }

    /// What the same person, device or address asked for around a request, the oldest first. `None`: there is no such request, or nothing
    /// is known of its person or device.
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn around(&self, sequence: u64, (by, minutes): (Around, i64), fold: bool) -> Result<Option<Answered>, AskFault> {
        let Some(seen) = self.one(sequence)? else { return Ok(None) };
        let (from, to) = (Timestamp(seen.at.0 - minutes * MINUTE), Timestamp(seen.at.0 + minutes * MINUTE + 1));
        let span = LogQuestion { from: Some(from), to: Some(to), sites: self.sight.reach.asked(), ..LogQuestion::default() };
        let question = match by {
            Around::Person => seen.user.map(|person| LogQuestion { person, ..span }),
            Around::Device => seen.device.map(|device| LogQuestion { device, ..span }),
            Around::Address => {
                seen.client.parse::<std::net::IpAddr>().ok().map(|client| LogQuestion { client: Some(client.into()), ..span })
            }
        };
        let Some(question) = question else { return Ok(None) };
        let reading = Reading { after: None, oldest_first: true, most: MOST_AROUND, fold, whole: true };
        let fetched = self.works.log_rows(&question, reading)?;
        // Nothing goes on behind a timeline.
        self.shown(Fetched { next: None, reached: None, ..fetched }).map(Some)
    }

    /// A file of what is found. A person's name stands in it where it was revealed, and a pseudonym elsewhere.
    ///
    /// # Errors
    /// [`AskFault`]: there is none.
    pub fn file(&self, question: &Question, asked: Timestamp, order: LogFileOrder<'_>) -> Result<LogFile, AskFault> {
        // Without the key nothing has a pseudonym, and nothing may go out.
        self.pseudonyms.of("")?;
        let Some(question) = self.read(question, asked)? else { return Ok(LogFile::default()) };
        let shown = |name: &str, site: &str| match self.pseudonyms.of(name) {
            Ok(word) if self.given.contains(&word) && self.sight.files.covers(site) => name.to_owned(),
            Ok(word) => word,
            Err(_) => "person".to_owned(),
        };
        self.works.log_file(&question, LogFileOrder { shown: &shown, ..order }).map_err(|fault| match fault {
            LogFileFault::TooMany => AskFault::TooMany,
            LogFileFault::GivenUp => AskFault::GivenUp,
            LogFileFault::Works(fault) => fault.into(),
        })
    }

    pub(super) fn shown(&self, fetched: Fetched) -> Result<Answered, AskFault> {
        let Fetched { rows, next, given_up, reached, damage } = fetched;
        let rows = rows.into_iter().map(|seen| self.show(seen)).collect::<Result<_, _>>()?;
        Ok(Answered { rows, next, given_up, reached, damage })
    }

    fn show(&self, mut seen: Seen) -> Result<Shown, AskFault> {
        let Some(name) = seen.user.take() else { return Ok(Shown { seen, ..Shown::default() }) };
        let person = self.pseudonyms.of(&name)?;
        let name = (self.given.contains(&person) && self.sight.names.covers(&seen.site)).then_some(name);
        Ok(Shown { seen, person, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::works::FixedWorks;

    fn seen(sequence: u64, user: Option<&str>) -> Seen {
        let user = user.map(str::to_owned);
        Seen { sequence, at: Timestamp(i64::try_from(sequence).unwrap() * MINUTE), user, client: "192.0.2.7".into(), ..Seen::default() }
    }

    #[test]
    fn names_come_out_only_where_they_were_revealed_and_pseudonyms_are_found_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let works = FixedWorks::default();
        *works.asking.rows.lock().unwrap() = vec![seen(1, Some("Kim")), seen(2, Some("lee")), seen(3, None), seen(4, Some("Kim"))];
        let pseudonyms = Pseudonyms::at(folder.path());
        let kim = pseudonyms.of("kim").unwrap();
        let fresh = Pseudonyms::at(folder.path());
        let mut asker = Asker { works: &works, pseudonyms: &fresh, given: BTreeSet::new(), sight: Sight::default() };
        let question = Question { person: kim.clone(), ..Question::default() };
        let all = Reading { most: 10, ..Reading::default() };
        let found = asker.rows(&question, Timestamp(0), all).unwrap();
        assert_eq!(found.rows.iter().map(|row| row.seen.sequence).collect::<Vec<_>>(), [4, 1]);
        assert!(found.rows.iter().all(|row| row.person == kim && row.name.is_none() && row.seen.user.is_none()));
        let nobody = Question { person: "person-00000-00000".into(), ..Question::default() };
        assert_eq!(
            (asker.rows(&nobody, Timestamp(0), all).unwrap(), asker.count(&nobody, Timestamp(0)).unwrap().total),
            (Answered::default(), 0)
        );
        let shown = |_: &str, _: &str| String::new();
        let order = LogFileOrder { kind: super::super::LogFileKind::Csv, by: "x", because: "y", most: 10, shown: &shown };
        let file = |asker: &Asker<'_>| String::from_utf8(asker.file(&Question::default(), Timestamp(0), order).unwrap().bytes).unwrap();
        assert!(!file(&asker).contains("Kim") && file(&asker).contains(&kim));
        asker.given.insert(kim.clone());
        let found = asker.rows(&Question::default(), Timestamp(0), all).unwrap();
        assert_eq!(found.rows.iter().map(|row| row.name.as_deref()).collect::<Vec<_>>(), [Some("Kim"), None, None, Some("Kim")]);
        assert!(file(&asker).contains("Kim") && !file(&asker).contains("lee"));
        let around = asker.around(1, (Around::Person, 2), true).unwrap().unwrap();
        assert_eq!(around.rows.iter().map(|row| row.seen.sequence).collect::<Vec<_>>(), [1]);
        let around = asker.around(2, (Around::Address, 1), true).unwrap().unwrap();
        assert_eq!(around.rows.iter().map(|row| row.seen.sequence).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(
            asker.around(3, (Around::Person, 2), true).unwrap().is_none() && asker.around(9, (Around::Address, 2), true).unwrap().is_none()
        );
        let few = asker.around(4, (Around::Device, 2), true).unwrap();
        assert!(few.is_none());
        assert!(matches!(asker.file(&Question::default(), Timestamp(0), LogFileOrder { most: 3, ..order }), Err(AskFault::TooMany)));
    }
}
