//! Verdict tables, one line each; and over random policies: a listed address is never allowed, and explain agrees with judge.

use super::*;
use crate::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use crate::lists::{ListImage, ListInfo, ListKind};
use crate::matcher::{Hits, Matched};
use crate::model::{CategoryId, CategorySet, GroupId, IdentitySource, ListId, Reason, Subject, Timestamp, VerdictKind};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const NAMES: [&str; 5] = ["illegal", "adult", "games", "news", "odd"];

fn image() -> ListImage {
    let info = |number: u8, kind| ListInfo {
        name: NAMES[usize::from(number)].into(),
        kind,
        category: CategoryId(number),
        entries: 1,
        rejected: 0,
        demonstration: false,
    };
    let mut lists = vec![info(0, ListKind::Statutory)];
    lists.extend((1..5).map(|number| info(number, ListKind::Category)));
    ListImage { categories: NAMES.iter().map(|name| Arc::from(*name)).collect(), lists, version: "image".into(), ..ListImage::default() }
}

fn group(name: &str) -> Group {
    Group {
        name: name.into(),
        title: name.into(),
        networks: Vec::new(),
        default: DefaultAction::Allow,
        categories: BTreeMap::new(),
        hours: WeeklyHours::default(),
        category_hours: BTreeMap::new(),
        bare_addresses: false,
        methods: None,
        tunnels: TunnelContents::Tls,
        https: HttpsMode::Tunnel,
        opened: Vec::new(),
        hidden_pages: HiddenPages::Record,
        log: crate::model::LogDetail::Full,
        contact: None,
    }
}

fn rules() -> Rules {
    let mut children = group("children");
    let actions = [("adult", Action::Block), ("games", Action::Warn), ("news", Action::Allow)];
    children.categories = actions.into_iter().map(|(name, action)| (name.into(), action)).collect();
    let mut walled = Group { default: DefaultAction::Block, methods: Some(vec![(*b"GET").into()]), ..group("walled") };
    walled.categories.insert("news".into(), Action::Allow);
    let school = Window { days: 0b1_1111, from: 8 * 60, to: 18 * 60 };
    let mut timed = Group { hours: WeeklyHours { windows: vec![school] }, hidden_pages: HiddenPages::BlockHost, ..group("timed") };
    timed.category_hours.insert("games".into(), WeeklyHours { windows: vec![Window { days: 0b1_1111, from: 12 * 60, to: 13 * 60 }] });
    Rules {
        zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
        groups: vec![children, walled, timed, Group { bare_addresses: true, tunnels: TunnelContents::Anything, ..group("staff") }],
        strictest: GroupId(0),
        sealed: Sealed { hosts: vec!["sealed.test".into()], categories: vec!["news".into()] },
        connect_ports: vec![443],
        local: vec![
            local(LocalAction::Block, "blocked.example.test"),
            local(LocalAction::Allow, "good.example.test"),
            local(LocalAction::Allow, "adult.example.test/biology"),
            LocalRule { expires: Some(Timestamp::from_seconds(0)), ..local(LocalAction::Block, "expired.example.test") },
            LocalRule { groups: vec![GroupId(3)], ..local(LocalAction::Block, "not-for-staff.example.test") },
            local(LocalAction::Allow, "192.0.2.9"),
            local(LocalAction::Block, "both.example.test"),
            local(LocalAction::Allow, "both.example.test"),
        ],
        help_lines: vec![HelpLine {
            address: "help.example.org".into(),
            name: "Help".into(),
            phone: "0".into(),
            words: "Help.".into(),
            on_pages: true,
        }],
        keywords: vec![keyword("bad", Action::Block, "badword"), keyword("think", Action::Warn, "thinkword")],
        category_words: BTreeMap::new(),
        tests: Vec::new(),
        version: "policy".into(),
    }
}

fn local(action: LocalAction, address: &str) -> LocalRule {
    LocalRule { action, addresses: vec![address.into()], author: "A. Hill".into(), reason: "why".into(), expires: None, groups: Vec::new() }
}

fn keyword(name: &str, action: Action, word: &str) -> KeywordRule {
    KeywordRule { name: name.into(), action, words: vec![word.into()], expressions: Vec::new(), groups: Vec::new() }
}

fn url(text: &str) -> CanonicalUrl {
    let raw = match text.strip_prefix("tunnel ") {
        Some(authority) => RawTarget::Authority(authority.as_bytes()),
        None => RawTarget::Absolute(text.as_bytes()),
    };
    canonicalise(raw, &Wrappers::none()).unwrap()
}

