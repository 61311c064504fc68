//! What the console does by the clock: letters about alerts, what goes further up, the weekly digest, steps that are overdue, and incidents
//! whose time is over (standards F6, F7, F21, X12).
//!
//! A letter says that there is something, and how grave; never who, never an address.

use super::alerts::{self, Alert, NewAlert, Raised};
use super::book::{BookFault, fact, put_fact};
use super::desk::Desk;
use super::incident_rows as rows;
use super::incidents::Incident;
use super::next_step::next_step;
use super::outbox;
use super::watch::{WatchFault, micros};
use crate::config::AlertSettings;
use crate::model::{Severity, Theme, Timestamp};
use crate::record::EventKind;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Quiet hours are looked at in steps of this; after so many steps a letter leaves in any case.
const STEP_US: i64 = 15 * 60 * 1_000_000;
const STEPS: i64 = 7 * 24 * 4;
/// A grave one that nobody has taken for so long is an alert of its own.
const HOUR_US: i64 = 3600 * 1_000_000;
/// As many sites are named in a letter.
const SITES: usize = 5;
/// As many open incidents are looked at in a round for steps that are overdue; the next ones in the next.
const LOOKED_AT: usize = 100;

/// What a clock that is ahead takes out never comes back: after it has leapt so far, nothing is taken out for so long.
const LEAP_US: i64 = 30 * 24 * HOUR_US;
/// When it was looked for what is to be taken out, and until when nothing is.
const FORGOT: &str = "forgot_at";
const WAITS: &str = "forgets_nothing_until";
/// The class of records about what people asked for.
const WEB_LOG: &str = "web_log";
/// Alerts without names stay for so long at least: figures look a year back.
const ALERTS_STAY: Duration = Duration::from_secs(731 * 86_400);

/// A part of a round.
type Part<'a> = &'a dyn Fn() -> Result<(), WatchFault>;

impl Desk {
    /// Does what the clock asks for. Each part is whole or not at all, and no part waits for another to go well.
    ///
    /// # Errors
    /// [`WatchFault`]: the first part that failed. It is tried again.
    pub fn go_round(&self) -> Result<(), WatchFault> {
        let (settings, now, zone) = (self.works.alert_settings(), self.clock.now().wall, self.works.zone());
        let parts: [Part<'_>; 10] = [
            &|| self.tell_recovered(),
            &|| self.book.change(|book| self.look_at_sites(book)),
            &|| self.book.change(|book| self.find_overdue(book, now)),
            &|| self.book.change(|book| self.look_at_contacts(book, now)),
            &|| self.book.change(|book| self.tell(book, &settings, (now, &zone))),
            &|| self.book.change(|book| self.escalate(book, &settings, now)),
            &|| self.book.change(|book| self.digest(book, &settings, (now, &zone))),
            &|| self.book.change(|book| self.see_duties(book, &settings, (now, &zone))),
            &|| self.book.change(|book| Ok(outbox::set_back(book, now)?)),
            &|| self.book.change(|book| self.forget_over(book, now)),
        ];
        // All of them, whatever becomes of one: what fails must not keep letters back.
        let done = parts.map(|part| part());
        done.into_iter().collect()
    }

    /// Takes out incidents whose time is over, and what alerts say of people as long as the log of them is kept.
    fn forget_over(&self, book: &Connection, now: Timestamp) -> Result<(), WatchFault> {
        if !may_forget(book, now)? {
            return Ok(());
        }
        let before = |span: Duration| Timestamp(now.0 - micros(span));
        let kept = self.works.keeping().kept;
        if let Some(span) = kept.iter().find(|kept| kept.class == WEB_LOG).map(|kept| kept.keep) {
            alerts::forget(book, before(span), before(span.max(ALERTS_STAY)))?;
        }
        let keep = micros(self.works.incident_settings().keep);
        for id in rows::over(book, Timestamp(now.0 - keep))? {
            self.record_itself(EventKind::IncidentChanged, format!("incident {id} is taken out: its time is over"))?;
            rows::forget(book, id)?;
        }
        Ok(())
    }

