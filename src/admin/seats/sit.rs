//! From a place to its page.

use super::{
    account, alerts, audit, board, dashboard, decide, emergency, enrol, exceptions, incident, incident_change, incidents, log, log_around,
    log_export, log_found, log_live, log_names, log_record, log_saved, noise, people, people_change, plan, policy, policy_category,
    policy_change, policy_draft, policy_versions, queue, reveal, setup, sign_in, sites, sources, suites, trial, try_out, unknown, worries,
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
        (Place::Sources, _) => sources::show(call),
        (Place::SourceOne, _) => sources::one(call),
        (Place::SourceFetch, _) => sources::fetch(call),
        (Place::SourceRelease, _) => sources::release(call),
        (Place::SourceDrop, _) => sources::drop_one(call),
        (Place::SourceNew, false) => trial::blank(call),
        (Place::SourceNew, true) => trial::begin_new(call),
        (Place::SourceTry, _) => trial::begin_again(call),
        (Place::SourceTrial, false) => trial::show(call),
        (Place::SourceTrial, true) => trial::add(call),
        (Place::Unknown, _) => unknown::show(call),
        (Place::UnknownPut, _) => unknown::put(call),
        (Place::UnknownBack, _) => unknown::back(call),
        (Place::Noise, _) => noise::show(call),
        (Place::Exceptions, _) => exceptions::show(call),
        (Place::ExceptionStop, _) => exceptions::stop(call),
        (Place::ExceptionNew | Place::CodeNew, false) => decide::blank(call),
        (Place::ExceptionNew, true) => decide::make(call),
        (Place::CodeNew, true) => decide::make_code(call),
        (Place::Sites, _) => sites::show(call),
        (Place::Policy, _) => policy::show(call),
        (Place::PolicyCategory, _) => policy_category::show(call),
        (Place::PolicyChange, false) => policy_change::show(call),
        (Place::PolicyChange, true) => policy_change::propose(call),
        (Place::PolicyDraft, _) => policy_draft::show(call),
        (Place::PolicyDecide, _) => policy_draft::decide(call),
        (Place::PolicyWithdraw, _) => policy_draft::withdraw(call),
        (Place::PolicyPublish, _) => policy_draft::publish(call),
        (Place::PolicyText, _) => policy_draft::text(call),
        (Place::PolicyVersions, _) => policy_versions::show(call),
        (Place::PolicyVersion, _) => policy_versions::one(call),
        (Place::PolicyBack, _) => policy_versions::back(call),
        (Place::Plan, _) => plan::show(call),
        (Place::Log, false) => log::show(call),
        (Place::Log, true) => log::ask(call),
        (Place::LogFound, _) => log_found::show(call),
        (Place::LogRecord, _) => log_record::show(call),
        (Place::LogAround, _) => log_around::show(call),
        (Place::LogLive, false) => log_live::show(call),
        (Place::LogLive, true) => log_live::begin(call),
        (Place::LogSave, _) => log_saved::save(call),
        (Place::LogDrop, _) => log_saved::drop_one(call),
        (Place::LogExport, _) => log_export::export(call),
        (Place::Reveals, false) => log_names::show(call),
        (Place::Reveals, true) => log_names::wish(call),
        (Place::RevealDecide, _) => log_names::decide(call),
        (Place::Queue, _) => queue::show(call),
        (Place::QueueAnswer, false) => queue::one(call),
        (Place::QueueAnswer, true) => queue::answer(call),
        (Place::QueueAllow, _) => queue::allow(call),
        (Place::QueueFile, _) => queue::file(call),
        (Place::Worries, _) => worries::show(call),
        (Place::WorriesAnswer, false) => worries::one(call),
        (Place::WorriesAnswer, true) => worries::answer(call),
        (Place::Incidents, _) => incidents::show(call),
        (Place::IncidentNew, false) => incidents::blank(call),
        (Place::IncidentNew, true) => incidents::open(call),
        (Place::Incident, _) => incident::show(call),
        (Place::IncidentChange, _) => incident_change::change(call),
        (Place::IncidentReveal, _) => reveal::show(call),
        (Place::Board, false) => board::show(call),
        (Place::Board, true) => board::ask(call),
        (Place::Alerts, _) => alerts::show(call),
        (Place::AlertTake, _) => alerts::take(call),
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
