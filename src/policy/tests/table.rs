//! Verdict tables, one line each.

use super::super::*;
use super::world::{
    SUMMER_EVENING, SUMMER_NOON, SUNDAY, WINTER_DAWN, WINTER_MORNING, ask, at, decide, hits, image, local, rules, subject, url,
};
use crate::canon::{RawTarget, Wrappers, canonicalise};
use crate::matcher::Hits;
use crate::model::{GroupId, IdentitySource, Reason, VerdictKind};

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
        walled   | http://uk.search.yahoo.com/         | news       | search-unrestricted | group walled, search engines
        walled   | tunnel www.startpage.com:443        | news       | search-unrestricted | group walled, search engines
        walled   | tunnel mail.google.com:443          | news       | allowed            | group walled, category news
        walled   | tunnel www.google.com:443           | news       | allowed            | group walled, category news
        children | tunnel www.startpage.com:443        |            | allowed            | group children, default
    ";
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [name, address, categories, reason, layer] = cells[..] else { panic!("{line}") };
        let (subject, url) = (subject(set.group_named(name).unwrap()), url(address));
        let ask = ask(&subject, &url);
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
        let ask = Ask { now: at(time), ..ask(&subject, &url) };
        assert_eq!(decide(&set, &ask, &hits(categories)).0.evidence().reason, reason, "{time} {categories}");
    }
}

#[test]
fn a_window_past_midnight_belongs_to_the_day_it_starts_on() {
    let friday_night = Window { days: 1 << 4, from: 22 * 60, to: 2 * 60, dates: None };
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
    let to_midnight = Window { days: 1 << 6, from: 0, to: DAY_MINUTES, dates: None };
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
        let ask = Ask { warned: true, ..ask(&subject, &url) };
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
        let ask = Ask { method: method.as_bytes(), ..ask(&subject, &url) };
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
        let ask = Ask { method: b"CONNECT", ..ask(&subject, &url) };
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
        let ask = ask(&subject, &url);
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
