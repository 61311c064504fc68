//! The rules of a site tied to one list image: immutable, shared by every request until the next reload.

use super::address::AddressTables;
use super::agreement::{Agreement, Agreements, Clause};
use super::cascade::{People, settle};
use super::fault::PolicyFault;
use super::group_plan::GroupPlan;
use super::https::HttpsPlan;
use super::keyword::KeywordTable;
use super::layer::Layer;
use super::other_names::spread;
use super::rules::{Contact, Group, HelpLine, LocalRule, Rules, TunnelContents};
use super::sites::Placing;
use super::statutory::StatutoryStage;
use crate::lists::{ListImage, NameModel, lists_of_people};
use crate::model::{CategoryId, GroupId, IdentitySource, Reason, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// All rules, ready to judge with.
#[derive(Debug)]
pub struct PolicySet {
    pub(super) rules: Rules,
    pub(super) plans: Vec<Arc<GroupPlan>>,
    people: People,
    agreements: Agreements,
    pub(super) statutory: StatutoryStage,
    pub(super) addresses: AddressTables,
    pub(super) keywords: KeywordTable,
    pub(super) https: HttpsPlan,
    pub(super) layers: Layers,
    /// Names of the image's categories and lists, for words.
    pub(super) categories: Vec<Arc<str>>,
    pub(super) lists: Vec<Arc<str>>,
    pub(super) placing: Placing,
    pub(super) names: Arc<NameModel>,
    by_name: HashMap<Arc<str>, GroupId, rapidhash::fast::RandomState>,
}

/// Layers that do not depend on the group.
#[derive(Debug)]
pub(super) struct Layers {
    /// By position in [`Rules::local`].
    pub(super) local: Box<[Arc<str>]>,
    /// By position in [`Rules::help_lines`].
    pub(super) help: Box<[Arc<str>]>,
    /// By position in [`Rules::keywords`].
    pub(super) keyword: Box<[Arc<str>]>,
    /// By position in [`Rules::layers`]: what it says of an address.
    pub(super) floor: Box<[Arc<str>]>,
    /// By position in [`Rules::layers`]: what it says of files.
    pub(super) files: Box<[Arc<str>]>,
}

/// The categories that lists bring; an image has others too, for entries that come later.
fn brought(image: &ListImage) -> Vec<Arc<str>> {
    image.lists().iter().filter_map(|list| image.categories().get(usize::from(list.category.0))).cloned().collect()
}

impl PolicySet {
    /// Ties rules to an image.
    ///
    /// # Errors
    /// Every fault that was found.
    pub fn build(mut rules: Rules, image: &ListImage) -> Result<Self, Vec<PolicyFault>> {
        let categories = image.categories().to_vec();
        spread(&mut rules, &categories, &brought(image));
        let (plans, people) = settle(&mut rules, &categories);
        let mut faults = group_faults(&rules, people.count());
        let placing = Placing::build(&rules, &mut faults);
        let addresses =
            AddressTables::build(&rules, |text, unreadable| faults.push(PolicyFault::Address { address: text.into(), unreadable }));
        let keywords = KeywordTable::build(&rules).unwrap_or_else(|fault| {
            faults.push(PolicyFault::Keywords(fault));
            KeywordTable::default()
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        let lists: Vec<_> = image.lists().iter().chain(&lists_of_people(image)).map(|list| Arc::clone(&list.name)).collect();
        let https = HttpsPlan::new(&rules, &categories);
        let by_name = rules.groups.iter().map(|group| Arc::clone(&group.name)).zip((0..).map(GroupId)).collect();
        let (layers, statutory) = (Layers::new(&rules), statutory_stage(&lists));
        let agreements = Agreements::of(&rules);
        let names = Arc::clone(image.learned_names());
        Ok(Self {
            rules,
            plans,
            people,
            agreements,
            statutory,
            addresses,
            keywords,
            https,
            layers,
            categories,
            lists,
            placing,
            names,
            by_name,
        })
    }

    /// The group of a client of whom nobody else states the address: see [`PolicySet::group_of`].
    #[must_use]
    pub fn group_for(&self, client: IpAddr, listener_group: Option<GroupId>) -> (GroupId, IdentitySource) {
        self.group_of(client, None, listener_group)
    }

    /// The group with this name.
    #[must_use]
    pub fn group_named(&self, name: &str) -> Option<GroupId> {
        self.by_name.get(name).copied()
    }

    /// A group by number. Numbers hold for one policy only: find the group again after a reload.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        let place = usize::from(id.0);
        self.rules.groups.get(place).or_else(|| self.people.derived(place - self.rules.groups.len()).map(|derived| &derived.group))
    }

    /// The number under which a person in this group is judged: another one where layers for that person lie on top.
    #[must_use]
    pub fn placed(&self, group: GroupId, user: Option<&str>) -> GroupId {
        self.people.placed(group, user)
    }

    /// The group with its plan, and the number that rules know it by; an unknown number gets the strictest group, never none (rule B3).
    pub(super) fn planned(&self, id: GroupId) -> (GroupId, &Group, &GroupPlan) {
        let place = usize::from(id.0);
        if let Some(derived) = place.checked_sub(self.rules.groups.len()).and_then(|place| self.people.derived(place)) {
            return (derived.base, &derived.group, &derived.plan);
        }
        let known = if place < self.rules.groups.len() { id } else { self.rules.strictest };
        let place = usize::from(known.0);
        (known, &self.rules.groups[place], &self.plans[place])
    }

    /// How many groups there are, with those that layers for single persons make.
    pub(super) fn count(&self) -> u16 {
        u16::try_from(self.rules.groups.len() + self.people.count()).unwrap_or(u16::MAX)
    }

    /// Layers whose day of review has passed (standards X10).
    pub fn overdue(&self, now: Timestamp) -> impl Iterator<Item = &Layer> {
        self.rules.layers.iter().filter(move |layer| layer.review.is_some_and(|end| now >= end))
    }

    /// The agreement as a group reads it; a person's own layers change nothing in it.
    #[must_use]
    pub fn agreement(&self, group: GroupId) -> &Agreement {
        static NONE: std::sync::LazyLock<Agreement> = std::sync::LazyLock::new(Agreement::default);
        self.agreements.get(self.planned(group).0).unwrap_or(&NONE)
    }

    /// The clause behind a refusal or a warning, and its words as the group reads them.
    #[must_use]
    pub fn clause(&self, group: GroupId, category: Option<CategoryId>, reason: Reason) -> Option<(&Clause, &str)> {
        let group = self.planned(group).0;
        let category = category.map(|category| self.category_name(category));
        let clause = self.rules.agreement.clause_for(group, category, reason)?;
        Some((clause, clause.words_for(self.rules.agreement.easy_for.contains(&group))))
    }

    /// The rules: groups stand as the layers over them have left them.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Version of the policy, that every record names.
    #[must_use]
    pub fn version(&self) -> &Arc<str> {
        &self.rules.version
    }

    /// Help lines.
    #[must_use]
    pub fn help_lines(&self) -> &[HelpLine] {
        &self.rules.help_lines
    }

    /// Whom a group may ask, where that is not the contact of the settings themselves.
    #[must_use]
    pub fn contact(&self, group: GroupId) -> Option<&Contact> {
        self.group(group)?.contact.as_ref().or_else(|| self.site(group)?.contact.as_ref())
    }

    /// The short name of a group, as records use it. An unknown number is the strictest group's.
    #[must_use]
    pub fn group_name(&self, id: GroupId) -> &Arc<str> {
        &self.planned(id).1.name
    }

    /// The name of a group for people.
    #[must_use]
    pub fn group_title(&self, id: GroupId) -> &str {
        &self.planned(id).1.title
    }

    /// What tunnels of a group may carry.
    #[must_use]
    pub fn tunnels(&self, id: GroupId) -> TunnelContents {
        self.planned(id).1.tunnels
    }

    /// Name of a category of the image.
    #[must_use]
    pub fn category_name(&self, category: CategoryId) -> &str {
        self.categories.get(usize::from(category.0)).map_or("unknown", |name| name)
    }

    /// A category's title for people, by its name: the name itself where there are no words for it.
    #[must_use]
    pub fn category_title<'a>(&'a self, name: &'a str) -> &'a str {
        self.rules.category_words.get(name).map_or(name, |words| &words.title)
    }

    /// Is nothing said to this group that hints at a category?
    #[must_use]
    pub fn is_quiet(&self, group: GroupId) -> bool {
        !self.planned(group).1.show_category
    }

    /// May pages say to a group that this category closes or questions an address? Some would shame who reads them.
    #[must_use]
    pub fn says_category(&self, group: GroupId, category: CategoryId) -> bool {
        let of_all = || self.rules.category_words.get(self.category_name(category)).is_none_or(|words| words.shown);
        self.planned(group).1.show_category && of_all()
    }
}

impl Rules {
    /// The group with this name.
    #[must_use]
    pub fn group_named(&self, name: &str) -> Option<GroupId> {
        self.groups.iter().position(|group| *group.name == *name).and_then(|place| u16::try_from(place).ok()).map(GroupId)
    }
}

impl Layers {
    fn new(rules: &Rules) -> Self {
        Self {
            local: rules.local.iter().map(|rule| local_layer(rule).into()).collect(),
            help: rules.help_lines.iter().map(|line| format!("help line {}", line.name).into()).collect(),
            keyword: rules.keywords.iter().map(|rule| format!("keyword rule {}", rule.name).into()).collect(),
            floor: rules.layers.iter().map(|layer| layer.layer_text("address")).collect(),
            files: rules.layers.iter().map(|layer| layer.layer_text("files")).collect(),
        }
    }
}

fn local_layer(rule: &LocalRule) -> String {
    [rule.action.layer_word(), &rule.author, ": ", &rule.reason].concat()
}

fn statutory_stage(lists: &[Arc<str>]) -> StatutoryStage {
    StatutoryStage {
        layers: lists.iter().map(|name| format!("statutory list {name}").into()).collect(),
        any: "statutory list".into(),
        whole_host: "statutory list, whole host".into(),
    }
}

fn group_faults(rules: &Rules, derived: usize) -> Vec<PolicyFault> {
    let count = rules.groups.len();
    let mut faults = Vec::new();
    if count == 0 {
        faults.push(PolicyFault::NoGroup);
    } else if usize::from(rules.strictest.0) >= count {
        faults.push(PolicyFault::NoStrictestGroup);
    }
    if count + derived > usize::from(u16::MAX) {
        faults.push(PolicyFault::TooManyGroups(count + derived));
    }
    // One that has no number would be left out, and so would loosen.
    if rules.layers.len() > usize::from(u16::MAX) {
        faults.push(PolicyFault::TooManyLayers(rules.layers.len()));
    }
    faults
}
