//! What people decide for a while: what it opens and closes, for whom, until when; and what it never reaches.

use super::super::*;
use super::world::{decide, hits, image, rules, subject, url};
use crate::matcher::Hits;
use crate::model::{GroupId, Reason, Subject, Timestamp};
use std::sync::Arc;

/// The moment of these tests is 100; acts end at 200.
const NOW: Timestamp = Timestamp::from_seconds(100);
const CHILDREN: GroupId = GroupId(0);

fn act(doing: Doing, whom: Whom) -> Act {
    Act { id: "E-1".into(), doing, whom, by: "B. Lee".into(), reason: "homework".into(), until: Timestamp::from_seconds(200) }
}

fn release(address: &str, whom: Whom) -> Acts {
    Acts::new(vec![act(Doing::Release(vec![address.into()]), whom)])
}

fn policy() -> PolicySet {
    PolicySet::build(rules(), &image()).unwrap()
}

fn kim() -> Subject {
    Subject { user: Some("Kim".into()), ..subject(CHILDREN) }
}

fn reason(set: &PolicySet, subject: &Subject, address: &str, hits: &Hits, (acts, now): (&Acts, Timestamp)) -> (Reason, Arc<str>) {
    let mut subject = subject.clone();
    set.seat(&mut subject, acts, now);
    let url = url(address);
    let decision = decide(set, &Ask { subject: &subject, url: &url, method: b"GET", now, warned: false, acts, used: Used::none() }, hits).0;
    (decision.evidence().reason, Arc::clone(&decision.evidence().layer))
}

#[test]
fn a_release_opens_one_address_for_those_it_is_for_until_it_ends() {
    let set = policy();
    let adult = hits("adult");
    let room = |text: &str| Whom::Room(text.parse().unwrap());
    for (whom, opens) in [
        (Whom::Everybody, true),
        (Whom::Person("KIM".into()), true),
        (Whom::Person("lee".into()), false),
        (Whom::Group("children".into()), true),
        (Whom::Group("staff".into()), false),
        (room("192.0.2.0/24"), true),
        (room("198.51.100.0/24"), false),
    ] {
        let acts = release("adult.example.test", whom.clone());
        let (got, layer) = reason(&set, &kim(), "http://www.adult.example.test/x", &adult, (&acts, NOW));
        assert_eq!(got, if opens { Reason::Released } else { Reason::Category }, "{whom:?}");
        assert!(!opens || &*layer == "release E-1 by B. Lee: homework", "{layer}");
    }
    let acts = release("adult.example.test", Whom::Everybody);
    let at = |now, address| reason(&set, &kim(), address, &adult, (&acts, now)).0;
    assert_eq!(at(Timestamp::from_seconds(199), "http://adult.example.test/"), Reason::Released);
    assert_eq!(at(Timestamp::from_seconds(200), "http://adult.example.test/"), Reason::Category, "it ends by itself");
    assert_eq!(at(NOW, "http://other.example.test/"), Reason::Category);
    assert_eq!(
        reason(&set, &kim(), "http://blocked.example.test/", &Hits::default(), (&release("blocked.example.test", Whom::Everybody), NOW)).0,
        Reason::Released
    );
}

#[test]
fn a_release_passes_neither_a_statutory_list_nor_a_floor_nor_what_is_closed_at_short_notice() {
    let acts = release("x.example.test", Whom::Everybody);
    let address = "http://x.example.test/";
    assert_eq!(reason(&policy(), &kim(), address, &hits("illegal"), (&acts, NOW)).0, Reason::Statutory);
    let floor = Layer {
        quota: std::collections::BTreeMap::new(),
        level: Level::Site,
        site: None,
        title: "T".into(),
        signed_by: "A".into(),
        reason: "r".into(),
        review: None,
        place: "t.toml:1:1".into(),
        groups: Vec::new(),
        persons: Vec::new(),
        never_loosen: vec!["adult".into()],
        block: vec!["games".into()],
        warn: Vec::new(),
        block_hosts: vec!["y.example.test".into()],
        files: crate::policy::Files::default(),
        predicted: Default::default(),
        least: Least::default(),
    };
    let set = PolicySet::build(Rules { layers: vec![floor], ..rules() }, &image()).unwrap();
    assert_eq!(reason(&set, &kim(), address, &hits("adult"), (&acts, NOW)).0, Reason::Category);
    assert_eq!(reason(&set, &kim(), address, &hits("games"), (&acts, NOW)).0, Reason::Released, "what is merely blocked can be released");
    let categories = Acts::new(vec![act(Doing::ReleaseCategories(vec!["adult".into(), "games".into()]), Whom::Everybody)]);
    assert_eq!(reason(&set, &kim(), address, &hits("adult"), (&categories, NOW)).0, Reason::Category, "nor does that of its category");
    assert_eq!(reason(&set, &kim(), address, &hits("games"), (&categories, NOW)).0, Reason::Released);
    let host = release("y.example.test", Whom::Everybody);
    assert_eq!(reason(&set, &kim(), "http://y.example.test/", &Hits::default(), (&host, NOW)).0, Reason::BlockedLocally);
    let close = act(Doing::Close(vec!["x.example.test".into()]), Whom::Everybody);
    let both = Acts::new(vec![acts.all()[0].clone(), close]);
    assert_eq!(reason(&set, &kim(), address, &Hits::default(), (&both, NOW)).0, Reason::ShortNotice);
    // An unlock gives another group's rules, and the layers over that group with them.
    let unlock = Acts::new(vec![act(Doing::Unlock("staff".into()), Whom::Person("kim".into()))]);
    assert_eq!(reason(&set, &kim(), address, &hits("adult"), (&unlock, NOW)).0, Reason::Category);
}

