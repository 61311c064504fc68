//! From a fault on the road to an answer. Two texts, kept apart: the page for the person, the note for the log.

use super::body::DownBody;
use super::case::{Case, plain_evidence};
use super::pages::Wanted;
use super::respond;
use super::upstream::{DialFault, ResolveFault};
use crate::model::Reason;
use http::Response;

/// What went wrong after the permit.
#[derive(Debug)]
pub(super) enum Trouble {
    /// No connection.
    Dial(DialFault),
    /// The answer could not be read.
    Answer(String),
    /// No answer in time.
    AnswerTooSlow,
    /// A fault of our own.
    Internal,
}

impl From<DialFault> for Trouble {
    fn from(fault: DialFault) -> Self {
        Self::Dial(fault)
    }
}

impl Trouble {
    /// From the library's error and what the gate said.
    pub(super) fn exchange(error: &(dyn std::error::Error + 'static), gate: Option<String>) -> Self {
        Self::Answer(gate.unwrap_or_else(|| chain(error)))
    }

    fn reason(&self) -> Reason {
        match self {
            Self::Dial(DialFault::Name(ResolveFault::NotFound)) => Reason::NameNotFound,
            Self::Dial(DialFault::Name(ResolveFault::TooSlow) | DialFault::TooSlow) | Self::AnswerTooSlow => Reason::OriginTooSlow,
            Self::Dial(DialFault::Name(ResolveFault::Failed) | DialFault::Connect(_)) => Reason::OriginUnreachable,
            Self::Dial(DialFault::Closed) => Reason::DestinationRefused,
            Self::Dial(DialFault::Tls(_) | DialFault::WantsCertificate) => Reason::OriginUntrusted,
            Self::Answer(_) => Reason::OriginUnreadable,
            Self::Internal => Reason::Internal,
        }
    }

    fn note(&self) -> String {
        match self {
            Self::Dial(fault) => fault.to_string(),
            Self::Answer(text) => text.clone(),
            Self::AnswerTooSlow => "the origin accepted the request and did not answer in time".to_owned(),
            Self::Internal => "a state that should not be".to_owned(),
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

/// The answer.
pub(super) fn response(mut case: Case, trouble: &Trouble, wanted: Wanted) -> Response<DownBody> {
    let reason = trouble.reason();
    case.ticket.ending.reason = Some(reason);
    case.side.proxy.metrics.requests.upstream_error(reason);
    respond::stop(case, &plain_evidence(reason), trouble.note(), wanted)
}
