//! Every suite of accreditation at a press, in the thread of its schedule, one at a time.

use super::enrol::complain;
use super::sit::{no_reason, text};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Part, Sheet};
use crate::record::EventKind;
use axum::http::StatusCode;

/// How it stands, and the button where nothing runs.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call))))
}

fn sheet(call: &Call<'_>) -> Sheet {
    let (standing, busy) = call.desk.works.suites();
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let last = standing.run.as_ref();
    let result = last.map(|ran| if ran.passing { "suites.held" } else { "suites.not_held" });
    let mut facts = vec![
        fact("suites.state", call.say(if busy { "suites.running" } else { "suites.resting" }).to_owned()),
        fact("suites.last", last.map_or_else(|| call.say("suites.never").to_owned(), |ran| call.moment(ran.at))),
    ];
    facts.extend(result.map(|key| fact("suites.result", call.say(key).to_owned())));
    let fields = vec![text(call, "because", "suites.because")];
    let button = Form { action: Place::Suites.path(), button: call.say("suites.button").to_owned(), fields };
    let link = |path: &str, key| (path.to_owned(), call.say(key).to_owned());
    let part = Part {
        heading: call.say("suites.now").to_owned(),
        facts,
        form: (!busy).then_some(button),
        links: vec![link(Place::Suites.path(), "suites.look"), link("/accreditation", "suites.all")],
        ..Part::default()
    };
    Sheet { lead: vec![call.say("suites.lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("suites.title")) }
}

/// Begins, for a reason. It is recorded first: what runs is not called back.
pub(super) fn begin(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call);
    let because = call.form.text("because");
    if !call.desk.works.suites().1 {
        complain(&mut sheet, "because", no_reason(call, &because));
        if sheet.is_faulty() {
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
        }
        call.record(EventKind::ConsoleChange, call.act("asked for every suite of accreditation").because(&because))?;
        if call.desk.works.run_suites() {
            return Ok(Reply::Go(Place::Suites.path().into(), None));
        }
    }
    sheet.fault = Some(call.say("suites.busy").to_owned());
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::CONFLICT))
}
