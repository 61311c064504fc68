//! kill -9 at random moments: what was acknowledged is in the log, and the log is whole (product promise 2, security L2).
#![allow(clippy::let_underscore_must_use, clippy::wildcard_enum_match_arm)]

use crate::store_support::*;
use lifeguard::ports::{Clock, Durability, LogStore};
use lifeguard::record::{Entry, RequestRecord};
use lifeguard::store::query::{Order, Query, Row, search};
use lifeguard::store::{open, verify};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const FOLDER: &str = "LIFEGUARD_TEST_KILL_FOLDER";
const FIRST: &str = "LIFEGUARD_TEST_KILL_FIRST";

/// Not a test by itself: the process that is killed. It says each number once its record is acknowledged.
#[test]
#[ignore = "the child of the kill test"]
fn child_appends_until_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let first: u64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let mut settings = small(Path::new(&folder));
    settings.segment_bytes = 40_000;
    settings.sync_every = Duration::from_millis(5);
    let clock = RunningClock::start();
    let store = open(settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    std::thread::scope(|scope| {
        for lane in 0..4 {
            let (store, clock) = (&store, &clock);
            scope.spawn(move || {
                for number in 0.. {
                    let id = first + number * 4 + lane;
                    let need = if id.is_multiple_of(50) { Durability::Disk } else { Durability::Kernel };
                    put(store, RequestRecord { at: clock.now(), ..request(id) }, need).unwrap();
                    // One write call of a few bytes: the pipe never holds half a number.
                    std::io::stderr().write_all(format!("{id}\n").as_bytes()).unwrap();
                    drop(store.append(&Entry::Outcome(outcome(id)), Durability::Queued));
                }
            });
        }
    });
}

/// When a child is killed: this long after it was started, or after its first word, however slow the machine.
#[derive(Clone, Copy)]
enum Moment {
    AfterStart(Duration),
    AfterFirstWord(Duration),
}

/// Longer than any start takes on a machine that works at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the child, kills it at a moment, and returns the numbers it said.
fn run_and_kill(folder: &Path, first: u64, moment: Moment) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_kill::child_appends_until_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stderr.take().unwrap());
    let (tell, told) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let line = |line| {
            let _ = tell.send(());
            line
        };
        said.lines().map_while(Result::ok).map(line).collect::<Vec<_>>()
    });
    match moment {
        Moment::AfterStart(after) => std::thread::sleep(after),
        Moment::AfterFirstWord(after) => {
            told.recv_timeout(PATIENCE).expect("the child gets to work");
            std::thread::sleep(after);
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let lines = reader.join().unwrap();
    lines.iter().map(|line| line.parse().unwrap_or_else(|_| panic!("the child said: {}", lines.join("\n")))).collect()
}

#[test]
#[allow(clippy::print_stdout)]
fn nothing_that_was_acknowledged_is_lost_to_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let rounds: u64 = std::env::var("LIFEGUARD_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    // A small generator of our own: the moments differ from run to run.
    let mut random = u64::from(std::process::id()).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let after = Duration::from_micros(5_000 + random % 60_000);
        let moment = if round % 4 == 0 { Moment::AfterStart(after) } else { Moment::AfterFirstWord(after) };
        acknowledged.extend(run_and_kill(folder.path(), round << 32, moment));
    }
    // Opened once more, the last torn tail is recorded too.
    open(small(folder.path()), RunningClock::start()).unwrap().close();
    let report = verify(folder.path()).unwrap();
    assert!(report.is_whole(), "{report:#?}");
    assert!(acknowledged.len() as u64 > rounds, "the child got to work: {}", acknowledged.len());

    let query = Query { limit: 100_000, order: Order::Oldest, events: false, ..Query::default() };
    let mut found = BTreeSet::new();
    let mut from = None;
    loop {
        let mut page = query.clone();
        page.filter.from = from;
        let answer = search(folder.path(), &page).unwrap();
        assert!(answer.damage.is_empty(), "{:?}", answer.damage);
        let before = found.len();
        for hit in &answer.hits {
            let Some(Row::Request(row)) = hit.row() else { panic!("only requests were asked for") };
            found.insert(row.id.parse::<lifeguard::model::RequestId>().unwrap().0);
        }
        if !answer.more || found.len() == before {
            break;
        }
        let last = answer.hits.last().and_then(lifeguard::store::query::Hit::row);
        let Some(Row::Request(last)) = last else { break };
        from = Some(last.time.parse::<jiff::Timestamp>().unwrap().into());
    }
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    println!("{rounds} kills, {} records acknowledged, {} in the log, {} torn tails", acknowledged.len(), found.len(), report.gaps.len());
    assert!(lost.is_empty(), "{} of {} acknowledged records are lost: {lost:?}", lost.len(), acknowledged.len());
}
