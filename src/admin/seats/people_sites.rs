//! Which sites an account reaches, on the pages of people with access. Where there is one site nothing is asked and nothing said.
//!
//! Must never give anybody more than whoever gives it has, nor take an empty field for all sites: that is said with a tick of its own.

use super::enrol::complain;
use super::sit::{no_reason, text};
use crate::admin::call::{Call, Stop};
use crate::admin::reach::Reach;
use crate::admin::roles::Role;
use crate::admin::sheet::{Field, Kind, Sheet};
use std::collections::BTreeSet;

/// All sites, in a form.
const EVERY: &str = "all_sites";

/// The fields: a site a line, and, for whoever has all sites to give, a tick for all of them. None where there is one site. `stands`: what
/// the account has.
pub(super) fn sites_fields(call: &Call<'_>, stands: Option<&Reach>) -> Vec<Field> {
    if !call.says_sites() {
        return Vec::new();
    }
    let names: Vec<String> = call.sites().into_iter().map(|(name, _)| name).collect();
    let own = call.reach().is_ok_and(Reach::is_all);
    let help = call.say_with(if own { "people.sites_help" } else { "people.sites_help_own" }, &names.join("; "));
    let label = call.say("people.sites").to_owned();
    let value = if call.post { call.form.text("sites") } else { stands.map(typed_now).unwrap_or_default() };
    let ticked = if call.post { call.form.ticked(EVERY) } else { stands.is_some_and(Reach::is_all) };
    let every = Field {
        name: EVERY,
        kind: Kind::Check,
        label: call.say("people.every_site").to_owned(),
        value: if ticked { "yes".to_owned() } else { String::new() },
        ..Field::default()
    };
    let sites = Field { name: "sites", kind: Kind::Area, label, help, value, ..Field::default() };
    own.then_some(every).into_iter().chain([sites]).collect()
}

/// The field for why other sites are reached than before.
pub(super) fn because_field(call: &Call<'_>) -> Option<Field> {
    let help = call.say("people.sites_because").to_owned();
    call.says_sites().then(|| Field { help, ..text(call, "because", "field.because") })
}

/// What stands in the field of an account.
fn typed_now(reach: &Reach) -> String {
    reach.asked().map_or_else(String::new, |sites| sites.join("\n"))
}

/// The sites in words.
pub(super) fn sites_words(call: &Call<'_>, reach: &Reach) -> String {
    match reach {
        Reach::All => call.say("people.all_sites").to_owned(),
        Reach::Sites(sites) if sites.is_empty() => call.say("people.no_site").to_owned(),
        Reach::Sites(sites) => sites.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    }
}

/// What the form says; faults are put beside the fields. `was`: what the account has had, which may stay though a site is gone.
pub(super) fn reach_of(call: &Call<'_>, sheet: &mut Sheet, role: Option<Role>, was: Option<&Reach>) -> Result<Reach, Stop> {
    let own = call.reach()?;
    if !call.says_sites() {
        return Ok(was.cloned().unwrap_or_default());
    }
    let known: BTreeSet<String> = call.sites().into_iter().map(|(name, _)| name).collect();
    let had = |name: &str| matches!(was, Some(Reach::Sites(sites)) if sites.contains(name));
    let lines = call.form.raw("sites").lines().map(str::trim).filter(|line| !line.is_empty());
    let typed: BTreeSet<String> = lines.map(str::to_owned).collect();
    let odd = typed.iter().any(|name| !known.contains(name) && !had(name));
    let every = own.is_all() && call.form.ticked(EVERY);
    // Neither, and both, say nothing that may be taken for an answer. Whoever has no site may keep none.
    let unsaid = every != typed.is_empty() && !(typed.is_empty() && was.is_some_and(Reach::is_none));
    let reach = if every { Reach::All } else { Reach::Sites(typed) };
    let words = if own.is_all() { "fault.some_sites" } else { "fault.sites" };
    complain(sheet, "sites", unsaid.then(|| call.say(words).to_owned()));
    complain(sheet, "sites", (odd || !own.holds(&reach)).then(|| call.say("fault.sites").to_owned()));
    let all = role == Some(Role::ConsortiumAdmin) && !reach.is_all();
    complain(sheet, "sites", all.then(|| call.say("fault.consortium").to_owned()));
    let changed = was.is_some_and(|was| *was != reach);
    complain(sheet, "because", changed.then(|| no_reason(call, &call.form.text("because"))).flatten());
    Ok(reach)
}
