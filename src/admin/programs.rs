//! Which programs are used: what was counted of what they say of themselves (standards X9). Nobody's name, client or address is in here.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A program, by what it says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRow {
    /// Its name and the number of its version.
    pub program: String,
    /// It is made to get around filters.
    pub way_round: bool,
    /// Nobody had used it before the last seven days.
    pub new: bool,
    /// Few people use it.
    pub few: bool,
    /// How many people, and how many devices.
    pub people: u64,
    /// Devices, or addresses where no device is known.
    pub devices: u64,
    /// Requests.
    pub requests: u64,
    /// Requests by site.
    pub sites: BTreeMap<String, u64>,
    /// The earliest and the latest, in microseconds.
    pub seen: (i64, i64),
    /// The reference number of its latest request; empty: there is none that anybody may be led to.
    pub reference: String,
}

impl ProgramRow {
    /// Is there a reason to look at it?
    #[must_use]
    pub const fn is_unusual(&self) -> bool {
        self.way_round || self.new || self.few
    }
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramsFound {
    /// Unusual ones: those that are made to get around filters first.
    pub rows: Vec<ProgramRow>,
    /// Different programs.
    pub all: u64,
    /// Of which there is nothing to say.
    pub usual: u64,
    /// Requests of those.
    pub usual_requests: u64,
    /// Requests of unusual ones that are not in the rows.
    pub cut_requests: u64,
    /// All requests.
    pub requests: u64,
    /// Requests that say nothing of their program.
    pub silent: u64,
    /// Requests of more programs than can be kept apart.
    pub beyond: u64,
    /// From when to when, in microseconds.
    pub span: (i64, i64),
    /// Places of the log that could not be read.
    pub damaged: u64,
}
