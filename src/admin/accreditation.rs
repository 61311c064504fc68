//! How accreditation stands, on the console: a page and JSON, read only, for everybody who reaches it (standards A11).

use super::page::{StatusPage, text, time_in_words};
use super::routes::{HTML, JSON, Shared, TEXT, wants_json};
use super::status::Status;
use crate::accredit::{Counts, Light, Ran, Standing, Told};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use minijinja::Value;

/// `/accreditation`; JSON where `Accept` asks for it.
pub(super) async fn page(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if wants_json(&headers) {
        return json(State(shared)).await;
    }
    let standing = shared.source.accreditation();
    match shared.page.accreditation(&shared.source.status(), &standing) {
        Ok(page) => ([(CONTENT_TYPE, HTML)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the console's page on accreditation cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, TEXT)], standing.words()).into_response()
        }
    }
}

/// `/accreditation.json`.
pub(super) async fn json(State(shared): State<Shared>) -> Response {
    let json = serde_json::to_string(&shared.source.accreditation()).unwrap_or_default();
    ([(CONTENT_TYPE, JSON)], json + "\n").into_response()
}

impl StatusPage {
    /// Renders how accreditation stands.
    pub(super) fn accreditation(&self, status: &Status, standing: &Standing) -> Result<String, minijinja::Error> {
        let values = Value::from_pairs([
            ("title", text("Accreditation")),
            ("site", text(&status.site)),
            ("node", text(&status.node)),
            ("words", text(standing.words())),
            ("not_passing", standing.not_passing.iter().map(|line| text(line)).collect()),
            ("rows", rows(standing)),
            ("counts", standing.counts.iter().flat_map(counts).collect()),
            ("criteria", standing.criteria.iter().map(criterion).collect()),
        ]);
        self.render_page("accreditation.html", values)
    }
}

fn row(name: &str, value: Value) -> Value {
    Value::from_pairs([("name", text(name)), ("value", value)])
}

fn rows(standing: &Standing) -> Value {
    let ran = |ran: Option<&Ran>| match ran {
        Some(ran) if ran.passing => Value::from(format!("{}: it held", time_in_words(Some(ran.at)))),
        Some(ran) => Value::from(format!("{}: it did not hold", time_in_words(Some(ran.at)))),
        None => text("not yet"),
    };
    let certificate = standing.certificate.as_ref();
    let certificate =
        certificate.map_or_else(|| "none".to_owned(), |one| format!("{}, until {}", one.name, time_in_words(Some(one.until))));
    let until = standing.counts_until.map_or_else(|| text("nothing counts yet"), |until| time_in_words(Some(until)));
    let rows = [
        row("Last canary", ran(standing.canary.as_ref())),
        row("Every suite last ran", ran(standing.run.as_ref())),
        row("That counts until", until),
        row("Own certificate", Value::from(certificate)),
        row("Checks itself", text(if standing.schedule { "yes" } else { "no: the schedule is off" })),
    ];
    rows.into_iter().collect()
}

fn counts(counts: &Counts) -> Vec<Value> {
    let Counts { met, built_in, amber, not_run, not_met } = *counts;
    let all = [(met, Light::Met), (built_in, Light::BuiltIn), (amber, Light::Amber), (not_run, Light::NotRun), (not_met, Light::NotMet)];
    all.into_iter().map(|(number, light)| row(light.words(), Value::from(number))).collect()
}

fn criterion(told: &Told) -> Value {
    Value::from_pairs([
        ("id", text(&told.id)),
        ("asks", text(&told.asks)),
        ("standard", text(&told.standard)),
        ("light", text(told.light.words())),
        ("faulty", Value::from(told.light == Light::NotMet)),
    ])
}
