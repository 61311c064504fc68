//! Changes to somebody's account. Every session of it ends with the change.
//!
//! Refused: a change of one's own account, and whatever would leave nobody who may give roles.

use super::enrol::complain;
use super::people::{day_field, first_secret, role_field, secret_sheet, state_words, terms, until_words};
use super::people_sites::{because_field, reach_of, sites_fields, sites_words};
use super::stood;
use crate::admin::accounts::{self, Account, AccountId, Change, FIRST_FOR};
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop, day};
use crate::admin::organisation_rows as rows;
use crate::admin::place::Place;
use crate::admin::reach::Reach;
use crate::admin::sessions;
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use crate::admin::tokens;
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;
use rusqlite::Connection;

fn account(call: &Call<'_>, number: &str) -> Result<Account, Stop> {
    let id = AccountId(number.parse().map_err(|_| Stop::Unknown)?);
    let found = call.desk.book.read(|book| accounts::numbered(book, id))?;
    let reach = call.reach()?;
    // One of other sites, and one that does not exist, look alike.
    found.filter(|account| reach.holds(&account.reach)).ok_or(Stop::Unknown)
}

/// The form.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = account(call, call.query.raw("account"))?;
    let stands = call.desk.book.read(|book| stands(call, book, &account))?;
    Ok(Reply::Page(Box::new(sheet(call, &account, &stands))))
}

/// What a form is drawn from.
fn stands(call: &Call<'_>, book: &Connection, account: &Account) -> Result<String, BookFault> {
    let Account { role, until, vetted_until, active, reach, .. } = account;
    let terms = call.desk.works.organisation();
    let subject = terms.map(|terms| rows::subject_of(book, &terms.issuer, account.id)).transpose()?.flatten();
    Ok(format!("{role} {until:?} {vetted_until:?} {active} {reach:?} {subject:?}"))
}

/// Somebody else may have been quicker even now.
fn still_stands(call: &Call<'_>, book: &Connection, (account, stood): (&Account, &str)) -> Result<(), Refused> {
    let now = accounts::numbered(book, account.id)?.map(|now| stands(call, book, &now)).transpose()?;
    if now.is_some_and(|now| now == stood) { Ok(()) } else { Err(Refused::Moved) }
}

/// The form again, with what was typed and what stands now: somebody else has changed the account since it was drawn.
fn moved(call: &Call<'_>, id: AccountId) -> Result<Reply, Stop> {
    let account = account(call, &id.0.to_string())?;
    let stands = call.desk.book.read(|book| stands(call, book, &account))?;
    let fact = |key, value: String| (call.say(key).to_owned(), value, false);
    let mut facts = vec![
        fact("people.role", call.say_role(account.role).to_owned()),
        fact("people.state", state_words(call, &account).to_owned()),
        fact("people.until", day(account.until)),
        fact("people.vetted", day(account.vetted_until)),
    ];
    facts.extend(call.says_sites().then(|| fact("people.sites", sites_words(call, &account.reach))));
    facts.retain(|(_, value, _)| !value.is_empty());
    let mut sheet = sheet(call, &account, &stands);
    sheet.parts.insert(0, Part { heading: call.say("policy.now").to_owned(), facts, ..Part::default() });
    Ok(stood::moved(call, sheet, "people.moved"))
}

fn sheet(call: &Call<'_>, account: &Account, stands: &str) -> Sheet {
    let typed = |name: &str, stands: String| if call.post { call.form.text(name) } else { stands };
    let check = |name, label, on| Field {
        name,
        kind: Kind::Check,
        label: call.say(label).to_owned(),
        value: if on { "yes".to_owned() } else { String::new() },
        ..Field::default()
    };
    let mut fields = vec![
        Field { name: "account", kind: Kind::Hidden, value: account.id.0.to_string(), ..Field::default() },
        stood::field(stands),
        role_field(call, &typed("role", account.role.word().to_owned())),
        day_field(call, "until", ("people.until", "people.until_help"), typed("until", day(account.until))),
        day_field(call, "vetted", ("people.vetted", "people.vetted_help"), typed("vetted", day(account.vetted_until))),
        check("active", "people.active", if call.post { call.form.ticked("active") } else { account.active }),
        check("again", "people.again", call.post && call.form.ticked("again")),
    ];
    if let Some(terms) = call.desk.works.organisation() {
        // What cannot be read is shown as nobody, and written over only by whoever sends the form.
        let stands = call.desk.book.read(|book| rows::subject_of(book, &terms.issuer, account.id)).ok().flatten().unwrap_or_default();
        let mut subject = Field { name: "subject", label: call.say("organisation.field").to_owned(), ..Field::default() };
        subject.help = call.say("organisation.field_help").to_owned();
        subject.value = if call.form.has("subject") { typed("subject", stands) } else { stands };
        fields.insert(2, subject);
    }
    fields.extend(sites_fields(call, Some(&account.reach)));
    fields.extend(because_field(call));
    let form = Form { action: Place::PeopleChange.path(), button: call.say("people.change").to_owned(), fields };
    Sheet {
        lead: vec![call.say("people.change_lead").to_owned()],
        parts: vec![Part { heading: account.name.clone(), form: Some(form), ..Part::default() }],
        ..Sheet::titled(account.shown.clone())
    }
}

