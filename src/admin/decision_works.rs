//! What the console asks of the running system about decisions for a while: exceptions and codes (standards A10, B3, I5, X22). What is on
//! a statutory list none of them opens.

use super::works::{FixedWorks, WorksFault};
use crate::model::Timestamp;
use std::sync::{Mutex, PoisonError};

/// What a decision does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecisionKind {
    /// Opens addresses or categories.
    #[default]
    Release,
    /// Gives the rules of another group.
    Unlock,
    /// Closes everything but help lines.
    Suspend,
    /// Closes addresses.
    Close,
}

/// For whom it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DecisionFor {
    /// Everybody; of a code: whoever has it.
    #[default]
    Everybody,
    /// One person, by the name that they sign in with.
    Person(String),
    /// A group, by name.
    Group(String),
    /// Client addresses.
    Room(String),
}

/// What somebody decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDecision {
    /// What it does.
    pub kind: DecisionKind,
    /// For whom.
    pub whom: DecisionFor,
    /// Addresses that it opens or closes.
    pub addresses: Vec<String>,
    /// Categories that it opens.
    pub categories: Vec<String>,
    /// The group whose rules it gives.
    pub to: String,
    /// For how many minutes.
    pub minutes: u64,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
}

/// How a code may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTerms {
    /// Minutes within which it has to be typed.
    pub within: u64,
    /// How many may use it.
    pub uses: u64,
}

/// A decision that stands, or a code that may be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Its number, such as E-1; of a code, such as C-1.
    pub id: String,
    /// What it does, in words.
    pub what: String,
    /// For whom.
    pub whom: DecisionFor,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
    /// Until when; of a code: until when it may be typed.
    pub until: Timestamp,
    /// Of a code: how often it was used, and may be.
    pub used: Option<(u64, u64)>,
}

/// Everything that is decided for a while, and what may be named in a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// What stands, in order.
    pub standing: Vec<Decided>,
    /// Codes that may be typed.
    pub codes: Vec<Decided>,
    /// Places where their file was changed.
    pub damage: Vec<String>,
    /// Groups: names and titles.
    pub groups: Vec<(String, String)>,
    /// Categories that may be opened: names and titles.
    pub categories: Vec<(String, String)>,
    /// Where codes are typed.
    pub code_page: String,
}

/// Why nothing was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndecidedWhy {
    /// This address cannot be read.
    Address(String),
    /// There is no such category, or nobody may open it.
    Category,
    /// There is no such group.
    Group,
    /// Nobody is named for whom it would be, or no range.
    Whom,
    /// It lasts too short or too long: what may be, in words.
    Time(&'static str),
    /// A code that has to be typed too soon, or too late.
    Within,
    /// The reason says nothing, or too much.
    Because,
    /// It could not be kept.
    Works(WorksFault),
}

/// Decisions of the running system.
pub trait DecisionWorks: Send + Sync {
    /// What stands.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn decisions(&self) -> Result<Decisions, WorksFault>;

    /// Puts a decision in force; its number.
    ///
    /// # Errors
    /// [`UndecidedWhy`]: nothing has changed.
    fn decide(&self, new: &NewDecision) -> Result<String, UndecidedWhy>;

    /// Makes a code; its number, and the word, which is nowhere else.
    ///
    /// # Errors
    /// [`UndecidedWhy`]: there is no code.
    fn new_code(&self, new: &NewDecision, terms: CodeTerms) -> Result<(String, String), UndecidedWhy>;

    /// Ends one before its time.
    ///
    /// # Errors
    /// [`WorksFault`]: it stands.
    fn stop_decision(&self, id: &str, by: &str, because: &str) -> Result<(), WorksFault>;
}

/// Decisions that tests make.
#[derive(Debug, Default)]
pub struct FixedDecisions(Mutex<Vec<Decided>>);

impl FixedDecisions {
    fn add(&self, new: &NewDecision, used: Option<(u64, u64)>) -> Result<String, UndecidedWhy> {
        if let Some(bad) = new.addresses.iter().find(|address| address.contains(' ')) {
            return Err(UndecidedWhy::Address(bad.clone()));
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = format!("{}-{}", if used.is_some() { "C" } else { "E" }, all.len() + 1);
        let what = format!("{:?} {}", new.kind, new.addresses.join(", "));
        let (whom, by, because) = (new.whom.clone(), new.by.clone(), new.because.clone());
        all.push(Decided { id: id.clone(), what, whom, by, because, until: Timestamp::default(), used });
        Ok(id)
    }
}

impl DecisionWorks for FixedWorks {
    fn decisions(&self) -> Result<Decisions, WorksFault> {
        let all = self.decided.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (codes, standing) = all.into_iter().partition(|one| one.used.is_some());
        let pair = |name: &str| (name.to_owned(), name.to_uppercase());
        Ok(Decisions {
            standing,
            codes,
            groups: vec![pair("children"), pair("staff")],
            categories: vec![pair("games")],
            ..Decisions::default()
        })
    }

    fn decide(&self, new: &NewDecision) -> Result<String, UndecidedWhy> {
        self.decided.add(new, None)
    }

    fn new_code(&self, new: &NewDecision, terms: CodeTerms) -> Result<(String, String), UndecidedWhy> {
        Ok((self.decided.add(new, Some((0, terms.uses)))?, "SECRET-WORD".to_owned()))
    }

    fn stop_decision(&self, id: &str, _by: &str, _because: &str) -> Result<(), WorksFault> {
        self.decided.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| one.id != id);
        Ok(())
    }
}
