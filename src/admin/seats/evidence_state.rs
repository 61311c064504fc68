//! What somebody states for the board, in their name; and that a route of escalation was tried. Both are events before they count.

use super::enrol::complain;
use super::evidence::{point_key, sheet, sites};
use super::sit::{is_said, text};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::evidence::{self, Point, Stated, with_lead};
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Form, Kind, Part};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Longest name of a person, in bytes.
const NAME: usize = 200;

fn select(call: &Call<'_>, name: &'static str, label: &'static str, choices: Vec<(String, String)>) -> Field {
    let blank = (String::new(), call.say("evidence.choose").to_owned());
    Field {
        name,
        kind: Kind::Select,
        label: call.say(label).to_owned(),
        value: call.form.raw(name).to_owned(),
        choices: std::iter::once(blank).chain(choices).collect(),
        ..Field::default()
    }
}

fn yes_or_no(call: &Call<'_>, name: &'static str, label: &'static str, keys: [&'static str; 2]) -> Field {
    let choices = ["yes", "no"].into_iter().zip(keys).map(|(word, key)| (word.to_owned(), call.say(key).to_owned()));
    let value = call.form.raw(name).to_owned();
    Field { name, kind: Kind::Radio, label: call.say(label).to_owned(), value, choices: choices.collect(), ..Field::default() }
}

/// The two forms.
pub(super) fn forms(call: &Call<'_>) -> Result<Vec<Part>, Stop> {
    let points = Point::ALL.map(|point| (point.word().to_owned(), call.say(point_key(point)).to_owned()));
    let sites = sites(call)?;
    let mut words = text(call, "words", "evidence.state_words");
    words.help = call.say("evidence.state_help").to_owned();
    let mut fields = vec![select(call, "what", "evidence.what", points.into())];
    if !sites.is_empty() {
        let every = (String::new(), call.say("evidence.all_sites").to_owned());
        let every = call.reach()?.is_all().then_some(every);
        let choices = every.into_iter().chain(sites.into_iter().map(|name| (name.clone(), name))).collect();
        fields.push(Field { choices, ..select(call, "site", "evidence.site", Vec::new()) });
    }
    fields.push(yes_or_no(call, "there", "evidence.there", ["evidence.is_there", "evidence.is_not_there"]));
    fields.extend([text(call, "person", "evidence.person"), words]);
    let form = Form { action: Place::EvidenceState.path(), button: call.say("evidence.state_button").to_owned(), fields };
    let state = Part {
        heading: call.say("evidence.state_heading").to_owned(),
        lines: vec![call.say("evidence.state_lead").to_owned()],
        form: Some(form),
        ..Part::default()
    };
    let flowchart = call.desk.book.read(|book| with_lead(book, &call.desk.works.incident_settings().flowchart))?;
    let reached = flowchart.contacts.iter().filter(|contact| !contact.reach.is_empty());
    let fields = vec![
        select(call, "contact", "evidence.contact", reached.map(|one| (one.id.clone(), one.name.clone())).collect()),
        yes_or_no(call, "answered", "evidence.answered", ["evidence.did_answer", "evidence.did_not_answer"]),
        text(call, "how", "evidence.how"),
    ];
    let form = Form { action: Place::EvidenceContact.path(), button: call.say("evidence.contact_button").to_owned(), fields };
    let contact = Part {
        heading: call.say("evidence.contact_heading").to_owned(),
        lines: vec![call.say("evidence.contact_lead").to_owned()],
        form: Some(form),
        ..Part::default()
    };
    // Routes are the same for every site: whoever reaches all says that one was tried.
    Ok(std::iter::once(state).chain(call.reach()?.is_all().then_some(contact)).collect())
}

fn keep(call: &Call<'_>, new: &Stated, did: String) -> Result<Reply, Stop> {
    call.desk.book.change(|book| -> Result<(), Stop> {
        evidence::state(book, new)?;
        call.record(EventKind::EvidenceStated, call.act(did).because(&new.words))
    })?;
    Ok(Reply::Go(Place::Evidence.path().into(), None))
}

/// Somebody states something.
pub(super) fn state(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let (what, site, there) = (Point::of_word(call.form.raw("what")), call.form.raw("site"), call.form.raw("there"));
    let (person, words) = (call.form.text("person"), call.form.text("words"));
    let choose = || call.say("fault.choose").to_owned();
    let known = (site.is_empty() && call.reach()?.is_all()) || sites(call)?.iter().any(|name| name == site);
    complain(&mut sheet, "what", what.is_none().then(choose));
    complain(&mut sheet, "site", (!known).then(choose));
    complain(&mut sheet, "there", (!["yes", "no"].contains(&there)).then(choose));
    complain(&mut sheet, "person", (person.is_empty() || person.len() > NAME).then(|| call.say("evidence.no_person").to_owned()));
    complain(&mut sheet, "words", (!is_said(&words)).then(|| call.say("evidence.no_words").to_owned()));
    let (Some(what), false, true) = (what, sheet.is_faulty(), known) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = call.session()?.account.name.clone();
    let there = there == "yes";
    let did =
        format!("stated for the board that {} is {}, in the name of {person}", what.word(), if there { "there" } else { "not there" });
    let new = Stated { site: site.to_owned(), what: what.word().to_owned(), at: call.now.wall, by, person, there, words };
    keep(call, &new, did)
}

/// Somebody has tried a contact.
pub(super) fn confirm(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call)?;
    let flowchart = call.desk.book.read(|book| with_lead(book, &call.desk.works.incident_settings().flowchart))?;
    let contact = flowchart.contact(call.form.raw("contact")).filter(|contact| !contact.reach.is_empty());
    let (answered, how) = (call.form.raw("answered"), call.form.text("how"));
    let choose = || call.say("fault.choose").to_owned();
    complain(&mut sheet, "contact", contact.is_none().then(choose));
    complain(&mut sheet, "answered", (!["yes", "no"].contains(&answered)).then(choose));
    complain(&mut sheet, "how", (!is_said(&how)).then(|| call.say("evidence.no_how").to_owned()));
    let (Some(contact), false) = (contact, sheet.is_faulty()) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let (by, there) = (call.session()?.account.name.clone(), answered == "yes");
    let did = format!("tried the contact {}: it {}", contact.id, if there { "answered" } else { "did not answer" });
    let what = evidence::of_contact(&contact.id);
    keep(call, &Stated { what, at: call.now.wall, person: by.clone(), by, there, words: how, ..Stated::default() }, did)
}
