//! Tokens of one's own, for programs: what there is, a new one, the end of one. Whoever makes one shows who they are first, and sees it once.

use super::account::looked_after;
use super::enrol::complain;
use super::people::day_field;
use super::sign_in::{guess, takes_code};
use super::sit::{code, password, text};
use super::sources::{faulty, form_part, heads};
use crate::admin::api::actions;
use crate::admin::call::{Call, Reply, Stop, end_of_day};
use crate::admin::place::Place;
use crate::admin::roles::{Action, may};
use crate::admin::sheet::{Field, Kind, Line, Part, Sheet};
use crate::admin::tokens::{self, Kept, MOST, MOST_DAYS};
use crate::model::Timestamp;
use crate::record::EventKind;

/// Longest name, in letters.
const LONGEST: usize = 40;
const DAY: i64 = 86_400 * 1_000_000;

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    Ok(Reply::Page(Box::new(sheet(call, &own(call)?)?)))
}

fn own(call: &Call<'_>) -> Result<Vec<Kept>, Stop> {
    let account = call.session()?.account.id;
    Ok(call.desk.book.read(|book| tokens::of_account(book, account))?)
}

/// What whoever looks may give a token.
fn offered(call: &Call<'_>) -> Result<Vec<Action>, Stop> {
    let role = Some(call.session()?.account.role);
    Ok(actions().filter(|action| may(role, *action)).collect())
}

fn sheet(call: &Call<'_>, own: &[Kept]) -> Result<Sheet, Stop> {
    let mut parts = vec![match looked_after(call, &call.session()?.account)? {
        Some(words) => Part { heading: call.say("tokens.new").to_owned(), lines: vec![words], ..Part::default() },
        None => new_part(call)?,
    }];
    parts.extend((!own.is_empty()).then(|| own_part(call, own)));
    parts.extend((!own.is_empty()).then(|| end_part(call, own)));
    Ok(Sheet { lead: vec![call.say("tokens.lead").to_owned()], parts, ..Sheet::titled(call.say("tokens.title")) })
}

fn new_part(call: &Call<'_>) -> Result<Part, Stop> {
    let mut name = text(call, "name", "tokens.name");
    name.help = call.say("tokens.name_help").to_owned();
    let mut fields = vec![name, day_field(call, "until", ("tokens.until", "tokens.until_help"), call.form.text("until"))];
    let tick = |action: Action| Field {
        name: action.word(),
        kind: Kind::Check,
        label: action_words(call, action),
        value: call.form.raw(action.word()).to_owned(),
        ..Field::default()
    };
    fields.extend(offered(call)?.into_iter().map(tick));
    fields.push(if call.session()?.account.role.needs_code() {
        code(call, "account.code_help")
    } else {
        password(call, "password", "field.present_password", "current-password")
    });
    let part = form_part(call, "tokens.new", Place::Tokens, "tokens.button", fields);
    Ok(Part {
        lines: vec![call.say("tokens.new_words").to_owned()],
        links: vec![(Place::Api.path().to_owned(), call.say("place.api").to_owned())],
        ..part
    })
}

/// An action in words, by the routes that it opens.
fn action_words(call: &Call<'_>, action: Action) -> String {
    let routes = crate::admin::api::ROUTES.iter().filter(|route| route.place.action() == action);
    let paths: Vec<String> = routes.map(|route| format!("{} {}", route.method(), route.path)).collect();
    call.say_with("tokens.may", &format!("{}: {}", action.word(), paths.join(", ")))
}

fn own_part(call: &Call<'_>, own: &[Kept]) -> Part {
    let row = |one: &Kept| {
        let scope: Vec<&str> = one.scope.iter().map(|action| action.word()).collect();
        let used = one.used.map_or_else(|| call.say("tokens.never").to_owned(), |at| call.moment(at));
        Line { cells: vec![one.name.clone(), scope.join(", "), call.moment(one.made), call.moment(one.until), used], ..Line::default() }
    };
    Part {
        heading: call.say("tokens.own").to_owned(),
        head: heads(call, ["tokens.name", "tokens.scope", "tokens.made", "tokens.until", "tokens.used"]),
        rows: own.iter().map(row).collect(),
        ..Part::default()
    }
}

fn end_part(call: &Call<'_>, own: &[Kept]) -> Part {
    let which = Field {
        name: "which",
        kind: Kind::Radio,
        label: call.say("tokens.which").to_owned(),
        value: call.form.text("which"),
        choices: own.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        ..Field::default()
    };
    form_part(call, "tokens.end", Place::TokenOver, "tokens.end_button", vec![which])
}

