//! Quotas in policy: what is used up is closed, for whom, and what goes past it.

use super::super::*;
use super::world::{ask, decide, group, hits, image, local, rules, subject, url};
use crate::matcher::Hits;
use crate::model::{CategorySet, GroupId, Reason, Timestamp};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Thursday, 15 January 2026, noon.
const NOON: i64 = 1_768_478_400;
const ONE: GroupId = GroupId(0);

fn minutes(all: u16) -> Quota {
    Quota { minutes: Some(all), bytes: None }
}

pub(super) fn layer(level: Level, name: &str, quota: Quota) -> Layer {
    Layer {
        site: None,
        level,
        title: "East".into(),
        signed_by: "A. Hill".into(),
        reason: "why".into(),
        review: None,
        place: "t.toml:1:1".into(),
        groups: Vec::new(),
        persons: Vec::new(),
        never_loosen: Vec::new(),
        block: Vec::new(),
        warn: Vec::new(),
        block_hosts: Vec::new(),
        quota: [(name.into(), quota)].into(),
        files: crate::policy::Files::default(),
        predicted: Default::default(),
        least: Least::default(),
    }
}

/// One group with these quotas, under these layers; the site allows one address, and has a help line of its own.
fn policy(quotas: &[(&str, Quota)], layers: Vec<Layer>) -> PolicySet {
    let mut one = group("one");
    one.categories = std::sync::Arc::new([("adult".into(), Action::Block), ("odd".into(), Action::Warn)].into());
    one.quota = quotas.iter().map(|(name, quota)| (Arc::from(*name), *quota)).collect();
    let base = rules();
    let own = HelpLine { address: "own-help.test".into(), added: true, ..base.help_lines[0].clone() };
    let help_lines = base.help_lines.iter().cloned().chain([own]).collect();
    let rules =
        Rules { groups: vec![one], layers, local: vec![local(LocalAction::Allow, "good.test")], help_lines, keywords: Vec::new(), ..base };
    PolicySet::build(rules, &image()).unwrap()
}

/// So many minutes were used under each name, before noon.
fn used(of: &[(&str, u16)]) -> Used {
    let mut used = Used::on_day_of(Timestamp::from_seconds(NOON), &TimeZone::UTC);
    for (name, minutes) in of {
        for minute in 0..*minutes {
            used.add(&Arc::from(*name), Timestamp::from_seconds(NOON - 3600 - i64::from(minute) * 60), 1 << 20);
        }
    }
    used
}

fn reason(set: &PolicySet, address: &str, hits: &Hits, used: &Used, seconds: i64) -> (Reason, Arc<str>) {
    let (subject, url) = (subject(ONE), url(address));
    let ask = Ask { now: Timestamp::from_seconds(seconds), used, ..ask(&subject, &url) };
    let decision = decide(set, &ask, hits).0;
    (decision.evidence().reason, Arc::clone(&decision.evidence().layer))
}

#[test]
fn what_is_used_up_is_closed_until_midnight() {
    let set = policy(&[("games", minutes(30))], Vec::new());
    for (of, address, names, expected) in [
        (("games", 29), "http://a.test/", "games", Reason::Allowed),
        (("games", 30), "http://a.test/", "games", Reason::QuotaUsed),
        (("games", 30), "http://a.test/", "games odd", Reason::QuotaUsed),
        (("games", 30), "http://a.test/", "news", Reason::Allowed),
        (("games", 30), "http://a.test/", "adult", Reason::Category),
        (("news", 500), "http://a.test/", "games", Reason::Allowed),
        (("games", 30), "http://good.test/", "games", Reason::AllowedLocally),
        (("games", 30), "http://help.example.org/", "games", Reason::HelpLine),
        (("games", 30), "http://own-help.test/", "games", Reason::HelpLine),
    ] {
        assert_eq!(reason(&set, address, &hits(names), &used(&[of]), NOON).0, expected, "{of:?} {address} {names}");
    }
    let spent = used(&[("games", 30)]);
    let at = |seconds| reason(&set, "http://a.test/", &hits("games"), &spent, seconds).0;
    assert_eq!(at(NOON - 3600), Reason::Allowed, "a minute that counts already");
    assert_eq!((at(NOON + 43_199), at(NOON + 43_200)), (Reason::QuotaUsed, Reason::Allowed), "another day");
    let listed = reason(&set, "http://a.test/", &Hits { statutory: hits("illegal").statutory, ..hits("games") }, &Used::default(), NOON).0;
    assert_eq!(listed, Reason::Statutory);
}

