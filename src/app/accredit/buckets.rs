//! Which share of a corpus is refused, bucket by bucket (standards A8, A9, V4), and which share of good addresses is refused although it
//! should not be (V10, V23). The gate is the least of all buckets, not their mean.

use super::bench::{Bench, Door};
use super::plain;
use super::probe::{Item, Probe, Wants, send};
use super::tally::{Tally, figure, outcome};
use crate::accredit::{Corpus, Figure, Labels, Miss, Outcome, Share, Verdict, defanged};
use crate::canon::{ListEntry, Unreadable};
use crate::model::{Bucket, Reason};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const SUITE: &str = "buckets";
const OVER: &str = "over-block";
/// What closes a group as a whole says nothing about lists.
const CLOSED_AS_A_WHOLE: [Reason; 4] = [Reason::OutsideHours, Reason::NotOnAllowList, Reason::Suspended, Reason::QuotaUsed];

type Addresses = Vec<(String, ListEntry)>;

/// What was wrong in the files.
#[derive(Default)]
struct Faults {
    misses: Vec<Miss>,
    duplicates: u64,
    unread: u64,
    unlabelled: u64,
    files: Vec<String>,
}

/// The corpora of addresses that should be refused, in the groups for which they count.
pub(super) async fn refused(bench: &Bench) -> Vec<Outcome> {
    let corpora = &bench.config.accredit.corpora;
    if corpora.refused.is_empty() {
        return vec![outcome(SUITE, "", Verdict::NotRun("no corpus is named under [[accredit.corpora]]".into()))];
    }
    let (mut outcomes, mut faults, mut by) = (Vec::new(), Faults::default(), BTreeMap::<(String, Bucket), Addresses>::new());
    for file in &corpora.refused {
        let labels = file.bucket.map_or(Labels::EachLine, Labels::All);
        let Some(corpus) = read(&file.path, labels, &mut faults) else { continue };
        for door in doors(bench, &file.groups) {
            for (line, bucket, entry) in &corpus.addresses {
                let Some(bucket) = bucket else { continue };
                by.entry((door.name.to_string(), *bucket))
                    .or_default()
                    .push((format!("{}, line {line}", file.path.display()), entry.clone()));
            }
        }
    }
    let mut shares = BTreeMap::new();
    for ((group, bucket), addresses) in by {
        let Some(door) = bench.doors.iter().find(|door| *door.name == *group) else { continue };
        let tally = ask(bench, door, addresses, Wants::Blocked).await;
        shares.entry((group.clone(), bucket)).or_insert(tally.share);
        outcomes.push(of_bucket(tally, (bucket, &group), corpora.least));
    }
    outcomes.extend(least(&shares, corpora.least));
    outcomes.push(files(faults, SUITE));
    outcomes
}

/// The corpora of good addresses, in every group.
pub(super) async fn open(bench: &Bench) -> Vec<Outcome> {
    let corpora = &bench.config.accredit.corpora;
    if corpora.open.is_empty() {
        return vec![outcome(
            OVER,
            "",
            Verdict::NotRun("no corpus of good addresses is named: [[accredit.corpora]] with bucket = \"allow\"".into()),
        )];
    }
    let (mut faults, mut all) = (Faults::default(), Addresses::new());
    for path in &corpora.open {
        let corpus = read(path, Labels::None, &mut faults).unwrap_or_default();
        all.extend(corpus.addresses.into_iter().map(|(line, _, entry)| (format!("{}, line {line}", path.display()), entry)));
    }
    let mut outcomes = Vec::new();
    for door in &bench.doors {
        let tally = ask(bench, door, all.clone(), Wants::NotBlocked).await;
        let own = bench.engine().policy.group(door.group).and_then(|group| group.overblock_budget);
        let budget = own.map_or(corpora.over_block, |per_cent| per_cent / 100.0);
        outcomes.push(of_good(tally, &door.name, budget));
    }
    outcomes.push(files(faults, OVER));
    outcomes
}

/// The groups that a file is for: those that it names, else the strictest, else whichever are tried.
fn doors<'b>(bench: &'b Bench, groups: &[crate::model::GroupId]) -> Vec<&'b Door> {
    let strictest = [bench.config.policy.strictest];
    let wanted = if groups.is_empty() { &strictest[..] } else { groups };
    let found: Vec<&Door> = bench.doors.iter().filter(|door| wanted.contains(&door.group)).collect();
    if found.is_empty() && groups.is_empty() { bench.doors.iter().take(1).collect() } else { found }
}

fn read(path: &Path, labels: Labels, faults: &mut Faults) -> Option<Corpus> {
    let place = |line: u64| format!("{}, line {line}", path.display()).into();
    let miss = |line, came: String| Miss { place: place(line), asked: "".into(), came: came.into() };
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) => {
            faults.files.push(format!("{}: {error}", path.display()));
            return None;
        }
    };
    let corpus = Corpus::read(&text, labels);
    faults
        .misses
        .extend(corpus.bad.iter().map(|bad| miss(bad.line, format!("no address: {}", Unreadable { kind: bad.fault, at: bad.at }))));
    faults.misses.extend(corpus.unlabelled.iter().map(|line| miss(*line, "no bucket that is known".to_owned())));
    faults.misses.extend(corpus.duplicates.iter().map(|(line, first)| miss(*line, format!("stands in line {first} already"))));
    faults.duplicates += corpus.duplicates.len() as u64;
    faults.unread += corpus.bad.len() as u64;
    faults.unlabelled += corpus.unlabelled.len() as u64;
    Some(corpus)
}

