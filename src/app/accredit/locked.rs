//! Nothing that anybody may set, release or unlock opens what is on a list of illegal material (standards V2): random exceptions and rules,
//! aimed at listed entries, are joined to the policy in force and asked, some of them through the real listener.
//!
//! Must never say an entry.

use super::bench::{Bench, Door};
use super::client::Line;
use super::fault::AccreditFault;
use super::statutory::Entries;
use super::tally::{figure, outcome};
use crate::accredit::{Address, Miss, Mutation, Outcome, Share, Verdict, Way};
use crate::canon::{RawTarget, canonicalise};
use crate::config::Config;
use crate::model::{IdentitySource, Reason, Subject, Timestamp};
use crate::policy::{Act, Action, Acts, Ask, Doing, HelpLine, LocalAction, LocalRule, PolicySet, Used, Whom};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Policies that are tried.
const DRAWS: u32 = 200;
/// Entries that are asked for under each.
const ENTRIES: usize = 5;
/// Of the policies, so many go through the listener as well.
const ON_THE_WIRE: u32 = 10;

/// A small random source (SplitMix64), so that a run can be repeated from its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    fn half(&mut self) -> bool {
        self.next() & 1 == 0
    }
}

/// Runs it over every group.
///
/// # Errors
/// The settings in force cannot be put in force again.
pub(super) async fn run(bench: &Bench, entries: &Entries, now: Timestamp) -> Result<Outcome, AccreditFault> {
    if entries.all.is_empty() {
        return Ok(outcome("locked", "", Verdict::NotRun("the statutory lists hold no entry".into())));
    }
    let mut seed = [0_u8; 4];
    aws_lc_rs::rand::fill(&mut seed).map_err(|_| std::io::Error::other("no randomness"))?;
    let seed = u32::from_le_bytes(seed);
    let (mut random, addresses) = (Random(u64::from(seed)), entries.addresses().collect::<Vec<_>>());
    let mut found = Found::default();
    for draw in 0..DRAWS {
        let aimed: Vec<&Address> = (0..ENTRIES).map(|_| addresses[random.below(addresses.len())]).collect();
        let (config, acts) = loosened(bench, &aimed, now, &mut random);
        let Ok(policy) = PolicySet::build(config.policy.clone(), &bench.lists) else {
            found.unbuilt += 1;
            continue;
        };
        for address in &aimed {
            judged(bench, &policy, (&acts, now), address, &mut found);
        }
        if draw < ON_THE_WIRE {
            bench.reload(&config)?;
            bench.proxy.acts.store(Arc::new(acts));
            for door in &bench.doors {
                on_the_wire(bench, door, &aimed, &mut found).await;
            }
        }
    }
    bench.proxy.acts.store(Arc::new(Acts::default()));
    bench.reload(&bench.config)?;
    Ok(told(found, seed))
}

#[derive(Default)]
struct Found {
    share: Share,
    on_the_wire: u64,
    unbuilt: u64,
    misses: Vec<Miss>,
}

impl Found {
    fn count(&mut self, good: bool, place: &str, came: &str) {
        self.share.of += 1;
        self.share.good += u64::from(good);
        if !good && self.misses.len() < Outcome::MISSES {
            self.misses.push(Miss { place: place.into(), asked: "".into(), came: came.into() });
        }
    }
}

fn told(found: Found, seed: u32) -> Outcome {
    let wrong = found.share.of - found.share.good;
    let verdict = match (found.share.of, wrong) {
        (0, _) => Verdict::NotRun("none of the policies could be put together".into()),
        (_, 0) => Verdict::Pass,
        (of, wrong) => {
            Verdict::Fail(format!("{wrong} of {of} questions about listed entries were answered otherwise than with the list").into())
        }
    };
    let figures = vec![
        figure("policies", u64::from(DRAWS) - found.unbuilt, "policies"),
        figure("of the questions, through the listener", found.on_the_wire, "requests"),
        figure("seed", u64::from(seed), ""),
    ];
    Outcome { share: Some(found.share), figures, misses: found.misses, ..outcome("locked", "", verdict) }
}

