//! Groups: names, ranges, presets, categories, listeners.

use super::accounts;
use super::bench::Bench;
use super::files;
use super::known_names;
use super::new_domains;
use super::predicted;
use super::proxy::{Placed, listener};
use super::quota;
use crate::config::fault::FaultKind;
use crate::config::raw::{BareAddresses, RawGroup, RawPreset};
use crate::config::reader::Reader;
use crate::config::source::{At, Place};
use crate::model::GroupId;
use crate::policy::{Action, Contact, DefaultAction, Group, HiddenPages, HttpsMode, SearchEngines, TunnelContents, WeeklyHours, YouTube};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Checks every `[[group]]`.
pub(super) fn check(written: &[At<RawGroup>], bench: &mut Bench<'_>) -> (Vec<Group>, Vec<Placed>) {
    bench.groups = names(written, bench);
    if written.is_empty() {
        let help = "write [[group]] with a name and a preset";
        bench.reader.fault_with_help(&Place::default(), FaultKind::Missing("group"), help);
    }
    let groups = written.iter().map(|group| check_group(group, bench)).collect();
    check_overlaps(written, bench);
    let listeners = written.iter().flat_map(|group| {
        let name = group.value.name.as_ref().map(|name| name.value.clone());
        group.value.listen.iter().map(move |at| listener(at.clone(), name.clone(), false))
    });
    (groups, listeners.collect())
}

/// The names, in order; one that is missing or there twice is a fault and keeps its number.
fn names(written: &[At<RawGroup>], bench: &mut Bench<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for group in written {
        let name = bench.need(group.value.name.as_ref(), &group.place, "name").unwrap_or_default();
        if let Some(at) = group.value.name.as_ref().filter(|_| names.contains(&name)) {
            bench.reader.fault(&at.place, FaultKind::Twice("group", name.as_str().into()));
        }
        names.push(name);
    }
    names
}

fn check_group(written: &At<RawGroup>, bench: &mut Bench<'_>) -> Group {
    let raw = &written.value;
    let preset = raw.preset.as_ref().and_then(|name| bench.preset(name)).unwrap_or_default();
    let own = &raw.own;
    for name in [&own.allow, &own.warn, &own.block].into_iter().flatten().chain(own.category_hours.iter().map(|(name, _)| name)) {
        bench.category(name);
    }
    known_names::check(written, bench);
    check_methods(&own.methods, bench);
    let name = raw.name.as_ref().map_or("", |name| &name.value);
    let https = chosen(&own.https, &preset.https).unwrap_or(HttpsMode::Tunnel);
    let over = |own: Option<HiddenPages>, preset: Option<HiddenPages>| own.or(preset).unwrap_or(HiddenPages::Record);
    let (accounts, own_accounts) = accounts::check(&raw.accounts, https, &written.place, bench);
    let categories = Arc::new(actions(own, &preset, bench));
    let timed = |name: &str| own.category_hours.iter().chain(&preset.category_hours).any(|(known, _)| known.value == name);
    predicted::note_what_is_cut(&own.predicted, &categories, timed, bench);
    Group {
        name: name.into(),
        title: raw.title.as_ref().map_or(name, |title| &title.value).into(),
        networks: raw.networks.iter().map(|at| at.value).collect(),
        default: chosen(&own.default, &preset.default).unwrap_or(DefaultAction::Allow),
        categories,
        hours: bench.hours(own.hours.as_ref().or(preset.hours.as_ref()).map_or(&[][..], Vec::as_slice)),
        category_hours: category_hours(own, &preset, bench),
        predicted: predicted::settle(&preset.predicted, &own.predicted, bench),
        quota: quota::settle(&preset.quota, &own.quota, bench),
        bare_addresses: chosen(&own.bare_addresses, &preset.bare_addresses) == Some(BareAddresses::Allow),
        methods: methods(if own.methods.is_empty() { &preset.methods } else { &own.methods }),
        tunnels: chosen(&own.tunnels, &preset.tunnels).unwrap_or(TunnelContents::Tls),
        hidden_pages: over(own.hidden_pages.as_ref().map(|at| at.value), preset.hidden_pages.as_ref().map(|at| at.value)),
        https,
        opened: hosts(if own.open_hosts.is_empty() { &preset.open_hosts } else { &own.open_hosts }, bench),
        safe_search: chosen(&own.safe_search, &preset.safe_search).unwrap_or(false),
        search_engines: chosen(&own.search_engines, &preset.search_engines).unwrap_or(SearchEngines::Any),
        youtube: chosen(&own.youtube, &preset.youtube).unwrap_or(YouTube::Open),
        accounts,
        own_accounts,
        new_domains: new_domains::settle(&own.new, &preset.new, bench),
        overblock_budget: new_domains::budget(&own.new, &preset.new, bench),
        show_category: chosen(&own.show_category, &preset.show_category).unwrap_or(true),
        files: files::chosen(&own.files, &preset.files, bench),
        log: raw.log.as_ref().map(|at| at.value).unwrap_or_default(),
        contact: Some(raw.contact.clone()).filter(|contact| *contact != Contact::default()),
    }
}