/// Until when, or what is wrong with the day.
fn until(call: &Call<'_>) -> Result<Timestamp, &'static str> {
    let last = Timestamp(call.now.wall.0 + MOST_DAYS * DAY);
    match end_of_day(&call.form.text("until")) {
        Err(()) => Err("fault.day"),
        Ok(None) => Ok(last),
        Ok(Some(until)) if until <= call.now.wall || until > last => Err("tokens.fault_until"),
        Ok(Some(until)) => Ok(until),
    }
}

/// Makes one. It is on this page and nowhere else.
pub(super) fn make(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = &call.session()?.account;
    let own = own(call)?;
    let mut sheet = sheet(call, &own)?;
    if let Some(words) = looked_after(call, account)? {
        sheet.fault = Some(words);
        return faulty(sheet);
    }
    let name = call.form.text("name");
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    let good = !name.is_empty() && name.chars().count() <= LONGEST && name.chars().all(plain);
    complain(&mut sheet, "name", (!good).then(|| call.say("tokens.fault_name").to_owned()));
    complain(&mut sheet, "name", own.iter().any(|one| one.name == name).then(|| call.say("tokens.fault_taken").to_owned()));
    let until = until(call);
    complain(&mut sheet, "until", until.err().map(|key| call.say(key).to_owned()));
    let offered = offered(call)?;
    let scope: Vec<Action> = offered.iter().copied().filter(|action| call.form.ticked(action.word())).collect();
    let untold = scope.is_empty().then(|| call.say("tokens.fault_scope").to_owned());
    match offered.first() {
        Some(first) => complain(&mut sheet, first.word(), untold),
        None => sheet.fault = untold,
    }
    if own.len() >= MOST {
        sheet.fault = Some(call.say("tokens.fault_many").to_owned());
    }
    // A code is good once: it is not used up by a form that is wrong elsewhere.
    if !sheet.is_faulty() && !proves(call)? {
        let (field, key) = if account.role.needs_code() { ("code", "fault.code") } else { ("password", "fault.password") };
        complain(&mut sheet, field, Some(call.say(key).to_owned()));
    }
    let (false, Ok(until)) = (sheet.is_faulty(), until) else { return faulty(sheet) };
    let secret = call.desk.book.change(|book| {
        let secret = tokens::make(book, account.id, (&name, &scope), until, call.now.wall)?.ok_or(Stop::Unknown)?;
        let words: Vec<&str> = scope.iter().map(|action| action.word()).collect();
        let did = format!("made the token {name} until {until}: {}", words.join(", "));
        call.record(EventKind::TokenChanged, call.act(did))?;
        Ok::<_, Stop>(secret)
    })?;
    let part = Part {
        heading: call.say_with("tokens.secret", &name),
        lines: vec![call.say("tokens.secret_words").to_owned()],
        facts: vec![(call.say("tokens.token").to_owned(), secret, true)],
        links: vec![(Place::Tokens.path().to_owned(), call.say("tokens.back").to_owned())],
        ..Part::default()
    };
    Ok(Reply::Page(Box::new(Sheet { parts: vec![part], ..Sheet::titled(call.say("tokens.title")) })))
}

/// Does whoever asks show who they are?
fn proves(call: &Call<'_>) -> Result<bool, Stop> {
    let account = &call.session()?.account;
    let guess = guess(call, &account.name);
    let right = guess.is_ok()
        && if account.role.needs_code() {
            takes_code(call, account, call.form.raw("code"))?
        } else {
            account.hash.fits(call.form.raw("password").as_bytes())
        };
    if let (true, Ok(guess)) = (right, guess) {
        guess.forgive();
    }
    if !right {
        call.record(EventKind::ConsoleRefused, call.act("wrong proof for a new token"))?;
    }
    Ok(right)
}

/// Ends one.
pub(super) fn end(call: &Call<'_>) -> Result<Reply, Stop> {
    let account = call.session()?.account.id;
    let own = own(call)?;
    let which = call.form.text("which");
    let Some(one) = own.iter().find(|one| one.id.to_string() == which) else {
        let mut sheet = sheet(call, &own)?;
        let words = call.say("fault.choose").to_owned();
        complain(&mut sheet, "which", Some(words.clone()));
        if !sheet.is_faulty() {
            sheet.fault = Some(words);
        }
        return faulty(sheet);
    };
    call.desk.book.change(|book| {
        tokens::end(book, account, one.id)?;
        call.record(EventKind::TokenChanged, call.act(format!("ended the token {}", one.name)))
    })?;
    Ok(Reply::Go(Place::Tokens.path().into(), None))
}
