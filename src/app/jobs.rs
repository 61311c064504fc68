//! Long questions of the console beside the running system: one thread of the lowest priority, and what it asks of log and lists. The log is
//! read day by day, so that each question says how far it is and can be called off.

use super::asked::{BreachAsk, Breaches};
use super::asking::filter_of;
use super::{App, lower_priority};
use crate::admin::asking::{LogFileKind, LogQuestion};
use crate::admin::{BreachRow, BreachesFound, Desk, GoOn, JobStop, JobWorks, LongFile, TrendsAsk, TrendsCounted, WorksFault};
use crate::config::Config;
use crate::model::{Bucket, Timestamp};
use crate::policy::WeeklyHours;
use crate::store::export::{ExportNote, LongFault, LongOrder, SheetKind, long_file, note_export};
use crate::store::hold::filter_to_json;
use crate::store::query::{Filter, Query, REDACTED};
use crate::store::{ReadFault, aside, give_way};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Between two looks at whether something waits.
const LOOK: Duration = Duration::from_secs(2);
const DAY_US: i64 = 86_400 * 1_000_000;
/// Rows of breaches that are kept.
const ROWS: usize = 200;

/// Names of sites, the first the place itself.
pub(super) fn site_names(config: &Config) -> Vec<String> {
    let further = config.policy.sites.iter().map(|site| site.name.to_string());
    std::iter::once(config.site.name.to_string()).chain(further).collect()
}

/// Sets the sign to stop when the task that holds it ends.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl App {
    /// Works off what waits, on a thread of its own.
    pub(super) async fn work_for_console(self: Arc<Self>, desk: Arc<Desk>) {
        let stop = StopOnDrop(Arc::default());
        let (ended, over) = tokio::sync::oneshot::channel::<()>();
        let (sign, runtime) = (Arc::clone(&stop.0), tokio::runtime::Handle::current());
        let work = std::thread::Builder::new().name("questions".into()).spawn(move || {
            lower_priority();
            let _inside = runtime.enter();
            work(&desk, &sign);
            drop(ended);
        });
        match work {
            Ok(_) => drop(over.await),
            Err(error) => tracing::error!(%error, "no thread for long questions"),
        }
    }

    fn note(&self, question: &LogQuestion, file: &LongFile<'_>, (rows, sha256): (u64, &str)) -> Result<(), JobStop> {
        let filter = filter_of(question);
        let note = ExportNote {
            what: sheet_kind(file.kind).code().to_owned(),
            by: file.by.to_owned(),
            reason: file.because.to_owned(),
            at: self.clock.now().wall.to_string(),
            rows,
            sha256: sha256.to_owned(),
            query: filter_to_json(&Filter { user: filter.user.as_deref().map(file.shown), ..filter }),
        };
        note_export(self.standing.log_folder(), note, &self.store.signer()).map_err(|fault| told(&fault))
    }
}

/// Asks whether to go on when nobody waits for an answer.
fn between<'a>(go_on: GoOn<'a>) -> impl Fn(u64, u64) -> bool + Sync + 'a {
    move |done, of| {
        give_way();
        go_on(done, of)
    }
}

fn work(desk: &Desk, stop: &AtomicBool) {
    let mut told = String::new();
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK);
        if stop.load(Ordering::Relaxed) || !desk.book().exists() {
            continue;
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| desk.work_off(stop)));
        let fault = match done {
            Ok(Ok(())) => String::new(),
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => "a question made the thread panic".to_owned(),
        };
        if !fault.is_empty() && fault != told {
            tracing::error!(%fault, "long questions are not worked off; it is tried again");
        }
        told = fault;
    }
}

fn told(fault: &dyn std::fmt::Display) -> JobStop {
    JobStop::Works(WorksFault(fault.to_string().into()))
}

pub(super) fn read_fault(fault: &ReadFault) -> JobStop {
    told(fault)
}

const fn sheet_kind(kind: LogFileKind) -> SheetKind {
    match kind {
        LogFileKind::Csv => SheetKind::Csv,
        LogFileKind::Xlsx => SheetKind::Xlsx,
        LogFileKind::Json => SheetKind::Jsonl,
    }
}

/// Spans of a day up to this moment, the oldest first.
pub(super) fn days(from: i64, until: i64) -> Vec<(i64, i64)> {
    let many = ((until - from).max(0) + DAY_US - 1) / DAY_US;
    (0..many).map(|day| (from + day * DAY_US, (from + (day + 1) * DAY_US).min(until))).collect()
}

