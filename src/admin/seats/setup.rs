//! The first start: makes the first administrator, names whom to turn to, and chooses what unknown clients may see (standards F20, X14).
//!
//! From this machine only, with the secret that was printed at the start, within a day of it, and only while there is no administrator.
//! Nothing that needs people's names in the log is switched on here.

use super::enrol::{complain, password_fault};
use super::sit::{password, text};
use crate::admin::accounts::{self, Account, NewAccount};
use crate::admin::book::{BookFault, put_fact};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::roles::Role;
use crate::admin::sheet::{Field, Form, Kind, Part, Sheet};
use crate::credential::{PasswordHash, Token};
use crate::record::EventKind;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::StatusCode;

/// Keeps the preset as the settings have it.
const AS_IT_IS: &str = "as-it-is";
/// Whom to turn to: the field, which is also the key in the book, and its text.
pub(super) const CONTACTS: [(&str, &str); 4] =
    [("lead_name", "field.lead_name"), ("lead_reach", "field.lead_reach"), ("it_name", "field.it_name"), ("it_reach", "field.it_reach")];

/// May there be a set-up now, from there? Whoever may not is told why only on this machine.
fn open(call: &Call<'_>) -> Result<(), Stop> {
    let here = call.peer.ip().to_canonical().is_loopback() && !call.relayed;
    let still = call.desk.setup.is_some() && !call.desk.book.read(accounts::is_set_up)?;
    if here && still { Ok(()) } else { Err(Stop::Unknown) }
}

/// The page.
pub(super) fn show(call: &Call<'_>) -> Result<Reply, Stop> {
    open(call)?;
    Ok(Reply::Page(Box::new(sheet(call))))
}

fn sheet(call: &Call<'_>) -> Sheet {
    let begin = call.desk.works.begin();
    let mut secret = password(call, "secret", "field.secret", "off");
    secret.help = call.say("setup.secret_help").to_owned();
    let mut name = text(call, "name", "field.name");
    (name.help, name.autocomplete) = (call.say("field.name_help").to_owned(), "username");
    let mut shown = text(call, "shown", "field.shown");
    shown.autocomplete = "name";
    let mut fresh = password(call, "fresh", "field.new_password", "new-password");
    fresh.help = call.say("field.password_help").to_owned();
    let again = password(call, "again", "field.again", "new-password");
    let contacts = CONTACTS.into_iter().map(|(field, label)| text(call, field, label));
    let fields = [secret, shown, name, fresh, again].into_iter().chain(contacts).chain([preset(call, &begin)]).collect();
    let form = Form { action: Place::Setup.path(), button: call.say("setup.button").to_owned(), fields };
    Sheet {
        lead: vec![call.say("setup.lead").to_owned()],
        parts: vec![Part { form: Some(form), ..Part::default() }],
        ..Sheet::titled(call.say("setup.title"))
    }
}

fn preset(call: &Call<'_>, begin: &crate::admin::works::Begin) -> Field {
    let as_it_is = (AS_IT_IS.to_owned(), call.say("setup.as_it_is").to_owned());
    let words = |name: &str| {
        call.say(match name {
            "primary" => "preset.primary",
            "secondary" => "preset.secondary",
            "staff" => "preset.staff",
            "library-child" => "preset.library_child",
            "library-adult" => "preset.library_adult",
            "youth-club" => "preset.youth_club",
            "care-home" => "preset.care_home",
            "public-wifi" => "preset.public_wifi",
            _ => "preset.other",
        })
    };
    let choices = begin.presets.iter().map(|name| ((*name).to_owned(), format!("{name}: {}", words(name))));
    let chosen = call.form.text("preset");
    Field {
        name: "preset",
        kind: Kind::Radio,
        label: call.say_with("setup.preset", &begin.group_title),
        help: call.say("setup.preset_help").to_owned(),
        value: if chosen.is_empty() { AS_IT_IS.to_owned() } else { chosen },
        choices: std::iter::once(as_it_is).chain(choices).collect(),
        ..Field::default()
    }
}

