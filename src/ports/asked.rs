//! What people at the screen say to staff, and what staff answer: plain data, and the door through which it goes (issue 7; standard E9).
//!
//! Must never carry an address that a statutory list holds: who asks for one gets no form for it.

use crate::model::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// Longest text that somebody may write, in characters.
pub const LONGEST_WORDS: usize = 1_000;

/// Somebody thinks that a page should not be closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amendment {
    /// When it was asked.
    pub at: Timestamp,
    /// Reference number of the refusal.
    pub reference: String,
    /// Who asks, for a seal alone: it is never kept as it stands.
    pub whose: String,
    /// The group, by name.
    pub group: String,
    /// The host.
    pub host: String,
    /// The address without what follows a question mark.
    pub address: String,
    /// Code of the reason.
    pub reason: String,
    /// The category that decided, by name; empty: none.
    pub category: String,
    /// The layer and rule that decided.
    pub layer: String,
    /// The list that decided; empty: none.
    pub list: String,
    /// What they write.
    pub words: String,
}

/// Somebody is worried about something that they saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worry {
    /// When it was told.
    pub at: Timestamp,
    /// The group, by name.
    pub group: String,
    /// The name that they wrote; empty: none.
    pub name: String,
    /// What they write.
    pub words: String,
}

/// It was put down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutDown {
    /// Its number for staff, such as `A-7` or `W-2`.
    pub id: String,
    /// The number with which its writer finds the answer. A secret of theirs: it says nothing about them, and cannot be guessed.
    pub number: String,
    /// SHA-256 of what they wrote, for the record.
    pub digest: String,
}

/// It was not put down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueFault {
    /// As many are open as there may be.
    #[error("as many are open as the queue takes")]
    Full,
    /// This person has asked a lot already, and is answered first.
    #[error("this person has as many open as one may have")]
    Enough,
    /// It cannot be written or read.
    #[error("the queue cannot be written or read: {0}")]
    Broken(Box<str>),
}

/// How far staff are with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueueState {
    /// Nobody has answered yet.
    #[default]
    Open,
    /// Answered.
    Answered,
    /// It stays as it is.
    Declined,
    /// Something was changed.
    Done,
}

impl QueueState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Answered, Self::Declined, Self::Done];

    /// Its word, in files, forms and for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Done => "done",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// What staff say to whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// When it was asked.
    pub asked: Timestamp,
    /// How far they are.
    pub state: QueueState,
    /// When they answered.
    pub answered: Timestamp,
    /// What they write; empty: nothing.
    pub words: String,
}

/// Where it goes. Each call may take as long as a disk takes.
pub trait QueueDesk: Send + Sync {
    /// Puts an amendment down; it is on disk when this returns.
    ///
    /// # Errors
    /// [`QueueFault`]: nobody will see it.
    fn ask(&self, amendment: &Amendment) -> Result<PutDown, QueueFault>;

    /// Puts a worry down; it is on disk when this returns.
    ///
    /// # Errors
    /// [`QueueFault`]: nobody will see it.
    fn tell(&self, worry: &Worry) -> Result<PutDown, QueueFault>;

    /// How far staff are with what has this number. `None`: nothing has it.
    ///
    /// # Errors
    /// [`QueueFault`]: it cannot be read.
    fn find(&self, number: &str) -> Result<Option<Answer>, QueueFault>;
}

/// The last answer for each group and host, for the page that says that it is closed.
#[derive(Clone, Debug, Default)]
pub struct Answers(HashMap<(Box<str>, Box<str>), Arc<Answer>>);

impl Answers {
    /// These, by group and host.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = (String, String, Answer)>) -> Self {
        Self(all.into_iter().map(|(group, host, answer)| ((group.into(), host.into()), Arc::new(answer))).collect())
    }

    /// What was said to this group about this host.
    #[must_use]
    pub fn of(&self, group: &str, host: &str) -> Option<Arc<Answer>> {
        // Nothing is made for a question where there are no answers at all: most places, most of the time.
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(group.into(), host.into())).cloned()
    }
}

/// What people write, as it is kept: no control characters but line ends, no longer than it may be. `None`: nothing was written.
#[must_use]
pub fn tidy(written: &str, longest: usize) -> Option<String> {
    let kept: String = written.replace("\r\n", "\n").chars().filter(|c| *c == '\n' || !c.is_control()).take(longest).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_bounded_and_keeps_its_lines() {
        assert_eq!(tidy(" a\r\nb\u{7}\u{0} ", 10).as_deref(), Some("a\nb"));
        assert_eq!(tidy("\r\n \t", 10), None);
        assert_eq!(tidy(&"\u{e9}".repeat(2_000), LONGEST_WORDS).unwrap().chars().count(), LONGEST_WORDS);
    }

    #[test]
    fn states_have_words_of_their_own() {
        for state in QueueState::ALL {
            assert_eq!(QueueState::of_word(state.word()), Some(state));
        }
        assert_eq!(QueueState::of_word("new"), None);
    }

    #[test]
    fn an_answer_is_for_its_group_and_its_host_alone() {
        let at = Timestamp::from_seconds(1);
        let answer = Answer { asked: at, state: QueueState::Answered, answered: at, words: "Yes.".into() };
        let answers = Answers::new([("children".to_owned(), "a.test".to_owned(), answer.clone())]);
        assert_eq!(answers.of("children", "a.test").as_deref(), Some(&answer));
        assert!(answers.of("adults", "a.test").is_none() && answers.of("children", "b.a.test").is_none());
        assert!(Answers::default().of("children", "a.test").is_none());
    }
}
