//! Two duties, apart: to read the digest at its interval, and to take alerts on as they come. Each has an owner and a deputy (standards
//! D25, W1, X12).
//!
//! What is overdue is told by letter: to its owner; and after as long again to the deputy and to those of `escalate_to`. A letter says that
//! something waits, never what. The digest cannot be switched off: it is there each week at least, whoever owns it.

use super::desk::Desk;
use super::duty_rows::{self as rows, Bearer, Duty, Every, Turn};
use super::round::last_week;
use super::watch::{WatchFault, micros};
use crate::config::AlertSettings;
use crate::model::Timestamp;
use crate::record::EventKind;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use rusqlite::Connection;

/// A digest of a week is to be read within so many days; one of a day on its day.
const WEEK_DAYS: i64 = 2;

/// The digest whose time has come: from when until when, and until when it is to be read. After a time without any it begins where the last
/// one ended.
fn next(every: Every, last: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> Option<((Timestamp, Timestamp), Timestamp)> {
    let ((from, until), due) = match every {
        Every::Week => {
            let week = last_week(now, zone)?;
            (week, day_after(week.1, WEEK_DAYS, zone)?)
        }
        Every::Day => {
            let today = jiff::Timestamp::from_microsecond(now.0).ok()?.to_zoned(zone.clone()).start_of_day().ok()?;
            let until = weekday_at_or_before(today)?;
            let from = weekday_at_or_before(until.checked_sub(1.day()).ok()?)?;
            let until = moment(&until);
            ((moment(&from), until), day_after(until, 1, zone)?)
        }
    };
    let is_new = last.is_none_or(|last| last < until);
    is_new.then(|| ((last.unwrap_or(from), until), due))
}

/// Nobody is at work at the weekend: what happens then is in the digest of Monday.
fn weekday_at_or_before(day: Zoned) -> Option<Zoned> {
    let back = match day.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Friday => 0,
    };
    day.checked_sub(back.days()).ok()
}

fn moment(day: &Zoned) -> Timestamp {
    Timestamp(day.timestamp().as_microsecond())
}

fn day_after(at: Timestamp, days: i64, zone: &TimeZone) -> Option<Timestamp> {
    let at = jiff::Timestamp::from_microsecond(at.0).ok()?.to_zoned(zone.clone());
    Some(moment(&at.checked_add(days.days()).ok()?))
}

