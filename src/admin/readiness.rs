//! May traffic be sent here? Every check is named and says what it found (security B7, standard U9's duty to refuse without a list).
//!
//! A laboratory is never ready: machines that ask must not take it for a filter. A failed reload leaves it ready, since
//! the last good state is in force; it is told as a remark.

use super::status::{ListStatus, Status, lost_names};
use std::time::Duration;

/// With room for fewer days than these somebody should make room: two weeks, so that a half-term holiday does not hide it.
const FEW_DAYS: u64 = 14;
/// A new authority has to reach every device before the old one lapses.
const AUTHORITY_DAYS: i64 = 60;
/// Before this moment (2025-01-01T00:00:00Z) no clock can be right.
const EARLIEST: i64 = 1_735_689_600;

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// Name, stable.
    pub name: &'static str,
    /// Did it pass?
    pub passed: bool,
    /// What was found.
    pub words: String,
}

/// All checks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Readiness {
    /// Have all checks passed?
    pub ready: bool,
    /// The statutory list is a demonstration list.
    pub demonstration: bool,
    /// Laboratory mode.
    pub lab: bool,
    /// Generation of the live engine.
    pub generation: u64,
    /// One by one.
    pub checks: Vec<Check>,
    /// What does not stand in the way today, and will.
    pub warnings: Vec<String>,
}

impl Readiness {
    /// Looks at everything.
    #[must_use]
    pub fn of(status: &Status) -> Self {
        let checks = vec![engine(status), statutory(status), log(status), listening(status), clock(status), draining(status)];
        Self {
            ready: checks.iter().all(|check| check.passed),
            demonstration: status.demonstration,
            lab: status.lab,
            generation: status.generation,
            checks,
            warnings: disk(status)
                .into_iter()
                .chain(signing(status))
                .chain(authority(status))
                .chain(restricted(status))
                .chain(ages(status))
                .chain(accreditation(status))
                .chain(mail(status))
                .collect(),
        }
    }

    /// Text for people and probes; every check where `verbose`, else only those that failed.
    #[must_use]
    pub fn text(&self, verbose: bool) -> String {
        let mut text = String::from(if self.ready { "ready" } else { "not ready" });
        text.push_str(if self.demonstration { " (demonstration list: real illegal pages are not stopped)\n" } else { "\n" });
        for check in self.checks.iter().filter(|check| verbose || !check.passed) {
            text.push_str(&format!("[{}] {}: {}\n", if check.passed { '+' } else { '-' }, check.name, check.words));
        }
        for warning in &self.warnings {
            text.push_str(&format!("[!] {warning}\n"));
        }
        text
    }
}

fn disk(status: &Status) -> Option<String> {
    let days = status.log.days_left.filter(|days| *days < FEW_DAYS)?;
    Some(format!("log-disk: room for {days} more days of records; when it is full, nothing is served (`lifeguard logs stats`)"))
}

fn engine(status: &Status) -> Check {
    let passed = status.generation > 0;
    let words = if passed { format!("generation {} is live", status.generation) } else { "no policy is live yet".into() };
    Check { name: "policy", passed, words }
}

fn statutory(status: &Status) -> Check {
    let lists: Vec<&str> = status.lists.iter().filter(|list| list.statutory && list.entries > 0).map(|list| list.name.as_str()).collect();
    let passed = !lists.is_empty() && !status.lab;
    let words = if status.lab {
        "laboratory mode: no list of illegal material is in force".into()
    } else if lists.is_empty() {
        "no verified list of illegal material is loaded".into()
    } else if status.demonstration {
        format!("demonstration list: {}", lists.join(", "))
    } else {
        format!("verified: {}", lists.join(", "))
    };
    Check { name: "statutory-list", passed, words }
}

fn log(status: &Status) -> Check {
    let words = status.log.fault.clone().unwrap_or_else(|| "records are being kept".into());
    Check { name: "log", passed: status.log.fault.is_none(), words }
}

/// Without signatures the filter works and records are kept: it is no reason to send people elsewhere, but to come and look.
fn signing(status: &Status) -> Option<String> {
    let why = status.log.signing_fault.as_ref()?;
    Some(format!("log-signing: records are kept, but not signed: {why}"))
}

