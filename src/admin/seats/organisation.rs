//! Sign-in with the organisation's own service: there, and back with an answer that only this browser can bring, once.
//!
//! An account that comes in this way stands under everything that holds for the others: role, vetting, its end, its being switched off.
//! Whatever is refused is recorded first; what the service says of somebody is never believed beyond the settings.

use super::sign_in::{BOUNDS, enter_by};
use crate::admin::accounts::{self, Account, Change};
use crate::admin::audit::Act;
use crate::admin::book::BookFault;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::organisation_works::{Guest, OrganisationTerms, OrganisationTrouble, Trip};
use crate::admin::place::Place;
use crate::admin::reach::Reach;
use crate::admin::roles::Role;
use crate::admin::sheet::{Part, Sheet};
use crate::admin::{cookie, organisation_rows as rows, sessions, tokens};
use crate::credential::Guess;
use crate::record::EventKind;
use axum::http::StatusCode;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What people call the service.
pub(super) fn name_of(call: &Call<'_>, terms: &OrganisationTerms) -> String {
    if terms.name.is_empty() { call.say("organisation.yours").to_owned() } else { terms.name.clone() }
}

fn terms(call: &Call<'_>) -> Result<OrganisationTerms, Stop> {
    call.desk.works.organisation().ok_or(Stop::Unknown)
}

fn is_in(call: &Call<'_>) -> bool {
    call.session.as_ref().is_some_and(|session| !session.enrolling)
}

/// A page that says why somebody is not in, with the way back.
fn no(call: &Call<'_>, status: StatusCode, words: &str, lines: Vec<String>) -> Reply {
    let links = vec![(Place::SignIn.path().to_owned(), call.say("organisation.again").to_owned())];
    let part = Part { lines, links, ..Part::default() };
    let sheet = Sheet { fault: Some(words.to_owned()), parts: vec![part], ..Sheet::titled(call.say("organisation.title")) };
    Reply::Faulty(Box::new(sheet), status)
}

/// Counts before anything is tried, as for passwords; `Err`: enough for now.
fn counted(call: &Call<'_>) -> Result<Result<Guess, Reply>, Stop> {
    let whose = format!("(organisation) {}", call.peer.ip());
    match call.desk.guesses.count(&whose, call.peer.ip(), BOUNDS, call.now.monotonic_us) {
        Ok(guess) => Ok(Ok(guess)),
        Err(paused) => {
            if paused.is_news {
                call.record(EventKind::ConsoleRefused, call.act("sign-in with the organisation refused: too many tries in five minutes"))?;
            }
            Ok(Err(no(call, StatusCode::TOO_MANY_REQUESTS, call.say("sign_in.paused"), Vec::new())))
        }
    }
}

/// Off to the service.
pub(super) fn begin(call: &Call<'_>) -> Result<Reply, Stop> {
    if is_in(call) {
        return Ok(Reply::Go(Place::Dashboard.path().into(), None));
    }
    let terms = terms(call)?;
    let guess = match counted(call)? {
        Ok(guess) => guess,
        Err(reply) => return Ok(reply),
    };
    let (brought, trip) = call.desk.trips.begin(call.now.wall).map_err(BookFault::from)?;
    match call.desk.works.way(&trip) {
        Ok(way) => {
            guess.forgive();
            Ok(Reply::Go(way.into(), Some(cookie::trip(&brought, call.secure))))
        }
        Err(trouble) => failed(call, &terms, &trouble),
    }
}

/// The service did not do its part.
fn failed(call: &Call<'_>, terms: &OrganisationTerms, trouble: &OrganisationTrouble) -> Result<Reply, Stop> {
    call.record(EventKind::OrganisationFailed, call.act(format!("sign-in with the organisation failed: {trouble}")))?;
    tracing::warn!(%trouble, "console: sign-in with the organisation");
    let (status, words) = match trouble {
        OrganisationTrouble::Away(_) => (StatusCode::SERVICE_UNAVAILABLE, "organisation.away"),
        OrganisationTrouble::Refused(_) => (StatusCode::FORBIDDEN, "organisation.not_good"),
    };
    Ok(no(call, status, &call.say_with(words, &name_of(call, terms)), vec![call.say("organisation.local").to_owned()]))
}

