//! Over random trees of layers: no lower layer loosens a higher one, what is written and loosens is found, nothing opens a statutory list.
//! With releases, unlocks, suspensions, addresses closed at short notice, and quotas that are used or not. `PROPTEST_CASES=1000000`
//! runs a million trees.

use super::super::*;
use super::world::{NAMES, decide, group, hits, image, local, rules, subject, url};
use crate::matcher::Hits;
use crate::model::{CategoryId, GroupId, LogDetail, Reason, Subject, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steele, Lea and Flood's splitmix64: a tree from one number.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    pub(super) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()].clone()
    }

    fn perhaps<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (self.below(3) == 0).then(|| self.one(of))
    }

    /// Each category with a chance of one in four.
    fn categories(&mut self) -> Vec<Arc<str>> {
        NAMES[1..].iter().filter(|_| self.below(4) == 0).map(|name| Arc::from(*name)).collect()
    }

    fn scope(&mut self) -> Vec<GroupId> {
        if self.coin() { Vec::new() } else { vec![GroupId(u16::try_from(self.below(2)).unwrap())] }
    }

    fn layer(&mut self) -> Layer {
        let level = self.one(&[Level::Consortium, Level::Authority, Level::Site, Level::Person]);
        Layer {
            site: None,
            level,
            title: "T".into(),
            signed_by: "A. Hill".into(),
            reason: "why".into(),
            review: None,
            place: "t.toml:1:1".into(),
            groups: self.scope(),
            persons: if level == Level::Person { vec!["Kim".into()] } else { Vec::new() },
            never_loosen: self.categories(),
            block: self.categories(),
            warn: self.categories(),
            block_hosts: self.perhaps(&HOSTS).map(Arc::from).into_iter().collect(),
            quota: self.quotas(),
            files: crate::policy::Files::default(),
            predicted: Default::default(),
            least: Least {
                safe_search: self.perhaps(&[false, true]),
                search_engines: self.perhaps(&[SearchEngines::Any, SearchEngines::RestrictedOnly]),
                youtube: self.perhaps(&[YouTube::Open, YouTube::Moderate, YouTube::Strict]),
                https: self.perhaps(&[HttpsMode::Tunnel, HttpsMode::Selective, HttpsMode::Full]),
                log: self.perhaps(&LogDetail::ALL),
                bare_addresses: self.perhaps(&[false, true]),
                tunnels: self.perhaps(&[TunnelContents::Tls, TunnelContents::TlsOrHttp, TunnelContents::Anything]),
                hidden_pages: self.perhaps(&[HiddenPages::Record, HiddenPages::BlockHost]),
            },
        }
    }

    fn group(&mut self, name: &str) -> Group {
        let mut made = group(name);
        for category in &NAMES[1..] {
            if let Some(action) = self.perhaps(&[Action::Allow, Action::Warn, Action::Block]) {
                Arc::make_mut(&mut made.categories).insert((*category).into(), action);
            }
            if let Some(window) = self.perhaps(&[NEVER, ALWAYS]) {
                made.category_hours.insert((*category).into(), WeeklyHours { windows: vec![window] });
            }
        }
        let quota = self.quotas();
        Group { quota, safe_search: self.coin(), bare_addresses: self.coin(), log: self.one(&LogDetail::ALL), ..made }
    }

    /// A share of a category, or of everything, now and then.
    fn quotas(&mut self) -> BTreeMap<Arc<str>, Quota> {
        let mut quotas = BTreeMap::new();
        for name in NAMES[1..].iter().chain([&EVERYTHING]) {
            if self.below(6) == 0 {
                let quota = Quota { minutes: self.perhaps(&[1, 2, 3]), bytes: self.perhaps(&[1, 2, 3]) };
                quotas.insert(Arc::from(*name), quota);
            }
        }
        quotas
    }

    /// What was used of the day, before the moment of these tests.
    fn used(&mut self) -> Used {
        let mut used = Used::between(Timestamp::from_seconds(-86_400), Timestamp::from_seconds(1));
        for name in NAMES[1..].iter().chain([&EVERYTHING]) {
            for minute in 0..self.below(4) {
                used.add(&Arc::from(*name), Timestamp::from_seconds(-3600 - i64::try_from(minute).unwrap() * 60), 1);
            }
        }
        used
    }

    /// Up to three acts of any kind, for anybody.
    fn acts(&mut self) -> Vec<Act> {
        let mut acts = Vec::new();
        for _ in 0..self.below(4) {
            let address = vec![Arc::from(self.one(&HOSTS))];
            let doing = match self.below(7) {
                0 => Doing::Suspend,
                1 => Doing::Close(address),
                2 | 3 => Doing::Unlock(self.one(&["one", "two", "gone"]).into()),
                4 => Doing::ReleaseCategories(vec![self.one(&NAMES).into()]),
                _ => Doing::Release(address),
            };
            let whom = match self.below(4) {
                0 => Whom::Everybody,
                1 => Whom::Person("kim".into()),
                2 => Whom::Group(self.one(&["one", "two"]).into()),
                _ => Whom::Room(self.one(&["192.0.2.0/24", "198.51.100.0/24"]).parse().unwrap()),
            };
            let until = Timestamp::from_seconds(self.one(&[0, 1, 1, 1]));
            acts.push(Act { id: "E-1".into(), doing, whom, by: "x".into(), reason: "x".into(), until });
        }
        acts
    }

    fn rules(&mut self) -> Rules {
        let groups = vec![self.group("one"), self.group("two")];
        let layers = (0..self.below(6)).map(|_| self.layer()).collect();
        let address = |dice: &mut Self| dice.one(&HOSTS);
        let mut locals = Vec::new();
        for _ in 0..self.below(3) {
            let action = if self.coin() { LocalAction::Allow } else { LocalAction::Block };
            locals.push(LocalRule { groups: self.scope(), ..local(action, address(self)) });
        }
        let empty = rules();
        let help = self.perhaps(&HOSTS).map(|address| HelpLine { address: address.into(), added: true, ..empty.help_lines[0].clone() });
        Rules { groups, layers, local: locals, help_lines: help.into_iter().collect(), keywords: Vec::new(), ..empty }
    }
}

