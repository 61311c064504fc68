//! Over random policies: a listed address is never allowed, and explain agrees with judge.

use super::super::*;
use super::world::{NAMES, decide, group, hits, image, keyword, rules, subject, url};
use crate::matcher::Hits;
use crate::model::{CategoryId, CategorySet, GroupId, Reason, Timestamp, VerdictKind};
use proptest::prelude::*;

fn any_action() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::Allow), Just(Action::Warn), Just(Action::Block)]
}

prop_compose! {
    fn any_hours()(windows in prop::collection::vec((any::<u8>(), 0..1440u16, 1..=1440u16), 0..3)) -> WeeklyHours {
        WeeklyHours { windows: windows.into_iter().map(|(days, from, to)| Window { days, from, to, dates: None }).collect() }
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
            categories: std::sync::Arc::new(actions.into_iter().map(|(number, action)| (NAMES[number].into(), action)).collect()),
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
                ..super::world::local(if allow { LocalAction::Allow } else { LocalAction::Block }, ADDRESSES[address])
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
        let ask = Ask { subject: &subject, url: &url, method: method.as_bytes(), now: Timestamp::from_seconds(now), warned, acts: Acts::none(), used: Used::none() };
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
