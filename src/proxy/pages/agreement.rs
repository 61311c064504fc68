//! What the pages of the agreement and of the notice say: plain data in, values for a template out.

use super::facts::Continue;
use super::own::Own;
use super::show::shown;
use super::status::Template;
use crate::config::{Notice, NoticePart};
use crate::model::Timestamp;
use crate::policy::{Agreement, Shown};
use minijinja::Value;

/// The agreement, and how the reader stands to it.
#[derive(Clone, Copy, Debug)]
pub struct OwnAgreement<'a> {
    /// What the reader's group reads.
    pub agreement: &'a Agreement,
    /// Was it put in the way of another page?
    pub accepting: bool,
    /// The person, where one is known.
    pub person: Option<&'a str>,
    /// When the reader accepted it.
    pub accepted: Option<Timestamp>,
    /// The form, if it may be accepted here and now.
    pub onward: Option<Continue<'a>>,
}

pub(super) fn values(own: &OwnAgreement<'_>, heading: (&'static str, Value), time: &impl Fn(Timestamp) -> String) -> Value {
    let onward = own.onward.map(|onward| Value::from_pairs([("action", onward.action), ("token", onward.token)]));
    Value::from_pairs([
        heading,
        ("clauses", own.agreement.clauses.iter().map(clause_value).collect()),
        ("version", Value::from(own.agreement.version_words())),
        ("guardian", Value::from(own.agreement.guardian)),
        ("accepting", Value::from(own.accepting)),
        ("person", Value::from(own.person.map_or_else(Default::default, shown))),
        ("accepted", Value::from(own.accepted.map_or_else(String::new, time))),
        ("onward", onward.unwrap_or(Value::from(()))),
    ])
}

/// Paragraphs are apart by an empty line.
fn clause_value(clause: &Shown) -> Value {
    let lines = clause.words.split("\n\n").map(str::trim).filter(|line| !line.is_empty());
    Value::from_pairs([
        ("id", Value::from(&*clause.id)),
        ("title", Value::from(&*clause.title)),
        ("words", lines.map(Value::from).collect()),
        ("sanction", Value::from(&*clause.sanction)),
        ("origin", Value::from(&*clause.origin)),
    ])
}

pub(super) fn notice_values(notice: &Notice, heading: (&'static str, Value)) -> Value {
    let part = |part: &NoticePart| {
        let lines = part.lines.iter().map(|line| Value::from(line.as_str())).collect();
        Value::from_pairs([("heading", Value::from(part.heading)), ("lines", lines)])
    };
    Value::from_pairs([heading, ("title", Value::from(notice.title.as_str())), ("parts", notice.parts.iter().map(part).collect())])
}

/// Both pages with much and with little known, for the trial before they go live.
pub(super) fn each(tried: &mut impl FnMut(Template, &Own<'_>)) {
    let clause = Shown {
        id: "C-1".into(),
        title: "Sample".into(),
        words: "Sample.\n\nSample.".into(),
        sanction: "Sample.".into(),
        origin: "site Sample".into(),
        signed_by: "Sample".into(),
    };
    let full = Agreement { version: "00".into(), label: "1".into(), guardian: true, clauses: vec![clause], ..Agreement::default() };
    let onward = Continue { action: "/aup/accept", token: "sample" };
    let at = Some(Timestamp::from_seconds(0));
    let much = OwnAgreement { agreement: &full, accepting: true, person: Some("Sample"), accepted: at, onward: Some(onward) };
    let none = Agreement::default();
    let little = OwnAgreement { agreement: &none, accepting: false, person: None, accepted: None, onward: None };
    let part = NoticePart { heading: "Sample", lines: vec!["Sample.".into()] };
    let notice = Notice { group: "sample".into(), title: "Sample".into(), parts: vec![part].into() };
    for own in [Own::Agreement(&much), Own::Agreement(&little), Own::Notice(&notice)] {
        tried(own.template(), &own);
    }
}
