//! In which group a computer or a person is, and why, as `lifeguard explain` finds it. Each question is a record with its reason.

use super::enrol::complain;
use super::policy_form as form;
use super::sit::{no_reason, text};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::edit_works::Who;
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Part, Sheet};
use crate::record::EventKind;

/// Questions of one account in five minutes.
const QUESTIONS: usize = 60;
/// Longest name.
const LONGEST: usize = 256;

/// The form.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call))))
}

fn sheet(call: &Call<'_>) -> Sheet {
    let mut who = text(call, "who", "edit.who_label");
    call.say("edit.who_help").clone_into(&mut who.help);
    let fields = vec![who, text(call, "because", "policy.because")];
    let part = Part {
        heading: call.say("edit.who_ask").to_owned(),
        form: Some(Form { action: Place::PolicyWho.path(), button: call.say("edit.who_button").to_owned(), fields }),
        links: vec![(Place::PolicyGroups.path().to_owned(), call.say("place.groups").to_owned())],
        ..Part::default()
    };
    Sheet { lead: vec![call.say("edit.who_lead").to_owned()], parts: vec![part], ..Sheet::titled(call.say("edit.who")) }
}

/// Answers.
pub(super) fn ask(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call);
    let (typed, because) = (call.form.text("who"), call.form.text("because"));
    if typed.is_empty() || typed.len() > LONGEST {
        complain(&mut sheet, "who", Some(call.say("fault.missing").to_owned()));
    }
    complain(&mut sheet, "because", no_reason(call, &because));
    let account = format!("{}?", call.session()?.account.name);
    if !sheet.is_faulty() && call.desk.guesses.of_account(&account, QUESTIONS, call.now.monotonic_us).is_err() {
        complain(&mut sheet, "who", Some(call.say("try.paused").to_owned()));
    }
    if sheet.is_faulty() {
        return Ok(form::faulty(sheet));
    }
    let who = typed.parse().map_or_else(|_| Who::Person(typed.clone()), Who::Client);
    // Never by name: the record is read by people who see pseudonyms alone.
    let asked = if matches!(who, Who::Client(_)) { typed.clone() } else { call.desk.pseudonyms.of(&typed)? };
    call.record(EventKind::ConsoleLookUp, call.act(super::audit::ASKED_WHO).asking(&asked).because(&because))?;
    match call.desk.works.who(&who) {
        Ok(found) => {
            let facts =
                vec![(call.say("policy.group").to_owned(), found.title, false), (call.say("edit.name_of").to_owned(), found.group, true)];
            sheet.parts.insert(0, Part { heading: call.say("edit.who_answer").to_owned(), facts, lines: found.steps, ..Part::default() });
            Ok(Reply::Page(Box::new(sheet)))
        }
        Err(fault) => {
            complain(&mut sheet, "who", Some(fault.to_string()));
            Ok(form::faulty(sheet))
        }
    }
}
