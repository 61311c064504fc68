//! What the editor of policy asks of the running system: everything that one draft changes, tried together.

use super::policy_file::PolicyFile;
use super::policy_works::PolicyWorks as _;
use super::policy_works::{Change, ChangeFault, Proposed, digest_of};
use super::works::{FixedWorks, WorksFault};
use crate::config::{NamedKind, NamedText};
use crate::policy::Action;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// Most changes of one draft.
pub const MOST_EDITS: usize = 600;
/// Most addresses that are put down at once.
pub const MOST_ADDRESSES: usize = 500;

/// What is to happen to a category in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// It is open.
    Allow,
    /// It asks first.
    Warn,
    /// It is closed.
    Block,
    /// What the preset says.
    Preset,
}

impl Wish {
    /// The wish for this action; none: the preset.
    #[must_use]
    pub const fn of(action: Option<Action>) -> Self {
        match action {
            Some(Action::Allow) => Self::Allow,
            Some(Action::Warn) => Self::Warn,
            Some(Action::Block) => Self::Block,
            None => Self::Preset,
        }
    }

    /// The action; `None`: what the preset says.
    #[must_use]
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::Allow => Some(Action::Allow),
            Self::Warn => Some(Action::Warn),
            Self::Block => Some(Action::Block),
            Self::Preset => None,
        }
    }
}

/// Addresses that a place opens or closes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRule {
    /// Opens them; else closes.
    pub allow: bool,
    /// The addresses, as they are to stand in the file.
    pub addresses: Vec<String>,
    /// Who decided.
    pub author: String,
    /// Why.
    pub reason: String,
    /// The last day, such as `2026-12-31`; empty: no end.
    pub expires: String,
    /// Groups; none: all.
    pub groups: Vec<String>,
}

/// One change of the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// What a group does with a category.
    Category {
        /// The group, by name.
        group: String,
        /// The category, by name.
        category: String,
        /// What is to happen.
        wish: Wish,
    },
    /// An option of a group, as TOML writes it.
    Setting {
        /// The group, by name.
        group: String,
        /// The option, or a table and the name in it.
        path: Vec<String>,
        /// Its value; `None`: it is taken out, and the preset counts.
        value: Option<String>,
    },
    /// Addresses that are opened or closed.
    Addresses(NewRule),
    /// An address of a rule is taken out.
    TakeOut {
        /// The number of the rule in the file, from 0.
        rule: usize,
        /// Among those that it opens; else those that it closes.
        allow: bool,
        /// The address as it stands there.
        address: String,
    },
    /// A group more.
    NewGroup {
        /// Its short name.
        name: String,
        /// Its name for people.
        title: String,
        /// What it starts from.
        preset: String,
        /// Client addresses of it.
        networks: Vec<String>,
        /// Groups whose wider ranges these may lie inside.
        overrides: Vec<String>,
    },
    /// Another short name of a group, wherever the file names it.
    Rename {
        /// The group, by name.
        group: String,
        /// Its new name.
        name: String,
    },
    /// A group less.
    DropGroup {
        /// The group, by name.
        group: String,
    },
    /// Keywords or dates with a name: one more, another, or one less.
    Named {
        /// Which kind.
        kind: NamedKind,
        /// The one that is changed or goes: its number in the file, from 0, and what it says.
        known: Option<(usize, String)>,
        /// What it is to say: keys, and values as TOML writes them; `None`: it goes.
        wish: Option<Vec<(String, String)>>,
    },
}

impl Edit {
    /// The group whose requests alone it meets; `None`: those of several.
    #[must_use]
    pub fn only_group(&self) -> Option<&str> {
        match self {
            Self::Category { group, .. } | Self::Setting { group, .. } => Some(group),
            Self::Addresses(_) | Self::TakeOut { .. } | Self::NewGroup { .. } | Self::Rename { .. } | Self::DropGroup { .. } => None,
            Self::Named { .. } => None,
        }
    }

