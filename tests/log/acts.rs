//! What people do to the log stands in the log: placed, let go, deleted, exported, kept for another time, signed by another key.

use crate::store_support::*;
use lifeguard::cli::logs::{AddArgs, ExportArgs, HoldCommand, LogsCommand, Now, QueryArgs, ReleaseArgs, SearchArgs, run};
use lifeguard::model::Timestamp;
use lifeguard::ports::Durability;
use lifeguard::record::EventKind;
use lifeguard::record::retention::{Profile, Retention};
use lifeguard::store::export::SheetKind;
use lifeguard::store::query::{Filter, Order, Query, Row, count, search};
use lifeguard::store::{Settings, Store, open, verify};
use std::path::Path;
use std::time::{Duration, Instant};

fn start(folder: &Path) -> Store {
    open(Settings { retention: Some(Retention::default()), ..small(folder) }, RunningClock::start()).unwrap()
}

fn events(folder: &Path) -> Vec<(EventKind, String)> {
    let filter = Filter { only_events: true, ..Filter::default() };
    let query = Query { filter, order: Order::Oldest, limit: 1000, events: true, ..Query::default() };
    let query = Query::from_json(&query.to_json()).unwrap();
    let rows = search(folder, &query).unwrap().hits.into_iter().filter_map(|hit| hit.row());
    rows.map(|row| match row {
        Row::Event(event) => (event.event, event.text),
        other @ (Row::Request(_) | Row::Outcome(_)) => panic!("{other:?}"),
    })
    .collect()
}

/// Waits until the log tells an act whose text begins so.
fn told(folder: &Path, kind: EventKind, begins: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let found = events(folder).into_iter().find(|(found, text)| *found == kind && text.starts_with(begins));
        if let Some((_, text)) = found {
            return text;
        }
        assert!(Instant::now() < deadline, "not told within a minute: {:?}", events(folder));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn say(folder: &Path, command: &LogsCommand) -> String {
    let now = Now { at: Timestamp::from_seconds(DAY), zone: jiff::tz::TimeZone::UTC };
    let mut out = Vec::new();
    run(command, folder, &now, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn place(folder: &Path, reason: &str) {
    let mut query = QueryArgs::default();
    query.span.host = Some("secret.example.test".into());
    let add = AddArgs { owner: "A. Officer".into(), because: reason.into(), review: jiff::civil::date(2027, 1, 31), query };
    say(folder, &LogsCommand::Hold { command: HoldCommand::Add(add) });
}

#[test]
fn acts_of_commands_beside_a_running_log_are_told_in_it_once_with_name_reason_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let store = start(folder);
    put(&store, request(1), Durability::Kernel).unwrap();
    told(folder, EventKind::KeyChanged, "epoch 1 begins");
    place(folder, "case 7");
    let text = told(folder, EventKind::HoldPlaced, "H-1 by A. Officer");
    assert!(text.contains(": case 7; review 2027-01-31") && text.contains(" at 2025-"), "{text}");
    assert!(!text.contains("secret"), "what is held may be an address that nobody may be shown: {text}");
    let release = ReleaseArgs { id: "H-1".into(), by: "B".into(), because: "closed".into() };
    say(folder, &LogsCommand::Hold { command: HoldCommand::Release(release) });
    told(folder, EventKind::HoldReleased, "H-1 by B");
    let out = tempfile::tempdir().unwrap();
    let export = ExportArgs {
        format: SheetKind::Csv,
        out: out.path().join("view.csv"),
        limit: None,
        oldest_first: true,
        events: false,
        by: Some("C".into()),
        because: Some("parents asked".into()),
        json: false,
        query: QueryArgs::default(),
    };
    say(folder, &LogsCommand::Export(export));
    assert!(told(folder, EventKind::Exported, "1 rows as csv, by C").contains(": parents asked; SHA-256 "));
    drop(store);
    let before = events(folder);
    let store = start(folder);
    place(folder, "case 8");
    told(folder, EventKind::HoldPlaced, "H-2");
    drop(store);
    let after = events(folder);
    let count = |events: &[(EventKind, String)], kind| events.iter().filter(|(found, _)| *found == kind).count();
    for kind in [EventKind::HoldPlaced, EventKind::HoldReleased, EventKind::Exported, EventKind::RetentionSet] {
        let more = usize::from(kind == EventKind::HoldPlaced);
        assert_eq!((kind, count(&after, kind)), (kind, count(&before, kind) + more));
    }
    let mut keys: Vec<&String> = after.iter().filter(|(kind, _)| *kind == EventKind::KeyChanged).map(|(_, text)| text).collect();
    let told = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), told, "no key is told twice: {keys:?}");
    assert!(verify(folder).unwrap().is_whole());
}

