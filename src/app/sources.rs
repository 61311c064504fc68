//! Where each list comes from and how its source stands, for the page of lists.

use super::App;
use super::news::News;
use crate::admin::{SourceStatus, Waiting};
use crate::config::{Source, SourceFormat};
use crate::feeds::{SourceState, standing};
use crate::lists::{ListInfo, ListKind};
use crate::model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

impl App {
    /// Every source of the settings in force, and the emergency lists where there are any.
    pub(super) fn source_status(&self) -> Vec<SourceStatus> {
        let (settings, small) = (self.small_lists.settings(), self.small_lists.alarms());
        let states = standing(&settings);
        let lists = self.proxy.live.load().engine.all_lists();
        let now = self.clock.now().wall;
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let alarms: Vec<&String> = news.alarms.iter().chain(&small).collect();
        let sources = settings.sources.iter().map(|source| {
            let own = |list: &&ListInfo| is_of(source, &list.name);
            let counted = lists.iter().filter(own).collect::<Vec<_>>();
            let told = alarms.iter().filter(|alarm| counted.iter().any(|list| alarm.contains(&format!("list {}:", list.name))));
            let plain = SourceStatus { alarms: told.map(|alarm| (*alarm).clone()).collect(), ..described(source) };
            let unmapped = news.unmapped.iter().filter(|one| is_of(source, &one.list));
            let plain = SourceStatus { unmapped: unmapped.map(|one| one.category.to_string()).collect(), ..plain };
            with_state(aged(sum(plain, &counted), &counted, (&news, now)), states.get(&source.name), source)
        });
        sources.chain(emergency(&lists)).collect()
    }
}

fn is_of(source: &Source, list: &str) -> bool {
    let rest = list.strip_prefix(&source.name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" (") || source.format == SourceFormat::Ut1 && rest.starts_with('/'))
}

fn described(source: &Source) -> SourceStatus {
    let origin = match (&source.fetch, source.builtin(), source.watch) {
        (Some(_), _, _) => "fetched",
        (None, Some(_), _) => "came with the program",
        (None, None, true) => "watched file",
        (None, None, false) if source.format == SourceFormat::Ut1 => "folder",
        (None, None, false) => "file",
    };
    let statutory = source.kind == ListKind::Statutory;
    SourceStatus { name: source.name.clone(), statutory, demonstration: source.demonstration, origin, ..SourceStatus::default() }
}

fn sum(source: SourceStatus, lists: &[&ListInfo]) -> SourceStatus {
    let (entries, rejected) = lists.iter().fold((0, 0), |(entries, rejected), list| (entries + list.entries, rejected + list.rejected));
    SourceStatus { lists: lists.len(), entries, rejected, ..source }
}

/// The oldest of its lists counts.
fn aged(source: SourceStatus, lists: &[&ListInfo], (news, now): (&News, Timestamp)) -> SourceStatus {
    let as_of = lists.iter().filter_map(|list| news.as_of.get(&list.name)).min().copied();
    let freshness = lists.iter().map(|list| news.freshness(&list.name, now).0).max().unwrap_or_default();
    SourceStatus { as_of, freshness, ..source }
}

fn with_state(source: SourceStatus, state: Option<&SourceState>, setting: &Source) -> SourceStatus {
    let Some(state) = state else { return source };
    let every = setting.fetch.as_ref().map_or(0, |fetch| i64::try_from(fetch.every.as_micros()).unwrap_or(0));
    let quarantined = state.quarantined.as_ref();
    let waiting = quarantined.map(|held| waiting(state.current.as_ref().map(|version| &version.entries), &held.version.entries));
    SourceStatus {
        tried: state.tried.map(Timestamp),
        next: state.tried.map(|tried| Timestamp(tried.saturating_add(every))),
        fault: state.fault.clone(),
        quarantined: quarantined.map(|held| held.words.clone()),
        waiting: waiting.unwrap_or_default(),
        ..source
    }
}

/// List by list, what is in force and what waits.
fn waiting(now: Option<&BTreeMap<String, u64>>, new: &BTreeMap<String, u64>) -> Vec<Waiting> {
    let names = now.into_iter().flat_map(BTreeMap::keys).chain(new.keys()).collect::<BTreeSet<_>>();
    let of = |map: Option<&BTreeMap<String, u64>>, name: &String| map.and_then(|map| map.get(name)).copied().unwrap_or(0);
    names.into_iter().map(|name| Waiting { list: name.clone(), before: of(now, name), now: of(Some(new), name) }).collect()
}

/// What people have closed, on the emergency lists of all categories.
fn emergency(lists: &[ListInfo]) -> Option<SourceStatus> {
    let own: Vec<&ListInfo> = lists.iter().filter(|list| list.name.starts_with("emergency/")).collect();
    let plain = SourceStatus { name: "emergency".to_owned(), origin: "people, at short notice", ..SourceStatus::default() };
    (!own.is_empty()).then(|| sum(plain, &own))
}
