//! Over random trees of layers: no lower layer loosens a higher one, what is written and loosens is found, nothing opens a statutory list.
//! `PROPTEST_CASES=1000000` runs a million trees.

use super::super::*;
use super::world::{NAMES, decide, group, hits, image, local, rules, subject, url};
use crate::matcher::Hits;
use crate::model::{CategoryId, GroupId, LogDetail, Reason, Timestamp};
use proptest::prelude::*;
use std::sync::Arc;

/// Steele, Lea and Flood's splitmix64: a tree from one number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn coin(&mut self) -> bool {
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
        Group { safe_search: self.coin(), bare_addresses: self.coin(), log: self.one(&LogDetail::ALL), ..made }
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
const NEVER: Window = Window { days: 0b100, from: 60, to: 120 };
const ALWAYS: Window = Window { days: 0b111_1111, from: 0, to: 1440 };

fn strictness(decision: &Decision) -> u8 {
    match decision {
        Decision::Allow(_) => 0,
        Decision::Warn(_) => 1,
        Decision::Refuse(_) => 2,
    }
}

/// One question to one policy: judge and explain agree, or `decide` stops the test.
fn verdict(set: &PolicySet, who: (GroupId, Option<&str>), address: &str, hits: &Hits) -> Decision {
    verdict_under(set, who, address, hits, Acts::none())
}

fn verdict_under(set: &PolicySet, (group, user): (GroupId, Option<&str>), address: &str, hits: &Hits, acts: &Acts) -> Decision {
    let (subject, url) = (subject(set.placed(group, user)), url(address));
    let ask = Ask { subject: &subject, url: &url, method: b"GET", now: Timestamp::from_seconds(0), warned: false, acts };
    decide(set, &ask, hits).0
}

fn released(dice: &mut Dice) -> Acts {
    let act = Act {
        id: "E-1".into(),
        doing: match dice.below(2) {
            0 => Doing::Release(vec![dice.one(&HOSTS).into()]),
            _ => Doing::ReleaseCategories(vec![dice.one(&NAMES).into()]),
        },
        whom: Whom::Everybody,
        by: "x".into(),
        reason: "x".into(),
        until: Timestamp::from_seconds(1),
    };
    Acts::new(vec![act])
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

fn check_tree(seed: u64) {
    let mut dice = Dice(seed);
    let written = dice.rules();
    let set = PolicySet::build(written.clone(), &image()).unwrap();
    // The same tree without its lowest layer: what is left stands above it, or beside it.
    let lowest = (0..written.layers.len()).max_by_key(|index| written.layers[*index].level);
    let mut fewer = written.clone();
    lowest.map(|index| fewer.layers.remove(index));
    let before = PolicySet::build(fewer, &image()).unwrap();
    let released = released(&mut dice);
    let who = (GroupId(u16::try_from(dice.below(2)).unwrap()), dice.perhaps(&["kim", "KIM", "lee"]));
    let is_kim = who.1.is_some_and(|name| name.eq_ignore_ascii_case("kim"));
    let over: Vec<&Layer> = written.layers.iter().filter(|layer| layer.is_for(who.0) && (layer.level != Level::Person || is_kim)).collect();
    let address = dice.one(&["http://a.example.test/page", "http://b.example.test/", "http://a.example.test/", "http://192.0.2.7/"]);
    for category in &NAMES[1..] {
        let hits = hits(category);
        let decision = verdict(&set, who, address, &hits);
        assert!(strictness(&decision) >= strictness(&verdict(&before, who, address, &hits)), "{written:#?} {who:?} {address} {category}");
        over.iter().for_each(|layer| layer_holds(layer, &decision, address, category));
        let released = verdict_under(&set, who, address, &hits, &released);
        over.iter().for_each(|layer| floor_holds(layer, &released, address, category));
    }
    let listed = verdict_under(&set, who, address, &hits("illegal"), &released);
    assert_eq!((strictness(&listed), listed.evidence().reason), (2, Reason::Statutory));
    settings_hold(&set, &over, who);
    what_is_written_is_found(&written, &set);
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
        least: Least { safe_search: Some(true), ..Least::default() },
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