/// Changes it.
pub(super) fn change(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = account(call, call.form.raw("account"))?;
    let stood = call.desk.book.read(|book| stands(call, book, &account))?;
    if stood::is_older(call, &stood) {
        return moved(call, account.id);
    }
    let mut sheet = sheet(call, &account, &stood);
    let (role, until, vetted_until) = terms(call, &mut sheet);
    let reach = reach_of(call, &mut sheet, role, Some(&account.reach))?;
    sheet.fault = (account.id == call.session()?.account.id).then(|| call.say("fault.own").to_owned());
    let there = there(call, &account, &mut sheet)?;
    let (false, Some(role)) = (sheet.is_faulty(), role) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    // Whoever had no authenticator gets one with a role that wants it.
    let new_code = role.needs_code() && !account.role.needs_code() && !is_somebody(there.as_ref());
    let (active, again) = (call.form.ticked("active"), call.form.ticked("again") || new_code);
    let first = if again { Some(first_secret()?) } else { None };
    let kept = call.desk.book.change(|book| {
        still_stands(call, book, (&account, &stood))?;
        accounts::change(book, account.id, Change { role, until, vetted_until, active })?;
        accounts::put_reach(book, account.id, &reach)?;
        if let Some((_, hash)) = &first {
            accounts::begin_again(book, account.id, hash, Timestamp(call.now.wall.0 + FIRST_FOR))?;
        }
        let another = match &there {
            Some(there) => put_there(call, book, (&account, again), there)?,
            None => false,
        };
        if !accounts::has_administrator(book, call.now.wall)? {
            return Err(Refused::Field("role", "fault.nobody_left"));
        }
        sessions::end_all(book, account.id, None)?;
        if role != account.role || again || !active || another || reach != account.reach {
            tokens::end_all(book, account.id)?;
        }
        let did = in_words(&account, Change { role, until, vetted_until, active }, again, &reach);
        call.record(EventKind::ConsoleChange, call.act(did).because(&call.form.text("because"))).map_err(Refused::Stop)
    });
    match (kept, first) {
        (Ok(()), Some((secret, _))) => Ok(Reply::Page(Box::new(secret_sheet(call, &account.shown, &account.name, &secret)))),
        (Ok(()), None) => Ok(Reply::Go(Place::People.path().into(), None)),
        (Err(Refused::Stop(stop)), _) => Err(stop),
        (Err(Refused::Moved), _) => moved(call, account.id),
        (Err(Refused::Field(field, words)), _) => {
            complain(&mut sheet, field, Some(call.say(words).to_owned()));
            Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// The change, for the record.
fn in_words(account: &Account, change: Change, again: bool, reach: &Reach) -> String {
    let state = if change.active { "" } else { ", switched off" };
    let anew = if again { ", begins again with a new secret" } else { "" };
    let sites = if *reach == account.reach { String::new() } else { format!(", {} (were {})", reach.words(), account.reach.words()) };
    format!(
        "changed the account {}: {} (was {}){}{}{state}{anew}{sites}",
        account.name,
        change.role,
        account.role,
        until_words(", until ", change.until),
        until_words(", vetted until ", change.vetted_until)
    )
}

/// Who it is in the organisation's sign-in service, with the issuer; `None`: there is no such service. A form that says nothing of it,
/// such as one from before it was set up, changes nothing of it.
fn there(call: &Call<'_>, account: &Account, sheet: &mut Sheet) -> Result<Option<(String, String)>, Stop> {
    let Some(terms) = call.desk.works.organisation() else { return Ok(None) };
    if !call.form.has("subject") {
        let stands = call.desk.book.read(|book| rows::subject_of(book, &terms.issuer, account.id))?.unwrap_or_default();
        return Ok(Some((terms.issuer, stands)));
    }
    let subject = call.form.text("subject");
    let odd = subject.len() > 255 || !subject.is_ascii();
    complain(sheet, "subject", odd.then(|| call.say("organisation.odd").to_owned()));
    Ok(Some((terms.issuer, subject)))
}

/// Whoever the organisation's service knows proves themselves there.
fn is_somebody(there: Option<&(String, String)>) -> bool {
    there.is_some_and(|(_, subject)| !subject.is_empty())
}

/// Writes it down. Is it somebody else than before?
fn put_there(
    call: &Call<'_>,
    book: &Connection,
    (account, again): (&Account, bool),
    (issuer, subject): &(String, String),
) -> Result<bool, Refused> {
    let before = rows::subject_of(book, issuer, account.id)?.unwrap_or_default();
    if !rows::put(book, issuer, subject, account.id)? {
        return Err(Refused::Field("subject", "organisation.taken"));
    }
    if !subject.is_empty() && !account.enrolled && !again {
        rows::needs_no_steps(book, account.id)?;
    }
    if before == *subject {
        return Ok(false);
    }
    let did = format!("wrote down who {} is in the organisation's sign-in service", account.name);
    call.record(EventKind::OrganisationAccount, call.act(did).asking(subject)).map_err(Refused::Stop)?;
    Ok(true)
}

/// Why a change was taken back.
enum Refused {
    /// Somebody else was quicker.
    Moved,
    /// Something is wrong with this field: the key of the words.
    Field(&'static str, &'static str),
    Stop(Stop),
}

impl From<BookFault> for Refused {
    fn from(fault: BookFault) -> Self {
        Self::Stop(fault.into())
    }
}
