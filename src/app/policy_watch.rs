//! What nobody loosens alone: for how long evidence stays, who is told and how soon, how often people look again, and how many it takes to
//! see a name (standards D2, D20, G1, W1, X10). A draft that does needs a second person, whatever `admin.approve_policy` says.
//!
//! Must never miss a setting: tables are taken apart, so that a new one has to be placed here. What no approval allows at all is refused
//! before (`policy_guard.rs`).

use super::App;
use super::policy::in_words;
use crate::admin::{ChangeFault, PolicyFile};
use crate::config::{
    AccreditSettings, AdminSettings, AlertRule, AlertSettings, Config, IncidentSettings, LogSettings, MailSettings, Reveal, ReviewSettings,
};
use crate::policy::{Group, Rules};
use crate::record::retention::{Class, Retention};
use std::collections::BTreeSet;

impl App {
    /// Options that are looser in this text than in that one.
    pub(super) fn loosened_in(&self, file: &PolicyFile, (former, text): (&str, &str)) -> Result<Vec<String>, ChangeFault> {
        let (_, settings) = self.file().text().map_err(|fault| ChangeFault::Works(in_words(fault)))?;
        let means = |text: &str| match file {
            PolicyFile::Settings => self.file().check(text).map_err(ChangeFault::Check),
            PolicyFile::Site(site) => {
                let name = self.file_of_site(site).ok_or(ChangeFault::Unknown)?;
                let faulty = |_| ChangeFault::Others;
                self.file().check_other(&settings, (&name, text)).map_err(faulty)
            }
        };
        Ok(loosened(&means(former)?, &means(text)?))
    }
}

/// Options that are looser after than before, by name.
fn loosened(before: &Config, after: &Config) -> Vec<String> {
    let mut all = retention(&before.log.retention, &after.log.retention);
    all.extend(recorded(&before.policy, &after.policy));
    let tables = [
        log(&before.log, &after.log),
        console(&before.admin, &after.admin),
        incidents(&before.incidents, &after.incidents),
        alerts(&before.alerts, &after.alerts),
        mail(before.mail.as_ref(), after.mail.as_ref()),
        reviews(&before.reviews, &after.reviews),
        accredit(&before.accredit, &after.accredit),
    ];
    all.extend(tables.into_iter().flatten().map(str::to_owned));
    all
}

/// The names of those that are looser.
fn named<const N: usize>(all: [(&'static str, bool); N]) -> Vec<&'static str> {
    all.into_iter().filter(|(_, looser)| *looser).map(|(name, _)| name).collect()
}

/// Records may go earlier than before.
fn retention(before: &Retention, after: &Retention) -> Vec<String> {
    let Retention { spans: _, groups, trust_clock, reason: _ } = before;
    let shorter = |class: &Class| {
        let (old, new) = (before.span(*class), after.span(*class));
        new.keep < old.keep || new.at_most < old.at_most
    };
    let mut all: Vec<String> = Class::ALL.into_iter().filter(shorter).map(|class| format!("log.retention.{}", class.code())).collect();
    let web = after.span(Class::WebLog).keep;
    // Records of a group that is called otherwise now still have its former name.
    let earlier = groups.iter().filter(|(name, keep)| after.groups.get(*name).copied().unwrap_or(web) < **keep);
    all.extend(earlier.map(|(name, _)| format!("log_keep ({name})")));
    let fresh = after.groups.iter().filter(|(name, keep)| !groups.contains_key(*name) && **keep < before.span(Class::WebLog).keep);
    all.extend(fresh.map(|(name, _)| format!("log_keep ({name})")));
    all.extend((after.trust_clock && !trust_clock).then(|| "log.retention.trust_clock".to_owned()));
    all
}

/// Less of a group's requests is recorded.
fn recorded(before: &Rules, after: &Rules) -> Vec<String> {
    let known = |group: &Group| after.groups.iter().find(|other| other.name == group.name);
    let less = |group: &&Group| known(group).is_some_and(|other| other.log as u8 > group.log as u8);
    before.groups.iter().filter(less).map(|group| format!("log ({})", group.name)).collect()
}

/// How the log is kept, but for how long. Where it is kept no change on the console moves at all.
fn log(before: &LogSettings, after: &LogSettings) -> Vec<&'static str> {
    let LogSettings {
        folder,
        durability,
        sync_every,
        segment_bytes: _,
        queue: _,
        reserve_bytes,
        keys,
        heads_copy,
        encrypt_to,
        identity_file,
        epoch,
        retention: _,
    } = before;
    named([
        ("log.folder", *folder != after.folder),
        ("log.durability", *durability != after.durability),
        ("log.sync_every", after.sync_every > *sync_every),
        ("log.reserve", after.reserve_bytes < *reserve_bytes),
        ("log.keys", *keys != after.keys),
        ("log.heads_copy", *heads_copy != after.heads_copy),
        ("log.encrypt_to", *encrypt_to != after.encrypt_to),
        ("log.identity_file", *identity_file != after.identity_file),
        ("log.epoch", after.epoch > *epoch),
    ])
}

/// Who gets in, and how many it takes.
fn console(before: &AdminSettings, after: &AdminSettings) -> Vec<&'static str> {
    let AdminSettings {
        listen: _,
        names: _,
        folder,
        behind_tls: _,
        door: _,
        language: _,
        approve_policy,
        reveal,
        local,
        oidc,
        handing_out,
        off_peak: _,
    } = before;
    named([
        ("admin.folder", *folder != after.folder),
        ("admin.approve_policy", *approve_policy && !after.approve_policy),
        ("admin.reveal", *reveal == Reveal::Two && after.reveal != Reveal::Two),
        ("admin.local", *local != after.local),
        ("admin.oidc", *oidc != after.oidc),
        ("admin.own_domains, admin.accepted_ranks, admin.accepted_authorities", *handing_out != after.handing_out),
    ])
}

fn incidents(before: &IncidentSettings, after: &IncidentSettings) -> Vec<&'static str> {
    let IncidentSettings { flowchart, merge, keep } = before;
    named([
        ("incidents.flowchart", *flowchart != after.flowchart),
        ("incidents.merge", after.merge > *merge),
        ("incidents.keep", after.keep < *keep),
    ])
}

