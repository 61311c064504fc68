//! From a place to its page.

use super::{
    account, alerts, api_words, audit, board, breaches, dashboard, decide, devices, disclosure, disclosure_papers, disclosure_steps,
    disclosures, duties, emergency, enrol, evidence, evidence_files, evidence_state, exceptions, figures, help, incident, incident_change,
    incident_file, incidents, jobs, lesson, lesson_seen, log, log_around, log_export, log_found, log_live, log_names, log_record,
    log_saved, log_sites, noise, opinions, organisation, people, people_change, people_sessions, plan, policy, policy_addresses,
    policy_category, policy_change, policy_draft, policy_edit, policy_groups, policy_named, policy_versions, policy_who, programs, queue,
    releases, reports, reveal, reviews, rooms, settings, settings_section, setup, sign_in, sites, sources, statement, suites, tokens,
    trends, trial, try_out, unknown, worries,
};
use crate::admin::call::{Call, Reply, Stop};
use crate::admin::place::Place;
use crate::admin::sheet::{Field, Kind};

/// A row a place: its page or its deed, or first the page and then the deed.
macro_rules! seats {
    ($($place:ident: $first:path $(, $deed:path)?;)+) => {
        /// The page or the deed of a place.
        pub(in crate::admin) fn sit(call: &Call<'_>) -> Result<Reply, Stop> {
            match call.place {
                $(Place::$place => {
                    $(if call.post {
                        return $deed(call);
                    })?
                    $first(call)
                })+
            }
        }
    };
}

