//! Exports are read back by other programs' eyes: every cell, with everything nasty that a request can carry; manifests, limits, orders.

use crate::store_support::*;
use lifeguard::cli::logs::{ExportArgs, HoldCommand, LogsCommand, Now, QueryArgs, RetentionArgs, SpanArgs, run};
use lifeguard::model::{Reason, Timestamp, VerdictKind};
use lifeguard::ports::{Durability, LogStore};
use lifeguard::record::{Entry, OutcomeRecord, RequestRecord};
use lifeguard::store::export::{COLUMNS, ExportFault, ExportOrder, Manifest, SheetKind, export, neutral, plain};
use lifeguard::store::query::{Filter, Order, Query, REDACTED, terminal};
use lifeguard::store::{Settings, Unsigned, open};
use serde_json::Value;
use std::io::Read;
use std::path::Path;

const NASTY: [&str; 14] = [
    "=HYPERLINK(\"http://x.test\",\"click\")",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "  =1",
    "\u{ff1d}1+1",
    "\u{200b}=1",
    "\"quoted, with comma\"\r\nand a line",
    "<script>alert(1)</script>&amp;<!--",
    "\u{1b}]0;title\u{7}\u{202e}txt",
    "_x0041__x000D_",
    "http://link.test/ mailto:a@b.test",
    "'=1",
];

/// A log of several segments: nasty requests, a statutory one, and outcomes that come later.
fn log(folder: &Path, plain: u64) {
    let store = open(Settings { segment_bytes: 6000, ..small(folder) }, RunningClock::start()).unwrap();
    for (id, text) in (1..).zip(NASTY) {
        let nasty = RequestRecord {
            user: Some(text),
            device: Some(text),
            target: text.as_bytes(),
            referer: text.as_bytes(),
            host: text,
            url: text.into(),
            group: text,
            search_terms: text,
            matched: text.into(),
            ..request(id)
        };
        put(&store, nasty, Durability::Kernel).unwrap();
        let note = OutcomeRecord { note: text.into(), ..outcome(id) };
        wait(store.append(&Entry::Outcome(note), Durability::Kernel)).unwrap();
    }
    let hit = RequestRecord {
        reason: Reason::Statutory,
        verdict: VerdictKind::Block,
        host: "bad.example.org",
        url: "http://bad.example.org/secret".into(),
        target: b"http://bad.example.org/secret",
        host_field: b"bad.example.org",
        referer: b"http://bad.example.org/index",
        ..request(20)
    };
    put(&store, hit, Durability::Kernel).unwrap();
    for id in 100..100 + plain {
        put(&store, RequestRecord { user: Some("kim"), ..request(id) }, Durability::Kernel).unwrap();
        // Outcomes come late: often in a later segment.
        if id >= 130 {
            wait(store.append(&Entry::Outcome(outcome(id - 30)), Durability::Kernel)).unwrap();
        }
    }
    wait(store.append(&Entry::Event(event("=started")), Durability::Kernel)).unwrap();
}

fn make(folder: &Path, out: &Path, kind: SheetKind, query: &Query, limit: Option<u64>) -> Result<Manifest, ExportFault> {
    let order = ExportOrder { query, limit, kind, out, now: Timestamp::from_seconds(DAY), by: "R. Reader" };
    export(folder, &order, &Unsigned)
}

fn oldest(filter: Filter) -> Query {
    Query { filter, order: Order::Oldest, limit: 0, events: true, after: None }
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of the one sheet of a spreadsheet, by column number; and its raw XML.
fn xlsx_rows(path: &Path) -> (Vec<Vec<String>>, String) {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains("externalLink") || name.contains("vba")), "{names:?}");
    let mut read = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let xml = read("xl/worksheets/sheet1.xml");
    let shared: Vec<String> = if names.iter().any(|name| name == "xl/sharedStrings.xml") {
        let table = read("xl/sharedStrings.xml");
        table.split("<si>").skip(1).map(|part| unescape(between(part, "<t", "</t>").split_once('>').unwrap().1)).collect()
    } else {
        Vec::new()
    };
    let rows = xml.split("<row ").skip(1).map(|row| {
        let mut cells = vec![String::new(); COLUMNS.len()];
        for cell in row.split("<c ").skip(1) {
            let place = between(cell, "r=\"", "\"").trim_end_matches(|c: char| c.is_ascii_digit());
            let column = place.bytes().fold(0, |sum, byte| sum * 26 + usize::from(byte - b'A') + 1) - 1;
            cells[column] = if cell.contains("t=\"s\"") {
                shared[between(cell, "<v>", "</v>").parse::<usize>().unwrap()].clone()
            } else if cell.contains("inlineStr") {
                unescape(between(cell, "<t", "</t>").split_once('>').unwrap().1)
            } else {
                between(cell, "<v>", "</v>").to_owned()
            };
        }
        cells
    });
    (rows.collect(), xml)
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = &text[text.find(from).unwrap() + from.len()..];
    &rest[..rest.find(to).unwrap()]
}

