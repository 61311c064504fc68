//! Whom new lists would meet, as text and as JSON; [`crate::app::met`] counts it.

use super::logs::{Now, SpanArgs};
use super::setting;
use crate::app::{Met, MetHost};
use crate::config::{Config, Source};
use crate::feeds::Compared;
use crate::store::query::terminal;
use serde_json::{Value, json};
use std::io::{self, Write};

/// As many hosts as people read.
const SHOWN: usize = 20;

/// Judges the log since this time by the lists in force and by those that wait; of one source, or of all.
pub(super) fn met(settings: &Config, compared: &Compared, from: &str, of: Option<&Source>) -> Result<Met, String> {
    let now = Now { at: setting::now(), zone: settings.site.time_zone.clone() };
    let span = SpanArgs { from: Some(from.to_owned()), ..SpanArgs::default() };
    let filter = span.filter(&now).map_err(|fault| fault.to_string())?;
    crate::app::met(settings, compared, &filter, of).map_err(|fault| fault.to_string())
}

pub(super) fn put(met: &Met, out: &mut impl Write) -> io::Result<()> {
    let (requests, hosts) = (met.requests(), met.hosts.len());
    writeln!(out, "Of {} requests that were allowed, the new lists would have blocked {requests}, of {hosts} hosts.", met.judged)?;
    for ((name, list), host) in met.noisiest().into_iter().take(SHOWN) {
        let (people, name, list) = (host.people(), terminal(name), terminal(list));
        writeln!(out, "  {people:>6} people {:>8} requests  {name}  (list {list})", host.requests)?;
    }
    Ok(())
}

pub(super) fn as_json(met: &Met) -> Value {
    let host = |((name, list), host): (&(String, String), &MetHost)| json!({ "host": name, "list": list, "people": host.people(), "requests": host.requests });
    let hosts: Vec<Value> = met.noisiest().into_iter().take(SHOWN).map(host).collect();
    json!({ "judged": met.judged, "hosts": met.hosts.len(), "noisiest": hosts, "beyond": met.beyond })
}