    /// As a change of a category.
    #[must_use]
    pub fn as_change(&self) -> Option<Change> {
        match self {
            Self::Category { group, category, wish } => {
                Some(Change { group: group.clone(), category: category.clone(), action: wish.action() })
            }
            Self::Setting { .. } | Self::Addresses(_) | Self::TakeOut { .. } | Self::NewGroup { .. } | Self::Rename { .. } => None,
            Self::DropGroup { .. } | Self::Named { .. } => None,
        }
    }
}

/// What a draft changes, a line each: what, for whom, what was and what is to be. Actions are words such as `block`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditLine {
    /// The group's title; empty: several.
    pub group: String,
    /// What: a title, an address, or the name of a setting.
    pub what: String,
    /// What was; empty: nothing.
    pub was: String,
    /// What is to be; empty: nothing.
    pub wish: String,
}

/// The settings with every change in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edited {
    /// The text, and what it would mean.
    pub proposed: Proposed,
    /// What changes, in words.
    pub lines: Vec<EditLine>,
}

/// Why the changes cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditFault {
    /// The number of the change that is to blame; `None`: all of them together.
    pub edit: Option<usize>,
    /// Why.
    pub fault: ChangeFault,
}

impl EditFault {
    /// Not of one change alone.
    #[must_use]
    pub const fn of_all(fault: ChangeFault) -> Self {
        Self { edit: None, fault }
    }
}

/// What the settings say of a group, as a form shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupForm {
    /// The preset that it names.
    pub preset: String,
    /// Its title, as written; empty: it has none.
    pub title: String,
    /// Its client addresses, as written.
    pub networks: Vec<String>,
    /// Groups inside whose ranges its own lie.
    pub overrides: Vec<String>,
    /// Its own words by field, as a form shows them; one that is not there says nothing.
    pub own: BTreeMap<String, String>,
    /// The words that a setting takes, by field, where it takes words.
    pub choices: BTreeMap<String, Vec<String>>,
    /// What counts, by field, where that is one word.
    pub counts: BTreeMap<String, String>,
}

/// A rule of the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSight {
    /// Its number in the file, from 0.
    pub rule: usize,
    /// Its line.
    pub line: usize,
    /// It opens this address; else it closes it.
    pub allow: bool,
    /// The address.
    pub address: String,
    /// Who decided.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Its last day; empty: no end.
    pub expires: String,
    /// Groups by title, with commas between them; empty: all.
    pub groups: String,
}

/// What becomes of a line that somebody put down as an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineAnswer {
    /// It is taken, as this.
    Taken(String),
    /// It stands there already, or it was on a line before.
    There,
    /// It is none: why.
    NoAddress(String),
}

/// Who asks for something: a client's address, or the name of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A computer.
    Client(std::net::IpAddr),
    /// A person.
    Person(String),
}

/// Which group that is, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhoSight {
    /// The group's name.
    pub group: String,
    /// Its title.
    pub title: String,
    /// Why, a step a line.
    pub steps: Vec<String>,
}

/// The editor's questions. Each call may take as long as a disk takes, and a preview a few seconds.
pub trait EditWorks: Send + Sync {
    /// The file with all of these changes, and what they would mean together. Nothing is written. Groups have their whole names, but for the
    /// new name of one and the groups that a new one overrides: those are as the file itself calls them.
    ///
    /// # Errors
    /// [`EditFault`].
    fn edited(&self, file: &PolicyFile, edits: &[Edit]) -> Result<Edited, EditFault>;

    /// What the file says of a group. `None`: it stands in another file, or there is none.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn group_form(&self, file: &PolicyFile, group: &str) -> Result<Option<GroupForm>, WorksFault>;

    /// Every address that a rule of the file opens or closes.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn rule_sights(&self, file: &PolicyFile) -> Result<Vec<RuleSight>, WorksFault>;

    /// The group, by its whole name, of whoever is at the place and in no group.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be told.
    fn unknown_group(&self, file: &PolicyFile) -> Result<String, WorksFault>;