/// Is it the secret of this start?
fn secret_fault(call: &Call<'_>) -> Option<String> {
    let secret = call.desk.setup?;
    // A machine's 160 random bits need no bound on guesses; this one is against noise in the log.
    let counted = call.desk.guesses.count("(set-up)", call.peer.ip(), super::sign_in::BOUNDS, call.now.monotonic_us);
    let Ok(guess) = counted else { return Some(call.say("sign_in.paused").to_owned()) };
    if secret.until <= call.now.wall {
        return Some(call.say("setup.lapsed").to_owned());
    }
    if verify_slices_are_equal(&Token::digest_of(call.form.raw("secret")), &secret.digest).is_err() {
        return Some(call.say("fault.secret").to_owned());
    }
    guess.forgive();
    None
}

/// May this be the name of an account?
pub(super) fn name_fault(call: &Call<'_>, name: &str) -> Option<String> {
    let good = (2..=64).contains(&name.len()) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'));
    (!good).then(|| call.say("fault.name").to_owned())
}

/// Makes the first administrator.
pub(super) fn make(call: &Call<'_>) -> Result<Reply, Stop> {
    open(call)?;
    let mut sheet = sheet(call);
    let (name, shown) = (super::sign_in::name_of(&call.form.text("name")), call.form.text("shown"));
    let (fresh, preset) = (call.form.raw("fresh"), call.form.text("preset"));
    let missing = |text: &str| text.is_empty().then(|| call.say("fault.missing").to_owned());
    complain(&mut sheet, "shown", missing(&shown));
    complain(&mut sheet, "name", name_fault(call, &name));
    complain(&mut sheet, "fresh", password_fault(call, fresh, &name));
    complain(&mut sheet, "again", (fresh != call.form.raw("again")).then(|| call.say("fault.again").to_owned()));
    for (field, _) in CONTACTS {
        complain(&mut sheet, field, missing(&call.form.text(field)));
    }
    let known = preset == AS_IT_IS || call.desk.works.begin().presets.contains(&preset.as_str());
    complain(&mut sheet, "preset", (!known).then(|| call.say("fault.choose").to_owned()));
    if let Some(fault) = secret_fault(call) {
        call.record(EventKind::ConsoleRefused, call.act("set-up refused: not the secret of this start"))?;
        complain(&mut sheet, "secret", Some(fault));
    }
    if sheet.is_faulty() {
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    if let (true, Err(fault)) = (preset != AS_IT_IS, call.desk.works.choose_preset(&preset)) {
        complain(&mut sheet, "preset", Some(fault.to_string()));
        return Ok(Reply::Faulty(Box::new(sheet), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let account = keep(call, &name, &shown, &preset)?;
    let cookie = super::sign_in::enter(call, &account, true)?;
    Ok(Reply::Go(Place::Enrol.path().into(), Some(cookie)))
}

fn keep(call: &Call<'_>, name: &str, shown: &str, preset: &str) -> Result<Account, Stop> {
    let hash = PasswordHash::of(call.form.raw("fresh").as_bytes()).map_err(BookFault::from)?;
    let new = NewAccount { name, shown, role: Role::SiteAdmin, until: None, vetted_until: None, by: "set-up" };
    call.desk.book.change(|book| {
        // Another set-up may have ended since we looked.
        if accounts::is_set_up(book)? {
            return Err(Stop::Unknown);
        }
        accounts::forget_unfinished(book)?;
        let id = accounts::make(book, &new, &hash, None, call.now.wall)?.ok_or(Stop::Unknown)?;
        for (field, _) in CONTACTS {
            put_fact(book, field, &call.form.text(field))?;
        }
        let did = format!("set up: {name} is the first administrator; unknown clients: {preset}");
        call.record(EventKind::ConsoleChange, call.act(did))?;
        accounts::numbered(book, id)?.ok_or(Stop::Unknown)
    })
}
