//! Nothing that anybody may set, release or unlock opens what is on a list of illegal material (standards V2), nor a category that is closed
//! for good (standards V3, C1): random exceptions and rules, aimed at listed entries and at examples of such categories, are joined to the
//! policy in force and asked, some of them through the real listener.
//!
//! Must never say an entry.

use super::bench::Bench;
use super::client::Line;
use super::fault::AccreditFault;
use super::held::{HeldExample, held_examples};
use super::statutory::Entries;
use super::tally::{figure, outcome};
use crate::accredit::{Address, Miss, Mutation, Outcome, Share, Verdict, Way};
use crate::canon::{RawTarget, canonicalise};
use crate::config::Config;
use crate::feeds::Sample;
use crate::model::{IdentitySource, Reason, Subject, Timestamp, VerdictKind};
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

/// What a policy is aimed at.
#[derive(Clone, Copy)]
enum Aim<'a> {
    /// A listed entry.
    Listed(&'a Address),
    /// An example of a category that is closed for good.
    Held(&'a HeldExample),
}

impl Aim<'_> {
    fn address(&self) -> &Address {
        match self {
            Self::Listed(address) => address,
            Self::Held(example) => &example.address,
        }
    }

    /// Is it closed for good at this door?
    fn is_for(&self, door: usize) -> bool {
        match self {
            Self::Listed(_) => true,
            Self::Held(example) => example.doors.get(door) == Some(&true),
        }
    }

    /// May this be the answer?
    fn is_good(&self, reason: Option<Reason>) -> bool {
        match self {
            Self::Listed(_) => reason == Some(Reason::Statutory),
            Self::Held(_) => reason.is_some_and(|reason| reason.kind() == VerdictKind::Block),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Listed(_) => "a listed entry".into(),
            Self::Held(example) => format!("category {}", example.category),
        }
    }
}

/// Runs it over every group.
///
/// # Errors
/// The settings in force cannot be put in force again.
pub(super) async fn run(bench: &Bench, entries: &Entries, samples: &[Sample], now: Timestamp) -> Result<Outcome, AccreditFault> {
    if entries.all.is_empty() {
        return Ok(outcome("locked", "", Verdict::NotRun("the statutory lists hold no entry".into())));
    }
    let mut seed = [0_u8; 4];
    aws_lc_rs::rand::fill(&mut seed).map_err(|_| std::io::Error::other("no randomness"))?;
    let seed = u32::from_le_bytes(seed);
    let (mut random, addresses) = (Random(u64::from(seed)), entries.addresses().collect::<Vec<_>>());
    let held = held_examples(bench, samples);
    let mut found = Found { held: held.len() as u64, ..Found::default() };
    for draw in 0..DRAWS {
        let listed = (0..ENTRIES).map(|_| Aim::Listed(addresses[random.below(addresses.len())])).collect::<Vec<_>>();
        let categories = (0..ENTRIES.min(held.len())).map(|_| Aim::Held(&held[random.below(held.len())])).collect::<Vec<_>>();
        let aimed = [listed, categories].concat();
        let (config, acts) = loosened(bench, &aimed, now, &mut random);
        let Ok(policy) = PolicySet::build(config.policy.clone(), &bench.lists) else {
            found.unbuilt += 1;
            continue;
        };
        for aim in &aimed {
            judged(bench, &policy, (&acts, now), *aim, &mut found);
        }
        if draw < ON_THE_WIRE {
            bench.reload(&config)?;
            bench.proxy.acts.store(Arc::new(acts));
            for at in 0..bench.doors.len() {
                on_the_wire(bench, at, &aimed, &mut found).await;
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
    /// Draws of an address that cannot be spelled.
    unspelled: u64,
    /// Examples of categories that are closed for good.
    held: u64,
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
        (_, 0) if found.unbuilt * 2 > u64::from(DRAWS) => {
            Verdict::NotRun(format!("{} of {DRAWS} policies could not be put together", found.unbuilt).into())
        }
        (_, 0) if found.unspelled > 0 => {
            Verdict::Amber(format!("{} times an address that cannot be asked for was drawn", found.unspelled).into())
        }
        (_, 0) => Verdict::Pass,
        (of, wrong) => Verdict::Fail(
            format!("{wrong} of {of} questions about listed entries and locked categories were not answered with a block").into(),
        ),
    };
    let figures = vec![
        figure("policies", u64::from(DRAWS) - found.unbuilt, "policies"),
        figure("examples of categories that nothing opens", found.held, "addresses"),
        figure("of the questions, through the listener", found.on_the_wire, "requests"),
        figure("seed", u64::from(seed), ""),
    ];
    Outcome { share: Some(found.share), figures, misses: found.misses, ..outcome("locked", "", verdict) }
}

/// The settings with random words that open these addresses, and random acts that do.
fn loosened(bench: &Bench, aimed: &[Aim<'_>], now: Timestamp, random: &mut Random) -> (Config, Acts) {
    let mut config = bench.config.clone();
    let until = Timestamp(now.0 + 3_600_000_000);
    let mut acts = Vec::new();
    for aim in aimed {
        let address = aim.address();
        let host: Arc<str> = address.host_text().into();
        let page: Arc<str> = format!("{host}{}", String::from_utf8_lossy(&address.path_text())).into();
        let addresses = vec![host, page];
        if random.half() {
            let (author, reason) = (Arc::from("accreditation"), Arc::from("tries to open what is listed"));
            let rule =
                LocalRule { action: LocalAction::Allow, addresses: addresses.clone(), author, reason, expires: None, groups: Vec::new() };
            config.policy.local.push(rule);
        }
        // A help line is open although its category is closed for good (standards AB9); on a list of illegal material it is not.
        if matches!(aim, Aim::Listed(_)) && random.half() {
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
fn judged(bench: &Bench, policy: &PolicySet, (acts, now): (&Acts, Timestamp), aim: Aim<'_>, found: &mut Found) {
    let engine = bench.engine();
    let spelled = Mutation::AsListed.spell(aim.address(), true);
    let url = spelled.and_then(|spelled| canonicalise(RawTarget::Absolute(&spelled.absolute()), &engine.wrappers).ok());
    let Some(url) = url else { return found.unspelled += 1 };
    let hits = engine.listed(&url);
    for (_, door) in bench.doors.iter().enumerate().filter(|(at, _)| aim.is_for(*at)) {
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut subject = Subject { peer, asserted: None, group: door.group, source: IdentitySource::Listener, user: None, device: None };
        policy.seat(&mut subject, acts, now);
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now, warned: true, acts, used: Used::none() };
        let decision = policy.judge(&ask, &hits, &mut crate::policy::NoTrace);
        let reason = decision.evidence().reason;
        found.count(aim.is_good(Some(reason)), &format!("group {}, {}", door.name, aim.words()), reason.code());
    }
}

async fn on_the_wire(bench: &Bench, at: usize, aimed: &[Aim<'_>], found: &mut Found) {
    let door = &bench.doors[at];
    for aim in aimed.iter().filter(|aim| aim.is_for(at)) {
        let Some(request) = Mutation::AsListed.spell(aim.address(), true).and_then(|spelled| spelled.request(Way::Http)) else { continue };
        let came = match Line::open(door.address, &bench.origin.mark).await {
            Ok(mut line) => line.ask(&request).await,
            Err(error) => Err(error),
        };
        found.on_the_wire += 1;
        let good = came.as_ref().is_ok_and(|came| !came.reached && aim.is_good(came.reason));
        let place = format!("group {}, {}, through the listener", door.name, aim.words());
        found.count(good, &place, &came.map_or_else(|error| error.to_string(), |came| came.words()));
    }
}
