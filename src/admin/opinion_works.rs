//! What the page of opinions asks of the running system, as a door: assembly stands behind it.

use crate::ports::WeDid;
use std::sync::{Mutex, PoisonError};

/// What the page of opinions asks of the running system.
pub trait OpinionWorks: Send + Sync {
    /// What people at the screen are told from now on, the newest first.
    fn we_did(&self, all: Vec<WeDid>);
}

/// Keeps what tests can look at.
#[derive(Debug, Default)]
pub struct FixedOpinions {
    /// What people were told last.
    pub told: Mutex<Vec<WeDid>>,
}

impl OpinionWorks for super::works::FixedWorks {
    fn we_did(&self, all: Vec<WeDid>) {
        *self.opinions.told.lock().unwrap_or_else(PoisonError::into_inner) = all;
    }
}
