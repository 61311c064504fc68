//! What the page says on which a code is typed.

use super::facts::Continue;
use crate::model::Timestamp;
use minijinja::Value;

/// The page on which a code is typed.
#[derive(Clone, Copy, Debug)]
pub struct OwnCode<'a> {
    /// What is said about the last one.
    pub said: ToldOfCode<'a>,
    /// The form, where codes can be taken.
    pub form: Option<Continue<'a>>,
}

/// What is said about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldOfCode<'a> {
    /// None was typed.
    Nothing,
    /// The page was open for too long.
    Again,
    /// There is no such code.
    Wrong,
    /// It is over, or was used as often as it may.
    Over,
    /// It is for others.
    ForOthers,
    /// Too many were wrong.
    Paused,
    /// Codes cannot be looked at.
    Unavailable,
    /// It was taken.
    Good {
        /// What it does, in words.
        what: &'a str,
        /// When that ends.
        until: Timestamp,
        /// The page that somebody came from stays closed all the same.
        stays_closed: bool,
    },
}

impl ToldOfCode<'_> {
    /// The code of it, for templates and programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "ask",
            Self::Again => "again",
            Self::Wrong => "wrong",
            Self::Over => "over",
            Self::ForOthers => "for-others",
            Self::Paused => "paused",
            Self::Unavailable => "unavailable",
            Self::Good { .. } => "good",
        }
    }

    /// The same in a sentence.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Nothing => "Have you been given a code? Type it here.",
            Self::Again => "This page was open for a long time. Please type the code again.",
            Self::Wrong => "There is no such code. Please look at it again: it has eight letters and digits.",
            Self::Over => "This code can no longer be used. Please ask for a new one.",
            Self::ForOthers => "This code is for somebody else, or for another room. Please ask for one of your own.",
            Self::Paused => "Too many wrong codes were typed. Please wait five minutes, then try again.",
            Self::Unavailable => "Codes cannot be taken at the moment. Please tell the person who looks after the computers.",
            Self::Good { .. } => "The code is good.",
        }
    }

    /// What the record says.
    #[must_use]
    pub const fn note(&self) -> &'static str {
        match self {
            Self::Nothing => "no code was typed",
            Self::Again => "a code was typed on a page that was open for too long, or by somebody else; it was not tried",
            Self::Wrong => "a wrong code was typed",
            Self::Over => "a code was typed that is over",
            Self::ForOthers => "a code was typed that is for others",
            Self::Paused => "too many wrong codes; this one was not tried",
            Self::Unavailable => "codes cannot be looked at",
            Self::Good { .. } => "a code was typed",
        }
    }

    pub(super) const fn heading(&self) -> &'static str {
        match self {
            Self::Nothing => "Type your code",
            Self::Good { .. } => "Your code is good",
            Self::Again | Self::Wrong | Self::Over | Self::ForOthers | Self::Paused | Self::Unavailable => "That did not work",
        }
    }
}

impl OwnCode<'_> {
    pub(super) fn values(&self, heading: (&'static str, Value), time: impl Fn(Timestamp) -> String) -> Value {
        let (what, until, stays_closed) = match self.said {
            ToldOfCode::Good { what, until, stays_closed } => (what, time(until), stays_closed),
            ToldOfCode::Nothing
            | ToldOfCode::Again
            | ToldOfCode::Wrong
            | ToldOfCode::Over
            | ToldOfCode::ForOthers
            | ToldOfCode::Paused
            | ToldOfCode::Unavailable => ("", String::new(), false),
        };
        Value::from_pairs([
            heading,
            ("said", Value::from(self.said.code())),
            ("lead", Value::from(self.said.words())),
            ("what", Value::from(what)),
            ("until", Value::from(until)),
            ("stays_closed", Value::from(stays_closed)),
            ("code", form_value(self.form)),
        ])
    }
}

/// A form as templates have it.
pub(super) fn form_value(form: Option<Continue<'_>>) -> Value {
    form.map_or(Value::from(()), |form| Value::from_pairs([("action", Value::from(form.action)), ("token", Value::from(form.token))]))
}
