//! Reports: questions that the console asks by the clock, and sends as a file to a recipient of the settings (issue 7; standards D8, X12).
//!
//! People are pseudonyms in it, always: what a letter holds nobody can take back. The file is that of the console's own export, bounded;
//! beyond the bound the letter says so and holds none. It goes out in the name of whoever ordered it, and ends with their right to it.

use super::accounts::{self, Account};
use super::asking::{AskFault, Asker, LogFile, LogFileOrder};
use super::audit::Act;
use super::desk::Desk;
use super::outbox::{self, File};
use super::page::count;
use super::releases;
use super::report_rows::{self as rows, Failures, Report};
use super::roles::{Action, may};
use super::watch::WatchFault;
use crate::model::Timestamp;
use crate::record::EventKind;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// Most rows of a report.
pub(super) const MOST: usize = 5_000;
/// Largest file, in bytes: mail servers take no more.
const LARGEST: usize = 4 * 1024 * 1024;
const MINUTE_US: i64 = 60 * 1_000_000;
/// One that cannot be made is given up after so many tries: whoever gets it is told, and the next one comes at its time.
const TRIES: u32 = 8;
/// What failed is tried again after so long.
const AGAIN_US: i64 = 15 * MINUTE_US;
/// A report that is later than this says so.
const LATE_US: i64 = 30 * MINUTE_US;

/// What came of the question.
enum Made {
    File(LogFile),
    /// Too many rows, or too large a file.
    TooMuch,
    TooLong,
}

impl Desk {
    /// Sends what is due, each once.
    ///
    /// # Errors
    /// [`WatchFault`]: it is tried again.
    pub(super) fn send_reports(&self) -> Result<(), WatchFault> {
        let (now, zone) = (self.clock.now().wall, self.works.zone());
        self.set_reports_back((now, &zone))?;
        for report in self.book.read(|book| rows::due(book, now))? {
            let owner = self.book.read(|book| accounts::numbered(book, report.account))?;
            match owner.filter(|owner| owner.closed(now).is_none() && may(Some(owner.role), Action::ExportLog)) {
                Some(owner) => self.send_report(&report, &owner, (now, &zone))?,
                None => self.end_report(&report)?,
            }
        }
        Ok(())
    }

    /// None is due later than the next time that it names, nor waits longer for another try than is waited: what is, was put down by a clock
    /// that was ahead.
    fn set_reports_back(&self, (now, zone): (Timestamp, &TimeZone)) -> Result<(), WatchFault> {
        let later = self.book.read(|book| rows::later(book, now))?;
        let next = |report: &Report| report.times.next(now, zone).map(|next| report.due.min(next));
        let of = later.iter().filter_map(|report| Some((report, next(report)?)));
        for (report, due) in of.filter(|(report, due)| *due < report.due || report.again.0 > now.0 + AGAIN_US) {
            self.book.change(|book| rows::set_back(book, report.id, due))?;
        }
        Ok(())
    }

    /// Nobody answers for it any more.
    fn end_report(&self, report: &Report) -> Result<(), WatchFault> {
        self.book.change(|book| {
            rows::stop(book, report.account, report.id)?;
            let did = format!("report R-{} ended: whoever ordered it may not take rows out of the log any more", report.id);
            Ok(self.record_itself(EventKind::ConsoleChange, did)?)
        })
    }

    fn send_report(&self, report: &Report, owner: &Account, (now, zone): (Timestamp, &TimeZone)) -> Result<(), WatchFault> {
        // What was missed is not made up for one by one: one goes, up to the last time that it was due.
        let until = report.times.last(now, zone).unwrap_or(report.due).max(report.due);
        let Some(next) = report.times.next(now, zone) else { return Ok(()) };
        // The log is asked before the book is held: pages do not wait for it.
        let made = match self.make_report(report, owner, until) {
            Ok(made) => made,
            Err(fault) => return self.report_not_made(report, &fault, (next, now)),
        };
        let words = letter(report, owner, &made, &Sent { site: &self.sites_of(report, owner), now, until, zone });
        let file = match &made {
            Made::File(file) if !file.bytes.is_empty() => {
                let name = format!("report-{}-{}.{}", report.id, until.civil().strftime("%Y%m%d"), report.kind.ending());
                Some(File { name, bytes: file.bytes.clone() })
            }
            Made::File(_) | Made::TooMuch | Made::TooLong => None,
        };
        let taken = self.book.change(|book| {
            if outbox::is_full(book)? {
                return Ok(false);
            }
            // Somebody has stopped it meanwhile.
            if !rows::went(book, report, (until, next))? {
                return Ok(true);
            }
            rows::has_failed(book, report.id, Failures::default())?;
            outbox::put_with(book, &report.to, (&words.0, &words.1), file.as_ref(), (now, now))?;
            let did = format!("report R-{} to {}: {}", report.id, report.to, said(&made, report));
            let act = Act::new(&owner.name, Some(owner.role), Action::ExportLog, did).at(&owner.reach);
            self.record_act(EventKind::ConsoleExport, &act.asking(&report.question.in_words()).because(&report.purpose))?;
            Ok::<_, WatchFault>(true)
        })?;
        if taken { Ok(()) } else { self.report_failed(report, "too many letters wait", now) }
    }

    /// Which sites a report is about: that of its question, or those that its owner reaches.
    fn sites_of(&self, report: &Report, owner: &Account) -> String {
        match (&*report.question.site, owner.reach.asked()) {
            _ if !self.works.has_sites() => self.works.site(),
            ("", None) => self.everywhere(),
            ("", Some(sites)) => self.titles_of(&sites),
            (site, _) => self.titles_of(&[site.to_owned()]),
        }
    }

