//! Every change of one draft of policy, made in the text of the settings and tried together.
//!
//! Must never write anything, nor let a group be looser than a layer over it.

use super::policy::{layer_above, layers_over};
use super::policy_files::Stands;
use super::policy_lines::{lines, split, title};
use super::{App, person};
use crate::admin::{
    ChangeFault, Edit, EditFault, EditWorks, Edited, GroupForm, GuardFault, LineAnswer, MOST_ADDRESSES, MOST_EDITS, NewRule, PolicyFile,
    RuleSight, SETTINGS, Who, WhoSight, WorksFault, WrittenAs, list_text, quoted, shown_setting,
};
use crate::config::{
    Config, NamedKind, NamedText, RuleText, exceptions_of_site, group_choices, group_words, named_tables, option_text, rules_of, said,
    with_action, with_group_renamed, with_named, with_option, with_table, without_address, without_table,
};
use crate::engine::Engine;
use crate::model::{GroupId, IdentitySource, Taxonomy};
use crate::policy::read_address;
use std::collections::{BTreeMap, HashSet};

/// Changes up to which the one that is to blame is looked for.
const BLAMED: usize = 200;

/// May the editor change this option?
fn is_editable(path: &[String]) -> bool {
    let is = |wanted: &[&str]| path.len() == wanted.len() && path.iter().zip(wanted).all(|(a, b)| a == b);
    let settings = SETTINGS.iter().any(|setting| match setting.written {
        WrittenAs::Pairs => path.len() == 2 && path[0] == setting.path[0],
        WrittenAs::Choice | WrittenAs::Line | WrittenAs::Lines => is(setting.path),
    });
    settings || ["preset", "title", "networks", "overrides"].iter().any(|known| is(&[*known]))
}

/// The text with one change in it.
fn made(text: &str, edit: &Edit) -> Result<String, ChangeFault> {
    let done = match edit {
        Edit::Category { group, category, wish } => with_action(text, group, category, wish.action()),
        Edit::Setting { group, path, value } if is_editable(path) => {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            with_option(text, group, &path, value.as_deref())
        }
        Edit::Setting { .. } => return Err(ChangeFault::Unknown),
        Edit::Addresses(rule) => return with_rule(text, rule),
        Edit::TakeOut { rule, allow, address } => without_address(text, *rule, (if *allow { "allow" } else { "block" }, address)),
        Edit::NewGroup { name, title, preset, networks, overrides } => {
            let mut lines = vec![("name", quoted(name)), ("title", quoted(title)), ("preset", quoted(preset))];
            lines.extend((!networks.is_empty()).then(|| ("networks", list_text(networks))));
            lines.extend((!overrides.is_empty()).then(|| ("overrides", list_text(overrides))));
            with_table(text, "group", &lines)
        }
        Edit::Rename { group, name } => with_group_renamed(text, group, name),
        Edit::Named { kind, known, wish } => {
            let known = known.as_ref().map(|(place, says)| (*place, says.as_str()));
            with_named(text, *kind, known, wish.as_deref())
        }
        Edit::DropGroup { group } => place_of(text, group).and_then(|place| without_table(text, &["group"], place, "")),
    };
    done.ok_or(ChangeFault::Elsewhere)
}

/// The number of this group among those of the text.
fn place_of(text: &str, group: &str) -> Option<usize> {
    let table: toml::Table = text.parse().ok()?;
    table.get("group")?.as_array()?.iter().position(|one| one.get("name").and_then(toml::Value::as_str) == Some(group))
}

fn with_rule(text: &str, rule: &NewRule) -> Result<String, ChangeFault> {
    if rule.addresses.is_empty() || rule.addresses.len() > MOST_ADDRESSES {
        return Err(ChangeFault::Unknown);
    }
    let mut lines = vec![
        (if rule.allow { "allow" } else { "block" }, list_text(&rule.addresses)),
        ("author", quoted(&rule.author)),
        ("reason", quoted(&rule.reason)),
    ];
    lines.extend((!rule.expires.is_empty()).then(|| ("expires", rule.expires.clone())));
    lines.extend((!rule.groups.is_empty()).then(|| ("groups", list_text(&rule.groups))));
    with_table(text, "rule", &lines).ok_or(ChangeFault::Elsewhere)
}

