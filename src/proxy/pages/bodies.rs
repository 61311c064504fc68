//! The small answers: text for terminals, JSON for programs, and next to nothing for pictures, scripts and the rest.
//!
//! JSON, stable: `{"blocked", "reason", "message", "category", "group", "reference", "contact", "demonstration", "lab"}`; `category`
//! and `group` are null where they are not known or not to be said. A script of another site gets `blocked`, `reason`
//! (`"refused"`) and `reference` only: it is not to learn who is reading, or what a statutory list holds (U19).

use super::facts::{Contact, Facts, Site};
use super::show::shown;
use super::status::words_for;
use super::wanted::Wanted;
use crate::model::{Reason, VerdictKind};
use bytes::Bytes;
use std::fmt::Write;

/// A transparent picture of one pixel (PNG, 68 bytes).
const PIXEL: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\x0bIDATx\xdac`\0\x02\0\0\x05\0\x01\
\xe9\xfa\xdc\xd8\0\0\0\0IEND\xaeB`\x82";

/// The body of every form but a page.
pub(super) fn small(site: &Site, facts: &Facts<'_>, wanted: Wanted) -> Bytes {
    match wanted {
        Wanted::Image => Bytes::from_static(PIXEL),
        Wanted::Script | Wanted::Style => Bytes::from(format!("/* Lifeguard: {} {} */\n", facts.reason.code(), facts.reference)),
        Wanted::Media | Wanted::Font => Bytes::new(),
        Wanted::Json => json(site, facts),
        Wanted::JsonElsewhere => json_elsewhere(facts),
        Wanted::WebSocket | Wanted::Other => Bytes::from(format!("{}\nReference: {}\n", facts.reason.words(), facts.reference)),
        // A page that could not be rendered is told in text as well.
        Wanted::Text | Wanted::Html | Wanted::Frame => text(site, facts),
    }
}

/// Was it a decision, and not a fault?
fn is_blocked(reason: Reason) -> bool {
    matches!(reason.kind(), VerdictKind::Block | VerdictKind::Warn)
}

/// The answer for programs.
#[derive(serde::Serialize)]
struct Told<'a> {
    blocked: bool,
    reason: &'a str,
    message: &'a str,
    category: Option<&'a str>,
    group: Option<&'a str>,
    reference: &'a str,
    contact: Option<&'a str>,
    demonstration: bool,
    lab: bool,
}

/// The answer for a script of another site.
#[derive(serde::Serialize)]
struct ToldElsewhere<'a> {
    blocked: bool,
    reason: &'a str,
    reference: &'a str,
}

/// The sentence.
fn message(facts: &Facts<'_>) -> &'static str {
    if facts.quiet { words_for(facts.reason, true) } else { facts.reason.words() }
}

fn json(site: &Site, facts: &Facts<'_>) -> Bytes {
    let known = |text: &'_ str| !text.is_empty();
    let contact = whom(site, facts);
    line(&Told {
        blocked: is_blocked(facts.reason),
        reason: facts.reason.code(),
        message: message(facts),
        category: facts.category,
        group: Some(facts.group).filter(|group| known(group)),
        reference: &facts.reference.to_string(),
        contact: Some(contact.as_str()).filter(|contact| known(contact)),
        demonstration: facts.demonstration,
        lab: facts.lab,
    })
}

fn json_elsewhere(facts: &Facts<'_>) -> Bytes {
    let blocked = is_blocked(facts.reason);
    let reason = if blocked { "refused" } else { facts.reason.code() };
    line(&ToldElsewhere { blocked, reason, reference: &facts.reference.to_string() })
}

/// One line of JSON.
fn line(value: &impl serde::Serialize) -> Bytes {
    let mut text = serde_json::to_vec(value).expect("strings and flags always serialise");
    text.push(b'\n');
    Bytes::from(text)
}

fn whom(site: &Site, facts: &Facts<'_>) -> String {
    facts.here.contact.map_or_else(|| in_one_line(&site.contact), |contact| in_one_line(&contact.into()))
}

/// "Ms Reid, 01632 960123, desk@library.example".
fn in_one_line(contact: &Contact) -> String {
    let parts = [&contact.name, &contact.phone, &contact.email, &contact.web];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn text(site: &Site, facts: &Facts<'_>) -> Bytes {
    let mut out = format!("Lifeguard: {}\n", message(facts));
    let contact = whom(site, facts);
    let reference = facts.reference.to_string();
    let rules = if facts.reason == Reason::AgreementNeeded { format!("http://{}/aup", site.own_name) } else { String::new() };
    let lines = [
        ("Kind of page", facts.category.unwrap_or("")),
        ("Group", facts.group),
        ("Address", &shown(facts.address.unwrap_or(""))),
        ("Opens again", facts.opens.unwrap_or("")),
        ("Rules", &rules),
        ("Please ask", &contact),
        ("Reference", &reference),
    ];
    if let Some(scheme) = facts.sign_in {
        writeln!(out, "Sign in at: {scheme}://{}/sign-in", site.own_name).unwrap_or_default();
    }
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{name}: {value}").unwrap_or_default();
    }
    for line in if facts.reason == Reason::Statutory { &site.statutory_help } else { &site.help_lines } {
        writeln!(out, "To talk to someone: {} {}", line.name, line.phone).unwrap_or_default();
    }
    if facts.lab {
        out.push_str("LABORATORY MODE: no list of illegal material is in force.\n");
    }
    if facts.demonstration {
        out.push_str("DEMONSTRATION: the list of illegal material is a made-up one.\n");
    }
    Bytes::from(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pixel_is_a_valid_picture() {
        for (from, to) in [(12, 29), (37, 52), (60, 64)] {
            let sum = u32::from_be_bytes(PIXEL[to..to + 4].try_into().unwrap());
            assert_eq!(crc32fast::hash(&PIXEL[from..to]), sum);
        }
    }
}