const HOSTS: [&str; 5] = ["a.example.test", "example.test", "a.example.test/page", "b.example.test", "192.0.2.7"];
/// At the moment of these tests, a Thursday at midnight, one is shut and one is open.
const NEVER: Window = Window { days: 0b100, from: 60, to: 120, dates: None };
const ALWAYS: Window = Window { days: 0b111_1111, from: 0, to: 1440, dates: None };

fn strictness(decision: &Decision) -> u8 {
    match decision {
        Decision::Allow(_) => 0,
        Decision::Warn(_) => 1,
        Decision::Refuse(_) => 2,
    }
}

/// One question to one policy: judge and explain agree, or `decide` stops the test.
fn verdict(set: &PolicySet, who: (GroupId, Option<&str>), address: &str, hits: &Hits) -> Decision {
    let nothing = Joined { acts: Acts::none(), used: Used::none() };
    verdict_under(set, &seated(set, who, &nothing), address, hits, &nothing)
}

/// What comes in with a question.
#[derive(Clone, Copy)]
struct Joined<'a> {
    acts: &'a Acts,
    used: &'a Used,
}

/// Whoever asks, in the place that acts and layers give them.
fn seated(set: &PolicySet, (group, user): (GroupId, Option<&str>), joined: &Joined<'_>) -> Subject {
    let mut subject = Subject { user: user.map(Arc::from), ..subject(group) };
    set.seat(&mut subject, joined.acts, Timestamp::from_seconds(0));
    subject
}

fn verdict_under(set: &PolicySet, subject: &Subject, address: &str, hits: &Hits, joined: &Joined<'_>) -> Decision {
    let (Joined { acts, used }, url) = (*joined, url(address));
    let ask = Ask { subject, url: &url, method: b"GET", now: Timestamp::from_seconds(0), warned: false, acts, used };
    decide(set, &ask, hits).0
}

/// What is never loosened stays closed, released or not.
fn floor_holds(layer: &Layer, decision: &Decision, address: &str, category: &str) {
    if layer.never_loosen.contains(&category.into()) || layer.block_hosts.iter().any(|host| address.contains(&**host)) {
        assert_eq!(strictness(decision), 2, "{layer:?} {address} {category}");
    }
}

/// Everything that a layer says of whoever asks holds, whatever stands below it.
fn layer_holds(layer: &Layer, decision: &Decision, address: &str, category: &str) {
    let got = strictness(decision);
    floor_holds(layer, decision, address, category);
    if layer.level < Level::Site {
        let wanted = layer.word_on(category).map_or(0, |action| if action == Action::Block { 2 } else { 1 });
        let wanted = if layer.least.bare_addresses == Some(false) && address.contains("192") { 2 } else { wanted };
        assert!(got >= wanted, "{layer:?} {address} {category}: {decision:?}");
    }
}