/// XML, and the escapes of spreadsheets (`_xHHHH_`).
fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.replace("_x005F_", "_")
}

#[test]
fn every_cell_comes_back_as_text_and_none_is_a_formula() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 100);
    let out = tempfile::tempdir().unwrap();
    let (csv_path, xlsx_path) = (out.path().join("a.csv"), out.path().join("a.xlsx"));
    let manifest = make(folder.path(), &csv_path, SheetKind::Csv, &oldest(Filter::default()), None).unwrap();
    make(folder.path(), &xlsx_path, SheetKind::Xlsx, &oldest(Filter::default()), None).unwrap();
    let csv = csv_rows(&csv_path);
    assert_eq!(csv[0], COLUMNS);
    assert_eq!(csv.len() as u64, manifest.rows + 1);
    assert_eq!(manifest.rows, 14 + 1 + 100 + 1);
    let column = |name: &str| COLUMNS.iter().position(|column| *column == name).unwrap();
    for (row, nasty) in csv[1..].iter().zip(NASTY) {
        for name in ["user", "device", "host", "url", "group", "search_terms", "matched", "note", "target", "referer"] {
            assert_eq!(plain(&row[column(name)]), terminal(nasty), "{name}");
            assert_eq!(row[column(name)], neutral(&terminal(nasty)), "{name}");
        }
    }
    let dangerous =
        |cell: &String| cell.trim_start_matches([' ', '"', '\u{200b}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\u{ff1d}']);
    assert_eq!(csv.iter().flatten().find(|cell| dangerous(cell)), None);
    assert!(!csv.iter().flatten().any(|cell| cell.chars().any(char::is_control)));
    let with_user = csv[1..].iter().filter(|row| !row[column("user")].is_empty());
    assert!(with_user.into_iter().all(|row| row[column("attribution")].starts_with("address only")), "no name without how it is known");
    let (xlsx, xml) = xlsx_rows(&xlsx_path);
    assert_eq!(xlsx, csv, "both tables say the same");
    for tag in ["<f>", "<f ", "<hyperlink", "<script"] {
        assert!(!xml.contains(tag), "{tag}");
    }
}

#[test]
fn json_lines_hold_every_value_and_no_markup() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 100);
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("a.jsonl");
    make(folder.path(), &path, SheetKind::Jsonl, &oldest(Filter::default()), None).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(['<', '>', '&', '\u{1b}', '\u{202e}', '\u{200b}']));
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (row, nasty) in rows.iter().zip(NASTY) {
        assert_eq!((&row["user"], &row["url"]), (&nasty.into(), &nasty.into()));
        assert!(row["attribution"].as_str().unwrap().starts_with("address only"));
    }
    let late = rows.iter().filter(|row| row["user"] == "kim").filter(|row| row["outcome"]["status"] == 200).count();
    assert_eq!(late, 70, "outcomes are found in later segments");
}

#[test]
fn no_export_shows_a_statutory_address() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 3);
    let out = tempfile::tempdir().unwrap();
    for kind in SheetKind::ALL {
        let path = out.path().join(kind.code());
        let manifest = make(folder.path(), &path, kind, &oldest(Filter::default()), None).unwrap();
        assert_eq!(manifest.redacted_rows, 1);
        let shown = if kind == SheetKind::Xlsx { format!("{:?}", xlsx_rows(&path).0) } else { std::fs::read_to_string(&path).unwrap() };
        assert!(shown.contains(REDACTED) && !shown.contains("bad.example.org") && !shown.contains("secret"), "{kind:?}");
        let by_text = oldest(Filter { host: Some("bad.example.org".into()), ..Filter::default() });
        let none = make(folder.path(), &out.path().join(format!("{}-2", kind.code())), kind, &by_text, None).unwrap();
        assert_eq!(none.rows, 0, "{kind:?}");
    }
}

#[test]
fn an_export_is_the_view_of_a_search_in_any_order_and_limit() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 200);
    let out = tempfile::tempdir().unwrap();
    let filters = [
        Filter::default(),
        Filter { user: Some("kim".into()), ..Filter::default() },
        Filter { from: Some(Timestamp::from_seconds(DAY + 150)), to: Some(Timestamp::from_seconds(DAY + 170)), ..Filter::default() },
    ];
    let mut number = 0;
    for filter in filters {
        for order in [Order::Oldest, Order::Newest] {
            for limit in [None, Some(1), Some(7), Some(1000)] {
                number += 1;
                let query = Query {
                    filter: filter.clone(),
                    order,
                    limit: limit.map_or(100_000, |limit| limit as usize),
                    events: true,
                    after: None,
                };
                let path = out.path().join(number.to_string());
                let manifest = make(folder.path(), &path, SheetKind::Jsonl, &query, limit).unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                let mut found = lifeguard::store::query::search(folder.path(), &query).unwrap().hits.into_iter();
                for line in text.lines() {
                    let mut row: Value = serde_json::from_str(line).unwrap();
                    row.as_object_mut().unwrap().remove("attribution");
                    assert_eq!(row, serde_json::to_value(found.next().unwrap().row()).unwrap(), "{query:?}");
                }
                assert!(found.next().is_none(), "{query:?}");
                assert_eq!(manifest.rows, text.lines().count() as u64);
            }
        }
    }
}

