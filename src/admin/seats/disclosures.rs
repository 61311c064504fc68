//! Cases of disclosure: those that whoever looks may know of, and the form that opens one.

use super::disclosure::case_path;
use super::enrol::complain;
use super::people::day_field;
use super::sit::{is_said, text};
use crate::admin::call::{Call, Reply, Stop, day, end_of_day, moment};
use crate::admin::disclosures::{self, Case, Signed, Stage};
use crate::admin::laws::{LAWS, Law};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::config::is_accepted;
use crate::record::EventKind;
use axum::http::StatusCode;
use std::collections::BTreeMap;

/// What a notice says: its fields, with their labels, in the order of the form.
pub(super) const NOTICE: [(&str, &str); 13] = [
    ("asker_body", "disclosure.asker_body"),
    ("asker_name", "disclosure.asker_name"),
    ("asker_rank", "disclosure.asker_rank"),
    ("asker_contact", "disclosure.asker_contact"),
    ("reference", "disclosure.reference"),
    ("authority", "disclosure.authority"),
    ("authority_rank", "disclosure.authority_rank"),
    ("dated", "disclosure.dated"),
    ("about", "disclosure.about"),
    ("why", "disclosure.why"),
    ("wording", "disclosure.wording"),
    ("kept", "disclosure.kept"),
    ("advice", "disclosure.advice"),
];

/// How far a case has come, in words.
pub(super) fn stage_words(call: &Call<'_>, stage: Stage) -> &'static str {
    call.say(match stage {
        Stage::Open => "disclosure.stage_open",
        Stage::Asked => "disclosure.stage_asked",
        Stage::Released => "disclosure.stage_released",
        Stage::HandedOver => "disclosure.stage_handed",
        Stage::Refused => "disclosure.stage_refused",
        Stage::Closed => "disclosure.stage_closed",
    })
}

/// The name of its ground.
pub(super) fn law_words(call: &Call<'_>, case: &Case) -> String {
    case.law().map_or(case.law.as_str(), |law| call.say(law.title)).to_owned()
}

/// Until when, and whether that is over.
pub(super) fn due_words(call: &Call<'_>, case: &Case) -> String {
    let due = case.due.map(crate::model::Timestamp);
    if case.is_overdue(call.now.wall) { call.say_with("disclosure.overdue", &day(due)) } else { day(due) }
}

/// The list.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    let opens = may(Some(account.role), Action::Disclose);
    let cases = call.desk.book.change(|book| -> Result<Vec<Case>, Stop> {
        let cases: Vec<Case> = disclosures::all(book)?.into_iter().filter(|case| case.is_seen_by(account)).collect();
        // Whoever is shown nothing has learned nothing.
        if !cases.is_empty() {
            call.seal(book, EventKind::ConsoleLookUp, None, &call.act("looked at the list of cases"))?;
        }
        Ok(cases)
    })?;
    let row = |case: &Case| Line {
        href: case_path(case.id),
        cells: vec![
            case.id.to_string(),
            law_words(call, case),
            case.told("asker_body").to_owned(),
            case.told("reference").to_owned(),
            stage_words(call, case.stage()).to_owned(),
            due_words(call, case),
            moment(crate::model::Timestamp(case.opened.at)),
            case.opened.by.clone(),
        ],
    };
    let head = [
        "disclosure.case",
        "disclosure.law",
        "disclosure.asker_body",
        "disclosure.reference",
        "disclosure.stage",
        "disclosure.due",
        "disclosure.opened",
        "disclosure.opened_by",
    ]
    .map(|key| call.say(key).to_owned());
    let part = Part {
        heading: call.say("disclosure.all").to_owned(),
        lines: if cases.is_empty() { vec![call.say("disclosure.no_cases").to_owned()] } else { Vec::new() },
        head: if cases.is_empty() { Vec::new() } else { head.into() },
        rows: cases.iter().map(row).collect(),
        links: if opens { vec![(Place::DisclosureNew.path().to_owned(), call.say("disclosure.new").to_owned())] } else { Vec::new() },
        ..Part::default()
    };
    let lead = ["disclosure.lead", "disclosure.lead_sealed"].map(|key| call.say(key).to_owned());
    Ok(Reply::Page(Box::new(Sheet { lead: lead.into(), parts: vec![part], ..Sheet::titled(call.say("disclosure.title")) })))
}

/// The form of a new case.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call))))
}

fn law_field(call: &Call<'_>) -> Field {
    let laws = LAWS.iter().map(|law| (law.word.to_owned(), call.say(law.title).to_owned()));
    Field {
        name: "law",
        kind: Kind::Select,
        label: call.say("disclosure.law").to_owned(),
        help: call.say("disclosure.law_help").to_owned(),
        value: call.form.text("law"),
        choices: std::iter::once((String::new(), call.say("fault.choose").to_owned())).chain(laws).collect(),
        ..Field::default()
    }
}

