//! What the queue asks of the running system, as a door: assembly stands behind it.

use super::works::WorksFault;
use crate::model::Timestamp;
use crate::ports::Answer;
use std::sync::{Mutex, PoisonError};

/// A host that is to be open for a group until a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowing {
    /// The host, with everything below it.
    pub host: String,
    /// The group, by name.
    pub group: String,
    /// Until when.
    pub until: Timestamp,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
}

/// A host that is to be in a category of this place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filing {
    /// The host, with everything below it.
    pub host: String,
    /// The category.
    pub category: String,
    /// Who decided.
    pub by: String,
    /// Why.
    pub because: String,
}

/// Why nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsedFault {
    /// There is no such group by now.
    Group,
    /// Nobody here may fill this category, or the host is in it already.
    Category,
    /// It ends too early or too late.
    Until,
    /// The reason says nothing, or too much.
    Because,
    /// It could not be kept.
    Works(WorksFault),
}

/// What the queue asks of the running system. Each call may take as long as a disk takes.
pub trait QueueWorks: Send + Sync {
    /// Opens a host for a group; the number of the exception.
    ///
    /// # Errors
    /// [`UsedFault`]: nothing has changed.
    fn allow(&self, allowing: &Allowing) -> Result<String, UsedFault>;

    /// Puts a host into a category of this place.
    ///
    /// # Errors
    /// [`UsedFault`]: nothing has changed.
    fn file(&self, filing: &Filing) -> Result<(), UsedFault>;

    /// What was last said to each group about each host: from now on its page says so.
    fn answered(&self, answers: Vec<(String, String, Answer)>);
}

/// Does what tests can look at.
#[derive(Debug, Default)]
pub struct FixedQueue {
    /// What was opened.
    pub allowed: Mutex<Vec<Allowing>>,
    /// What was put into categories.
    pub filed: Mutex<Vec<Filing>>,
    /// What was said last.
    pub answers: Mutex<Vec<(String, String, Answer)>>,
}

impl QueueWorks for super::works::FixedWorks {
    fn allow(&self, allowing: &Allowing) -> Result<String, UsedFault> {
        let mut allowed = self.queue.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        allowed.push(allowing.clone());
        Ok(format!("E-{}", allowed.len()))
    }

    fn file(&self, filing: &Filing) -> Result<(), UsedFault> {
        if filing.category == "statutory" {
            return Err(UsedFault::Category);
        }
        self.queue.filed.lock().unwrap_or_else(PoisonError::into_inner).push(filing.clone());
        Ok(())
    }

    fn answered(&self, answers: Vec<(String, String, Answer)>) {
        *self.queue.answers.lock().unwrap_or_else(PoisonError::into_inner) = answers;
    }
}