seats! {
    Setup: setup::show, setup::make;
    SignIn: sign_in::show, sign_in::try_in;
    SignInOrganisation: organisation::begin;
    SignInBack: organisation::back;
    SignOut: sign_in::out;
    Enrol: enrol::show, enrol::finish;
    Dashboard: dashboard::show;
    Try: try_out::show, try_out::ask;
    Account: account::show;
    AccountPassword: account::new_password;
    AccountCodes: account::new_codes;
    AccountSessions: account::end_others;
    Tokens: tokens::show, tokens::make;
    TokenOver: tokens::end;
    Api: api_words::show;
    People: people::show;
    PeopleNew: people::blank, people::make;
    PeopleChange: people_change::show, people_change::change;
    PeopleSessions: people_sessions::end_all;
    Audit: audit::show;
    Emergency: emergency::show, emergency::close;
    EmergencyOver: emergency::open_again;
    Suites: suites::show, suites::begin;
    Sources: sources::show;
    SourceOne: sources::one;
    SourceFetch: sources::fetch;
    SourceRelease: sources::release;
    SourceDrop: sources::drop_one;
    SourceNew: trial::blank, trial::begin_new;
    SourceTry: trial::begin_again;
    SourceTrial: trial::show, trial::add;
    Unknown: unknown::show;
    UnknownPut: unknown::put;
    UnknownBack: unknown::back;
    Noise: noise::show;
    Exceptions: exceptions::show;
    ExceptionStop: exceptions::stop;
    ExceptionNew: decide::blank, decide::make;
    CodeNew: decide::blank, decide::make_code;
    Sites: sites::show;
    SiteReleases: releases::show, releases::give;
    SiteReleaseOver: releases::end;
    Policy: policy::show;
    PolicyCategory: policy_category::show;
    PolicyChange: policy_change::show, policy_change::propose;
    PolicyEdit: policy_edit::show, policy_edit::propose;
    PolicyAddresses: policy_addresses::show;
    PolicyAddressesNew: policy_addresses::blank, policy_addresses::add;
    PolicyAddressOut: policy_addresses::one, policy_addresses::take_out;
    PolicyKeywords: policy_named::show_words;
    PolicyKeywordChange: policy_named::word, policy_named::put_word;
    PolicyKeywordOut: policy_named::word_out, policy_named::take_word_out;
    PolicyDates: policy_named::show_dates;
    PolicyDatesChange: policy_named::dates, policy_named::put_dates;
    PolicyDatesOut: policy_named::dates_out, policy_named::take_dates_out;
    PolicyGroups: policy_groups::show;
    PolicyWho: policy_who::show, policy_who::ask;
    PolicyGroupNew: policy_groups::blank, policy_groups::make;
    PolicyGroupChange: policy_groups::one, policy_groups::change;
    PolicyGroupDrop: policy_groups::end, policy_groups::drop_one;
    PolicyDraft: policy_draft::show;
    PolicyAgain: policy_draft::again;
    PolicyDecide: policy_draft::decide;
    PolicyWithdraw: policy_draft::withdraw;
    PolicyPublish: policy_draft::publish;
    PolicyText: policy_draft::text;
    PolicyVersions: policy_versions::show;
    PolicyVersion: policy_versions::one;
    PolicyBack: policy_versions::back;
    Plan: plan::show;
    Log: log::show, log::ask;
    LogFound: log_found::show;
    LogSites: log_sites::show;
    LogRecord: log_record::show;
    LogAround: log_around::show;
    LogLive: log_live::show, log_live::begin;
    LogSave: log_saved::save;
    LogDrop: log_saved::drop_one;
    LogExport: log_export::export;
    Jobs: jobs::show;
    JobNew: jobs::order_file;
    JobStop: jobs::stop;
    JobFile: jobs::file;
    Breaches: breaches::show, breaches::ask;
    Trends: trends::show, trends::ask;
    Programs: programs::show, programs::ask;
    Reports: reports::show, reports::order;
    ReportStop: reports::stop;
    Reveals: log_names::show, log_names::wish;
    RevealDecide: log_names::decide;
    Queue: queue::show;
    QueueAnswer: queue::one, queue::answer;
    QueueAllow: queue::allow;
    QueueFile: queue::file;
    Worries: worries::show;
    WorriesAnswer: worries::one, worries::answer;
    Opinions: opinions::show;
    OpinionsRead: opinions::read;
    OpinionsOver: opinions::over;
    Incidents: incidents::show;
    IncidentNew: incidents::blank, incidents::open;
    Incident: incident::show;
    IncidentChange: incident_change::change;
    IncidentReveal: reveal::show;
    IncidentFile: incident_file::file;
    Board: board::show, board::ask;
    Alerts: alerts::show;
    AlertTake: alerts::take;
    Duties: duties::show;
    DutyRead: duties::read;
    DutyGive: duties::give;
    Disclosures: disclosures::show;
    DisclosureNew: disclosures::blank, disclosures::make;
    DisclosureCase: disclosure::show;
    DisclosureStep: disclosure_steps::step;
    DisclosurePaper: disclosure_papers::add;
    DisclosurePaperFile: disclosure_papers::fetch;
    DisclosureDecide: disclosure_steps::decide;
    Reviews: reviews::show;
    ReviewHold: reviews::look_at, reviews::sign;
    ReviewCause: reviews::cause;
    Figures: figures::show;
    FiguresFile: figures::file;
    Devices: devices::blank, devices::show;
    Lesson: lesson::show, lesson::ask;
    LessonSeen: lesson_seen::show;
    LessonDevice: lesson_seen::device;
    Rooms: rooms::show, rooms::put;
    RoomsFile: rooms::file;
    RoomDrop: rooms::drop_one;
    LessonTimes: rooms::times, rooms::put_times;
    Settings: settings::show;
    SettingsSection: settings_section::show;
    SettingChange: settings::form, settings::propose;
    Help: help::contents;
    HelpPage: help::page;
    HelpRoles: help::roles;
    Evidence: evidence::show;
    EvidenceFile: evidence_files::file;
    EvidenceState: evidence_state::state;
    EvidenceContact: evidence_state::confirm;
    Statement: statement::show;
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

/// Microseconds in the largest unit that fits, rounded down: "3 hours".
pub(super) fn span_words(call: &Call<'_>, micros: i64) -> String {
    let seconds = micros.max(0) / 1_000_000;
    let (number, [one, several]) = match seconds {
        0..60 => (seconds, ["span.second", "span.seconds"]),
        60..3_600 => (seconds / 60, ["span.minute", "span.minutes"]),
        3_600..86_400 => (seconds / 3_600, ["span.hour", "span.hours"]),
        _ => (seconds / 86_400, ["span.day", "span.days"]),
    };
    call.say_with(if number == 1 { one } else { several }, &number.to_string())
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
