//! Times as people type them. The clock and the zone are given, never asked for here.

use crate::model::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan, Zoned};

/// The moment and the zone in which times are understood.
#[derive(Clone, Debug)]
pub struct Now {
    /// Now.
    pub at: Timestamp,
    /// Where no zone is given, this one is meant.
    pub zone: TimeZone,
}

/// Text that is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time: expected 2026-11-22T10:40:00Z, `2026-11-22 10:40`, 2026-11-22, 10:40, today, yesterday, now, or 2h (ago)")]
pub struct TimeFault(String);

/// What was typed.
enum Meant {
    Day(Date),
    Instant(Timestamp),
}

impl Now {
    /// The time at which a span starts; a day means its first moment.
    ///
    /// # Errors
    /// [`TimeFault`] when the text is no time.
    pub fn start(&self, text: &str) -> Result<Timestamp, TimeFault> {
        self.read(text, Some)
    }

    /// The time before which a span ends; a day means its last moment.
    ///
    /// # Errors
    /// [`TimeFault`] when the text is no time.
    pub fn end(&self, text: &str) -> Result<Timestamp, TimeFault> {
        self.read(text, |day| day.tomorrow().ok())
    }

    fn read(&self, text: &str, day: impl FnOnce(Date) -> Option<Date>) -> Result<Timestamp, TimeFault> {
        let meant = match self.meant(text.trim()) {
            Some(Meant::Instant(at)) => Some(at),
            Some(Meant::Day(date)) => day(date).and_then(|date| self.local(date.at(0, 0, 0, 0))),
            None => None,
        };
        meant.ok_or_else(|| TimeFault(text.to_owned()))
    }

    fn meant(&self, text: &str) -> Option<Meant> {
        let today = self.zoned().date();
        let clock = |time: Time| self.local(today.to_datetime(time)).map(Meant::Instant);
        match text {
            "now" => Some(Meant::Instant(self.at)),
            "today" => Some(Meant::Day(today)),
            "yesterday" => today.checked_sub(1.day()).ok().map(Meant::Day),
            _ if is_day(text) => text.parse().ok().map(Meant::Day),
            _ if text.ends_with(|c: char| c.is_ascii_lowercase()) && !text.contains(':') => self.ago(text).map(Meant::Instant),
            _ => {
                let instant = text.parse::<jiff::Timestamp>().ok().map(|at| Meant::Instant(at.into()));
                let civil = || text.parse::<DateTime>().ok().and_then(|at| self.local(at)).map(Meant::Instant);
                instant.or_else(civil).or_else(|| text.parse::<Time>().ok().and_then(clock))
            }
        }
    }

    fn ago(&self, text: &str) -> Option<Timestamp> {
        let days = text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok());
        let duration = days.and_then(|days| days.checked_mul(24)).map(SignedDuration::from_hours).or_else(|| text.parse().ok())?;
        self.at.civil().checked_sub(duration.abs()).ok().map(Timestamp::from)
    }

    fn zoned(&self) -> Zoned {
        self.at.civil().to_zoned(self.zone.clone())
    }

    fn local(&self, at: DateTime) -> Option<Timestamp> {
        at.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp().into())
    }
}

/// `2026-11-22`
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let now = Now { at: "2026-11-22T18:30:00Z".parse::<jiff::Timestamp>().unwrap().into(), zone };
        let table = [
            ("now", "2026-11-22T18:30:00Z", "2026-11-22T18:30:00Z"),
            ("today", "2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"),
            ("yesterday", "2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"),
            ("2026-11-01", "2026-10-31T23:00:00Z", "2026-11-01T23:00:00Z"),
            ("10:40", "2026-11-22T09:40:00Z", "2026-11-22T09:40:00Z"),
            ("10:40:05", "2026-11-22T09:40:05Z", "2026-11-22T09:40:05Z"),
            ("2026-11-01 10:40", "2026-11-01T09:40:00Z", "2026-11-01T09:40:00Z"),
            ("2026-11-01T10:40:00Z", "2026-11-01T10:40:00Z", "2026-11-01T10:40:00Z"),
            ("2026-11-01T10:40:00+02:00", "2026-11-01T08:40:00Z", "2026-11-01T08:40:00Z"),
            ("2h", "2026-11-22T16:30:00Z", "2026-11-22T16:30:00Z"),
            ("90m", "2026-11-22T17:00:00Z", "2026-11-22T17:00:00Z"),
            ("3d", "2026-11-19T18:30:00Z", "2026-11-19T18:30:00Z"),
        ];
        for (text, start, end) in table {
            let expect = |at: &str| Ok(at.parse::<jiff::Timestamp>().unwrap().into());
            assert_eq!(now.start(text), expect(start), "from {text}");
            assert_eq!(now.end(text), expect(end), "to {text}");
        }
        for text in ["", "soon", "25:00", "2026-13-01", "2026-02-30", "9999999999d", "-", "2026-11-22T99:00:00Z"] {
            assert!(now.start(text).is_err(), "{text}");
        }
    }
}
