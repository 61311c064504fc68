//! `[incidents]`, `[alerts]` and `[mail]`: a flowchart that can be followed, rules that say something, recipients that exist, and no
//! password in the clear.

use super::bench::Bench;
use super::closed::must_be_closed;
use crate::config::fault::FaultKind;
use crate::config::flowchart::Flowchart;
use crate::config::incidents::{AlertRule, AlertSettings, IncidentSettings, MailSecurity, MailSettings};
use crate::config::raw::{RawAlertRule, RawAlerts, RawIncidents, RawMail};
use crate::config::source::{At, Place};
use crate::model::{Severity, Theme};
use crate::record::EventKind;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// Most addresses of one recipient.
const MOST_ADDRESSES: usize = 20;

/// Checks `[incidents]`.
pub(super) fn check(raw: RawIncidents, bench: &mut Bench<'_>) -> IncidentSettings {
    let Some(file) = &raw.flowchart else { return raw.settings };
    let mut fault = |problem: String| {
        bench.reader.fault(&file.place, FaultKind::File { path: file.value.as_str().into(), problem: problem.into() });
    };
    let bytes = match bench.files.read(Path::new(&file.value)) {
        Ok(bytes) => bytes,
        Err(error) => {
            fault(error.to_string());
            return raw.settings;
        }
    };
    match Flowchart::read(&String::from_utf8_lossy(&bytes)) {
        Ok(flowchart) => IncidentSettings { flowchart: Arc::new(flowchart), ..raw.settings },
        Err(faults) => {
            faults.iter().for_each(|one| fault(one.to_string()));
            raw.settings
        }
    }
}

/// Checks `[alerts]`. `mail`: who may be written to.
pub(super) fn alerts(raw: RawAlerts, mail: Option<&MailSettings>, bench: &mut Bench<'_>) -> AlertSettings {
    let hours = raw.quiet.as_ref().map(|hours| bench.hours(hours)).unwrap_or_default();
    let mut names: Vec<&At<String>> = raw.escalate_to.iter().chain(&raw.digest_to).collect();
    names.extend(raw.rules.iter().flat_map(|rule| &rule.value.to));
    for name in names {
        let known = mail.into_iter().flat_map(|mail| mail.recipients.keys()).map(String::as_str);
        if !known.clone().any(|known| known == name.value) {
            bench.unknown("recipient", name, known);
        }
    }
    let everybody: Vec<String> = mail.iter().flat_map(|mail| mail.recipients.keys().cloned()).collect();
    let mut rules: Vec<AlertRule> = raw.rules.iter().filter_map(|written| rule(written, bench)).collect();
    refuse_twice(&raw.rules, bench);
    if raw.rules.is_empty() {
        rules = AlertRule::defaults().into_iter().map(|rule| AlertRule { to: everybody.clone(), ..rule }).collect();
    } else if !rules.iter().any(|rule| rule.statutory) {
        rules.push(AlertRule::statutory(Vec::new()));
    }
    let digest_to = if raw.digest_to.is_empty() { everybody } else { texts(&raw.digest_to) };
    AlertSettings { rules, quiet: hours, escalate_to: texts(&raw.escalate_to), digest_to, ..raw.settings }
}

fn texts(all: &[At<String>]) -> Vec<String> {
    all.iter().map(|at| at.value.clone()).collect()
}

fn rule(written: &At<RawAlertRule>, bench: &mut Bench<'_>) -> Option<AlertRule> {
    let raw = &written.value;
    let name = bench.need(raw.name.as_ref(), &written.place, "name");
    let theme = raw.theme.as_ref().map(|at| at.value);
    let severity = Severity::new(u8::try_from(raw.severity).unwrap_or(0));
    for (missing, key) in [(theme.is_none(), "theme"), (severity.is_none(), "severity")] {
        if missing {
            bench.reader.fault(&written.place, FaultKind::Missing(key));
        }
    }
    raw.categories.iter().for_each(|category| bench.category(category));
    let events: Vec<EventKind> = raw.events.iter().filter_map(|at| event(at, bench)).collect();
    for at in raw.terms.iter().filter(|at| at.value.trim().is_empty() || at.value.len() > 200) {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "words, at most 200 bytes".into() });
    }
    if raw.categories.is_empty() && raw.terms.is_empty() && raw.events.is_empty() && !raw.statutory {
        bench.reader.fault(&written.place, FaultKind::Missing("categories, terms, events or statutory"));
    }
    // Whoever looks after the machines sees this theme, and nothing that people did.
    if let (Some(Theme::FilterHealth), false) = (theme, raw.categories.is_empty() && raw.terms.is_empty() && !raw.statutory) {
        bench.reader.fault(&written.place, FaultKind::Meaningless("categories, terms and statutory", "the theme \"filter-health\"".into()));
    }
    Some(AlertRule {
        name: name?,
        theme: theme?,
        severity: severity?,
        categories: texts(&raw.categories),
        terms: raw.terms.iter().map(|at| at.value.trim().to_lowercase()).collect(),
        events,
        statutory: raw.statutory,
        to: texts(&raw.to),
    })
}