fn notice_field(call: &Call<'_>, (name, label): (&'static str, &'static str)) -> Field {
    let field = text(call, name, label);
    let help = |key| call.say(key).to_owned();
    match name {
        "dated" => Field { kind: Kind::Date, ..field },
        "about" | "why" => Field { kind: Kind::Area, ..field },
        "wording" => Field { kind: Kind::Area, help: help("disclosure.wording_help"), ..field },
        "asker_contact" => Field { help: help("disclosure.asker_contact_help"), ..field },
        "kept" => Field { help: help("disclosure.kept_help"), ..field },
        "advice" => Field { help: help("disclosure.advice_help"), ..field },
        _ => field,
    }
}

fn sheet(call: &Call<'_>) -> Sheet {
    let mut fields = vec![law_field(call)];
    fields.extend(NOTICE.into_iter().map(|field| notice_field(call, field)));
    let due = day_field(call, "due", ("disclosure.due", "disclosure.due_help"), call.form.text("due"));
    fields.insert(9, due);
    let form = Form { action: Place::DisclosureNew.path(), button: call.say("disclosure.open").to_owned(), fields };
    let lead = ["disclosure.new_lead", "disclosure.lead_sealed"].map(|key| call.say(key).to_owned());
    Sheet { lead: lead.into(), parts: vec![Part { form: Some(form), ..Part::default() }], ..Sheet::titled(call.say("disclosure.new")) }
}

/// Several lines stay several lines; nothing else that is hidden does.
pub(super) fn lines_of(text: &str) -> String {
    text.lines().map(|line| line.chars().filter(|c| !c.is_control()).collect::<String>()).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// What a field says that may be longer than a line.
const LONGEST: usize = 6000;

/// Reads the notice; faults are put beside their fields.
fn notice(call: &Call<'_>, law: Option<&Law>, sheet: &mut Sheet) -> BTreeMap<String, String> {
    let mut notice = BTreeMap::new();
    for (name, _) in NOTICE {
        let told = lines_of(call.form.raw(name));
        let missing = told.is_empty() && law.is_some_and(|law| law.needs(name));
        complain(sheet, name, missing.then(|| call.say("disclosure.needed").to_owned()));
        complain(sheet, name, (told.len() > LONGEST).then(|| call.say("disclosure.too_long").to_owned()));
        if !told.is_empty() {
            notice.insert(name.to_owned(), told);
        }
    }
    // Whose word it needs, as far as the settings say so (H8); where the field is empty, the law above has said whether it may be.
    let own = call.desk.works.handing_out();
    for (name, accepted) in [("asker_rank", &own.ranks), ("authority_rank", &own.authorities)] {
        let told = notice.get(name).filter(|told| !is_accepted(accepted, told));
        complain(sheet, name, told.map(|_| call.say_with("disclosure.not_accepted", &accepted.join(", "))));
    }
    let dated = end_of_day(&call.form.text("dated"));
    let ahead = dated.is_ok_and(|dated| dated.is_some_and(|end| end.0 - 86_400_000_000 > call.now.wall.0));
    complain(sheet, "dated", (dated.is_err() || ahead).then(|| call.say("disclosure.bad_day").to_owned()));
    notice
}

/// Opens a case.
pub(super) fn make(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call);
    let law = Law::of_word(&call.form.text("law"));
    complain(&mut sheet, "law", law.is_none().then(|| call.say("fault.choose").to_owned()));
    let notice = notice(call, law, &mut sheet);
    let due = end_of_day(&call.form.text("due"));
    complain(&mut sheet, "due", due.is_err().then(|| call.say("fault.day").to_owned()));
    let undue = law.is_some_and(|law| law.needs("due")) && due == Ok(None);
    complain(&mut sheet, "due", undue.then(|| call.say("disclosure.needed").to_owned()));
    let (false, Some(law)) = (sheet.is_faulty(), law) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let opened = Signed { by: call.session()?.account.name.clone(), at: call.now.wall.0, words: String::new() };
    let due = due.ok().flatten().map(|due| due.0);
    let new = Case { law: law.word.to_owned(), notice, due, opened, ..Case::default() };
    let id = call.desk.book.change(|book| -> Result<_, Stop> {
        let id = disclosures::open(book, &new)?;
        let did = format!("opened the case {id} for {} ({})", new.told("asker_body"), new.law);
        call.seal(book, EventKind::DisclosureOpened, Some(id), &call.act(did).because(new.told("reference")))?;
        Ok(id)
    })?;
    Ok(Reply::Go(case_path(id).into(), None))
}

/// Is it said, in so many lines as it takes?
pub(super) fn is_told(text: &str) -> bool {
    is_said(text) && text.len() <= LONGEST
}

/// What is wrong with it, in words: `missing` where nothing is said, and otherwise that it is too long. `None`: it is told.
pub(super) fn untold(call: &Call<'_>, text: &str, missing: &'static str) -> Option<String> {
    let key = if text.is_empty() { missing } else { "fault.too_long" };
    (!is_told(text)).then(|| call.say(key).to_owned())
}
