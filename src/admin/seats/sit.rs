//! From a place to its page.

use super::{
    account, audit, dashboard, disclosure, disclosure_steps, disclosures, emergency, enrol, people, people_change, reviews, setup, sign_in,
    suites, try_out,
};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Kind};

/// The page or the deed of a place.
pub(in crate::admin) fn sit(call: &Call<'_>) -> Result<Reply, Stop> {
    match (call.place, call.post) {
        (Place::Setup, false) => setup::show(call),
        (Place::Setup, true) => setup::make(call),
        (Place::SignIn, false) => Ok(sign_in::show(call)),
        (Place::SignIn, true) => sign_in::try_in(call),
        (Place::SignOut, _) => sign_in::out(call),
        (Place::Enrol, false) => enrol::show(call),
        (Place::Enrol, true) => enrol::finish(call),
        (Place::Dashboard, _) => dashboard::show(call),
        (Place::Try, false) => try_out::show(call),
        (Place::Try, true) => try_out::ask(call),
        (Place::Account, _) => account::show(call),
        (Place::AccountPassword, _) => account::new_password(call),
        (Place::AccountCodes, _) => account::new_codes(call),
        (Place::AccountSessions, _) => account::end_others(call),
        (Place::People, _) => people::show(call),
        (Place::PeopleNew, false) => Ok(people::blank(call)),
        (Place::PeopleNew, true) => people::make(call),
        (Place::PeopleChange, false) => people_change::show(call),
        (Place::PeopleChange, true) => people_change::change(call),
        (Place::Audit, _) => audit::show(call),
        (Place::Emergency, false) => emergency::show(call),
        (Place::Emergency, true) => emergency::close(call),
        (Place::EmergencyOver, _) => emergency::open_again(call),
        (Place::Suites, false) => suites::show(call),
        (Place::Suites, true) => suites::begin(call),
        (Place::Disclosures, _) => disclosures::show(call),
        (Place::DisclosureNew, false) => Ok(disclosures::blank(call)),
        (Place::DisclosureNew, true) => disclosures::make(call),
        (Place::DisclosureCase, _) => disclosure::show(call),
        (Place::DisclosureStep, _) => disclosure_steps::step(call),
        (Place::DisclosureDecide, _) => disclosure_steps::decide(call),
        (Place::Reviews, _) => reviews::show(call),
        (Place::ReviewHold, false) => reviews::look_at(call),
        (Place::ReviewHold, true) => reviews::sign(call),
        (Place::ReviewCause, _) => reviews::cause(call),
    }
}

/// Longest line of text that is taken, in bytes.
const LONGEST: usize = 2048;

/// Is it said, and no longer than it may be?
pub(super) fn is_said(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST
}

/// What is wrong with a reason, in words; `None`: it is one.
pub(super) fn no_reason(call: &Call<'_>, because: &str) -> Option<String> {
    (!is_said(because)).then(|| call.say("fault.because").to_owned())
}

/// A field for one line of text, with what was typed.
pub(super) fn text(call: &Call<'_>, name: &'static str, label: &'static str) -> Field {
    Field { name, label: call.say(label).to_owned(), value: call.form.raw(name).to_owned(), ..Field::default() }
}

/// A field for a password.
pub(super) fn password(call: &Call<'_>, name: &'static str, label: &'static str, autocomplete: &'static str) -> Field {
    Field { name, kind: Kind::Password, label: call.say(label).to_owned(), autocomplete, ..Field::default() }
}

/// A field for a one-time code. It never comes back.
pub(super) fn code(call: &Call<'_>, help: &'static str) -> Field {
    Field {
        name: "code",
        label: call.say("field.code").to_owned(),
        help: call.say(help).to_owned(),
        autocomplete: "one-time-code",
        digits: true,
        ..Field::default()
    }
}