async fn ask(bench: &Bench, door: &Door, addresses: Addresses, wants: Wants) -> Tally {
    let addresses = Arc::new(addresses);
    let count = addresses.len();
    send(bench, door, count, move |at| {
        let (place, entry) = &addresses[at];
        let wire = plain::request(entry);
        let asked = defanged(&plain::address(entry));
        let probes = wire.map(|wire| Probe { wire, kind: "address", wants }).into_iter().collect();
        Item { place: place.clone(), asked, probes, tunnels: Vec::new() }
    })
    .await
}

/// A group that is closed as a whole shows nothing.
fn closed_as_a_whole(tally: &Tally) -> Option<Verdict> {
    let closed = CLOSED_AS_A_WHOLE.iter().find(|reason| tally.came.contains_key(reason.code()))?;
    Some(Verdict::NotRun(format!("the group is closed as a whole ({}), so that lists show nothing", closed.code()).into()))
}

fn of_bucket(tally: Tally, (bucket, group): (Bucket, &str), wanted: f64) -> Outcome {
    let share = tally.share;
    let verdict = match (closed_as_a_whole(&tally), share.ratio()) {
        (Some(closed), _) => closed,
        (None, None) => Verdict::NotRun("no address could be asked for".into()),
        (None, Some(_)) if tally.unanswered > 0 => Verdict::Fail(format!("{} requests got no answer", tally.unanswered).into()),
        (None, Some(ratio)) if ratio < wanted => Verdict::Fail(
            format!("{} of {} are refused, {}; asked for are {}", share.good, share.of, per_cent(ratio), per_cent(wanted)).into(),
        ),
        (None, Some(_)) => Verdict::Pass,
    };
    with_interval(tally.outcome(SUITE, &format!("{}, group {group}", bucket.code()), verdict))
}

fn of_good(tally: Tally, group: &str, budget: f64) -> Outcome {
    let share = tally.share;
    let verdict = match (closed_as_a_whole(&tally), share.ratio()) {
        (Some(closed), _) => closed,
        (None, None) => Verdict::NotRun("no address could be asked for".into()),
        (None, Some(_)) if tally.unanswered > 0 => Verdict::Fail(format!("{} requests got no answer", tally.unanswered).into()),
        (None, Some(ratio)) if 1.0 - ratio > budget => Verdict::Fail(
            format!(
                "{} of {} good addresses are refused, {}; the budget is {}",
                share.of - share.good,
                share.of,
                per_cent(1.0 - ratio),
                per_cent(budget)
            )
            .into(),
        ),
        (None, Some(_)) => Verdict::Pass,
    };
    let mut outcome = with_interval(tally.outcome(OVER, &format!("group {group}"), verdict));
    outcome.figures.push(Figure { name: "budget".into(), value: budget * 100.0, unit: "per cent".into() });
    outcome
}

/// The least of the buckets of each scheme; a bucket of which nothing was asked is not passed over.
fn least(shares: &BTreeMap<(String, Bucket), Share>, wanted: f64) -> Vec<Outcome> {
    let scheme = |start: &str| -> Outcome {
        let all = || Bucket::all().filter(|bucket| bucket.code().starts_with(start));
        let ratio =
            |bucket: Bucket| shares.iter().filter(|((_, of), _)| *of == bucket).filter_map(|(_, share)| share.ratio()).reduce(f64::min);
        let missing: Vec<&str> = all().filter(|bucket| ratio(*bucket).is_none()).map(Bucket::code).collect();
        let lowest = all().filter_map(|bucket| Some((ratio(bucket)?, bucket.code()))).min_by(|one, other| one.0.total_cmp(&other.0));
        let verdict = match lowest {
            Some((ratio, code)) if ratio < wanted => Verdict::Fail(format!("the least is {code} with {}", per_cent(ratio)).into()),
            _ if !missing.is_empty() => Verdict::NotRun(format!("no corpus for {}", missing.join(", ")).into()),
            Some(_) | None => Verdict::Pass,
        };
        let figures =
            lowest.map(|(ratio, code)| Figure { name: format!("least: {code}").into(), value: ratio * 100.0, unit: "per cent".into() });
        Outcome { figures: figures.into_iter().collect(), ..outcome(SUITE, &format!("{start}, the least of all"), verdict) }
    };
    vec![scheme("becta"), scheme("uksic")]
}

/// What was wrong in the files, each with its place.
fn files(faults: Faults, suite: &str) -> Outcome {
    let left_out = faults.unread + faults.unlabelled;
    let verdict = match (faults.files.is_empty(), left_out) {
        (false, _) => Verdict::NotRun(faults.files.join("; ").into()),
        (true, 0) => Verdict::Pass,
        (true, left_out) => {
            Verdict::Amber(format!("{left_out} lines of the files could not be used, so that they were not asked for").into())
        }
    };
    let figures = vec![
        figure("lines that stood there before", faults.duplicates, "lines"),
        figure("lines that are no address", faults.unread, "lines"),
        figure("lines without a bucket that is known", faults.unlabelled, "lines"),
    ];
    let misses = faults.misses.into_iter().take(Outcome::MISSES).collect();
    Outcome { figures, misses, ..outcome(suite, "the files", verdict) }
}

fn with_interval(mut outcome: Outcome) -> Outcome {
    if let Some(share) = outcome.share {
        let interval = share.wilson();
        for (name, value) in [("share, lower bound at 95 per cent", interval.low), ("share, upper bound at 95 per cent", interval.high)] {
            outcome.figures.push(Figure { name: name.into(), value: value * 100.0, unit: "per cent".into() });
        }
    }
    outcome
}

fn per_cent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0)
}
