//! Whom new lists would meet: requests of the log that the lists in force let through and those that wait would block, by how many people
//! asked for them (standards D16, U22). Nothing of a statutory list is told: neither its hosts nor how many.

use super::logs::{Now, SpanArgs};
use super::setting;
use crate::app::past;
use crate::canon::Wrappers;
use crate::config::{Config, Source};
use crate::engine::Engine;
use crate::feeds::{self, Compared, is_of};
use crate::lists::ListImage;
use crate::model::{Generation, Reason, VerdictKind};
use crate::policy::PolicySet;
use crate::record::RequestRecord;
use crate::store::query::{each_request, terminal};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

/// As many hosts as people read.
const SHOWN: usize = 20;
/// Hosts that are counted: beyond these the preview says that there are more.
const COUNTED: usize = 100_000;

/// What the new lists would have met.
#[derive(Debug, Default)]
pub(super) struct Met {
    judged: u64,
    hosts: BTreeMap<(String, String), Host>,
    beyond: u64,
    /// Only this source is looked at.
    of: Option<Source>,
}

#[derive(Debug, Default)]
struct Host {
    people: BTreeSet<String>,
    requests: u64,
}

/// Judges the log since this time by the lists in force and by those that wait; of one source, or of all.
pub(super) fn met(settings: &Config, compared: &Compared, from: &str, of: Option<&Source>) -> Result<Met, String> {
    let engine = |image: &Arc<ListImage>| {
        let all = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let policy = PolicySet::build(settings.policy.clone(), image).map_err(|faults: Vec<crate::policy::PolicyFault>| all(faults))?;
        let engine = Engine::new(Arc::clone(image), policy, Generation(0), Wrappers::built_in());
        let local = feeds::local(image, &settings.lists.folder).map_err(|fault| fault.to_string())?;
        engine.put_beside([Arc::new(local.image)]);
        Ok::<_, String>(engine)
    };
    let (old, new) = (engine(&compared.before)?, engine(&compared.now)?);
    let now = Now { at: setting::now(), zone: settings.site.time_zone.clone() };
    let span = SpanArgs { from: Some(from.to_owned()), ..SpanArgs::default() };
    let filter = span.filter(&now).map_err(|fault| fault.to_string())?;
    let mut met = Met { of: of.cloned(), ..Met::default() };
    each_request(&settings.log.folder, &filter, |_, record| met.take((&old, &new), record)).map_err(|fault| fault.to_string())?;
    Ok(met)
}

impl Met {
    fn take(&mut self, (old, new): (&Engine, &Engine), record: &RequestRecord<'_>) {
        if record.verdict != VerdictKind::Allow || record.reason == Reason::OwnPage {
            return;
        }
        self.judged += 1;
        let asked = past(record);
        let (Ok(then), Ok(now)) = (old.rejudge(&asked), new.rejudge(&asked)) else { return };
        let reason = |judged: &crate::engine::Rejudged| judged.judgement.decision.evidence().reason;
        let closes = matches!(reason(&now).kind(), VerdictKind::Block | VerdictKind::Refuse);
        if !closes || reason(&then).kind() != VerdictKind::Allow || reason(&now) == Reason::Statutory {
            return;
        }
        let evidence = now.judgement.decision.evidence();
        let list = evidence.matched.and_then(|matched| new.list(matched.list)).map_or("", |list| &list.name);
        if self.of.as_ref().is_some_and(|source| !is_of(source, list)) {
            return;
        }
        let key = (record.host.to_owned(), list.to_owned());
        if self.hosts.len() >= COUNTED && !self.hosts.contains_key(&key) {
            self.beyond += 1;
            return;
        }
        let host = self.hosts.entry(key).or_default();
        host.requests += 1;
        let who = record.user.map_or_else(|| record.asserted.unwrap_or(record.peer.ip()).to_string(), str::to_owned);
        host.people.insert(who);
    }

    /// The noisiest first: by people, then by requests.
    fn noisiest(&self) -> Vec<(&(String, String), &Host)> {
        let mut hosts: Vec<_> = self.hosts.iter().collect();
        hosts.sort_by_key(|(name, host)| (std::cmp::Reverse((host.people.len(), host.requests)), *name));
        hosts
    }

    pub(super) fn put(&self, out: &mut impl Write) -> io::Result<()> {
        let requests: u64 = self.hosts.values().map(|host| host.requests).sum::<u64>() + self.beyond;
        writeln!(
            out,
            "Of {} requests that were allowed, the new lists would have blocked {requests}, of {} hosts.",
            self.judged,
            self.hosts.len()
        )?;
        for ((name, list), host) in self.noisiest().into_iter().take(SHOWN) {
            let (people, name, list) = (host.people.len(), terminal(name), terminal(list));
            writeln!(out, "  {people:>6} people {:>8} requests  {name}  (list {list})", host.requests)?;
        }
        Ok(())
    }

    pub(super) fn as_json(&self) -> Value {
        let host = |((name, list), host): (&(String, String), &Host)| json!({ "host": name, "list": list, "people": host.people.len(), "requests": host.requests });
        let hosts: Vec<Value> = self.noisiest().into_iter().take(SHOWN).map(host).collect();
        json!({ "judged": self.judged, "hosts": self.hosts.len(), "noisiest": hosts, "beyond": self.beyond })
    }
}
