//! Sites: their names, where they are, and each site's own groups, layers, exceptions and tests, several sites at a time.
//!
//! Must never let one site's file speak for another: its groups are its own, its layers and exceptions are for them alone, and no range
//! belongs to two sites.

use super::bench::Bench;
use super::exceptions::{self, Closed};
use super::proxy::{Placed, listener};
use super::{agreement, groups, layers, lints, pages, retention, rules};
use crate::config::checked::SitePages;
use crate::config::fault::FaultKind;
use crate::config::raw::{RawGroup, RawSiteFile};
use crate::config::site_files::{SiteFile, add_part, in_parallel};
use crate::config::source::{At, Place};
use crate::model::{GroupId, SiteId};
use crate::policy::{Contact, Group, Layer, Level, PolicyFault, PolicyTest, SITE_MARK, Site};
use crate::record::retention::{Retention, Span};
use aws_lc_rs::digest::Context;
use ipnet::IpNet;
use prefix_trie::joint::JointPrefixMap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// A site whose groups have their numbers.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    pub(super) name: String,
    /// The number of its first group.
    pub(super) first: u16,
    /// Names of its groups, as they are called at the site.
    pub(super) groups: Vec<String>,
}

impl Numbered {
    /// The numbers of its groups with one of these names, or of all.
    pub(super) fn numbers<'a>(&'a self, names: &'a [At<String>]) -> impl Iterator<Item = GroupId> + 'a {
        let wanted = move |name: &str| names.is_empty() || names.iter().any(|at| at.value == name);
        self.groups.iter().zip(self.first..).filter(move |(name, _)| wanted(name)).map(|(_, number)| GroupId(number))
    }
}

/// What all sites have come to.
#[derive(Default)]
pub(super) struct Sites {
    pub(super) sites: Vec<Site>,
    pub(super) groups: Vec<Group>,
    pub(super) layers: Vec<Layer>,
    pub(super) tests: Vec<PolicyTest>,
    pub(super) log_keep: Vec<(String, Duration)>,
    /// Pages of those that have their own.
    pub(super) pages: Vec<SitePages>,
    /// Over everything that was read for each.
    pub(super) digests: Vec<Vec<u8>>,
}

impl Sites {
    /// Adds what is of groups to what the settings themselves have; the sites and their pages are left.
    pub(super) fn join(
        self,
        (groups, layers, tests): (&mut Vec<Group>, &mut Vec<Layer>, &mut Vec<PolicyTest>),
        retention: &mut Retention,
    ) -> (Vec<Site>, Vec<SitePages>) {
        groups.extend(self.groups);
        layers.extend(self.layers);
        tests.extend(self.tests);
        retention.groups.extend(self.log_keep);
        (self.sites, self.pages)
    }
}

/// Says which groups of which site have which numbers, and that no range is in two places; the sites' listeners.
pub(super) fn place(files: &mut [SiteFile], (own_name, own): (&str, &[At<RawGroup>]), bench: &mut Bench<'_>) -> Vec<Placed> {
    number(files, (own_name, own.len()), bench);
    check_places(files, own, bench);
    listeners(files, bench)
}

/// Gives every group of every site its number, and says which names are there twice: who is let see one site by its name must not see
/// another, nor that of the settings themselves.
fn number(files: &mut [SiteFile], (own, first): (&str, usize), bench: &mut Bench<'_>) {
    let mut next = first;
    let mut known = HashMap::from([(own.to_owned(), "[site] name of the settings".to_owned())]);
    let mut numbered = Vec::with_capacity(files.len());
    for file in &mut *files {
        let name = name_of(file);
        let place = file.raw.name.as_ref().map_or_else(Place::default, |at| at.place.clone());
        if let Some(other) = known.insert(name.clone(), file.reader.place_text(&place)).filter(|_| !name.is_empty()) {
            file.reader.fault_with_help(&place, FaultKind::Twice("site", name.as_str().into()), &format!("the other is at {other}"));
        }
        let groups: Vec<String> =
            file.raw.groups.iter().map(|group| group.value.name.as_ref().map_or_else(String::new, |at| at.value.clone())).collect();
        numbered.push(Numbered { name, first: u16::try_from(next).unwrap_or(u16::MAX), groups });
        next += file.raw.groups.len();
    }
    if next > usize::from(u16::MAX) {
        bench.reader.fault(&Place::default(), FaultKind::Policy(PolicyFault::TooManyGroups(next)));
        // Numbers that are no longer told apart must not be used.
        numbered.clear();
    }
    bench.sites = numbered.into();
}

