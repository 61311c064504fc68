//! The plan of a place in plain English: what is closed, for whom, why, who approved it, and when somebody looks at it again (standards B6, X13).
//! Made from the policy that is in force, so that it cannot say anything else. It holds no entry of a statutory list, and of local rules
//! what the settings themselves say.

use super::facts::Context;
use super::plan_words::{day, hours_words, quota_words, settings_of};
use crate::engine::Engine;
use crate::lists::ListKind;
use crate::model::GroupId;
use crate::policy::{Action, DefaultAction, EVERYTHING, Group, Layer, Level, LocalAction, LocalRule};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The plan.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// Site.
    pub site: Box<str>,
    /// When it was made, for people.
    pub made: Box<str>,
    /// Version of the policy.
    pub policy_version: Box<str>,
    /// What is said of illegal material, which no setting reaches.
    pub illegal: Vec<String>,
    /// Group by group.
    pub groups: Vec<GroupPlan>,
    /// Layers over the groups: who signed what, and when it is looked at again.
    pub layers: Vec<Signed>,
    /// Addresses that this place opened or closed.
    pub rules: Vec<Signed>,
    /// What is overdue.
    pub overdue: Vec<Box<str>>,
}

/// The plan of one group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupPlan {
    /// Short name.
    pub name: Arc<str>,
    /// In words.
    pub title: Box<str>,
    /// What holds where nothing else is said.
    pub otherwise: &'static str,
    /// What is closed.
    pub closed: Vec<Row>,
    /// What asks people to think first.
    pub warned: Vec<Row>,
    /// What is open at some hours, or for a share of the day.
    pub limited: Vec<Row>,
    /// What is opened by name, whatever else is said.
    pub open: Vec<Row>,
    /// Search, HTTPS, records and the rest.
    pub settings: Vec<(&'static str, String)>,
}

/// A category in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its title.
    pub what: Box<str>,
    /// What belongs in it, and what is said of it here.
    pub words: String,
    /// Whose word it is, and why.
    pub because: String,
}

/// Something with an author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// What.
    pub what: String,
    /// For whom.
    pub whom: String,
    /// Why.
    pub why: Arc<str>,
    /// Who approved it.
    pub by: Arc<str>,
    /// Until when it holds, or when it is looked at again.
    pub until: String,
}

const UNFILLED: &str = "No list in force fills it: nothing is found by it.";
/// Most addresses of one rule or layer that are written out.
const ADDRESSES: usize = 40;

impl Plan {
    /// The plan of every group, or of this one alone.
    #[must_use]
    pub fn of(engine: &Engine, at: &Context, zone: &TimeZone, only: Option<GroupId>) -> Self {
        let policy = &engine.policy;
        let ids = only.map_or_else(|| policy.groups_to_tell(), |id| vec![id]);
        let is_told = |groups: &[GroupId]| groups.is_empty() || ids.iter().any(|id| groups.contains(id));
        let filled = entries(engine);
        let rules = policy.rules();
        Self {
            site: at.site.clone(),
            made: at.made_words.clone(),
            policy_version: at.policy_version.clone(),
            illegal: illegal(engine),
            groups: ids.iter().filter_map(|id| group(engine, *id, (zone, &filled))).collect(),
            layers: rules.layers.iter().filter(|layer| is_told(&layer.groups)).map(|layer| signed_layer(engine, layer, zone)).collect(),
            rules: rules.local.iter().filter(|rule| is_told(&rule.groups)).map(|rule| signed_rule(engine, rule, zone)).collect(),
            overdue: at.overdue.clone(),
        }
    }
}

/// How many entries the lists have for each category.
fn entries(engine: &Engine) -> BTreeMap<&str, u64> {
    let mut filled: BTreeMap<&str, u64> = BTreeMap::new();
    for list in engine.lists.lists() {
        *filled.entry(engine.policy.category_name(list.category)).or_default() += list.entries;
    }
    filled
}

fn illegal(engine: &Engine) -> Vec<String> {
    let statutory = engine.lists.lists().iter().filter(|list| list.kind == ListKind::Statutory);
    let mut lines: Vec<String> = statutory
        .map(|list| {
            let kind = if list.demonstration { ", made up for demonstration: it protects nobody" } else { "" };
            format!("{}: {} entries{kind}", list.name, list.entries)
        })
        .collect();
    if lines.is_empty() {
        lines.push("There is no list of illegal material.".into());
    }
    lines.push("These are closed to everybody. No setting, no rule, no release and no person here can open them.".into());
    lines
}

