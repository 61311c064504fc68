//! Layers: who signed them off, what they close, and that nothing below loosens them (standards C1).

use super::bench::Bench;
use super::files;
use super::known_names::must_be_open;
use super::predicted;
use super::quota;
use crate::config::fault::FaultKind;
use crate::config::predicted::RawPredicted;
use crate::config::raw::{BareAddresses, RawFiles, RawGroup, RawHelpLine, RawLayer, RawLeast, RawPreset, RawRule};
use crate::config::source::{At, Place};
use crate::model::GroupId;
use crate::policy::{Action, LEAST_OPTIONS, Layer, Least, Level, Quota, Word, loosened};
use std::sync::Arc;

/// Checks every `[[layer]]`, and that nothing below loosens one, nor one of those above that stand elsewhere.
pub(super) fn settle(below: &Below<'_>, above: &[Layer], bench: &mut Bench<'_>) -> Vec<Layer> {
    let layers: Vec<Layer> = below.layers.iter().filter_map(|layer| layer_of(layer, bench)).collect();
    refuse_loosening([above, &layers].concat().as_slice(), below, bench);
    layers
}

fn layer_of(written: &At<RawLayer>, bench: &mut Bench<'_>) -> Option<Layer> {
    let (raw, place) = (&written.value, &written.place);
    if raw.level.is_none() {
        bench.reader.fault(place, FaultKind::Missing("level"));
    }
    let need = |text: &Option<At<String>>, key, bench: &mut Bench<'_>| bench.need(text.as_ref(), place, key);
    let (title, signed_by) = (need(&raw.title, "title", bench), need(&raw.signed_by, "signed_by", bench));
    let reason = need(&raw.reason, "reason", bench);
    let review = bench.review(raw.review.as_ref(), place);
    check_categories(raw, bench);
    raw.block_hosts.iter().for_each(|address| bench.address(address));
    let level = raw.level.as_ref()?.value;
    check_persons(raw, level, place, bench);
    let texts = |list: &[At<String>]| -> Vec<Arc<str>> { list.iter().map(|at| at.value.as_str().into()).collect() };
    Some(Layer {
        level,
        title: title?.into(),
        signed_by: signed_by?.into(),
        reason: reason?.into(),
        review,
        place: bench.reader.place_text(raw.title.as_ref().map_or(place, |title| &title.place)).into(),
        groups: reach(raw, bench),
        site: None,
        persons: texts(&raw.persons),
        never_loosen: texts(&raw.never_loosen),
        block: texts(&raw.block),
        warn: texts(&raw.warn),
        block_hosts: texts(&raw.block_hosts),
        quota: quota::settle(&[], &raw.quota, bench),
        predicted: predicted::settle(&Vec::new(), &raw.predicted, bench),
        files: files::check(&raw.files, bench),
        least: least(&raw.least),
    })
}

/// The groups that it is for, in order.
fn reach(raw: &RawLayer, bench: &mut Bench<'_>) -> Vec<GroupId> {
    if let Some(at) = raw.sites.first().filter(|_| bench.first > 0) {
        bench.reader.fault(&at.place, FaultKind::Meaningless("sites", "a layer in a site's own file".into()));
        return Vec::new();
    }
    for at in &raw.sites {
        let sites = Arc::clone(&bench.sites);
        if named_by(at, raw, bench).next().is_none() {
            bench.unknown("site", at, sites.iter().map(|site| site.name.as_str()));
        }
    }
    let mut groups: Vec<GroupId> = if raw.sites.is_empty() { bench.groups(&raw.groups) } else { named(raw, bench).collect() };
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The groups of the sites that a layer names: all of them, or those that are called so there.
fn named<'a>(raw: &'a RawLayer, bench: &'a Bench<'_>) -> impl Iterator<Item = GroupId> + 'a {
    raw.sites.iter().flat_map(|at| named_by(at, raw, bench))
}

/// The groups that a layer names; one that is unknown was told where the layer was checked.
pub(super) fn named_groups(raw: &RawLayer, bench: &Bench<'_>) -> Vec<GroupId> {
    if raw.sites.is_empty() {
        raw.groups.iter().filter_map(|name| bench.number(&name.value)).collect()
    } else {
        named(raw, bench).collect()
    }
}

