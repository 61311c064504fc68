//! The log: every request of the suites had its record with every field; records are found again; they stay as long as they must (standards
//! D1, D4, D5, D14, V18). What is written to a disk here are made-up addresses alone, in a folder that is gone afterwards.

use super::bench::{Bench, NODE};
use super::fault::AccreditFault;
use super::scratch::Scratch;
use super::tally::{figure, outcome};
use super::witness::Witness;
use crate::accredit::{Figure, Miss, Outcome, Share, Verdict};
use crate::app::AppFault;
use crate::app::clock::SystemClock;
use crate::config::Config;
use crate::lists::ListImage;
use crate::model::LogDetail;
use crate::ports::{Clock, LogStore};
use crate::record::retention::{Class, REASON_NEEDED_DAYS, WEB_LOG_FLOOR_DAYS};
use crate::store::query::{Filter, Query, Row, search};
use crate::store::{self, Settings, verify};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// How long the last requests may take to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests of each group that are looked for.
const EACH: usize = 4;

/// Everything that the suites have asked has its record, and every record has its ending.
pub(super) async fn complete(bench: &Bench, witness: &Witness) -> Outcome {
    let until = Instant::now() + PATIENCE;
    while witness.seen().unfinished() > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (seen, asked) = (witness.seen(), bench.origin.mark.asked.load(Relaxed));
    let empty: u64 = seen.missing.values().sum();
    let verdict = if asked == 0 {
        Verdict::NotRun("no suite has asked for anything".into())
    } else if seen.requests < asked {
        Verdict::Fail(format!("{} of {asked} requests have no record", asked - seen.requests).into())
    } else if seen.requests < bench.origin.seen() {
        Verdict::Fail("the origin saw more requests than there are records".into())
    } else if seen.strays > 0 || seen.unfinished() > 0 {
        Verdict::Fail(format!("{} records have no ending, {} endings no record", seen.unfinished(), seen.strays).into())
    } else if empty > 0 {
        Verdict::Fail(format!("{empty} fields that every record must have were empty").into())
    } else {
        Verdict::Pass
    };
    let misses = seen.missing.iter().map(|(field, count)| Miss {
        place: format!("field {field}").into(),
        asked: "".into(),
        came: format!("empty in {count} records").into(),
    });
    let figures = vec![
        figure("requests sent", asked, "requests"),
        figure("records of requests", seen.requests, "records"),
        figure("records of how they ended", seen.outcomes, "records"),
        figure("requests that the origin saw", bench.origin.seen(), "requests"),
    ];
    let share = (asked > 0).then_some(Share { good: seen.requests.min(asked), of: asked });
    Outcome { share, figures, misses: misses.collect(), ..outcome("log-complete", "", verdict) }
}

/// Records are found again by address, host, group and time, in a log of the real kind.
///
/// # Errors
/// The settings make no proxy, or no log can be opened.
pub(super) async fn search_them(config: &Config, lists: &Arc<ListImage>, only: Option<&str>) -> Result<Outcome, AccreditFault> {
    let (scratch, begun) = (Scratch::make()?, Instant::now());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let settings = Settings { node: NODE.into(), caretaker: false, reserve_bytes: 1 << 20, ..Settings::new(scratch.path().join("log")) };
    let folder = settings.folder.clone();
    let store = Arc::new(store::open(settings, Arc::clone(&clock)).map_err(AppFault::from)?);
    let from = clock.now().wall;
    let bench = Bench::open(config, lists, only, Arc::clone(&store) as Arc<dyn LogStore>).await?;
    let mut asked = Vec::new();
    for (number, door) in bench.doors.iter().enumerate() {
        for page in 0..EACH {
            let host = format!("made-up-{number}-{page}.accreditation.test");
            bench.get(door, &format!("http://{host}/page-{page}.html?word=made-up")).await?;
            let detail = bench.engine().policy.group(door.group).map_or(LogDetail::Full, |group| group.log);
            asked.push((door.name.to_string(), host, detail));
        }
    }
    drop(bench);
    let found = tokio::task::spawn_blocking(move || {
        store.close();
        let result = look(&folder, &asked, from);
        drop(scratch);
        result
    });
    let found = found.await.map_err(std::io::Error::other)?;
    Ok(Outcome { took: begun.elapsed(), ..found })
}

