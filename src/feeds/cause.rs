//! Why something that was fetched is not taken. A closed list: the alarm, the metric and the quarantine use the same word.

use crate::lists::HoldReason;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why what came is kept in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Not a byte, or not an entry.
    Empty,
    /// A page for people, such as an error told with status 200.
    Page,
    /// Text in an encoding that lists are not written in.
    Charset,
    /// Binary, not text.
    NotText,
    /// An archive that is broken, cut short, or holds what must not be in it.
    Archive,
    /// An archive that becomes far more than it is.
    Bomb,
    /// The hash is another than the one that was stated.
    Hash,
    /// The signature is not good.
    Signature,
    /// Signed, but older than what is in force.
    Replay,
    /// Signed for a time that has not come.
    Future,
    /// It lost more entries than a list may lose.
    Shrunk,
    /// Too many bad lines: another format, or broken.
    BadLines,
    /// The entry that must be there is not.
    Canary,
    /// It could not be read or compiled.
    Unusable,
}

impl Cause {
    /// The word for it, in metrics and JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Page => "page",
            Self::Charset => "charset",
            Self::NotText => "not-text",
            Self::Archive => "archive",
            Self::Bomb => "bomb",
            Self::Hash => "hash",
            Self::Signature => "signature",
            Self::Replay => "replay",
            Self::Future => "future",
            Self::Shrunk => "shrunk",
            Self::BadLines => "bad-lines",
            Self::Canary => "canary",
            Self::Unusable => "unusable",
        }
    }

    /// May a named person take it all the same? What is no list, or is not the publisher's, nobody may.
    #[must_use]
    pub const fn may_be_released(self) -> bool {
        match self {
            Self::Shrunk | Self::BadLines | Self::Canary | Self::Replay | Self::Future => true,
            Self::Empty
            | Self::Page
            | Self::Charset
            | Self::NotText
            | Self::Archive
            | Self::Bomb
            | Self::Hash
            | Self::Signature
            | Self::Unusable => false,
        }
    }

    /// The cause for which the compiler holds a list back.
    pub(super) const fn of(hold: HoldReason) -> Self {
        match hold {
            HoldReason::Empty => Self::Empty,
            HoldReason::Shrunk { .. } => Self::Shrunk,
            HoldReason::TooManyBadLines { .. } | HoldReason::Strict { .. } => Self::BadLines,
            HoldReason::CanaryMissing => Self::Canary,
            HoldReason::NotText => Self::NotText,
            HoldReason::Unreadable | HoldReason::SelfTest | HoldReason::TooLong { .. } => Self::Unusable,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Something is not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Refused {
    /// The cause.
    pub cause: Cause,
    /// The same in words, with figures. Never holds an entry.
    pub words: Box<str>,
}

impl Refused {
    pub(super) fn new(cause: Cause, words: impl Into<Box<str>>) -> Self {
        Self { cause, words: words.into() }
    }
}

/// What came cannot come into force.
#[derive(Debug, thiserror::Error)]
pub(super) enum Amiss {
    /// It is not taken.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It cannot be read or written here.
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}