fn event(at: &At<String>, bench: &mut Bench<'_>) -> Option<EventKind> {
    let word = |kind: &EventKind| serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    // An alert of an alert would have no end.
    if [EventKind::AlertRaised, EventKind::AlertAcknowledged].iter().any(|kind| word(kind) == at.value) {
        bench.reader.fault(&at.place, FaultKind::Meaningless("events", "what alerts do themselves".into()));
        return None;
    }
    let found = EventKind::ALL.into_iter().find(|kind| word(kind) == at.value);
    if found.is_none() {
        let all: Vec<String> = EventKind::ALL.iter().map(word).collect();
        bench.unknown("event", at, all.iter().map(String::as_str));
    }
    found
}

fn refuse_twice(rules: &[At<RawAlertRule>], bench: &mut Bench<'_>) {
    let names: Vec<&At<String>> = rules.iter().filter_map(|rule| rule.value.name.as_ref()).collect();
    for (at, name) in names.iter().enumerate() {
        if names[..at].iter().any(|before| before.value == name.value) {
            bench.reader.fault(&name.place, FaultKind::Twice("rule", name.value.as_str().into()));
        }
    }
}

/// Checks `[mail]`; `None`: no letter leaves.
pub(super) fn mail(raw: RawMail, bench: &mut Bench<'_>) -> Option<MailSettings> {
    let Some(server) = &raw.server else {
        let places = [&raw.from, &raw.user, &raw.secret_file, &raw.roots].into_iter().flatten().map(|at| &at.place);
        let stray: Option<Place> = places.chain(raw.recipients.iter().map(|(name, _)| &name.place)).next().cloned();
        if let Some(place) = stray {
            bench.reader.fault(&place, FaultKind::Missing("server"));
        }
        return None;
    };
    let security = raw.security.as_ref().map(|at| at.value).unwrap_or_default();
    let is_host = |name: &str| {
        !name.is_empty() && name.len() < 254 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte))
    };
    if !is_host(&server.value) {
        bench.reader.fault(&server.place, FaultKind::Malformed { expected: "the name or address of a mail server, without a port".into() });
    }
    let loopback = server.value == "localhost" || server.value.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let plain = security == MailSecurity::Plain;
    if let (true, false, Some(at)) = (plain, loopback, &raw.security) {
        bench.reader.fault(&at.place, FaultKind::Meaningless("none", "a server that is not on this machine".into()));
    }
    if let (true, Some(user)) = (plain, &raw.user) {
        bench.reader.fault(&user.place, FaultKind::Meaningless("user", "the security \"none\"".into()));
    }
    match (&raw.user, &raw.secret_file) {
        (Some(at), None) => bench.reader.fault(&at.place, FaultKind::Missing("secret_file")),
        (None, Some(at)) => bench.reader.fault(&at.place, FaultKind::Missing("user")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    if let Some(at) = &raw.secret_file {
        must_be_closed(Path::new(&at.value), &at.place, bench);
    }
    let from = bench.need(raw.from.as_ref(), &server.place, "from");
    raw.from.iter().for_each(|at| must_be_an_address(at, bench));
    let port = match (raw.port, security) {
        (0, MailSecurity::StartTls) => 587,
        (0, MailSecurity::Tls) => 465,
        (0, MailSecurity::Plain) => 25,
        (port, _) => u16::try_from(port).unwrap_or(u16::MAX),
    };
    let recipients = recipients(&raw.recipients, bench);
    let text = |at: Option<At<String>>| at.map_or_else(String::new, |at| at.value);
    let server = server.value.clone();
    let (user, secret_file, roots) = (text(raw.user), text(raw.secret_file).into(), text(raw.roots).into());
    Some(MailSettings { server, port, security, user, secret_file, from: from?, roots, recipients })
}

fn recipients(written: &[(At<String>, Vec<At<String>>)], bench: &mut Bench<'_>) -> BTreeMap<String, Vec<String>> {
    for (name, addresses) in written {
        addresses.iter().for_each(|at| must_be_an_address(at, bench));
        if addresses.is_empty() || addresses.len() > MOST_ADDRESSES {
            bench.reader.fault(&name.place, FaultKind::OutOfRange { expected: format!("1 to {MOST_ADDRESSES} addresses").into() });
        }
    }
    written.iter().map(|(name, addresses)| (name.value.clone(), texts(addresses))).collect()
}

fn must_be_an_address(at: &At<String>, bench: &mut Bench<'_>) {
    let plain = !at.value.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';'));
    if !plain || at.value.parse::<lettre::Address>().is_err() {
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a mail address such as \"sam@school.example\"".into() });
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ListFiles, MailSecurity, MemoryFiles, SAMPLE, SAMPLE_NAME, Written, check_text};
    use crate::model::Theme;

    fn checked(more: &str) -> Result<Config, String> {
        let (text, files) = (format!("{SAMPLE}\n{more}"), MemoryFiles::default());
        let written = Written { name: SAMPLE_NAME, text: &text, environment: &[], files: &files, list_files: ListFiles::Noted };
        check_text(&written).map(|loaded| loaded.config).map_err(|faults| faults.to_string())
    }

    const MAIL: &str = "[mail]\nserver = \"mail.school.example\"\nfrom = \"filter@school.example\"\n[mail.recipients]\nlead = \"sam@school.example\"\nit = [\"ivy@school.example\"]\n";

    #[test]
    fn whoever_is_named_for_letters_gets_the_alerts_that_are_built_in_and_the_digest() {
        let config = checked(MAIL).unwrap();
        let mail = config.mail.unwrap();
        assert_eq!((mail.port, mail.security), (587, MailSecurity::StartTls));
        assert!(config.alerts.rules.iter().all(|rule| rule.to == ["it", "lead"]));
        assert_eq!(config.alerts.digest_to, ["it", "lead"]);
        let none = checked("").unwrap();
        assert!(none.mail.is_none() && none.alerts.rules.iter().all(|rule| rule.to.is_empty()));
    }

    #[test]
    fn there_is_a_rule_for_statutory_lists_whatever_is_written() {
        let rule = "[[alerts.rule]]\nname = \"games\"\ntheme = \"circumvention\"\nseverity = 1\ncategories = [\"vpn\"]\n";
        let config = checked(rule).unwrap();
        assert_eq!(config.alerts.rules.len(), 2);
        assert!(config.alerts.rules.iter().any(|rule| rule.statutory && rule.theme == Theme::Statutory));
    }

    #[test]
    fn what_could_leak_loop_or_reach_nobody_is_a_fault() {
        let rule = |more: &str| format!("{MAIL}[[alerts.rule]]\nname = \"r\"\nseverity = 1\n{more}");
        let server = |more: &str| format!("[mail]\nfrom = \"a@b.example\"\n{more}");
        let table = [
            (rule("theme = \"help\"\nterms = \"x\"\nto = \"leed\"\n"), "recipient 'leed'"),
            (rule("theme = \"help\"\n"), "'categories, terms, events or statutory' is missing"),
            (rule("theme = \"filter-health\"\nterms = \"x\"\n"), "no meaning for the theme"),
            (rule("theme = \"help\"\nevents = \"alert-raised\"\n"), "what alerts do themselves"),
            (rule("theme = \"help\"\nevents = \"nonsense\"\n"), "event 'nonsense'"),
            (rule("events = \"gap\"\n"), "'theme' is missing"),
            (server(""), "'server' is missing"),
            (server("server = \"mail.example\"\nsecurity = \"none\"\n"), "not on this machine"),
            (server("server = \"mail.example\"\nuser = \"x\"\n"), "'secret_file' is missing"),
            (server("server = \"localhost\"\nsecurity = \"none\"\nuser = \"x\"\nsecret_file = \"y\"\n"), "'user' has no meaning"),
            (server("server = \"mail.example:25/x\"\n"), "without a port"),
            (server("server = \"mail.example\"\n[mail.recipients]\nlead = \"Sam <sam@b.example>\"\n"), "a mail address"),
            (server("server = \"mail.example\"\n[mail.recipients]\nlead = \"sam@b.example\\r\\nBcc: x@y.example\"\n"), "a mail address"),
            ("[incidents]\nflowchart = \"gone.toml\"\n".to_owned(), "cannot read gone.toml"),
        ];
        for (text, words) in table {
            let faults = checked(&text).expect_err(&text);
            assert!(faults.contains(words), "{words}: {faults}");
        }
    }
}
