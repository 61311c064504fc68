//! Times of the week and civil hours and days in a zone. The offset of a zone is looked up once for each quarter of an hour: every
//! change that zones have made in living memory falls on one.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const QUARTER_US: i64 = 15 * 60 * 1_000_000;
const HOUR_US: i64 = 3_600_000_000;
/// Microseconds in a day.
pub(super) const DAY_US: i64 = 24 * HOUR_US;

/// A span of the day on some days of the week, such as a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// On these days.
    pub days: Vec<Weekday>,
    /// Not before this time of the day.
    pub from: Time,
    /// Before this one; if it is not later than `from`, on the next day.
    pub to: Time,
}

/// A zone and windows in it.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// Tells calendars apart: each has looked up offsets of its own zone.
    number: u64,
    zone: TimeZone,
    windows: Vec<(u8, i64, i64)>,
}

thread_local! {
    /// The last quarter of an hour that was asked for on this thread, and the zone's offset in it.
    static LAST: Cell<(u64, i64, i64)> = const { Cell::new((0, i64::MIN, 0)) };
}

static NUMBERS: AtomicU64 = AtomicU64::new(1);

fn of_day(time: Time) -> i64 {
    let nanoseconds = i64::from(time.subsec_nanosecond());
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1_000_000 + nanoseconds / 1000
}

impl Calendar {
    pub(super) fn new(zone: Option<TimeZone>, windows: Vec<Window>) -> Self {
        let days = |days: &[Weekday]| days.iter().fold(0, |bits, day| bits | 1 << day.to_monday_zero_offset());
        let windows = windows.iter().map(|w| (days(&w.days), of_day(w.from), of_day(w.to))).collect();
        Self { number: NUMBERS.fetch_add(1, Relaxed), zone: zone.unwrap_or(TimeZone::UTC), windows }
    }

    /// Civil time in the zone, as microseconds since 1970 there.
    pub(super) fn local(&self, wall: i64) -> i64 {
        let (quarter, me) = (wall.div_euclid(QUARTER_US), self.number);
        let (owner, last, offset) = LAST.get();
        if owner == me && last == quarter {
            return wall.saturating_add(offset);
        }
        let at = crate::model::Timestamp(quarter * QUARTER_US).civil();
        let offset = i64::from(self.zone.to_offset(at).seconds()) * 1_000_000;
        LAST.set((me, quarter, offset));
        wall.saturating_add(offset)
    }

    /// Does a time lie in one of the windows? Without windows every time does.
    pub(super) fn covers(&self, wall: i64) -> bool {
        if self.windows.is_empty() {
            return true;
        }
        let local = self.local(wall);
        let (day, time) = (local.div_euclid(DAY_US), local.rem_euclid(DAY_US));
        // The first of January 1970 was a Thursday.
        let bit = |day: i64| 1_u8 << (day + 3).rem_euclid(7);
        self.windows.iter().any(|&(days, from, to)| {
            let today = days & bit(day) != 0;
            let since_yesterday = days & bit(day - 1) != 0;
            if from < to { today && from <= time && time < to } else { (today && from <= time) || (since_yesterday && time < to) }
        })
    }

    /// Are there windows?
    pub(super) fn has_windows(&self) -> bool {
        !self.windows.is_empty()
    }

    /// `2026-11-22T10` in the zone.
    pub(super) fn hour(&self, wall: i64) -> i64 {
        self.local(wall).div_euclid(HOUR_US)
    }

    /// `2026-11-22` in the zone.
    pub(super) fn day(&self, wall: i64) -> i64 {
        self.local(wall).div_euclid(DAY_US)
    }
}

/// The text of an hour since 1970.
pub(super) fn hour_text(hour: i64) -> String {
    crate::model::Timestamp(hour.saturating_mul(HOUR_US)).civil().strftime("%Y-%m-%dT%H").to_string()
}

/// The text of a day since 1970.
pub(super) fn day_text(day: i64) -> String {
    crate::model::Timestamp(day.saturating_mul(DAY_US)).civil().strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn lessons_are_times_of_the_week_where_people_are() {
        let lesson = Window { days: vec![Weekday::Tuesday], from: Time::constant(10, 40, 0, 0), to: Time::constant(11, 30, 0, 0) };
        let night = Window { days: vec![Weekday::Friday], from: Time::constant(22, 0, 0, 0), to: Time::constant(6, 0, 0, 0) };
        let calendar = Calendar::new(Some(TimeZone::get("Europe/London").unwrap()), vec![lesson, night]);
        let table = [
            ("2026-11-24T10:40:00Z", true),
            ("2026-11-24T10:39:59.999999Z", false),
            ("2026-11-24T11:30:00Z", false),
            ("2026-07-07T09:45:00Z", true),
            ("2026-07-07T10:45:00Z", false),
            ("2026-11-25T10:45:00Z", false),
            ("2026-11-27T23:00:00Z", true),
            ("2026-11-28T05:59:00Z", true),
            ("2026-11-28T22:30:00Z", false),
        ];
        for (text, expected) in table {
            assert_eq!(calendar.covers(wall(text)), expected, "{text}");
        }
        assert_eq!(hour_text(calendar.hour(wall("2026-07-07T23:10:00Z"))), "2026-07-08T00");
        assert_eq!(day_text(calendar.day(wall("2026-07-07T23:10:00Z"))), "2026-07-08");
    }
}