    fn find_overdue(&self, book: &Connection, now: Timestamp) -> Result<(), WatchFault> {
        let settings = self.works.incident_settings();
        let open = rows::not_closed(book, self.looked_at.load(Relaxed), LOOKED_AT)?;
        let next = open.last().filter(|_| open.len() == LOOKED_AT).map_or(0, |last| last.id);
        for incident in open {
            let overdue = next_step(&incident, &settings.flowchart).filter(|next| next.due < now).map(|next| next.step.id.as_str());
            let what = overdue.map(|step| format!("step '{step}' is overdue"));
            let abandoned = (incident.is_abandoned() && incident.opened.0 + HOUR_US < now.0).then(|| "nobody looks after it".to_owned());
            for said in [what, abandoned].into_iter().flatten() {
                self.raise_of(book, &incident, &said, now)?;
            }
        }
        self.looked_at.store(next, Relaxed);
        Ok(())
    }

    fn raise_of(&self, book: &Connection, incident: &Incident, said: &str, now: Timestamp) -> Result<(), WatchFault> {
        let merge_key = format!("incident\n{}\n{said}", incident.id);
        if alerts::was_ever(book, &merge_key)? {
            return Ok(());
        }
        let theme = if incident.origin == "statutory" { Theme::Statutory } else { Theme::Help };
        let (rule, since) = ("incident", Timestamp(0));
        let raised = Raised { rule, theme, severity: incident.severity(), merge_key: &merge_key, since };
        let seen =
            NewAlert { group: incident.scope.group.clone(), said: format!("Incident {}: {said}", incident.id), ..NewAlert::default() };
        if let Some(id) = alerts::raise(book, &raised, &seen, now)? {
            alerts::put_incident(book, id, incident.id)?;
            self.record_itself(EventKind::AlertRaised, format!("alert {id}: incident {}: {said}", incident.id))?;
        }
        Ok(())
    }

    /// Puts letters down about alerts of which nobody was told. In quiet hours all but the gravest wait as alerts, and not as letters: they
    /// make one letter then, and none has to wait for room.
    fn tell(&self, book: &Connection, settings: &AlertSettings, (now, zone): (Timestamp, &TimeZone)) -> Result<(), WatchFault> {
        let mut letters: BTreeMap<(&str, bool), Vec<&Alert>> = BTreeMap::new();
        let is_quiet = end_of_quiet(settings, now, zone) > now;
        let untold = alerts::untold(book)?;
        for alert in untold.iter().filter(|alert| !is_quiet || alert.severity == Severity::GRAVE) {
            alerts::is_told(book, alert.id)?;
            for to in recipients(settings, alert) {
                letters.entry((to, alert.severity == Severity::GRAVE)).or_default().push(alert);
            }
        }
        for ((to, grave), of) in letters {
            let places = self.places_of(of.iter().map(|alert| &*alert.seen.group));
            let (subject, body) = about(&of, &places);
            let room = if grave { outbox::MOST_GRAVE } else { outbox::MOST };
            let is_taken = outbox::put_where_room(book, to, (&subject, &body), room, now)?;
            self.is_put(book, to, is_taken, now)?;
        }
        Ok(())
    }

    fn escalate(&self, book: &Connection, settings: &AlertSettings, now: Timestamp) -> Result<(), WatchFault> {
        let waiting = alerts::waiting(book, Timestamp(now.0 - micros(settings.escalate_after)))?;
        for alert in &waiting {
            alerts::is_escalated(book, alert.id)?;
            self.record_itself(EventKind::AlertRaised, format!("alert {}: nobody has taken it on in time", alert.id))?;
        }
        if waiting.is_empty() {
            return Ok(());
        }
        let places = self.places_of(waiting.iter().map(|alert| &*alert.seen.group));
        let (subject, body) = about(&waiting.iter().collect::<Vec<_>>(), &places);
        let letter = (format!("{subject}: nobody has taken it on"), format!("Nobody has taken this on in time.\n\n{body}"));
        let is_grave = waiting.iter().any(|alert| alert.severity == Severity::GRAVE);
        let room = if is_grave { outbox::MOST_GRAVE } else { outbox::MOST };
        settings.escalate_to.iter().try_for_each(|to| {
            let is_taken = outbox::put_where_room(book, to, (&letter.0, &letter.1), room, now)?;
            self.is_put(book, to, is_taken, now)
        })
    }

