//! The check of the whole document, and what every part of it may use.

use super::presets::Presets;
use super::sites::Numbered;
use super::terms::Term;
use super::{
    accredit, admin, agreement, follow, groups, https, incidents, layers, lints, lists, pages, proxy, retention, rules, services, sign_in,
    sites, source_names, terms,
};
use crate::config::checked::{Config, Site};
use crate::config::fault::FaultKind;
use crate::config::files::Files;
use crate::config::list_settings::ListSettings;
use crate::config::load::ListFiles;
use crate::config::moment::Written;
use crate::config::raw::{Raw, RawCategory, RawGroup, RawHelpLine, RawHttps, RawKeyword, RawLists, RawRule, RawSignIn};
use crate::config::reader::Reader;
use crate::config::shells::LogSettings;
use crate::config::site_files::SiteFile;
use crate::config::source::{At, Place};
use crate::config::suggest::nearest;
use crate::model::{GroupId, Taxonomy, Timestamp};
use crate::policy::{AgreementRules, Group, Rules, SITE_MARK};
use crate::record::retention::Class;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What every check may use.
pub(super) struct Bench<'a> {
    pub(super) reader: &'a mut Reader,
    pub(super) files: &'a dyn Files,
    pub(super) list_files: ListFiles,
    /// Names of the groups, by number: of the settings themselves, or of one site.
    pub(super) groups: Vec<String>,
    /// The number of the first of them.
    pub(super) first: u16,
    /// The sites, with the names of their groups.
    pub(super) sites: Arc<[Numbered]>,
    /// Categories that are known by name, in order: the loaded lists', the operator's, and those that lists commonly bring.
    pub(super) categories: Arc<[Arc<str>]>,
    /// Those that a list brings, in order.
    pub(super) brought: Arc<[Arc<str>]>,
    /// Names of the operator's own services, by place.
    pub(super) services: Arc<[String]>,
    pub(super) presets: Arc<Presets>,
    pub(super) zone: TimeZone,
    /// Named dates, in order.
    pub(super) terms: Vec<Term>,
}

impl<'a> Bench<'a> {
    fn new(reader: &'a mut Reader, (files, list_files): (&'a dyn Files, ListFiles), (zone, services): (TimeZone, Vec<String>)) -> Self {
        Self {
            reader,
            files,
            list_files,
            groups: Vec::new(),
            first: 0,
            sites: Arc::default(),
            categories: Arc::default(),
            brought: Arc::default(),
            services: services.into(),
            presets: Arc::new(Presets::read()),
            zone,
            terms: Vec::new(),
        }
    }

    /// The bench of one site.
    pub(super) fn at_site<'s>(&'s self, reader: &'s mut Reader, zone: TimeZone, first: u16) -> Bench<'s> {
        Bench {
            reader,
            files: self.files,
            list_files: self.list_files,
            groups: Vec::new(),
            first,
            sites: Arc::default(),
            categories: Arc::clone(&self.categories),
            brought: Arc::clone(&self.brought),
            services: Arc::clone(&self.services),
            presets: Arc::clone(&self.presets),
            zone,
            terms: self.terms.clone(),
        }
    }

    pub(super) fn sites_name(&self, number: usize) -> &str {
        self.sites.get(number).map_or("", |site| &site.name)
    }
}