/// Back from it.
pub(super) fn back(call: &Call<'_>) -> Result<Reply, Stop> {
    let terms = terms(call)?;
    if is_in(call) {
        return Ok(Reply::Go(Place::Dashboard.path().into(), None));
    }
    let guess = match counted(call)? {
        Ok(guess) => guess,
        Err(reply) => return Ok(reply),
    };
    let trip = call.trip.as_ref().and_then(|brought| call.desk.trips.end(brought, call.query.raw("state"), call.now.wall));
    let Some(trip) = trip else {
        return refused(call, "the answer belongs to no sign-in of this browser, or to an old one", call.say("organisation.stray"));
    };
    let error = call.query.raw("error");
    if !error.is_empty() {
        // A code of a few small letters (RFC 6749, 4.1.2.1): the rest of what came is nobody's business.
        let code: String = error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
        let why = format!("the service says {code}");
        return refused(call, &why, &call.say_with("organisation.said_no", &name_of(call, &terms)));
    }
    match who(call, &trip) {
        Ok(guest) => welcome(call, &terms, &guest, guess),
        Err(trouble) => failed(call, &terms, &trouble),
    }
}

fn who(call: &Call<'_>, trip: &Trip) -> Result<Guest, OrganisationTrouble> {
    call.desk.works.guest((call.query.raw("code"), call.query.raw("iss")), trip)
}

fn refused(call: &Call<'_>, why: &str, words: &str) -> Result<Reply, Stop> {
    call.record(EventKind::ConsoleRefused, call.act(format!("sign-in with the organisation refused: {why}")))?;
    Ok(no(call, StatusCode::FORBIDDEN, words, Vec::new()))
}

/// What becomes of somebody whom the service knows.
enum Found {
    In(Box<Account>),
    /// The account, why for the record, and the key of words for people.
    Out(String, &'static str, &'static str),
}

fn out(account: Option<&Account>, why: &'static str, words: &'static str) -> Found {
    Found::Out(account.map_or_else(String::new, |account| account.name.clone()), why, words)
}

fn welcome(call: &Call<'_>, terms: &OrganisationTerms, guest: &Guest, guess: Guess) -> Result<Reply, Stop> {
    match call.desk.book.change(|book| settle(call, book, terms, guest))? {
        Found::In(account) => {
            guess.forgive();
            let cookie = enter_by(call, &account, false, "signed in with the organisation")?;
            let on = (Place::Dashboard.path().to_owned(), call.say("organisation.go_on").to_owned());
            let part = Part { way: Some(on), ..Part::default() };
            // A browser brings the cookie of a session only when it comes from a page of ours, and so this is one.
            let refresh = Some((0, Place::Dashboard.path().to_owned()));
            let sheet = Sheet { parts: vec![part], refresh, ..Sheet::titled(call.say_with("organisation.in", &account.shown)) };
            Ok(Reply::PageWithCookie(Box::new(sheet), cookie))
        }
        Found::Out(who, why, words) => {
            let act = Act { who, ..call.act(format!("sign-in with the organisation refused: {why}")) }.asking(&guest.subject);
            call.record(EventKind::ConsoleRefused, act)?;
            let words = call.say_with(words, &name_of(call, terms));
            let lines = vec![call.say_with("organisation.subject", &guest.subject)];
            Ok(no(call, StatusCode::FORBIDDEN, &words, lines))
        }
    }
}