/// Does everything of the one stand in the other?
fn all_in<T: Ord>(some: &[T], of: &[T]) -> bool {
    let of: BTreeSet<&T> = of.iter().collect();
    some.iter().all(|one| of.contains(one))
}

fn alerts(before: &AlertSettings, after: &AlertSettings) -> Vec<&'static str> {
    let AlertSettings { rules, quiet, escalate_after, escalate_to, merge, digest_to, many_devices } = before;
    let tells = |rule: &AlertRule| after.rules.iter().any(|other| tells_as_much(rule, other));
    named([
        ("alerts.rule", !rules.iter().all(tells)),
        ("alerts.quiet", *quiet != after.quiet && !after.quiet.is_always()),
        ("alerts.escalate_after", after.escalate_after > *escalate_after),
        ("alerts.escalate_to", !all_in(escalate_to, &after.escalate_to)),
        ("alerts.merge", after.merge > *merge),
        ("alerts.digest_to", !all_in(digest_to, &after.digest_to)),
        ("alerts.many_devices", after.many_devices > *many_devices),
    ])
}

/// Is everybody who was told of something still told of it?
fn tells_as_much(rule: &AlertRule, other: &AlertRule) -> bool {
    let AlertRule { name, theme, severity, categories, terms, events, statutory, to } = rule;
    let kinds = events.iter().all(|kind| other.events.contains(kind));
    *name == other.name
        && *theme == other.theme
        && *severity <= other.severity
        && all_in(categories, &other.categories)
        && all_in(terms, &other.terms)
        && kinds
        && (!statutory || other.statutory)
        && all_in(to, &other.to)
}

/// Where letters go.
fn mail(before: Option<&MailSettings>, after: Option<&MailSettings>) -> Vec<&'static str> {
    let Some(MailSettings { server, port, security, user: _, secret_file: _, from: _, roots, recipients }) = before else {
        return Vec::new();
    };
    let Some(after) = after else { return vec!["mail"] };
    let reached = recipients.iter().all(|(name, addresses)| after.recipients.get(name).is_some_and(|now| all_in(addresses, now)));
    named([
        ("mail.server", *server != after.server),
        ("mail.port", *port != after.port),
        ("mail.security", *security != after.security),
        ("mail.roots", *roots != after.roots),
        ("mail.recipients", !reached),
    ])
}

fn reviews(before: &ReviewSettings, after: &ReviewSettings) -> Vec<&'static str> {
    let ReviewSettings { ending_rules, exceptions, unused_rules, accounts, deeds, alerts, provision, soon, old, unused } = before;
    named([
        ("reviews.ending_rules", after.ending_rules > *ending_rules),
        ("reviews.exceptions", after.exceptions > *exceptions),
        ("reviews.unused_rules", after.unused_rules > *unused_rules),
        ("reviews.accounts", after.accounts > *accounts),
        ("reviews.deeds", after.deeds > *deeds),
        ("reviews.alerts", after.alerts > *alerts),
        ("reviews.provision", after.provision > *provision),
        ("reviews.soon", after.soon < *soon),
        ("reviews.old", after.old > *old),
        ("reviews.unused", after.unused > *unused),
    ])
}

