//! A question to the log as somebody typed it: bounded texts that can be shown again, saved, and asked another day. [`Question::read`] is
//! the one way from here to what the log takes.

use super::pseudonym::is_pseudonym;
use super::works::LogQuestion;
use crate::model::{Timestamp, VerdictKind};
use ipnet::IpNet;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Longest text of a field.
const LONGEST: usize = 300;
const HOUR: i64 = 3_600_000_000;

/// The word that stands for every list of illegal material where a category is asked for.
pub const STATUTORY: &str = "statutory";

/// Spans of time by their words in forms, and how long before the question they begin; `between`: from and to say it.
pub const SLOTS: [(&str, i64); 6] =
    [("between", 0), ("hour", HOUR), ("day", 24 * HOUR), ("week", 7 * 24 * HOUR), ("month", 30 * 24 * HOUR), ("year", 366 * 24 * HOUR)];

/// What was typed. A person stands here under a pseudonym, never by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// Address of the client, or a range.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client: String,
    /// One of [`SLOTS`]; empty: `between`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub slot: String,
    /// Not before, as a form has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// Before, as a form has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// Text in the address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The person, under a pseudonym.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub person: String,
    /// The device.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// The group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The category.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// What was decided.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub verdict: String,
    /// Seen, or sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub method: String,
    /// A reference number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// The site.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
}

/// A field that cannot be read, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionFault(pub &'static str);

/// The verdict of a word.
#[must_use]
pub fn verdict_of(word: &str) -> Option<VerdictKind> {
    let all = [VerdictKind::Allow, VerdictKind::Warn, VerdictKind::Block, VerdictKind::Refuse];
    all.into_iter().find(|verdict| verdict.code() == word)
}

/// The method of a word: methods are few where pages are read and made.
#[must_use]
pub fn method_of(word: &str) -> Option<&'static str> {
    ["GET", "POST", "PUT", "CONNECT"].into_iter().find(|method| *method == word)
}

impl Question {
    /// Its fields by name, in the order of the form.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, &str); 13] {
        [
            ("client", &self.client),
            ("slot", &self.slot),
            ("from", &self.from),
            ("to", &self.to),
            ("url", &self.url),
            ("person", &self.person),
            ("device", &self.device),
            ("group", &self.group),
            ("category", &self.category),
            ("verdict", &self.verdict),
            ("method", &self.method),
            ("reference", &self.reference),
            ("site", &self.site),
        ]
    }

    /// From fields by name.
    #[must_use]
    pub fn of(field: impl Fn(&'static str) -> String) -> Self {
        Self {
            client: field("client"),
            slot: field("slot"),
            from: field("from"),
            to: field("to"),
            url: field("url"),
            person: field("person"),
            device: field("device"),
            group: field("group"),
            category: field("category"),
            verdict: field("verdict"),
            method: field("method"),
            reference: field("reference"),
            site: field("site"),
        }
    }

    /// In one line, as it stands in the record of what was asked.
    #[must_use]
    pub fn in_words(&self) -> String {
        let said: Vec<String> =
            self.fields().iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} {value}")).collect();
        if said.is_empty() { "everything".to_owned() } else { said.join("; ") }
    }

    /// What the log takes, but for the person's name; or every field that cannot be read.
    ///
    /// # Errors
    /// [`QuestionFault`], one for each field.
    pub fn read(&self, asked: Timestamp, zone: &TimeZone) -> Result<LogQuestion, Vec<QuestionFault>> {
        let mut faults: Vec<QuestionFault> =
            self.fields().iter().filter(|(_, value)| value.len() > LONGEST).map(|(name, _)| QuestionFault(name)).collect();
        let mut bad = |name: &'static str, is: bool| {
            if is {
                faults.push(QuestionFault(name));
            }
        };
        let (from, to) = self.span(asked, zone, &mut bad);
        let client = net_of(&self.client);
        bad("client", !self.client.is_empty() && client.is_none());
        bad("person", !self.person.is_empty() && is_pseudonym(&self.person).is_none());
        bad("verdict", !self.verdict.is_empty() && verdict_of(&self.verdict).is_none());
        bad("method", !self.method.is_empty() && method_of(&self.method).is_none());
        let reference = self.reference.parse().ok();
        bad("reference", !self.reference.is_empty() && reference.is_none());
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(LogQuestion {
            from,
            to,
            client,
            url: self.url.clone(),
            person: String::new(),
            device: self.device.clone(),
            group: self.group.clone(),
            category: self.category.clone(),
            verdict: verdict_of(&self.verdict),
            method: self.method.clone(),
            reference,
            sites: None,
            site: self.site.clone(),
        })
    }

    fn span(&self, asked: Timestamp, zone: &TimeZone, bad: &mut dyn FnMut(&'static str, bool)) -> (Option<Timestamp>, Option<Timestamp>) {
        let slot = if self.slot.is_empty() { "between" } else { &self.slot };
        let Some((word, back)) = SLOTS.iter().find(|(word, _)| *word == slot) else {
            bad("slot", true);
            return (None, None);
        };
        if *word != "between" {
            // What came after the question is not part of its answer: pages stay as they were.
            return (Some(Timestamp(asked.0 - back)), Some(asked));
        }
        let [from, to] = [("from", &self.from), ("to", &self.to)].map(|(name, text)| {
            let at = moment_of(text, zone);
            bad(name, !text.is_empty() && at.is_none());
            at
        });
        bad("to", from.zip(to).is_some_and(|(from, to)| from >= to));
        (from, to)
    }
}