/// The site's name, if it can be one.
fn name_of(file: &mut SiteFile) -> String {
    let Some(at) = &file.raw.name else {
        file.reader.fault(&Place::default(), FaultKind::Missing("name"));
        return String::new();
    };
    let fits = !at.value.is_empty() && !at.value.contains(|c: char| c == SITE_MARK || c == ',' || c == '*' || c.is_whitespace());
    if !fits {
        let expected = "a name without blanks, commas, stars and slashes";
        file.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
    }
    at.value.clone()
}

/// Whose a range is.
type Owner = Option<usize>;

/// No range belongs to two sites, nor to a site and to a group of the settings themselves.
fn check_places(files: &mut [SiteFile], own: &[At<RawGroup>], bench: &mut Bench<'_>) {
    let mut ranges: Vec<(IpNet, Owner, Place)> = Vec::new();
    for at in own.iter().flat_map(|group| &group.value.networks).filter(|_| !files.is_empty()) {
        ranges.push((at.value, None, at.place.clone()));
    }
    for (number, file) in files.iter_mut().enumerate() {
        let by_listener = is_by_listener(&file.raw);
        if let Some(at) = file.raw.networks.first().filter(|_| by_listener) {
            file.reader.fault(&at.place, FaultKind::Both("networks", "listen"));
        }
        let of_groups = file.raw.groups.iter().flat_map(|group| &group.value.networks).filter(|_| file.raw.networks.is_empty());
        let before = ranges.len();
        ranges.extend(file.raw.networks.iter().chain(of_groups).map(|at| (at.value, Some(number), at.place.clone())));
        match (by_listener, ranges.len() == before) {
            (true, _) => ranges.truncate(before),
            (false, true) => file.reader.fault(&Place::default(), FaultKind::Missing("networks' or 'listen")),
            (false, false) => {}
        }
    }
    // The wider ones first: what lies inside another is then found by the longest match.
    ranges.sort_by_key(|(range, owner, _)| (range.prefix_len(), *owner));
    let mut map: JointPrefixMap<IpNet, usize> = JointPrefixMap::new();
    for (index, (range, owner, place)) in ranges.iter().enumerate() {
        if let Some((_, other)) = map.get_lpm(range).filter(|(_, other)| ranges[**other].1 != *owner) {
            overlap((range, *owner, place), &ranges[*other], files, bench);
        }
        map.insert(*range, index);
    }
}

fn overlap((range, owner, place): (&IpNet, Owner, &Place), other: &(IpNet, Owner, Place), files: &mut [SiteFile], bench: &mut Bench<'_>) {
    let name = |owner: Owner| owner.map_or_else(|| "the settings".into(), |number| format!("the site '{}'", bench.sites_name(number)));
    let kind = FaultKind::SiteOverlap { range: *range, owner: name(owner).into(), other_range: other.0, other: name(other.1).into() };
    let stands = |owner: Owner, place: &Place, bench: &Bench<'_>| match owner {
        Some(number) => files[number].reader.place_text(place),
        None => bench.reader.place_text(place),
    };
    let help = format!(
        "the other stands at {}; a site with listeners of its own may have the same addresses as others",
        stands(other.1, &other.2, bench)
    );
    match owner.or(other.1) {
        Some(number) if owner.is_some() => files[number].reader.fault_with_help(place, kind, &help),
        Some(_) | None => bench.reader.fault_with_help(place, kind, &help),
    }
}

fn is_by_listener(raw: &RawSiteFile) -> bool {
    !raw.listen.is_empty() || raw.groups.iter().any(|group| !group.value.listen.is_empty())
}

/// What tells people by their address alone stands here, if it is on: where two sites may have the same address, it would name the wrong
/// person.
pub(super) fn check_addresses(files: &[SiteFile], what: &'static str, stands: Option<&At<String>>, bench: &mut Bench<'_>) {
    if let Some(at) = stands.filter(|_| files.iter().any(|file| is_by_listener(&file.raw))) {
        let help = "sites with listeners may have the same addresses, and it knows people by their address alone: give the sites networks";
        bench.reader.fault_with_help(&at.place, FaultKind::Both(what, "listen of a site"), help);
    }
}