/// Says so when unknown clients would see more than a known group does (rule B3).
pub(super) fn note_if_not_strictest(groups: &[Group], strictest: GroupId, written: Option<&At<String>>, reader: &mut Reader) {
    let strictness =
        |group: &Group| (group.default == DefaultAction::Block, group.categories.values().filter(|a| **a == Action::Block).count());
    let (Some(unknown), Some(place)) = (groups.get(usize::from(strictest.0)), written.map(|at| &at.place)) else { return };
    let stricter = groups.iter().filter(|group| strictness(group) > strictness(unknown)).max_by_key(|group| strictness(group));
    if let Some(other) = stricter {
        reader.note(place, FaultKind::NotStrictest { group: (*unknown.name).into(), other: (*other.name).into() });
    }
}

fn chosen<T: Copy>(own: &Option<At<T>>, preset: &Option<At<T>>) -> Option<T> {
    own.as_ref().or(preset.as_ref()).map(|at| at.value)
}

/// What happens to each category: the preset's words, then the group's own on top of them.
fn actions(own: &RawPreset, preset: &RawPreset, bench: &mut Bench<'_>) -> BTreeMap<Arc<str>, Action> {
    let mut actions = BTreeMap::new();
    for from in [preset, own] {
        let mut here: BTreeMap<Arc<str>, Action> = BTreeMap::new();
        for (names, action) in [(&from.allow, Action::Allow), (&from.warn, Action::Warn), (&from.block, Action::Block)] {
            for name in names {
                let known = bench.known_category(&name.value).cloned();
                if here.insert(known.unwrap_or_else(|| name.value.as_str().into()), action).is_some() {
                    bench.reader.fault(&name.place, FaultKind::Twice("category", name.value.as_str().into()));
                }
            }
        }
        actions.extend(here);
    }
    actions
}

/// A category that the group itself allows, warns of or blocks loses the preset's hours.
fn category_hours(own: &RawPreset, preset: &RawPreset, bench: &mut Bench<'_>) -> BTreeMap<Arc<str>, WeeklyHours> {
    let said = |name: &str| [&own.allow, &own.warn, &own.block].into_iter().flatten().any(|at| at.value == name);
    let inherited = preset.category_hours.iter().filter(|(name, _)| !said(&name.value));
    inherited.chain(&own.category_hours).map(|(name, hours)| (name.value.as_str().into(), bench.hours(hours))).collect()
}

/// Hosts that are opened; each must be readable, and is taken with everything below it.
fn hosts(written: &[At<String>], bench: &mut Bench<'_>) -> Vec<Arc<str>> {
    for at in written {
        bench.address(at);
    }
    written.iter().map(|at| at.value.as_str().into()).collect()
}

fn methods(written: &[At<String>]) -> Option<Vec<Box<[u8]>>> {
    (!written.is_empty()).then(|| written.iter().map(|at| at.value.as_bytes().into()).collect())
}

fn check_methods(written: &[At<String>], bench: &mut Bench<'_>) {
    for at in written {
        let fits = !at.value.is_empty() && at.value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_');
        if !fits {
            bench.reader.fault(&at.place, FaultKind::Malformed { expected: "a method such as \"GET\"".into() });
        }
    }
}

/// Ranges of two groups may not overlap, unless the narrower one says that it means to.
fn check_overlaps(written: &[At<RawGroup>], bench: &mut Bench<'_>) {
    for (index, group) in written.iter().enumerate() {
        for name in &group.value.overrides {
            bench.group(name);
        }
        for range in &group.value.networks {
            let others = written.iter().enumerate().filter(|(other, _)| *other != index);
            let wider = others.flat_map(|(other, raw)| raw.value.networks.iter().map(move |at| (other, at)));
            for (other, wide) in wider.filter(|(other, wide)| overlaps(&wide.value, &range.value, *other < index)) {
                check_overlap(&group.value, (index, range), (other, wide), bench);
            }
        }
    }
}

/// Does the wide range hold the narrow one? Equal ranges are counted once, for the group that comes later.
fn overlaps(wide: &IpNet, narrow: &IpNet, wide_comes_first: bool) -> bool {
    wide.contains(narrow) && (wide != narrow || wide_comes_first)
}

fn check_overlap(group: &RawGroup, (index, range): (usize, &At<IpNet>), (other, wide): (usize, &At<IpNet>), bench: &mut Bench<'_>) {
    let (name, other_name) = (bench.groups[index].clone(), bench.groups[other].clone());
    let meant = group.overrides.iter().any(|at| at.value == other_name);
    if meant && wide.value != range.value {
        return;
    }
    let help = if wide.value == range.value {
        "a range can belong to one group only".to_owned()
    } else {
        format!("if the narrower range is to win, write overrides = [\"{other_name}\"] in the group '{name}'")
    };
    let kind = FaultKind::Overlap { range: range.value, group: name.into(), other_range: wide.value, other: other_name.into() };
    bench.reader.fault_with_help(&range.place, kind, &help);
}
