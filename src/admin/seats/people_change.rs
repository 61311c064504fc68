//! Changes to somebody's account. Every session of it ends with the change.
//!
//! Refused: a change of one's own account, and whatever would leave nobody who may give roles.

use super::enrol::complain;
use super::people::{day_field, first_secret, role_field, secret_sheet, terms, until_words};
use super::people_sites::{because_field, reach_of, sites_field, typed_now};
use crate::admin::accounts::{self, Account, AccountId, Change, FIRST_FOR};
use crate::admin::call::{Call, Reply, Stop, day};
use crate::admin::place::Place;
use crate::admin::sessions;
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use crate::admin::tokens;
use crate::model::Timestamp;
use crate::record::EventKind;
use axum::http::StatusCode;

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
    Ok(Reply::Page(Box::new(sheet(call, &account))))
}

fn sheet(call: &Call<'_>, account: &Account) -> Sheet {
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
        role_field(call, &typed("role", account.role.word().to_owned())),
        day_field(call, "until", ("people.until", "people.until_help"), typed("until", day(account.until))),
        day_field(call, "vetted", ("people.vetted", "people.vetted_help"), typed("vetted", day(account.vetted_until))),
        check("active", "people.active", if call.post { call.form.ticked("active") } else { account.active }),
        check("again", "people.again", call.post && call.form.ticked("again")),
    ];
    fields.extend(sites_field(call, typed("sites", typed_now(&account.reach))));
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
    let mut sheet = sheet(call, &account);
    let (role, until, vetted_until) = terms(call, &mut sheet);
    let reach = reach_of(call, &mut sheet, role, Some(&account.reach))?;
    if account.id == call.session()?.account.id {
        sheet.fault = Some(call.say("fault.own").to_owned());
    }
    let (false, Some(role)) = (sheet.is_faulty(), role) else {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    };
    // Whoever had no authenticator gets one with a role that wants it.
    let new_code = role.needs_code() && !account.role.needs_code();
    let (active, again) = (call.form.ticked("active"), call.form.ticked("again") || new_code);
    let first = if again { Some(first_secret()?) } else { None };
    let kept = call.desk.book.change(|book| {
        accounts::change(book, account.id, Change { role, until, vetted_until, active })?;
        accounts::put_reach(book, account.id, &reach)?;
        if let Some((_, hash)) = &first {
            accounts::begin_again(book, account.id, hash, Timestamp(call.now.wall.0 + FIRST_FOR))?;
        }
        if !accounts::has_administrator(book, call.now.wall)? {
            return Err(Refused::NobodyLeft);
        }
        sessions::end_all(book, account.id, None)?;
        if role != account.role || again || !active || reach != account.reach {
            tokens::end_all(book, account.id)?;
        }
        let state = if active { "" } else { ", switched off" };
        let anew = if again { ", begins again with a new secret" } else { "" };
        let sites = if reach == account.reach { String::new() } else { format!(", {} (were {})", reach.words(), account.reach.words()) };
        let did = format!(
            "changed the account {}: {role} (was {}){}{}{state}{anew}{sites}",
            account.name,
            account.role,
            until_words(", until ", until),
            until_words(", vetted until ", vetted_until)
        );
        call.record(EventKind::ConsoleChange, call.act(did).because(&call.form.text("because"))).map_err(Refused::Stop)
    });
    match (kept, first) {
        (Ok(()), Some((secret, _))) => Ok(Reply::Page(Box::new(secret_sheet(call, &account.shown, &account.name, &secret)))),
        (Ok(()), None) => Ok(Reply::Go(Place::People.path().into(), None)),
        (Err(Refused::Stop(stop)), _) => Err(stop),
        (Err(Refused::NobodyLeft), _) => {
            complain(&mut sheet, "role", Some(call.say("fault.nobody_left").to_owned()));
            Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

/// Why a change was taken back.
enum Refused {
    NobodyLeft,
    Stop(Stop),
}

impl From<crate::admin::book::BookFault> for Refused {
    fn from(fault: crate::admin::book::BookFault) -> Self {
        Self::Stop(fault.into())
    }
}