fn accredit(before: &AccreditSettings, after: &AccreditSettings) -> Vec<&'static str> {
    named([
        ("accredit.schedule", before.schedule && !after.schedule),
        ("accredit.canary_every", after.canary_every > before.canary_every),
        ("accredit.run_every", after.run_every > before.run_every),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ListFiles, MemoryFiles, SAMPLE, SAMPLE_NAME, Written, check_text};
    use crate::model::LogDetail;
    use crate::record::EventKind;
    use std::time::Duration;

    const DAY: Duration = Duration::from_secs(86_400);

    fn settings() -> Config {
        let files = MemoryFiles::default();
        let written = Written { name: SAMPLE_NAME, text: SAMPLE, environment: &[], files: &files, list_files: ListFiles::Noted };
        let mut config = check_text(&written).unwrap().config;
        config.admin.reveal = Reveal::Two;
        config.admin.approve_policy = true;
        config.log.retention.groups.insert("kids".into(), DAY * 120);
        config.alerts.escalate_to = vec!["head".into()];
        config.alerts.digest_to = vec!["lead".into()];
        config.alerts.rules[1].to = vec!["lead".into()];
        config.mail = Some(MailSettings {
            server: "mail.test".into(),
            port: 587,
            security: crate::config::MailSecurity::StartTls,
            user: String::new(),
            secret_file: "x".into(),
            from: "a@b.test".into(),
            roots: "".into(),
            recipients: [("lead".to_owned(), vec!["sam@b.test".to_owned()])].into(),
        });
        config
    }

    #[test]
    fn whatever_destroys_evidence_or_switches_a_watch_off_is_looser() {
        type Change = fn(&mut Config);
        let table: [(Change, &str); 23] = [
            (
                |c| c.policy.groups[0].log = LogDetail::CountsOnly,
                &*Box::leak(format!("log ({})", settings().policy.groups[0].name).into_boxed_str()),
            ),
            (|c| c.log.retention.spans[0].keep -= DAY, "log.retention.web_log"),
            (|c| c.log.retention.spans[4].at_most -= DAY, "log.retention.incidents"),
            (|c| c.log.retention.trust_clock = true, "log.retention.trust_clock"),
            (|c| c.log.retention.groups.clear(), "log_keep (kids)"),
            (|c| c.log.retention.groups.extend([("staff".to_owned(), DAY)]), "log_keep (staff)"),
            (|c| c.log.heads_copy = "/elsewhere".into(), "log.heads_copy"),
            (|c| c.log.encrypt_to = vec!["age1x".into()], "log.encrypt_to"),
            (|c| c.admin.approve_policy = false, "admin.approve_policy"),
            (|c| c.admin.reveal = Reveal::One, "admin.reveal"),
            (|c| c.incidents.keep -= DAY, "incidents.keep"),
            (|c| drop(c.alerts.rules.remove(2)), "alerts.rule"),
            (|c| c.alerts.rules[1].to.clear(), "alerts.rule"),
            (|c| drop(c.alerts.rules[3].categories.pop()), "alerts.rule"),
            (|c| c.alerts.rules[4].events.retain(|kind| *kind != EventKind::Gap), "alerts.rule"),
            (|c| c.alerts.escalate_after += DAY, "alerts.escalate_after"),
            (|c| c.alerts.escalate_to.clear(), "alerts.escalate_to"),
            (|c| c.alerts.digest_to.clear(), "alerts.digest_to"),
            (|c| c.mail = None, "mail"),
            (|c| c.mail.as_mut().unwrap().server = "nowhere.test".into(), "mail.server"),
            (|c| c.mail.as_mut().unwrap().recipients.clear(), "mail.recipients"),
            (|c| c.reviews.deeds += DAY, "reviews.deeds"),
            (|c| c.accredit.schedule = !c.accredit.schedule, "accredit.schedule"),
        ];
        let mut before = settings();
        before.accredit.schedule = true;
        for (change, name) in table {
            let mut after = before.clone();
            change(&mut after);
            assert_eq!(loosened(&before, &after), [name]);
            if !name.starts_with("log.encrypt") && !name.starts_with("log.heads") && name != "mail.server" {
                assert_eq!(loosened(&after, &before), Vec::<String>::new(), "{name}: the other way it is stricter");
            }
        }
        assert_eq!(loosened(&before, &before), Vec::<String>::new());
    }
}