#[derive(Default)]
struct Found {
    share: Share,
    misses: Vec<Miss>,
}

impl Found {
    /// Does the question find exactly so many?
    fn ask(&mut self, folder: &Path, what: &str, filter: Filter, expected: usize) {
        let answer = search(folder, &Query { filter, limit: 10_000, ..Query::default() });
        let came = match answer {
            Err(fault) => Some(fault.to_string()),
            Ok(answer) => {
                let rows = answer.hits.iter().filter_map(|hit| hit.row());
                let ours = rows.filter(|row| matches!(row, Row::Request(request) if request.node == NODE && request.outcome.is_some()));
                let count = ours.count();
                (count != expected || !answer.damage.is_empty()).then(|| format!("{count} found, {expected} expected"))
            }
        };
        self.share.of += 1;
        self.share.good += u64::from(came.is_none());
        if let Some(came) = came.filter(|_| self.misses.len() < Outcome::MISSES) {
            self.misses.push(Miss { place: what.into(), asked: "".into(), came: came.into() });
        }
    }
}

fn look(folder: &Path, asked: &[(String, String, LogDetail)], from: crate::model::Timestamp) -> Outcome {
    let mut found = Found::default();
    for (group, host, detail) in asked {
        let base = Filter { from: Some(from), ..Filter::default() };
        let by_host = usize::from(*detail < LogDetail::CountsOnly);
        found.ask(folder, "by host", Filter { host: Some(host.clone()), ..base.clone() }, by_host);
        let by_page = usize::from(*detail < LogDetail::HostOnly);
        found.ask(folder, "by a part of the address", Filter { url: Some(format!("{host}/page")), ..base.clone() }, by_page);
        let both = Filter { host: Some(host.clone()), group: Some(group.clone()), ..base };
        found.ask(folder, "by host and group", both, by_host);
    }
    let mut groups: Vec<&String> = asked.iter().map(|(group, ..)| group).collect();
    groups.dedup();
    for group in groups {
        found.ask(folder, "by group", Filter { group: Some(group.clone()), ..Filter::default() }, EACH);
        let nobody = Filter { group: Some(group.clone()), to: Some(from), ..Filter::default() };
        found.ask(folder, "before anything was asked", nobody, 0);
    }
    let whole = verify(folder).is_ok_and(|report| report.faults.is_empty());
    let verdict = match (found.share.of, found.share.of - found.share.good, whole) {
        (0, _, _) => Verdict::NotRun("nothing was asked for".into()),
        (_, _, false) => Verdict::Fail("the chain of the log does not verify".into()),
        (of, wrong, true) if wrong > 0 => {
            Verdict::Fail(format!("{wrong} of {of} questions to the log had another answer than they should").into())
        }
        (_, _, true) => Verdict::Pass,
    };
    Outcome { share: Some(found.share), misses: found.misses, ..outcome("search", "", verdict) }
}

/// Records stay as long as they must and no longer than they may, as the settings in force have it (standards D2, D20, Z8).
pub(super) fn retention(config: &Config) -> Outcome {
    let kept = &config.log.retention;
    let days = |time: Duration| time.as_secs() / 86_400;
    let span = kept.span(Class::WebLog);
    let shortest = days(kept.shortest_floor());
    let verdict = if shortest < WEB_LOG_FLOOR_DAYS {
        Verdict::Fail(format!("web logs are kept for {shortest} days; three months are asked for").into())
    } else if days(span.keep) > REASON_NEEDED_DAYS && kept.reason.is_empty() {
        Verdict::Fail("web logs are kept for more than a year, and no reason is given".into())
    } else {
        Verdict::Pass
    };
    let figures = Class::ALL.map(|class| figure(&format!("{} kept for", class.code()), days(kept.span(class).keep), "days"));
    Outcome { figures: Vec::<Figure>::from(figures), ..outcome("retention", "", verdict) }
}

/// Who may do what, as far as this version knows roles (standards I1).
pub(super) fn roles() -> Outcome {
    let words = "nobody signs in to the console, which shows and changes nothing; commands are for whoever the system lets run them, and each \
                 exception, rule and account is recorded with its author; roles within the console are not there";
    outcome("roles", "", Verdict::Amber(words.into()))
}