impl App {
    /// All changes in one text, one after the other.
    fn with_all(&self, file: &PolicyFile, former: &str, edits: &[Edit]) -> Result<String, EditFault> {
        let live = self.proxy.live.load_full();
        let mut text = former.to_owned();
        for (at, edit) in edits.iter().enumerate() {
            let told = |fault| EditFault { edit: Some(at), fault };
            let inside = file.inside(edit).ok_or_else(|| told(ChangeFault::Unknown))?;
            self.may_be_made(&live.engine, edit).map_err(told)?;
            text = made(&text, &inside).map_err(told)?;
        }
        Ok(text)
    }

    /// What can be told of a change before it is made.
    fn may_be_made(&self, engine: &Engine, edit: &Edit) -> Result<(), ChangeFault> {
        let Some(change) = edit.as_change() else { return Ok(()) };
        let group = engine.policy.group_named(&change.group).ok_or(ChangeFault::Unknown)?;
        if !super::policy::names(engine).contains(&*change.category) {
            return Err(ChangeFault::Unknown);
        }
        if Taxonomy::get().is_locked(&change.category) {
            return Err(ChangeFault::Locked);
        }
        layer_above(engine, group, &change).map_or(Ok(()), |layer| Err(ChangeFault::Held(layer)))
    }

    /// The first change with which the text is refused.
    fn to_blame(&self, (file, stands): (&PolicyFile, &Stands), edits: &[Edit]) -> Option<usize> {
        let mut text = stands.former.clone();
        for (at, edit) in edits.iter().enumerate().take(BLAMED) {
            text = made(&text, &file.inside(edit)?).ok()?;
            if self.checked(stands, &text).is_err() {
                return Some(at);
            }
        }
        None
    }
}

/// Did a change come out as it was meant? A layer may hold it, or another file may say something else.
fn came_out(
    (file, config): (&PolicyFile, &Config),
    (old, engine): (&Engine, &Engine),
    (edit, later): (&Edit, &[Edit]),
) -> Result<(), ChangeFault> {
    let Some(name) = edit.only_group() else { return Ok(()) };
    let before = old.policy.group_named(name).and_then(|id| old.policy.group(id));
    // Under the name that it has in the end.
    let name = later.iter().fold(name.to_owned(), |name, later| {
        if let Edit::Rename { group, name: fresh } = later
            && *group == name
        {
            file.whole(fresh)
        } else {
            name
        }
    });
    let own = config.policy.groups.iter().find(|group| *group.name == *name).ok_or(ChangeFault::Elsewhere)?;
    let id = engine.policy.group_named(&name).ok_or(ChangeFault::Elsewhere)?;
    let counts = engine.policy.group(id).ok_or(ChangeFault::Elsewhere)?;
    if let Some(change) = edit.as_change().filter(|change| change.action.is_some()) {
        if own.categories.get(&*change.category).copied() != change.action {
            return Err(ChangeFault::Elsewhere);
        }
        if counts.categories.get(&*change.category).copied() != change.action {
            return Err(ChangeFault::Held(engine.policy.decider(id, &change.category).unwrap_or_default().to_owned()));
        }
    }
    if let Edit::Setting { path, value: Some(_), .. } = edit {
        let of = |group| group_words(group).into_iter().find(|(key, _)| *key == path[0]);
        // A layer that only adds to it, or holds another part of it, holds nothing up.
        if of(own) != of(counts) && before.is_some_and(|before| of(before) == of(counts)) {
            return Err(ChangeFault::Held(layers_over(engine, id)));
        }
    }
    Ok(())
}

/// The words that settings take, by field.
fn choices() -> impl Iterator<Item = (String, Vec<String>)> {
    let words = |key: &str| group_choices(key).into_iter().map(str::to_owned).collect();
    SETTINGS
        .iter()
        .filter(|setting| setting.written == WrittenAs::Choice)
        .map(move |setting| (setting.field.to_owned(), words(setting.path[0])))
}

