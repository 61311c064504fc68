//! Ways around the filter (standards V6, AB): services that carry pages, VPNs and encrypted DNS of the lists in force, tunnels that carry
//! something else, addresses made of numbers, ports that are not for tunnels.

use super::bench::{Bench, Door};
use super::client::{Line, Tunnel};
use super::plain;
use super::tally::{figure, outcome};
use crate::accredit::{Address, Miss, Mutation, Outcome, Share, Verdict, Way, defanged};
use crate::canon::canonicalise_entry;
use crate::feeds::Sample;
use crate::policy::Action;

/// Categories of services that lead round a filter.
const CATEGORIES: &[&str] =
    &["vpn", "doh", "proxy-avoidance", "residential-proxies", "redirector", "strict_redirector", "strong_redirector", "remote-control"];
/// By which another site shows a page.
const CARRIED: [Mutation; 3] = [Mutation::Archive, Mutation::Translator, Mutation::Fetcher];

#[derive(Default)]
struct Found {
    share: Share,
    misses: Vec<Miss>,
    /// Services that the group's policy leaves open.
    left_open: u64,
}

impl Found {
    fn count(&mut self, what: &str, asked: &str, wrong: Option<String>) {
        self.share.of += 1;
        self.share.good += u64::from(wrong.is_none());
        if let Some(came) = wrong.filter(|_| self.misses.len() < Outcome::MISSES) {
            self.misses.push(Miss { place: what.into(), asked: asked.into(), came: came.into() });
        }
    }
}

/// Runs it for one group.
pub(super) async fn run(bench: &Bench, door: &Door, samples: &[Sample]) -> Outcome {
    let mut found = Found::default();
    services(bench, door, samples, &mut found).await;
    carried(bench, door, samples, &mut found).await;
    tunnels(bench, door, &mut found).await;
    let wrong = found.share.of - found.share.good;
    let verdict = if wrong > 0 {
        Verdict::Fail(format!("{wrong} of {} ways around the filter are open although the policy closes them", found.share.of).into())
    } else if found.left_open > 0 {
        Verdict::Amber(format!("the policy of this group leaves {} examples of such services open", found.left_open).into())
    } else if !samples.iter().any(is_way_round) {
        Verdict::Amber("no list of such services is in force; what needs none was tried".into())
    } else {
        Verdict::Pass
    };
    let figures = vec![figure("services that the policy leaves open", found.left_open, "addresses")];
    Outcome {
        share: Some(found.share),
        figures,
        misses: found.misses,
        ..outcome("circumvention", &format!("group {}", door.name), verdict)
    }
}

fn is_way_round(sample: &Sample) -> bool {
    CATEGORIES.contains(&&*sample.category)
}

/// Is a category blocked in this group, as its policy has it?
pub(super) fn is_blocked(bench: &Bench, door: &Door, category: &str) -> bool {
    let engine = bench.engine();
    engine.policy.group(door.group).is_some_and(|group| group.categories.get(category) == Some(&Action::Block))
}

async fn services(bench: &Bench, door: &Door, samples: &[Sample], found: &mut Found) {
    for sample in samples.iter().filter(|sample| is_way_round(sample)) {
        if !is_blocked(bench, door, &sample.category) {
            found.left_open += 1;
            continue;
        }
        let address = plain::address(&sample.entry);
        let plain = bench.get(door, &address).await.map(|came| came.reached.then(|| came.words()));
        found.count(&sample.category, &defanged(&address), plain.unwrap_or_else(|error| Some(error.to_string())));
        let tunnel = bench.tunnel(door, &sample.entry.host).await;
        let shown = format!("a tunnel to {}", defanged(&sample.entry.host));
        found.count(&sample.category, &shown, inside(tunnel, &sample.entry.host).await);
    }
}

/// What comes out of a tunnel that should not lead anywhere.
async fn inside(tunnel: std::io::Result<Tunnel>, host: &str) -> Option<String> {
    match tunnel {
        Err(error) => Some(error.to_string()),
        Ok(Tunnel::Refused(_)) => None,
        Ok(Tunnel::Sealed(_)) => Some("the tunnel was granted".to_owned()),
        Ok(Tunnel::Open(mut line)) => {
            let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/plain\r\n\r\n");
            match line.ask(request.as_bytes()).await {
                Ok(came) => came.reached.then(|| came.words()),
                Err(error) => Some(error.to_string()),
            }
        }
    }
}

/// A page that is blocked stays so where another site shows it.
async fn carried(bench: &Bench, door: &Door, samples: &[Sample], found: &mut Found) {
    let blocked = samples.iter().filter(|sample| !is_way_round(sample) && is_blocked(bench, door, &sample.category));
    for sample in blocked.take(8) {
        let address = Address::from(&sample.entry);
        for mutation in CARRIED {
            let Some(request) = mutation.spell(&address, true).and_then(|spelled| spelled.request(Way::Http)) else { continue };
            let came = match Line::open(door.address, &bench.origin.mark).await {
                Ok(mut line) => line.ask(&request).await,
                Err(error) => Err(error),
            };
            let wrong = came.map(|came| came.reached.then(|| came.words())).unwrap_or_else(|error| Some(error.to_string()));
            found.count(mutation.code(), &defanged(&plain::address(&sample.entry)), wrong);
        }
    }
}

/// Tunnels to ports that are not for tunnels, and to addresses made of numbers where those are closed.
async fn tunnels(bench: &Bench, door: &Door, found: &mut Found) {
    let mark = &bench.origin.mark;
    for port in [22, 25, 1194, 1723, 3128, 9050].iter().filter(|port| !bench.config.proxy.connect_ports.contains(port)) {
        let connect = format!("CONNECT www.example.test:{port} HTTP/1.1\r\nHost: www.example.test:{port}\r\n\r\n");
        let tunnel = Tunnel::open((door.address, mark), (connect.as_bytes(), "www.example.test"), None).await;
        found.count("a tunnel to a port that is not for tunnels", &port.to_string(), inside(tunnel, "www.example.test").await);
    }
    let engine = bench.engine();
    let bare = engine.policy.group(door.group).is_some_and(|group| group.bare_addresses);
    if let Ok(entry) = canonicalise_entry(b"192.0.2.200/")
        && !bare
    {
        let wrong = bench.get(door, &plain::address(&entry)).await.map(|came| came.reached.then(|| came.words()));
        found.count("an address made of numbers", "192[.]0[.]2[.]200", wrong.unwrap_or_else(|error| Some(error.to_string())));
    }
}