fn group(engine: &Engine, id: GroupId, (zone, filled): (&TimeZone, &BTreeMap<&str, u64>)) -> Option<GroupPlan> {
    let policy = &engine.policy;
    let group = policy.group(id)?;
    let over: Vec<&Layer> = policy.rules().layers.iter().filter(|layer| layer.level != Level::Person && layer.is_for(id)).collect();
    let mut plan = GroupPlan {
        name: Arc::clone(&group.name),
        title: policy.group_title(id).into(),
        otherwise: match group.default {
            DefaultAction::Allow => "Everything else is open.",
            DefaultAction::Block => "Everything else is closed: only what is opened by name is open.",
        },
        closed: Vec::new(),
        warned: Vec::new(),
        limited: limited(engine, group),
        open: Vec::new(),
        settings: settings_of(engine, id, group),
    };
    for (name, action) in &*group.categories {
        let row = category(engine, name, because(name, *action, &over, zone), filled);
        match action {
            _ if group.category_hours.contains_key(name) => {
                let hours = group.category_hours.get(name).map(hours_words).unwrap_or_default();
                plan.limited.push(Row { words: format!("Open {hours}. {}", row.words), ..row });
            }
            Action::Block => plan.closed.push(row),
            Action::Warn => plan.warned.push(row),
            Action::Allow => plan.open.push(row),
        }
    }
    for rows in [&mut plan.closed, &mut plan.warned, &mut plan.open] {
        *rows = merged(std::mem::take(rows));
    }
    Some(plan)
}

/// Lists call one thing by several names, under one title: those that no list fills say nothing that another does not.
fn merged(rows: Vec<Row>) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::new();
    for row in rows {
        let is_empty = |row: &Row| row.words.ends_with(UNFILLED);
        match all.iter_mut().find(|known| known.what == row.what && (is_empty(known) || is_empty(&row))) {
            Some(known) if is_empty(known) => *known = row,
            Some(_) => {}
            None => all.push(row),
        }
    }
    all
}

fn category(engine: &Engine, name: &str, because: String, filled: &BTreeMap<&str, u64>) -> Row {
    let words = engine.policy.rules().category_words.get(name).map(|words| words.words.to_string()).unwrap_or_default();
    let filled = match filled.get(name) {
        Some(entries) => format!("{entries} entries in the lists."),
        None => UNFILLED.into(),
    };
    Row { what: engine.policy.category_title(name).into(), words: format!("{words} {filled}").trim().into(), because }
}

/// The highest layer that says as much, else the group's own rules.
fn because(name: &str, action: Action, over: &[&Layer], zone: &TimeZone) -> String {
    let layer = over.iter().filter(|layer| layer.word_on(name) == Some(action)).min_by_key(|layer| layer.level);
    match layer {
        Some(layer) => {
            let review = layer.review.map(|end| format!(", to be looked at again by {}", day(end, zone))).unwrap_or_default();
            format!("{} {}: {} (approved by {}{review})", layer.level.word(), layer.title, layer.reason, layer.signed_by)
        }
        None => "the group's own rules; approved with this plan".into(),
    }
}

fn limited(engine: &Engine, group: &Group) -> Vec<Row> {
    let quota = group.quota.iter().map(|(name, quota)| Row {
        what: if **name == *EVERYTHING { "Everything together".into() } else { engine.policy.category_title(name).into() },
        words: format!("{} a day for each person.", quota_words(*quota)),
        because: "the group's share of the day".into(),
    });
    let hours = (!group.hours.is_always()).then(|| Row {
        what: "The internet".into(),
        words: format!("Open {}.", hours_words(&group.hours)),
        because: "the group's hours".into(),
    });
    hours.into_iter().chain(quota).collect()
}

fn whom(engine: &Engine, groups: &[GroupId], persons: &[Arc<str>]) -> String {
    match (groups.is_empty(), persons.len()) {
        (_, 1..) => format!("{} single persons", persons.len()),
        (true, 0) => "everybody".into(),
        (false, 0) => groups.iter().map(|id| engine.policy.group_title(*id)).collect::<Vec<_>>().join(", "),
    }
}

fn addresses(all: &[Arc<str>]) -> String {
    let shown = all.iter().take(ADDRESSES).map(|address| &**address).collect::<Vec<_>>().join(", ");
    let more = all.len().saturating_sub(ADDRESSES);
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

fn signed_layer(engine: &Engine, layer: &Layer, zone: &TimeZone) -> Signed {
    let titles = |names: &[Arc<str>]| names.iter().map(|name| engine.policy.category_title(name)).collect::<Vec<_>>().join(", ");
    let said = [
        ("never loosened", titles(&layer.never_loosen)),
        ("closed", titles(&layer.block)),
        ("think first", titles(&layer.warn)),
        ("addresses closed", addresses(&layer.block_hosts)),
    ];
    let said: Vec<String> =
        said.into_iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| format!("{what}: {names}")).collect();
    Signed {
        what: format!(
            "{} {}: {}",
            layer.level.word(),
            layer.title,
            if said.is_empty() { "settings alone".into() } else { said.join("; ") }
        ),
        whom: whom(engine, &layer.groups, &layer.persons),
        why: Arc::clone(&layer.reason),
        by: Arc::clone(&layer.signed_by),
        until: layer.review.map_or_else(|| "no day of review".into(), |end| format!("looked at again by {}", day(end, zone))),
    }
}

fn signed_rule(engine: &Engine, rule: &LocalRule, zone: &TimeZone) -> Signed {
    let word = match rule.action {
        LocalAction::Allow => "open",
        LocalAction::Block => "closed",
    };
    Signed {
        what: format!("{word}: {}", addresses(&rule.addresses)),
        whom: whom(engine, &rule.groups, &[]),
        why: Arc::clone(&rule.reason),
        by: Arc::clone(&rule.author),
        until: rule.expires.map_or_else(|| "no end".into(), |end| format!("until {}", day(end, zone))),
    }
}