/// Listeners of sites, which lead to the group of the site's unknown clients or to a group of the site.
fn listeners(files: &[SiteFile], bench: &mut Bench<'_>) -> Vec<Placed> {
    let mut all = Vec::new();
    for (file, numbered) in files.iter().zip(&*Arc::clone(&bench.sites)) {
        let unknown = file.raw.unknown_clients.as_ref().map(|at| &at.value).or_else(|| numbered.groups.first());
        let of_groups =
            file.raw.groups.iter().zip(&numbered.groups).flat_map(|(raw, name)| raw.value.listen.iter().map(move |at| (at, Some(name))));
        let own = file.raw.listen.iter().map(|at| (at, unknown));
        let mut source = None;
        for (at, group) in own.chain(of_groups) {
            let source = *source.get_or_insert_with(|| bench.reader.take_source(&file.reader, at.place.source));
            let group = group.map(|group| format!("{}{SITE_MARK}{group}", numbered.name));
            let place = Place { source, span: at.place.span.clone() };
            all.push(listener(At { value: at.value, place }, group, false));
        }
    }
    all
}

/// Checks every site against the layers that stand in the settings themselves. `untold`: people sign in, and nobody has been told who may
/// read the log.
pub(super) fn check(files: Vec<SiteFile>, above: &[Layer], (web_log, untold): (Span, bool), bench: &mut Bench<'_>) -> Sites {
    let closed = Closed::new(above);
    let all = Arc::clone(&bench.sites);
    let shared = &*bench;
    let work = |(number, mut file): (usize, SiteFile)| {
        let site =
            all.get(number).and_then(|numbered| check_one(&mut file, (number, numbered), (above, &closed, (web_log, untold)), shared));
        (file.reader, file.digest, site)
    };
    let files: Vec<_> = files.into_iter().enumerate().collect();
    let done = in_parallel(files, work);
    let mut made = Sites::default();
    let mut tables: HashSet<Arc<_>> = HashSet::new();
    for (reader, digest, site) in done {
        bench.reader.absorb(reader);
        made.digests.push(Context::finish(digest).as_ref().to_vec());
        let Some(mut site) = site else { continue };
        for group in &mut site.groups {
            // Most sites say the same: what is equal is kept once.
            match tables.get(&group.categories) {
                Some(known) => group.categories = Arc::clone(known),
                None => drop(tables.insert(Arc::clone(&group.categories))),
            }
        }
        made.sites.append(&mut site.sites);
        made.groups.append(&mut site.groups);
        made.layers.append(&mut site.layers);
        made.tests.append(&mut site.tests);
        made.log_keep.append(&mut site.log_keep);
        made.pages.append(&mut site.pages);
    }
    made
}