#[test]
fn a_quota_of_everything_counts_everything_but_help_lines() {
    let set = policy(&[(EVERYTHING, Quota { minutes: None, bytes: Some(5 << 20) })], Vec::new());
    let spent = used(&[(EVERYTHING, 5)]);
    for (address, names, expected) in [
        ("http://a.test/", "", Reason::QuotaUsed),
        ("http://a.test/", "adult", Reason::QuotaUsed),
        ("http://good.test/", "", Reason::AllowedLocally),
        ("http://help.example.org/", "", Reason::HelpLine),
    ] {
        let (got, layer) = reason(&set, address, &hits(names), &spent, NOON);
        assert_eq!(got, expected, "{address} {names}");
        assert!(got != Reason::QuotaUsed || &*layer == "group one, quota of everything", "{layer}");
    }
    assert_eq!(reason(&set, "http://a.test/", &hits("news"), &used(&[(EVERYTHING, 4)]), NOON).0, Reason::Allowed);
}

#[test]
fn layers_tighten_and_no_rule_of_the_site_goes_past_one_above_it() {
    let above = |level, all| policy(&[("games", minutes(30))], vec![layer(level, "games", minutes(all))]);
    for (set, of, address, expected, by) in [
        (above(Level::Consortium, 20), 20, "a.test", Reason::QuotaUsed, "consortium East, quota games"),
        (above(Level::Consortium, 20), 19, "a.test", Reason::Allowed, "group one, default"),
        (above(Level::Consortium, 60), 30, "a.test", Reason::QuotaUsed, "group one, quota games"),
        (above(Level::Consortium, 60), 59, "good.test", Reason::AllowedLocally, "local allow by A. Hill: why"),
        (above(Level::Consortium, 60), 60, "good.test", Reason::QuotaUsed, "group one, quota games"),
        (above(Level::Consortium, 60), 60, "own-help.test", Reason::QuotaUsed, "group one, quota games"),
        (above(Level::Consortium, 60), 60, "help.example.org", Reason::HelpLine, "help line Help"),
        (above(Level::Site, 20), 20, "good.test", Reason::AllowedLocally, "local allow by A. Hill: why"),
        (above(Level::Site, 20), 20, "a.test", Reason::QuotaUsed, "site East, quota games"),
    ] {
        let got = reason(&set, &format!("http://{address}/"), &hits("games"), &used(&[("games", of)]), NOON);
        assert_eq!((got.0, &*got.1), (expected, by), "{of} {address}");
    }
    let everything = policy(&[], vec![layer(Level::Authority, EVERYTHING, minutes(60))]);
    let spent = used(&[(EVERYTHING, 60)]);
    assert_eq!(reason(&everything, "http://good.test/", &hits("news"), &spent, NOON).0, Reason::QuotaUsed);
    assert_eq!(reason(&everything, "http://own-help.test/", &hits("news"), &spent, NOON).0, Reason::HelpLine);
}