/// Checks everything. `None` only together with at least one fault. `version`: the version of the policy, from what was read for sites.
pub(in crate::config) fn check(
    (raw, mut files_of_sites): (Raw, Vec<SiteFile>),
    version: &dyn Fn(&[Vec<u8>]) -> String,
    (files, list_files): (&dyn Files, ListFiles),
    reader: &mut Reader,
) -> Option<Config> {
    let zone = time_zone(raw.site.time_zone.as_ref(), reader);
    let mut bench = Bench::new(reader, (files, list_files), (zone, services::names(&raw.https.services)));
    bench.terms = terms::check(&raw.terms, &mut bench);
    let lists = lists_and_names(raw.lists, &raw.categories, &mut bench);
    let (mut groups, mut group_listeners) = groups::check(&raw.groups, &mut bench);
    group_listeners.extend(sites::place(&mut files_of_sites, (&raw.site.name, &raw.groups), &mut bench));
    let below = layers::Below { layers: &raw.layers, groups: &raw.groups, rules: &raw.rules, help_lines: &raw.help_lines };
    let mut layers = layers::settle(&below, &[], &mut bench);
    lints::check(&raw.groups, &groups, &mut bench);
    let proxy = proxy::check(raw.proxy, group_listeners, raw.admin.settings.listen, &mut bench);
    sign_in_is_not_a_sites(&files_of_sites, &raw.sign_in, &mut bench);
    let sign_in = sign_in::check(raw.sign_in, &proxy, &mut bench);
    let (notice, untold) = agreement::told(&raw.notice, &sign_in, (&raw.groups, &groups), &mut bench);
    let mut log = LogSettings { retention: retention::check(&raw.log.retention, &raw.groups, &mut bench), ..raw.log.settings };
    let strictest = strictest(raw.policy.unknown_clients.as_ref(), &raw.groups, &groups, &mut bench);
    let agreement = agreement::check(&raw.agreement, &raw.layers, &raw.site.name, &mut bench);
    let mut tests = rules::tests(&raw.tests, &mut bench);
    let sites = sites::check(files_of_sites, &layers, (log.retention.span(Class::WebLog), untold), &mut bench);
    let (version, (sites, own)) = (version(&sites.digests).into(), sites.join((&mut groups, &mut layers, &mut tests), &mut log.retention));
    let all = rules_for_all((&raw.rules, &raw.help_lines, &raw.keywords, &raw.https), raw.categories, &mut bench);
    let mail = incidents::mail(raw.mail, &mut bench);
    let (zone, connect_ports) = (bench.zone.clone(), proxy.connect_ports.clone());
    let policy = Rules { zone, groups, sites, layers, agreement, tests, strictest: strictest?, connect_ports, version, ..all };
    Some(Config {
        site: Site { name: raw.site.name, node: raw.site.node, contact: raw.site.contact, time_zone: bench.zone.clone() },
        proxy,
        https: raw.https.settings,
        sign_in,
        pages: pages::check(&raw.pages, own, &mut bench),
        notice,
        admin: admin::check(raw.admin, &mut bench),
        log,
        lists,
        follow: follow::check(&raw.follow, &mut bench),
        policy,
        accredit: accredit::check(raw.accredit, &mut bench),
        incidents: incidents::check(raw.incidents, &mut bench),
        alerts: incidents::alerts(raw.alerts, mail.as_ref(), &mut bench),
        mail,
        lab_without_statutory: raw.lab.without_statutory,
        reviews: raw.reviews,
        telemetry: raw.telemetry,
    })
}

/// Ways of signing in that go by address know nothing of sites.
fn sign_in_is_not_a_sites(files: &[SiteFile], raw: &RawSignIn, bench: &mut Bench<'_>) {
    sites::check_addresses(files, "sign_in.radius", raw.radius.secret_file.as_ref(), bench);
    sites::check_addresses(files, "sign_in.page", raw.page.groups.first(), bench);
}

/// Categories that an image has although no list brings them yet: ours and the operator's. An image has room for 256, and other names for
/// ours are no categories of their own.
fn declared(written: &[(At<String>, RawCategory)], bench: &Bench<'_>) -> Vec<Arc<str>> {
    let ours = Taxonomy::get().categories().iter().map(|category| &*category.name);
    let names: BTreeSet<&str> = ours.chain(written.iter().map(|(name, _)| name.value.as_str())).collect();
    let brought = bench.brought.iter().map(|name| &**name);
    names.into_iter().filter(|name| bench.known_category(name).is_some()).chain(brought).map(Arc::from).collect()
}

/// The lists, and with them every name that a category may have.
fn lists_and_names(raw: RawLists, written: &[(At<String>, RawCategory)], bench: &mut Bench<'_>) -> ListSettings {
    let targets = source_names::targets(&raw);
    let lists = lists::check(raw, bench);
    bench.brought = source_names::brought(&lists, bench);
    bench.categories = rules::category_names(written, source_names::as_they_are(&lists, bench)).into_iter().map(Arc::from).collect();
    targets.iter().for_each(|name| bench.category(name));
    ListSettings { categories: declared(written, bench), ..lists }
}

