//! First steps: a password of one's own, an authenticator, and recovery codes. The first right code ends them, and begins a new session.

use super::sit::{code, password};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Part, Sheet};
use crate::admin::{accounts, qr, sessions};
use crate::credential::{PasswordFault, PasswordHash, Token, fitting_password};
use crate::record::EventKind;
use axum::http::StatusCode;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let session = call.session()?;
    if !session.enrolling {
        return Ok(Reply::Go(Place::Account.path().into(), None));
    }
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let account = &call.session()?.account;
    let mut parts = Vec::new();
    let mut fields = Vec::new();
    if account.first_until.is_some() {
        let mut fresh = password(call, "fresh", "field.new_password", "new-password");
        fresh.help = call.say("field.password_help").to_owned();
        fields.extend([fresh, password(call, "again", "field.again", "new-password")]);
    }
    if account.role.needs_code() {
        let key = call.desk.book.read(|book| accounts::code_key(book, account.id))?.ok_or(Stop::Unknown)?;
        let issuer = format!("Lifeguard {}", call.desk.works.site());
        let picture = qr::picture(&key.address(&issuer, &account.name));
        parts.push(Part {
            heading: call.say("enrol.app").to_owned(),
            lines: vec![call.say("enrol.app_words").to_owned()],
            picture: picture.map(|(side, path)| (side, path, call.say("enrol.picture").to_owned())),
            facts: vec![(call.say("enrol.key").to_owned(), spaced(&key.text()), true)],
            ..Part::default()
        });
        fields.push(code(call, "enrol.code_help"));
    }
    let form = Form { action: Place::Enrol.path(), button: call.say("enrol.button").to_owned(), fields };
    parts.push(Part { heading: call.say("enrol.prove").to_owned(), form: Some(form), ..Part::default() });
    Ok(Sheet { lead: vec![call.say("enrol.lead").to_owned()], parts, ..Sheet::titled(call.say("enrol.title")) })
}

/// In groups of four.
fn spaced(key: &str) -> String {
    key.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// Ends them.
pub(super) fn finish(call: &Call<'_>) -> Result<Reply, Stop> {
    let session = call.session()?;
    let account = &session.account;
    if !session.enrolling {
        return Ok(Reply::Go(Place::Account.path().into(), None));
    }
    let mut sheet = sheet(call)?;
    let fresh = call.form.raw("fresh");
    if account.first_until.is_some() {
        complain(&mut sheet, "fresh", password_fault(call, fresh, &account.name));
        complain(&mut sheet, "again", (fresh != call.form.raw("again")).then(|| call.say("fault.again").to_owned()));
    }
    let mut step = None;
    if account.role.needs_code() {
        let guess = super::sign_in::guess(call, &account.name);
        let key = call.desk.book.read(|book| accounts::code_key(book, account.id))?.ok_or(Stop::Unknown)?;
        let counted = guess.ok();
        step = counted.as_ref().and_then(|_| key.step_of(call.form.raw("code"), call.now.wall.seconds(), account.code_step));
        if let (Some(_), Some(guess)) = (step, counted) {
            guess.forgive();
        }
        complain(&mut sheet, "code", step.is_none().then(|| call.say("fault.code").to_owned()));
    }
    if sheet.is_faulty() {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let hash = if account.first_until.is_some() {
        Some(PasswordHash::of(fresh.as_bytes()).map_err(crate::admin::book::BookFault::from)?)
    } else {
        None
    };
    let codes = call.desk.book.change(|book| {
        if let Some(hash) = &hash {
            accounts::put_password(book, account.id, hash)?;
        }
        match step {
            Some(step) if !accounts::use_step(book, account.id, step)? => return Err(Stop::Go(Place::Enrol.path())),
            Some(_) => {}
            None => accounts::put_code_key(book, account.id, None)?,
        }
        accounts::enrol(book, account.id)?;
        let codes = if step.is_some() { accounts::new_recovery(book, account.id)? } else { Vec::new() };
        sessions::end_all(book, account.id, None)?;
        call.record(EventKind::ConsoleChange, call.act("took the first steps of the account"))?;
        Ok::<_, Stop>(codes)
    })?;
    let cookie = super::sign_in::enter(call, account, false)?;
    Ok(Reply::PageWithCookie(Box::new(done(call, &codes)), cookie))
}

/// Recovery codes, once; and where to go from here.
fn done(call: &Call<'_>, codes: &[Token]) -> Sheet {
    let role = call.session.as_ref().map(|session| session.account.role);
    let on = if role.is_some_and(|role| role.gives_roles()) { Place::Try } else { Place::Dashboard };
    let go = (on.path().to_owned(), call.say("enrol.go_on").to_owned());
    Sheet { parts: vec![codes_part(call, codes, vec![go])], ..Sheet::titled(call.say("enrol.done")) }
}

/// Recovery codes as they are shown once.
pub(super) fn codes_part(call: &Call<'_>, codes: &[Token], links: Vec<(String, String)>) -> Part {
    let heading = if codes.is_empty() { String::new() } else { call.say("codes.heading").to_owned() };
    let lines = if codes.is_empty() { Vec::new() } else { vec![call.say("codes.words").to_owned()] };
    Part { heading, lines, items: codes.iter().map(Token::for_people).collect(), links, ..Part::default() }
}

/// Puts a fault beside a field.
pub(super) fn complain(sheet: &mut Sheet, name: &str, fault: Option<String>) {
    let mut fields = sheet.parts.iter_mut().filter_map(|part| part.form.as_mut()).flat_map(|form| &mut form.fields);
    if let (Some(fault), Some(field)) = (fault, fields.find(|field| field.name == name)) {
        field.fault = fault;
    }
}

/// The page again where nothing was chosen, or what was chosen is over already. What is not theirs looks the same.
pub(super) fn gone(call: &Call<'_>, mut sheet: Sheet, name: &str) -> Result<Reply, Stop> {
    let words = call.say(if call.form.raw(name).is_empty() { "fault.choose" } else { "fault.gone" });
    complain(&mut sheet, name, Some(words.to_owned()));
    if !sheet.is_faulty() {
        sheet.fault = Some(words.to_owned());
    }
    Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
}

/// Why a password is not taken, in words.
pub(super) fn password_fault(call: &Call<'_>, password: &str, name: &str) -> Option<String> {
    let key = match fitting_password(password, name, &call.desk.works.site()).err()? {
        PasswordFault::Short => "fault.short",
        PasswordFault::Long => "fault.long",
        PasswordFault::Easy => "fault.easy",
        PasswordFault::Name => "fault.name_in_it",
        PasswordFault::Place => "fault.place_in_it",
        PasswordFault::Leaked => "fault.leaked",
    };
    Some(call.say(key).to_owned())
}