/// Hits as the matcher would give them, by category names; `illegal` is the statutory list.
fn hits(names: &str) -> Hits {
    let mut hits = Hits::default();
    let mut evidence = hits.evidence.iter_mut();
    for name in names.split_whitespace() {
        let number = NAMES.iter().position(|known| *known == name).unwrap();
        let number = u8::try_from(number).unwrap();
        let matched = Matched { list: ListId(number), category: CategoryId(number), form: 0, host_from: 0, path_to: None };
        if number == 0 {
            hits.statutory = Some(matched);
        } else {
            hits.categories.insert(CategoryId(number));
            *evidence.next().unwrap() = Some(matched);
        }
    }
    hits
}

fn subject(group: GroupId) -> Subject {
    let peer = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    Subject { peer, asserted: None, group, source: IdentitySource::Unknown, user: None, device: None }
}

/// Both ways to a decision; they must agree on everything.
fn decide(set: &PolicySet, ask: &Ask<'_>, hits: &Hits) -> (Decision, Vec<Step>) {
    let mut trace = StepTrace::default();
    let explained = set.judge(ask, hits, &mut trace);
    let judged = set.judge(ask, hits, &mut NoTrace);
    assert_eq!(explained.evidence(), judged.evidence());
    assert_eq!(std::mem::discriminant(&explained), std::mem::discriminant(&judged));
    let steps = trace.into_steps();
    assert!(steps.iter().map(|step| step.stage).eq(ORDER.into_iter().take(steps.len())), "steps follow the table: {steps:?}");
    assert_eq!(steps.iter().filter(|step| step.decided).count(), 1, "one step decides: {steps:?}");
    assert!(steps.last().is_some_and(|step| step.decided), "and it is the last: {steps:?}");
    (judged, steps)
}

/// Monday in summer time and Monday in winter time; the minutes are those of the clock on the wall in London.
const SUMMER_NOON: &str = "2026-06-15T12:30:00+01:00[Europe/London]";
const SUMMER_EVENING: &str = "2026-06-15T18:00:00+01:00[Europe/London]";
const WINTER_MORNING: &str = "2026-12-14T08:00:00+00:00[Europe/London]";
const WINTER_DAWN: &str = "2026-12-14T07:59:59+00:00[Europe/London]";
const SUNDAY: &str = "2026-06-14T12:30:00+01:00[Europe/London]";

fn at(text: &str) -> Timestamp {
    text.parse::<jiff::Zoned>().unwrap().timestamp().into()
}

#[test]
fn verdict_table() {
    let set = PolicySet::build(rules(), &image()).unwrap();
    let table = "
        children | http://a.example.test/              |            | allowed            | group children, default
        children | http://a.example.test/              | adult      | category           | group children, category adult
        children | http://a.example.test/              | games      | warned             | group children, category games
        children | http://a.example.test/              | news       | allowed            | group children, category news
        children | http://a.example.test/              | odd        | allowed            | group children, default
        children | http://a.example.test/              | news games | warned             | group children, category games
        children | http://a.example.test/              | news games adult | category     | group children, category adult
        children | http://a.example.test/              | illegal    | statutory          | statutory list illegal
        children | http://help.example.org/            | illegal    | statutory          | statutory list illegal
        children | http://good.example.test/           | illegal    | statutory          | statutory list illegal
        children | http://help.example.org/            | adult      | help-line          | help line Help
        timed    | tunnel www.help.example.org:443     | adult      | help-line          | help line Help
        walled   | http://help.example.org/badword     |            | help-line          | help line Help
        children | http://nothelp.example.org.example.test/ | adult | category           | group children, category adult
        children | http://192.0.2.7/                   |            | bare-address       | group children, kind of connection
        children | tunnel [2001:db8::1]:443            |            | bare-address       | group children, kind of connection
        children | http://192.0.2.9/                   | adult      | allowed-local      | local allow by A. Hill: why
        staff    | http://192.0.2.7/                   |            | allowed            | group staff, default
        staff    | tunnel a.example.test:22            |            | port-refused       | group staff, kind of connection
        staff    | tunnel a.example.test:443           |            | allowed            | group staff, default
        walled   | http://a.example.test/              |            | not-on-allow-list  | group walled, default
        walled   | http://a.example.test/              | news       | allowed            | group walled, category news
        walled   | http://good.example.test/           |            | allowed-local      | local allow by A. Hill: why
        children | http://blocked.example.test/        |            | blocked-local      | local block by A. Hill: why
        staff    | http://www.blocked.example.test/x   |            | blocked-local      | local block by A. Hill: why
        staff    | http://both.example.test/           |            | blocked-local      | local block by A. Hill: why
        staff    | http://unblocked.example.test/      |            | allowed            | group staff, default
        staff    | http://expired.example.test/        |            | allowed            | group staff, default
        staff    | http://not-for-staff.example.test/  |            | blocked-local      | local block by A. Hill: why
        children | http://not-for-staff.example.test/  |            | allowed            | group children, default
        children | http://good.example.test/badword    | adult      | allowed-local      | local allow by A. Hill: why
        children | http://adult.example.test/biology/1 | adult      | allowed-local      | local allow by A. Hill: why
        children | http://adult.example.test/biologyx  | adult      | category           | group children, category adult
        children | http://a.example.test/badword.html  |            | keyword            | keyword rule bad
        children | http://a.example.test/?q=a+BADword  | games      | keyword            | keyword rule bad
        children | http://a.example.test/?q=%62adword  |            | keyword            | keyword rule bad
        children | http://a.example.test/badwords      |            | allowed            | group children, default
        children | http://thinkword.example.test/      |            | warned             | keyword rule think
        children | http://thinkword.example.test/      | adult      | category           | group children, category adult
        timed    | tunnel a.example.test:443           |            | allowed            | group timed, default
    ";
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [name, address, categories, reason, layer] = cells[..] else { panic!("{line}") };
        let (subject, url) = (subject(set.group_named(name).unwrap()), url(address));
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now: at(SUMMER_NOON), warned: false };
        let (decision, steps) = decide(&set, &ask, &hits(categories));
        assert_eq!((decision.evidence().reason.code(), &*decision.evidence().layer), (reason, layer), "{line}\n{steps:#?}");
        assert_eq!(matches!(decision, Decision::Allow(_)), decision.evidence().reason.kind() == VerdictKind::Allow, "{line}");
        assert_eq!(matches!(decision, Decision::Warn(_)), decision.evidence().reason.kind() == VerdictKind::Warn, "{line}");
    }
}

