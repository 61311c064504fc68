//! Search and follow, by table and against a naive scan; and what nobody may be shown.
#![allow(clippy::let_underscore_must_use, clippy::wildcard_enum_match_arm)]

use crate::store_support::*;
use lifeguard::cli::logs::{LogsCommand, Now, QueryArgs, SearchArgs, SpanArgs, TailArgs, VerifyArgs, run};
use lifeguard::model::{Reason, RequestId, Timestamp, VerdictKind};
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::{Entry, OutcomeRecord, RequestRecord};
use lifeguard::store::query::{Filter, Follow, Order, Query, REDACTED, Row, count, search, search_with};
use lifeguard::store::{Store, open};
use std::net::{IpAddr, SocketAddr};

/// Six requests that differ in every way that can be asked for.
fn samples() -> Vec<RequestRecord<'static>> {
    let base = |id| RequestRecord { ..request(id) };
    vec![
        base(1),
        RequestRecord { group: "staff", user: Some("Kim"), peer: "198.51.100.20:1".parse().unwrap(), ..base(2) },
        RequestRecord {
            asserted: Some(IpAddr::from([203, 0, 113, 77])),
            host: "chat.example.net",
            url: "https://chat.example.net/Rooms?q=%41".into(),
            target: b"chat.example.net:443",
            categories: "ut1/chat,social".into(),
            verdict: VerdictKind::Block,
            reason: Reason::Category,
            ..base(3)
        },
        RequestRecord {
            parent: Some(RequestId(3)),
            peer: "[2001:db8::5]:1".parse().unwrap(),
            host: "notchat.example.net",
            url: "".into(),
            ..base(4)
        },
        RequestRecord {
            verdict: VerdictKind::Block,
            reason: Reason::Statutory,
            host: "bad.example.org",
            url: "http://bad.example.org/secret".into(),
            target: b"http://bad.example.org/secret",
            host_field: b"bad.example.org",
            referer: b"http://bad.example.org/index",
            search_terms: "secret",
            matched: "5be1f00d".into(),
            ..base(5)
        },
        RequestRecord {
            verdict: VerdictKind::Refuse,
            reason: Reason::Unreadable,
            target: b"http://\xff\x1b[31m\xe2\x80\xae/",
            host: "",
            url: "".into(),
            user: Some("\u{1b}]0;owned\u{7}"),
            ..base(6)
        },
    ]
}

fn log(folder: &std::path::Path) -> Store {
    let store = open(small(folder), RunningClock::start()).unwrap();
    for request in samples() {
        put(&store, request, Durability::Queued).unwrap();
    }
    wait(store.append(&Entry::Event(event("started")), Durability::Kernel)).unwrap();
    store
}

fn ids(folder: &std::path::Path, query: &Query) -> Vec<u64> {
    let answer = search(folder, query).unwrap();
    let id = |row: Option<Row>| match row {
        Some(Row::Request(row)) => row.id.parse::<RequestId>().unwrap().0,
        Some(Row::Event(_)) => 0,
        other => panic!("{other:?}"),
    };
    answer.hits.iter().map(|hit| id(hit.row())).collect()
}

#[test]
fn filters_find_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let _store = log(folder.path());
    let second = |second| Some(Timestamp::from_seconds(DAY + second));
    let text = |text: &str| Some(text.to_owned());
    let table: Vec<(Filter, &[u64])> = vec![
        (Filter::default(), &[1, 2, 3, 4, 5, 6]),
        (Filter { from: second(2), to: second(4), ..Filter::default() }, &[2, 3]),
        (Filter { group: text("STAFF"), ..Filter::default() }, &[2]),
        (Filter { user: text("kim"), ..Filter::default() }, &[2]),
        (Filter { client: Some("198.51.100.0/24".parse().unwrap()), ..Filter::default() }, &[2]),
        (Filter { client: Some("203.0.113.77/32".parse().unwrap()), ..Filter::default() }, &[3]),
        (Filter { client: Some("2001:db8::/32".parse().unwrap()), ..Filter::default() }, &[4]),
        (Filter { host: text("example.test"), ..Filter::default() }, &[1, 2]),
        (Filter { host: text("*.Chat.example.net."), ..Filter::default() }, &[3]),
        (Filter { host: text("ample.net"), ..Filter::default() }, &[]),
        (Filter { url: text("rooms?"), ..Filter::default() }, &[3]),
        (Filter { category: text("Chat"), ..Filter::default() }, &[3]),
        (Filter { category: text("ut1/chat"), ..Filter::default() }, &[3]),
        (Filter { category: text("cha"), ..Filter::default() }, &[]),
        (Filter { verdict: Some(VerdictKind::Block), ..Filter::default() }, &[3, 5]),
        (Filter { reason: Some(Reason::Statutory), ..Filter::default() }, &[5]),
        (Filter { reference: Some(RequestId(3)), ..Filter::default() }, &[3, 4]),
        (Filter { group: text("children"), verdict: Some(VerdictKind::Block), ..Filter::default() }, &[3, 5]),
        // Text filters never match a statutory record: a search must not find out what is on the list.
        (Filter { host: text("bad.example.org"), ..Filter::default() }, &[]),
        (Filter { url: text("secret"), ..Filter::default() }, &[]),
    ];
    for (filter, expected) in table {
        for order in [Order::Oldest, Order::Newest] {
            let mut expected = expected.to_vec();
            if order == Order::Newest {
                expected.reverse();
            }
            let query = Query { filter: filter.clone(), order, limit: 100, events: false, after: None };
            assert_eq!(ids(folder.path(), &query), expected, "{query:?}");
        }
    }
    let query = Query { order: Order::Oldest, limit: 100, events: true, ..Query::default() };
    assert_eq!(ids(folder.path(), &query).last(), Some(&0), "events are given where they are asked for");
}