type ForAll<'a> = (&'a [At<RawRule>], &'a [At<RawHelpLine>], &'a [At<RawKeyword>], &'a RawHttps);

/// What is for everybody, whatever their group.
fn rules_for_all(
    (local, help_lines, keywords, https): ForAll<'_>,
    categories: Vec<(At<String>, RawCategory)>,
    bench: &mut Bench<'_>,
) -> Rules {
    Rules {
        zone: bench.zone.clone(),
        groups: Vec::new(),
        sites: Vec::new(),
        layers: Vec::new(),
        agreement: AgreementRules::default(),
        strictest: GroupId(0),
        connect_ports: Vec::new(),
        local: rules::local(local, bench),
        help_lines: rules::help_lines(help_lines, bench),
        sealed: https::check(https, bench),
        services: services::check(&https.services, bench),
        keywords: rules::keywords(keywords, bench),
        category_words: rules::category_words(categories),
        tests: Vec::new(),
        version: "".into(),
    }
}

/// The group of unknown clients: the one that is named, else the first.
fn strictest(named: Option<&At<String>>, written: &[At<RawGroup>], groups: &[Group], bench: &mut Bench<'_>) -> Option<GroupId> {
    let first = written.first().and_then(|group| group.value.name.as_ref());
    let strictest = named.map_or(Some(GroupId(0)), |name| bench.group(name))?;
    groups::note_if_not_strictest(groups, strictest, named.or(first), bench.reader);
    Some(strictest)
}

pub(super) fn time_zone(name: Option<&At<String>>, reader: &mut Reader) -> TimeZone {
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
        let found = self.number(&name.value);
        if found.is_none() {
            self.unknown("group", name, self.groups.clone().iter().map(String::as_str));
        }
        found
    }

    /// Is a group called so, here or at a site? If not, that is a fault.
    pub(super) fn called(&mut self, name: &At<String>) -> bool {
        let at_a_site = self.sites.iter().any(|site| site.groups.contains(&name.value));
        at_a_site || self.group(name).is_some()
    }

    /// The number of the group with this name, which may be one of a site.
    pub(super) fn number(&self, name: &str) -> Option<GroupId> {
        let place = |names: &[String], name: &str| names.iter().position(|known| known == name).and_then(|place| u16::try_from(place).ok());
        if let Some(place) = place(&self.groups, name) {
            return Some(GroupId(self.first + place));
        }
        let (site, group) = name.split_once(SITE_MARK)?;
        let site = self.sites.iter().find(|known| known.name == site)?;
        Some(GroupId(site.first + place(&site.groups, group)?))
    }

    /// Several groups; unknown ones are faults and left out.
    pub(super) fn groups(&mut self, names: &[At<String>]) -> Vec<GroupId> {
        names.iter().filter_map(|name| self.group(name)).collect()
    }

    /// Is this the name of a category? If not, that is a fault.
    pub(super) fn category(&mut self, name: &At<String>) {
        if self.known_category(&name.value).is_none() {
            self.unknown("category", name, Arc::clone(&self.categories).iter().map(|known| &**known));
        }
    }

    /// Does a list bring entries under this name?
    pub(super) fn is_brought(&self, name: &str) -> bool {
        self.brought.binary_search_by(|known| (**known).cmp(name)).is_ok()
    }

    /// The name of a category, as all share it.
    pub(super) fn known_category(&self, name: &str) -> Option<&Arc<str>> {
        self.categories.binary_search_by(|known| (**known).cmp(name)).ok().map(|place| &self.categories[place])
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
    /// The end of a day of review, which must be given.
    pub(super) fn review(&mut self, written: Option<&At<Written>>, place: &Place) -> Option<Timestamp> {
        let Some(written) = written else {
            self.reader.fault(place, FaultKind::Missing("review"));
            return None;
        };
        let end = written.value.end(&self.zone);
        if end.is_none() {
            self.reader.fault(&written.place, FaultKind::OutOfRange { expected: "a date before the year 9999".into() });
        }
        end
    }
}
