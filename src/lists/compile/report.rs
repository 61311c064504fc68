//! What the compiler has to say about each list: counts, bad lines by place, and whether it may go live.
//!
//! Must never hold a piece of an entry: a statutory entry must not be readable here, and a hostile one must not be printed.

use crate::canon::UnreadableKind;
use crate::lists::ListKind;
use std::fmt;
use std::sync::Arc;

/// Bad lines of a list that are kept with their place; all are counted.
pub const KEPT_BAD_LINES: usize = 1_000;
/// Entries of a statutory list whose reading is kept by line.
pub const KEPT_READINGS: usize = 100_000;

/// Why a line is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineFault {
    /// The address cannot be read.
    Address(UnreadableKind),
    /// A page where only host names may stand.
    PageAmongHosts,
    /// A name without a dot, which would block a whole top-level domain or nothing; `*.name` says that it is meant.
    SingleLabel,
    /// A hosts line starts with an address and goes on with names.
    NotAHostsLine,
    /// A rule that is not of the form `||host^`: it is not applied.
    UnsupportedRule,
    /// A response policy trigger or action that is not a block of a name: it is not applied.
    UnsupportedTrigger,
    /// A zone line cannot be read.
    NotAZoneLine,
    /// The row does not have the declared column.
    MissingColumn,
    /// The row cannot be read as CSV.
    NotCsv,
    /// The document or line cannot be read as JSON.
    NotJson,
    /// There is no text where the declared pointer leads.
    NoTextAtPointer,
    /// The expression cannot be read, or is larger than one expression may be.
    BadExpression,
    /// A keyword has at least three characters, and no more than fits a rule.
    BadKeyword,
    /// More keywords or expressions than an image may have.
    OverBudget,
    /// The line is longer than a line may be.
    LineTooLong,
}

impl LineFault {
    /// A rule that is understood but not applied, rather than a mistake.
    #[must_use]
    pub fn is_unsupported(self) -> bool {
        matches!(self, Self::UnsupportedRule | Self::UnsupportedTrigger)
    }

    /// What was expected, in plain words.
    #[must_use]
    pub fn expected(self) -> &'static str {
        match self {
            Self::Address(kind) => kind.words(),
            Self::PageAmongHosts => "expected a host name without a path",
            Self::SingleLabel => "expected a name with a dot; write *.name to mean a whole top-level domain",
            Self::NotAHostsLine => "expected an address followed by host names",
            Self::UnsupportedRule => "expected a rule of the form ||host^; other rules are not applied",
            Self::UnsupportedTrigger => "expected a name to block; other triggers and actions are not applied",
            Self::NotAZoneLine => "expected a zone line: name, type, data",
            Self::MissingColumn => "expected the declared column",
            Self::NotCsv => "expected a row of comma-separated values",
            Self::NotJson => "expected JSON",
            Self::NoTextAtPointer => "expected a text where the declared pointer leads",
            Self::BadExpression => "expected a regular expression of moderate size",
            Self::BadKeyword => "expected a keyword of at least three characters",
            Self::OverBudget => "there are more keywords or expressions than an image may have",
            Self::LineTooLong => "expected a shorter line",
        }
    }
}

/// A line that is no entry. It never holds the line's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file.
    pub file: Arc<str>,
    /// Line, from 1; for a JSON document the line on which the record ends.
    pub line: u64,
    /// Column in bytes, from 1.
    pub column: u32,
    /// Why, and what was expected.
    pub fault: LineFault,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.fault.expected())
    }
}

/// How an entry was read (standards U14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// The host and all its subdomains.
    Host,
    /// A page.
    Page,
    /// A page with query pairs.
    PageWithQuery,
    /// A keyword or an expression.
    Rule,
}

/// Entries by how they were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// Hosts.
    pub hosts: u64,
    /// Pages.
    pub pages: u64,
    /// Pages with query pairs.
    pub pages_with_query: u64,
    /// Keywords and expressions.
    pub rules: u64,
}

