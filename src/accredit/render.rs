//! Reports, forms and plans as pages: self-contained, printable, without a script and without a link that leads anywhere else. Every value is
//! escaped.

use super::facts::{Context, ListFact};
use super::form::{Answer, FORM_NOTE};
use super::judge::{Judged, Light};
use super::outcome::{Outcome, Verdict};
use super::report::{Counts, Report};
use super::share::Share;
use super::suite::SUITES;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde_json::{Value as Json, json};

macro_rules! page {
    ($part:literal) => {
        concat!(include_str!("html/head.html"), include_str!(concat!("html/", $part)), include_str!("html/foot.html"))
    };
}

/// A page that cannot be made: a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be made: {0}")]
pub struct RenderFault(#[from] minijinja::Error);

/// The report as a page.
///
/// # Errors
/// [`RenderFault`].
pub fn report_page(report: &Report) -> Result<String, RenderFault> {
    let Report { installation: at, .. } = report;
    let standards: Vec<Json> = report
        .standards
        .iter()
        .map(|standard| {
            let criteria: Vec<Json> =
                report.criteria.iter().filter(|judged| judged.criterion.standard == standard.id).map(criterion).collect();
            json!({ "id": standard.id, "title": standard.title, "note": standard.note, "criteria": criteria })
        })
        .collect();
    let misses = report.outcomes.iter().flat_map(|outcome| {
        let one = |miss: &super::Miss| json!({ "suite": outcome.suite, "place": miss.place, "asked": miss.asked, "came": miss.came });
        outcome.misses.iter().map(one).collect::<Vec<_>>()
    });
    let silent = SUITES.iter().filter(|suite| !report.outcomes.iter().any(|outcome| *outcome.suite == *suite.name));
    page(
        page!("report.html"),
        "Accreditation report",
        at,
        json!({
            "passing": report.passing, "not_passing": report.not_passing, "counts": counts(&report.counts),
            "lowest": report.lowest.as_ref().map_or_else(|| "none was measured".to_owned(), |low| format!("{}, {}", low.scope, share_words(low.share))),
            "standards": standards,
            "suites": report.outcomes.iter().map(suite).collect::<Vec<_>>(),
            "silent": silent.map(|suite| format!("{}: {}", suite.name, suite.words)).collect::<Vec<_>>(),
            "misses": misses.collect::<Vec<_>>(),
            "coverage": coverage(at),
            "installation": installation(at),
            "lists": at.lists.iter().map(list).collect::<Vec<_>>(),
            "memberships": at.memberships.iter().map(|one| at.membership(&one.scheme).1).collect::<Vec<_>>(),
        }),
    )
}

/// The filled-in form as a page.
///
/// # Errors
/// [`RenderFault`].
pub fn form_page(report: &Report, answers: &[Answer]) -> Result<String, RenderFault> {
    let mut parts: Vec<(&str, Vec<Json>)> = Vec::new();
    for answer in answers {
        let filled = json!({
            "aspect": answer.aspect, "asks": answer.asks, "criteria": answer.criteria.join(", "), "colour": answer.colour.word(),
            "because": answer.because,
        });
        match parts.last_mut().filter(|(title, _)| *title == &*answer.part) {
            Some((_, filled_in)) => filled_in.push(filled),
            None => parts.push((&answer.part, vec![filled])),
        }
    }
    let parts: Vec<Json> = parts.into_iter().map(|(title, answers)| json!({ "title": title, "answers": answers })).collect();
    let at = &report.installation;
    let values = json!({ "note": FORM_NOTE, "parts": parts, "installation": installation(at) });
    page(page!("form.html"), "Appropriate filtering: self-certification", at, values)
}

/// Renders one page. `values` is an object.
pub(super) fn page(template: &'static str, title: &str, at: &Context, mut values: Json) -> Result<String, RenderFault> {
    let mut engine = Environment::new();
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    engine.add_template("page.html", template)?;
    for (name, value) in [("title", title), ("site", &at.site), ("node", &at.node), ("made", &at.made_words)] {
        values[name] = value.into();
    }
    let Json::Object(fields) = values else { return Ok(String::new()) };
    let style = ("style".to_owned(), Value::from_safe_string(include_str!("html/style.css").to_owned()));
    let fields = fields.into_iter().map(|(name, value)| (name, to_value(value)));
    Ok(engine.get_template("page.html")?.render(Value::from_pairs(fields.chain([style])))?)
}

fn to_value(json: Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(flag) => Value::from(flag),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::from(number.as_f64().unwrap_or(f64::NAN)), Value::from),
        Json::String(text) => Value::from(text),
        Json::Array(all) => all.into_iter().map(to_value).collect(),
        Json::Object(fields) => Value::from_pairs(fields.into_iter().map(|(name, value)| (name, to_value(value)))),
    }
}