#[test]
fn hours_are_those_on_the_wall_in_summer_and_in_winter() {
    let set = PolicySet::build(rules(), &image()).unwrap();
    let subject = subject(GroupId(2));
    for (time, categories, reason) in [
        (SUMMER_NOON, "", Reason::Allowed),
        (SUMMER_NOON, "games", Reason::Allowed),
        (WINTER_MORNING, "", Reason::Allowed),
        (WINTER_MORNING, "games", Reason::Category),
        (WINTER_DAWN, "", Reason::OutsideHours),
        (SUMMER_EVENING, "", Reason::OutsideHours),
        (SUNDAY, "", Reason::OutsideHours),
        (SUNDAY, "illegal", Reason::Statutory),
    ] {
        let url = url("http://a.example.test/");
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now: at(time), warned: false };
        assert_eq!(decide(&set, &ask, &hits(categories)).0.evidence().reason, reason, "{time} {categories}");
    }
}

#[test]
fn a_window_past_midnight_belongs_to_the_day_it_starts_on() {
    let friday_night = Window { days: 1 << 4, from: 22 * 60, to: 2 * 60 };
    for (time, inside) in [
        ("2026-06-19T21:59:59", false),
        ("2026-06-19T22:00", true),
        ("2026-06-20T01:59:59", true),
        ("2026-06-20T02:00", false),
        ("2026-06-20T22:30", false),
        ("2026-06-19T01:00", false),
    ] {
        assert_eq!(friday_night.contains(time.parse().unwrap()), inside, "{time}");
    }
    let to_midnight = Window { days: 1 << 6, from: 0, to: DAY_MINUTES };
    assert!(to_midnight.contains("2026-06-21T23:59".parse().unwrap()));
    assert!(!to_midnight.contains("2026-06-22T00:00".parse().unwrap()));
}

#[test]
fn a_warning_that_was_read_opens_and_says_so_but_opens_nothing_else() {
    let set = PolicySet::build(rules(), &image()).unwrap();
    let subject = subject(GroupId(0));
    for (address, categories, reason) in [
        ("http://a.example.test/", "games", Reason::AllowedAfterWarning),
        ("http://thinkword.example.test/", "", Reason::AllowedAfterWarning),
        ("http://a.example.test/", "adult games", Reason::Category),
        ("http://a.example.test/", "illegal games", Reason::Statutory),
    ] {
        let url = url(address);
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now: at(SUMMER_NOON), warned: true };
        assert_eq!(decide(&set, &ask, &hits(categories)).0.evidence().reason, reason, "{address} {categories}");
    }
}