#[test]
fn a_released_category_is_open_and_whatever_else_closes_the_address_stays() {
    let set = policy();
    let open = |names: &[&str]| act(Doing::ReleaseCategories(names.iter().map(|name| Arc::from(*name)).collect()), Whom::Everybody);
    let two = |one: &str, other: &str| {
        let mut both = hits(one);
        both.categories = both.categories.union(hits(other).categories);
        both
    };
    let acts = |act| Acts::new(vec![act]);
    let adult = acts(open(&["adult"]));
    for (address, hits, acts, expected) in [
        ("http://x.example.test/", hits("adult"), &adult, Reason::Released),
        ("http://x.example.test/", hits("illegal"), &adult, Reason::Statutory),
        ("http://x.example.test/", hits("adult"), &acts(open(&["games"])), Reason::Category),
        ("http://x.example.test/", two("adult", "games"), &adult, Reason::Warned),
        ("http://x.example.test/", two("adult", "games"), &acts(open(&["adult", "games"])), Reason::Released),
        ("http://blocked.example.test/", hits("adult"), &adult, Reason::BlockedLocally),
    ] {
        assert_eq!(reason(&set, &kim(), address, &hits, (acts, NOW)).0, expected, "{address} {hits:?}");
    }
    let (_, layer) = reason(&set, &kim(), "http://x.example.test/", &hits("adult"), (&adult, NOW));
    assert_eq!(&*layer, "release E-1 by B. Lee: homework");
    assert_eq!(reason(&set, &kim(), "http://x.example.test/", &hits("adult"), (&adult, Timestamp::from_seconds(200))).0, Reason::Category);
    // Of two that open two categories, each is named for its own.
    let second = Act { id: "E-2".into(), ..open(&["games"]) };
    let both = Acts::new(vec![open(&["adult"]), second]);
    assert_eq!(&*reason(&set, &kim(), "http://x.example.test/", &hits("games"), (&both, NOW)).1, "release E-2 by B. Lee: homework");
    assert_eq!(reason(&set, &kim(), "http://x.example.test/", &two("adult", "games"), (&both, NOW)).0, Reason::Released);
}

#[test]
fn what_a_released_category_brings_is_looked_at_and_counted_like_any_other_page() {
    let mut rules = rules();
    rules.groups[0].files.extensions = vec!["exe".into()];
    rules.groups[0].quota =
        ["games", "adult", "news", EVERYTHING].map(|name| (name.into(), Quota { minutes: Some(30), bytes: None })).into();
    let set = PolicySet::build(rules, &image()).unwrap();
    let categories = |names: &[&str]| {
        Acts::new(vec![act(Doing::ReleaseCategories(names.iter().map(|name| Arc::from(*name)).collect()), Whom::Everybody)])
    };
    let address = release("x.example.test", Whom::Everybody);
    let subject = kim();
    for (acts, host, names, reason, looked_at, counted) in [
        (Acts::none(), "x", "news", Reason::Allowed, true, "* news"),
        (&categories(&["games"]), "x", "games", Reason::Released, true, "*"),
        (&categories(&["games"]), "x", "games news", Reason::Released, true, "* news"),
        (&categories(&["games", "adult"]), "x", "games adult news", Reason::Released, true, "* news"),
        (&address, "x", "games", Reason::Released, false, ""),
        (Acts::none(), "good", "games", Reason::AllowedLocally, false, ""),
        (&categories(&["games"]), "good", "games", Reason::AllowedLocally, false, ""),
        (&categories(&["news"]), "help", "news", Reason::HelpLine, false, ""),
    ] {
        let address = if host == "help" { "http://help.example.org/".to_owned() } else { format!("http://{host}.example.test/") };
        let (url, hits) = (url(&address), hits(names));
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now: NOW, warned: false, acts, used: Used::none() };
        let decision = decide(&set, &ask, &hits).0;
        let grounds = decision.evidence().grounds();
        assert_eq!(grounds.reason, reason, "{host} {names}");
        assert_eq!(set.files(CHILDREN, grounds).is_some(), looked_at, "{host} {names}");
        let metered = set.metered(CHILDREN, &hits, grounds, set.released(&subject, &hits, acts, NOW));
        let metered: Vec<&str> = metered.iter().map(|share| &*share.name).collect();
        assert_eq!(metered.join(" "), counted, "{host} {names}");
    }
}

