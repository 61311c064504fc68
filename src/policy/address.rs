//! Addresses of a site's own rules and of help lines: looked up like list entries, by host suffix and path prefix.
//!
//! Must never be more lenient than a list: an address that opens something is compared with the address itself only, an
//! address that closes something with every form of it (rules H7, P5, R5).

use super::cascade::LayerIndex;
use super::rules::{LocalAction, Rules};
use crate::canon::{CanonicalUrl, Form, FormKind, HostKind, ListEntry, QueryPairs, Unreadable, canonicalise_entry};
use crate::model::{GroupId, Timestamp};
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

/// All addresses of rules and help lines, by host.
#[derive(Debug, Default)]
pub(super) struct AddressTable(HashMap<Box<str>, Vec<Place>, rapidhash::fast::RandomState>);

/// Who asks, and when: what a local rule may depend on.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) rules: &'a Rules,
    pub(super) group: GroupId,
    /// The layers over whoever asks.
    pub(super) over: &'a [LayerIndex],
    pub(super) now: Timestamp,
}

impl AddressTable {
    /// Builds the table; addresses that cannot be read are given to `fault` with their text.
    pub(super) fn build(rules: &Rules, mut fault: impl FnMut(&str, Unreadable)) -> Self {
        let mut table = Self::default();
        let local = (0..).zip(&rules.local).flat_map(|(i, rule)| rule.addresses.iter().map(move |a| (a, Owner::Local(i))));
        let help = (0..).zip(&rules.help_lines).map(|(i, line)| (&line.address, Owner::Help(i)));
        let layers = (0..).zip(&rules.layers).flat_map(|(i, layer)| layer.block_hosts.iter().map(move |a| (a, Owner::Layer(i))));
        for (address, owner) in help.filter(|(address, _)| !address.is_empty()).chain(local).chain(layers) {
            match read_address(address) {
                Ok(entry) => table.insert(entry, owner),
                Err(unreadable) => fault(address, unreadable),
            }
        }
        table
    }

    fn insert(&mut self, entry: ListEntry, owner: Owner) {
        self.0.entry(entry.host.clone().into_boxed_str()).or_default().push(Place { entry, owner });
    }

    /// Everything that rules and help lines say about an address.
    pub(super) fn find(&self, url: &CanonicalUrl, scope: Scope<'_>) -> Found {
        let mut found = Found::default();
        if self.0.is_empty() {
            return found;
        }
        for form in url.forms() {
            // Read when the first rule asks for it.
            let pairs = OnceCell::new();
            for host in suffixes(form) {
                for place in self.0.get(host).into_iter().flatten().filter(|place| covers(&place.entry, form, &pairs)) {
                    found.add(place.owner, form.kind() == FormKind::Own, scope);
                }
            }
        }
        found
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
fn keep_first<I: Copy + Ord>(slot: &mut Option<I>, index: I) {
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
