//! Addresses of a site's own rules and of help lines: looked up like list entries, by host suffix and path prefix.
//!
//! Must never be more lenient than a list: an address that opens something is compared with the address itself only, an
//! address that closes something with every form of it (rules H7, P5, R5).

use super::cascade::LayerIndex;
use super::exceptions::Local;
use super::rules::{LocalAction, Rules};
use crate::canon::{CanonicalUrl, Form, FormKind, HostKind, ListEntry, QueryPairs, Unreadable, canonicalise_entry};
use crate::model::{GroupId, SiteId, Timestamp};
use std::cell::OnceCell;
use std::collections::HashMap;

/// Reads the address of a rule: a host name, a host name with a path, or a whole URL.
///
/// # Errors
/// [`Unreadable`] with the byte offset.
pub fn read_address(text: &str) -> Result<ListEntry, Unreadable> {
    let text = text.strip_prefix("*.").unwrap_or(text);
    canonicalise_entry(text.as_bytes())
}

/// Index into [`Rules::local`] or [`Rules::help_lines`].
pub(super) type RuleIndex = u32;

/// What was found for one address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) help: Option<RuleIndex>,
    /// The layer that closes it.
    pub(super) floor: Option<LayerIndex>,
    pub(super) block: Option<RuleIndex>,
    pub(super) allow: Option<RuleIndex>,
    /// A rule that would have decided, had it not expired.
    pub(super) expired: Option<RuleIndex>,
    /// What the exceptions of whoever asks' site say.
    pub(super) site: Local,
}

#[derive(Clone, Copy, Debug)]
enum Owner {
    Help(RuleIndex),
    Local(RuleIndex),
    Layer(LayerIndex),
}

#[derive(Debug)]
struct Place {
    entry: ListEntry,
    owner: Owner,
}

/// Addresses by host.
#[derive(Debug, Default)]
struct AddressTable(HashMap<Box<str>, Vec<Place>, rapidhash::fast::RandomState>);

/// All addresses of rules, help lines and layers.
#[derive(Debug, Default)]
pub(super) struct AddressTables {
    shared: AddressTable,
    /// By site: those of the layers in its own file.
    sites: Vec<AddressTable>,
}

/// Who asks, and when: what a local rule may depend on.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) rules: &'a Rules,
    pub(super) group: GroupId,
    pub(super) site: Option<SiteId>,
    /// The layers over whoever asks.
    pub(super) over: &'a [LayerIndex],
    pub(super) now: Timestamp,
}

impl AddressTables {
    /// Builds the tables; addresses that cannot be read are given to `fault` with their text.
    pub(super) fn build(rules: &Rules, mut fault: impl FnMut(&str, Unreadable)) -> Self {
        let mut tables = Self { shared: AddressTable::default(), sites: rules.sites.iter().map(|_| AddressTable::default()).collect() };
        let local = (0..).zip(&rules.local).flat_map(|(i, rule)| rule.addresses.iter().map(move |a| (a, None, Owner::Local(i))));
        let help = (0..).zip(&rules.help_lines).map(|(i, line)| (&line.address, None, Owner::Help(i)));
        let layers =
            (0..).zip(&rules.layers).flat_map(|(i, layer)| layer.block_hosts.iter().map(move |a| (a, layer.site, Owner::Layer(i))));
        for (address, site, owner) in help.filter(|(address, ..)| !address.is_empty()).chain(local).chain(layers) {
            let table = site.and_then(|site| tables.sites.get_mut(usize::from(site.0))).unwrap_or(&mut tables.shared);
            match read_address(address) {
                Ok(entry) => table.insert(entry, owner),
                Err(unreadable) => fault(address, unreadable),
            }
        }
        tables
    }

    /// Everything that rules and help lines say about an address.
    pub(super) fn find(&self, url: &CanonicalUrl, scope: Scope<'_>) -> Found {
        let mut found = Found::default();
        let site = scope.site.map(|site| usize::from(site.0)).and_then(|site| Some((scope.rules.sites.get(site)?, self.sites.get(site)?)));
        if self.shared.0.is_empty() && site.is_none() {
            return found;
        }
        for form in url.forms() {
            // Read when the first rule asks for it.
            let pairs = OnceCell::new();
            let own = form.kind() == FormKind::Own;
            for host in suffixes(form) {
                self.shared.find(host, form, scope, &pairs, &mut found);
                if let Some((site, layers)) = site {
                    layers.find(host, form, scope, &pairs, &mut found);
                    let group = scope.group.0.saturating_sub(site.groups.start);
                    site.exceptions.find(host, (form, own), (group, scope.now), &pairs, &mut found.site);
                }
            }
        }
        found
    }
}

impl AddressTable {
    fn insert(&mut self, entry: ListEntry, owner: Owner) {
        self.0.entry(entry.host.clone().into_boxed_str()).or_default().push(Place { entry, owner });
    }

    fn find(&self, host: &str, form: &Form, scope: Scope<'_>, pairs: &OnceCell<QueryPairs>, found: &mut Found) {
        if self.0.is_empty() {
            return;
        }
        for place in self.0.get(host).into_iter().flatten().filter(|place| covers(&place.entry, form, pairs)) {
            found.add(place.owner, form.kind() == FormKind::Own, scope);
        }
    }
}

impl Found {
    fn add(&mut self, owner: Owner, own: bool, scope: Scope<'_>) {
        match owner {
            Owner::Help(index) if own => keep_first(&mut self.help, index),
            Owner::Help(_) => {}
            Owner::Local(index) => self.add_local(index, own, scope),
            Owner::Layer(index) if scope.over.contains(&index) => keep_first(&mut self.floor, index),
            Owner::Layer(_) => {}
        }
    }

    fn add_local(&mut self, index: RuleIndex, own: bool, scope: Scope<'_>) {
        let rule = &scope.rules.local[index as usize];
        if !rule.groups.is_empty() && !rule.groups.contains(&scope.group) {
            return;
        }
        if rule.expires.is_some_and(|end| scope.now >= end) {
            return keep_first(&mut self.expired, index);
        }
        match rule.action {
            LocalAction::Block => keep_first(&mut self.block, index),
            LocalAction::Allow if own => keep_first(&mut self.allow, index),
            LocalAction::Allow => {}
        }
    }
}

/// The rule that was written first speaks, so that the answer does not depend on the shape of addresses.
pub(super) fn keep_first<I: Copy + Ord>(slot: &mut Option<I>, index: I) {
    *slot = Some(slot.map_or(index, |known| known.min(index)));
}

/// The host and every parent domain of it; an address made of numbers has no parents.
pub(super) fn suffixes(form: &Form) -> impl Iterator<Item = &str> {
    let named = form.host_kind() == HostKind::Name;
    let mut rest = Some(form.host());
    std::iter::from_fn(move || {
        let host = rest?;
        rest = if named { host.split_once('.').map(|(_, parent)| parent) } else { None };
        Some(host)
    })
}

pub(super) fn covers(entry: &ListEntry, form: &Form, pairs: &OnceCell<QueryPairs>) -> bool {
    let Some(path) = &entry.path else { return true };
    let below = match form.path().strip_prefix(path.as_slice()) {
        Some([]) => true,
        Some([next, ..]) => *next == b'/' && !path.is_empty(),
        None => false,
    };
    below && (entry.pairs.is_empty() || pairs.get_or_init(|| form.pairs()).has_all(&entry.pairs))
}