#[test]
fn the_manifest_says_what_the_file_is_and_nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 40);
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("view.csv");
    let query = oldest(Filter { user: Some("kim".into()), ..Filter::default() });
    make(folder.path(), &path, SheetKind::Csv, &query, Some(5)).unwrap();
    let manifest: Value = serde_json::from_slice(&std::fs::read(out.path().join("view.csv.manifest.json")).unwrap()).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &std::fs::read(&path).unwrap());
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((&manifest["sha256"], &manifest["rows"], &manifest["by"]), (&hex.into(), &5.into(), &"R. Reader".into()));
    assert_eq!(manifest["query"]["filter"], serde_json::json!({"user": "kim"}));
    assert!(
        manifest["log"]["chain_before_it"].as_str().unwrap().len() == 64
            && manifest["sequences"][0].as_u64() < manifest["sequences"][1].as_u64()
    );
    let note = manifest["note"].as_str().unwrap();
    let signed: Value = serde_json::from_str(note.lines().nth(1).unwrap()).unwrap();
    assert_eq!((note.lines().next(), &signed["sha256"]), (Some("lifeguard export manifest v1"), &manifest["sha256"]));
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(make(folder.path(), &path, SheetKind::Csv, &query, None), Err(ExportFault::Taken(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert!(make(&folder.path().join("nowhere"), &out.path().join("b"), SheetKind::Csv, &query, None).is_err());
    let mut names: Vec<_> = std::fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["view.csv", "view.csv.manifest.json"], "what was not finished is gone");
}

/// What a command prints.
fn printed(folder: &Path, command: &LogsCommand) -> (bool, String) {
    let now = Now { at: Timestamp::from_seconds(DAY), zone: jiff::tz::TimeZone::UTC };
    let mut out = Vec::new();
    let answer = run(command, folder, &now, &mut out).unwrap();
    (answer, String::from_utf8(out).unwrap())
}

#[test]
fn the_commands_place_list_and_release_holds_export_and_show_what_would_go() {
    use lifeguard::cli::logs::{AddArgs, ListArgs, ReleaseArgs};
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 40);
    let out = tempfile::tempdir().unwrap();
    let kim = || QueryArgs { span: SpanArgs { user: Some("kim".into()), ..SpanArgs::default() }, ..QueryArgs::default() };
    let add = AddArgs { owner: "A".into(), because: "case \u{1b}[2J".into(), review: jiff::civil::date(2027, 1, 31), query: kim() };
    let hold = |command| LogsCommand::Hold { command };
    assert!(printed(folder.path(), &hold(HoldCommand::Add(add))).1.starts_with("H-1 is in force"));
    let list = |json| printed(folder.path(), &hold(HoldCommand::List(ListArgs { standing: false, json }))).1;
    assert!(list(false).contains("review 2027-01-31") && !list(false).contains('\u{1b}'));
    let release = ReleaseArgs { id: "H-1".into(), by: "B".into(), because: "closed".into() };
    assert!(printed(folder.path(), &hold(HoldCommand::Release(release))).0);
    let line: Value = serde_json::from_str(list(true).trim()).unwrap();
    assert_eq!((&line["owner"], &line["release"]["by"], &line["query"]["user"]), (&"A".into(), &"B".into(), &"kim".into()));
    let again = ReleaseArgs { id: "H-1".into(), by: "B".into(), because: "closed".into() };
    let now = Now { at: Timestamp::from_seconds(DAY), zone: jiff::tz::TimeZone::UTC };
    assert!(run(&hold(HoldCommand::Release(again)), folder.path(), &now, &mut Vec::new()).is_err());
    let export = ExportArgs {
        format: SheetKind::Csv,
        out: out.path().join("kim.csv"),
        limit: None,
        oldest_first: true,
        events: false,
        by: Some("C".into()),
        because: Some("case 7".into()),
        json: true,
        query: kim(),
    };
    let (found, text) = printed(folder.path(), &LogsCommand::Export(export));
    assert!(found && serde_json::from_str::<Value>(&text).unwrap()["rows"] == 40);
    let (_, text) = printed(folder.path(), &LogsCommand::Retention(RetentionArgs { dry_run: true, ..RetentionArgs::default() }));
    assert!(text.starts_with("0 segments with 0 records would be deleted."), "{text}");
    let (_, text) = printed(folder.path(), &LogsCommand::Retention(RetentionArgs { policy: true, ..RetentionArgs::default() }));
    assert!(text.contains("web_log") && text.contains("92 d"), "{text}");
}
