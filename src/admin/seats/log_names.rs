//! Names behind pseudonyms: who may see one says why; where the settings want it, a second person agrees first (G1, G2). Each wish, each
//! answer and each name that is seen is in the log. Must never show a name before that.

use super::enrol::complain;
use super::log_parts::{asker, hidden, inside, local, number, purpose, purpose_field, record_path};
use super::sit::text;
use crate::admin::asking::{Asked, Reveal, RevealState, reveals};
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::record::EventKind;
use axum::http::StatusCode;

/// Longest name that is asked for.
const LONGEST: usize = 200;

/// The page: wishes that wait, and what was revealed to whoever looks.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let (account, reach) = (call.session()?.account.id, call.reach()?);
    let standing: Vec<Reveal> = call.desk.book.read(|book| {
        let inside = inside(book, reach)?;
        let standing = reveals::standing(book, account, call.now.wall)?;
        Ok::<_, BookFault>(standing.into_iter().filter(|one| inside.contains(&one.account)).collect())
    })?;
    let (own, others): (Vec<Reveal>, Vec<Reveal>) = standing.into_iter().partition(|one| one.account == account);
    let mut parts = Vec::new();
    if !others.is_empty() {
        parts.extend([others_part(call, &others), decide_part(call, &others)]);
    }
    parts.extend([own_part(call, &own), ask_part(call, None)]);
    let lead = call.say(if call.desk.settings.reveal_by_two { "names.lead_two" } else { "names.lead" }).to_owned();
    Ok(Sheet { lead: vec![lead], parts, ..Sheet::titled(call.say("names.title")) })
}

/// The form that asks for a name: of a record, or of a name that is known already.
pub(super) fn ask_part(call: &Call<'_>, of: Option<(&Asked, u64)>) -> Part {
    let two = call.desk.settings.reveal_by_two;
    let purpose = of.map_or_else(|| call.form.raw("because").to_owned(), |(asked, _)| asked.purpose.clone());
    let mut fields = match of {
        Some((asked, number)) => vec![hidden("ask", asked.id), hidden("n", number)],
        None => vec![Field { help: call.say("names.name_help").to_owned(), ..text(call, "name", "names.name") }],
    };
    fields.push(purpose_field(call, "because", &purpose));
    let button = call.say(if two { "names.button_two" } else { "names.button" }).to_owned();
    let form = Form { action: Place::Reveals.path(), button, fields };
    let heading = call.say(if of.is_some() { "names.see" } else { "names.by_name" }).to_owned();
    let lines = if two { vec![call.say("names.two_words").to_owned()] } else { Vec::new() };
    Part { heading, lines, form: Some(form), ..Part::default() }
}

/// Whom a wish is for: a name that was typed, or a pseudonym. Both stand together only where the name may be seen.
fn whose(call: &Call<'_>, one: &Reveal) -> String {
    match (one.typed.as_str(), one.state) {
        ("", _) if one.record == 0 && one.state != RevealState::Given => call.say("names.by_name").to_owned(),
        ("", _) => one.word.clone(),
        (name, RevealState::Given) => format!("{name} ({})", one.word),
        (name, RevealState::Waiting | RevealState::Refused) => name.to_owned(),
    }
}

/// A wish by name that nobody has agreed to: the record, which its asker may read, must not say whose pseudonym it is.
const fn hides_word(record: u64) -> bool {
    record == 0
}

fn others_part(call: &Call<'_>, others: &[Reveal]) -> Part {
    let row = |one: &Reveal| {
        let record = if one.record == 0 { String::new() } else { one.record.to_string() };
        Line {
            cells: vec![one.id.to_string(), one.asker.clone(), whose(call, one), record, one.purpose.clone(), local(call, one.made)],
            ..Line::default()
        }
    };
    let head = ["names.number", "names.asker", "names.whose", "names.record", "log.purpose", "found.asked"];
    Part {
        heading: call.say("names.others").to_owned(),
        head: head.map(|key| call.say(key).to_owned()).into(),
        rows: others.iter().map(row).collect(),
        ..Part::default()
    }
}

fn decide_part(call: &Call<'_>, others: &[Reveal]) -> Part {
    let which = Field {
        kind: Kind::Select,
        choices: others.iter().map(|one| (one.id.to_string(), format!("{}: {}, {}", one.id, one.asker, whose(call, one)))).collect(),
        ..text(call, "which", "names.which")
    };
    let answers = [("yes", "names.yes"), ("no", "names.no")].map(|(word, key)| (word.to_owned(), call.say(key).to_owned()));
    let answer = Field { kind: Kind::Radio, choices: answers.into(), ..text(call, "answer", "names.answer") };
    let fields = vec![which, answer, purpose_field(call, "reason", call.form.raw("reason"))];
    let form = Form { action: Place::RevealDecide.path(), button: call.say("names.decide_button").to_owned(), fields };
    Part { heading: call.say("names.decide").to_owned(), form: Some(form), ..Part::default() }
}

fn own_part(call: &Call<'_>, own: &[Reveal]) -> Part {
    let state = |one: &Reveal| {
        call.say(match one.state {
            RevealState::Waiting => "names.waiting",
            RevealState::Given => "names.given",
            RevealState::Refused => "names.refused",
        })
    };
    let row = |one: &Reveal| Line {
        cells: vec![whose(call, one), state(one).to_owned(), one.decider.clone(), local(call, one.until), one.purpose.clone()],
        ..Line::default()
    };
    let head = ["names.whose", "names.state", "names.decider", "names.until", "log.purpose"].map(|key| call.say(key).to_owned());
    Part {
        heading: call.say("names.own").to_owned(),
        lines: if own.is_empty() { vec![call.say("names.none").to_owned()] } else { Vec::new() },
        head: if own.is_empty() { Vec::new() } else { head.into() },
        rows: own.iter().map(row).collect(),
        ..Part::default()
    }
}