/// Their account, made or changed as the settings say; or why there is none to come in with.
fn settle(call: &Call<'_>, book: &Connection, terms: &OrganisationTerms, guest: &Guest) -> Result<Found, Stop> {
    if !accounts::is_set_up(book)? {
        return Ok(out(None, "nobody has set the console up", "organisation.no_setup"));
    }
    let given = terms.roles.iter().find(|(group, _)| guest.groups.contains(group)).map(|(_, role)| *role);
    let account = match (rows::account_of(book, &terms.issuer, &guest.subject)?, given) {
        (Some(account), _) if !account.enrolled => return Ok(out(Some(&account), "first steps are to be taken", "organisation.first")),
        (Some(account), given) if !terms.roles.is_empty() => match follow(call, book, &account, given)? {
            Some(account) => account,
            None => return Ok(out(Some(&account), "in no group that gives a role", "organisation.no_role")),
        },
        (Some(account), _) => account,
        (None, _) if !terms.just_in_time => return Ok(out(None, "nobody here is this person", "organisation.nobody")),
        (None, None) => return Ok(out(None, "in no group that gives a role", "organisation.no_role")),
        (None, Some(role)) if role.needs_code() && !guest.proved_twice => {
            return Ok(out(None, "the second factor is lacking", "organisation.one_factor"));
        }
        (None, Some(role)) => make(call, book, terms, (guest, role))?,
    };
    Ok(match account.closed(call.now.wall) {
        _ if account.role.needs_code() && !guest.proved_twice => {
            out(Some(&account), "the second factor is lacking", "organisation.one_factor")
        }
        Some("the vetting has lapsed") => out(Some(&account), "the vetting has lapsed", "organisation.vetting"),
        Some(why) => out(Some(&account), why, "organisation.closed"),
        None => Found::In(Box::new(account)),
    })
}

fn make(call: &Call<'_>, book: &Connection, terms: &OrganisationTerms, (guest, role): (&Guest, Role)) -> Result<Account, Stop> {
    let mut account = rows::make(book, &terms.issuer, (guest, role), call.now.wall)?.ok_or(Stop::Unknown)?;
    // Of several sites nobody knows which: somebody who gives access says it. Nor where there is one at the moment and accounts of others.
    let parted = call.desk.works.has_sites() || accounts::all(book)?.iter().any(|other| !other.reach.is_all());
    if parted {
        account.reach = Reach::Sites(BTreeSet::new());
        accounts::put_reach(book, account.id, &account.reach)?;
    }
    let did = format!("made the account {} as {role}, since the organisation says so", account.name);
    call.record(
        EventKind::OrganisationAccount,
        Act { who: account.name.clone(), ..call.act(did) }.at(&account.reach).asking(&guest.subject),
    )?;
    Ok(account)
}

/// The account has the role that the person's group gives, from now on; `None`: no group gives any, and whatever was open is over.
fn follow(call: &Call<'_>, book: &Connection, account: &Account, given: Option<Role>) -> Result<Option<Account>, Stop> {
    if given == Some(account.role) {
        return Ok(Some(account.clone()));
    }
    let ended = sessions::end_all(book, account.id, None)?;
    tokens::end_all(book, account.id)?;
    let last = account.role.gives_roles() && !rows::has_another_administrator(book, account.id, call.now.wall)?;
    let Some(role) = given.filter(|role| role.gives_roles() || !last) else {
        let did = format!("the organisation gives {} no role: {ended} sessions and every token ended", account.name);
        call.record(EventKind::OrganisationAccount, Act { who: account.name.clone(), ..call.act(did) }.at(&account.reach))?;
        return Ok(None);
    };
    let Account { until, vetted_until, active, .. } = *account;
    accounts::change(book, account.id, Change { role, until, vetted_until, active })?;
    let did = format!("changed the account {}: {role} (was {}), since the organisation says so", account.name, account.role);
    call.record(EventKind::OrganisationAccount, Act { who: account.name.clone(), ..call.act(did) }.at(&account.reach))?;
    Ok(accounts::numbered(book, account.id)?)
}