impl EditWorks for App {
    fn edited(&self, file: &PolicyFile, edits: &[Edit]) -> Result<Edited, EditFault> {
        let told = EditFault::of_all;
        if edits.is_empty() || edits.len() > MOST_EDITS {
            return Err(told(ChangeFault::Same));
        }
        let stands = self.stands(file).map_err(told)?;
        let text = self.with_all(file, &stands.former, edits)?;
        if text == stands.former {
            return Err(told(ChangeFault::Same));
        }
        let blamed = |fault| {
            let one = matches!(fault, ChangeFault::Check(_) | ChangeFault::Guard(GuardFault::Place));
            let edit = if one { self.to_blame((file, &stands), edits) } else { None };
            EditFault { edit, fault }
        };
        let (config, engine) = self.tried(&stands, &text).map_err(blamed)?;
        let live = self.proxy.live.load_full();
        for (at, edit) in edits.iter().enumerate() {
            came_out((file, &config), (&live.engine, &engine), (edit, &edits[at + 1..]))
                .map_err(|fault| EditFault { edit: Some(at), fault })?;
        }
        let mut only: HashSet<Option<&str>> = edits.iter().map(Edit::only_group).collect();
        let group = if only.len() == 1 { only.drain().next().flatten() } else { None };
        let lines = lines((&live.engine, &engine), (file, &stands.former), edits);
        let proposed = self.proposed(file, (stands.former, text), &engine, group).map_err(told)?;
        Ok(Edited { proposed, lines })
    }

    fn group_form(&self, file: &PolicyFile, group: &str) -> Result<Option<GroupForm>, WorksFault> {
        let (Some(text), Some(short)) = (self.text_in(file)?, file.short(group)) else { return Ok(None) };
        let Some(said) = said(&text, short) else { return Ok(None) };
        let of = |path: &[&str], written| option_text(&text, short, path).and_then(|literal| shown_setting(written, &literal));
        let own = SETTINGS.iter().filter_map(|setting| Some((setting.field.to_owned(), of(setting.path, setting.written)?)));
        let live = self.proxy.live.load_full();
        let counts = live.engine.policy.group_named(group).and_then(|id| live.engine.policy.group(id)).map(group_words).unwrap_or_default();
        // Of those that take a word the word is worth showing.
        let counts: BTreeMap<String, String> =
            counts.into_iter().filter(|(key, _)| !group_choices(key).is_empty()).map(|(key, word)| (key.to_owned(), word)).collect();
        let lines = |key| of(&[key], WrittenAs::Lines).map(|all| split(&all)).unwrap_or_default();
        Ok(Some(GroupForm {
            preset: said.preset,
            title: of(&["title"], WrittenAs::Line).unwrap_or_default(),
            networks: lines("networks"),
            overrides: lines("overrides"),
            own: own.collect(),
            choices: choices().collect(),
            counts,
        }))
    }

    fn rule_sights(&self, file: &PolicyFile) -> Result<Vec<RuleSight>, WorksFault> {
        let Some(text) = self.text_in(file)? else { return Ok(Vec::new()) };
        let live = self.proxy.live.load_full();
        let one = |(rule, known): (usize, RuleText)| {
            let groups = known.groups.iter().map(|group| title(&live.engine, &file.whole(group))).collect::<Vec<_>>().join(", ");
            let all = known.allow.iter().map(|one| (true, one)).chain(known.block.iter().map(|one| (false, one)));
            let sight = |(allow, address): (bool, &String)| RuleSight {
                rule,
                line: known.line,
                allow,
                address: address.clone(),
                author: known.author.clone(),
                reason: known.reason.clone(),
                expires: known.expires.clone(),
                groups: groups.clone(),
            };
            all.map(sight).collect::<Vec<_>>()
        };
        Ok(rules_of(&text).into_iter().enumerate().flat_map(one).collect())
    }

    fn named(&self, kind: NamedKind) -> Result<Vec<NamedText>, WorksFault> {
        Ok(named_tables(&self.text_in(&PolicyFile::Settings)?.unwrap_or_default(), kind))
    }

