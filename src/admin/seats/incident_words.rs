//! Words of incidents and alerts, from what the book has to what people read.

use crate::admin::call::Call;
use crate::admin::incidents::Said;
use crate::model::{IncidentKind, Intent, Severity, Theme};

/// The key of a kind.
pub(super) const fn kind_key(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::AccidentalInappropriate => "kind.accidental_inappropriate",
        IncidentKind::DeliberateInappropriate => "kind.deliberate_inappropriate",
        IncidentKind::AccidentalIllegal => "kind.accidental_illegal",
        IncidentKind::DeliberateIllegal => "kind.deliberate_illegal",
        IncidentKind::Email => "kind.email",
        IncidentKind::OtherTechnology => "kind.other_technology",
        IncidentKind::NetworkMisuse => "kind.network_misuse",
        IncidentKind::Bullying => "kind.bullying",
        IncidentKind::Exploitation => "kind.exploitation",
    }
}

/// The key of an intent.
pub(super) const fn intent_key(intent: Intent) -> &'static str {
    match intent {
        Intent::Unknown => "intent.unknown",
        Intent::Accidental => "intent.accidental",
        Intent::Deliberate => "intent.deliberate",
    }
}

/// The key of a severity.
pub(super) const fn severity_key(severity: Severity) -> &'static str {
    match severity.number() {
        1 => "severity.one",
        2 => "severity.two",
        _ => "severity.three",
    }
}

/// The key of a theme.
pub(super) const fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::Search => "theme.search",
        Theme::Help => "theme.help",
        Theme::Statutory => "theme.statutory",
        Theme::Circumvention => "theme.circumvention",
        Theme::FilterHealth => "theme.filter_health",
    }
}

/// The key of what a line says.
pub(super) const fn said_key(said: Said) -> &'static str {
    match said {
        Said::What => "said.what",
        Said::Who => "said.who",
        Said::How => "said.how",
        Said::Actions => "said.actions",
        Said::Conclusion => "said.conclusion",
        Said::Kind => "said.kind",
        Said::Intent => "said.intent",
        Said::Severity => "said.severity",
        Said::Assigned => "said.assigned",
        Said::Flags => "said.flags",
        Said::Note => "said.note",
        Said::Step => "said.step",
        Said::Why => "said.why",
        Said::Prevented => "said.prevented",
        Said::Response => "said.response",
        Said::Lessons => "said.lessons",
        Said::Hold => "said.hold",
        Said::LetGo => "said.let_go",
        Said::Sealed => "said.sealed",
        Said::Closed => "said.closed",
    }
}

/// The key of a flag.
pub(super) fn flag_key(flag: &str) -> &'static str {
    match flag {
        "ict" => "flag.ict",
        "lado" => "flag.lado",
        _ => "flag.staff",
    }
}

/// The key of an outcome.
pub(super) fn outcome_key(outcome: &str) -> &'static str {
    match outcome {
        "founded" => "outcome.founded",
        "unfounded" => "outcome.unfounded",
        "passed-on" => "outcome.passed_on",
        _ => "outcome.not_known",
    }
}

/// The key of where an incident comes from.
pub(super) fn origin_key(origin: &str) -> &'static str {
    match origin {
        "statutory" => "origin.statutory",
        "alert" => "origin.alert",
        _ => "origin.hand",
    }
}

/// A text of the book as people read it: words of closed lists are said in their language.
pub(super) fn in_words(call: &Call<'_>, what: Said, text: &str) -> String {
    let key = match what {
        Said::Kind => IncidentKind::of_word(text).map(kind_key),
        Said::Intent => Intent::of_word(text).map(intent_key),
        Said::Severity => text.parse().ok().and_then(Severity::new).map(severity_key),
        Said::Closed => Some(outcome_key(text.split(' ').next().unwrap_or(""))),
        Said::Flags => {
            return text.split(',').filter(|flag| !flag.is_empty()).map(|flag| call.say(flag_key(flag))).collect::<Vec<_>>().join(", ");
        }
        Said::What
        | Said::Who
        | Said::How
        | Said::Actions
        | Said::Conclusion
        | Said::Assigned
        | Said::Note
        | Said::Step
        | Said::Why
        | Said::Prevented
        | Said::Response
        | Said::Lessons
        | Said::Hold
        | Said::LetGo
        | Said::Sealed => None,
    };
    match (key, what) {
        // An outcome has a reason behind it.
        (Some(key), Said::Closed) => [call.say(key), text.split_once(' ').map_or("", |(_, reason)| reason)].join(". "),
        (Some(key), _) => call.say(key).to_owned(),
        (None, _) => text.to_owned(),
    }
}