#[test]
fn another_retention_is_taken_over_while_it_runs_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = start(folder.path());
    let first = told(folder.path(), EventKind::RetentionSet, "by the settings: web_log 92-100 days");
    assert!(!first.contains("before:"), "{first}");
    let mut longer = Retention::of(Profile::Schools);
    longer.groups.insert("staff".into(), Duration::from_secs(120 * 86_400));
    assert!(store.keep(longer));
    let deadline = Instant::now() + Duration::from_secs(60);
    while !events(folder.path()).iter().any(|(_, text)| text.contains("group staff 120 days; before: web_log 92-100 days")) {
        assert!(Instant::now() < deadline, "{:?}", events(folder.path()));
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(store);
    let store = open(small(folder.path()), RunningClock::start()).unwrap();
    assert!(!store.keep(Retention::default()), "a store without retention deletes nothing, and says so");
}

#[test]
fn a_file_of_acts_that_was_cut_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = start(folder.path());
    place(folder.path(), "case 7");
    told(folder.path(), EventKind::HoldPlaced, "H-1");
    drop(store);
    std::fs::remove_file(folder.path().join("holds.log")).unwrap();
    let _store = start(folder.path());
    told(folder.path(), EventKind::ActsCut, "holds.log has 0 whole lines, and had 1");
}

#[test]
fn the_command_line_shows_events_alone_with_kind() {
    let folder = tempfile::tempdir().unwrap();
    let store = start(folder.path());
    put(&store, request(1), Durability::Kernel).unwrap();
    place(folder.path(), "case 7");
    told(folder.path(), EventKind::HoldPlaced, "H-1");
    let args = SearchArgs { kind: Some(lifeguard::cli::logs::OnlyEvents), json: true, ..SearchArgs::default() };
    let text = say(folder.path(), &LogsCommand::Search(Box::new(args)));
    assert!(text.contains(r#""event":"hold-placed""#) && !text.contains(r#""kind":"request""#), "{text}");
    let filter = Filter { only_events: true, ..Filter::default() };
    assert_eq!(count(folder.path(), &filter, &[], &|_, _| true).unwrap().total, 0, "only requests are counted");
}

#[test]
fn an_export_that_cannot_be_noted_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let store = start(folder.path());
    put(&store, request(1), Durability::Kernel).unwrap();
    drop(store);
    std::fs::create_dir(folder.path().join("exports.log")).unwrap();
    let out = tempfile::tempdir().unwrap();
    let export = ExportArgs {
        format: SheetKind::Jsonl,
        out: out.path().join("view.jsonl"),
        limit: None,
        oldest_first: true,
        events: false,
        by: None,
        because: None,
        json: false,
        query: QueryArgs::default(),
    };
    let now = Now { at: Timestamp::from_seconds(DAY), zone: jiff::tz::TimeZone::UTC };
    let fault = run(&LogsCommand::Export(export), folder.path(), &now, &mut Vec::new()).unwrap_err().to_string();
    assert!(fault.contains("exports.log"), "{fault}");
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0, "nothing is left");
}

/// Without a head of its own, a line taken from the end of `holds.log` within the minute before the next one would leave no trace.
#[test]
fn a_hold_is_under_a_signed_head_within_seconds_so_that_it_cannot_be_taken_away_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let hour = Duration::from_secs(3600);
    let settings = Settings { retention: Some(Retention::default()), head_every: hour, epoch: hour, ..small(folder) };
    let store = open(settings, RunningClock::start()).unwrap();
    put(&store, request(1), Durability::Kernel).unwrap();
    told(folder, EventKind::KeyChanged, "epoch 1 begins");
    place(folder, "case 9");
    let holds = std::fs::metadata(folder.join("holds.log")).unwrap().len();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !std::fs::read_to_string(folder.join("heads.log")).is_ok_and(|heads| heads.contains(&format!("holds {holds} "))) {
        assert!(Instant::now() < deadline, "no head speaks of the hold");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(verify(folder).unwrap().is_whole());
    std::fs::write(folder.join("holds.log"), b"").unwrap();
    let report = verify(folder).unwrap();
    assert!(report.faults.iter().any(|fault| fault.path().ends_with("holds.log")), "{:?}", report.faults);
    drop(store);
}