    fn unknown_group(&self, file: &PolicyFile) -> Result<String, WorksFault> {
        let live = self.proxy.live.load_full();
        let policy = &live.engine.policy;
        let id = policy.site_named(file.kept()).map_or(policy.rules().strictest, |site| site.unknown);
        Ok(policy.group_name(id).to_string())
    }

    fn more_addresses(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault> {
        let text = if *file == PolicyFile::Settings { None } else { self.text_in(file)? };
        Ok(text.and_then(|text| exceptions_of_site(&text)))
    }

    fn vet(&self, file: &PolicyFile, lines: &[String], allow: bool, groups: &[String]) -> Result<Vec<LineAnswer>, WorksFault> {
        let text = self.text_in(file)?.unwrap_or_default();
        let read = |line: &str| read_address(line).map(|entry| format!("{entry:?}"));
        let is_for = |known: &[String]| {
            known.is_empty() || !groups.is_empty() && groups.iter().all(|group| known.iter().any(|known| file.whole(known) == *group))
        };
        // What is over may be put down again.
        let today: String = self.clock.now().wall.to_string().chars().take(10).collect();
        let is_over = |rule: &RuleText| !rule.expires.is_empty() && rule.expires < today;
        let stand = rules_of(&text)
            .into_iter()
            .filter(|rule| is_for(&rule.groups) && !is_over(rule))
            .flat_map(|rule| if allow { rule.allow } else { rule.block });
        let mut known: HashSet<String> = stand.filter_map(|address| read(&address).ok()).collect();
        let answer = |line: &String| match read(line) {
            Err(unreadable) => LineAnswer::NoAddress(unreadable.to_string()),
            Ok(entry) => {
                if known.insert(entry) {
                    LineAnswer::Taken(line.clone())
                } else {
                    LineAnswer::There
                }
            }
        };
        Ok(lines.iter().map(answer).collect())
    }

    fn who(&self, who: &Who) -> Result<WhoSight, WorksFault> {
        let live = self.proxy.live.load_full();
        let policy = &live.engine.policy;
        let named = |id: GroupId| policy.group_title(id).to_owned();
        let (id, steps) = match who {
            Who::Client(ip) => {
                let (id, source) = policy.group_for(*ip, None);
                let range = policy
                    .group(id)
                    .and_then(|group| group.networks.iter().filter(|net| net.contains(ip)).max_by_key(|net| net.prefix_len()));
                let step = match (source, range) {
                    (IdentitySource::Unknown, _) | (_, None) => {
                        format!("No range of a group holds {ip}, so the group of unknown clients counts: {}.", named(id))
                    }
                    (_, Some(range)) => format!("{range} of the group {} is the narrowest range that holds {ip}.", named(id)),
                };
                (id, vec![step])
            }
            Who::Person(name) => {
                let settings = self.feeding.settings().1;
                let known = person(name, &settings).map_err(|wrong| WorksFault(wrong.into()))?;
                let near = policy.rules().strictest;
                let ids: Vec<GroupId> = known.groups.iter().filter_map(|name| policy.group_near(near, name)).collect();
                let mut steps = vec![format!("{} is known by: {}.", known.name, known.source.code())];
                let missing: Vec<&str> = known.groups.iter().map(|name| &**name).filter(|name| !policy.rules().knows(name)).collect();
                steps.extend((!missing.is_empty()).then(|| format!("There is no group {} any more.", missing.join(", "))));
                let names = ids.iter().map(|id| named(*id)).collect::<Vec<_>>().join(", ");
                steps.push(match ids.len() {
                    0 => format!(
                        "No group of the settings is theirs, so the group of unknown clients counts: {}.",
                        named(policy.strictest_near(near))
                    ),
                    1 => format!("They are in {names}."),
                    _ => format!("They are in {names}: the strictest counts."),
                });
                (policy.strictest_of(ids).unwrap_or_else(|| policy.strictest_near(near)), steps)
            }
        };
        Ok(WhoSight { group: policy.group_name(id).to_string(), title: named(id), steps })
    }
}
