//! What an ID token says of somebody, once it is known to be good.

use crate::config::{Claim, OidcSettings};
use serde_json::{Map, Value};

/// Most groups that are looked at, and the longest text of a claim, in bytes.
const MOST: usize = 1000;
const LONGEST: usize = 256;

/// Somebody, as the organisation's service knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Someone {
    /// Who it is there: this and the issuer stay with a person, and nothing else does (OpenID Connect Core, 5.7).
    pub subject: String,
    /// A name to sign in with, if there is one.
    pub name: String,
    /// The name for people.
    pub shown: String,
    /// Groups.
    pub groups: Vec<String>,
    /// Did they prove themselves twice?
    pub proved_twice: bool,
}

/// Reads it. `None`: there is no subject that can be kept, or a claim that must be there is not.
pub(super) fn read(claims: &Map<String, Value>, settings: &OidcSettings) -> Option<Someone> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(plain).unwrap_or_default();
    // At most 255 ASCII characters (OpenID Connect Core, 2).
    let subject =
        claims.get("sub")?.as_str().filter(|sub| (1..=255).contains(&sub.len()) && sub.bytes().all(|b| (0x20..0x7f).contains(&b)))?;
    if !settings.require.iter().all(|claim| has(claims, claim)) {
        return None;
    }
    let groups = match found(claims, &settings.group_claim) {
        Some(Value::Array(all)) => all.iter().take(MOST).filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    };
    Some(Someone {
        subject: subject.to_owned(),
        name: text("preferred_username"),
        shown: text("name"),
        groups,
        proved_twice: settings.second_factor.iter().any(|claim| has(claims, claim)),
    })
}

/// Without control characters and marks of direction, and short.
fn plain(text: &str) -> String {
    let odd =
        |c: &char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.trim().chars().filter(|c| !odd(c)).take(LONGEST / 4).collect()
}

/// A claim by its name, or by a pointer.
fn found<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let Some(path) = name.strip_prefix('/') else { return claims.get(name) };
    let mut parts = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~"));
    let first = claims.get(&parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(&part))
}

fn has(claims: &Map<String, Value>, claim: &Claim) -> bool {
    let is = |value: &Value| match value {
        Value::String(text) => *text == claim.value,
        Value::Bool(flag) => claim.value == if *flag { "true" } else { "false" },
        Value::Number(number) => claim.value == number.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    };
    match found(claims, &claim.name) {
        Some(Value::Array(all)) => all.iter().take(MOST).any(is),
        Some(value) => is(value),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings() -> OidcSettings {
        let claim = |text: &str| {
            let (name, value) = text.split_once('=').unwrap();
            Claim { name: name.into(), value: value.into() }
        };
        OidcSettings {
            require: vec![claim("hd=school.example")],
            second_factor: vec![claim("amr=mfa"), claim("/auth/level=2")],
            group_claim: "/realm_access/roles".into(),
            ..OidcSettings::default()
        }
    }

    #[test]
    fn claims_are_read_by_name_and_by_pointer_and_only_as_they_are_meant() {
        let read = |value: Value| read(value.as_object().unwrap(), &settings());
        let good = json!({"sub": "a1", "hd": "school.example", "name": "Kim\u{202e} <b>", "realm_access": {"roles": ["x", 7, "y"]}, "amr": ["pwd", "mfa"]});
        let kim = read(good.clone()).unwrap();
        assert_eq!(
            (kim.subject.as_str(), kim.shown.as_str(), kim.groups.as_slice(), kim.proved_twice),
            ("a1", "Kim <b>", &["x".to_owned(), "y".to_owned()][..], true)
        );
        let but = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed[name] = value;
            read(changed)
        };
        for (name, value, there, twice) in [
            ("amr", json!("mfa"), true, true),
            ("amr", json!(["pwd"]), true, false),
            ("amr", json!({"mfa": true}), true, false),
            ("auth", json!({"level": 2}), true, true),
            ("hd", json!("evil.example"), false, false),
            ("hd", json!(null), false, false),
            ("sub", json!(""), false, false),
            ("sub", json!("x".repeat(256)), false, false),
            ("sub", json!(7), false, false),
            ("sub", json!("a\u{e9}"), false, false),
        ] {
            let someone = but(name, value.clone());
            assert_eq!(someone.is_some(), there, "{name} {value}");
            assert!(someone.is_none_or(|someone| someone.proved_twice == twice || name == "auth"), "{name} {value}");
        }
        assert!(but("realm_access", json!(["roles"])).unwrap().groups.is_empty());
    }
}
