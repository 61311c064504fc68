//! Every entry of every statutory list, in every spelling, through the real listener of a group: over plain HTTP, and inside HTTPS where the
//! group opens it. And what lies beside each entry, which must not be blocked with it (standards A7, U12, V2).
//!
//! Must never say an entry: a miss is told by list and line.

use super::bench::{Bench, Door};
use super::probe::{IfSealed, Inner, Item, Probe, Wants, send};
use super::tally::{Tally, figure};
use crate::accredit::{Address, Listed, Mutation, Outcome, Verdict, Way};
use crate::feeds::Clear;
use crate::lists::PageMatch;
use crate::policy::{HiddenPages, HttpsMode};
use std::sync::Arc;

/// One entry, ready to be asked for.
pub(super) struct Entry {
    place: String,
    address: Address,
    below: bool,
}

/// The entries of all statutory lists, and what they hold together.
pub(super) struct Entries {
    pub(super) all: Vec<Entry>,
    pub(super) listed: Listed,
    pub(super) bad_lines: u64,
}

impl Entries {
    pub(super) fn new(cleared: crate::feeds::Cleared) -> Self {
        let entry = |clear: &Clear| Entry {
            place: format!("list {}, line {}", clear.list, clear.line),
            address: Address::from(&clear.entry),
            below: clear.covers == PageMatch::Prefix,
        };
        let all: Vec<Entry> = cleared.entries.iter().map(entry).collect();
        let listed = all.iter().map(|entry| entry.address.clone()).collect();
        Self { all, listed, bad_lines: cleared.bad_lines }
    }

    /// The first entry of each list, and where it stands.
    pub(super) fn one_of_each(&self) -> impl Iterator<Item = (&str, &Address)> {
        let list = |entry: &Entry| entry.place.split(", line").next().unwrap_or_default().to_owned();
        let mut last = String::new();
        let first = move |entry: &&Entry| std::mem::replace(&mut last, list(entry)) != list(entry);
        self.all.iter().filter(first).map(|entry| (entry.place.as_str(), &entry.address))
    }

    /// The addresses.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.all.iter().map(|entry| &entry.address)
    }
}

/// Runs it for one group.
pub(super) async fn run(bench: &Bench, door: &Door, entries: &Arc<Entries>) -> Vec<Outcome> {
    let count = entries.all.len();
    let opens = opens(bench, door);
    let make = |item: fn(&Entry, &Entries, bool) -> Item| {
        let entries = Arc::clone(entries);
        move |at: usize| item(&entries.all[at], &entries, opens)
    };
    let mut outcomes = Vec::new();
    let plain = send(bench, door, count, make(|entry, _, _| in_plain(entry))).await;
    outcomes.push(listed(plain, (door, "HTTP"), entries, None));
    let secure = send(bench, door, count, make(|entry, _, opens| in_tunnels(entry, opens))).await;
    let gap = (secure.sealed > 0).then(|| gap(opens, secure.sealed));
    outcomes.push(listed(secure, (door, if opens { "HTTPS, opened" } else { "HTTPS, by host" }), entries, gap));
    let beside = send(bench, door, count, make(|entry, entries, _| beside_in_plain(entry, &entries.listed))).await;
    outcomes.push(beside_outcome(beside, (door, "HTTP")));
    if opens {
        let beside = send(bench, door, count, make(|entry, entries, _| beside_in_tunnels(entry, &entries.listed))).await;
        outcomes.push(beside_outcome(beside, (door, "HTTPS, opened")));
    }
    outcomes
}

fn opens(bench: &Bench, door: &Door) -> bool {
    let engine = bench.engine();
    let blocks_host = engine.policy.hidden_pages(door.group) == HiddenPages::BlockHost;
    bench.trust.is_some() && engine.policy.https_mode(door.group) != HttpsMode::Tunnel && !blocks_host
}

/// What is said of tunnels whose inside was not seen.
fn gap(opens: bool, sealed: u64) -> Verdict {
    match opens {
        true => Verdict::Fail(format!("{sealed} tunnels to hosts with listed pages were not opened, although the group opens HTTPS").into()),
        false => Verdict::Amber(
            format!("{sealed} listed pages stand on hosts that others share: in this group HTTPS stays sealed, so that these pages are not seen there").into(),
        ),
    }
}

fn scope((door, way): (&Door, &str)) -> String {
    format!("group {}, {way}", door.name)
}