/// Of what a layer leaves nothing is left: only what somebody has released is open, a help line where it counts everything, and what
/// the site or a group opens against a layer of the site or below.
fn quota_holds(layer: &Layer, decision: &Decision, category: &str, used: &Used) {
    for (name, quota) in layer.quota.iter().filter(|(name, _)| [EVERYTHING, category].contains(&&***name)) {
        let Decision::Allow(permit) = decision else { return };
        let spent = used.is_used_up(name, *quota, Timestamp::from_seconds(0));
        let reason = permit.evidence().reason;
        let lower = layer.level >= Level::Site;
        let passes = reason == Reason::Released
            || reason == Reason::HelpLine && (**name == *EVERYTHING || lower)
            || reason == Reason::AllowedLocally && lower;
        assert!(!spent || passes, "{layer:?} {category} {decision:?} {used:?}");
    }
}

/// Whoever is suspended gets help lines and nothing else; what is closed at short notice is closed but for those.
fn acts_hold(acts: &[Act], subject: &Subject, base: &str, decision: &Decision) {
    let stands = acts.iter().filter(|act| act.until > Timestamp::from_seconds(0) && act.doing == Doing::Suspend);
    let suspended = stands.into_iter().any(|act| match &act.whom {
        Whom::Everybody => true,
        Whom::Person(name) => subject.user.as_deref().is_some_and(|user| user.eq_ignore_ascii_case(name)),
        Whom::Group(name) => **name == *base,
        Whom::Room(net) => net.contains(&subject.client()),
    });
    let reason = decision.evidence().reason;
    assert!(!suspended || strictness(decision) == 2 || reason == Reason::HelpLine, "{acts:?} {decision:?}");
}

fn check_tree(seed: u64) {
    let mut dice = Dice(seed);
    let written = dice.rules();
    let set = PolicySet::build(written.clone(), &image()).unwrap();
    // The same tree without its lowest layer: what is left stands above it, or beside it.
    let lowest = (0..written.layers.len()).max_by_key(|index| written.layers[*index].level);
    let mut fewer = written.clone();
    lowest.map(|index| fewer.layers.remove(index));
    let before = PolicySet::build(fewer, &image()).unwrap();
    let who = (GroupId(u16::try_from(dice.below(2)).unwrap()), dice.perhaps(&["kim", "KIM", "lee"]));
    let address = dice.one(&["http://a.example.test/page", "http://b.example.test/", "http://a.example.test/", "http://192.0.2.7/"]);
    let tree = Tree { written: &written, set: &set, before: &before, who, address };
    let (given, used) = (dice.acts(), dice.used());
    tree.holds(&[], &Used::default());
    tree.holds(&given, &used);
    settings_hold(&set, &over(&written, who.0, who.1), who);
    what_is_written_is_found(&written, &set);
}

/// The layers over somebody in this group.
fn over<'l>(written: &'l Rules, group: GroupId, user: Option<&str>) -> Vec<&'l Layer> {
    let is_kim = user.is_some_and(|name| name.eq_ignore_ascii_case("kim"));
    written.layers.iter().filter(|layer| layer.is_for(group) && (layer.level != Level::Person || is_kim)).collect()
}

struct Tree<'a> {
    written: &'a Rules,
    set: &'a PolicySet,
    before: &'a PolicySet,
    who: (GroupId, Option<&'a str>),
    address: &'a str,
}

impl Tree<'_> {
    /// With these acts and this day behind whoever asks, everything that layers and acts say holds.
    fn holds(&self, given: &[Act], used: &Used) {
        let acts = Acts::new(given.to_vec());
        let joined = Joined { acts: &acts, used };
        let (subject, earlier) = (seated(self.set, self.who, &joined), seated(self.before, self.who, &joined));
        let group = self.set.group_named(self.set.group_name(subject.group)).unwrap();
        let over = over(self.written, group, self.who.1);
        for category in &NAMES[1..] {
            let (hits, address) = (hits(category), self.address);
            let decision = verdict_under(self.set, &subject, address, &hits, &joined);
            let looser = verdict_under(self.before, &earlier, address, &hits, &joined);
            assert!(strictness(&decision) >= strictness(&looser), "{:#?} {:?} {address} {category} {given:?}", self.written, self.who);
            let unused = verdict_under(self.set, &subject, address, &hits, &Joined { used: Used::none(), ..joined });
            assert!(strictness(&decision) >= strictness(&unused), "what is used up opens nothing: {:#?}", self.written);
            let released = decision.evidence().reason == Reason::Released;
            for layer in &over {
                floor_holds(layer, &decision, address, category);
                quota_holds(layer, &decision, category, used);
                if !released {
                    layer_holds(layer, &decision, address, category);
                }
            }
            acts_hold(given, &subject, self.set.group_name(subject.group), &decision);
        }
        let listed = verdict_under(self.set, &subject, self.address, &hits("illegal"), &joined);
        assert_eq!((strictness(&listed), listed.evidence().reason), (2, Reason::Statutory));
    }
}

