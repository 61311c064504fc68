//! Whom new lists would meet: requests of the log that the lists in force let through and those that wait would block, by how many people
//! asked for them (standards D16, U22). Nothing of a statutory list is told: neither its hosts nor how many. One way for the commands and
//! for the console.

use crate::accredit::defanged;
use crate::canon::Wrappers;
use crate::config::{Config, Source};
use crate::engine::{Engine, Rejudged};
use crate::feeds::{self, Compared, is_of};
use crate::lists::ListImage;
use crate::model::{Bucket, Generation, Reason, VerdictKind};
use crate::policy::PolicySet;
use crate::record::RequestRecord;
use crate::store::query::{Filter, each_request};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Hosts that are counted: beyond these the preview says that there are more.
const COUNTED: usize = 100_000;

/// What the new lists would have met.
#[derive(Debug, Default)]
pub struct Met {
    /// Requests that were allowed, and judged again.
    pub judged: u64,
    /// By host and list.
    pub hosts: BTreeMap<(String, String), MetHost>,
    /// Requests for further hosts.
    pub beyond: u64,
    /// Only this source is looked at.
    of: Option<Source>,
}

/// A host that would be blocked.
#[derive(Debug, Default)]
pub struct MetHost {
    /// Who asked for it: counted, never shown.
    people: BTreeSet<String>,
    /// How often.
    pub requests: u64,
}

impl MetHost {
    /// How many people asked for it.
    #[must_use]
    pub fn people(&self) -> usize {
        self.people.len()
    }
}

/// It cannot be told whom they would meet, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MetFault(Box<str>);

fn fault(fault: impl std::fmt::Display) -> MetFault {
    MetFault(fault.to_string().into())
}

/// Judges what this filter finds in the log by the lists in force and by those that wait; of one source, or of all.
///
/// # Errors
/// [`MetFault`]: the policy cannot be used with the new lists, or the log cannot be read.
pub fn met(settings: &Config, compared: &Compared, filter: &Filter, of: Option<&Source>) -> Result<Met, MetFault> {
    let engine = |image: &Arc<ListImage>| {
        let all = |faults: Vec<crate::policy::PolicyFault>| fault(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        let policy = PolicySet::build(settings.policy.clone(), image).map_err(all)?;
        let engine = Engine::new(Arc::clone(image), policy, Generation(0), Wrappers::built_in());
        let local = feeds::local(image, &settings.lists.folder).map_err(fault)?;
        engine.put_beside([Arc::new(local.image)]);
        Ok::<_, MetFault>(engine)
    };
    let (old, new) = (engine(&compared.before)?, engine(&compared.now)?);
    let mut met = Met { of: of.cloned(), ..Met::default() };
    each_request(&settings.log.folder, filter, |_, record| met.take((&old, &new), record)).map_err(fault)?;
    Ok(met)
}

/// A host as it may be told: of a list of illegal material no program makes a link of it (E1).
fn told_host(host: &str, category: &str) -> String {
    let illegal = Bucket::from_code("illegal-class").is_some_and(|bucket| bucket.holds_any(category));
    if illegal { defanged(host) } else { host.to_owned() }
}

impl Met {
    fn take(&mut self, (old, new): (&Engine, &Engine), record: &RequestRecord<'_>) {
        if record.verdict != VerdictKind::Allow || record.reason == Reason::OwnPage {
            return;
        }
        self.judged += 1;
        let asked = crate::app::past(record);
        let (Ok(then), Ok(now)) = (old.rejudge(&asked), new.rejudge(&asked)) else { return };
        let reason = |judged: &Rejudged| judged.judgement.decision.evidence().reason;
        let closes = matches!(reason(&now).kind(), VerdictKind::Block | VerdictKind::Refuse);
        if !closes || reason(&then).kind() != VerdictKind::Allow || reason(&now) == Reason::Statutory {
            return;
        }
        let evidence = now.judgement.decision.evidence();
        let list = evidence.matched.and_then(|matched| new.list(matched.list)).map_or("", |list| &list.name);
        if self.of.as_ref().is_some_and(|source| !is_of(source, list)) {
            return;
        }
        let category = evidence.category.map_or("", |id| new.policy.category_name(id));
        let key = (told_host(record.host, category), list.to_owned());
        if self.hosts.len() >= COUNTED && !self.hosts.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        let host = self.hosts.entry(key).or_default();
        host.requests += 1;
        let who = record.user.map_or_else(|| record.asserted.unwrap_or(record.peer.ip()).to_string(), str::to_owned);
        host.people.insert(who);
    }

    /// Requests that would have been blocked.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.hosts.values().map(|host| host.requests).sum::<u64>() + self.beyond
    }

    /// The noisiest first: by people, then by requests.
    #[must_use]
    pub fn noisiest(&self) -> Vec<(&(String, String), &MetHost)> {
        let mut hosts: Vec<_> = self.hosts.iter().collect();
        hosts.sort_by_key(|(name, host)| (std::cmp::Reverse((host.people.len(), host.requests)), *name));
        hosts
    }
}

#[cfg(test)]
mod tests {
    use super::told_host;

    #[test]
    fn a_host_that_a_list_of_illegal_material_would_meet_is_told_as_no_link() {
        assert_eq!(told_host("www.bad.test", "terrorism"), "www[.]bad[.]test");
        assert_eq!((told_host("www.play.test", "games"), told_host("a.test", "")), ("www.play.test".to_owned(), "a.test".to_owned()));
    }
}