    fn make_report(&self, report: &Report, owner: &Account, until: Timestamp) -> Result<Made, AskFault> {
        let now = self.clock.now().wall;
        // Its owner's sites of today: what was taken away since it was ordered is not in it.
        let sight = self.book.read(|book| releases::sight(book, owner, &*self.works, now))?;
        let asker = Asker { works: &*self.works, pseudonyms: &self.pseudonyms, given: BTreeSet::new(), sight };
        let order = LogFileOrder { kind: report.kind, by: &owner.name, because: &report.purpose, most: MOST, shown: &|_, _| String::new() };
        match asker.file(&report.question, until, order) {
            Ok(file) if file.bytes.len() > LARGEST => Ok(Made::TooMuch),
            Ok(file) => Ok(Made::File(file)),
            Err(AskFault::TooMany) => Ok(Made::TooMuch),
            Err(AskFault::GivenUp) => Ok(Made::TooLong),
            Err(fault @ (AskFault::Question(_) | AskFault::Works(_) | AskFault::Book(_))) => Err(fault),
        }
    }

    /// The first failure is an event; it is tried again until it goes.
    fn report_failed(&self, report: &Report, fault: &str, now: Timestamp) -> Result<(), WatchFault> {
        self.book.change(|book| {
            rows::try_again(book, report.id, Timestamp(now.0 + AGAIN_US))?;
            let tries = rows::failures(book, report.id)?.tries;
            rows::has_failed(book, report.id, Failures { tries: tries + 1, given_up: false })?;
            if report.again == Timestamp(0) {
                self.record_itself(EventKind::MailFailed, format!("report R-{} was not made, and is tried again: {fault}", report.id))?;
            }
            Ok(())
        })
    }
}

impl Desk {
    fn report_not_made(&self, report: &Report, fault: &AskFault, (next, now): (Timestamp, Timestamp)) -> Result<(), WatchFault> {
        // A question that cannot be read would be no other at the next try.
        let is_final = matches!(fault, AskFault::Question(_)) || self.book.read(|book| rows::failures(book, report.id))?.tries + 1 >= TRIES;
        if is_final {
            self.give_report_up(report, &fault.to_string(), (next, now))
        } else {
            self.report_failed(report, &fault.to_string(), now)
        }
    }

    /// It cannot be made this time: its letter says so, and so does the page of whoever ordered it.
    fn give_report_up(&self, report: &Report, fault: &str, (next, now): (Timestamp, Timestamp)) -> Result<(), WatchFault> {
        self.book.change(|book| {
            // Somebody has stopped it meanwhile.
            if !rows::went(book, report, (report.last.unwrap_or(Timestamp(0)), next))? {
                return Ok(());
            }
            rows::has_failed(book, report.id, Failures { tries: 0, given_up: true })?;
            let subject = format!("Lifeguard: report R-{} could not be made", report.id);
            let body = format!(
                "Report R-{} could not be made this time, and nothing is attached. The next one comes at its time.\nSign in to the console, \
                 and ask there.\n",
                report.id
            );
            self.put_letter(book, &report.to, &(subject, body), now, now)?;
            self.record_itself(EventKind::MailFailed, format!("report R-{} could not be made, and is given up this time: {fault}", report.id))?;
            Ok::<_, WatchFault>(())
        })
    }
}

fn said(made: &Made, report: &Report) -> String {
    match made {
        Made::File(file) => format!("{} rows as {}, with pseudonyms; SHA-256 {}", file.rows, report.kind.ending(), file.sha256),
        Made::TooMuch => format!("no rows, since there are more than {MOST} or too many bytes"),
        Made::TooLong => "no rows, since the search took too long".to_owned(),
    }
}

struct Sent<'a> {
    site: &'a str,
    now: Timestamp,
    until: Timestamp,
    zone: &'a TimeZone,
}

/// Subject and text. What a report is called and what it asks may hold a person's name: both stay on the console.
fn letter(report: &Report, owner: &Account, made: &Made, sent: &Sent<'_>) -> (String, String) {
    let local = |at: Timestamp| at.civil().to_zoned(sent.zone.clone()).strftime("%-d %B %Y, %H:%M %Z").to_string();
    let mut text = format!("Report R-{} of {}, which {} ordered.\nUntil: {}\n", report.id, sent.site, owner.name, local(sent.until));
    text += &match made {
        Made::File(file) => format!(
            "Requests: {}\nPeople stand in it under pseudonyms. A name is on the console, for whoever may see it and says why.\n",
            count(file.rows)
        ),
        Made::TooMuch => format!(
            "There are more requests than a letter takes ({}): nothing is attached. Sign in to the console, and ask there.\n",
            count(u64::try_from(MOST).unwrap_or(0))
        ),
        Made::TooLong => "The search took too long: nothing is attached. Sign in to the console, and ask there.\n".to_owned(),
    };
    if sent.now.0 - report.due.0 > LATE_US {
        let missed = report.times.between(report.due, sent.until, sent.zone);
        text += &format!("\nIt is late: it was due at {}, and could not be sent then.\n", local(report.due));
        if missed > 0 {
            text += &format!("Of {missed} before it none was sent. Sign in to the console to see that time.\n");
        }
    }
    (format!("Lifeguard: report R-{} of {}", report.id, sent.site), text)
}