fn named_by<'a>(at: &'a At<String>, raw: &'a RawLayer, bench: &'a Bench<'_>) -> impl Iterator<Item = GroupId> + 'a {
    let fits = |name: &str| match at.value.split_once('*') {
        Some((start, end)) => name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end),
        None => name == at.value,
    };
    bench.sites.iter().filter(move |site| fits(&site.name)).flat_map(|site| site.numbers(&raw.groups))
}

fn check_categories(raw: &RawLayer, bench: &mut Bench<'_>) {
    let mut known: Vec<&str> = Vec::new();
    for name in [&raw.never_loosen, &raw.block, &raw.warn].into_iter().flatten() {
        bench.category(name);
        if raw.warn.iter().any(|at| std::ptr::eq(at, name)) {
            must_be_open(name, bench);
        }
        if known.contains(&name.value.as_str()) {
            bench.reader.fault(&name.place, FaultKind::Twice("category", name.value.as_str().into()));
        }
        known.push(&name.value);
    }
}

fn check_persons(raw: &RawLayer, level: Level, place: &Place, bench: &mut Bench<'_>) {
    match (level == Level::Person, raw.persons.first()) {
        (true, None) => bench.reader.fault(place, FaultKind::Missing("persons")),
        (false, Some(first)) => {
            let kind = FaultKind::Meaningless("persons", format!("the level \"{}\"", level.word()).into());
            bench.reader.fault(&first.place, kind);
        }
        (true, Some(_)) | (false, None) => {}
    }
}

fn least(raw: &RawLeast) -> Least {
    fn value<T: Copy>(at: &Option<At<T>>) -> Option<T> {
        at.as_ref().map(|at| at.value)
    }
    Least {
        safe_search: value(&raw.safe_search),
        search_engines: value(&raw.search_engines),
        youtube: value(&raw.youtube),
        https: value(&raw.https),
        log: value(&raw.log),
        bare_addresses: value(&raw.bare_addresses).map(|bare| bare == BareAddresses::Allow),
        tunnels: value(&raw.tunnels),
        hidden_pages: value(&raw.hidden_pages),
    }
}

/// Where each setting was said, in the order of [`LEAST_OPTIONS`].
fn places(raw: &RawLeast) -> [Option<&Place>; LEAST_OPTIONS.len()] {
    fn place<T>(at: &Option<At<T>>) -> Option<&Place> {
        at.as_ref().map(|at| &at.place)
    }
    [
        place(&raw.safe_search),
        place(&raw.search_engines),
        place(&raw.youtube),
        place(&raw.https),
        place(&raw.log),
        place(&raw.bare_addresses),
        place(&raw.tunnels),
        place(&raw.hidden_pages),
    ]
}

/// Everything below a layer that may have been written.
pub(super) struct Below<'a> {
    pub(super) layers: &'a [At<RawLayer>],
    pub(super) groups: &'a [At<RawGroup>],
    pub(super) rules: &'a [At<RawRule>],
    pub(super) help_lines: &'a [At<RawHelpLine>],
}

/// Refuses every word that loosens a layer above it, with its place and with who set what it loosens.
fn refuse_loosening(layers: &[Layer], below: &Below<'_>, bench: &mut Bench<'_>) {
    if layers.is_empty() {
        return;
    }
    let mut guard = Guard { layers, bench };
    for raw in below.layers.iter().map(|at| &at.value) {
        let Some(level) = raw.level.as_ref().map(|at| at.value) else { continue };
        let groups = named_groups(raw, guard.bench);
        guard.categories((level, &groups), &raw.warn, Action::Warn);
        guard.settings((level, &groups), &raw.least);
        guard.quotas((level, &groups), &raw.quota);
        guard.predicted((level, &groups), &raw.predicted);
        guard.sizes((level, &groups), &raw.files);
    }
    for (number, group) in (guard.bench.first..u16::MAX).map(GroupId).zip(below.groups) {
        guard.group(number, &group.value);
    }
    for rule in below.rules.iter().map(|at| &at.value) {
        let groups = guard.groups(&rule.groups);
        guard.addresses((Level::Site, &groups), &rule.allow);
    }
    for line in below.help_lines.iter().filter_map(|at| at.value.address.as_ref()) {
        guard.addresses((Level::Site, &[]), std::slice::from_ref(line));
    }
}

