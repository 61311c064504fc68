//! Weekly hours: windows of civil time, read in the site's own time zone so that a change of clocks moves nothing.
//!
//! A window may be for named dates alone, such as a school's term: it belongs to the day on which it starts, so that one which runs past
//! midnight runs to its end over the edge of a term as well.
//!
//! Must never read a clock: the moment is passed in. Serves standards B4 (time windows).

use jiff::civil::{Date, DateTime};
use std::sync::Arc;

/// Minutes in a day; the end of a window may stand here ("24:00").
pub const DAY_MINUTES: u16 = 24 * 60;

/// One window of every week, by civil time. A window whose end is not after its start runs past midnight.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Days on which it starts: bit 0 is Monday, bit 6 is Sunday.
    pub days: u8,
    /// First minute of the day that is inside, 0 to 1439.
    pub from: u16,
    /// First minute that is outside again, 1 to 1440.
    pub to: u16,
    /// The dates on which it starts; `None`: on any.
    pub dates: Option<Dates>,
}

/// Named dates, or all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dates {
    /// Their name.
    pub name: Arc<str>,
    /// All dates but these.
    pub outside: bool,
    /// First and last days.
    pub ranges: Arc<[(Date, Date)]>,
}

impl Dates {
    fn hold(&self, day: Date) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&day)) != self.outside
    }
}

/// The hours of a group or of a category. No window at all means: always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct WeeklyHours {
    /// The windows; it is open when any of them is.
    pub windows: Vec<Window>,
}

impl Window {
    /// Is this civil time inside?
    #[must_use]
    pub fn contains(&self, time: DateTime) -> bool {
        let minute = minute_of_day(time);
        let today = self.starts_on(time.date());
        if self.from < self.to {
            return today && (self.from..self.to).contains(&minute);
        }
        (today && minute >= self.from) || (minute < self.to && time.date().yesterday().is_ok_and(|day| self.starts_on(day)))
    }

    /// Does it start on this day?
    pub(super) fn starts_on(&self, day: Date) -> bool {
        self.days & (1 << day.weekday().to_monday_zero_offset()) != 0 && self.dates.as_ref().is_none_or(|dates| dates.hold(day))
    }
}

impl WeeklyHours {
    /// Is this civil time inside any window, or are there none?
    #[must_use]
    pub fn contains(&self, time: DateTime) -> bool {
        self.windows.is_empty() || self.windows.iter().any(|window| window.contains(time))
    }

    /// Are there no windows, so that it is always open?
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.windows.is_empty()
    }
}

fn minute_of_day(time: DateTime) -> u16 {
    u16::try_from(i16::from(time.hour()) * 60 + i16::from(time.minute())).unwrap_or(0)
}