fn counts(counts: &Counts) -> Vec<Json> {
    let Counts { met, built_in, amber, not_run, not_met } = *counts;
    let all = [(met, Light::Met), (built_in, Light::BuiltIn), (amber, Light::Amber), (not_run, Light::NotRun), (not_met, Light::NotMet)];
    all.into_iter().map(|(number, light)| json!({ "number": number, "code": light.code(), "words": light.words() })).collect()
}

fn criterion(judged: &Judged) -> Json {
    let Judged { criterion: one, light, because } = judged;
    let because: Vec<Json> = because.iter().map(|one| json!({ "light": one.light.words(), "words": one.words })).collect();
    json!({
        "id": one.id, "words": one.words, "at": one.at, "asks": one.asks, "severity": one.severity.word(), "who": one.who.words(),
        "code": light.code(), "light": light.words(), "because": because,
    })
}

fn suite(outcome: &Outcome) -> Json {
    let light = Light::of(&outcome.verdict);
    let why = match &outcome.verdict {
        Verdict::Pass => "",
        Verdict::Amber(why) | Verdict::Fail(why) | Verdict::NotRun(why) => why,
    };
    let figures: Vec<String> = outcome.figures.iter().map(|figure| format!("{}: {} {}", figure.name, figure.value, figure.unit)).collect();
    json!({
        "suite": outcome.suite, "scope": outcome.scope, "code": light.code(), "light": light.words(), "why": why,
        "share": outcome.share.map(share_words).unwrap_or_default(), "figures": figures, "took": format!("{:.1} s", outcome.took.as_secs_f64()),
    })
}

/// `45 of 50: 90.00 % (78.64 to 95.65 %)`.
pub(super) fn share_words(share: Share) -> String {
    let Share { good, of } = share;
    let (Some(ratio), bounds) = (share.ratio(), share.wilson()) else { return String::from("nothing to count") };
    format!("{good} of {of}: {:.2} % ({:.2} to {:.2} %)", ratio * 100.0, bounds.low * 100.0, bounds.high * 100.0)
}

fn coverage(at: &Context) -> Vec<Json> {
    let group = |group: &crate::engine::Coverage| {
        let features = group.features.iter();
        let features: Vec<Json> = features.map(|one| json!({ "name": one.name, "state": one.state.words(), "needs": one.needs })).collect();
        json!({ "title": group.title, "mode": group.mode, "summary": group.summary, "features": features, "misses": group.misses })
    };
    at.coverage.iter().map(group).collect()
}

fn installation(at: &Context) -> Vec<Json> {
    let row = |name: &str, value: String| json!({ "name": name, "value": if value.is_empty() { "not known".to_owned() } else { value } });
    let contact = [&at.contact.name, &at.contact.phone, &at.contact.email, &at.contact.web];
    let contact: Vec<&str> = contact.into_iter().map(|text| &**text).filter(|text| !text.is_empty()).collect();
    vec![
        row("Site and node", format!("{}, {}", at.site, at.node)),
        row("Whom to ask", contact.join(", ")),
        row("Made", format!("{} ({})", at.made_words, at.made)),
        row("Counts until", at.counts_until.to_string()),
        row("Program", at.tool.to_string()),
        row("SHA-256 of the program", at.build.to_string()),
        row("Version of the settings", at.policy_version.to_string()),
        row("Version of the lists", at.list_version.to_string()),
        row("Generation", if at.generation == 0 { "made for these checks".to_owned() } else { at.generation.to_string() }),
    ]
}

fn list(list: &ListFact) -> Json {
    let kind = match (list.statutory, list.demonstration) {
        (true, true) => "illegal material (made up, for demonstration)".to_owned(),
        (true, false) => "illegal material".to_owned(),
        (false, true) => format!("{} (made up, for demonstration)", list.category),
        (false, false) => list.category.to_string(),
    };
    let age = match (list.age_hours, &list.as_of) {
        (Some(hours), Some(as_of)) => format!("{hours} hours (of {as_of})"),
        _ => "not known".to_owned(),
    };
    json!({ "name": list.name, "category": kind, "entries": list.entries, "rejected": list.rejected, "age": age })
}
