//! What no change of the settings may do from the console, however it was approved: drop a list of illegal material or a layer over the
//! groups, close the console or the proxy, or lock a group out. What `lifeguard check` refuses is refused before.
//!
//! A site's own file is held to the same, and the site stays where it is (`config::is_same_place`).
//!
//! All of it can still be done by hand in the file, by whoever may write there.

use crate::admin::GuardFault;
use crate::config::Config;
use crate::lists::ListKind;
use crate::model::GroupId;
use crate::policy::{Action, DefaultAction, Group, Layer, Level, LocalAction, Rules, SITE_MARK, Site};
use std::sync::Arc;

/// May the settings become these?
pub(super) fn guard(before: &Config, after: &Config) -> Result<(), GuardFault> {
    let gone = gone(before, after);
    if !gone.is_empty() {
        return Err(GuardFault::Statutory(gone));
    }
    if after.lab_without_statutory && !before.lab_without_statutory {
        return Err(GuardFault::Unprotected);
    }
    let (old, new) = (&before.policy, &after.policy);
    let stands = |layer: &Layer| new.layers.iter().any(|other| holds_as_much((old, layer), (new, other)));
    if let Some(layer) = old.layers.iter().find(|layer| !stands(layer)) {
        return Err(GuardFault::Floor(layer.title.to_string()));
    }
    let (old, new) = (&before.admin, &after.admin);
    let moved =
        old.listen != new.listen || old.folder != new.folder || old.behind_tls != new.behind_tls || before.log.folder != after.log.folder;
    if moved || old.names.iter().any(|name| !new.names.contains(name)) || (old.approve_policy && !new.approve_policy) {
        return Err(GuardFault::Console);
    }
    if before.proxy.listeners.iter().any(|listener| !after.proxy.listeners.iter().any(|other| other.address == listener.address)) {
        return Err(GuardFault::Listeners);
    }
    let locked = locked_out(&before.policy, &after.policy);
    if locked.is_empty() { Ok(()) } else { Err(GuardFault::LockedOut(locked)) }
}

/// Statutory lists that are not there any more as they are now; by name.
fn gone(before: &Config, after: &Config) -> String {
    let sources = before.lists.sources.iter().filter(|source| source.kind == ListKind::Statutory);
    sources.filter(|source| !after.lists.sources.contains(source)).map(|source| &*source.name).collect::<Vec<_>>().join(", ")
}

/// Does this layer stand in the place of that one? Layers above the site are others' word, and stay as they are.
fn holds_as_much((before, layer): (&Rules, &Layer), (after, other): (&Rules, &Layer)) -> bool {
    let all = |some: &[Arc<str>], of: &[Arc<str>]| some.iter().all(|name| of.contains(name));
    let (ours, theirs) = (whom(before, layer, false), whom(after, other, false));
    // Over the whole of a site it stays so, whatever the site's groups are called and however many they are.
    let (wholly, still) = (whom(before, layer, true), whom(after, other, true));
    if layer.level < Level::Site {
        let alike = Layer { groups: Vec::new(), place: Arc::clone(&other.place), ..layer.clone() };
        return (ours == theirs || wholly == still) && alike == Layer { groups: Vec::new(), ..other.clone() };
    }
    layer.level == other.level
        && layer.title == other.title
        && (theirs.is_empty() || !ours.is_empty() && (all(&ours, &theirs) || all(&wholly, &still)))
        && all(&layer.never_loosen, &other.never_loosen)
        && all(&layer.block, &other.block)
        && all(&layer.block_hosts, &other.block_hosts)
}

/// Names of the groups that a layer is for; none: all. `wholly`: of a site all of whose groups are among them the site.
fn whom(rules: &Rules, layer: &Layer, wholly: bool) -> Vec<Arc<str>> {
    let site = |id: &GroupId| rules.sites.iter().find(|site| site.groups.contains(&id.0));
    let is_whole = |site: &Site| site.groups.clone().all(|group| layer.groups.contains(&GroupId(group)));
    let name = |id: &GroupId| match site(id).filter(|site| wholly && is_whole(site)) {
        Some(site) => format!("{}{SITE_MARK}*", site.name).into(),
        None => Arc::clone(&rules.groups[usize::from(id.0)].name),
    };
    let mut names: Vec<Arc<str>> = layer.groups.iter().map(name).collect();
    names.dedup();
    names
}

/// Groups in which nothing could be reached any more, and something can now; by title.
fn locked_out(before: &Rules, after: &Rules) -> String {
    let was = |group: &Group| before.group_named(&group.name).is_some_and(|id| is_shut(before, id));
    let shut = (0..).map(GroupId).zip(&after.groups).filter(|(id, group)| is_shut(after, *id) && !was(group));
    shut.map(|(_, group)| &*group.title).collect::<Vec<_>>().join(", ")
}

/// Is everything closed to it, but for help lines?
fn is_shut(rules: &Rules, id: GroupId) -> bool {
    let group = &rules.groups[usize::from(id.0)];
    let opens = |action: &Action| matches!(action, Action::Allow | Action::Warn);
    let by_category = group.categories.values().any(opens) || !group.category_hours.is_empty();
    let by_rule =
        || rules.local.iter().any(|rule| rule.action == LocalAction::Allow && (rule.groups.is_empty() || rule.groups.contains(&id)));
    let site = || rules.sites.iter().find(|site| site.groups.contains(&id.0));
    let by_site = || site().is_some_and(|site| site.exceptions.opens_for(id.0 - site.groups.start));
    group.default == DefaultAction::Block && !by_category && !by_rule() && !by_site()
}