#[test]
fn a_group_that_may_only_read_is_refused_other_methods_and_keeps_its_tunnels() {
    let set = PolicySet::build(rules(), &image()).unwrap();
    let subject = subject(GroupId(1));
    for (method, address, reason) in [
        ("POST", "http://good.example.test/", Reason::MethodRefused),
        ("get", "http://good.example.test/", Reason::MethodRefused),
        ("GET", "http://good.example.test/", Reason::AllowedLocally),
        ("CONNECT", "tunnel good.example.test:443", Reason::AllowedLocally),
        ("POST", "http://help.example.org/", Reason::HelpLine),
    ] {
        let url = url(address);
        let ask = Ask { subject: &subject, url: &url, method: method.as_bytes(), now: at(SUMMER_NOON), warned: false };
        assert_eq!(decide(&set, &ask, &hits("")).0.evidence().reason, reason, "{method} {address}");
    }
}

#[test]
fn a_tunnel_that_hides_listed_pages_is_recorded_or_closed_as_the_group_says() {
    let set = PolicySet::build(rules(), &image()).unwrap();
    let hidden = Hits { statutory_urls_on_host: true, ..Hits::default() };
    for (group, address, reason) in [
        (0, "tunnel a.example.test:443", Reason::Allowed),
        (2, "tunnel a.example.test:443", Reason::Statutory),
        (2, "http://a.example.test/", Reason::Allowed),
    ] {
        let (subject, url) = (subject(GroupId(group)), url(address));
        let ask = Ask { subject: &subject, url: &url, method: b"CONNECT", now: at(SUMMER_NOON), warned: false };
        let (decision, steps) = decide(&set, &ask, &hidden);
        assert_eq!(decision.evidence().reason, reason, "{group} {address}");
        assert!(reason != Reason::Allowed || url.scheme() != crate::canon::Scheme::Tunnel || steps[0].finding.contains("gap"));
    }
}

#[test]
fn an_allow_rule_opens_the_address_itself_and_nothing_that_merely_carries_it() {
    let mut written = rules();
    written.local = vec![local(LocalAction::Allow, "adult.example.test"), local(LocalAction::Block, "shut.example.test")];
    let set = PolicySet::build(written, &image()).unwrap();
    let subject = subject(GroupId(0));
    let carrier = "http://web.archive.org/web/2020/http://";
    for (inner, reason) in [("adult.example.test/", Reason::Category), ("shut.example.test/", Reason::BlockedLocally)] {
        let url = canonicalise(RawTarget::Absolute(format!("{carrier}{inner}").as_bytes()), &Wrappers::built_in()).unwrap();
        let ask = Ask { subject: &subject, url: &url, method: b"GET", now: at(SUMMER_NOON), warned: false };
        assert_eq!(decide(&set, &ask, &hits("adult")).0.evidence().reason, reason, "{inner}");
    }
}

#[test]
fn a_client_gets_the_group_of_the_longest_range_then_of_its_listener_then_the_strictest() {
    let mut written = rules();
    written.groups[1].networks = vec!["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
    written.groups[3].networks = vec!["192.0.2.128/25".parse().unwrap()];
    let set = PolicySet::build(written, &image()).unwrap();
    for (client, listener, group, source) in [
        ("192.0.2.5", None, 1, IdentitySource::AddressRange),
        ("192.0.2.200", Some(2), 3, IdentitySource::AddressRange),
        ("::ffff:192.0.2.200", None, 3, IdentitySource::AddressRange),
        ("2001:db8::7", None, 1, IdentitySource::AddressRange),
        ("198.51.100.1", Some(2), 2, IdentitySource::Listener),
        ("198.51.100.1", Some(99), 0, IdentitySource::Unknown),
        ("198.51.100.1", None, 0, IdentitySource::Unknown),
    ] {
        assert_eq!(set.group_for(client.parse().unwrap(), listener.map(GroupId)), (GroupId(group), source), "{client}");
    }
    assert_eq!(&**set.group_name(GroupId(77)), "children", "a number from another policy means the strictest group");
}

#[test]
fn rules_that_cannot_be_put_in_force_say_every_fault() {
    let mut written = rules();
    written.strictest = GroupId(9);
    written.local[0].addresses = vec!["exa mple.test".into()];
    written.groups[0].networks = vec!["192.0.2.0/24".parse().unwrap()];
    written.groups[1].networks = vec!["192.0.2.7/24".parse().unwrap()];
    written.keywords[0].expressions = vec!["(".into()];
    let faults = PolicySet::build(written, &image()).unwrap_err();
    let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 4, "{texts:#?}");
    let nobody = PolicySet::build(Rules { groups: Vec::new(), ..rules() }, &image()).unwrap_err();
    assert_eq!(nobody, [PolicyFault::NoGroup]);
}

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::Allow), Just(Action::Warn), Just(Action::Block)]
}

