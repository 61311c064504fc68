//! What `lifeguard check` says of groups, sites and layers: one line for each kind, however many there are.

use super::check::count;
use crate::policy::{Group, HiddenPages, HttpsMode, Level, Rules};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many groups, sites, exceptions and layers there are.
pub(super) fn counts(rules: &Rules) -> String {
    let groups = count(rules.groups.len(), "group");
    let mut text = groups;
    if !rules.sites.is_empty() {
        text += &format!(" at {} and here, {} of sites", count(rules.sites.len(), "site"), count(exceptions(rules), "exception"));
    }
    let levels = Level::ALL.into_iter().map(|level| (level, at(rules, level))).filter(|(_, number)| *number > 0);
    let layers: Vec<String> = levels.map(|(level, number)| count(number, "layer") + " of the level " + level.word()).collect();
    if layers.is_empty() { text } else { format!("{text}, {}", layers.join(", ")) }
}

/// The same as data; none where there is one site.
pub(super) fn as_json(rules: &Rules) -> Option<Value> {
    let layers: BTreeMap<&str, usize> = Level::ALL.into_iter().map(|level| (level.word(), at(rules, level))).collect();
    let told = || json!({ "sites": rules.sites.len(), "groups": rules.groups.len(), "exceptions": exceptions(rules), "layers": layers });
    (!rules.sites.is_empty()).then(told)
}

fn exceptions(rules: &Rules) -> usize {
    rules.sites.iter().map(|site| site.exceptions.len()).sum()
}

fn at(rules: &Rules, level: Level) -> usize {
    rules.layers.iter().filter(|layer| layer.level == level).count()
}

/// What becomes of single pages on a statutory list that lie inside HTTPS (standards U20): of each group, and of those of sites together.
pub(super) fn coverage(rules: &Rules) -> Vec<(String, String)> {
    let own = rules.sites.first().map_or(rules.groups.len(), |site| usize::from(site.groups.start));
    let (own, of_sites) = rules.groups.split_at(own.min(rules.groups.len()));
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for group in of_sites {
        *alike.entry(words(group)).or_default() += 1;
    }
    let own = own.iter().map(|group| (group.name.to_string(), words(group)));
    own.chain(alike.into_iter().map(|(words, number)| (format!("{} of sites", count(number, "group")), words))).collect()
}

fn words(group: &Group) -> String {
    let hidden = match group.hidden_pages {
        HiddenPages::Record => "reached unseen, recorded as a gap in coverage",
        HiddenPages::BlockHost => "blocked as a whole, with all that is not listed",
    };
    match group.https {
        HttpsMode::Tunnel => format!("not seen; their hosts are {hidden}"),
        HttpsMode::Selective | HttpsMode::Full => format!("seen and blocked one by one; sealed hosts among theirs are {hidden}"),
    }
}