#[test]
fn limits_and_orders_agree_with_a_naive_scan_over_many_segments() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(lifeguard::store::Settings { segment_bytes: 3000, ..small(folder.path()) }, RunningClock::start()).unwrap();
    for id in 0..300_u64 {
        let verdict = if id.is_multiple_of(3) { VerdictKind::Block } else { VerdictKind::Allow };
        put(&store, RequestRecord { verdict, ..request(id) }, Durability::Kernel).unwrap();
        // Outcomes come late: often only in a later segment.
        if let Some(earlier) = id.checked_sub(25) {
            wait(store.append(&Entry::Outcome(outcome(earlier)), Durability::Kernel)).unwrap();
        }
    }
    assert!(store.state().snapshot().segments > 10);
    let everything: Vec<u64> = (0..300).collect();
    for limit in [1, 2, 7, 100, 1000] {
        for (from, to) in [(None, None), (Some(50), Some(90)), (Some(299), None), (Some(400), None)] {
            for verdict in [None, Some(VerdictKind::Block)] {
                for order in [Order::Oldest, Order::Newest] {
                    let second = |second: Option<i64>| second.map(|second| Timestamp::from_seconds(DAY + second));
                    let filter = Filter { from: second(from), to: second(to), verdict, ..Filter::default() };
                    let query = Query { filter, order, limit, events: false, after: None };
                    let wanted = |id: &&u64| {
                        let second = **id as i64;
                        from.is_none_or(|from| from <= second)
                            && to.is_none_or(|to| second < to)
                            && (verdict.is_none() || (**id).is_multiple_of(3))
                    };
                    let mut expected: Vec<u64> = everything.iter().filter(wanted).copied().collect();
                    if order == Order::Newest {
                        expected.reverse();
                    }
                    let more = expected.len() > limit;
                    expected.truncate(limit);
                    assert_eq!(ids(folder.path(), &query), expected, "{query:?}");
                    let answer = search(folder.path(), &query).unwrap();
                    assert_eq!(answer.more, more, "{query:?}");
                    for hit in &answer.hits {
                        let Some(Row::Request(row)) = hit.row() else { panic!() };
                        let id = row.id.parse::<RequestId>().unwrap().0;
                        assert_eq!(row.outcome.is_some(), id < 275, "outcome of {id} in {query:?}");
                    }
                }
            }
        }
    }
}

/// What a command prints.
fn printed(folder: &std::path::Path, command: &LogsCommand) -> (bool, String) {
    let now = Now { at: Timestamp::from_seconds(DAY), zone: jiff::tz::TimeZone::UTC };
    let mut out = Vec::new();
    let answer = run(command, folder, &now, &mut out).unwrap();
    (answer, String::from_utf8(out).unwrap())
}

fn with_span(span: SpanArgs) -> SearchArgs {
    SearchArgs { which: QueryArgs { span, ..QueryArgs::default() }, ..search_args(false) }
}

fn search_args(json: bool) -> SearchArgs {
    SearchArgs { json, limit: Some(100), oldest_first: true, events: true, ..SearchArgs::default() }
}

