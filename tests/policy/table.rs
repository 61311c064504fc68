//! The golden table: every preset, every category, kinds of people and hours, in one text that people can read. A change of any verdict
//! shows as a changed line of `tests/golden/policy.txt`; `LIFEGUARD_BLESS=1` writes the file anew.

use crate::cascade_support::{categories, engine, explain_under, host};
use lifeguard::engine::Engine;
use lifeguard::model::{Timestamp, VerdictKind};
use lifeguard::policy::{Act, Acts, Doing, Used, Whom};
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

/// What the groups of the last tables have beside their presets: a share of games and one of everything, and hours that follow the term.
const SHARES: &str = "[group.quota]\ngames = '30m'\n'*' = '2h'\n";
const TERMS: &str = "hours = ['mon-fri 08:00-16:00 in term', 'daily 10:00-14:00 outside term']\n\
    [group.category_hours]\ngames = '12:00-13:00 in term'\nchat = '12:00-13:00 outside term'\n";
const TERM: &str = "[[term]]\nname = 'term'\nfrom = 2026-01-05\nto = 2026-02-13\n";
/// Thursdays: in term, and after it.
const IN_TERM: i64 = HOURS[0].1;
const HOLIDAY: i64 = IN_TERM + 35 * 86_400;

/// Who asks, when, and what lies on top of the settings.
#[derive(Clone, Default)]
struct Asked {
    user: Option<&'static str>,
    at: i64,
    acts: Arc<Acts>,
    used: Arc<Used>,
}

impl Asked {
    fn at(at: i64) -> Self {
        Self { at, ..Self::default() }
    }

    fn under(doing: Doing) -> Self {
        let until = Timestamp::from_seconds(HOURS[0].1 + 3600);
        let act = Act { id: "E-1".into(), doing, whom: Whom::Everybody, by: "x".into(), reason: "x".into(), until };
        Self { acts: Arc::new(Acts::new(vec![act])), ..Self::at(HOURS[0].1) }
    }

    /// So many minutes of the morning.
    fn used(name: &str, minutes: i64) -> Self {
        let now = Timestamp::from_seconds(HOURS[0].1);
        let mut used = Used::on_day_of(now, &jiff::tz::TimeZone::UTC);
        (1..=minutes).for_each(|minute| used.add(&name.into(), Timestamp::from_seconds(HOURS[0].1 - minute * 60), 0));
        Self { used: Arc::new(used), ..Self::at(HOURS[0].1) }
    }
}

/// Every preset as a group, with these further words.
fn groups(more: &str) -> String {
    PRESETS.iter().map(|preset| format!("[[group]]\nname = '{preset}'\npreset = '{preset}'\n{more}")).collect()
}

/// One table: all of it, or the lines that differ from the first one.
fn table(text: &mut String, title: &str, rows: &[String], first: Option<&[String]>) {
    let heading = PRESETS.iter().fold(format!("{:<26}", "category"), |line, preset| format!("{line}{preset:<14}"));
    writeln!(text, "\n== {title}\n{}", heading.trim_end()).unwrap();
    let differs = |row: &String, place: usize| first.is_none_or(|first| first[place] != *row);
    let shown: Vec<_> = rows.iter().enumerate().filter(|(place, row)| differs(row, *place)).map(|(_, row)| row.as_str()).collect();
    let closed = rows.iter().all(|row| row.split_whitespace().rev().take(PRESETS.len()).all(|cell| cell == mark(VerdictKind::Block)));
    let body = match (shown.is_empty(), closed && first.is_some()) {
        (true, _) => "(as in the first table)".to_owned(),
        (false, true) => "(every category, and what is in none: BLOCK for every preset)".to_owned(),
        (false, false) => shown.join("\n"),
    };
    writeln!(text, "{body}").unwrap();
}

/// One line for each category.
fn rows(engine: &Engine, asked: &Asked) -> Vec<String> {
    let mut names = categories();
    names.push("(no category)".into());
    names.push("(statutory list)".into());
    names.iter().map(|name| row(engine, name, asked)).collect()
}

fn row(engine: &Engine, name: &str, asked: &Asked) -> String {
    let host = match name {
        "(no category)" => "free.example.test".to_owned(),
        "(statutory list)" => "illegal.example.test".to_owned(),
        name => host(name),
    };
    let mut line = format!("{name:<26}");
    for preset in PRESETS {
        let address = format!("http://{host}/");
        let explanation = explain_under(engine, (preset, asked.user), (&address, asked.at), (&asked.acts, &asked.used));
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
    let (plain, shares) = (folder.path().join("plain"), folder.path().join("shares"));
    let plain = engine(&format!("{SETTINGS}{}", groups("")), &plain);
    let shares = engine(&format!("{SETTINGS}{}", groups(SHARES)), &shares);
    let terms = engine(&format!("{TERM}{SETTINGS}{}", groups(TERMS)), &folder.path().join("terms"));
    let mut text = String::from(
        "Every preset and category, under the layers of tests/policy/table.rs: a consortium that blocks adult and never loosens extremism,\n\
         and a layer for Kim. '.' is open. After the first table, only the lines that differ from it are written.\n",
    );
    let first: &[String] = &rows(&plain, &Asked::at(HOURS[0].1));
    for (kind, user) in PEOPLE {
        for (hour, at) in HOURS {
            let all = rows(&plain, &Asked { user, ..Asked::at(at) });
            let is_first = (kind, at) == (PEOPLE[0].0, HOURS[0].1);
            table(&mut text, &format!("{kind}, {hour}"), &all, (!is_first).then_some(first));
        }
    }
    let released = Arc::new(released());
    for (hour, at) in HOURS {
        let all = rows(&plain, &Asked { acts: Arc::clone(&released), ..Asked::at(at) });
        table(&mut text, &format!("anybody while adult, games, extremism and gambling are released, {hour}"), &all, Some(first));
    }
    for (title, engine, asked) in [
        ("everybody is suspended", &plain, Asked::under(Doing::Suspend)),
        ("everybody has the rules of the staff for a while", &plain, Asked::under(Doing::Unlock("staff".into()))),
        ("Kim has the rules of the staff for a while", &plain, Asked { user: Some("kim"), ..Asked::under(Doing::Unlock("staff".into())) }),
        ("with 30 minutes of games and 2 hours in all a day; 29 minutes of games used", &shares, Asked::used("games", 29)),
        ("the same; 30 minutes of games used", &shares, Asked::used("games", 30)),
        ("the same; 2 hours in all used", &shares, Asked::used("*", 120)),
        ("with hours by the term, games at noon in term, chat at noon outside it; in term, Thursday 12:00", &terms, Asked::at(IN_TERM)),
        ("the same; in term, Thursday 15:00", &terms, Asked::at(IN_TERM + 3 * 3600)),
        ("the same; in the holiday, Thursday 12:00", &terms, Asked::at(HOLIDAY)),
        ("the same; in the holiday, Thursday 15:00", &terms, Asked::at(HOLIDAY + 3 * 3600)),
    ] {
        table(&mut text, title, &rows(engine, &asked), Some(first));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/policy.txt");
    if std::env::var_os("LIFEGUARD_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let differs: Vec<_> = text.lines().zip(known.lines().chain(std::iter::repeat(""))).filter(|(now, then)| now != then).take(10).collect();
    assert_eq!(text, known, "the first lines that differ (now, then): {differs:#?}\nLIFEGUARD_BLESS=1 writes the table anew");
}
