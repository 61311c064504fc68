//! The console's front page: how things stand, for whoever comes by. Every value is escaped; no script; says nothing that is not there.
//! Must never name a person, a device or a host that somebody asked for, nor quote settings: whoever reads it has not signed in.

use super::readiness::Readiness;
use super::sources::{SourceStatus, source_values};
use super::status::{AuthorityStatus, ListStatus, Status};
use crate::engine::{Coverage, Feature};
use crate::model::Timestamp;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

macro_rules! page {
    ($($part:literal),+) => {
        concat!(include_str!("html/head.html"), $(include_str!(concat!("html/", $part)),)+ include_str!("html/foot.html"))
    };
}

/// The compiled pages.
#[derive(Debug)]
pub(super) struct StatusPage(Environment<'static>);

impl StatusPage {
    /// Compiles it.
    pub(super) fn new() -> Self {
        let mut engine = Environment::new();
        engine.set_auto_escape_callback(|_| AutoEscape::Html);
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the usual marks"));
        engine.add_template("status.html", page!("status.html", "authority.html", "status_end.html")).expect("a test renders it");
        engine.add_template("accreditation.html", page!("accreditation.html")).expect("a test renders it");
        engine.add_template("coverage.html", page!("coverage.html")).expect("a test renders it");
        engine.add_template("lists.html", page!("lists.html")).expect("a test renders it");
        Self(engine)
    }

    /// Renders what is seen in each group; of further sites how many groups there are, and how many sites.
    pub(super) fn coverage(
        &self,
        status: &Status,
        coverage: &[Coverage],
        (further, sites): (usize, usize),
    ) -> Result<String, minijinja::Error> {
        let values = Value::from_pairs([
            ("title", text("What is seen")),
            ("site", text(&status.site)),
            ("node", text(&status.node)),
            ("groups", coverage.iter().map(group_values).collect()),
            ("further", Value::from(further)),
            ("sites", Value::from(sites)),
        ]);
        self.0.get_template("coverage.html")?.render(values)
    }

    /// Renders where lists come from.
    pub(super) fn lists(&self, status: &Status, sources: &[SourceStatus]) -> Result<String, minijinja::Error> {
        let values = Value::from_pairs([
            ("title", text("Lists")),
            ("site", text(&status.site)),
            ("node", text(&status.node)),
            ("now", time(Some(status.now))),
            ("now_words", time_in_words(Some(status.now))),
            ("list_version", text(&status.list_version)),
            ("sources", sources.iter().map(|source| source_values(source, status.now)).collect()),
        ]);
        self.0.get_template("lists.html")?.render(values)
    }

    /// Renders one of the pages with these values.
    pub(super) fn render_page(&self, name: &str, values: Value) -> Result<String, minijinja::Error> {
        self.0.get_template(name)?.render(values)
    }

    /// Renders it.
    pub(super) fn render(&self, status: &Status, readiness: &Readiness) -> Result<String, minijinja::Error> {
        self.0.get_template("status.html")?.render(values(status, readiness))
    }
}

fn values(status: &Status, readiness: &Readiness) -> Value {
    let listeners = status.listeners.iter();
    let checks = readiness.checks.iter();
    Value::from_pairs([
        ("title", text(if readiness.ready { "Ready" } else { "Not ready" })),
        ("node", text(&status.node)),
        ("site", text(&status.site)),
        ("passed", Value::from(status.passed.len())),
        (
            "warnings",
            readiness.warnings.iter().filter(|warning| !warning.starts_with("restricted-search")).map(|warning| text(warning)).collect(),
        ),
        ("authority", status.authority.as_ref().map_or(Value::from(()), |authority| authority_values(authority, status.now))),
        ("version", text(env!("CARGO_PKG_VERSION"))),
        ("now", time(Some(status.now))),
        ("now_words", time_in_words(Some(status.now))),
        ("running", Value::from(span(status.now.0 - status.started.0))),
        ("generation", Value::from(status.generation)),
        ("policy_version", text(&status.policy_version)),
        ("list_version", text(&status.list_version)),
        ("connections", Value::from(count(status.connections))),
        ("ready", Value::from(readiness.ready)),
        ("demonstration", Value::from(status.demonstration)),
        ("lab", Value::from(status.lab)),
        (
            "checks",
            checks
                .map(|check| {
                    Value::from_pairs([("name", text(check.name)), ("passed", Value::from(check.passed)), ("words", text(&check.words))])
                })
                .collect(),
        ),
        ("listeners", listeners.map(|l| Value::from_pairs([("what", text(&l.what)), ("address", text(&l.address))])).collect()),
        ("lists", status.lists.iter().map(|list| list_values(list, status.now)).collect()),
        ("entries", Value::from(count(status.lists.iter().map(|list| list.entries).sum()))),
        ("log_place", text(&status.log.place)),
        ("log_fault", text(status.log.fault.as_deref().unwrap_or(""))),
        ("signing_fault", text(status.log.signing_fault.as_deref().unwrap_or(""))),
        ("restricted_lost", restricted_lost(status)),
        ("restricted", Value::from(status.restricted.len())),
        ("accredited", text(accredited(status.accredited))),
        ("log_queued", Value::from(count(status.log.queued))),
        ("log_records", Value::from(count(status.log.records))),
        ("log_sync", time(status.log.last_sync)),
        ("log_sync_words", time_in_words(status.log.last_sync)),
        ("reload_time", time(status.reload.last_success)),
        ("reload_words", time_in_words(status.reload.last_success)),
        ("reload_fault", Value::from(status.reload.fault.is_some())),
    ])
}

const fn accredited(passing: Option<bool>) -> &'static str {
    match passing {
        Some(true) => "passing",
        Some(false) => "not passing",
        None => "not every suite has run yet",
    }
}

