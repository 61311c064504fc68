//! The installation in figures, from settings and engine. No entry of any list is in it.

use crate::accredit::{ContactFact, Context, ListFact, ToldFact};
use crate::config::{AlertRule, Config};
use crate::engine::{Coverage, Engine};
use crate::lists::{ListInfo, ListKind};
use crate::model::{GroupId, Timestamp};
use aws_lc_rs::digest::{Context as Sum, SHA256};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::sync::{Arc, OnceLock};

/// What is looked at.
pub struct Installation<'a> {
    /// The settings.
    pub config: &'a Config,
    /// Lists and policy.
    pub engine: &'a Engine,
    /// When the source of each list was made or fetched.
    pub as_of: &'a BTreeMap<Arc<str>, Timestamp>,
    /// What is seen in each group; `None`: as it is set up, without counts.
    pub coverage: Option<Vec<Coverage>>,
}

/// The installation at this moment.
#[must_use]
pub fn context_of(at: &Installation<'_>, made: Timestamp) -> Context {
    let Installation { config, engine, as_of, coverage } = at;
    let (site, policy) = (&config.site, &engine.policy);
    let rules = policy.rules();
    let reviewed = rules.layers.iter().filter(|layer| layer.review.is_some()).count() + usize::from(rules.agreement.review.is_some());
    let overdue = policy.overdue(made).map(|layer| layer.overdue_words(&site.time_zone));
    let groups: Vec<GroupId> = policy.groups_to_tell();
    let stated = || groups.iter().map(|id| engine.coverage(*id, None)).collect();
    Context {
        made,
        made_words: in_zone(made, &site.time_zone).into(),
        site: site.name.as_str().into(),
        node: site.node.as_str().into(),
        tool: concat!("lifeguard ", env!("CARGO_PKG_VERSION")).into(),
        build: build_id().into(),
        policy_version: policy.version().to_string().into(),
        list_version: engine.lists.version().to_string().into(),
        generation: engine.generation.0,
        lists: engine.lists.lists().iter().map(|list| list_fact(list, engine, as_of, made)).collect(),
        groups: groups.iter().map(|id| policy.group_title(*id).into()).collect(),
        coverage: coverage.clone().unwrap_or_else(stated),
        contact: contact(config),
        memberships: config.accredit.memberships.clone(),
        reviews: reviewed,
        overdue: overdue.chain(rules.agreement.overdue_words(made, &site.time_zone)).map(Into::into).collect(),
        told: told(config),
        schedule: config.accredit.schedule,
        counts_until: until(made, config.accredit.certificate_for),
    }
}

/// So long after that.
pub(super) fn until(made: Timestamp, span: std::time::Duration) -> Timestamp {
    Timestamp(made.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
}

/// A moment for people.
pub(super) fn in_zone(at: Timestamp, zone: &TimeZone) -> String {
    at.civil().to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// Who is told of what. Without a mail server no letter leaves, whoever is named.
fn told(config: &Config) -> ToldFact {
    let of_people = |rule: &&AlertRule| rule.statutory || !rule.categories.is_empty() || !rule.terms.is_empty();
    let rules = || config.alerts.rules.iter().filter(of_people);
    let mails = config.mail.is_some();
    ToldFact {
        alerts: rules().map(|rule| rule.name.as_str().into()).collect(),
        letters: rules().filter(|rule| mails && !rule.to.is_empty()).map(|rule| rule.name.as_str().into()).collect(),
        digest: config.alerts.digest_to.iter().filter(|_| mails).map(|name| name.as_str().into()).collect(),
        forms: config.pages.why,
    }
}

fn contact(config: &Config) -> ContactFact {
    let contact = &config.site.contact;
    ContactFact {
        name: contact.name.as_str().into(),
        email: contact.email.as_str().into(),
        phone: contact.phone.as_str().into(),
        web: contact.web.as_str().into(),
    }
}

fn list_fact(list: &ListInfo, engine: &Engine, as_of: &BTreeMap<Arc<str>, Timestamp>, now: Timestamp) -> ListFact {
    let policy = &engine.policy;
    let dated = as_of.get(&list.name);
    ListFact {
        name: (&*list.name).into(),
        category: policy.category_title(policy.category_name(list.category)).into(),
        statutory: list.kind == ListKind::Statutory,
        demonstration: list.demonstration,
        entries: list.entries,
        rejected: list.rejected,
        as_of: dated.map(|at| at.to_string().into()),
        age_hours: dated.map(|at| (now.seconds() - at.seconds()).max(0) / 3600),
    }
}

/// SHA-256 of the program that runs, in hex; empty where it cannot be read. Read once.
fn build_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let read = || -> std::io::Result<String> {
            let (mut file, mut sum, mut buffer) = (File::open(std::env::current_exe()?)?, Sum::new(&SHA256), vec![0; 1 << 20]);
            loop {
                let count = file.read(&mut buffer)?;
                if count == 0 {
                    return Ok(sum.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect());
                }
                sum.update(&buffer[..count]);
            }
        };
        read().unwrap_or_default()
    })
}
