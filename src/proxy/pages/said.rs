//! What the pages say on which people tell staff something: that a page is closed by mistake, or that something worries them; and what
//! staff answer (issue 7; standards E9, B11).
//!
//! Must never say whether an address is on a statutory list.

use super::code::form_value;
use super::facts::Continue;
use super::own::Own;
use super::show::shown;
use super::status::Template;
use crate::model::Timestamp;
use crate::ports::{Answer, LONGEST_WORDS, QueueState};
use minijinja::Value;

/// What is said about what somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saying<'a> {
    /// Nothing is written yet.
    Ask,
    /// Nothing was written.
    Empty,
    /// The page was open for too long.
    Again,
    /// It was written down, under this number.
    Thanks(&'a str),
    /// The page is open by now.
    Open,
    /// Nobody can be asked about it.
    NoForm,
    /// Too many in a short time.
    Paused,
    /// It could not be kept.
    Unavailable,
}

impl Saying<'_> {
    /// The code of it, for templates and programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Empty => "empty",
            Self::Again => "again",
            Self::Thanks(_) => "thanks",
            Self::Open => "open",
            Self::NoForm => "no-form",
            Self::Paused => "paused",
            Self::Unavailable => "unavailable",
        }
    }

    /// What the record says.
    #[must_use]
    pub const fn note(&self) -> &'static str {
        match self {
            Self::Ask => "nothing was sent",
            Self::Empty => "nothing was written",
            Self::Again => "a form that was open for too long, or of somebody else; it was not taken",
            Self::Thanks(_) => "it was put down",
            Self::Open => "the page is open by now",
            Self::NoForm => "nobody can be asked about it",
            Self::Paused => "too many in a short time; it was not taken",
            Self::Unavailable => "it could not be kept",
        }
    }

    /// The same in a sentence.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Ask => "Tell the staff. They read it and answer.",
            Self::Empty => "You did not write anything. Please write a few words.",
            Self::Again => "This page was open for a long time. Please send it again.",
            Self::Thanks(_) => "Thank you for telling us. The staff will read it.",
            Self::Open => "Good news: this page is open for you now. Please try it again.",
            Self::NoForm => "You cannot ask about a page here. Please look at the list of what did not open.",
            Self::Paused => "You have sent a lot in a short time. Please wait five minutes, or talk to the staff.",
            Self::Unavailable => "This could not be sent. It is not your fault. Please go and talk to the staff now.",
        }
    }

    const fn number(&self) -> &str {
        match self {
            Self::Thanks(number) => number,
            Self::Ask | Self::Empty | Self::Again | Self::Open | Self::NoForm | Self::Paused | Self::Unavailable => "",
        }
    }
}

/// The page about a page that is closed by mistake.
#[derive(Clone, Copy, Debug)]
pub struct OwnWrong<'a> {
    /// What is said.
    pub said: Saying<'a>,
    /// The host; empty: none was chosen.
    pub host: &'a str,
    /// The form.
    pub form: Option<Continue<'a>>,
    /// What was written.
    pub words: &'a str,
}

/// The page for a worry.
#[derive(Clone, Copy, Debug)]
pub struct OwnWorry<'a> {
    /// What is said.
    pub said: Saying<'a>,
    /// The form.
    pub form: Option<Continue<'a>>,
    /// What was written.
    pub words: &'a str,
    /// The name that was written.
    pub name: &'a str,
}

/// What staff say.
#[derive(Clone, Copy, Debug)]
pub struct OwnAnswer<'a> {
    /// Was a number typed that nothing has? Or were there too many?
    pub said: Option<Saying<'a>>,
    /// What was found.
    pub found: Option<&'a Answer>,
    /// The form for a number.
    pub form: Option<Continue<'a>>,
}

fn pairs<'v>(heading: (&'static str, Value), said: &Saying<'_>) -> Vec<(&'v str, Value)> {
    vec![
        heading,
        ("said", Value::from(said.code())),
        ("lead", Value::from(said.words())),
        ("number", Value::from(said.number())),
        ("longest", Value::from(LONGEST_WORDS)),
    ]
}

