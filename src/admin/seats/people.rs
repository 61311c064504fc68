//! People with access: who they are, as what, and until when; and new ones (standards G4, G5, G8).

use super::enrol::complain;
use super::people_sites::{reach_of, sites_fields, sites_words};
use super::setup::name_fault;
use super::sit::text;
use crate::admin::accounts::{self, AccountId, FIRST_FOR, NewAccount};
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop, day, end_of_day};
use crate::admin::place::Place;
use crate::admin::roles::Role;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::credential::{PasswordHash, Token};
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

/// The page on which an account is changed.
pub(super) fn change_path(id: AccountId) -> String {
    format!("{}?account={}", Place::PeopleChange.path(), id.0)
}

/// All of them.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(list(call)?)))
}

/// The page of all of them.
pub(super) fn list(call: &Call<'_>) -> Result<Sheet, Stop> {
    let reach = call.reach()?;
    let accounts = call.desk.book.read(|book| accounts::inside(book, reach))?;
    let row = |account: &accounts::Account| Line {
        href: change_path(account.id),
        cells: vec![
            account.shown.clone(),
            account.name.clone(),
            call.say_role(account.role).to_owned(),
            state_words(call, account).to_owned(),
            day(account.until),
            day(account.vetted_until),
            account.made_by.clone(),
        ]
        .into_iter()
        .chain(call.says_sites().then(|| sites_words(call, &account.reach)))
        .collect(),
    };
    let head = ["people.person", "field.name", "people.role", "people.state", "people.until", "people.vetted", "people.made_by"]
        .map(|key| call.say(key).to_owned());
    let head = head.into_iter().chain(call.says_sites().then(|| call.say("people.sites").to_owned()));
    let part = Part {
        heading: call.say("people.all").to_owned(),
        head: head.collect(),
        rows: accounts.iter().map(row).collect(),
        links: vec![(Place::PeopleNew.path().to_owned(), call.say("people.new").to_owned())],
        ..Part::default()
    };
    let parts = vec![part, super::people_sessions::part(call)];
    Ok(Sheet { lead: vec![call.say("people.lead").to_owned()], parts, ..Sheet::titled(call.say("people.title")) })
}

/// How an account stands, in words: what keeps it from signing in, or that nothing does.
pub(super) fn state_words(call: &Call<'_>, account: &accounts::Account) -> &'static str {
    call.say(match account.closed(call.now.wall) {
        Some("switched off") => "people.off",
        Some("its time is over") => "people.over",
        Some("the vetting has lapsed") => "people.unvetted",
        Some("the secret of the first time has lapsed") => "people.late",
        Some(other) => return other,
        None if account.enrolled => "people.open",
        None => "people.first",
    })
}

/// The field of a role.
pub(super) fn role_field(call: &Call<'_>, value: &str) -> Field {
    let choices = Role::ALL.map(|role| (role.word().to_owned(), call.say_role(role).to_owned()));
    Field {
        name: "role",
        kind: Kind::Select,
        label: call.say("people.role").to_owned(),
        value: value.to_owned(),
        choices: choices.into(),
        ..Field::default()
    }
}

/// The field of a day.
pub(super) fn day_field(call: &Call<'_>, name: &'static str, (label, help): (&'static str, &'static str), value: String) -> Field {
    Field { name, kind: Kind::Date, label: call.say(label).to_owned(), help: call.say(help).to_owned(), value, ..Field::default() }
}

fn sheet(call: &Call<'_>) -> Sheet {
    let mut name = text(call, "name", "field.name");
    name.help = call.say("field.name_help").to_owned();
    let mut fields = vec![
        text(call, "shown", "people.person"),
        name,
        role_field(call, call.form.raw("role")),
        day_field(call, "until", ("people.until", "people.until_help"), call.form.text("until")),
        day_field(call, "vetted", ("people.vetted", "people.vetted_help"), call.form.text("vetted")),
    ];
    fields.extend(sites_fields(call, None));
    let form = Form { action: Place::PeopleNew.path(), button: call.say("people.make").to_owned(), fields };
    Sheet {
        lead: vec![call.say("help.people_new").to_owned()],
        parts: vec![Part { form: Some(form), ..Part::default() }],
        ..Sheet::titled(call.say("people.new"))
    }
}

/// The form of a new one.
pub(super) fn blank(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call))))
}