/// A day and a time of day as a form has it, `2026-11-22T10:40`, in the zone of the site.
fn moment_of(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let civil: DateTime = text.parse().ok()?;
    civil.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().into())
}

fn net_of(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<jiff::Timestamp>().unwrap().into()
    }

    #[test]
    fn a_question_is_read_in_the_zone_of_the_site_and_a_slot_ends_when_it_was_asked() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let question = |pairs: &[(&str, &str)]| {
            let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Question::of(|name| pairs.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone()))
        };
        let asked = at("2026-07-02T12:00:00Z");
        let summer = question(&[("from", "2026-07-01T09:00"), ("to", "2026-07-01T10:00"), ("client", "10.1.0.0/16"), ("verdict", "block")]);
        let read = summer.read(asked, &zone).unwrap();
        assert_eq!((read.from, read.to), (Some(at("2026-07-01T08:00:00Z")), Some(at("2026-07-01T09:00:00Z"))));
        assert_eq!((read.client, read.verdict), ("10.1.0.0/16".parse().ok(), Some(VerdictKind::Block)));
        let hour = question(&[("slot", "hour"), ("client", "192.0.2.7")]).read(asked, &zone).unwrap();
        assert_eq!((hour.from, hour.to), (Some(at("2026-07-02T11:00:00Z")), Some(asked)));
        assert_eq!(hour.client, "192.0.2.7/32".parse().ok());
        assert_eq!(question(&[]).read(asked, &zone), Ok(LogQuestion::default()));
        let bad = [
            ("client", "x"),
            ("slot", "moon"),
            ("person", "Kim"),
            ("verdict", "no"),
            ("method", "LOOK"),
            ("reference", "1"),
            ("url", &"x".repeat(301)),
        ];
        let faults = question(&bad).read(asked, &zone).unwrap_err();
        for (name, _) in bad {
            assert!(faults.contains(&QuestionFault(name)), "{name}: {faults:?}");
        }
        let reversed = question(&[("from", "2026-07-01T10:00"), ("to", "2026-07-01T10:00")]);
        assert_eq!(reversed.read(asked, &zone), Err(vec![QuestionFault("to")]));
        assert_eq!(question(&[("from", "soon"), ("to", "2026-02-30T10:00")]).read(asked, &zone).unwrap_err().len(), 2);
        assert_eq!(summer.in_words(), "client 10.1.0.0/16; from 2026-07-01T09:00; to 2026-07-01T10:00; verdict block");
        let kept: Question = serde_json::from_str(&serde_json::to_string(&summer).unwrap()).unwrap();
        assert_eq!(kept, summer);
    }
}