/// Sites that are not opened are served all the same: a reason to make the next authority, and to install it, in time.
fn authority(status: &Status) -> Option<String> {
    let until = status.authority_until?;
    let left = until.seconds() - status.now.seconds();
    match left {
        ..=0 => Some(format!("https-authority: it lapsed on {until}: what policy wants opened is refused (`lifeguard ca status`)")),
        _ if left < AUTHORITY_DAYS * 86_400 => Some(format!(
            "https-authority: it lapses on {until}: make the next one (`lifeguard ca init --next`) and install it on the devices"
        )),
        _ => None,
    }
}

/// The sites that are led there are not reached, which is as it must be; but somebody should know.
fn restricted(status: &Status) -> impl Iterator<Item = String> + '_ {
    lost_names(status.restricted.iter()).map(|words| format!("restricted-search: {words}"))
}

/// An old list is better than none: whoever is in charge has to know, and nobody is sent elsewhere.
fn ages(status: &Status) -> impl Iterator<Item = String> + '_ {
    let age = |list: &ListStatus| Duration::from_micros(list.as_of.map_or(0, |as_of| u64::try_from(status.now.0 - as_of.0).unwrap_or(0)));
    status.lists.iter().filter_map(move |list| list.freshness.words(&list.name, age(list))).map(|words| format!("list-age: {words}"))
}

/// People are filtered all the same: a reason to come and look, and none to send them elsewhere.
fn accreditation(status: &Status) -> Option<String> {
    (status.accredited == Some(false)).then(|| "accreditation: not passing (/accreditation, `lifeguard accredit`)".into())
}

/// Whoever is to be told is not: somebody has to look at the console, and at the mail server. What that server said may name people, and
/// whoever reads this has not signed in.
fn mail(status: &Status) -> Option<String> {
    status.mail_fault.as_ref().map(|_| "mail: letters are not sent (why: on the console's front page, `/dashboard`)".into())
}

fn listening(status: &Status) -> Check {
    let passed = !status.listeners.is_empty();
    Check { name: "listeners", passed, words: if passed { "open".into() } else { "nothing listens".into() } }
}

fn clock(status: &Status) -> Check {
    let passed = status.now.seconds() >= EARLIEST;
    Check { name: "clock", passed, words: if passed { "plausible".into() } else { format!("stands at {}", status.now) } }
}

