//! What was typed into search engines: found, shown and counted the same whether a segment is open, or sealed with an index.

use crate::store_support::*;
use lifeguard::cli::logs::{LogsCommand, Now, SearchArgs, run};
use lifeguard::model::{Reason, Timestamp, VerdictKind};
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::{Entry, OutcomeRecord, RequestRecord};
use lifeguard::store::query::{By, Filter, Order, Query, REDACTED, count, search};
use lifeguard::store::{Settings, open, verify};
use std::path::Path;
use std::time::{Duration, Instant};

/// Id, host, url, recorded terms.
const SEARCHES: [(u64, &str, &str, &str); 8] = [
    (1, "www.google.co.uk", "http://www.google.co.uk/search?q=chat+rooms&hl=en", ""),
    (2, "www.bing.com", "https://www.bing.com/search?q=CHAT%20rooms", ""),
    (3, "www.example.test", "http://www.example.test/search?q=chat", ""),
    (4, "chat.example.test", "http://chat.example.test/", ""),
    (5, "www.google.com", "www.google.com:443", ""),
    (6, "www.example.test", "http://www.example.test/", "recorded chat"),
    (7, "duckduckgo.com", "https://duckduckgo.com/?q=caf%C3%A9+100%25", ""),
    (8, "www.google.com", "http://www.google.com:8080/search?q=c%68at", ""),
];

fn sample(place: usize) -> RequestRecord<'static> {
    let (id, host, url, recorded) = SEARCHES[place];
    RequestRecord { host, url: url.into(), target: url.as_bytes(), search_terms: recorded, ..request(id) }
}

/// The searches, one of which is statutory by its verdict (9) and one by its outcome (10).
fn write(folder: &Path, segment_bytes: u64) {
    let store = open(Settings { segment_bytes, ..small(folder) }, RunningClock::start()).unwrap();
    for place in 0..SEARCHES.len() {
        put(&store, sample(place), Durability::Kernel).unwrap();
    }
    put(
        &store,
        RequestRecord { id: request(9).id, reason: Reason::Statutory, verdict: VerdictKind::Block, ..sample(0) },
        Durability::Kernel,
    )
    .unwrap();
    put(&store, RequestRecord { id: request(10).id, ..sample(0) }, Durability::Kernel).unwrap();
    for id in 1..11 {
        let reason = (id == 10).then_some(Reason::Statutory);
        wait(store.append(&Entry::Outcome(OutcomeRecord { reason, ..outcome(id) }), Durability::Kernel)).unwrap();
    }
}

/// The same log open in one segment, and sealed with an index.
fn both(test: impl Fn(&Path)) {
    for segment_bytes in [64 << 20, 600] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), segment_bytes);
        if segment_bytes < 1000 {
            let store = open(small(folder.path()), RunningClock::start()).unwrap();
            let left = || std::fs::read_dir(folder.path()).unwrap().filter(|file| is_left(&file.as_ref().unwrap().path())).count();
            let deadline = Instant::now() + Duration::from_secs(60);
            while left() > 1 {
                assert!(Instant::now() < deadline, "not sealed within a minute");
                std::thread::sleep(Duration::from_millis(20));
            }
            drop(store);
            lifeguard::store::rebuild(folder.path(), false, &|_, _| true).unwrap();
        }
        assert!(verify(folder.path()).unwrap().is_whole());
        test(folder.path());
    }
}

fn is_left(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "seg")
}

fn found(folder: &Path, terms: &str) -> Vec<(String, String)> {
    let filter = Filter { terms: Some(terms.into()), ..Filter::default() };
    let query = Query { filter, order: Order::Oldest, limit: 100, ..Query::default() };
    let query = Query::from_json(&query.to_json()).unwrap();
    let rows = search(folder, &query).unwrap().hits.into_iter().filter_map(|hit| hit.row());
    let value = rows.map(|row| serde_json::to_value(&row).unwrap());
    value.map(|row| (row["url"].as_str().unwrap().to_owned(), row["search_terms"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn terms_are_found_in_the_address_and_only_there() {
    both(|folder| {
        let of = |place: usize, terms: &str| (SEARCHES[place].2.to_owned(), terms.to_owned());
        let chat = vec![of(0, "chat rooms"), of(1, "CHAT rooms"), of(5, "recorded chat"), of(7, "chat")];
        assert_eq!(found(folder, "Chat"), chat, "neither a host, nor a page that is no search, nor a statutory one");
        assert_eq!(found(folder, "chat rooms"), chat[..2]);
        assert_eq!(found(folder, "café 100%"), [of(6, "café 100%")]);
        assert_eq!(found(folder, "hl=en"), []);
    });
}

#[test]
fn terms_are_counted_without_regard_to_case_and_statutory_ones_unnamed() {
    both(|folder| {
        let counts = count(folder, &Filter::default(), &[By::Terms], &|_, _| true).unwrap();
        let mut groups: Vec<(&str, u64)> = counts.groups.iter().map(|(key, count)| (key[0].as_str(), *count)).collect();
        groups.sort_unstable();
        let mut expected = [("", 3), (REDACTED, 2), ("café 100%", 1), ("chat", 1), ("chat rooms", 2), ("recorded chat", 1)];
        expected.sort_unstable();
        assert_eq!((counts.total, groups), (10, expected.to_vec()));
    });
}

#[test]
fn the_command_line_asks_with_term() {
    both(|folder| {
        let args = {
            let mut args = SearchArgs { json: true, ..SearchArgs::default() };
            args.which.terms = Some("rooms".into());
            args
        };
        let now = Now { at: Timestamp::from_seconds(DAY + 100), zone: jiff::tz::TimeZone::UTC };
        let mut out = Vec::new();
        assert!(run(&LogsCommand::Search(Box::new(args)), folder, &now, &mut out).unwrap());
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains(r#""search_terms":"chat rooms""#), "{text}");
    });
}

#[test]
fn what_is_stored_stays_as_it_was_recorded() {
    both(|folder| {
        let mut recorded = Vec::new();
        let each = |_, request: &RequestRecord<'_>| recorded.push(request.search_terms.to_owned());
        lifeguard::store::query::each_request(folder, &Filter::default(), each).unwrap();
        assert_eq!(recorded.iter().filter(|terms| !terms.is_empty()).count(), 1, "{recorded:?}");
    });
}
