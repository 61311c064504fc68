//! Sign-in and sign-out (security A5; standards X17).
//!
//! A guess is counted before it is tried. A name that nobody has costs as much time as a wrong password, and whatever was wrong, the
//! answer is the same. A session that came with the request is ended, never taken over.

use super::sit::{code, password, text};
use crate::admin::accounts::{self, Account};
use crate::admin::audit::Act;
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Form, Part, Sheet};
use crate::admin::watch::WatchFault;
use crate::admin::{cookie, sessions, tries};
use crate::credential::{Bounds, Guess, OneTimeKey, PasswordHash, Paused};
use crate::record::EventKind;
use axum::http::StatusCode;
use std::sync::LazyLock;

/// The name and the password were right.
const WRONG_CODE: &str = "wrong code";
/// Ten guesses in five minutes (X17), the last five of them apart (A5).
pub(in crate::admin) const BOUNDS: Bounds = Bounds { account: 10, address: 10 };

/// Counts a guess at what proves who somebody is, before it is looked at.
pub(super) fn guess(call: &Call<'_>, name: &str) -> Result<Guess, Paused> {
    call.desk.guesses.count_slowly(name, call.peer.ip(), BOUNDS, call.now.monotonic_us)
}

/// What whoever guesses too fast, or too often, is told.
pub(super) const fn paused_words(paused: Paused) -> &'static str {
    if paused.is_short { "sign_in.slow" } else { "sign_in.paused" }
}

/// The form.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    if call.session.as_ref().is_some_and(|session| !session.enrolling) {
        return Ok(Reply::Go(Place::Dashboard.path().into(), None));
    }
    Ok(Reply::Page(Box::new(sheet(call, None))))
}

fn sheet(call: &Call<'_>, fault: Option<&'static str>) -> Sheet {
    let mut name = text(call, "name", "field.name");
    name.autocomplete = "username";
    let fields = vec![name, password(call, "password", "field.password", "current-password"), code(call, "sign_in.code_help")];
    let form = Form { action: Place::SignIn.path(), button: call.say("sign_in.button").to_owned(), fields };
    let setup = (call.desk.setup.is_some() && !call.desk.book.read(accounts::is_set_up).unwrap_or(true))
        .then(|| (Place::Setup.path().to_owned(), call.say("sign_in.to_setup").to_owned()));
    let organisation = call.desk.works.organisation();
    let local = Part { form: Some(form), links: setup.into_iter().collect(), ..Part::default() };
    let parts = match &organisation {
        None => vec![local],
        Some(terms) => {
            let words = call.say_with("organisation.button", &super::organisation::name_of(call, terms));
            let way = Some((Place::SignInOrganisation.path().to_owned(), words));
            let lines = if terms.local_for_all { Vec::new() } else { vec![call.say("organisation.only_admins").to_owned()] };
            let lines = [lines, vec![call.say("help.sign_in").to_owned()]].concat();
            vec![Part { way, ..Part::default() }, Part { heading: call.say("organisation.or").to_owned(), lines, ..local }]
        }
    };
    Sheet {
        // Beside another way in it is said where the form is.
        lead: if organisation.is_none() { vec![call.say("help.sign_in").to_owned()] } else { Vec::new() },
        fault: fault.map(|key| call.say(key).to_owned()),
        parts,
        ..Sheet::titled(call.say("sign_in.title"))
    }
}

