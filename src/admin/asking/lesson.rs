//! A lesson: what was asked for at the places of a room, device by device, in the order of time (standards D12).

use super::ask::{AskFault, Asker, Shown};
use super::question::Question;
use super::spot::Spot;
use super::works::{Fetched, LogQuestion};
use crate::model::{Timestamp, VerdictKind};

/// Most requests of a lesson that are read.
pub const MOST_OF_LESSON: usize = 10_000;

/// A device in a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnDevice {
    /// Its name, where it is known.
    pub device: Option<String>,
    /// Its address, the first that was seen.
    pub client: String,
    /// People, as whoever asks may see them, in the order in which they came.
    pub people: Vec<String>,
    /// Requests, those that are folded too.
    pub requests: usize,
    /// Of which not passed on.
    pub blocked: usize,
    /// Pages with what is folded under each, the oldest first; never none.
    pub rows: Vec<Shown>,
}

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LessonSeen {
    /// Its devices, in the order in which they were first seen.
    pub devices: Vec<OnDevice>,
    /// There is more behind this moment.
    pub until: Option<Timestamp>,
    /// It took too long.
    pub given_up: bool,
    /// Places of the log that could not be read.
    pub damage: Vec<String>,
}

impl OnDevice {
    fn of(shown: &Shown) -> Self {
        let seen = &shown.seen;
        Self { device: seen.device.clone(), client: seen.client.clone(), people: Vec::new(), requests: 0, blocked: 0, rows: Vec::new() }
    }

    fn is_of(&self, shown: &Shown) -> bool {
        match (&self.device, &shown.seen.device) {
            (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
            (None, None) => self.client == shown.seen.client,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    fn take(&mut self, shown: Shown) {
        self.requests += 1 + shown.seen.folded.requests;
        self.blocked += usize::from(matches!(shown.seen.verdict, VerdictKind::Block | VerdictKind::Refuse));
        let person = shown.name.clone().unwrap_or_else(|| shown.person.clone());
        if !person.is_empty() && !self.people.contains(&person) {
            self.people.push(person);
        }
        self.rows.push(shown);
    }

    /// When it was first and last seen.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.rows.first()?.seen.at, self.rows.last()?.seen.at))
    }
}

impl Asker<'_> {
    /// What was asked for at these places in the time and at the site of the question.
    ///
    /// # Errors
    /// [`AskFault`].
    pub fn lesson(&self, question: &Question, asked: Timestamp, places: &[Spot]) -> Result<LessonSeen, AskFault> {
        let read = match self.read(question, asked) {
            Ok(Some(read)) => read,
            Ok(None) => return Ok(LessonSeen::default()),
            Err(AskFault::GivenUp) => return Ok(LessonSeen { given_up: true, ..LessonSeen::default() }),
            Err(fault) => return Err(fault),
        };
        // The places say where.
        let question = LogQuestion { client: None, ..read };
        if places.is_empty() {
            return Ok(LessonSeen::default());
        }
        let fetched = self.works.log_in_places(&question, places, MOST_OF_LESSON)?;
        let until = fetched.reached.filter(|_| fetched.next.is_some());
        let given_up = fetched.given_up;
        let answered = self.shown(Fetched { reached: None, ..fetched })?;
        let mut devices: Vec<OnDevice> = Vec::new();
        for shown in answered.rows {
            let place = devices.iter().position(|device| device.is_of(&shown)).unwrap_or_else(|| {
                devices.push(OnDevice::of(&shown));
                devices.len() - 1
            });
            if let Some(device) = devices.get_mut(place) {
                device.take(shown);
            }
        }
        Ok(LessonSeen { devices, until, given_up, damage: answered.damage })
    }
}