/// Takes a wish: for the person of a record, or for somebody by name.
pub(super) fn wish(call: &Call<'_>) -> Result<Reply, Stop> {
    let of_record = !call.form.raw("n").is_empty();
    let because = purpose(call, "because");
    let (word, typed, record, back) = if of_record {
        let (asked, number) = (super::log_parts::asked(call)?, number(call)?);
        let shown = asker(call)?.record(number)?.filter(|shown| !shown.person.is_empty()).ok_or(Stop::Unknown)?;
        let sight = asker(call)?.sight;
        if !sight.names.covers(&shown.seen.site) {
            let did = format!("may not see the name of {}, record {number}: the site has not let it", shown.person);
            call.record(EventKind::ConsoleRefused, call.act(did).asking(&shown.person))?;
            let mut sheet = sheet(call)?;
            sheet.fault = Some(call.say_with("fault.site_first", &shown.seen.site));
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::FORBIDDEN));
        }
        (shown.person, String::new(), number, record_path(asked.id, number))
    } else {
        let name = call.form.text("name");
        if asker(call)?.sight.of_all_sites {
            let mut sheet = sheet(call)?;
            complain(&mut sheet, "name", Some(call.say("fault.no_site").to_owned()));
            return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
        }
        let good = !name.is_empty() && name.len() <= LONGEST && crate::admin::asking::is_pseudonym(&name).is_none();
        let word = if good { call.desk.pseudonyms.of(&name)? } else { String::new() };
        (word, name, 0, Place::Reveals.path().to_owned())
    };
    let (false, Ok(because)) = (word.is_empty(), &because) else {
        let mut sheet = sheet(call)?;
        if of_record {
            // The form of a record is not on this page: it is not the name that lacks.
            sheet.fault = because.err();
        } else {
            complain(&mut sheet, "name", word.is_empty().then(|| call.say("fault.known_name").to_owned()));
            complain(&mut sheet, "because", because.err());
        }
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    give(call, &word, (&typed, record), because)?;
    let waits = call.desk.settings.reveal_by_two;
    Ok(Reply::Go(if waits { Place::Reveals.path().into() } else { back.into() }, None))
}

/// Reveals a name, or puts the wish down for a second person. It is in the log, or it is not done.
pub(super) fn give(call: &Call<'_>, word: &str, (typed, record): (&str, u64), because: &str) -> Result<(), Stop> {
    let account = &call.session()?.account;
    let waits = call.desk.settings.reveal_by_two;
    let new = Reveal {
        id: 0,
        account: account.id,
        asker: account.name.clone(),
        word: word.to_owned(),
        typed: typed.to_owned(),
        record,
        purpose: because.to_owned(),
        made: call.now.wall,
        state: if waits { RevealState::Waiting } else { RevealState::Given },
        decider: if waits { String::new() } else { account.name.clone() },
        until: call.now.wall,
    };
    let of = if record == 0 { "asked for by name".to_owned() } else { format!("record {record}") };
    call.desk.book.change(|book| {
        let id = reveals::put(book, &new)?;
        let (did, word) = match (waits, hides_word(record)) {
            (true, true) => (format!("asks to see somebody by a name that was typed, wish {id}"), ""),
            (true, false) => (format!("asks to see the name of {word}, {of}"), word),
            (false, _) => (format!("sees the name of {word}, {of}"), word),
        };
        call.record(EventKind::ConsoleReveal, call.act(did).asking(word).because(because))
    })
}

/// Agrees to somebody else's wish, or refuses it.
pub(super) fn decide(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    let id = call.form.raw("which").parse().unwrap_or(0);
    let one = call.desk.book.read(|book| {
        let inside = inside(book, &account.reach)?;
        let one = reveals::waiting(book, account.id, id, call.now.wall)?;
        Ok::<_, BookFault>(one.filter(|one| inside.contains(&one.account)))
    })?;
    let yes = match call.form.raw("answer") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let reason = purpose(call, "reason");
    let (Some(one), Some(yes), Ok(reason)) = (&one, yes, &reason) else {
        let mut sheet = sheet(call)?;
        let gone = one.is_none().then(|| call.say("fault.gone").to_owned());
        complain(&mut sheet, "which", gone.clone());
        complain(&mut sheet, "answer", yes.is_none().then(|| call.say("fault.choose").to_owned()));
        complain(&mut sheet, "reason", reason.err());
        if !sheet.is_faulty() {
            sheet.fault = gone.or_else(|| Some(call.say("fault.gone").to_owned()));
        }
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    call.desk.book.change(|book| {
        if !reveals::decide(book, one.id, (yes, &account.name), call.now.wall)? {
            return Err(Stop::Unknown);
        }
        let answer = if yes { "agrees that" } else { "refuses that" };
        let (did, word) = if !yes && hides_word(one.record) {
            (format!("{answer} {} sees somebody by a name that was typed, wish {}", one.asker, one.id), "")
        } else {
            (format!("{answer} {} sees the name of {}", one.asker, one.word), one.word.as_str())
        };
        call.record(EventKind::ConsoleReveal, call.act(did).asking(word).because(reason))
    })?;
    Ok(Reply::Go(Place::Reveals.path().into(), None))
}