    /// The digest of the week that ended last: kept for the console in any case.
    fn digest(&self, book: &Connection, settings: &AlertSettings, (now, zone): (Timestamp, &TimeZone)) -> Result<(), WatchFault> {
        let Some((from, until)) = last_week(now, zone) else { return Ok(()) };
        if alerts::last_digest(book, now)?.is_some_and(|(known, _)| known >= until) {
            return Ok(());
        }
        let opened = rows::opened_between(book, from, until)?.len();
        let text = digest_text(&alerts::tally(book, from, until)?, opened);
        alerts::put_digest(book, until, &text)?;
        let site = self.everywhere();
        let letter = (format!("Lifeguard: the week at {site}"), format!("{text}\nSign in to the console to see more.\n"));
        settings.digest_to.iter().try_for_each(|to| self.put_letter(book, to, &letter, now, now))
    }

    /// Where something happened in these groups, for a letter: of several sites those that it is about.
    pub(super) fn places_of<'a>(&self, groups: impl Iterator<Item = &'a str>) -> String {
        if !self.works.has_sites() {
            return self.works.site();
        }
        let mut sites: Vec<String> = groups.map(|group| self.works.site_of_group(group)).collect();
        sites.sort_unstable();
        sites.dedup();
        self.titles_of(&sites)
    }

    /// These sites by their titles, as far as a letter takes them.
    pub(super) fn titles_of(&self, sites: &[String]) -> String {
        let known = self.works.site_names();
        let title = |site: &String| known.iter().find(|(name, _)| name == site).map_or_else(|| site.clone(), |(_, title)| title.clone());
        let more = sites.len().saturating_sub(SITES);
        let named = sites.iter().take(SITES).map(title).collect::<Vec<_>>().join(", ");
        if more == 0 { named } else { format!("{named} and {more} more") }
    }

    /// What a letter about everything here is about.
    pub(super) fn everywhere(&self) -> String {
        match self.works.site_names().len() {
            0 | 1 => self.works.site(),
            many => format!("all {many} sites"),
        }
    }

    pub(super) fn put_letter(
        &self,
        book: &Connection,
        to: &str,
        letter: &(String, String),
        due: Timestamp,
        now: Timestamp,
    ) -> Result<(), WatchFault> {
        let is_taken = outbox::put(book, to, (&letter.0, &letter.1), due, now)?;
        self.is_put(book, to, is_taken, now)
    }

    /// A letter that was not taken is told.
    fn is_put(&self, book: &Connection, to: &str, is_taken: bool, now: Timestamp) -> Result<(), WatchFault> {
        if !is_taken {
            let said = format!("a letter to {to} was not taken: too many wait");
            self.is_lost(book, (to, &said), now)?;
            self.record_itself(EventKind::MailFailed, said)?;
        }
        Ok(())
    }
}

/// Is it time to take out what is over? Once an hour; and not while the clock may be ahead.
fn may_forget(book: &Connection, now: Timestamp) -> Result<bool, BookFault> {
    let moment = |key: &str| -> Result<Option<i64>, BookFault> { Ok(fact(book, key)?.and_then(|at| at.parse().ok())) };
    let (last, waits) = (moment(FORGOT)?, moment(WAITS)?.unwrap_or(0));
    if last.is_some_and(|last| (0..HOUR_US).contains(&(now.0 - last))) {
        return Ok(false);
    }
    let waits = match last {
        Some(last) if now.0 - last > LEAP_US => now.0 + LEAP_US,
        // It was ahead, and has gone back.
        Some(_) if waits > now.0 + LEAP_US => 0,
        Some(_) | None => waits,
    };
    put_fact(book, FORGOT, &now.0.to_string())?;
    put_fact(book, WAITS, &waits.to_string())?;
    Ok(waits <= now.0)
}

