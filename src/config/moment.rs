//! Dates and times as people write them. What has no offset is read in the site's time zone, once that is known.

use crate::model::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// What to write, for messages.
pub(super) const EXPECTED: &str = "a date or time such as 2026-12-31 or 2026-12-31T16:00";

/// A date or time that a person types, as a moment; without an offset it is read in this zone.
#[must_use]
pub fn read_moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    read(text)?.start(zone)
}

/// The moment of tests that name none: a Wednesday at noon, so that no test comes out otherwise at night or next year.
pub(super) fn usual(zone: &TimeZone) -> Option<Timestamp> {
    civil(jiff::civil::date(2026, 1, 7).at(12, 0, 0, 0), zone)
}

/// A date or time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Day(Date),
    Civil(DateTime),
    Exact(jiff::Timestamp),
}

/// Reads a date, a date and time, or a date and time with an offset.
pub(super) fn read(text: &str) -> Option<Written> {
    let text = text.trim();
    if let Ok(exact) = text.parse::<jiff::Timestamp>() {
        return Some(Written::Exact(exact));
    }
    match (text.contains(':'), text.parse::<DateTime>(), text.parse::<Date>()) {
        (true, Ok(civil), _) => Some(Written::Civil(civil)),
        (false, _, Ok(day)) => Some(Written::Day(day)),
        (true | false, _, _) => None,
    }
}

impl Written {
    /// The moment it names: the start of a day.
    pub(super) fn start(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => civil(day.to_datetime(jiff::civil::Time::midnight()), zone),
            Self::Civil(time) => civil(time, zone),
            Self::Exact(exact) => Some(exact.into()),
        }
    }

    /// The first moment after it: a day counts to its end.
    pub(super) fn end(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(day) => Self::Day(day.tomorrow().ok()?).start(zone),
            Self::Civil(_) | Self::Exact(_) => self.start(zone),
        }
    }
}

fn civil(time: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    Some(zone.to_zoned(time).ok()?.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_to_their_end_in_the_sites_zone() {
        let london = TimeZone::get("Europe/London").unwrap();
        for (text, start, end) in [
            ("2026-06-15", "2026-06-14T23:00:00.000000Z", "2026-06-15T23:00:00.000000Z"),
            ("2026-12-15 08:30", "2026-12-15T08:30:00.000000Z", "2026-12-15T08:30:00.000000Z"),
            ("2026-06-15T08:30:00", "2026-06-15T07:30:00.000000Z", "2026-06-15T07:30:00.000000Z"),
            ("2026-06-15T08:30:00+02:00", "2026-06-15T06:30:00.000000Z", "2026-06-15T06:30:00.000000Z"),
        ] {
            let written = read(text).unwrap();
            assert_eq!(written.start(&london).unwrap().to_string(), start, "{text}");
            assert_eq!(written.end(&london).unwrap().to_string(), end, "{text}");
        }
        for bad in ["", "tomorrow", "2026-13-01", "2026-02-30", "08:30", "31.12.2026"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