/// A whole number of days as counts of progress.
pub(super) fn steps(done: usize, of: usize) -> (u64, u64) {
    (done as u64, of as u64)
}

impl JobWorks for App {
    fn off_peak(&self) -> WeeklyHours {
        self.feeding.settings().1.admin.off_peak.clone()
    }

    fn long_file(&self, question: &LogQuestion, file: &LongFile<'_>, go_on: GoOn<'_>) -> Result<(u64, String), JobStop> {
        let query = Query { filter: filter_of(question), ..Query::default() };
        let go_on: GoOn<'_> = &between(go_on);
        let order = LongOrder { query: &query, kind: sheet_kind(file.kind), out: file.out, most: file.most, shown: file.shown, go_on };
        let (rows, sha256) = aside(|| long_file(self.standing.log_folder(), &order)).map_err(|fault| match fault {
            LongFault::TooMuch => JobStop::TooMuch,
            LongFault::Stopped => JobStop::Stopped,
            LongFault::Export(fault) => told(&fault),
        })?;
        // A file that cannot be noted is not made.
        if let Err(fault) = self.note(question, file, (rows, &sha256)) {
            drop(std::fs::remove_file(file.out));
            return Err(fault);
        }
        Ok((rows, sha256))
    }

    fn breaches(&self, (back, reverse): (u32, bool), go_on: GoOn<'_>) -> Result<BreachesFound, JobStop> {
        let until = self.clock.now().wall.0;
        let from = until - i64::from(back) * DAY_US;
        let spans = days(from, until);
        let (mut counted, mut damaged) = (Breaches::default(), 0);
        // One engine for the whole question: a reload in between changes nothing of it.
        let live = self.proxy.live.load_full();
        for (at, (from, to)) in spans.iter().enumerate() {
            let (done, of) = steps(at, spans.len());
            if !between(go_on)(done, of) {
                return Err(JobStop::Stopped);
            }
            let filter = Filter { from: Some(Timestamp(*from)), to: Some(Timestamp(*to)), ..Filter::default() };
            let ask = BreachAsk { reverse, by_text: false };
            let streamed = aside(|| counted.add(&live.engine, self.standing.log_folder(), &filter, ask));
            damaged = damaged.max(streamed.map_err(|fault| read_fault(&fault))?.damage.len() as u64);
        }
        let (judged, warned, requests) = (counted.judged, counted.warned, counted.requests());
        let rows = counted.into_rows();
        let all = rows.len() as u64;
        let rows = rows.into_iter().take(ROWS).map(row).collect();
        Ok(BreachesFound { rows, all, requests, judged, warned, span: (from, until), damaged })
    }

    fn trends(&self, ask: &TrendsAsk, go_on: GoOn<'_>) -> Result<TrendsCounted, JobStop> {
        let settings = self.feeding.settings().1;
        let (folder, zone) = (self.standing.log_folder(), &settings.site.time_zone);
        let counted = aside(|| super::trends::count(folder, ask, zone, &between(go_on)))?;
        Ok(self.without_listed(counted))
    }
}

/// What the console is told of a row: of illegal material no host.
fn row(row: super::Breach) -> BreachRow {
    let hour = |at: Timestamp| at.0.div_euclid(3_600_000_000) * 3_600_000_000;
    let illegal = Bucket::from_code("illegal-class").is_some_and(|bucket| bucket.holds_any(&row.key.category));
    let hidden = illegal || row.key.host == REDACTED;
    let parts = [("list", &row.key.list), ("category", &row.key.category), ("entry", &row.key.entry)];
    let by: Vec<String> = parts
        .iter()
        .filter(|(what, text)| !text.is_empty() && (!hidden || *what == "category"))
        .map(|(what, text)| format!("{what} {text}"))
        .collect();
    BreachRow {
        host: if hidden { String::new() } else { row.key.host },
        then: row.key.then.to_owned(),
        now: row.key.now.to_owned(),
        by: if by.is_empty() && !hidden { row.key.layer } else { by.join(", ") },
        groups: row.groups,
        requests: row.requests,
        seen: if hidden { (hour(row.first), hour(row.last)) } else { (row.first.0, row.last.0) },
    }
}