/// The settings with random words that open these entries, and random acts that do.
fn loosened(bench: &Bench, aimed: &[&Address], now: Timestamp, random: &mut Random) -> (Config, Acts) {
    let mut config = bench.config.clone();
    let until = Timestamp(now.0 + 3_600_000_000);
    let mut acts = Vec::new();
    for address in aimed {
        let host: Arc<str> = address.host_text().into();
        let page: Arc<str> = format!("{host}{}", String::from_utf8_lossy(&address.path_text())).into();
        let addresses = vec![host, page];
        if random.half() {
            let (author, reason) = (Arc::from("accreditation"), Arc::from("tries to open what is listed"));
            let rule =
                LocalRule { action: LocalAction::Allow, addresses: addresses.clone(), author, reason, expires: None, groups: Vec::new() };
            config.policy.local.push(rule);
        }
        if random.half() {
            let (name, empty) = (Arc::from("made up"), Arc::<str>::from(""));
            let line = HelpLine {
                address: Arc::clone(&addresses[0]),
                name,
                phone: Arc::clone(&empty),
                words: empty,
                on_pages: false,
                added: random.half(),
            };
            config.policy.help_lines.push(line);
        }
        if random.half() {
            acts.push(act(acts.len(), Doing::Release(addresses), until));
        }
    }
    if random.half() {
        acts.push(act(acts.len(), Doing::ReleaseCategories(bench.lists.categories().to_vec()), until));
    }
    if random.half() {
        let group = random.below(bench.doors.len());
        acts.push(act(acts.len(), Doing::Unlock(Arc::clone(&bench.doors[group].name)), until));
    }
    if random.half() {
        let open = bench.lists.categories().iter().map(|name| (Arc::clone(name), Action::Allow)).collect();
        let table = Arc::new(open);
        config.policy.groups.iter_mut().for_each(|group| group.categories = Arc::clone(&table));
    }
    (config, Acts::new(acts))
}

fn act(number: usize, doing: Doing, until: Timestamp) -> Act {
    let id = format!("E-{}", number + 1).into();
    Act { id, doing, whom: Whom::Everybody, by: "accreditation".into(), reason: "tries to open what is listed".into(), until }
}

/// Asks the policy itself, for every group, as somebody who has read every warning.
fn judged(bench: &Bench, policy: &PolicySet, (acts, now): (&Acts, Timestamp), address: &Address, found: &mut Found) {
    let engine = bench.engine();
    let Some(spelled) = Mutation::AsListed.spell(address, true) else { return };
    let Ok(url) = canonicalise(RawTarget::Absolute(&spelled.absolute()), &engine.wrappers) else { return };
    let hits = crate::matcher::find(&bench.lists, &url);
    for door in &bench.doors {
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut subject = Subject { peer, asserted: None, group: door.group, source: IdentitySource::Listener, user: None, device: None };
        policy.seat(&mut subject, acts, now);
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now, warned: true, acts, used: Used::none() };
        let decision = policy.judge(&ask, &hits, &mut crate::policy::NoTrace);
        let reason = decision.evidence().reason;
        found.count(reason == Reason::Statutory, &format!("group {}", door.name), reason.code());
    }
}

async fn on_the_wire(bench: &Bench, door: &Door, aimed: &[&Address], found: &mut Found) {
    for address in aimed {
        let Some(request) = Mutation::AsListed.spell(address, true).and_then(|spelled| spelled.request(Way::Http)) else { continue };
        let came = match Line::open(door.address, &bench.origin.mark).await {
            Ok(mut line) => line.ask(&request).await,
            Err(error) => Err(error),
        };
        found.on_the_wire += 1;
        let good = came.as_ref().is_ok_and(|came| came.reason == Some(Reason::Statutory));
        found.count(
            good,
            &format!("group {}, through the listener", door.name),
            &came.map_or_else(|error| error.to_string(), |came| came.words()),
        );
    }
}