prop_compose! {
    fn any_hours()(windows in prop::collection::vec((any::<u8>(), 0..1440u16, 1..=1440u16), 0..3)) -> WeeklyHours {
        WeeklyHours { windows: windows.into_iter().map(|(days, from, to)| Window { days, from, to }).collect() }
    }
}

prop_compose! {
    fn any_group()(
        open in any::<bool>(), bare in any::<bool>(), block_host in any::<bool>(), read_only in any::<bool>(),
        actions in prop::collection::btree_map(0..NAMES.len(), any_action(), 0..5),
        hours in any_hours(),
        category_hours in prop::collection::btree_map(0..NAMES.len(), any_hours(), 0..3),
    ) -> Group {
        Group {
            default: if open { DefaultAction::Allow } else { DefaultAction::Block },
            categories: actions.into_iter().map(|(number, action)| (NAMES[number].into(), action)).collect(),
            hours,
            category_hours: category_hours.into_iter().map(|(number, hours)| (NAMES[number].into(), hours)).collect(),
            bare_addresses: bare,
            hidden_pages: if block_host { HiddenPages::BlockHost } else { HiddenPages::Record },
            methods: read_only.then(|| vec![(*b"GET").into()]),
            ..group("any")
        }
    }
}

const ADDRESSES: [&str; 5] = ["listed.example.test", "example.test", "192.0.2.7", "listed.example.test/page", "other.example.org"];

prop_compose! {
    fn any_rules()(
        groups in prop::collection::vec(any_group(), 1..4),
        local in prop::collection::vec((any::<bool>(), 0..ADDRESSES.len(), prop::option::of(-5i64..5), any::<bool>()), 0..6),
        help in prop::collection::vec(0..ADDRESSES.len(), 0..3),
        keywords in prop::collection::vec((any_action(), prop::sample::select(vec!["listed", "page", "zebra"])), 0..3),
        ports in prop::collection::vec(prop::sample::select(vec![22u16, 80, 443]), 0..3),
    ) -> Rules {
        let empty = rules();
        Rules {
            strictest: GroupId(0),
            groups,
            local: local.into_iter().map(|(allow, address, expires, one)| LocalRule {
                expires: expires.map(Timestamp::from_seconds),
                groups: if one { vec![GroupId(0)] } else { Vec::new() },
                ..super::tests::local(if allow { LocalAction::Allow } else { LocalAction::Block }, ADDRESSES[address])
            }).collect(),
            help_lines: help.into_iter().map(|address| HelpLine { address: ADDRESSES[address].into(), ..empty.help_lines[0].clone() }).collect(),
            keywords: keywords.into_iter().map(|(action, word)| keyword("k", action, word)).collect(),
            connect_ports: ports,
            ..empty
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// The statutory lock (standards V2), whatever the policy, the person, the moment and the address.
    #[test]
    fn under_any_policy_a_listed_address_is_never_allowed_and_explain_agrees(
        written in any_rules(),
        group in 0..5u16,
        address in prop::sample::select(vec!["http://listed.example.test/page", "http://192.0.2.7/", "tunnel listed.example.test:443", "tunnel 192.0.2.7:22"]),
        categories in prop::collection::vec(1..5u8, 0..4),
        listed in any::<bool>(),
        hidden in any::<bool>(),
        now in -10i64..1_000_000,
        warned in any::<bool>(),
        method in prop::sample::select(vec!["GET", "POST", "CONNECT", "ODD"]),
    ) {
        let set = PolicySet::build(written, &image()).unwrap();
        let mut hits = if listed { hits("illegal") } else { Hits::default() };
        hits.categories = categories.into_iter().map(CategoryId).collect::<CategorySet>();
        hits.statutory_urls_on_host = hidden;
        let (subject, url) = (subject(GroupId(group)), url(address));
        let ask = Ask { subject: &subject, url: &url, method: method.as_bytes(), now: Timestamp::from_seconds(now), warned };
        let (decision, steps) = decide(&set, &ask, &hits);
        if listed {
            prop_assert!(matches!(decision, Decision::Refuse(_)));
            prop_assert_eq!(decision.evidence().reason, Reason::Statutory);
            prop_assert_eq!(steps.len(), 1);
            prop_assert!(!steps[0].finding.contains("example"), "the entry is not shown: {}", steps[0].finding);
        }
        prop_assert_eq!(matches!(decision, Decision::Allow(_)), decision.evidence().reason.kind() == VerdictKind::Allow);
    }
}