type Scope<'a> = (Level, &'a [GroupId]);

struct Guard<'a, 'b> {
    layers: &'a [Layer],
    bench: &'a mut Bench<'b>,
}

impl Guard<'_, '_> {
    /// Groups by name; an unknown one has been told already.
    fn groups(&self, names: &[At<String>]) -> Vec<GroupId> {
        names.iter().filter_map(|name| self.bench.number(&name.value)).collect()
    }

    fn group(&mut self, number: GroupId, raw: &RawGroup) {
        let scope: Scope<'_> = (Level::Group, &[number]);
        let RawPreset { allow, warn, category_hours, .. } = &raw.own;
        self.categories(scope, allow, Action::Allow);
        self.categories(scope, warn, Action::Warn);
        self.quotas(scope, &raw.own.quota);
        self.predicted(scope, &raw.own.predicted);
        for (name, _) in category_hours {
            let inside = if warn.iter().any(|at| at.value == name.value) { Action::Warn } else { Action::Allow };
            self.categories(scope, std::slice::from_ref(name), inside);
        }
        let own = &raw.own;
        let said = RawLeast {
            safe_search: own.safe_search.clone(),
            search_engines: own.search_engines.clone(),
            youtube: own.youtube.clone(),
            https: own.https.clone(),
            log: raw.log.clone(),
            bare_addresses: own.bare_addresses.clone(),
            tunnels: own.tunnels.clone(),
            hidden_pages: own.hidden_pages.clone(),
        };
        self.settings(scope, &said);
        self.sizes(scope, &own.files);
    }

    fn categories(&mut self, scope: Scope<'_>, names: &[At<String>], action: Action) {
        for name in names {
            self.look(scope, Word::Category(&name.value, action), &name.value, &name.place);
        }
    }

    fn quotas(&mut self, scope: Scope<'_>, quotas: &[(At<String>, Quota)]) {
        for (name, quota) in quotas {
            self.look(scope, Word::Quota(&name.value, *quota), &format!("quota.{}", name.value), &name.place);
        }
    }

    fn predicted(&mut self, scope: Scope<'_>, written: &RawPredicted) {
        for (name, action) in written {
            self.look(scope, Word::Predicted(&name.value, *action), &format!("predicted.{}", name.value), &name.place);
        }
    }

    fn addresses(&mut self, scope: Scope<'_>, addresses: &[At<String>]) {
        for address in addresses {
            self.look(scope, Word::Open(&address.value), &address.value, &address.place);
        }
    }

    fn settings(&mut self, scope: Scope<'_>, raw: &RawLeast) {
        for ((option, word), place) in least(raw).words().zip(places(raw).into_iter().flatten()) {
            self.look(scope, word, LEAST_OPTIONS[option], place);
        }
    }

    fn sizes(&mut self, scope: Scope<'_>, raw: &RawFiles) {
        if let Some(at) = &raw.largest_download {
            self.look(scope, Word::Download(at.value), "largest_download", &at.place);
        }
        if let Some(at) = &raw.largest_upload {
            self.look(scope, Word::Upload(at.value), "largest_upload", &at.place);
        }
    }

    fn look(&mut self, (level, groups): Scope<'_>, word: Word<'_>, what: &str, place: &Place) {
        let Some(layer) = loosened(self.layers, level, groups, word) else { return };
        let (kind, help) = loosening(layer, what);
        self.bench.reader.fault_with_help(place, kind, &help);
    }
}

/// The fault of a word that loosens a layer, and who set what it loosens.
pub(super) fn loosening(layer: &Layer, what: &str) -> (FaultKind, String) {
    let kind = FaultKind::Loosens { what: what.into(), level: layer.level.word(), title: (*layer.title).into() };
    let help =
        format!("set at {} by {}: {}. What stands below may tighten it, never loosen it", layer.place, layer.signed_by, layer.reason);
    (kind, help)
}