impl OwnWrong<'_> {
    pub(super) const fn heading(&self) -> &'static str {
        match self.said {
            Saying::Ask => "Is this page closed by mistake?",
            Saying::Thanks(_) => "Thank you",
            Saying::Open => "It is open now",
            Saying::Empty | Saying::Again | Saying::NoForm | Saying::Paused | Saying::Unavailable => "That did not work",
        }
    }

    pub(super) fn values(&self, heading: (&'static str, Value)) -> Value {
        let mut pairs = pairs(heading, &self.said);
        pairs.extend([("host", Value::from(shown(self.host))), ("wrong", form_value(self.form)), ("words_typed", Value::from(self.words))]);
        Value::from_pairs(pairs)
    }
}

impl OwnWorry<'_> {
    pub(super) const fn heading(&self) -> &'static str {
        match self.said {
            Saying::Ask => "Did you see something that worries you?",
            Saying::Thanks(_) => "Thank you",
            Saying::Open | Saying::Empty | Saying::Again | Saying::NoForm | Saying::Paused | Saying::Unavailable => "That did not work",
        }
    }

    pub(super) fn values(&self, heading: (&'static str, Value)) -> Value {
        let mut pairs = pairs(heading, &self.said);
        let typed = [("words_typed", Value::from(self.words)), ("name_typed", Value::from(self.name))];
        pairs.extend([("worry", form_value(self.form))].into_iter().chain(typed));
        Value::from_pairs(pairs)
    }
}

impl OwnAnswer<'_> {
    pub(super) const fn heading(&self) -> &'static str {
        match (self.found, self.said) {
            (Some(_), _) => "What the staff say",
            (None, None) => "Have the staff answered?",
            (None, Some(_)) => "That did not work",
        }
    }

    pub(super) fn values(&self, heading: (&'static str, Value), time: impl Fn(Timestamp) -> String) -> Value {
        let found = self.found.map_or(Value::from(()), |found| answer_value(found, time));
        let said = self.said.map_or("", |said| said.code());
        Value::from_pairs([heading, ("said", Value::from(said)), ("answer", found), ("find", form_value(self.form))])
    }
}

/// An answer as templates have it.
pub(super) fn answer_value(answer: &Answer, time: impl Fn(Timestamp) -> String) -> Value {
    Value::from_pairs([
        ("asked", Value::from(time(answer.asked))),
        ("on", Value::from(if answer.state == QueueState::Open { String::new() } else { time(answer.answered) })),
        ("state", Value::from(answer.state.word())),
        ("words", answer.words.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| Value::from(shown_long(line))).collect()),
    ])
}

/// What staff write is longer than an address, and no less to be seen whole.
fn shown_long(line: &str) -> String {
    let signs: Vec<char> = line.chars().collect();
    signs.chunks(100).map(|piece| shown(&piece.iter().collect::<String>()).into_owned()).collect()
}

pub(super) static SAMPLE: Answer =
    Answer { asked: Timestamp(0), state: QueueState::Answered, answered: Timestamp(0), words: String::new() };

/// The pages with much and with little known, for the trial before they go live.
pub(super) fn each(tried: &mut impl FnMut(Template, &Own<'_>)) {
    let form = Some(Continue { action: "/wrong", token: "sample" });
    let wrong = OwnWrong { said: Saying::Ask, host: "sample.example", form, words: "Sample." };
    let worry = OwnWorry { said: Saying::Ask, form, words: "Sample.", name: "Sample" };
    let none = OwnAnswer { said: None, found: None, form };
    let all = [
        Own::Wrong(&wrong),
        Own::Wrong(&OwnWrong { said: Saying::Thanks("sample"), ..wrong }),
        Own::Wrong(&OwnWrong { said: Saying::NoForm, host: "", form: None, words: "" }),
        Own::Worry(&worry),
        Own::Worry(&OwnWorry { said: Saying::Thanks("sample"), form: None, words: "", name: "" }),
        Own::Answer(&none),
        Own::Answer(&OwnAnswer { found: Some(&SAMPLE), ..none }),
        Own::Answer(&OwnAnswer { said: Some(Saying::Paused), form: None, ..none }),
    ];
    for own in all {
        tried(own.template(), &own);
    }
}