fn restricted_lost(status: &Status) -> Value {
    let lost = status.restricted.iter().filter_map(|name| Some((name, name.fault.as_deref()?)));
    lost.map(|(name, fault)| Value::from_pairs([("name", text(&name.name)), ("fault", text(fault))])).collect()
}

fn list_values(list: &ListStatus, now: Timestamp) -> Value {
    Value::from_pairs([
        ("name", text(&list.name)),
        ("category", text(&list.category)),
        ("statutory", Value::from(list.statutory)),
        ("demonstration", Value::from(list.demonstration)),
        ("entries", Value::from(count(list.entries))),
        ("rejected", Value::from(count(list.rejected))),
        ("faulty", Value::from(list.rejected > 0)),
        ("age", Value::from(list.as_of.map_or_else(|| "not known".to_owned(), |as_of| span(now.0 - as_of.0)))),
        ("as_of", time(list.as_of)),
        ("alarm", text(list.alarm.as_deref().unwrap_or(""))),
    ])
}

fn authority_values(authority: &AuthorityStatus, now: Timestamp) -> Value {
    Value::from_pairs([
        ("name", text(&authority.name)),
        ("fingerprint", text(&authority.fingerprint)),
        ("since", time_in_words(Some(authority.since))),
        ("until", time_in_words(Some(authority.until))),
        ("days", Value::from((authority.until.0 - now.0).div_euclid(86_400_000_000))),
        ("accepted", Value::from(count(authority.accepted))),
        ("refused", Value::from(count(authority.refused))),
        ("refusers", Value::from(authority.refusers.len())),
    ])
}

fn group_values(coverage: &Coverage) -> Value {
    let lines = |lines: &[&'static str]| lines.iter().map(|line| Value::from(*line)).collect::<Value>();
    let feature = |one: &Feature| Value::from_pairs([("name", one.name), ("needs", one.needs), ("state", one.state.words())]);
    let line = |(number, words): &(u64, &'static str)| Value::from_pairs([("number", text(&count(*number))), ("words", text(words))]);
    Value::from_pairs([
        ("name", text(&coverage.group)),
        ("title", text(&coverage.title)),
        ("mode", text(coverage.mode)),
        ("summary", text(coverage.summary)),
        ("sees", lines(&coverage.sees)),
        ("misses", lines(&coverage.misses)),
        ("features", coverage.features.iter().map(feature).collect()),
        ("counted", coverage.counted.iter().flat_map(|counted| counted.lines()).map(|pair| line(&pair)).collect()),
        ("since", time_in_words(coverage.counted.map(|counted| counted.since))),
        ("gaps", Value::from(coverage.counted.is_some_and(|counted| counted.gaps > 0))),
    ])
}

pub(super) fn text(text: &str) -> Value {
    Value::from(text)
}

/// RFC 3339 in UTC, to the second; empty where there is none.
pub(super) fn time(at: Option<Timestamp>) -> Value {
    Value::from(at.map_or_else(String::new, |at| format!("{:.0}", at.civil())))
}

/// "24 Nov 2025, 16:00:00 UTC".
pub(super) fn time_in_words(at: Option<Timestamp>) -> Value {
    Value::from(at.map_or_else(String::new, |at| at.civil().strftime("%-d %b %Y, %H:%M:%S UTC").to_string()))
}

/// 1234567 as "1,234,567".
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Microseconds in the largest unit that fits, rounded down: "3 hours".
pub(super) fn span(micros: i64) -> String {
    let seconds = micros.max(0) / 1_000_000;
    let (number, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_spans_read_as_people_write_them() {
        for (number, words) in [(0, "0"), (999, "999"), (1000, "1,000"), (4_631_002, "4,631,002")] {
            assert_eq!(count(number), words);
        }
        for (seconds, words) in [(-5, "0 seconds"), (1, "1 second"), (119, "1 minute"), (7200, "2 hours"), (200_000, "2 days")] {
            assert_eq!(span(seconds * 1_000_000), words);
        }
    }

    #[test]
    fn the_page_renders_with_nothing_and_escapes_everything() {
        let page = StatusPage::new();
        let empty = Status::default();
        assert!(page.render(&empty, &Readiness::of(&empty)).unwrap().contains("Lifeguard is not ready"));
        let hostile = "<script>alert(1)</script>".to_owned();
        let status = Status {
            node: hostile.clone(),
            site: hostile.clone(),
            lists: vec![ListStatus {
                name: hostile.clone(),
                category: hostile.clone(),
                alarm: Some(hostile.clone()),
                ..ListStatus::default()
            }],
            log: crate::admin::LogStatus { place: hostile.clone(), fault: Some(hostile.clone()), ..Default::default() },
            reload: crate::admin::ReloadStatus { fault: Some(hostile.clone()), ..Default::default() },
            authority: Some(AuthorityStatus { name: hostile.clone(), ..AuthorityStatus::default() }),
            ..Status::default()
        };
        let rendered = page.render(&status, &Readiness::of(&status)).unwrap();
        assert!(rendered.contains("&lt;script&gt;") && rendered.contains("Devices that refuse it"), "{rendered}");
        assert!(!page.render(&status, &Readiness::of(&status)).unwrap().contains("<script"));
    }
}
