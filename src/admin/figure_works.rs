//! Figures of the log for pictures, as a door: assembly counts them. Nobody's name, client or address is in them.

use super::reach::Reach;
use super::works::{FixedWorks, WorksFault};
use crate::model::Timestamp;
use jiff::civil::Date;
use std::sync::Arc;

/// An hour of a day, in the time zone of the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CivilHour {
    /// The day.
    pub day: Date,
    /// The hour, 0 to 23.
    pub hour: i8,
}

/// What was asked and blocked in an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HourFigure {
    /// Which.
    pub at: CivilHour,
    /// All requests.
    pub requests: u64,
    /// Those that were blocked.
    pub blocks: u64,
}

/// The last 31 days, hour by hour. An hour without requests is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HourFigures {
    /// The present hour.
    pub now: CivilHour,
    /// Each hour once, in order.
    pub hours: Vec<HourFigure>,
    /// Blocks by category: a request in two categories counts for both, one in none under the empty name.
    pub categories: Vec<(CivilHour, String, u64)>,
    /// The log was too large to be counted in time, or could not be read in some place: there is more.
    pub incomplete: bool,
}

/// The last twelve months that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthFigures {
    /// Month (`2026-11`), requests, blocks; each month once, in order, with those in which nothing happened.
    pub months: Vec<(String, u64, u64)>,
    /// Blocks of all of them by category, as above.
    pub categories: Vec<(String, u64)>,
    /// As above.
    pub incomplete: bool,
}

/// Encrypted connections since the start of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tunnels {
    /// Since when.
    pub since: Timestamp,
    /// Of which the filter saw the host alone.
    pub sealed: u64,
    /// Of which it saw everything.
    pub opened: u64,
    /// Sealed ones to hosts of which single pages are on a list of illegal material.
    pub gaps: u64,
}

/// What pictures ask of the running system.
pub trait FigureWorks: Send + Sync {
    /// The last 31 days of these sites; a minute old at most, or five while they are counted anew.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn hour_figures(&self, reach: &Reach) -> Result<Arc<HourFigures>, WorksFault>;

    /// The last twelve months of these sites that are over; as old as those.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn month_figures(&self, reach: &Reach) -> Result<Arc<MonthFigures>, WorksFault>;

    /// How much of what is encrypted is seen at these sites. `None`: groups of other sites that are called alike are counted together with
    /// theirs, and so it cannot be told.
    fn tunnels(&self, reach: &Reach) -> Option<Tunnels>;
}

/// Figures that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedFigures {
    /// Hour by hour.
    pub hours: HourFigures,
    /// Month by month.
    pub months: MonthFigures,
    /// Encrypted connections.
    pub tunnels: Tunnels,
}

impl FigureWorks for FixedWorks {
    fn hour_figures(&self, reach: &Reach) -> Result<Arc<HourFigures>, WorksFault> {
        Ok(Arc::new(self.of(reach, &self.figures.hours, |site| &site.hours)))
    }

    fn month_figures(&self, reach: &Reach) -> Result<Arc<MonthFigures>, WorksFault> {
        Ok(Arc::new(self.of(reach, &self.figures.months, |site| &site.months)))
    }

    fn tunnels(&self, reach: &Reach) -> Option<Tunnels> {
        Some(self.of(reach, &self.figures.tunnels, |site| &site.tunnels))
    }
}