#[test]
fn among_many_acts_the_first_of_each_kind_that_stands_for_whoever_asks_speaks() {
    let set = policy();
    let numbered = |(number, (doing, whom)): (usize, (Doing, Whom))| Act { id: format!("E-{number}").into(), ..act(doing, whom) };
    let unlock = |to: &str, whom| (Doing::Unlock(to.into()), whom);
    let (kims, lees) = (Whom::Person("kim".into()), Whom::Person("lee".into()));
    let mut all = vec![
        (Doing::Close(vec!["closed.test".into()]), Whom::Everybody),
        unlock("walled", lees.clone()),
        (Doing::Suspend, lees),
        (Doing::Release(vec!["open.test".into()]), Whom::Everybody),
        unlock("staff", kims.clone()),
        (Doing::ReleaseCategories(vec!["adult".into()]), Whom::Everybody),
        unlock("walled", kims.clone()),
    ];
    let acts = Acts::new(all.iter().cloned().enumerate().map(numbered).collect());
    assert_eq!(set.seat(&mut kim(), &acts, NOW).as_deref(), Some("unlock E-4 by B. Lee: homework"));
    assert_eq!(reason(&set, &kim(), "http://x.test/", &Hits::default(), (&acts, NOW)).0, Reason::Allowed);
    all.extend([(Doing::Suspend, kims), (Doing::Suspend, Whom::Everybody)]);
    let acts = Acts::new(all.into_iter().enumerate().map(numbered).collect());
    let (got, layer) = reason(&set, &kim(), "http://x.test/", &Hits::default(), (&acts, NOW));
    assert_eq!((got, &*layer), (Reason::Suspended, "suspension E-7 by B. Lee: homework"));
}

#[test]
fn an_unlock_gives_the_rules_of_another_group_to_whom_it_is_for_and_says_so() {
    let set = policy();
    let acts = Acts::new(vec![act(Doing::Unlock("staff".into()), Whom::Person("kim".into()))]);
    let adult = hits("adult");
    let (got, layer) = reason(&set, &kim(), "http://adult.example.test/", &adult, (&acts, NOW));
    assert_eq!((got, &*layer), (Reason::Allowed, "group staff, default"));
    assert_eq!(reason(&set, &subject(CHILDREN), "http://adult.example.test/", &adult, (&acts, NOW)).0, Reason::Category);
    let mut seated = kim();
    assert_eq!(set.seat(&mut seated, &acts, NOW).as_deref(), Some("unlock E-1 by B. Lee: homework"));
    assert_eq!(&**set.group_name(seated.group), "staff");
    let nowhere = Acts::new(vec![act(Doing::Unlock("gone".into()), Whom::Everybody)]);
    assert_eq!(set.seat(&mut kim(), &nowhere, NOW), None, "a group that is no more gives nothing");
    assert_eq!(reason(&set, &kim(), "http://x.example.test/", &hits("illegal"), (&acts, NOW)).0, Reason::Statutory);
}

#[test]
fn who_is_suspended_gets_help_lines_alone_whatever_else_stands() {
    let set = policy();
    let suspended = act(Doing::Suspend, Whom::Person("kim".into()));
    let unlock = act(Doing::Unlock("staff".into()), Whom::Person("kim".into()));
    let open = act(Doing::Release(vec!["good.example.test".into()]), Whom::Everybody);
    let acts = Acts::new(vec![open, unlock, suspended]);
    for (address, expected) in [
        ("http://good.example.test/", Reason::Suspended),
        ("http://free.example.test/", Reason::Suspended),
        ("http://help.example.org/", Reason::HelpLine),
    ] {
        assert_eq!(reason(&set, &kim(), address, &Hits::default(), (&acts, NOW)).0, expected, "{address}");
    }
    assert_eq!(reason(&set, &subject(CHILDREN), "http://free.example.test/", &Hits::default(), (&acts, NOW)).0, Reason::Allowed);
}

#[test]
fn what_is_closed_is_closed_in_every_form_and_what_is_released_in_its_own_alone() {
    let set = PolicySet::build(Rules { local: Vec::new(), ..rules() }, &image()).unwrap();
    let close = Acts::new(vec![act(Doing::Close(vec!["bad.example.test".into()]), Whom::Everybody)]);
    let (url, who) = (carried("bad.example.test"), kim());
    let ask = |acts| Ask { subject: &who, url: &url, method: b"GET", now: NOW, warned: false, acts, used: Used::none() };
    assert_eq!(decide(&set, &ask(&close), &Hits::default()).0.evidence().reason, Reason::ShortNotice);
    let open = release("bad.example.test", Whom::Everybody);
    assert_eq!(decide(&set, &ask(&open), &hits("adult")).0.evidence().reason, Reason::Category);
}

/// The address of a translator that carries another.
fn carried(host: &str) -> crate::canon::CanonicalUrl {
    use crate::canon::{RawTarget, Wrappers, canonicalise};
    let address = format!("http://translate.google.com/translate?u=http://{host}/");
    let url = canonicalise(RawTarget::Absolute(address.as_bytes()), &Wrappers::built_in()).unwrap();
    assert!(url.forms().len() > 1, "it carries an address");
    url
}