#[test]
fn no_view_shows_a_statutory_address_and_nothing_reaches_the_terminal_raw() {
    let folder = tempfile::tempdir().unwrap();
    let store = log(folder.path());
    // The address showed itself only later, inside a tunnel that was let through.
    let late = OutcomeRecord { reason: Some(Reason::Statutory), upstream: Some(SocketAddr::from(([198, 51, 100, 99], 443))), ..outcome(4) };
    wait(store.append(&Entry::Outcome(late), Durability::Kernel)).unwrap();
    let tail = |json| LogsCommand::Tail(TailArgs { lines: 100, no_follow: true, outcomes: true, json });
    for command in
        [LogsCommand::Search(Box::new(search_args(false))), LogsCommand::Search(Box::new(search_args(true))), tail(false), tail(true)]
    {
        let (_, text) = printed(folder.path(), &command);
        for hidden in ["bad.example.org", "secret", "198.51.100.99"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        assert!(text.contains(REDACTED), "{text}");
        assert!(!text.chars().any(|c| c != '\n' && c.is_control()), "{text:?}");
    }
    let (_, table) = printed(folder.path(), &LogsCommand::Search(Box::new(search_args(false))));
    assert!(table.contains("\\u{1b}]0;owned\\u{7}") && table.contains("\\xff\\u{1b}[31m\\u{202e}"), "{table}");
    let by_text = Query { filter: Filter { host: Some("notchat.example.net".into()), ..Filter::default() }, limit: 9, ..Query::default() };
    assert_eq!(ids(folder.path(), &by_text), [0_u64; 0]);
    assert!(!table.contains("notchat"), "what an outcome shows to be statutory is redacted too: {table}");
}

#[test]
fn json_lines_have_the_fields_that_are_promised() {
    let folder = tempfile::tempdir().unwrap();
    let store = log(folder.path());
    wait(store.append(&Entry::Outcome(outcome(1)), Durability::Kernel)).unwrap();
    let (found, text) = printed(folder.path(), &LogsCommand::Search(Box::new(search_args(true))));
    assert!(found);
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let names: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    let promised = "kind sequence id parent time monotonic_us node site peer asserted claimed device user group identity identity_age_s method \
        target host_field host url search_terms categories verdict reason layer list matched list_version policy_version generation referer \
        user_agent tls coverage_gap demonstration detail first_seen outcome";
    let mut promised: Vec<&str> = promised.split_whitespace().collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    promised.sort_unstable();
    assert_eq!(sorted, promised);
    assert_eq!(first["time"], "2025-11-24T16:00:01.000000Z");
    assert_eq!(first["outcome"]["ended"], "complete");
    assert_eq!(first["verdict"], "allow");
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&last["kind"], &last["event"]), (&"event".into(), &"started".into()));
}

#[test]
fn what_cannot_be_asked_or_read_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let _store = log(folder.path());
    let now = Now { at: Timestamp::from_seconds(DAY), zone: jiff::tz::TimeZone::UTC };
    let fault = |folder: &std::path::Path, args: SearchArgs| {
        run(&LogsCommand::Search(Box::new(args)), folder, &now, &mut Vec::new()).unwrap_err().to_string()
    };
    let reversed = with_span(SpanArgs { from: Some("11:00".into()), to: Some("10:00".into()), ..SpanArgs::default() });
    assert!(fault(folder.path(), reversed).contains("is not before"));
    let unreadable = with_span(SpanArgs { to: Some("soon".into()), ..SpanArgs::default() });
    assert!(fault(folder.path(), unreadable).starts_with("--to: `soon` is no time"));
    let missing = folder.path().join("nothing-here");
    assert!(fault(&missing, search_args(false)).contains("nothing-here"));
    let none = with_span(SpanArgs { group: Some("nobody".into()), ..SpanArgs::default() });
    assert!(!printed(folder.path(), &LogsCommand::Search(Box::new(none))).0, "nothing found is exit code 1");
}

#[test]
fn verify_says_whole_or_names_the_place() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path()).close();
    let verify = || printed(folder.path(), &LogsCommand::Verify(VerifyArgs { json: false, ..VerifyArgs::default() }));
    let (whole, text) = verify();
    assert!(whole && text.starts_with("The log is whole: 7 records, numbers 1 to 7 in 1 segments"), "{text}");
    let file =
        std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "seg")).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 4;
    std::fs::write(&file, &bytes).unwrap();
    let (whole, text) = verify();
    assert!(!whole && text.starts_with("THE LOG IS NOT WHOLE"), "{text}");
    assert!(text.contains(&format!("fault: {}, byte ", file.display())) && text.contains("checksum"), "{text}");
    let (_, json) = printed(folder.path(), &LogsCommand::Verify(VerifyArgs { json: true, ..VerifyArgs::default() }));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["whole"], false);
}

#[test]
fn search_passes_over_damage_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path()).close();
    let file =
        std::fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "seg")).unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let place = bytes.windows(5).position(|w| w == b"Rooms").unwrap();
    bytes[place] ^= 4;
    std::fs::write(&file, &bytes).unwrap();
    let query = Query { order: Order::Oldest, limit: 100, ..Query::default() };
    assert_eq!(ids(folder.path(), &query), [1, 2, 4, 5, 6]);
    assert_eq!(search(folder.path(), &query).unwrap().damage.len(), 1);
}