#[test]
fn what_counts_is_what_a_quota_is_about() {
    let set = policy(
        &[("games", minutes(30)), ("news", minutes(5)), (EVERYTHING, minutes(60)), ("not-loaded", minutes(1))],
        vec![layer(Level::Consortium, "games", minutes(40))],
    );
    let names = |names: &str, reason| -> Vec<(String, Option<u16>)> {
        set.metered(ONE, &hits(names), Grounds { reason, category: None }, CategorySet::EMPTY)
            .into_iter()
            .map(|share| (share.name.to_string(), share.quota.minutes))
            .collect()
    };
    assert_eq!(names("games odd", Reason::Allowed), [("*".into(), Some(60)), ("games".into(), Some(30))]);
    assert_eq!(names("news", Reason::AllowedAfterWarning), [("*".into(), Some(60)), ("news".into(), Some(5))]);
    assert_eq!(names("", Reason::Allowed), [("*".into(), Some(60))]);
    assert_eq!(names("games news", Reason::AllowedLocally), [("games".into(), Some(40))], "the layer's own");
    for reason in [Reason::HelpLine, Reason::Released, Reason::OwnPage] {
        assert_eq!(names("games", reason), [], "{reason}");
    }
    assert!(set.has_quota(ONE) && !policy(&[], Vec::new()).has_quota(ONE));
}

#[test]
fn alike_groups_of_two_sites_share_one_plan_and_the_quota_is_called_as_at_the_site() {
    let all = |name: &str| Group { quota: [("games".into(), minutes(30))].into(), ..group(name) };
    let site = |name: &str, groups: std::ops::Range<u16>| Site {
        name: name.into(),
        title: name.into(),
        file: "".into(),
        zone: TimeZone::UTC,
        contact: None,
        networks: vec![format!("10.{}.0.0/16", groups.start).parse().unwrap()],
        by_listener: false,
        unknown: GroupId(groups.start),
        groups,
        exceptions: Arc::default(),
    };
    let (groups, sites) = (vec![all("north/all"), all("south/all")], vec![site("north", 0..1), site("south", 1..2)]);
    let set = PolicySet::build(Rules { groups, sites, local: Vec::new(), ..rules() }, &image()).unwrap();
    assert!(Arc::ptr_eq(&set.plans[0], &set.plans[1]), "{:?}", set.plans);
    let (got, layer) = reason(&set, "http://a.test/", &hits("games"), &used(&[("games", 30)]), NOON);
    assert_eq!((got, &*layer), (Reason::QuotaUsed, "group all, quota games"));
}

#[test]
fn explain_tells_how_much_is_used() {
    let set = policy(&[("games", Quota { minutes: Some(30), bytes: Some(200 << 20) })], Vec::new());
    let (subject, url) = (subject(ONE), url("http://a.test/"));
    let told = |used: &Used, names: &str| {
        let ask = Ask { now: Timestamp::from_seconds(NOON), used, ..ask(&subject, &url) };
        let steps = decide(&set, &ask, &hits(names)).1;
        steps.into_iter().find(|step| step.stage == Stage::Quota).unwrap().finding
    };
    assert_eq!(told(&used(&[("games", 12)]), "games"), "group one, quota games: 12 of 30 minutes and 12.0 of 200.0 MB used.");
    assert_eq!(
        told(&used(&[("games", 30)]), "games"),
        "group one, quota games: 30 of 30 minutes and 30.0 of 200.0 MB used; until the day ends here."
    );
    assert_eq!(told(Used::none(), "games"), "group one, quota games: 0 of 30 minutes and 0.0 of 200.0 MB used.");
    assert_eq!(told(Used::none(), "news"), "No quota counts it.");
}

#[test]
fn of_two_groups_the_one_with_quotas_is_the_stricter() {
    let base = rules();
    let limited = Group { quota: [("games".into(), minutes(1))].into(), ..group("limited") };
    let groups = vec![group("strictest"), group("free"), limited];
    let set = PolicySet::build(Rules { groups, local: Vec::new(), ..base }, &image()).unwrap();
    assert_eq!(set.strictest_of([GroupId(1), GroupId(2)]), Some(GroupId(2)));
}
