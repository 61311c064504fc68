//! A fetch that brought nothing: why, in words for people. Never holds an address, which may carry a secret, nor what came.

use std::path::PathBuf;
use std::time::Duration;

/// A fetch brought nothing. What is in force stays.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The address cannot be asked for.
    #[error("the address cannot be asked for")]
    Address,
    /// What we are known by cannot be read.
    #[error("{}: {problem}", path.display())]
    Secret {
        /// Its file.
        path: PathBuf,
        /// Why.
        problem: Box<str>,
    },
    /// No connection.
    #[error("no connection: {0}")]
    Connect(Box<str>),
    /// The server says no.
    #[error("the server answers with status {0}")]
    Status(u16, Option<Duration>),
    /// A redirect that is not followed.
    #[error("a redirect is not followed: {0}")]
    Redirect(&'static str),
    /// Nothing comes.
    #[error("nothing came for {} s", .0.as_secs())]
    Idle(Duration),
    /// It takes too long.
    #[error("it did not come whole within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// It is too large.
    #[error("it is larger than {0} bytes (max_size)")]
    TooLarge(u64),
    /// It ended before its end.
    #[error("it ended before its end")]
    CutShort,
    /// The connection broke, or what was spoken there is no HTTP.
    #[error("the connection broke: {0}")]
    Broken(Box<str>),
    /// It cannot be written down.
    #[error("it cannot be kept: {0}")]
    Disk(#[from] std::io::Error),
    /// The hash or the signature did not come.
    #[error("the {what} that goes with it: {why}")]
    Beside {
        /// Hash or signature.
        what: &'static str,
        /// Why.
        why: Box<Trouble>,
    },
}

impl Trouble {
    /// The word for it, in metrics.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Address | Self::Secret { .. } => "settings",
            Self::Connect(_) => "connect",
            Self::Status(..) => "status",
            Self::Redirect(_) => "redirect",
            Self::Idle(_) | Self::TooSlow(_) => "slow",
            Self::TooLarge(_) => "too-large",
            Self::CutShort | Self::Broken(_) => "cut-short",
            Self::Disk(_) => "disk",
            Self::Beside { why, .. } => why.word(),
        }
    }

    /// May it be better in a moment?
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Status(status, _) => *status >= 500 || *status == 429,
            Self::Connect(_) | Self::Idle(_) | Self::CutShort | Self::Broken(_) => true,
            Self::Beside { why, .. } => why.may_pass(),
            Self::Address | Self::Secret { .. } | Self::Redirect(_) | Self::TooSlow(_) | Self::TooLarge(_) | Self::Disk(_) => false,
        }
    }

    /// How long the server wishes to be left alone.
    pub(super) fn rest(&self) -> Option<Duration> {
        match self {
            Self::Status(_, rest) => *rest,
            Self::Beside { why, .. } => why.rest(),
            Self::Address
            | Self::Secret { .. }
            | Self::Connect(_)
            | Self::Redirect(_)
            | Self::Idle(_)
            | Self::TooSlow(_)
            | Self::TooLarge(_)
            | Self::CutShort
            | Self::Broken(_)
            | Self::Disk(_) => None,
        }
    }
}