/// Who gets the letter about an alert. What the console raises by itself goes where statutory alerts go; where nobody is named for those, to
/// whoever is told last.
fn recipients<'a>(settings: &'a AlertSettings, alert: &Alert) -> &'a [String] {
    if let Some(rule) = settings.rules.iter().find(|rule| rule.name == alert.rule) {
        return &rule.to;
    }
    let statutory = settings.rules.iter().find(|rule| rule.statutory && !rule.to.is_empty());
    statutory.map_or(&settings.escalate_to, |rule| &rule.to)
}

/// What a letter about alerts says.
fn about(of: &[&Alert], site: &str) -> (String, String) {
    let gravest = of.iter().map(|alert| alert.severity).max().unwrap_or(Severity::ALL[0]);
    let mut themes: Vec<&str> = of.iter().map(|alert| alert.theme.word()).collect();
    themes.sort_unstable();
    themes.dedup();
    let many = if of.len() == 1 { "There is a new alert".to_owned() } else { format!("There are {} new alerts", of.len()) };
    let body =
        format!("{many} at {site}, the gravest of severity {gravest} ({}).\nSign in to the console to see more.\n", themes.join(", "));
    (format!("Lifeguard: alert of severity {gravest}"), body)
}

fn digest_text(tally: &[alerts::Tally], opened: usize) -> String {
    let mut text = String::from("Alerts of the week:\n");
    for (theme, severity, alerts, times, open) in tally {
        text += &format!("  {theme}, severity {severity}: {alerts} ({times} times), of which nobody took on {open}\n");
    }
    if tally.is_empty() {
        text += "  none\n";
    }
    text + &format!("Incidents opened: {opened}\n")
}

/// The moment from which letters about alerts leave.
fn end_of_quiet(settings: &AlertSettings, now: Timestamp, zone: &TimeZone) -> Timestamp {
    let is_quiet = |at: Timestamp| {
        let civil = jiff::Timestamp::from_microsecond(at.0).map(|at| at.to_zoned(zone.clone()).datetime());
        !settings.quiet.is_always() && civil.is_ok_and(|civil| settings.quiet.contains(civil))
    };
    (0..STEPS).map(|step| Timestamp(now.0 + step * STEP_US)).find(|at| !is_quiet(*at)).unwrap_or(now)
}

/// The week from Monday to Monday that ended last.
pub(super) fn last_week(now: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let today = jiff::Timestamp::from_microsecond(now.0).ok()?.to_zoned(zone.clone()).start_of_day().ok()?;
    let monday = |weeks: i64| -> Option<Zoned> {
        let back = i64::from(today.weekday().to_monday_zero_offset()) + 7 * weeks;
        today.checked_sub(back.days()).ok()
    };
    let moment = |day: Zoned| Timestamp(day.timestamp().as_microsecond());
    Some((moment(monday(1)?), moment(monday(0)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{WeeklyHours, Window};

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn a_week_ends_on_monday_at_midnight_of_the_place_and_letters_wait_for_the_end_of_the_night() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let (from, until) = last_week(at("2026-03-30T10:00:00Z"), &zone).unwrap();
        assert_eq!((from, until), (at("2026-03-23T00:00:00Z"), at("2026-03-29T23:00:00Z")), "the clocks were put forward on Sunday");
        let night = Window { days: 0x7f, from: 20 * 60, to: 7 * 60, dates: None };
        let settings = AlertSettings { quiet: WeeklyHours { windows: vec![night] }, ..AlertSettings::default() };
        assert_eq!(end_of_quiet(&settings, at("2026-01-05T22:10:00Z"), &zone), at("2026-01-06T07:10:00Z"));
        assert_eq!(end_of_quiet(&settings, at("2026-01-05T12:00:00Z"), &zone), at("2026-01-05T12:00:00Z"));
        let always = Window { days: 0x7f, from: 0, to: 1440, dates: None };
        let settings = AlertSettings { quiet: WeeklyHours { windows: vec![always] }, ..AlertSettings::default() };
        assert_eq!(end_of_quiet(&settings, at("2026-01-05T12:00:00Z"), &zone), at("2026-01-05T12:00:00Z"), "quiet for ever is no quiet");
    }
}