/// One site; `None` only together with a fault.
fn check_one(
    file: &mut SiteFile,
    (number, numbered): (usize, &Numbered),
    (above, closed, (web_log, untold)): (&[Layer], &Closed, (Span, bool)),
    shared: &Bench<'_>,
) -> Option<Sites> {
    let (reader, raw, digest) = (&mut file.reader, &file.raw, &mut file.digest);
    let by_listener = is_by_listener(raw);
    let zone = raw.time_zone.as_ref().map_or_else(|| shared.zone.clone(), |name| super::bench::time_zone(Some(name), reader));
    let mut bench = shared.at_site(reader, zone.clone(), numbered.first);
    let bench = &mut bench;
    let (mut groups, _) = groups::check(&raw.groups, bench);
    check_group_names(&raw.groups, bench);
    agreement::must_be_told(untold, (&raw.groups, &groups), bench);
    let id = SiteId(u16::try_from(number).ok()?);
    let reach = reaching(above, numbered);
    check_levels(raw, bench);
    let below = layers::Below { layers: &raw.layers, groups: &raw.groups, rules: &raw.rules, help_lines: &[] };
    let own = layers::settle(&below, &reach, bench);
    let layers = own.into_iter().map(|layer| at_site(layer, id, numbered)).collect();
    lints::check(&raw.groups, &groups, bench);
    let unknown = match &raw.unknown_clients {
        Some(name) => bench.group(name)?,
        None => GroupId(numbered.first),
    };
    let said = raw.unknown_clients.as_ref().or_else(|| raw.groups.first()?.value.name.as_ref());
    groups::note_if_not_strictest(&groups, GroupId(unknown.0 - numbered.first), said, bench.reader);
    let rules = rules::local(&raw.rules, bench);
    let mut read = |bytes: &[u8]| add_part(digest, bytes);
    let from = raw.exceptions.as_ref().map(|path| (path, &mut read as &mut dyn FnMut(&[u8])));
    let exceptions = exceptions::check(&rules, from, (&reach, closed), bench);
    let (tests, pages) = (rules::tests(&raw.tests, bench), pages::check_site(&raw.pages, &numbered.name, bench));
    groups.iter_mut().for_each(|group| group.name = format!("{}{SITE_MARK}{}", numbered.name, group.name).into());
    let kept = raw.groups.iter().zip(&groups).filter_map(|(raw, group)| Some((group, raw.value.log_keep.as_ref()?)));
    let log_keep = kept.map(|(group, keep)| (group.name.to_string(), retention::of_group(keep, web_log, bench))).collect();
    let end = numbered.first + u16::try_from(groups.len()).ok()?;
    let site = Site {
        name: numbered.name.as_str().into(),
        title: raw.title.as_ref().map_or(&numbered.name, |title| &title.value).as_str().into(),
        file: (*file.name).into(),
        zone,
        contact: Some(raw.contact.clone()).filter(|contact| *contact != Contact::default()),
        networks: raw.networks.iter().map(|at| at.value).collect(),
        by_listener,
        groups: numbered.first..end,
        unknown,
        exceptions,
    };
    Some(Sites { sites: vec![site], groups, layers, tests, log_keep, pages: pages.into_iter().collect(), digests: Vec::new() })
}

/// A group's name stands behind its site's, and in a column of the file of exceptions.
fn check_group_names(groups: &[At<RawGroup>], bench: &mut Bench<'_>) {
    for at in groups.iter().filter_map(|group| group.value.name.as_ref()).filter(|at| at.value.contains([SITE_MARK, ',', '\t'])) {
        let expected = "a name without commas and slashes: the site's name comes before it by itself";
        bench.reader.fault(&at.place, FaultKind::Malformed { expected: expected.into() });
    }
}

/// The layers from the settings themselves that are over groups of this site, with those groups alone.
fn reaching(above: &[Layer], numbered: &Numbered) -> Vec<Layer> {
    let own: Vec<GroupId> = numbered.numbers(&[]).collect();
    let here = |layer: &Layer| own.iter().filter(|group| layer.is_for(**group)).copied().collect::<Vec<_>>();
    let reaching = above.iter().filter(|layer| layer.groups.is_empty() || own.iter().any(|group| layer.is_for(*group)));
    reaching.map(|layer| Layer { groups: here(layer), ..layer.clone() }).collect()
}

/// A site speaks for itself: what a consortium or an authority says stands in the settings.
fn check_levels(raw: &RawSiteFile, bench: &mut Bench<'_>) {
    for level in raw.layers.iter().filter_map(|layer| layer.value.level.as_ref()).filter(|level| level.value < Level::Site) {
        let help = "layers of a consortium or an authority stand in the settings themselves, with sites = [...] where they are for some";
        bench.reader.fault_with_help(&level.place, FaultKind::NotAChoice("site, person".into()), help);
    }
    for clause in raw.layers.iter().flat_map(|layer| &layer.value.agreement.clauses) {
        let help = "clauses of the agreement stand in the settings themselves, in a layer with sites = [...] where they are for some";
        bench.reader.fault_with_help(&clause.place, FaultKind::Meaningless("aup", "a layer in a site's own file".into()), help);
    }
}

/// A layer of the site's own file.
fn at_site(layer: Layer, site: SiteId, numbered: &Numbered) -> Layer {
    let mut groups = if layer.groups.is_empty() { numbered.numbers(&[]).collect() } else { layer.groups.clone() };
    groups.sort_unstable();
    Layer { groups, site: Some(site), ..layer }
}
