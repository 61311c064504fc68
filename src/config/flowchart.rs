//! What is done about an incident, step by step, and who is told: a file that the operator may replace (standards F4, F5, F15, F25).

use super::units::read_time;
use crate::model::{IncidentKind, Severity};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::time::Duration;

/// The one that is built in.
const BUILT_IN: &str = include_str!("../../config/flowchart.toml");
/// Most contacts and most steps, and the longest text of one.
const MOST: usize = 100;
const LONGEST: usize = 2000;

/// Steps and contacts, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flowchart {
    /// Who is told, in order.
    pub contacts: Vec<FlowContact>,
    /// What is done, in order.
    pub steps: Vec<FlowStep>,
}

/// Somebody to tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowContact {
    /// Its word in steps.
    pub id: String,
    /// Who.
    pub name: String,
    /// Telephone, address, or how else.
    #[serde(default)]
    pub reach: String,
    /// When.
    #[serde(default)]
    pub hours: String,
    /// The day on which somebody last made sure of it: `2026-09-01`.
    #[serde(default)]
    pub checked: String,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowStep {
    /// Its word.
    pub id: String,
    /// What is done.
    pub say: String,
    /// By whom.
    pub who: String,
    /// Within how long after the step before, or after the incident was opened.
    pub within: Duration,
    /// Who is told in it.
    pub contact: Option<String>,
    when: When,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct When {
    kinds: Vec<IncidentKind>,
    severity: Option<Severity>,
    illegal: Option<bool>,
    staff: Option<bool>,
}

/// Why a flowchart cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowFault {
    /// It is no TOML, or has another form.
    #[error("{0}")]
    Form(Box<str>),
    /// A word that nobody has.
    #[error("step '{0}': there is no {1} '{2}'")]
    Unknown(Box<str>, &'static str, Box<str>),
    /// A word twice.
    #[error("the {0} '{1}' is there twice")]
    Twice(&'static str, Box<str>),
    /// Something is empty or too long.
    #[error("{0} '{1}': its text has to say something, in at most 2000 bytes")]
    Text(&'static str, Box<str>),
    /// A time that is none.
    #[error("step '{0}': 'within' is a time such as \"12h\"")]
    Within(Box<str>),
    /// A day that is none.
    #[error("contact '{0}': 'checked' is a day such as \"2026-09-01\"")]
    Checked(Box<str>),
    /// Nothing at all, or too much of it.
    #[error("there are {0} {1}; there have to be 1 to 100")]
    Count(usize, &'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    contact: Vec<FlowContact>,
    #[serde(default)]
    step: Vec<WrittenStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    id: String,
    say: String,
    who: String,
    within: String,
    contact: Option<String>,
    #[serde(default)]
    when: WrittenWhen,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenWhen {
    kinds: Vec<String>,
    severity: Option<u8>,
    illegal: Option<bool>,
    staff: Option<bool>,
}

impl Default for Flowchart {
    fn default() -> Self {
        Self::read(BUILT_IN).expect("a test reads it")
    }
}

impl Flowchart {
    /// Reads one.
    ///
    /// # Errors
    /// Every fault in it.
    pub fn read(text: &str) -> Result<Self, Vec<FlowFault>> {
        let written: Written = toml::from_str(text).map_err(|fault| vec![FlowFault::Form(fault.to_string().trim().into())])?;
        let mut faults = Vec::new();
        let counts = [(written.contact.len(), "contacts"), (written.step.len(), "steps")];
        faults
            .extend(counts.into_iter().filter(|(count, _)| !(1..=MOST).contains(count)).map(|(count, what)| FlowFault::Count(count, what)));
        twice("contact", written.contact.iter().map(|contact| &contact.id), &mut faults);
        twice("step", written.step.iter().map(|step| &step.id), &mut faults);
        for contact in &written.contact {
            let FlowContact { id, name, reach, hours, checked } = contact;
            let long = [reach, hours].into_iter().any(|text| text.len() > LONGEST);
            faults.extend((!(says(id) && says(name)) || long).then(|| FlowFault::Text("contact", id.as_str().into())));
            let is_day = checked.is_empty() || checked.parse::<Date>().is_ok();
            faults.extend((!is_day).then(|| FlowFault::Checked(id.as_str().into())));
        }
        let known: BTreeSet<&str> = written.contact.iter().map(|contact| contact.id.as_str()).collect();
        let steps = written.step.into_iter().filter_map(|step| settle(step, &known, &mut faults)).collect();
        if faults.is_empty() { Ok(Self { contacts: written.contact, steps }) } else { Err(faults) }
    }

    /// The contact of this word.
    #[must_use]
    pub fn contact(&self, id: &str) -> Option<&FlowContact> {
        self.contacts.iter().find(|contact| contact.id == id)
    }
}

impl FlowContact {
    /// Has nobody made sure of it for so long, or ever?
    #[must_use]
    pub fn is_stale(&self, today: Date) -> bool {
        const DAYS: i32 = 92;
        let checked = self.checked.parse::<Date>().ok();
        checked.is_none_or(|day| today.since(day).map_or(true, |span| span.get_days() > DAYS))
    }
}

impl FlowStep {
    /// Is it for an incident like this?
    #[must_use]
    pub fn is_for(&self, kind: Option<IncidentKind>, severity: Severity, staff: bool) -> bool {
        let When { kinds, severity: least, illegal, staff: with_staff } = &self.when;
        let is_illegal = kind.is_some_and(IncidentKind::is_illegal);
        (kinds.is_empty() || kind.is_some_and(|kind| kinds.contains(&kind)))
            && least.is_none_or(|least| severity >= least)
            && illegal.is_none_or(|illegal| illegal == is_illegal)
            && with_staff.is_none_or(|with| with == staff)
    }
}

fn says(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST
}

fn twice<'a>(what: &'static str, ids: impl Iterator<Item = &'a String>, faults: &mut Vec<FlowFault>) {
    let mut seen = BTreeSet::new();
    faults.extend(ids.filter(|id| !seen.insert(id.as_str())).map(|id| FlowFault::Twice(what, id.as_str().into())));
}

fn settle(step: WrittenStep, known: &BTreeSet<&str>, faults: &mut Vec<FlowFault>) -> Option<FlowStep> {
    let id = || -> Box<str> { step.id.as_str().into() };
    let before = faults.len();
    faults.extend((!(says(&step.id) && says(&step.say) && says(&step.who))).then(|| FlowFault::Text("step", id())));
    let within = read_time(&step.within).filter(|within| !within.is_zero());
    faults.extend(within.is_none().then(|| FlowFault::Within(id())));
    let stray = step.contact.as_deref().filter(|contact| !known.contains(contact));
    faults.extend(stray.map(|stray| FlowFault::Unknown(id(), "contact", stray.into())));
    let unknown = |word: &String| FlowFault::Unknown(id(), "kind", word.as_str().into());
    let kinds = step.when.kinds.iter().filter_map(|word| {
        let kind = IncidentKind::of_word(word);
        faults.extend(kind.is_none().then(|| unknown(word)));
        kind
    });
    let kinds = kinds.collect();
    let severity = step.when.severity.map(|number| {
        let severity = Severity::new(number);
        faults.extend(severity.is_none().then(|| FlowFault::Unknown(id(), "severity", number.to_string().into())));
        severity
    });
    if faults.len() > before {
        return None;
    }
    let when = When { kinds, severity: severity.flatten(), illegal: step.when.illegal, staff: step.when.staff };
    Some(FlowStep { id: step.id.clone(), say: step.say, who: step.who, within: within?, contact: step.contact, when })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(kind: IncidentKind, severity: u8, staff: bool) -> Vec<String> {
        let chart = Flowchart::default();
        let severity = Severity::new(severity).unwrap();
        chart.steps.into_iter().filter(|step| step.is_for(Some(kind), severity, staff)).map(|step| step.id).collect()
    }

    #[test]
    fn the_built_in_flowchart_asks_for_what_the_kind_needs() {
        let bullying = steps(IncidentKind::Bullying, 1, false);
        assert_eq!(bullying, ["safe", "hold", "write", "talk", "conclude"]);
        let illegal = steps(IncidentKind::DeliberateIllegal, 3, true);
        for step in ["do-not-look", "outside", "hold", "iwf", "police", "social-care", "governors"] {
            assert!(illegal.iter().any(|id| id == step), "{step}: {illegal:?}");
        }
        assert!(!illegal.iter().any(|id| id == "talk"), "nobody talks to those involved before the police say so: {illegal:?}");
        let chart = Flowchart::default();
        for id in ["iwf", "ceop", "police", "social-care"] {
            assert!(chart.contact(id).is_some(), "{id}");
        }
        let today = Date::constant(2026, 11, 28);
        let mut contact = FlowContact { checked: "2026-09-01".into(), ..FlowContact::default() };
        assert!(!contact.is_stale(today));
        contact.checked = "2026-08-01".into();
        assert!(contact.is_stale(today) && FlowContact::default().is_stale(today));
    }

    #[test]
    fn every_fault_of_a_flowchart_is_told_at_once() {
        let good = "[[contact]]\nid = \"a\"\nname = \"A\"\n[[step]]\nid = \"s\"\nsay = \"Do\"\nwho = \"lead\"\nwithin = \"1h\"\n";
        assert!(Flowchart::read(good).is_ok());
        let bad = format!(
            "{good}contact = \"b\"\nwhen = {{ kinds = [\"theft\"], severity = 4 }}\n[[step]]\nid = \"s\"\nsay = \"\"\nwho = \"x\"\nwithin = \"soon\"\n"
        );
        let said: Vec<String> = Flowchart::read(&bad).unwrap_err().iter().map(ToString::to_string).collect();
        for words in [
            "no contact 'b'",
            "no kind 'theft'",
            "no severity '4'",
            "the step 's' is there twice",
            "step 's': its text",
            "'within' is a time",
        ] {
            assert!(said.iter().any(|fault| fault.contains(words)), "{words}: {said:?}");
        }
        for (text, words) in [("", "0 contacts"), ("[[step", "TOML"), ("[[contact]]\nid = \"a\"\nname = \"A\"\nfax = \"1\"\n", "fax")] {
            let said: Vec<String> = Flowchart::read(text).unwrap_err().iter().map(ToString::to_string).collect();
            assert!(said.iter().any(|fault| fault.contains(words)), "{words}: {said:?}");
        }
    }
}