/// What a form says of role and days; faults are put beside their fields.
pub(super) fn terms(call: &Call<'_>, sheet: &mut Sheet) -> (Option<Role>, Option<Timestamp>, Option<Timestamp>) {
    let role = Role::of_word(call.form.raw("role"));
    complain(sheet, "role", role.is_none().then(|| call.say("fault.choose").to_owned()));
    let mut days = ["until", "vetted"].map(|name| {
        let day = end_of_day(&call.form.text(name));
        complain(sheet, name, day.is_err().then(|| call.say("fault.day").to_owned()));
        day.unwrap_or(None)
    });
    let unvetted = role.is_some_and(Role::needs_vetting) && days[1].is_none_or(|until| until <= call.now.wall);
    complain(sheet, "vetted", unvetted.then(|| call.say("fault.vetting").to_owned()));
    (role, days[0].take(), days[1].take())
}

/// Makes one. The secret of the first time is on this page and nowhere else.
pub(super) fn make(call: &Call<'_>) -> Result<Reply, Stop> {
    let mut sheet = sheet(call);
    let (name, shown) = (super::sign_in::name_of(&call.form.text("name")), call.form.text("shown"));
    let (role, until, vetted_until) = terms(call, &mut sheet);
    let reach = reach_of(call, &mut sheet, role, None)?;
    complain(&mut sheet, "shown", shown.is_empty().then(|| call.say("fault.missing").to_owned()));
    complain(&mut sheet, "name", name_fault(call, &name));
    complain(&mut sheet, "until", until.is_some_and(|until| until <= call.now.wall).then(|| call.say("fault.past").to_owned()));
    let taken = call.desk.book.read(|book| accounts::named(book, &name))?.is_some();
    complain(&mut sheet, "name", taken.then(|| call.say("fault.taken").to_owned()));
    let (false, Some(role)) = (sheet.is_faulty(), role) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    let by = &call.session()?.account.name;
    let (secret, hash) = first_secret()?;
    let first_until = Some(Timestamp(call.now.wall.0 + FIRST_FOR));
    call.desk.book.change(|book| {
        let new = NewAccount { name: &name, shown: &shown, role, until, vetted_until, by };
        let id = accounts::make(book, &new, &hash, first_until, call.now.wall)?.ok_or(Stop::Unknown)?;
        accounts::put_reach(book, id, &reach)?;
        let sites = if reach.is_all() { String::new() } else { format!(", {}", reach.words()) };
        let did = format!(
            "made the account {name} as {role}{}{}{sites}",
            until_words(", until ", until),
            until_words(", vetted until ", vetted_until)
        );
        call.record(EventKind::ConsoleChange, call.act(did))
    })?;
    Ok(Reply::Page(Box::new(secret_sheet(call, &shown, &name, &secret))))
}

/// A secret for the first time, as people type it, and its hash.
pub(super) fn first_secret() -> Result<(String, PasswordHash), Stop> {
    let secret = Token::fresh().map_err(BookFault::from)?.for_people();
    let hash = PasswordHash::of(secret.as_bytes()).map_err(BookFault::from)?;
    Ok((secret, hash))
}

/// The page that shows it, once.
pub(super) fn secret_sheet(call: &Call<'_>, shown: &str, name: &str, secret: &str) -> Sheet {
    let part = Part {
        heading: call.say_with("people.secret", shown),
        lines: vec![call.say("people.secret_words").to_owned()],
        facts: vec![
            (call.say("field.name").to_owned(), name.to_owned(), true),
            (call.say("field.password").to_owned(), secret.to_owned(), true),
        ],
        links: vec![(Place::People.path().to_owned(), call.say("people.back").to_owned())],
        ..Part::default()
    };
    Sheet { parts: vec![part], ..Sheet::titled(call.say("people.made")) }
}

pub(super) fn until_words(before: &str, until: Option<Timestamp>) -> String {
    until.map_or_else(String::new, |_| format!("{before}{}", day(until)))
}
