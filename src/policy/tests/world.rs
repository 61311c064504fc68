//! A small policy and a small image, and how a test asks them.

use super::super::*;
use crate::canon::{CanonicalUrl, RawTarget, Wrappers, canonicalise};
use crate::lists::{ListImage, ListInfo, ListKind};
use crate::matcher::{Hits, Matched};
use crate::model::{CategoryId, GroupId, IdentitySource, ListId, Subject, Timestamp};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const NAMES: [&str; 5] = ["illegal", "adult", "games", "news", "odd"];

pub(super) fn image() -> ListImage {
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

pub(super) fn group(name: &str) -> Group {
    Group {
        name: name.into(),
        title: name.into(),
        networks: Vec::new(),
        default: DefaultAction::Allow,
        categories: Arc::default(),
        hours: WeeklyHours::default(),
        category_hours: BTreeMap::new(),
        quota: BTreeMap::new(),
        predicted: BTreeMap::new(),
        bare_addresses: false,
        methods: None,
        tunnels: TunnelContents::Tls,
        https: HttpsMode::Tunnel,
        opened: Vec::new(),
        safe_search: false,
        search_engines: SearchEngines::Any,
        youtube: YouTube::Open,
        accounts: Vec::new(),
        own_accounts: Vec::new(),
        files: crate::policy::Files::default(),
        new_domains: crate::policy::NewDomains::default(),
        overblock_budget: None,
        show_category: true,
        hidden_pages: HiddenPages::Record,
        log: crate::model::LogDetail::Full,
        contact: None,
    }
}

pub(super) fn rules() -> Rules {
    let mut children = group("children");
    let actions = [("adult", Action::Block), ("games", Action::Warn), ("news", Action::Allow)];
    children.categories = Arc::new(actions.into_iter().map(|(name, action)| (name.into(), action)).collect());
    let mut walled = Group {
        search_engines: SearchEngines::RestrictedOnly,
        default: DefaultAction::Block,
        methods: Some(vec![(*b"GET").into()]),
        ..group("walled")
    };
    Arc::make_mut(&mut walled.categories).insert("news".into(), Action::Allow);
    let school = Window { days: 0b1_1111, from: 8 * 60, to: 18 * 60, dates: None };
    let mut timed = Group { hours: WeeklyHours { windows: vec![school] }, hidden_pages: HiddenPages::BlockHost, ..group("timed") };
    timed
        .category_hours
        .insert("games".into(), WeeklyHours { windows: vec![Window { days: 0b1_1111, from: 12 * 60, to: 13 * 60, dates: None }] });
    Rules {
        zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
        groups: vec![children, walled, timed, Group { bare_addresses: true, tunnels: TunnelContents::Anything, ..group("staff") }],
        sites: Vec::new(),
        layers: Vec::new(),
        agreement: Default::default(),
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
            added: false,
        }],
        services: Vec::new(),
        keywords: vec![keyword("bad", Action::Block, "badword"), keyword("think", Action::Warn, "thinkword")],
        category_words: BTreeMap::new(),
        tests: Vec::new(),
        version: "policy".into(),
    }
}

pub(super) fn local(action: LocalAction, address: &str) -> LocalRule {
    LocalRule { action, addresses: vec![address.into()], author: "A. Hill".into(), reason: "why".into(), expires: None, groups: Vec::new() }
}

pub(super) fn keyword(name: &str, action: Action, word: &str) -> KeywordRule {
    KeywordRule { name: name.into(), action, words: vec![word.into()], expressions: Vec::new(), groups: Vec::new() }
}

pub(super) fn url(text: &str) -> CanonicalUrl {
    let raw = match text.strip_prefix("tunnel ") {
        Some(authority) => RawTarget::Authority(authority.as_bytes()),
        None => RawTarget::Absolute(text.as_bytes()),
    };
    canonicalise(raw, &Wrappers::none()).unwrap()
}

/// Hits as the matcher would give them, by category names; `illegal` is the statutory list.
pub(super) fn hits(names: &str) -> Hits {
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
            hits.forms = 1;
            *evidence.next().unwrap() = Some(matched);
        }
    }
    hits
}

pub(super) fn subject(group: GroupId) -> Subject {
    let peer = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    Subject { peer, asserted: None, group, source: IdentitySource::Unknown, user: None, device: None }
}

/// A request of a summer noon, by somebody who has read no warning and used nothing, with nothing decided for a while.
pub(super) fn ask<'a>(subject: &'a Subject, url: &'a CanonicalUrl) -> Ask<'a> {
    Ask { subject, url, method: b"GET", now: at(SUMMER_NOON), warned: false, acts: Acts::none(), used: Used::none() }
}

/// Both ways to a decision; they must agree on everything.
pub(super) fn decide(set: &PolicySet, ask: &Ask<'_>, hits: &Hits) -> (Decision, Vec<Step>) {
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
pub(super) const SUMMER_NOON: &str = "2026-06-15T12:30:00+01:00[Europe/London]";
pub(super) const SUMMER_EVENING: &str = "2026-06-15T18:00:00+01:00[Europe/London]";
pub(super) const WINTER_MORNING: &str = "2026-12-14T08:00:00+00:00[Europe/London]";
pub(super) const WINTER_DAWN: &str = "2026-12-14T07:59:59+00:00[Europe/London]";
pub(super) const SUNDAY: &str = "2026-06-14T12:30:00+01:00[Europe/London]";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse::<jiff::Zoned>().unwrap().timestamp().into()
}
