//! "Why was I blocked?": what was last blocked for whoever asks (standards AA11). Where HTTPS stays sealed a browser shows a bare error
//! instead of our page, and this is where people find the reason.

use super::onward::way_on;
use super::serve::told;
use super::wrong_way::may_be_wrong;
use crate::model::Reason;
use crate::proxy::case::Case;
use crate::proxy::pages::{Own, OwnStop, OwnWhy, Page, Wanted, words_for};
use crate::proxy::stopped::{LASTS_MINUTES, Stop};
use serde_json::{Value, json};
use std::fmt::Write;

/// The page, for this client alone.
pub(super) fn page(case: &Case, wanted: Wanted) -> Page {
    let client = case.subject.client();
    let stops = case.side.proxy.stopped.of(client, case.ticket.started().wall);
    let ways: Vec<_> = stops.iter().map(|stop| way(case, stop)).collect();
    let shown = stops.iter().zip(&ways).map(|(stop, way)| OwnStop {
        at: stop.at,
        id: stop.id,
        host: &stop.host,
        words: words(stop),
        category: &stop.category,
        group: &stop.group,
        onward: way.as_ref().map(|(action, token)| (action.as_str(), token.as_str())),
        wrong: !stop.host.is_empty() && may_be_wrong(stop.reason) && case.side.proxy.queue.get().is_some(),
    });
    let why = OwnWhy { stops: shown.collect(), client: client.to_string(), remembers: case.live.remembers_blocks };
    told(case, &Own::Why(&why), wanted, || data(case, &stops), || text(case, &stops))
}

/// The button of a warning that no browser could show.
fn way(case: &Case, stop: &Stop) -> Option<(String, String)> {
    let address = stop.onward.as_deref()?;
    way_on(case, "http", &stop.host, address)
}

/// A statutory entry is named by nothing (E1).
fn words(stop: &Stop) -> &'static str {
    if stop.reason == Reason::Statutory { "An address that must be blocked by law." } else { words_for(stop.reason, stop.quiet) }
}

fn data(case: &Case, stops: &[Stop]) -> Value {
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let blocks: Vec<Value> = stops
        .iter()
        .map(|stop| {
            json!({
                "time": stop.at.to_string(), "host": known(&stop.host), "reason": stop.reason.code(), "message": words(stop),
                "category": known(&stop.category), "group": known(&stop.group), "reference": stop.id.to_string(),
            })
        })
        .collect();
    json!({ "remembers": case.live.remembers_blocks, "minutes": LASTS_MINUTES, "blocks": blocks })
}

fn text(case: &Case, stops: &[Stop]) -> String {
    if !case.live.remembers_blocks {
        return "This place keeps no list of what was blocked.\n".to_owned();
    }
    let mut out = String::from("Blocked for you in the last hour, newest first:\n");
    if stops.is_empty() {
        out.push_str("  nothing\n");
    }
    for stop in stops {
        let Stop { at, id, host, category, .. } = stop;
        let category = if category.is_empty() { String::new() } else { format!(" ({category})") };
        writeln!(out, "  {at}  {host}  {}{category}  reference {id}", words(stop)).unwrap_or_default();
    }
    out
}