/// Why the last good version of a list has to stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldReason {
    /// No entry at all.
    #[error("the list is empty")]
    Empty,
    /// Under half of the last good version.
    #[error("the list shrank from {last} entries to {now}: confirm the size if it is meant")]
    Shrunk {
        /// Entries now.
        now: u64,
        /// Entries of the last good version.
        last: u64,
    },
    /// More bad lines than declared.
    #[error("{bad} of {lines} lines are bad, more than {limit} in a thousand")]
    TooManyBadLines {
        /// Bad lines.
        bad: u64,
        /// Lines that hold something.
        lines: u64,
        /// The declared limit in a thousand.
        limit: u16,
    },
    /// A strict list has a bad line.
    #[error("{bad} lines are bad, and the list is strict")]
    Strict {
        /// Bad lines.
        bad: u64,
    },
    /// The file could not be read to its end.
    #[error("a file of the list could not be read to its end")]
    Unreadable,
    /// The entry that must be there is not.
    #[error("the entry that must be in the list is not there")]
    CanaryMissing,
    /// The image does not hold what was put into it: a fault of ours.
    #[error("the compiled list does not hold the entries that it was made from")]
    SelfTest,
    /// Binary, not text.
    #[error("a file of the list is not text")]
    NotText,
    /// More lines than a list may have that is live at once.
    #[error("the list has {lines} lines, and one that is watched has {most} at most: take `watch` away, or split it")]
    TooLong {
        /// Lines that hold something.
        lines: u64,
        /// The most.
        most: u64,
    },
}

/// Something that holds nothing back but that someone should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListWarning {
    /// The list has expressions: they are slower than names and often mean more than their author thought.
    Expressions(u64),
    /// The list is more than twice its last good size.
    Grew {
        /// Entries now.
        now: u64,
        /// Entries of the last good version.
        last: u64,
    },
}

/// One list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListReport {
    /// Its name.
    pub name: Arc<str>,
    /// What it is for.
    pub kind: ListKind,
    /// Lines that hold something (not blank, not a comment).
    pub lines: u64,
    /// Different entries that are live.
    pub entries: u64,
    /// Entries by how they were read, repeats included.
    pub readings: Readings,
    /// Lines that could not be read.
    pub rejected: u64,
    /// Rules that are understood but not applied.
    pub unsupported: u64,
    /// The first bad or unsupported lines, in order.
    pub bad_lines: Vec<BadLine>,
    /// Statutory lists: how each entry was read, by line, in order; the first [`KEPT_READINGS`].
    pub by_line: Vec<(u64, Reading)>,
    /// What someone should look at.
    pub warnings: Vec<ListWarning>,
    /// Why the last good version has to stay; `None` when this one may go live.
    pub hold: Option<HoldReason>,
}

impl ListReport {
    /// Must someone be called: a bad line in a statutory list, or a list that is held back?
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        self.hold.is_some() || (self.kind == ListKind::Statutory && self.rejected > 0)
    }
}

/// All lists of one compilation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By list number.
    pub lists: Vec<ListReport>,
}

impl Report {
    /// Lists whose last good version has to stay, with the reason: while there are any, the last good image stays.
    pub fn held(&self) -> impl Iterator<Item = (&Arc<str>, HoldReason)> {
        self.lists.iter().filter_map(|list| list.hold.map(|reason| (&list.name, reason)))
    }

    /// Is a list of this kind held back? If only one kind is, [`crate::lists::ListImage::combine`] puts the other in force.
    #[must_use]
    pub fn holds(&self, kind: ListKind) -> bool {
        self.lists.iter().any(|list| list.kind == kind && list.hold.is_some())
    }

    /// Lists about which someone must be called.
    pub fn alarms(&self) -> impl Iterator<Item = &ListReport> {
        self.lists.iter().filter(|list| list.is_alarm())
    }
}
