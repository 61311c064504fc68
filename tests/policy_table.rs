//! The golden table: every preset, every category, kinds of people and hours, in one text that people can read. A change of any verdict
//! shows as a changed line of `tests/golden/policy.txt`; `LIFEGUARD_BLESS=1` writes the file anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it finds a fault")]

mod cascade_support;

use cascade_support::{categories, engine, explain_under, host};
use lifeguard::engine::Engine;
use lifeguard::model::{Timestamp, VerdictKind};
use lifeguard::policy::{Act, Acts, Doing, Whom};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const PRESETS: [&str; 8] = ["primary", "secondary", "staff", "library-child", "library-adult", "youth-club", "care-home", "public-wifi"];

/// Thursday, 15 January 2026; the site's zone is UTC.
const HOURS: [(&str, i64); 3] = [("Thursday 12:00", 1_768_478_400), ("Thursday 22:30", 1_768_516_200), ("Sunday 12:00", 1_768_737_600)];

const PEOPLE: [(&str, Option<&str>); 2] = [("anybody in the group", None), ("Kim, who has a layer of her own", Some("kim"))];

const SETTINGS: &str = "[[layer]]\nlevel = 'consortium'\ntitle = 'East'\nsigned_by = 'A. Hill'\nreason = 'r'\nreview = 2030-01-01\n\
    never_loosen = ['extremism']\nblock = ['adult']\n\
    [[layer]]\nlevel = 'person'\ntitle = 'Kim'\nsigned_by = 'B. Lee'\nreason = 'r'\nreview = 2030-01-01\npersons = ['kim']\n\
    block = ['gambling', 'dating']\nwarn = ['shopping', 'games']\n";

fn mark(verdict: VerdictKind) -> &'static str {
    match verdict {
        VerdictKind::Allow => ".",
        VerdictKind::Warn => "warn",
        VerdictKind::Block => "BLOCK",
        VerdictKind::Refuse => "REFUSE",
    }
}

/// One line for each category.
fn rows(engine: &Engine, user: Option<&str>, at: i64, acts: &Arc<Acts>) -> Vec<String> {
    let mut names = categories();
    names.push("(no category)".into());
    names.push("(statutory list)".into());
    names.iter().map(|name| row(engine, name, user, at, acts)).collect()
}

fn row(engine: &Engine, name: &str, user: Option<&str>, at: i64, acts: &Arc<Acts>) -> String {
    let host = match name {
        "(no category)" => "free.example.test".to_owned(),
        "(statutory list)" => "illegal.example.test".to_owned(),
        name => host(name),
    };
    let mut line = format!("{name:<26}");
    for preset in PRESETS {
        let explanation = explain_under(engine, (preset, user), &format!("http://{host}/"), at, acts);
        write!(line, "{:<14}", mark(explanation.sight.verdict)).unwrap();
    }
    line.trim_end().to_owned()
}

/// A release of four categories; a list of illegal material is none of them, and extremism is never loosened.
fn released() -> Acts {
    let names = ["adult", "games", "extremism", "gambling"];
    Acts::new(vec![Act {
        id: "E-1".into(),
        doing: Doing::ReleaseCategories(names.map(Arc::from).to_vec()),
        whom: Whom::Everybody,
        by: "x".into(),
        reason: "x".into(),
        until: Timestamp::from_seconds(i64::MAX / 1_000_000),
    }])
}

#[test]
fn every_preset_decides_as_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    let groups: String = PRESETS.iter().map(|preset| format!("[[group]]\nname = '{preset}'\npreset = '{preset}'\n")).collect();
    let engine = engine(&format!("{SETTINGS}{groups}"), folder.path());
    let mut text = String::from(
        "Every preset and category, under the layers of tests/policy_table.rs: a consortium that blocks adult and never loosens extremism,\n\
         and a layer for Kim. '.' is open. After the first table, only the lines that differ from it are written.\n",
    );
    let first = rows(&engine, None, HOURS[0].1, &Arc::default());
    let released = ("anybody while adult, games, extremism and gambling are released", None, Arc::new(released()));
    let people = PEOPLE.map(|(kind, user)| (kind, user, Arc::default()));
    for (kind, user, acts) in people.into_iter().chain([released]) {
        for (hour, at) in HOURS {
            let all = rows(&engine, user, at, &acts);
            let heading = PRESETS.iter().fold(format!("{:<26}", "category"), |line, preset| format!("{line}{preset:<14}"));
            writeln!(text, "\n== {kind}, {hour}\n{}", heading.trim_end()).unwrap();
            let is_first = (kind, at) == (PEOPLE[0].0, HOURS[0].1);
            let shown: Vec<_> =
                all.iter().zip(&first).filter(|(row, known)| is_first || row != known).map(|(row, _)| row.as_str()).collect();
            writeln!(text, "{}", if shown.is_empty() { "(as in the first table)".to_owned() } else { shown.join("\n") }).unwrap();
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/policy.txt");
    if std::env::var_os("LIFEGUARD_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let differs: Vec<_> = text.lines().zip(known.lines().chain(std::iter::repeat(""))).filter(|(now, then)| now != then).take(10).collect();
    assert_eq!(text, known, "the first lines that differ (now, then): {differs:#?}\nLIFEGUARD_BLESS=1 writes the table anew");
}
