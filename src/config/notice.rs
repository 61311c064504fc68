//! What people are told about the log: made from the settings that are in force, so that it cannot say anything else (standards C7).
//!
//! Must never promise more privacy than there is: what is kept of attempts to reach illegal material is said to everybody.

use super::checked::Config;
use super::sign_in::SignInSettings;
use super::units::time_text;
use crate::engine::Engine;
use crate::model::{GroupId, LogDetail};
use crate::policy::{Contact, Group, HttpsMode, YouTube};
use crate::record::retention::Class;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// The notice for one group.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Notice {
    /// Short name of the group.
    pub group: String,
    /// The group in words.
    pub title: String,
    /// What it says.
    pub parts: Arc<Vec<NoticePart>>,
}

/// One matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct NoticePart {
    /// What it is about.
    pub heading: &'static str,
    /// In sentences.
    pub lines: Vec<String>,
}

/// The notice for a group.
#[must_use]
pub fn notice(config: &Config, engine: &Engine, id: GroupId) -> Notice {
    let policy = &engine.policy;
    let group = policy.group(id).or_else(|| policy.group(policy.rules().strictest));
    let part = |heading, lines: Vec<String>| NoticePart { heading, lines };
    let parts = group.map_or_else(Vec::new, |group| {
        vec![
            part("What is written down", kept(group, config.sign_in != SignInSettings::default())),
            part("What you search for", searches(group)),
            part("What we can see", seen(engine, id)),
            part("What is changed on the way", changed(group)),
            part("How long it is kept", spans(config, group)),
            part("Who may see it", readers(config)),
            part("Whom to ask", vec![whom(policy.contact(id).unwrap_or(&config.site.contact))]),
        ]
    });
    Notice { group: policy.group_name(id).to_string(), title: policy.group_title(id).to_owned(), parts: Arc::new(parts) }
}

/// The notice of every group, by number. What groups say alike is kept once.
#[must_use]
pub fn notices(config: &Config, engine: &Engine) -> Box<[Notice]> {
    let mut known: HashSet<Arc<Vec<NoticePart>>> = HashSet::new();
    let all = (0..u16::MAX).map(GroupId).take(engine.policy.rules().groups.len());
    all.map(|id| {
        let made = notice(config, engine, id);
        let parts = known.get(&made.parts).map_or_else(|| Arc::clone(&made.parts), Arc::clone);
        known.insert(Arc::clone(&parts));
        Notice { parts, ..made }
    })
    .collect()
}

impl Notice {
    /// As text for a terminal, or to be printed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{}: what is kept about you\n", self.title);
        for part in &*self.parts {
            // Writing to a String cannot fail.
            writeln!(out, "\n{}", part.heading).unwrap_or_default();
            for line in &part.lines {
                writeln!(out, "  - {line}").unwrap_or_default();
            }
        }
        out
    }
}

fn kept(group: &Group, sign_in: bool) -> Vec<String> {
    let name = if sign_in { "your name, if you have signed in, " } else { "" };
    let mut lines = vec![match group.log {
        LogDetail::Full => format!(
            "For everything that is asked for: the time, the whole address as far as we can see it, {name}the address of your device, your \
             group, your program, and whether it was open or closed."
        ),
        LogDetail::WithoutUser => "For everything that is asked for: the time, the whole address as far as we can see it, the address of \
                                   your device, your group, your program, and whether it was open or closed. Your name is not written down."
            .into(),
        LogDetail::HostOnly => "For everything that is asked for: the time, the name of the website but not the page, the address of your \
                                device, your group, and whether it was open or closed. Your name is not written down."
            .into(),
        LogDetail::CountsOnly => "That your group asked for something, when, and whether it was open or closed. Neither the website nor \
                                  your name nor your device is written down."
            .into(),
    }];
    if group.log != LogDetail::Full {
        lines.push(
            "One thing is always written down in full: that somebody tried to open an address on the list of illegal material.".into(),
        );
    }
    lines.push("Pictures, films, messages and passwords are not written down.".into());
    lines
}

fn searches(group: &Group) -> Vec<String> {
    let line = match (group.https, group.log) {
        (_, LogDetail::HostOnly | LogDetail::CountsOnly) => "What you type into a search engine is not written down.",
        (HttpsMode::Tunnel, LogDetail::Full | LogDetail::WithoutUser) => {
            "What you type into a search engine is hidden from us by HTTPS. Where a search engine does not use HTTPS, it is written down."
        }
        (HttpsMode::Selective | HttpsMode::Full, LogDetail::Full | LogDetail::WithoutUser) => {
            "What you type into a search engine is seen and written down."
        }
    };
    vec![line.into()]
}

fn seen(engine: &Engine, id: GroupId) -> Vec<String> {
    let rules = engine.policy.rules();
    let mut lines = vec![engine.coverage(id, None).summary.to_owned()];
    if engine.policy.https_mode(id) != HttpsMode::Tunnel {
        let categories = rules.sealed.categories.iter().map(|name| engine.policy.category_title(name).to_owned());
        let hosts = rules.sealed.hosts.iter().map(ToString::to_string);
        let all: Vec<String> = categories.chain(hosts).collect();
        lines.push(if all.is_empty() {
            "This place has sealed no kind of website.".into()
        } else {
            format!("We never look inside these: {}.", some(&all))
        });
    }
    lines
}

/// A list that people can read: the first twenty.
fn some(all: &[String]) -> String {
    const SHOWN: usize = 20;
    let more = all.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", all.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", "))
}

fn changed(group: &Group) -> Vec<String> {
    let search = if group.safe_search { "Search engines show their safe results only." } else { "Search results are not changed." };
    let youtube = match group.youtube {
        YouTube::Open => "YouTube is not restricted.",
        YouTube::Moderate => "YouTube is restricted (moderate).",
        YouTube::Strict => "YouTube is restricted (strict).",
    };
    vec![search.into(), youtube.into()]
}

fn spans(config: &Config, group: &Group) -> Vec<String> {
    let retention = &config.log.retention;
    let web = retention.span(Class::WebLog);
    let keep = retention.groups.get(&*group.name).copied().unwrap_or(web.keep).max(web.keep);
    let mut lines =
        vec![format!("What you asked for is kept for {}, and deleted after {} at the latest.", days(keep), days(web.at_most.max(keep)))];
    lines.push(format!(
        "What belongs to an incident is kept for {}. What a court or the police need is kept until they no longer do.",
        days(retention.span(Class::Incidents).keep)
    ));
    if !retention.reason.is_empty() {
        lines.push(format!("Why it is kept for so long: {}.", retention.reason.trim_end_matches('.')));
    }
    lines
}

fn days(time: Duration) -> String {
    let days = time.as_secs() / 86_400;
    if days == 0 { time_text(time) } else { format!("{days} days") }
}

fn readers(config: &Config) -> Vec<String> {
    let who = if config.notice.is_empty() {
        "This place has not said who may read it. Please ask.".into()
    } else {
        format!("It may be read by: {}.", config.notice.join(", "))
    };
    let sealed = if config.log.encrypt_to.is_empty() {
        "It is signed, so that nobody can change it unseen. It is not encrypted."
    } else {
        "It is signed, so that nobody can change it unseen, and encrypted, so that nobody else can read it."
    };
    let police = "The police may get it where the law says so. Each time, it is written down who got what, and why.";
    vec![who, sealed.into(), police.into()]
}

fn whom(contact: &Contact) -> String {
    let parts = [&contact.name, &contact.phone, &contact.email, &contact.web];
    let known: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    if known.is_empty() { "The person who looks after the computers.".into() } else { format!("{}.", known.join(", ")) }
}
