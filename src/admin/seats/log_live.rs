//! The latest requests, for whoever says why. It comes anew by a link, or by itself for five minutes where somebody wants that: a page that
//! nobody looks at must not go on looking, nor keep a session open.

use super::enrol::complain;
use super::log_parts::{asked, asker, purpose, purpose_field, put, table};
use crate::admin::asking::{Answered, Question, Reading};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Part, Sheet};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Requests on the page.
const SHOWN: usize = 50;
/// How often it comes by itself, and after how many seconds.
const TIMES: u32 = 20;
const EVERY: u32 = 15;

/// The page, or the form that begins it.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    if call.query.raw("ask").is_empty() {
        return Ok(Reply::Page(Box::new(blank(call))));
    }
    let asked = asked(call)?;
    let latest = Question { slot: "hour".into(), ..Question::default() };
    let reading = Reading { most: SHOWN, ..Reading::default() };
    // Nothing goes on behind the latest.
    let answered = Answered { next: None, reached: None, ..asker(call)?.rows(&latest, call.now.wall, reading)? };
    let did = format!("watched the latest requests: {} rows", answered.rows.len());
    call.record(EventKind::ConsoleLookUp, call.act(did).because(&asked.purpose))?;
    let here = format!("{}?ask={}", Place::LogLive.path(), asked.id);
    let left: u32 = call.query.raw("left").parse().unwrap_or(0).min(TIMES);
    let mut links = vec![(here.clone(), call.say(if left > 0 { "live.stop" } else { "live.again" }).to_owned())];
    links.extend((left == 0).then(|| (format!("{here}&left={TIMES}"), call.say("live.by_itself").to_owned())));
    let refresh = (left > 0).then(|| (EVERY, format!("{here}&left={}", left - 1)));
    let part = Part { links, ..table(call, asked.id, &answered, call.say("live.heading").to_owned()) };
    let sheet = Sheet { lead: vec![call.say("live.lead").to_owned()], parts: vec![part], refresh, ..Sheet::titled(call.say("live.title")) };
    Ok(Reply::Page(Box::new(sheet)))
}

fn blank(call: &Call<'_>) -> Sheet {
    let fields = vec![purpose_field(call, "because", call.form.raw("because"))];
    let form = Form { action: Place::LogLive.path(), button: call.say("live.button").to_owned(), fields };
    let part = Part { form: Some(form), ..Part::default() };
    Sheet { lead: vec![call.say("live.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("live.title")) }
}

/// Begins it.
pub(super) fn begin(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = blank(call);
    match purpose(call, "because") {
        Ok(purpose) => {
            let id = put(call, &Question::default(), &purpose)?;
            Ok(Reply::Go(format!("{}?ask={id}", Place::LogLive.path()).into(), None))
        }
        Err(fault) => {
            complain(&mut sheet, "because", Some(fault));
            Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}
