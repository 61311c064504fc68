//! One's own account: password, recovery codes, sessions. Whoever changes what proves who they are shows the old proof first.

use super::enrol::{codes_part, complain, gone, password_fault};
use super::organisation::name_of;
use super::people_sites::sites_words;
use super::sign_in::{enter, guess, paused_words, takes_code};
use super::sit::{code, password};
use crate::admin::accounts::{self, Account};
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop, moment};
use crate::admin::organisation_rows as rows;
use crate::admin::place::Place;
use crate::admin::sessions;
use crate::admin::sheet::{Field, Form, Kind, Line, Part, Sheet};
use crate::admin::tokens;
use crate::credential::PasswordHash;
use crate::record::EventKind;
use axum::http::StatusCode;

/// The word for every other session.
const OTHERS: &str = "others";

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call)?)))
}

fn sheet(call: &Call<'_>) -> Result<Sheet, Stop> {
    let account = &call.session()?.account;
    let mut parts = vec![facts(call, account)?];
    if let Some(words) = looked_after(call, account)? {
        parts.push(Part { heading: call.say("account.password").to_owned(), lines: vec![words], ..Part::default() });
    } else {
        parts.push(password_part(call));
        parts.extend(account.role.needs_code().then(|| codes_form(call)));
    }
    parts.push(sessions_part(call, account)?);
    Ok(Sheet { lead: vec![call.say("help.account").to_owned()], parts, ..Sheet::titled(call.say("account.title")) })
}

/// Whoever comes in by the organisation's service alone has neither a password nor codes here, and no form that asks for them could ever
/// succeed: what is said in their place.
pub(super) fn looked_after(call: &Call<'_>, account: &Account) -> Result<Option<String>, Stop> {
    let Some(terms) = call.desk.works.organisation() else { return Ok(None) };
    let (is_known, has_key) = call.desk.book.read(|book| {
        let subject = rows::subject_of(book, &terms.issuer, account.id)?;
        Ok::<_, BookFault>((subject.is_some(), accounts::code_key(book, account.id)?.is_some()))
    })?;
    let without = if account.role.needs_code() { !has_key } else { !terms.local_for_all && account.made_by == rows::BY };
    Ok((is_known && without).then(|| call.say_with("organisation.looked_after", &name_of(call, &terms))))
}

/// The page, with what is said to whoever sends a form that is not on it.
fn not_here(call: &Call<'_>, words: String) -> Result<Reply, Stop> {
    Ok(Reply::Faulty(Box::new(Sheet { fault: Some(words), ..sheet(call)? }), StatusCode::UNPROCESSABLE_ENTITY))
}

fn facts(call: &Call<'_>, account: &Account) -> Result<Part, Stop> {
    let left = call.desk.book.read(|book| accounts::recovery_left(book, account.id))?;
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let mut facts = vec![fact("field.name", account.name.clone()), fact("people.role", call.say_role(account.role).to_owned())];
    facts.extend(call.says_sites().then(|| fact("people.sites", sites_words(call, &account.reach))));
    facts.extend(account.until.map(|until| fact("people.until", call.moment(until))));
    facts.extend(account.vetted_until.map(|until| fact("people.vetted", call.moment(until))));
    if account.role.needs_code() {
        facts.push(fact("account.codes_left", left.to_string()));
    }
    Ok(Part { heading: account.shown.clone(), facts, ..Part::default() })
}