fn settings_hold(set: &PolicySet, over: &[&Layer], (group, user): (GroupId, Option<&str>)) {
    let has = Least::of(set.group(set.placed(group, user)).unwrap()).ranks();
    for layer in over {
        let wanted = layer.least.ranks();
        assert!((0..LEAST_OPTIONS.len()).all(|i| wanted[i] <= has[i]), "{layer:?} {has:?}");
    }
}

/// A group's word is refused at load exactly when the layers would have made it stricter.
fn what_is_written_is_found(written: &Rules, set: &PolicySet) {
    for (number, group) in (0..).map(GroupId).zip(&written.groups) {
        let settled = set.group(number).unwrap();
        for (name, action) in group.categories.iter().filter(|(name, _)| !group.category_hours.contains_key(*name)) {
            let found = loosened(&written.layers, Level::Group, &[number], Word::Category(name, *action));
            assert_eq!(found.is_some(), settled.categories.get(name) > Some(action), "{name} {action:?} {written:#?}");
        }
        for (name, quota) in &group.quota {
            let found = loosened(&written.layers, Level::Group, &[number], Word::Quota(name, *quota));
            assert_eq!(found.is_some(), quota.exceeds(settled.quota[name]), "{name} {written:#?}");
        }
        for ((option, word), settled) in Least::of(group).words().zip(Least::of(settled).ranks()) {
            let Word::Setting(_, rank) = word else { panic!("a setting") };
            let found = loosened(&written.layers, Level::Group, &[number], word);
            assert_eq!(found.is_some(), settled > Some(rank), "{option} {written:#?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(2_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_lower_layer_loosens_a_higher_one(seed in any::<u64>()) {
        check_tree(seed);
    }
}

#[test]
fn an_open_address_is_found_under_a_closed_one_and_not_over_it() {
    let mut layer = Dice(1).layer();
    layer.level = Level::Consortium;
    layer.groups.clear();
    layer.block_hosts = vec!["shut.test".into(), "part.test/games".into()];
    for (open, found) in [
        ("shut.test", true),
        ("www.shut.test/page", true),
        ("notshut.test", false),
        ("test", false),
        ("part.test", false),
        ("part.test/games", true),
        ("www.part.test/games/chess", true),
        ("part.test/gamesroom", false),
    ] {
        let by = loosened(std::slice::from_ref(&layer), Level::Site, &[], Word::Open(open));
        assert_eq!(by.is_some(), found, "{open}");
    }
}

#[test]
fn a_persons_layer_is_theirs_alone_and_shared_by_whoever_has_the_same() {
    let person = |names: &[&str]| Layer {
        level: Level::Person,
        site: None,
        groups: Vec::new(),
        persons: names.iter().map(|name| Arc::from(*name)).collect(),
        block: vec!["games".into()],
        never_loosen: Vec::new(),
        warn: Vec::new(),
        block_hosts: Vec::new(),
        files: crate::policy::Files::default(),
        predicted: Default::default(),
        least: Least { safe_search: Some(true), ..Least::default() },
        quota: BTreeMap::new(),
        ..Dice(7).layer()
    };
    let set = PolicySet::build(Rules { layers: vec![person(&["Kim", "lee"])], ..rules() }, &image()).unwrap();
    let (children, staff) = (GroupId(0), GroupId(3));
    assert_eq!(set.placed(children, Some("KIM")), set.placed(children, Some("Lee")));
    assert_ne!(set.placed(children, Some("kim")), children);
    assert_eq!((set.placed(children, Some("sam")), set.placed(children, None)), (children, children));
    assert_eq!(&**set.group_name(set.placed(staff, Some("kim"))), "staff", "records name the group");
    let games = hits("games");
    let decision = verdict(&set, (staff, Some("kim")), "http://games.example.test/", &games);
    assert_eq!((strictness(&decision), &*decision.evidence().layer), (2, "person T, category games"));
    assert_eq!(strictness(&verdict(&set, (staff, Some("sam")), "http://games.example.test/", &games)), 0);
    assert!(set.leads_to(set.placed(staff, Some("kim")), "www.google.com").is_some());
    assert!(set.leads_to(staff, "www.google.com").is_none());
    // Rules for the group are still for the person in it.
    let local = verdict(&set, (staff, Some("kim")), "http://not-for-staff.example.test/", &Hits::default());
    assert_eq!(local.evidence().reason, Reason::BlockedLocally);
    assert_eq!(image().categories()[2], "games".into(), "{:?}", CategoryId(2));
}
