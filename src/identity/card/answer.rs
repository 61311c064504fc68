//! What the service answers, read strictly, and the groups of policy that follow from it.
//!
//! Must never repeat what it could not read: a service in disorder may send a PIN back.

use super::cards::CardFault;
use crate::config::CardSettings;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// What the service says of a number and a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Card {
    /// They belong together. Groups of policy, by name; none: the strictest counts.
    Right(Arc<[Arc<str>]>),
    /// They do, and the library has suspended the card.
    Suspended,
    /// They do not, or there is no such card.
    Wrong,
}

/// The answer as it is written. An unknown member is refused: it may be a misspelt one that would have restricted somebody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    valid: bool,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    age: Option<u8>,
    #[serde(default)]
    born: Option<String>,
    #[serde(default)]
    suspended: bool,
}

/// Reads an answer of the service. `today`: by which the age follows from a date of birth.
pub(super) fn read(bytes: &[u8], settings: &CardSettings, today: Date) -> Result<Card, CardFault> {
    let written: Written =
        serde_json::from_slice(bytes).map_err(|error| CardFault::Unreadable { line: error.line(), column: error.column() })?;
    if !written.valid {
        return Ok(Card::Wrong);
    }
    if written.suspended {
        return Ok(Card::Suspended);
    }
    let age = match (written.age, written.born) {
        (Some(_), Some(_)) => return Err(CardFault::TwoAges),
        (age, None) => age.map(usize::from),
        (None, Some(born)) => Some(years(&born, today).ok_or(CardFault::NoBirth)?),
    };
    Ok(Card::Right(groups(settings, &written.groups, age)))
}

/// Whole years since a day that is written `YYYY-MM-DD`, as people count them.
fn years(born: &str, today: Date) -> Option<usize> {
    let born: Date = born.parse().ok().filter(|_| born.len() == 10)?;
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    usize::try_from(i32::from(today.year()) - i32::from(born.year()) - i32::from(!had_birthday)).ok()
}

/// The group of the age and those of the groups. What the service names and the settings do not know gives none, and so the strictest.
fn groups(settings: &CardSettings, theirs: &[String], age: Option<usize>) -> Arc<[Arc<str>]> {
    let by_name = settings.groups.iter().filter(|(name, _)| theirs.iter().any(|their| their == name)).map(|(_, ours)| ours);
    let band = age.and_then(|age| settings.ages.iter().find(|(under, _)| *under == 0 || age < *under)).map(|(_, ours)| ours);
    let mut found: Vec<Arc<str>> = Vec::new();
    for ours in by_name.chain(band) {
        if !found.iter().any(|known| **known == **ours) {
            found.push(Arc::from(&**ours));
        }
    }
    let says_nothing = theirs.is_empty() && (age.is_none() || settings.ages.is_empty());
    if says_nothing {
        found.extend(settings.group.as_deref().map(Arc::from));
    }
    found.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn settings() -> CardSettings {
        let pairs = |all: &[(&str, &str)]| all.iter().map(|(theirs, ours)| ((*theirs).into(), (*ours).into())).collect();
        let ages = vec![(12, "children".into()), (16, "youth".into()), (0, "adults".into())];
        CardSettings {
            groups: pairs(&[("junior", "children"), ("adult", "adults")]),
            ages,
            group: Some("guests".into()),
            ..CardSettings::default()
        }
    }

    fn said(json: &str) -> String {
        match read(json.as_bytes(), &settings(), date(2026, 3, 1)) {
            Ok(Card::Right(groups)) => format!("[{}]", groups.join("+")),
            Ok(other) => format!("{other:?}"),
            Err(fault) => format!("fault: {fault}"),
        }
    }

    #[test]
    fn groups_follow_from_what_the_service_says() {
        for (json, groups) in [
            (r#"{"valid":true,"groups":["junior"]}"#, "[children]"),
            (r#"{"valid":true,"groups":["junior"],"age":11,"suspended":false}"#, "[children]"),
            (r#"{"valid":true,"groups":["adult"],"age":15}"#, "[adults+youth]"),
            (r#"{"valid":true,"age":12}"#, "[youth]"),
            (r#"{"valid":true,"age":16}"#, "[adults]"),
            (r#"{"valid":true,"age":null,"groups":[]}"#, "[guests]"),
            (r#"{"valid":true}"#, "[guests]"),
            (r#"{"valid":true,"groups":["friend"]}"#, "[]"),
            (r#"{"valid":true,"groups":["friend"],"age":40}"#, "[adults]"),
            (r#"{"valid":true,"born":"2014-03-01"}"#, "[youth]"),
            (r#"{"valid":true,"born":"2014-03-02"}"#, "[children]"),
            (r#"{"valid":true,"born":"1901-03-01"}"#, "[adults]"),
            (r#"{"valid":true,"suspended":true}"#, "Suspended"),
            (r#"{"valid":false,"suspended":true}"#, "Wrong"),
            (r#"{"valid":false}"#, "Wrong"),
        ] {
            assert_eq!(said(json), groups, "{json}");
        }
    }

    #[test]
    fn what_is_not_the_agreed_answer_is_a_fault_that_repeats_nothing() {
        for json in [
            "",
            "secret-pin",
            "{}",
            "[]",
            "null",
            "true",
            r#"{"valid":1}"#,
            r#"{"valid":"secret-pin"}"#,
            r#"{"valid":true,"secret-pin":true}"#,
            r#"{"valid":true,"valid":true}"#,
            r#"{"valid":true} {"valid":true}"#,
            r#"{"valid":true,"groups":"secret-pin"}"#,
            r#"{"valid":true,"groups":[7]}"#,
            r#"{"valid":true,"age":-1}"#,
            r#"{"valid":true,"age":300}"#,
            r#"{"valid":true,"age":"secret-pin"}"#,
            r#"{"valid":true,"born":"secret-pin"}"#,
            r#"{"valid":true,"born":"2027-01-01"}"#,
            r#"{"valid":true,"born":"2010-02-30"}"#,
            r#"{"valid":true,"born":"20100230"}"#,
            r#"{"valid":true,"born":"2010-02-03T00:00"}"#,
            r#"{"valid":true,"born":"2010-01-01","age":12}"#,
            r#"{"valid":true,"suspended":"no"}"#,
            "{\"valid\":true\u{0}}",
        ] {
            let said = said(json);
            assert!(said.starts_with("fault: ") && !said.contains("secret-pin"), "{json}: {said}");
        }
    }
}
