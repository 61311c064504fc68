//! What of the ledger stands on disk, so that a restart gives nobody a second share: today alone, under marks, without a name.
//!
//! One JSON object. The salt stands beside the marks, so that they hide a name from whoever glances at the file, and not from whoever
//! has it and tries every name: it is for its owner alone (mode 600).

use super::ledger::{Ledger, Mark};
use crate::model::Timestamp;
use crate::policy::{Minutes, Used};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

const VERSION: u8 = 1;

/// The text is no ledger.
#[derive(Debug, thiserror::Error)]
pub enum KeptFault {
    /// Not JSON, or not of this form.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Of a version that is not known.
    #[error("version {0} is not known here")]
    Version(u8),
    /// The salt or a mark is no hexadecimal number of the right length.
    #[error("a salt or a mark is not well formed")]
    Mark,
    /// The minutes are not well formed.
    #[error("minutes are not well formed: {0}")]
    Minutes(String),
}

#[derive(Serialize, Deserialize)]
struct File {
    version: u8,
    salt: String,
    people: Vec<Person>,
}

#[derive(Serialize, Deserialize)]
struct Person {
    mark: String,
    /// Microseconds since 1970: the ends of the day.
    day: (i64, i64),
    used: BTreeMap<Arc<str>, Written>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    /// `600-629,700`: minutes from the start of the day.
    minutes: String,
    bytes: u64,
}

impl Ledger {
    /// Today, as it is kept.
    #[must_use]
    pub fn to_text(&self, now: Timestamp) -> String {
        let people = self.today(now).into_iter().map(|(mark, used)| Person::of(mark, &used)).collect();
        let file = File { version: VERSION, salt: hex(&self.salt), people };
        // Plain data: this cannot fail, and an empty text is refused when it is read.
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// Takes up what was kept, as far as it is of today.
    ///
    /// # Errors
    /// [`KeptFault`]: then nothing is taken up.
    pub fn from_text(text: &str, now: Timestamp) -> Result<Self, KeptFault> {
        let file: File = serde_json::from_str(text)?;
        if file.version != VERSION {
            return Err(KeptFault::Version(file.version));
        }
        let ledger = Self::under(unhex(&file.salt)?);
        for person in file.people {
            let (mark, used) = person.read()?;
            if used.is_of(now) {
                ledger.put(mark, used);
            }
        }
        Ok(ledger)
    }
}

impl Person {
    fn of(mark: Mark, used: &Used) -> Self {
        let (from, to) = used.ends();
        let written = |(name, count): &(Arc<str>, crate::policy::Count)| {
            (Arc::clone(name), Written { minutes: minutes_text(&count.minutes), bytes: count.bytes })
        };
        Self { mark: hex(&mark.0), day: (from.0, to.0), used: used.counts().iter().map(written).collect() }
    }

    fn read(self) -> Result<(Mark, Used), KeptFault> {
        let mut used = Used::between(Timestamp(self.day.0), Timestamp(self.day.1));
        for (name, written) in &self.used {
            let minutes = read_minutes(&written.minutes).ok_or_else(|| KeptFault::Minutes(written.minutes.chars().take(40).collect()))?;
            let count = used.count_mut(name);
            (count.minutes, count.bytes) = (minutes, written.bytes);
        }
        Ok((Mark(unhex(&self.mark)?), used))
    }
}

fn minutes_text(minutes: &Minutes) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for minute in minutes.iter() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == minute => *last = minute,
            Some(_) | None => runs.push((minute, minute)),
        }
    }
    let text = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.iter().map(text).collect::<Vec<_>>().join(",")
}

fn read_minutes(text: &str) -> Option<Minutes> {
    let mut minutes = Minutes::default();
    for run in text.split(',').filter(|run| !run.is_empty()) {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        (first..=last.min(first.saturating_add(2_000))).for_each(|minute| minutes.add(minute));
    }
    Some(minutes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Result<[u8; N], KeptFault> {
    let byte = |at: usize| text.get(at * 2..at * 2 + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let mut bytes = [0; N];
    for (at, slot) in bytes.iter_mut().enumerate() {
        *slot = byte(at).ok_or(KeptFault::Mark)?;
    }
    if text.len() == N * 2 { Ok(bytes) } else { Err(KeptFault::Mark) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Metered, Quota};
    use crate::proxy::whose::Whose;
    use jiff::tz::TimeZone;

    #[test]
    fn what_was_used_today_comes_back_without_a_name_and_yesterday_does_not() {
        let (ledger, zone) = (Ledger::default(), TimeZone::UTC);
        let now = |seconds: i64| Timestamp::from_seconds(1_768_478_400 + seconds);
        let whose = Whose::Person("kim".into());
        let share = vec![Metered { name: "games".into(), quota: Quota { minutes: Some(30), bytes: None } }];
        for minute in [0, 1, 2, 7] {
            ledger.enter(ledger.mark(&whose), &share, (now(minute * 60), &zone), 10);
        }
        let text = ledger.to_text(now(500));
        assert!(!text.contains("kim") && text.contains("720-722,727"), "{text}");
        let again = Ledger::from_text(&text, now(600)).unwrap();
        assert_eq!(again.used(again.mark(&whose)), ledger.used(ledger.mark(&whose)));
        assert_eq!(again.to_text(now(600)), text);
        assert_eq!(Ledger::from_text(&text, now(86_400)).unwrap().today(now(86_400)).len(), 0);
        for bad in ["", "{}", &text.replace("\"version\":1", "\"version\":2"), &text.replace("720-722", "x"), &text[..text.len() - 9]] {
            assert!(Ledger::from_text(bad, now(600)).is_err(), "{bad}");
        }
    }
}