fn password_part(call: &Call<'_>) -> Part {
    let mut fresh = password(call, "fresh", "field.new_password", "new-password");
    fresh.help = call.say("field.password_help").to_owned();
    let fields = vec![
        password(call, "password", "field.present_password", "current-password"),
        fresh,
        password(call, "again", "field.again", "new-password"),
    ];
    let form = Form { action: Place::AccountPassword.path(), button: call.say("account.password_button").to_owned(), fields };
    Part {
        heading: call.say("account.password").to_owned(),
        lines: vec![call.say("account.password_words").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

fn codes_form(call: &Call<'_>) -> Part {
    let form = Form {
        action: Place::AccountCodes.path(),
        button: call.say("account.codes_button").to_owned(),
        fields: vec![code(call, "account.code_help")],
    };
    Part {
        heading: call.say("account.codes").to_owned(),
        lines: vec![call.say("account.codes_words").to_owned()],
        form: Some(form),
        ..Part::default()
    }
}

fn sessions_part(call: &Call<'_>, account: &Account) -> Result<Part, Stop> {
    let here = call.session()?.digest;
    let all = call.desk.book.read(|book| sessions::of_account(book, account.id, call.now.wall))?;
    let row = |one: &sessions::Listed| {
        let this = if one.digest == here { call.say("account.this") } else { "" };
        Line {
            cells: vec![call.moment(one.started), call.moment(one.seen), one.address.clone(), one.agent.clone(), this.to_owned()],
            ..Line::default()
        }
    };
    let fields = vec![end_field(call, all.iter().filter(|one| one.digest != here))];
    let form = Form { action: Place::AccountSessions.path(), button: call.say("account.end_button").to_owned(), fields };
    let head = ["account.began", "account.seen", "account.from", "account.browser", "account.which"];
    Ok(Part {
        heading: call.say("account.sessions").to_owned(),
        head: head.map(|key| call.say(key).to_owned()).into(),
        rows: all.iter().map(row).collect(),
        form: (all.len() > 1).then_some(form),
        ..Part::default()
    })
}

/// Which of the others to end: all, or one.
fn end_field<'a>(call: &Call<'_>, others: impl Iterator<Item = &'a sessions::Listed>) -> Field {
    let words = |one: &sessions::Listed| format!("{}, {}, {}", call.moment(one.started), one.address, one.agent);
    let mut choices = vec![(OTHERS.to_owned(), call.say("account.end_all").to_owned())];
    choices.extend(others.map(|one| (one.mark(), words(one))));
    Field {
        name: "which",
        kind: Kind::Radio,
        label: call.say("account.end_which").to_owned(),
        value: OTHERS.to_owned(),
        choices,
        ..Field::default()
    }
}

/// A new password: every session and token of the account ends, and this one begins anew under another secret.
pub(super) fn new_password(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    if let Some(words) = looked_after(call, account)? {
        return not_here(call, words);
    }
    let mut sheet = sheet(call)?;
    let (old, fresh) = (call.form.raw("password"), call.form.raw("fresh"));
    let guess = guess(call, &account.name);
    let words = guess.as_ref().err().map_or("fault.password", |paused| paused_words(*paused));
    let right = guess.is_ok() && call.desk.works.fits(&account.hash, old);
    if let (true, Ok(guess)) = (right, guess) {
        guess.forgive();
    }
    if !right {
        call.record(EventKind::ConsoleRefused, call.act("wrong password for a new one"))?;
    }
    complain(&mut sheet, "password", (!right).then(|| call.say(words).to_owned()));
    complain(&mut sheet, "fresh", password_fault(call, fresh, &account.name));
    complain(&mut sheet, "again", (fresh != call.form.raw("again")).then(|| call.say("fault.again").to_owned()));
    if !right || sheet.is_faulty() {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let hash = PasswordHash::of(fresh.as_bytes()).map_err(BookFault::from)?;
    call.desk.book.change(|book| {
        accounts::put_password(book, account.id, &hash)?;
        sessions::end_all(book, account.id, None)?;
        tokens::end_all(book, account.id)?;
        call.record(EventKind::ConsoleChange, call.act("changed the own password; every session and token of the account ended"))
    })?;
    let cookie = enter(call, account, false)?;
    Ok(Reply::Go(Place::Account.path().into(), Some(cookie)))
}

/// New recovery codes.
pub(super) fn new_codes(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    if let Some(words) = looked_after(call, account)? {
        return not_here(call, words);
    }
    let mut sheet = sheet(call)?;
    let guess = guess(call, &account.name);
    let words = guess.as_ref().err().map_or("fault.code", |paused| paused_words(*paused));
    let right = account.role.needs_code() && guess.is_ok() && takes_code(call, account, call.form.raw("code"))?;
    if let (true, Ok(guess)) = (right, guess) {
        guess.forgive();
    }
    if !right {
        call.record(EventKind::ConsoleRefused, call.act("wrong code for new recovery codes"))?;
        complain(&mut sheet, "code", Some(call.say(words).to_owned()));
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let codes = call.desk.book.change(|book| {
        let codes = accounts::new_recovery(book, account.id)?;
        call.record(EventKind::ConsoleChange, call.act("made new recovery codes; those before are void"))?;
        Ok::<_, Stop>(codes)
    })?;
    let back = (Place::Account.path().to_owned(), call.say("account.back").to_owned());
    let sheet = Sheet { parts: vec![codes_part(call, &codes, vec![back])], ..Sheet::titled(call.say("account.codes")) };
    Ok(Reply::Page(Box::new(sheet)))
}

/// Ends one's own other sessions, or one of them. One of somebody else's and one that does not exist look alike.
pub(super) fn end_others(call: &Call<'_>) -> Result<Reply, Stop> {
    let session = call.session()?;
    let (id, which) = (session.account.id, call.form.raw("which"));
    let ended = call.desk.book.change(|book| {
        let did = if matches!(which, "" | OTHERS) {
            let ended = sessions::end_all(book, id, Some(&session.digest))?;
            format!("ended {ended} other sessions of the own account")
        } else {
            let all = sessions::of_account(book, id, call.now.wall)?;
            let one = all.iter().find(|one| one.digest != session.digest && one.mark() == which);
            let Some(one) = one else { return Ok(false) };
            sessions::end(book, &one.digest)?;
            format!("ended another session of the own account, begun {} from {}", moment(one.started), one.address)
        };
        call.record(EventKind::ConsoleChange, call.act(did))?;
        Ok::<_, Stop>(true)
    })?;
    if ended { Ok(Reply::Go(Place::Account.path().into(), None)) } else { gone(call, sheet(call)?, "which") }
}