/// What was found out about somebody who wants in.
enum Found {
    /// The account, all of it right.
    Right(Box<Account>),
    /// First steps are to be taken.
    First(Box<Account>),
    Wrong(&'static str),
}

/// Tries.
pub(super) fn try_in(call: &Call<'_>) -> Result<Reply, Stop> {
    let typed = name_of(&call.form.text("name"));
    let account = call.desk.book.read(|book| accounts::named(book, &typed))?;
    let known = account.as_ref().map_or("", |account| &account.name).to_owned();
    let sites = account.as_ref().and_then(|account| account.reach.asked());
    let refused = |why: &str| Act { who: known.clone(), sites: sites.clone(), ..call.act(format!("sign-in refused: {why}")) };
    let id = account.as_ref().map(|account| account.id);
    let guess = match guess(call, &typed) {
        Ok(guess) => guess,
        Err(paused) => {
            if paused.is_news {
                call.record(EventKind::ConsoleRefused, refused("too many guesses in five minutes"))?;
            }
            return Ok(Reply::Faulty(Box::new(sheet(call, Some(paused_words(paused)))), StatusCode::TOO_MANY_REQUESTS));
        }
    };
    let (account, enrolling) = match look(call, account)? {
        Found::Right(account) => (account, false),
        Found::First(account) => (account, true),
        Found::Wrong(why) => {
            call.record(EventKind::ConsoleRefused, refused(why))?;
            if let Some(id) = id {
                let (from, _) = call.from();
                call.desk.book.change(|book| tries::note(book, id, (&from, why == WRONG_CODE), call.now.wall))?;
            }
            return Ok(Reply::Faulty(Box::new(sheet(call, Some("sign_in.wrong"))), StatusCode::FORBIDDEN));
        }
    };
    guess.forgive();
    if enrolling {
        // What the command line did to the account stands in the log before anybody comes in by it.
        call.desk.tell_recovered().map_err(|fault| match fault {
            WatchFault::Book(fault) => Stop::Book(fault),
            WatchFault::Log(fault) => Stop::Log(fault),
        })?;
    }
    let cookie = enter(call, &account, enrolling)?;
    Ok(Reply::Go((if enrolling { Place::Enrol.path() } else { Place::Dashboard.path() }).into(), Some(cookie)))
}

/// Longer than any name, and so nobody's: what is counted under it takes little room.
const LONG: &str = "(too long)";

/// The one spelling of an account's name.
pub(super) fn name_of(typed: &str) -> String {
    if typed.len() > 64 { LONG.to_owned() } else { typed.to_lowercase() }
}

/// Begins a session for somebody who has shown who they are; one that came with the request is over.
pub(super) fn enter(call: &Call<'_>, account: &Account, enrolling: bool) -> Result<String, Stop> {
    enter_by(call, account, enrolling, if enrolling { "signed in for the first steps" } else { "signed in" })
}

/// The same, with how they have shown it.
pub(super) fn enter_by(call: &Call<'_>, account: &Account, enrolling: bool, did: &'static str) -> Result<String, Stop> {
    let act = Act { who: account.name.clone(), role: account.role.word().to_owned(), ..call.act(did) }.at(&account.reach);
    let (address, agent) = call.from();
    let token = call.desk.book.change(|book| {
        if let Some(old) = &call.session {
            sessions::end(book, &old.digest)?;
        }
        if enrolling && accounts::code_key(book, account.id)?.is_none() {
            accounts::put_code_key(book, account.id, Some(&OneTimeKey::fresh().map_err(crate::admin::book::BookFault::from)?))?;
        }
        if !enrolling {
            tries::tell(book, account.id)?;
        }
        let token = sessions::begin(book, account.id, enrolling, (&address, agent), call.now.wall)?;
        call.record(EventKind::ConsoleSignIn, act)?;
        Ok::<_, Stop>(token)
    })?;
    Ok(cookie::given(&token.text(), call.secure))
}

fn look(call: &Call<'_>, account: Option<Account>) -> Result<Found, Stop> {
    static NOBODYS: LazyLock<PasswordHash> = LazyLock::new(PasswordHash::nobodys);
    let fits = call.desk.works.fits(account.as_ref().map_or(&NOBODYS, |account| &account.hash), call.form.raw("password"));
    let Some(account) = account else { return Ok(Found::Wrong("no such account")) };
    if !fits {
        return Ok(Found::Wrong("wrong password"));
    }
    if let Some(why) = account.closed(call.now.wall) {
        return Ok(Found::Wrong(why));
    }
    let for_all = call.desk.works.organisation().is_none_or(|terms| terms.local_for_all);
    if !for_all && !account.role.gives_roles() {
        return Ok(Found::Wrong("only administrators sign in with a password here"));
    }
    if !account.enrolled {
        return Ok(Found::First(Box::new(account)));
    }
    if takes_code(call, &account, call.form.raw("code"))? { Ok(Found::Right(Box::new(account))) } else { Ok(Found::Wrong(WRONG_CODE)) }
}

/// Uses up a one-time code, or a recovery code in its place.
pub(super) fn takes_code(call: &Call<'_>, account: &Account, typed: &str) -> Result<bool, Stop> {
    Ok(call.desk.book.change(|book| {
        let Some(key) = accounts::code_key(book, account.id)? else { return Ok(!account.role.needs_code()) };
        let now = call.now.wall.seconds();
        match key.step_of(typed, now, account.code_step) {
            Some(step) => accounts::use_step(book, account.id, step),
            None => accounts::use_recovery(book, account.id, typed),
        }
    })?)
}

/// Signs out.
pub(super) fn out(call: &Call<'_>) -> Result<Reply, Stop> {
    let session = call.session()?;
    call.record(EventKind::ConsoleSignIn, call.act("signed out"))?;
    call.desk.book.change(|book| sessions::end(book, &session.digest))?;
    Ok(Reply::Go(Place::SignIn.path().into(), Some(cookie::taken(call.secure))))
}
