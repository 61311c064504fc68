//! Faults in the settings: all of them at once, each with `file:line:column`, the line itself and a caret.
//!
//! Must never stop at the first fault. Serves rule B2 and the product's "Bad input, everywhere".

use super::source::{Place, SourceText, visible_span};
use crate::canon::Unreadable;
use crate::policy::{ExpressionFault, PolicyFault, TooMany};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt::Write as _;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// Not TOML.
    #[error("this cannot be read: {0}")]
    Syntax(Box<str>),
    /// The file is no text.
    #[error("this is not a text: byte {0} is not UTF-8")]
    NotText(usize),
    /// No option has this name.
    #[error("there is no option '{0}' here")]
    UnknownKey(Box<str>),
    /// The value has the wrong type.
    #[error("expected {expected}, found {found}")]
    WrongType {
        /// What the option takes.
        expected: Box<str>,
        /// What stands there.
        found: Box<str>,
    },
    /// The value is out of range.
    #[error("out of range: expected {expected}")]
    OutOfRange {
        /// What the option takes.
        expected: Box<str>,
    },
    /// The text does not have the right form.
    #[error("cannot be read: expected {expected}")]
    Malformed {
        /// What the option takes.
        expected: Box<str>,
    },
    /// None of the words that the option takes.
    #[error("expected one of: {0}")]
    NotAChoice(Box<str>),
    /// A needed option is not there.
    #[error("'{0}' is missing")]
    Missing(&'static str),
    /// Two options that exclude each other.
    #[error("'{0}' and '{1}' cannot both be given")]
    Both(&'static str, &'static str),
    /// An option that this kind does not have.
    #[error("'{0}' has no meaning for {1}")]
    Meaningless(&'static str, Box<str>),
    /// Named dates that end before they begin.
    #[error("the last day, {last}, comes before the first, {first}")]
    TermInverted {
        /// The first day.
        first: Box<str>,
        /// The last day.
        last: Box<str>,
    },
    /// A day with two names, or twice under one.
    #[error("days of the term '{0}' are days of the term '{1}' as well")]
    TermsOverlap(Box<str>, Box<str>),
    /// The same name twice.
    #[error("the {0} '{1}' is there twice")]
    Twice(&'static str, Box<str>),
    /// A name that nothing has.
    #[error("there is no {0} '{1}'")]
    Unknown(&'static str, Box<str>),
    /// Two groups with ranges that overlap.
    #[error("the range {range} of the group '{group}' overlaps {other_range} of the group '{other}'")]
    Overlap {
        /// The range.
        range: ipnet::IpNet,
        /// Its group.
        group: Box<str>,
        /// The other range.
        other_range: ipnet::IpNet,
        /// Its group.
        other: Box<str>,
    },
    /// Two sites with ranges that overlap.
    #[error("the range {range} of {owner} overlaps {other_range} of {other}")]
    SiteOverlap {
        /// The range.
        range: ipnet::IpNet,
        /// Whose it is.
        owner: Box<str>,
        /// The other range.
        other_range: ipnet::IpNet,
        /// Whose that is.
        other: Box<str>,
    },
    /// More exceptions than one site can have.
    #[error(transparent)]
    TooMany(TooMany),
    /// Faults in a file of many lines that are not told one by one.
    #[error("{0} more lines of this file cannot be used")]
    MoreLines(usize),
    /// A file or folder that cannot be read.
    #[error("cannot read {path}: {problem}")]
    File {
        /// The path.
        path: Box<str>,
        /// What the system says.
        problem: Box<str>,
    },
    /// A file where a folder is needed, or the other way round.
    #[error("{path} is not a {expected}")]
    FileKind {
        /// The path.
        path: Box<str>,
        /// `file` or `folder`.
        expected: &'static str,
    },
    /// A certificate that cannot be read.
    #[error("no certificate can be read from {path}: {problem}")]
    Certificate {
        /// The path.
        path: Box<str>,
        /// What is wrong.
        problem: Box<str>,
    },
    /// A certificate of a listener, or its key, that cannot be used.
    #[error("{path} cannot be used for this listener: {problem}")]
    ListenerCertificate {
        /// The path.
        path: Box<str>,
        /// What is wrong.
        problem: Box<str>,
    },
    /// A revocation list that cannot be used.
    #[error("no revocation list can be read from {path}: {problem}")]
    RevocationList {
        /// The path.
        path: Box<str>,
        /// What is wrong.
        problem: Box<str>,
    },
    /// An address that cannot be read.
    #[error("this address cannot be read: {0}")]
    Address(Unreadable),
    /// An expression that cannot be used.
    #[error("this expression cannot be used: {0}")]
    Expression(ExpressionFault),
    /// A time zone that is not known.
    #[error("there is no time zone '{0}'")]
    Zone(Box<str>),
    /// The rules as a whole.
    #[error(transparent)]
    Policy(PolicyFault),
    /// Unknown clients would see more than a group that is known.
    #[error("unknown clients get the group '{group}', which blocks less than the group '{other}'")]
    NotStrictest {
        /// The group of unknown clients.
        group: Box<str>,
        /// A stricter one.
        other: Box<str>,
    },
    /// People would have to send their passwords in the clear.
    #[error("people must sign in, and {0} is not protected: their passwords could be read on the network")]
    Unprotected(std::net::SocketAddr),
    /// Passwords would go to the directory in the clear.
    #[error("passwords could be read on their way to the directory")]
    OpenDirectory,
    /// PINs would go to the service of cards in the clear.
    #[error("PINs could be read on their way to the service")]
    OpenCards,
    /// A word that loosens what a layer above it has set.
    #[error("'{what}' loosens what the {level} '{title}' has set")]
    Loosens {
        /// The category, address or option.
        what: Box<str>,
        /// Whose word is loosened.
        level: &'static str,
        /// Its name.
        title: Box<str>,
    },
    /// A word that would open what is closed to everybody.
    #[error("the category '{0}' is closed to everybody: no setting opens it")]
    Locked(Box<str>),
    /// Other names for categories, under which no list brings anything.
    #[error("there are newer names for categories: {0}; what is said of the older one is added where it is stricter")]
    OlderNames(Box<str>),
    /// Categories of a source that are in no map.
    #[error("nobody has said what these categories of the list '{list}' mean: {names}; they keep their names")]
    Unmapped {
        /// The list.
        list: Box<str>,
        /// Its categories.
        names: Box<str>,
    },
    /// Nobody has said who may read a log that names people.
    #[error("the log names the people of the group '{0}', and nobody has said who may read it")]
    NoticeEmpty(Box<str>),
    /// A group that is to accept nothing.
    #[error("the group '{0}' is to accept the agreement, and no clause is for it")]
    NothingToAccept(Box<str>),
    /// Everybody has the same rules.
    #[error("everybody has the same rules: there should be at least one group for young people and one for staff")]
    OneProfile,
    /// Guests with the rules of staff.
    #[error("the guests of the group '{guests}' have the same rules as the group '{staff}'")]
    GuestsAsStaff {
        /// The group of guests.
        guests: Box<str>,
        /// The group of staff.
        staff: Box<str>,
    },
    /// Something to know that is no fault.
    #[error("{0}")]
    Note(&'static str),
}

/// One fault and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// What to do about it.
    pub help: Option<Box<str>>,
    pub(super) place: Place,
}

/// Faults, or notes, together with the texts they point into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    pub(super) sources: Vec<SourceText>,
    pub(super) list: Vec<Fault>,
    pub(super) notes: bool,
}

/// One fault as data, for `--json`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FaultReport {
    /// File, or what else the text was.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Faults {
    /// One fault that concerns a file as a whole.
    pub(super) fn alone(name: &str, kind: FaultKind) -> Self {
        let source = SourceText { name: name.to_owned(), text: String::new() };
        Self { sources: vec![source], list: vec![Fault { kind, help: None, place: Place::default() }], notes: false }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// None at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The faults, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.list.iter()
    }

    /// The faults as data.
    #[must_use]
    pub fn reports(&self) -> Vec<FaultReport> {
        self.list.iter().map(|fault| self.report(fault)).collect()
    }

    fn report(&self, fault: &Fault) -> FaultReport {
        let source = self.sources.get(fault.place.source);
        let (line, column) = source.map_or((1, 1), |source| source.line_and_column(fault.place.span.start));
        let file = source.map_or_else(String::new, |source| source.name.clone());
        FaultReport { file, line, column, message: fault.kind.to_string(), help: fault.help.as_deref().map(str::to_owned) }
    }

    /// One line for each fault, `file:line:column: message`, for a log.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.reports().into_iter().map(|r| format!("{}:{}:{}: {}", r.file, r.line, r.column, r.message)).collect()
    }

    /// The faults for people: place, line, caret, help; with colours on a terminal.
    #[must_use]
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for fault in &self.list {
            // Writing to a String cannot fail.
            writeln!(text, "{}\n", self.render_one(fault, &renderer)).unwrap_or_default();
        }
        text
    }

    fn render_one(&self, fault: &Fault, renderer: &Renderer) -> String {
        let level = if self.notes { Level::NOTE } else { Level::ERROR };
        let mut group = level.primary_title(fault.kind.to_string()).elements(std::iter::empty::<annotate_snippets::Element<'_>>());
        if let Some(source) = self.sources.get(fault.place.source) {
            let span = visible_span(&source.text, &fault.place.span);
            group = group.element(Snippet::source(&source.text).path(&source.name).annotation(AnnotationKind::Primary.span(span)));
        }
        if let Some(help) = &fault.help {
            group = group.element(Level::HELP.message(&**help));
        }
        renderer.render(&[group])
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}

impl std::error::Error for Faults {}