fn listed(tally: Tally, place: (&Door, &str), entries: &Entries, gap: Option<Verdict>) -> Outcome {
    let ran = tally.all_or_nothing("the statutory lists hold no entry", "requests for listed addresses were let through");
    let verdict = match (ran, gap, entries.bad_lines) {
        (Verdict::Pass, Some(gap), _) => gap,
        (Verdict::Pass, None, bad) if bad > 0 => {
            Verdict::Amber(format!("{bad} lines of the statutory sources cannot be read, so that they were not tried").into())
        }
        (ran, _, _) => ran,
    };
    let mut outcome = tally.outcome("statutory", &scope(place), verdict);
    outcome.figures.push(figure("entries", entries.all.len() as u64, "entries"));
    outcome
}

fn beside_outcome(tally: Tally, place: (&Door, &str)) -> Outcome {
    let verdict = tally.all_or_nothing("no entry has a neighbour", "neighbours of listed addresses were blocked as listed");
    tally.outcome("statutory", &format!("{}, neighbours", scope(place)), verdict)
}

fn item(entry: &Entry) -> Item {
    Item { place: entry.place.clone(), ..Item::default() }
}

fn in_plain(entry: &Entry) -> Item {
    let probe = |mutation: &Mutation| {
        let wire = mutation.spell(&entry.address, entry.below)?.request(Way::Http)?;
        Some(Probe { wire, kind: mutation.code(), wants: Wants::Closed })
    };
    Item { probes: Mutation::ALL.iter().filter_map(probe).collect(), ..item(entry) }
}

fn in_tunnels(entry: &Entry, opens: bool) -> Item {
    let spelled = |mutation: &Mutation| mutation.spell(&entry.address, entry.below);
    let plain = spelled(&Mutation::AsListed);
    if !entry.address.is_page {
        // The tunnel itself is refused, or opened to show the page that says so.
        let carried =
            |mutation: &&Mutation| !matches!(mutation, Mutation::Archive | Mutation::Translator | Mutation::Fetcher | Mutation::OddPort);
        let tunnel = |mutation: &Mutation| {
            let how = spelled(mutation).filter(|how| *mutation == Mutation::AsListed || how.changes_host(&entry.address))?;
            let wire = how.request(Way::Inside)?;
            let probes = vec![Probe { wire, kind: mutation.code(), wants: Wants::Closed }];
            let (connect, kind, wants) = (how.connect(), mutation.code(), Wants::Closed);
            let host = mutation.handshake_host(&entry.address).into();
            Some(Inner { connect, host, kind, wants, if_sealed: IfSealed::Wrong, opens, probes })
        };
        return Item { tunnels: Mutation::ALL.iter().filter(carried).filter_map(tunnel).collect(), ..item(entry) };
    }
    let probe = |mutation: &Mutation| {
        let how = spelled(mutation).filter(|how| !how.changes_host(&entry.address))?;
        Some(Probe { wire: how.request(Way::Inside)?, kind: mutation.code(), wants: Wants::Closed })
    };
    let probes = if opens { Mutation::ALL.iter().filter_map(probe).collect() } else { Vec::new() };
    let tunnel = plain.map(|plain| Inner {
        connect: plain.connect(),
        host: entry.address.host.clone(),
        kind: "tunnel",
        wants: Wants::Closed,
        if_sealed: IfSealed::Counted,
        opens,
        probes,
    });
    Item { tunnels: tunnel.into_iter().collect(), ..item(entry) }
}

fn beside_in_plain(entry: &Entry, listed: &Listed) -> Item {
    let probe = |address: &Address| {
        let wire = Mutation::AsListed.spell(address, entry.below)?.request(Way::Http)?;
        Some(Probe { wire, kind: "neighbour", wants: Wants::NotStatutory })
    };
    Item { probes: listed.neighbours(&entry.address).iter().filter_map(probe).collect(), ..item(entry) }
}

/// Pages beside a listed page, inside the tunnel to their host.
fn beside_in_tunnels(entry: &Entry, listed: &Listed) -> Item {
    let neighbours = listed.neighbours(&entry.address);
    let tunnel = |address: &Address, probes| {
        let connect = Mutation::AsListed.spell(address, entry.below)?.connect();
        let host = address.host.clone();
        Some(Inner { connect, host, kind: "neighbour", wants: Wants::NotStatutory, if_sealed: IfSealed::Counted, opens: true, probes })
    };
    let inside = |address: &Address| {
        let wire = Mutation::AsListed.spell(address, entry.below)?.request(Way::Inside)?;
        Some(Probe { wire, kind: "neighbour", wants: Wants::NotStatutory })
    };
    let tunnels = if entry.address.is_page {
        tunnel(&entry.address, neighbours.iter().filter_map(inside).collect()).into_iter().collect()
    } else {
        neighbours
            .iter()
            .filter_map(|address| tunnel(address, Vec::new()))
            .map(|inner| Inner { opens: false, if_sealed: IfSealed::Fine, ..inner })
            .collect()
    };
    Item { tunnels, ..item(entry) }
}
