//! When what is closed now opens again, for the page that says so.

use super::hours::WeeklyHours;
use super::set::PolicySet;
use super::used::Used;
use crate::model::{GroupId, Reason, Timestamp};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// So many days ahead it is looked: further away than any holiday.
const DAYS: i32 = 400;

impl PolicySet {
    /// The moment at which it opens again, where it is the hour or the day that closes it. `None`: it does not, or nobody can tell.
    #[must_use]
    pub fn opens_again(&self, group: GroupId, reason: Reason, now: Timestamp) -> Option<Timestamp> {
        let zone = self.zone(group);
        let from = if reason == Reason::OutsideHours {
            now
        } else if reason == Reason::QuotaUsed {
            Used::on_day_of(now, zone).ends().1
        } else {
            return None;
        };
        next_open(&self.planned(group).1.hours, from, zone)
    }
}

/// The first moment from this one on that lies inside.
fn next_open(hours: &WeeklyHours, from: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let civil = |moment: Timestamp| zone.to_datetime(moment.civil());
    if hours.contains(civil(from)) {
        return Some(from);
    }
    let today = civil(from).date();
    let days = (0..DAYS).filter_map(|ahead| today.checked_add(ahead.days()).ok());
    days.filter_map(|day| {
        let starts = hours.windows.iter().filter(|window| window.starts_on(day)).filter_map(|window| {
            let start = day.at(0, 0, 0, 0).checked_add(i64::from(window.from).minutes()).ok()?;
            Some(Timestamp::from(start.to_zoned(zone.clone()).ok()?.timestamp()))
        });
        starts.filter(|start| *start > from).min()
    })
    .next()
}

#[cfg(test)]
mod tests {
    use super::super::hours::{Dates, Window};
    use super::*;
    use jiff::civil::date;

    fn at(text: &str) -> Timestamp {
        text.parse::<jiff::Zoned>().unwrap().timestamp().into()
    }

    #[test]
    fn what_is_closed_opens_with_the_next_window() {
        let london = TimeZone::get("Europe/London").unwrap();
        let window = |days, from, to, outside: Option<bool>| Window {
            days,
            from,
            to,
            dates: outside.map(|outside| Dates { name: "term".into(), outside, ranges: [(date(2026, 9, 3), date(2026, 12, 18))].into() }),
        };
        let school = window(0b1_1111, 510, 960, Some(false));
        for (windows, from, expected) in [
            (vec![], "2026-06-15T12:00[Europe/London]", Some("2026-06-15T12:00[Europe/London]")),
            (vec![school.clone()], "2026-06-15T12:00[Europe/London]", Some("2026-09-03T08:30[Europe/London]")),
            (vec![school.clone()], "2026-09-04T16:00[Europe/London]", Some("2026-09-07T08:30[Europe/London]")),
            (vec![school.clone()], "2026-12-18T16:00[Europe/London]", None),
            (
                vec![school, window(0b111_1111, 600, 720, Some(true))],
                "2026-12-18T16:00[Europe/London]",
                Some("2026-12-19T10:00[Europe/London]"),
            ),
        ] {
            let got = next_open(&WeeklyHours { windows: windows.clone() }, at(from), &london);
            assert_eq!(got, expected.map(at), "{windows:?} {from}");
        }
    }
}
