//! When a report is due: an hour of the place's own clock, each day, each week or each month.

use crate::model::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Days that are looked at for the next one: two months.
const DAYS: i64 = 62;
/// Times that are counted.
const COUNTED: usize = 1000;

/// On which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Each.
    Daily,
    /// One of the week; Monday is 0.
    Weekly(i8),
    /// One of the month, of those that each month has.
    Monthly(i8),
}

/// When.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// On which days.
    pub days: Days,
    /// At which full hour.
    pub hour: i8,
}

impl Days {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Daily).chain((0..7).map(Self::Weekly)).chain((1..=28).map(Self::Monthly))
    }

    /// Its word in forms and in the file.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Daily => "daily".to_owned(),
            Self::Weekly(day) => format!("weekly-{day}"),
            Self::Monthly(day) => format!("monthly-{day}"),
        }
    }

    /// The days of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::all().find(|days| days.word() == word)
    }

    fn has(self, date: Date) -> bool {
        match self {
            Self::Daily => true,
            Self::Weekly(day) => date.weekday().to_monday_zero_offset() == day,
            Self::Monthly(day) => date.day() == day,
        }
    }
}

impl Times {
    /// The first one after this moment. An hour that a clock leaves out comes right after; one that it goes through twice counts once.
    #[must_use]
    pub fn next(self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.found(after, zone, 0..DAYS).find(|at| *at > after)
    }

    /// The last one up to this moment.
    #[must_use]
    pub fn last(self, up_to: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        self.found(up_to, zone, (1 - DAYS..=0).rev()).find(|at| *at <= up_to)
    }

    /// How many there are from one of them to another, without the latter.
    #[must_use]
    pub fn between(self, first: Timestamp, last: Timestamp, zone: &TimeZone) -> usize {
        let each = std::iter::successors(Some(first), |at| self.next(*at, zone));
        each.take_while(|at| *at < last).take(COUNTED).count()
    }

    fn found(self, around: Timestamp, zone: &TimeZone, days: impl Iterator<Item = i64>) -> impl Iterator<Item = Timestamp> {
        let today = around.civil().to_zoned(zone.clone()).date();
        let zone = zone.clone();
        days.filter_map(move |away| {
            let date = today.checked_add(away.days()).ok().filter(|date| self.days.has(*date))?;
            Some(Timestamp::from(date.at(self.hour, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    #[test]
    fn each_is_due_once_whatever_the_clock_does() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let table = [
            (Days::Daily, 8, "2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"),
            (Days::Daily, 8, "2026-03-28T07:59:59Z", "2026-03-28T08:00:00Z"),
            // The hour from one to two is not there on that day.
            (Days::Daily, 1, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            // And on this day it is there twice.
            (Days::Daily, 1, "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"),
            (Days::Weekly(0), 8, "2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"),
            (Days::Monthly(28), 0, "2026-02-28T00:00:00Z", "2026-03-28T00:00:00Z"),
            (Days::Monthly(1), 23, "2026-12-31T12:00:00Z", "2027-01-01T23:00:00Z"),
        ];
        for (days, hour, after, next) in table {
            let times = Times { days, hour };
            assert_eq!(times.next(at(after), &zone), Some(at(next)), "{days:?} {after}");
            assert_eq!(times.last(at(next), &zone), Some(at(next)), "{days:?} {after}");
            assert!(times.last(Timestamp(at(next).0 - 1), &zone).is_some_and(|last| last < at(next)), "{days:?}");
        }
        let weekly = Times { days: Days::Weekly(0), hour: 8 };
        assert_eq!(weekly.between(at("2026-03-23T08:00:00Z"), at("2026-04-13T07:00:00Z"), &zone), 3);
        assert!(Days::all().all(|days| Days::of_word(&days.word()) == Some(days)) && Days::of_word("monthly-31").is_none());
    }
}