#[test]
fn follow_gives_the_last_records_and_then_each_new_one_over_the_ends_of_segments() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(lifeguard::store::Settings { segment_bytes: 2000, ..small(folder.path()) }, RunningClock::start()).unwrap();
    for id in 0..3 {
        put(&store, request(id), Durability::Kernel).unwrap();
    }
    let mut follow = Follow::open(folder.path(), 2).unwrap();
    let mut seen = Vec::new();
    for id in 3..60 {
        follow.poll(|row| seen.extend(sequence(row))).unwrap();
        put(&store, request(id), Durability::Kernel).unwrap();
    }
    follow.poll(|row| seen.extend(sequence(row))).unwrap();
    assert_eq!(seen, (2..=60).collect::<Vec<u64>>());
    assert!(store.state().snapshot().segments > 3);
}

fn sequence(row: Row) -> Option<u64> {
    match row {
        Row::Request(row) => Some(row.sequence),
        Row::Outcome(_) | Row::Event(_) => None,
    }
}

#[test]
fn one_request_is_found_by_its_number_with_its_outcome_and_pages_are_cut_where_the_heads_say() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(lifeguard::store::Settings { segment_bytes: 4096, ..small(folder.path()) }, RunningClock::start()).unwrap();
    for id in 1..=200 {
        put(&store, request(id), Durability::Kernel).unwrap();
    }
    for id in 1..=200 {
        wait(store.append(&Entry::Outcome(outcome(id)), Durability::Kernel)).unwrap();
    }
    store.close();
    let all = search(folder.path(), &Query { limit: 1000, ..Query::default() }).unwrap();
    let numbers: Vec<u64> = all.hits.iter().map(|hit| hit.sequence).collect();
    assert_eq!(numbers.len(), 200);
    assert!(all.segments > 4, "{}", all.segments);
    for hit in &all.hits {
        let one = lifeguard::store::query::request_of(folder.path(), hit.sequence).unwrap().unwrap();
        assert_eq!(format!("{:?}", one.row()), format!("{:?}", hit.row()));
        assert!(matches!(one.row(), Some(Row::Request(row)) if row.outcome.is_some()));
    }
    let last = *numbers.iter().max().unwrap();
    for number in [0, last + 1, last + 1_000_000, u64::MAX] {
        assert!(lifeguard::store::query::request_of(folder.path(), number).unwrap().is_none(), "{number}");
    }
    for order in [Order::Newest, Order::Oldest] {
        let (mut after, mut got, mut looked) = (None, Vec::new(), Vec::new());
        loop {
            let page = search(folder.path(), &Query { limit: 30, order, after, ..Query::default() }).unwrap();
            got.extend(page.hits.iter().map(|hit| hit.sequence));
            looked.push(page.segments);
            after = page.cursor();
            if after.is_none() {
                break;
            }
        }
        if order == Order::Oldest {
            got.reverse();
        }
        assert_eq!(got, numbers, "{order:?}");
        assert!(looked.last().unwrap() < &all.segments, "the last page opens few: {looked:?}");
    }
}

/// A search that is given up at once, again and again, comes to its end and gives every row once; counts keep what they had counted.
#[test]
fn a_search_that_is_given_up_goes_on_where_it_stood_without_a_gap_and_without_a_row_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(lifeguard::store::Settings { segment_bytes: 3000, ..small(folder.path()) }, RunningClock::start()).unwrap();
    for id in 0..300_u64 {
        put(&store, request(id), Durability::Kernel).unwrap();
        // Outcomes come late: often only in a later segment.
        if let Some(earlier) = id.checked_sub(25) {
            wait(store.append(&Entry::Outcome(outcome(earlier)), Durability::Kernel)).unwrap();
        }
    }
    store.close();
    let at_once = |_: usize, _: usize| false;
    for order in [Order::Newest, Order::Oldest] {
        for filter in [Filter::default(), Filter { url: Some("nowhere-at-all".into()), ..Filter::default() }] {
            let query = Query { filter, order, limit: 1000, ..Query::default() };
            let all: Vec<u64> = search(folder.path(), &query).unwrap().hits.iter().map(|hit| hit.sequence).collect();
            let (mut got, mut query, mut pages) = (Vec::new(), query, 0);
            loop {
                let page = search_with(folder.path(), &query, &at_once).unwrap();
                assert!(page.damage.is_empty() && page.cancelled == page.reached.is_some(), "{page:?}");
                got.extend(page.hits.iter().map(|hit| hit.sequence));
                pages += 1;
                let next = page.cursor();
                assert!(next.is_none() || next != query.after, "it comes nearer to its end with each page");
                query.after = next;
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(got, all, "{order:?}");
            assert!(pages > 2, "{pages} pages");
        }
    }
    let counted = count(folder.path(), &Filter::default(), &[], &at_once).unwrap();
    assert!(counted.cancelled && counted.total > 0 && counted.total < 300, "{counted:?}");
}