impl Desk {
    /// Makes the digest whose time has come, and tells of what is overdue.
    pub(super) fn see_duties(
        &self,
        book: &Connection,
        settings: &AlertSettings,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Result<(), WatchFault> {
        let held = rows::held(book, Duty::Proactive)?;
        if let Some((span, due)) = next(held.every, rows::until(book, now)?, now, zone) {
            // One that comes late, or the first one, has its time from now on.
            let due = if due > now { due } else { Timestamp(now.0 + (due.0 - span.1.0)) };
            let id = rows::put_turn(book, span, due)?;
            self.write_to(book, held.owner.as_ref(), (&format!("digest D-{id} is there to be read"), &self.everywhere()), now)?;
        }
        for turn in rows::untold(book)? {
            self.see_turn(book, settings, &turn, now)?;
        }
        let after = micros(settings.escalate_after);
        self.see_queue(book, settings, (1, Timestamp(now.0 - after)), now)?;
        self.see_queue(book, settings, (2, Timestamp(now.0 - 2 * after)), now)
    }

    fn see_turn(&self, book: &Connection, settings: &AlertSettings, turn: &Turn, now: Timestamp) -> Result<(), WatchFault> {
        let span = turn.due.0 - turn.span.1.0;
        let stage = if now.0 >= turn.due.0 + span { 2 } else { i64::from(now >= turn.due) };
        if stage <= turn.stage {
            return Ok(());
        }
        rows::told(book, turn.id, stage)?;
        let what = format!("digest D-{} was not read in time", turn.id);
        self.record_itself(
            EventKind::DutyOverdue,
            format!("{what} ({})", if stage == 1 { "its owner is told" } else { "it goes further up" }),
        )?;
        self.tell_stage(book, settings, Duty::Proactive, (stage, (&what, &self.everywhere())), now)
    }

    fn see_queue(
        &self,
        book: &Connection,
        settings: &AlertSettings,
        (stage, before): (i64, Timestamp),
        now: Timestamp,
    ) -> Result<(), WatchFault> {
        let left = rows::left(book, before, stage)?;
        if left.is_empty() {
            return Ok(());
        }
        for (id, _) in &left {
            rows::told_of(book, *id, stage)?;
        }
        let places = self.places_of(left.iter().map(|(_, group)| &**group));
        let many = left.len();
        let what = format!("{many} {} that nobody has taken on in time", if many == 1 { "alert waits" } else { "alerts wait" });
        self.record_itself(
            EventKind::DutyOverdue,
            format!("{what} ({})", if stage == 1 { "the owner is told" } else { "it goes further up" }),
        )?;
        self.tell_stage(book, settings, Duty::Reactive, (stage, (&what, &places)), now)
    }

    fn tell_stage(
        &self,
        book: &Connection,
        settings: &AlertSettings,
        duty: Duty,
        (stage, what): (i64, Said<'_>),
        now: Timestamp,
    ) -> Result<(), WatchFault> {
        let held = rows::held(book, duty)?;
        if stage == 1 {
            return self.write_to(book, held.owner.as_ref(), what, now);
        }
        self.write_to(book, held.deputy.as_ref(), what, now)?;
        // Alerts that nobody takes on go to `escalate_to` by themselves.
        let last = if duty == Duty::Proactive { &settings.escalate_to[..] } else { &[] };
        last.iter().try_for_each(|to| self.put_letter(book, to, &letter_of(what), now, now))
    }

    fn write_to(&self, book: &Connection, bearer: Option<&Bearer>, what: Said<'_>, now: Timestamp) -> Result<(), WatchFault> {
        match bearer.filter(|bearer| !bearer.to.is_empty()) {
            Some(bearer) => self.put_letter(book, &bearer.to, &letter_of(what), now, now),
            None => Ok(()),
        }
    }
}

/// What a letter says, and of which sites.
type Said<'a> = (&'a str, &'a str);

fn letter_of((what, places): Said<'_>) -> (String, String) {
    (format!("Lifeguard: {what}"), format!("At {places}: {what}.\nSign in to the console and look at \"Duties\".\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn a_digest_of_a_day_skips_the_weekend_and_nothing_is_left_out() {
        let zone = TimeZone::UTC;
        let of = |every, last: Option<&str>, now: &str| next(every, last.map(at), at(now), &zone);
        let whole = |from: &str, until: &str, due: &str| Some(((at(from), at(until)), at(due)));
        let (fri, sat, mon, tue) = ("2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z", "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z");
        assert_eq!(of(Every::Day, None, "2026-01-12T09:00:00Z"), whole(fri, mon, tue), "Monday tells of Friday and the weekend");
        assert_eq!(of(Every::Day, Some(fri), "2026-01-11T09:00:00Z"), None, "nothing on a Sunday");
        assert_eq!(of(Every::Day, None, "2026-01-10T09:00:00Z"), whole("2026-01-08T00:00:00Z", fri, sat));
        assert_eq!(of(Every::Day, Some("2026-01-05T00:00:00Z"), "2026-01-12T09:00:00Z"), whole("2026-01-05T00:00:00Z", mon, tue));
        assert_eq!(of(Every::Week, None, "2026-01-14T09:00:00Z"), whole("2026-01-05T00:00:00Z", mon, "2026-01-14T00:00:00Z"));
        assert_eq!(of(Every::Week, Some(mon), "2026-01-14T09:00:00Z"), None);
    }
}