fn draining(status: &Status) -> Check {
    let words = if status.draining { "finishing: no new connections" } else { "in service" };
    Check { name: "service", passed: !status.draining, words: words.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::ListenerStatus;
    use crate::lists::Freshness;
    use crate::model::Timestamp;

    fn good() -> Status {
        Status {
            now: Timestamp::from_seconds(1_764_000_000),
            generation: 1,
            listeners: vec![ListenerStatus { what: "Proxy".into(), address: "127.0.0.1:3128".into() }],
            lists: vec![ListStatus { name: "illegal".into(), statutory: true, entries: 12, ..ListStatus::default() }],
            ..Status::default()
        }
    }

    #[test]
    fn ready_means_that_every_check_passed() {
        type Break = fn(&mut Status);
        let table: [(&str, Break); 8] = [
            ("statutory-list", |s| s.lists.clear()),
            ("statutory-list", |s| s.lists[0].entries = 0),
            ("statutory-list", |s| s.lists[0].statutory = false),
            ("statutory-list", |s| s.lab = true),
            ("log", |s| s.log.fault = Some("no space left".into())),
            ("listeners", |s| s.listeners.clear()),
            ("clock", |s| s.now = Timestamp(0)),
            ("service", |s| s.draining = true),
        ];
        assert!(Readiness::of(&good()).ready);
        assert_eq!(Readiness::of(&good()).text(false), "ready\n");
        for (name, spoil) in table {
            let mut status = good();
            spoil(&mut status);
            let readiness = Readiness::of(&status);
            let failed: Vec<_> = readiness.checks.iter().filter(|check| !check.passed).map(|check| check.name).collect();
            assert_eq!(failed, [name]);
            assert!(!readiness.ready && readiness.text(false).starts_with(&format!("not ready\n[-] {name}: ")));
        }
    }

    #[test]
    fn a_demonstration_list_is_ready_and_says_what_it_is() {
        let readiness = Readiness::of(&Status { demonstration: true, ..good() });
        assert!(readiness.ready);
        assert!(readiness.text(false).starts_with("ready (demonstration list"));
        assert!(readiness.text(true).contains("[+] statutory-list: demonstration list: illegal\n"));
    }

    #[test]
    fn a_log_that_cannot_be_signed_is_a_warning_that_everybody_sees() {
        let mut status = good();
        status.log.signing_fault = Some("no space left".into());
        let readiness = Readiness::of(&status);
        assert!(readiness.ready);
        for verbose in [false, true] {
            assert!(readiness.text(verbose).ends_with("[!] log-signing: records are kept, but not signed: no space left\n"));
        }
        assert!(serde_json::to_string(&readiness).unwrap().contains("\"warnings\":[\"log-signing: "));
    }

    #[test]
    fn names_of_restricted_search_that_lead_nowhere_are_one_warning_for_each_fault() {
        let name = |name: &str, fault: &str| crate::admin::RestrictedName {
            name: name.into(),
            fault: (!fault.is_empty()).then(|| fault.to_owned()),
        };
        let (fine, a, b, slow) =
            (name("fine.test", ""), name("a.test", "no address"), name("b.test", "no address"), name("c.test", "no answer"));
        let one = "a.test leads nowhere (no address); the sites";
        let all = ["a.test, b.test lead nowhere (no address); the sites", "c.test leads nowhere (no answer); the sites"];
        for (restricted, warned) in
            [(vec![], vec![]), (vec![fine.clone()], vec![]), (vec![fine, a.clone()], vec![one]), (vec![a, slow, b], all.to_vec())]
        {
            let readiness = Readiness::of(&Status { restricted, ..good() });
            assert!(readiness.ready);
            let text = readiness.text(false);
            assert_eq!(text.matches("[!] restricted-search: ").count(), warned.len(), "{text}");
            for words in warned {
                assert!(text.contains(&format!("[!] restricted-search: {words}")), "{text}");
            }
        }
    }

    #[test]
    fn an_old_list_is_a_warning_and_no_refusal() {
        for (freshness, warned) in [(Freshness::Fresh, false), (Freshness::Old, true), (Freshness::TooOld, true)] {
            let mut status = good();
            (status.lists[0].freshness, status.lists[0].as_of) = (freshness, Some(Timestamp::from_seconds(1_764_000_000 - 14 * 3600)));
            let readiness = Readiness::of(&status);
            assert!(readiness.ready);
            assert_eq!(readiness.text(false).contains("[!] list-age: list illegal: nothing new for 14 hours"), warned, "{freshness:?}");
        }
    }

    #[test]
    fn what_no_longer_passes_is_a_warning_and_no_refusal() {
        for (accredited, warned) in [(None, false), (Some(true), false), (Some(false), true)] {
            let readiness = Readiness::of(&Status { accredited, ..good() });
            assert!(readiness.ready);
            assert_eq!(readiness.text(false).contains("\n[!] accreditation: not passing"), warned, "{accredited:?}");
        }
    }

    #[test]
    fn few_days_of_room_for_the_log_are_a_warning_and_no_refusal() {
        for (days, warned) in [(None, false), (Some(14), false), (Some(13), true), (Some(0), true)] {
            let status = Status { log: crate::admin::LogStatus { days_left: days, ..Default::default() }, ..good() };
            let readiness = Readiness::of(&status);
            assert!(readiness.ready);
            assert_eq!(readiness.text(false).contains("\n[!] log-disk: room for "), warned, "{days:?}");
        }
    }

    #[test]
    fn a_failed_reload_leaves_the_last_good_state_ready() {
        let mut status = good();
        status.reload.fault = Some("lifeguard.toml:3:1: unknown key".into());
        assert!(Readiness::of(&status).ready);
    }
}
