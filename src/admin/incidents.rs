//! Incidents: what is known of each, as lines that are added and never changed; the latest line of a kind counts (standards F1 to F4, F21).
//!
//! What stands in the console's book is read and written in `incident_rows`.

use crate::model::{IncidentKind, Severity, Timestamp};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Said {
    /// What happened.
    What,
    /// Who was involved.
    Who,
    /// How it was noticed.
    How,
    /// What was done, and by whom.
    Actions,
    /// The conclusion.
    Conclusion,
    /// One of the nine kinds.
    Kind,
    /// Whether it was meant.
    Intent,
    /// How grave it is.
    Severity,
    /// Who looks after it.
    Assigned,
    /// Words of [`FLAGS`], with commas between them.
    Flags,
    /// A note.
    Note,
    /// A step of the flowchart that is done, or not needed.
    Step,
    /// Why did it happen?
    Why,
    /// What could have prevented it?
    Prevented,
    /// Was the response good?
    Response,
    /// What is learned from it?
    Lessons,
    /// A legal hold, by its number.
    Hold,
    /// A legal hold that was let go.
    LetGo,
    /// An account from which it is sealed.
    Sealed,
    /// It is closed, with its outcome.
    Closed,
}

/// The five facts without which nothing is closed (002:1055-1061).
pub const FACTS: [Said; 5] = [Said::What, Said::Who, Said::How, Said::Actions, Said::Conclusion];
/// The four questions of a review.
pub const REVIEW: [Said; 4] = [Said::Why, Said::Prevented, Said::Response, Said::Lessons];
/// ICT is part of a child protection enquiry; the designated officer is involved; somebody of the staff is.
pub const FLAGS: [&str; 3] = ["ict", "lado", "staff"];
/// How an incident may end.
pub const OUTCOMES: [&str; 4] = ["founded", "unfounded", "not-known", "passed-on"];
/// Longest text of a line, in bytes.
pub const LONGEST: usize = 8000;

impl Said {
    const ALL: [Self; 20] = [
        Self::What,
        Self::Who,
        Self::How,
        Self::Actions,
        Self::Conclusion,
        Self::Kind,
        Self::Intent,
        Self::Severity,
        Self::Assigned,
        Self::Flags,
        Self::Note,
        Self::Step,
        Self::Why,
        Self::Prevented,
        Self::Response,
        Self::Lessons,
        Self::Hold,
        Self::LetGo,
        Self::Sealed,
        Self::Closed,
    ];

    /// Its word in the book and in forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::Who => "who",
            Self::How => "how",
            Self::Actions => "actions",
            Self::Conclusion => "conclusion",
            Self::Kind => "kind",
            Self::Intent => "intent",
            Self::Severity => "severity",
            Self::Assigned => "assigned",
            Self::Flags => "flags",
            Self::Note => "note",
            Self::Step => "step",
            Self::Why => "why",
            Self::Prevented => "prevented",
            Self::Response => "response",
            Self::Lessons => "lessons",
            Self::Hold => "hold",
            Self::LetGo => "let-go",
            Self::Sealed => "sealed",
            Self::Closed => "closed",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.word() == word)
    }
}

/// Whom and what an incident is about, as the log knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The person.
    pub person: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The client's address.
    pub client: Option<String>,
    /// The group.
    pub group: String,
    /// From when.
    pub first: Timestamp,
    /// Until when.
    pub last: Timestamp,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentLine {
    /// When.
    pub at: Timestamp,
    /// By which account; empty: by itself.
    pub who: String,
    /// What it says.
    pub what: Said,
    /// Its text.
    pub text: String,
    /// A number of somebody else's, such as that of a report.
    pub reference: String,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: i64,
    /// When it was opened.
    pub opened: Timestamp,
    /// By which account; empty: by itself.
    pub opened_by: String,
    /// `statutory`, `alert` or `hand`.
    pub origin: String,
    /// Whom and what it is about.
    pub scope: Scope,
    /// How many requests belong to it.
    pub count: u64,
    /// Its lines, in order.
    pub lines: Vec<IncidentLine>,
}

/// A new one.
#[derive(Clone, Debug, Default)]
pub struct NewIncident<'a> {
    /// Who opens it; empty: nobody.
    pub by: &'a str,
    /// Where it comes from.
    pub origin: &'static str,
    /// What is equal belongs together; empty: nothing does.
    pub merge_key: &'a str,
    /// Whom and what it is about.
    pub scope: Scope,
    /// What is known already.
    pub lines: Vec<(Said, String)>,
}

impl Incident {
    /// The latest text of this kind; empty: there is none.
    #[must_use]
    pub fn latest(&self, what: Said) -> &str {
        self.lines.iter().rev().find(|line| line.what == what).map_or("", |line| &line.text)
    }

    /// What it is, where somebody has said so.
    #[must_use]
    pub fn kind(&self) -> Option<IncidentKind> {
        IncidentKind::of_word(self.latest(Said::Kind))
    }

    /// How grave it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.latest(Said::Severity).parse().ok().and_then(Severity::new).unwrap_or(Severity::ALL[0])
    }

    /// Is this flag up?
    #[must_use]
    pub fn has_flag(&self, flag: &str) -> bool {
        self.latest(Said::Flags).split(',').any(|one| one == flag)
    }

    /// Is it sealed from this account?
    #[must_use]
    pub fn is_sealed_from(&self, account: &str) -> bool {
        self.lines.iter().any(|line| line.what == Said::Sealed && line.text == account)
    }

    /// When it was closed.
    #[must_use]
    pub fn closed(&self) -> Option<Timestamp> {
        self.lines.iter().find(|line| line.what == Said::Closed).map(|line| line.at)
    }

    /// Facts that nobody has written down yet.
    pub fn missing(&self) -> impl Iterator<Item = Said> {
        FACTS.into_iter().filter(|fact| self.latest(*fact).is_empty())
    }

    /// Holds that stand for it.
    #[must_use]
    pub fn holds(&self) -> Vec<&str> {
        let gone = |id: &str| self.lines.iter().any(|line| line.what == Said::LetGo && line.text == id);
        self.lines.iter().filter(|line| line.what == Said::Hold && !gone(&line.text)).map(|line| &*line.text).collect()
    }

    /// Is it grave, and nobody looks after it?
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.severity() == Severity::GRAVE && self.latest(Said::Assigned).is_empty() && self.closed().is_none()
    }
}
