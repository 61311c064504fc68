//! What programs may ask, in words: the table of routes as a page.

use super::sources::{can, heads};
use crate::admin::api::ROUTES;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Line, Part, Sheet};

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let row = |route: &crate::admin::api::Route| {
        let action = route.place.action();
        let yours = call.say(if can(call, action) { "api.yes" } else { "api.no" });
        let cells = [route.method(), &format!("/api/v1{}", route.path), route.words, action.word(), yours].map(str::to_owned);
        Line { cells: cells.into(), ..Line::default() }
    };
    let links = vec![
        (Place::Tokens.path().to_owned(), call.say("place.tokens").to_owned()),
        ("/api/v1/openapi.json".to_owned(), call.say("api.description").to_owned()),
    ];
    let part = Part {
        heading: call.say("api.routes").to_owned(),
        head: heads(call, ["api.method", "api.path", "api.words", "api.action", "api.yours"]),
        rows: ROUTES.iter().map(row).collect(),
        links,
        ..Part::default()
    };
    let how = Part {
        heading: call.say("api.how").to_owned(),
        lines: ["api.how_token", "api.how_json", "api.how_recorded"].map(|key| call.say(key).to_owned()).into(),
        block: "curl -H \"Authorization: Bearer $TOKEN\" http://localhost:8642/api/v1/status".to_owned(),
        ..Part::default()
    };
    Ok(Reply::Page(Box::new(Sheet {
        lead: vec![call.say("api.lead").to_owned()],
        parts: vec![how, part],
        ..Sheet::titled(call.say("api.title"))
    })))
}