    /// A further file with addresses that a site opens or closes, a line each. `None`: there is none.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn more_addresses(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault>;

    /// Every table of this kind in the file.
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn named(&self, kind: NamedKind) -> Result<Vec<NamedText>, WorksFault>;

    /// What would become of each of these lines as an address that is opened or closed for these groups (none: all).
    ///
    /// # Errors
    /// [`WorksFault`]: the file cannot be read.
    fn vet(&self, file: &PolicyFile, lines: &[String], allow: bool, groups: &[String]) -> Result<Vec<LineAnswer>, WorksFault>;

    /// In which group somebody is.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be told.
    fn who(&self, who: &Who) -> Result<WhoSight, WorksFault>;
}

impl EditWorks for FixedWorks {
    fn edited(&self, file: &PolicyFile, edits: &[Edit]) -> Result<Edited, EditFault> {
        if let Some(fault) = self.policy.refuses.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(EditFault { edit: Some(0), fault });
        }
        if edits.iter().any(|edit| file.inside(edit).is_none()) {
            return Err(EditFault::of_all(ChangeFault::Unknown));
        }
        let former = self.policy_text(file).ok().flatten().ok_or(EditFault::of_all(ChangeFault::Unknown))?;
        let text = edits.iter().fold(former.clone(), |text, edit| format!("{text}\n{edit:?}"));
        let line = |edit: &Edit| EditLine {
            group: edit.only_group().unwrap_or_default().to_owned(),
            what: format!("{edit:?}").chars().take(40).collect(),
            wish: "block".into(),
            ..EditLine::default()
        };
        let effect = self.policy.effect.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Edited { proposed: Proposed { base: digest_of(&former), former, text, effect }, lines: edits.iter().map(line).collect() })
    }

    fn group_form(&self, file: &PolicyFile, group: &str) -> Result<Option<GroupForm>, WorksFault> {
        let known = file.short(group).is_some()
            && self.policy.sight.lock().unwrap_or_else(PoisonError::into_inner).groups.iter().any(|known| known.name == group);
        let own = BTreeMap::from([("youtube".to_owned(), "strict".to_owned())]);
        let words = ["open", "moderate", "strict"].map(str::to_owned).to_vec();
        let choices = BTreeMap::from([("youtube".to_owned(), words)]);
        Ok(known.then(|| GroupForm { preset: "primary".into(), title: "Children".into(), own, choices, ..GroupForm::default() }))
    }

    fn rule_sights(&self, file: &PolicyFile) -> Result<Vec<RuleSight>, WorksFault> {
        let address = match file {
            PolicyFile::Settings => "known-1.test".to_owned(),
            PolicyFile::Site(site) => format!("known-at-{site}.test"),
        };
        Ok(vec![RuleSight { line: 3, allow: true, address, author: "Kim".into(), ..RuleSight::default() }])
    }

    fn named(&self, kind: NamedKind) -> Result<Vec<NamedText>, WorksFault> {
        Ok(crate::config::named_tables(&self.policy.text.lock().unwrap_or_else(PoisonError::into_inner), kind))
    }

    fn unknown_group(&self, file: &PolicyFile) -> Result<String, WorksFault> {
        Ok(file.whole("children"))
    }

    fn more_addresses(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault> {
        Ok((*file != PolicyFile::Settings).then(|| format!("sites/{}.tsv", file.kept())))
    }

    fn vet(&self, _: &PolicyFile, lines: &[String], _: bool, _: &[String]) -> Result<Vec<LineAnswer>, WorksFault> {
        let answer = |line: &String| match line.as_str() {
            "known-1.test" => LineAnswer::There,
            other if other.contains(' ') => LineAnswer::NoAddress("it has a blank".into()),
            other => LineAnswer::Taken(other.to_owned()),
        };
        Ok(lines.iter().map(answer).collect())
    }

    fn who(&self, who: &Who) -> Result<WhoSight, WorksFault> {
        Ok(WhoSight { group: "children".into(), title: "Children".into(), steps: vec![format!("{who:?}")] })
    }
}
