//! The check of the whole document, and what every part of it may use.

use super::terms::Term;
use super::{agreement, follow, groups, https, layers, lints, lists, pages, proxy, retention, rules, services, sign_in, terms};
use crate::config::checked::{Config, Site};
use crate::config::fault::{FaultKind, Reader};
use crate::config::files::Files;
use crate::config::load::ListFiles;
use crate::config::raw::{Raw, RawGroup};
use crate::config::shells::LogSettings;
use crate::config::source::{At, Place};
use crate::config::suggest::nearest;
use crate::model::GroupId;
use crate::policy::{Group, Rules};
use jiff::tz::TimeZone;

/// What every check may use.
pub(super) struct Bench<'a> {
    pub(super) reader: &'a mut Reader,
    pub(super) files: &'a dyn Files,
    pub(super) list_files: ListFiles,
    /// Names of the groups, by number.
    pub(super) groups: Vec<String>,
    /// Categories that are known by name: the loaded lists', the operator's, and those that lists commonly bring.
    pub(super) categories: Vec<String>,
    /// Names of the operator's own services, by place.
    pub(super) services: Vec<String>,
    pub(super) zone: TimeZone,
    /// Named dates, in order.
    pub(super) terms: Vec<Term>,
}

impl<'a> Bench<'a> {
    fn new(reader: &'a mut Reader, (files, list_files): (&'a dyn Files, ListFiles), (zone, services): (TimeZone, Vec<String>)) -> Self {
        Self { reader, files, list_files, groups: Vec::new(), categories: Vec::new(), services, zone, terms: Vec::new() }
    }
}

/// Checks everything. `None` only together with at least one fault.
pub(in crate::config) fn check(
    raw: Raw,
    version: &str,
    (files, list_files): (&dyn Files, ListFiles),
    reader: &mut Reader,
) -> Option<Config> {
    let zone = time_zone(raw.site.time_zone.as_ref(), reader);
    let mut bench = Bench::new(reader, (files, list_files), (zone.clone(), services::names(&raw.https.services)));
    bench.terms = terms::check(&raw.terms, &mut bench);
    let lists = lists::check(raw.lists, &mut bench);
    bench.categories = rules::category_names(&raw.categories, &lists, &bench);
    let (groups, group_listeners) = groups::check(&raw.groups, &mut bench);
    let below = layers::Below { layers: &raw.layers, groups: &raw.groups, rules: &raw.rules, help_lines: &raw.help_lines };
    let layers = layers::settle(&below, &mut bench);
    lints::check(&raw.groups, &groups, &mut bench);
    let proxy = proxy::check(raw.proxy, group_listeners, raw.admin.listen, &mut bench);
    let sign_in = sign_in::check(raw.sign_in, &proxy, &mut bench);
    let notice = agreement::notice(raw.notice, &sign_in, (&raw.groups, &groups), &mut bench);
    let strictest = strictest(raw.policy.unknown_clients.as_ref(), &raw.groups, &groups, &mut bench);
    let policy = Rules {
        zone: zone.clone(),
        groups,
        layers,
        agreement: agreement::check(&raw.agreement, &raw.layers, &raw.site.name, &mut bench),
        strictest: strictest?,
        connect_ports: proxy.connect_ports.clone(),
        local: rules::local(&raw.rules, &mut bench),
        help_lines: rules::help_lines(&raw.help_lines, &mut bench),
        sealed: https::check(&raw.https, &mut bench),
        services: services::check(&raw.https.services, &mut bench),
        keywords: rules::keywords(&raw.keywords, &mut bench),
        category_words: rules::category_words(raw.categories),
        tests: rules::tests(&raw.tests, &mut bench),
        version: version.into(),
    };
    Some(Config {
        site: Site { name: raw.site.name, node: raw.site.node, contact: raw.site.contact, time_zone: zone },
        proxy,
        https: raw.https.settings,
        sign_in,
        pages: pages::check(&raw.pages, &mut bench),
        notice,
        admin: raw.admin,
        log: LogSettings { retention: retention::check(&raw.log.retention, &raw.groups, &mut bench), ..raw.log.settings },
        lists,
        follow: follow::check(&raw.follow, &mut bench),
        policy,
        lab_without_statutory: raw.lab.without_statutory,
        telemetry: raw.telemetry,
    })
}

/// The group of unknown clients: the one that is named, else the first.
fn strictest(named: Option<&At<String>>, written: &[At<RawGroup>], groups: &[Group], bench: &mut Bench<'_>) -> Option<GroupId> {
    let first = written.first().and_then(|group| group.value.name.as_ref());
    let strictest = named.map_or(Some(GroupId(0)), |name| bench.group(name))?;
    groups::note_if_not_strictest(groups, strictest, named.or(first), bench.reader);
    Some(strictest)
}

fn time_zone(name: Option<&At<String>>, reader: &mut Reader) -> TimeZone {
    let Some(name) = name else { return TimeZone::UTC };
    TimeZone::get(&name.value).unwrap_or_else(|_| {
        let kind = FaultKind::Zone(name.value.as_str().into());
        reader.fault_with_help(&name.place, kind, "time zones are named like \"Europe/London\"");
        TimeZone::UTC
    })
}

impl Bench<'_> {
    /// The group with this name.
    pub(super) fn group(&mut self, name: &At<String>) -> Option<GroupId> {
        let found = self.groups.iter().position(|known| *known == name.value).and_then(|i| u16::try_from(i).ok()).map(GroupId);
        if found.is_none() {
            self.unknown("group", name, self.groups.clone().iter().map(String::as_str));
        }
        found
    }

    /// Several groups; unknown ones are faults and left out.
    pub(super) fn groups(&mut self, names: &[At<String>]) -> Vec<GroupId> {
        names.iter().filter_map(|name| self.group(name)).collect()
    }

    /// Is this the name of a category? If not, that is a fault.
    pub(super) fn category(&mut self, name: &At<String>) {
        if !self.categories.contains(&name.value) {
            self.unknown("category", name, self.categories.clone().iter().map(String::as_str));
        }
    }

    pub(super) fn unknown<'n>(&mut self, what: &'static str, name: &At<String>, known: impl Iterator<Item = &'n str> + Clone) {
        let kind = FaultKind::Unknown(what, name.value.as_str().into());
        let all: Vec<_> = known.clone().take(13).collect();
        match nearest(&name.value, known) {
            Some(near) => self.reader.fault_with_help(&name.place, kind, &format!("did you mean '{near}'?")),
            None if all.is_empty() || all.len() > 12 => self.reader.fault(&name.place, kind),
            None => self.reader.fault_with_help(&name.place, kind, &format!("there are: {}", all.join(", "))),
        }
    }

    /// A text that must be there and must say something.
    pub(super) fn need(&mut self, text: Option<&At<String>>, place: &Place, key: &'static str) -> Option<String> {
        match text {
            Some(text) if !text.value.trim().is_empty() => Some(text.value.clone()),
            Some(text) => {
                self.reader.fault(&text.place, FaultKind::Malformed { expected: format!("'{key}' to say something").into() });
                None
            }
            None => {
                self.reader.fault(place, FaultKind::Missing(key));
                None
            }
        }
    }
}
