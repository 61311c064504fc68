//! What would happen to an address: the end of the set-up, and a question that staff ask every day. Nothing is fetched.
//!
//! Each question is a record, and there is a bound on them, since it could be asked what is on a list of illegal material (A7).

use super::enrol::complain;
use super::sit::text;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Line, Part, Sheet};
use crate::admin::works::{Verdict, WorksFault};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Questions of one account in five minutes.
const QUESTIONS: usize = 60;
/// Longest address that is asked about.
const LONGEST: usize = 2048;

/// The page, with the two addresses that show that the filter works.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let begin = call.desk.works.begin();
    let mut sheet = sheet(call);
    let verdicts: Vec<_> = begin.samples.iter().map(|address| (address, call.desk.works.ask(address))).collect();
    sheet.parts.insert(0, begin_part(call));
    sheet.parts.push(verdict_part(call, &verdicts));
    Ok(Reply::Page(Box::new(sheet)))
}

fn begin_part(call: &Call<'_>) -> Part {
    let begin = call.desk.works.begin();
    let fact = |key, value: &str| (call.say(key).to_owned(), value.to_owned(), true);
    let proxies = begin.proxies.iter().map(|proxy| fact("try.proxy", proxy));
    let settings = if begin.settings.is_empty() { call.say("try.built_in") } else { &begin.settings };
    Part {
        heading: call.say("try.begin").to_owned(),
        lines: vec![call.say("try.begin_words").to_owned()],
        facts: proxies.chain([fact("try.pac", &begin.pac), fact("try.settings", settings)]).collect(),
        ..Part::default()
    }
}

fn sheet(call: &Call<'_>) -> Sheet {
    let form =
        Form { action: Place::Try.path(), button: call.say("try.button").to_owned(), fields: vec![text(call, "address", "field.address")] };
    Sheet {
        lead: vec![call.say_with("try.lead", &call.desk.works.begin().group_title)],
        parts: vec![Part { heading: call.say("try.ask").to_owned(), form: Some(form), ..Part::default() }],
        ..Sheet::titled(call.say("try.title"))
    }
}

fn verdict_part(call: &Call<'_>, verdicts: &[(&String, Result<Verdict, WorksFault>)]) -> Part {
    let row = |(asked, verdict): &(&String, Result<Verdict, WorksFault>)| {
        let cells = match verdict {
            // No link, no reason: it is told apart from other refusals by nobody who may not.
            Ok(verdict) if verdict.statutory => [String::new(), call.say("try.closed").to_owned(), call.say("try.withheld").to_owned()],
            Ok(verdict) => {
                let state = call.say(if verdict.open { "try.open" } else { "try.closed" });
                let why = if verdict.layer.is_empty() { verdict.words.clone() } else { format!("{} [{}]", verdict.words, verdict.layer) };
                [verdict.address.clone(), state.to_owned(), why]
            }
            Err(fault) => [(*asked).clone(), call.say("try.closed").to_owned(), fault.to_string()],
        };
        Line { href: String::new(), cells: cells.into() }
    };
    Part {
        heading: call.say("try.answer").to_owned(),
        head: ["try.head_address", "try.head_verdict", "try.head_why"].map(|key| call.say(key).to_owned()).into(),
        rows: verdicts.iter().map(row).collect(),
        ..Part::default()
    }
}

/// Answers a question.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call);
    let address = call.form.text("address");
    match tried(call, &address)? {
        Tried::Would(verdict) => sheet.parts.push(verdict_part(call, &[(&address, verdict)])),
        Tried::NotAsked(key) => {
            complain(&mut sheet, "address", Some(call.say(key).to_owned()));
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
        }
    }
    Ok(Reply::Page(Box::new(sheet)))
}

/// What came of a question.
pub(in crate::admin) enum Tried {
    /// What would happen to the address, or why it cannot be read.
    Would(Result<Verdict, WorksFault>),
    /// It was not asked, for this reason.
    NotAsked(&'static str),
}

/// Asks what would happen to an address.
pub(in crate::admin) fn tried(call: &Call<'_>, address: &str) -> Result<Tried, Stop> {
    let name = format!("{}?", call.session()?.account.name);
    // Questions are no guesses: none of them takes a sign-in away from somebody at the same address.
    if call.desk.guesses.of_account(&name, QUESTIONS, call.now.monotonic_us).is_err() {
        return Ok(Tried::NotAsked("try.paused"));
    }
    if address.is_empty() || address.len() > LONGEST {
        return Ok(Tried::NotAsked("fault.missing"));
    }
    let verdict = call.desk.works.ask(address);
    let listed = verdict.as_ref().is_ok_and(|verdict| verdict.statutory);
    let asked = if listed { "[statutory: redacted]" } else { address };
    call.record(EventKind::ConsoleLookUp, call.act("asked what would happen to an address").asking(asked))?;
    Ok(Tried::Would(verdict))
}
