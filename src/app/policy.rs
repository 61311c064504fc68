//! Policy as the console shows and changes it: what is in force and whose word it is, the text of the settings with a change in it, and
//! putting a text in force, or neither.
//!
//! Must never write a text that was not checked as a reload checks it, nor over a text that nobody has seen.

use super::accredited::{Installation, context_of};
use super::{App, SettingsFile};
use crate::accredit::{Plan, hours_words, quota_words};
use crate::admin::{
    Blocked, CategorySight, Change, ChangeFault, Edit, EditWorks, GroupSight, PolicyFile, PolicySight, PolicyWorks, Proposed, PublishFault,
    Wish, WordSight, WorksFault, digest_of,
};
use crate::canon::Wrappers;
use crate::config::{Config, Said, said};
use crate::engine::Engine;
use crate::model::{GroupId, Taxonomy};
use crate::policy::{Action, DefaultAction, EVERYTHING, Group, Layer, PolicySet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

pub(super) fn in_words(fault: impl ToString) -> WorksFault {
    WorksFault(fault.to_string().into())
}

impl App {
    pub(super) fn file(&self) -> &dyn SettingsFile {
        &*self.written.settings
    }
}

/// The engine that these settings would make with the lists in force.
pub(super) fn other_engine(live: &Engine, config: &Config) -> Result<Engine, String> {
    let told = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let policy = PolicySet::build(config.policy.clone(), &live.lists).map_err(|faults: Vec<crate::policy::PolicyFault>| told(faults))?;
    let mut engine = Engine::new(Arc::clone(&live.lists), policy, live.generation, Wrappers::built_in());
    engine.seen.clone_from(&live.seen);
    engine.put_beside(live.beside().images().iter().cloned());
    Ok(engine)
}

impl PolicyWorks for App {
    fn policy(&self) -> Result<PolicySight, WorksFault> {
        let live = self.proxy.live.load_full();
        let (name, text) = self.file().text().unwrap_or_default();
        let told = Told::of(&live.engine, &text);
        Ok(PolicySight {
            version: live.engine.policy.version().to_string(),
            file: name,
            digest: if text.is_empty() { String::new() } else { digest_of(&text) },
            read_only: self.file().writable().err().map(|error| error.to_string()).unwrap_or_default(),
            approve: self.feeding.settings().1.admin.approve_policy,
            groups: told.groups(),
            categories: told.categories(),
            layers: layers(&live.engine),
        })
    }

    fn policy_of(&self, sites: &[String]) -> Result<PolicySight, WorksFault> {
        self.sight_of_sites(sites)
    }

    fn blocked(&self, category: &str) -> Result<Vec<Blocked>, WorksFault> {
        let rows = self.blocked_by(category)?;
        Ok(rows.into_iter().map(|(group, requests, people)| Blocked { group, requests, people }).collect())
    }

    fn policy_in(&self, file: &PolicyFile) -> Result<Option<PolicySight>, WorksFault> {
        match file {
            PolicyFile::Settings => self.policy().map(Some),
            PolicyFile::Site(site) => self.sight_in_site(site),
        }
    }

    fn changed(&self, file: &PolicyFile, change: &Change) -> Result<Proposed, ChangeFault> {
        let (group, category) = (change.group.clone(), change.category.clone());
        let edit = Edit::Category { group, category, wish: Wish::of(change.action) };
        self.edited(file, &[edit]).map(|edited| edited.proposed).map_err(|fault| fault.fault)
    }

    fn replaced(&self, file: &PolicyFile, text: &str) -> Result<Proposed, ChangeFault> {
        let stands = self.stands(file)?;
        if text == stands.former {
            return Err(ChangeFault::Same);
        }
        let (_, engine) = self.tried(&stands, text)?;
        self.proposed(file, (stands.former, text.to_owned()), &engine, None)
    }

    fn publish(&self, file: &PolicyFile, base: &str, text: &str) -> Result<(), PublishFault> {
        // One after the other, whatever file it is: a reload reads all of them.
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = self.stands(file).map_err(PublishFault::Change)?;
        let (former, quiet) = (&stands.former, stands.is_of_site());
        let taken_back = |why: String| PublishFault::TakenBack(if quiet { String::new() } else { why });
        if former == text {
            // It stands there already: whoever wrote it was stopped before it could be put down.
            return self.reload().map_err(taken_back);
        }
        if digest_of(former) != base {
            return Err(PublishFault::Moved(digest_of(former)));
        }
        self.tried(&stands, text).map_err(PublishFault::Change)?;
        if !self.swap_in(&stands, former, text).map_err(|error| PublishFault::ReadOnly(error.to_string()))? {
            let now = self.text_in(file).map_err(|fault| PublishFault::ReadOnly(fault.to_string()))?;
            return Err(PublishFault::Moved(digest_of(&now.unwrap_or_default())));
        }
        let Err(fault) = self.reload() else { return Ok(()) };
        match self.swap_in(&stands, text, former) {
            Ok(true) => {}
            Ok(false) => tracing::error!("the settings that could not go live were changed by somebody else meanwhile"),
            Err(error) => tracing::error!(%error, "the settings that could not go live still stand in the file"),
        }
        drop(self.reload());
        Err(taken_back(fault))
    }

    fn loosened(&self, file: &PolicyFile, former: &str, text: &str) -> Result<Vec<String>, ChangeFault> {
        self.loosened_in(file, (former, text))
    }

    fn policy_text(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault> {
        self.text_in(file)
    }

    fn settings_text(&self) -> Result<String, WorksFault> {
        self.file().text().map(|(_, text)| text).map_err(in_words)
    }

    fn plan(&self) -> Result<Plan, WorksFault> {
        let (live, (_, config)) = (self.proxy.live.load_full(), self.feeding.settings());
        let as_of = self.news.lock().unwrap_or_else(PoisonError::into_inner).as_of.clone();
        let at = Installation { config: &config, engine: &live.engine, as_of: &as_of, coverage: None };
        let context = context_of(&at, self.clock.now().wall);
        Ok(Plan::of(&live.engine, &context, &config.site.time_zone, None))
    }
}

/// The layer over the group that asks for more than this.
pub(super) fn layer_above(engine: &Engine, group: GroupId, change: &Change) -> Option<String> {
    let wish = strictness(change.action?);
    let asks = |layer: &&Layer| layer.is_for(group) && layer.word_on(&change.category).is_some_and(|word| strictness(word) > wish);
    engine.policy.rules().layers.iter().find(asks).map(|layer| format!("{} {}", layer.level.word(), layer.title))
}

const fn strictness(action: Action) -> u8 {
    match action {
        Action::Allow => 0,
        Action::Warn => 1,
        Action::Block => 2,
    }
}

fn layers(engine: &Engine) -> Vec<[String; 4]> {
    engine.policy.rules().layers.iter().map(layer_row).collect()
}

/// A layer in words.
pub(super) fn layer_row(layer: &Layer) -> [String; 4] {
    [layer.level.word().to_owned(), layer.title.to_string(), layer.signed_by.to_string(), layer.place.to_string()]
}

/// Entries of each category.
fn entries(engine: &Engine) -> BTreeMap<&str, u64> {
    let mut filled: BTreeMap<&str, u64> = BTreeMap::new();
    for list in engine.lists.lists().iter().filter(|list| list.kind == crate::lists::ListKind::Category) {
        *filled.entry(engine.policy.category_name(list.category)).or_default() += list.entries;
    }
    filled
}

/// Categories that a group speaks of, that a list fills, and all of ours.
pub(super) fn names(engine: &Engine) -> BTreeSet<&str> {
    names_for(engine, engine.policy.rules().groups.iter())
}

/// The same of some groups.
fn names_for<'a>(engine: &'a Engine, groups: impl Iterator<Item = &'a Group>) -> BTreeSet<&'a str> {
    let ours = Taxonomy::get().categories().iter().map(|category| &*category.name);
    let spoken = groups.flat_map(|group| group.categories.keys()).map(|name| &**name);
    // Other names for ours are ours, unless lists bring them.
    let is_own = |name: &&str| Taxonomy::get().meanings(name).all(|meant| *meant.name == **name);
    ours.chain(spoken).filter(is_own).chain(entries(engine).into_keys()).filter(|name| *name != "illegal").collect()
}

/// What is told of an engine, with what the text of the settings says.
pub(super) struct Told<'a> {
    pub(super) engine: &'a Engine,
    pub(super) groups: Vec<(GroupId, &'a Group, Option<Said>)>,
}

impl<'a> Told<'a> {
    fn of(engine: &'a Engine, text: &str) -> Self {
        let all = engine.policy.groups_to_tell().into_iter();
        let groups = all.filter_map(|id| engine.policy.group(id).map(|group| (id, group, said(text, &group.name)))).collect();
        Self { engine, groups }
    }

    pub(super) fn groups(&self) -> Vec<GroupSight> {
        let one = |(id, group, said): &(GroupId, &Group, Option<Said>)| GroupSight {
            name: group.name.to_string(),
            title: self.engine.policy.group_title(*id).to_owned(),
            preset: said.as_ref().map(|said| said.preset.clone()).unwrap_or_default(),
            line: said.as_ref().map(|said| said.line),
            file: String::new(),
            open: group.default == DefaultAction::Allow,
            times: times(self.engine, group),
        };
        self.groups.iter().map(one).collect()
    }

    pub(super) fn categories(&self) -> Vec<CategorySight> {
        let filled = entries(self.engine);
        let one = |name: &str| CategorySight {
            name: name.to_owned(),
            title: title(self.engine, name),
            locked: Taxonomy::get().is_locked(name),
            entries: filled.get(name).copied().unwrap_or_default(),
            words: self.groups.iter().map(|(id, group, said)| self.word((*id, group, said.as_ref()), name)).collect(),
        };
        let mut all: Vec<_> = names_for(self.engine, self.groups.iter().map(|(_, group, _)| *group)).into_iter().map(one).collect();
        all.sort_by(|a, b| a.title.to_lowercase().cmp(&b.title.to_lowercase()).then_with(|| a.name.cmp(&b.name)));
        all
    }

    fn word(&self, (id, group, said): (GroupId, &Group, Option<&Said>), name: &str) -> WordSight {
        let action = group.categories.get(name).copied();
        let own = said.and_then(|said| said.categories.iter().find(|(category, _, _)| category == name));
        let hours = group.category_hours.get(name).filter(|hours| !hours.is_always());
        let locked = Taxonomy::get().is_locked(name);
        let by = action.is_some() || hours.is_some() || locked;
        WordSight {
            action: if locked { Some(Action::Block) } else { action },
            hours: hours.map(hours_words).unwrap_or_default(),
            share: group.quota.get(name).map(|quota| quota_words(*quota)).unwrap_or_default(),
            by: self.engine.policy.decider(id, name).filter(|_| by).unwrap_or_default().to_owned(),
            line: own.map(|(_, _, line)| *line),
            own: own.and_then(|(_, key, _)| action_of(key)),
        }
    }
}

/// The title of a category: the settings' own, else ours.
pub(super) fn title(engine: &Engine, name: &str) -> String {
    let of_settings = engine.policy.category_title(name);
    let ours = || Taxonomy::get().categories().iter().find(|category| *category.name == *name).map(|category| category.title.to_string());
    if of_settings == name { ours().unwrap_or_else(|| name.to_owned()) } else { of_settings.to_owned() }
}

/// The layers over a group, in words.
pub(super) fn layers_over(engine: &Engine, group: GroupId) -> String {
    let over = engine.policy.rules().layers.iter().filter(|layer| layer.is_for(group));
    over.map(|layer| format!("{} {}", layer.level.word(), layer.title)).collect::<Vec<_>>().join(", ")
}

fn action_of(key: &str) -> Option<Action> {
    [("allow", Action::Allow), ("warn", Action::Warn), ("block", Action::Block)]
        .into_iter()
        .find(|(known, _)| *known == key)
        .map(|(_, does)| does)
}

/// Hours and shares of a group, in words.
fn times(engine: &Engine, group: &Group) -> Vec<String> {
    let hours = (!group.hours.is_always()).then(|| hours_words(&group.hours));
    let share = |(name, quota): (&Arc<str>, &crate::policy::Quota)| {
        let what = if **name == *EVERYTHING { "everything together" } else { engine.policy.category_title(name) };
        format!("{what}: {} a day", quota_words(*quota))
    };
    hours.into_iter().chain(group.quota.iter().map(share)).collect()
}
