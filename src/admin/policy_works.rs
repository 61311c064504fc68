//! What the pages of policy ask of the running system: what is in force and who says so, what a change would mean, and to put it in force.

use super::policy_file::PolicyFile;
use super::site_works::SiteWorks;
use super::works::{FixedWorks, WorksFault};
use crate::accredit::Plan;
use crate::policy::Action;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

/// The policy in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySight {
    /// Its version, that every record names.
    pub version: String,
    /// The file of settings.
    pub file: String,
    /// The digest of what stands in the file now; empty: it cannot be read.
    pub digest: String,
    /// Why the file cannot be written from here; empty: it can.
    pub read_only: String,
    /// A change needs a second person.
    pub approve: bool,
    /// The groups.
    pub groups: Vec<GroupSight>,
    /// The categories that a group speaks of or a list fills, by title.
    pub categories: Vec<CategorySight>,
    /// Layers over the groups: whose word, its title, who signed it, where it stands.
    pub layers: Vec<[String; 4]>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSight {
    /// Its name.
    pub name: String,
    /// Its name in words.
    pub title: String,
    /// The preset that it starts from; empty: none, or it stands in another file.
    pub preset: String,
    /// Its line in the file of settings; `None`: it stands in another file.
    pub line: Option<usize>,
    /// The file of its site, where the line is one of that; empty: the file of settings.
    pub file: String,
    /// What holds where nothing else is said: is it open?
    pub open: bool,
    /// Its hours and its shares of the day, in words.
    pub times: Vec<String>,
}

/// A category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategorySight {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Closed to everybody, whatever settings say.
    pub locked: bool,
    /// Entries that the lists have for it.
    pub entries: u64,
    /// What each group does with it, in the order of the groups.
    pub words: Vec<WordSight>,
}

/// What a group does with a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordSight {
    /// The action; `None`: nothing is said.
    pub action: Option<Action>,
    /// Open at these hours only; empty: the action holds always.
    pub hours: String,
    /// A person's share of the day; empty: no share.
    pub share: String,
    /// Who says so: the layer, or the group.
    pub by: String,
    /// The line of the group's own word in the file; `None`: its preset, a layer or nobody says so.
    pub line: Option<usize>,
    /// The group's own word in the file, whatever layers make of it.
    pub own: Option<Action>,
}

/// What somebody wants of a category in a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The group, by name.
    pub group: String,
    /// The category, by name.
    pub category: String,
    /// The action; `None`: what the group's preset says.
    pub action: Option<Action>,
}

/// A text of the settings that could take the place of the present one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposed {
    /// The digest of what stands there now.
    pub base: String,
    /// What stands there now.
    pub former: String,
    /// What would stand there.
    pub text: String,
    /// What it would mean for the past week.
    pub effect: Effect,
}

/// Requests, and how many people asked for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// Requests.
    pub requests: u64,
    /// People; without a name, addresses of clients.
    pub people: u64,
}

/// What a change would have meant for requests of the past week, judged by the engine that judges all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Requests that were judged again.
    pub looked_at: u64,
    /// Requests that could not be: their addresses were not kept, or cannot be read today.
    pub unread: u64,
    /// When the earliest of them was, in microseconds since 1970.
    pub since: i64,
    /// All of the past week was looked at; otherwise the latest part of it.
    pub whole: bool,
    /// They were not blocked, and would be.
    pub blocks: Met,
    /// They were blocked, and would not be.
    pub opens: Met,
    /// They were open without a question, and would be asked about.
    pub warns: Met,
}

/// What a category blocked in a group in the past week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocked {
    /// The group, as the log names it.
    pub group: String,
    /// Requests.
    pub requests: u64,
    /// People; `None`: it would take too long to count them now.
    pub people: Option<u64>,
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeFault {
    /// There is no such group, or no such category.
    Unknown,
    /// The category is closed to everybody, whatever settings say.
    Locked,
    /// That is what holds already.
    Same,
    /// This layer holds it: a group below cannot loosen it.
    Held(String),
    /// The group stands in another file, or is written in a way that cannot be changed from here.
    Elsewhere,
    /// `lifeguard check` would refuse it: its words.
    Check(String),
    /// Something else in the settings is not in order, and nothing can go live until it is.
    Others,
    /// The operator's own tests of the policy fail: each in words.
    Tests(Vec<String>),
    /// It would take away what must not be.
    Guard(GuardFault),
    /// It cannot be told.
    Works(WorksFault),
}

/// What no change on the console may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardFault {
    /// These lists of illegal material would be gone.
    Statutory(String),
    /// It would serve without a list of illegal material.
    Unprotected,
    /// This layer over the groups would be gone.
    Floor(String),
    /// The console itself would be closed, moved or emptied of its people.
    Console,
    /// Nobody could reach the proxy where it listens now.
    Listeners,
    /// Nobody in these groups could reach anything.
    LockedOut(String),
    /// The settings' own site would have another name, and these accounts go by the old one, or by the new one.
    SiteName(String),
    /// A site would have another name, other listeners, or other addresses of its clients.
    Place,
}

/// Why a change did not go live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublishFault {
    /// Something else stands in the file now: its digest.
    Moved(String),
    /// It can no longer be made.
    Change(ChangeFault),
    /// The file cannot be written.
    ReadOnly(String),
    /// It was written and could not go live: the former text stands again. Empty: why is not told, since it may be about another site.
    TakenBack(String),
}

/// The policy of the running system. Each call may take as long as a disk takes, and a preview a few seconds.
pub trait PolicyWorks: Send + Sync {
    /// What is in force.
    ///
    /// # Errors
    /// [`WorksFault`].
    fn policy(&self) -> Result<PolicySight, WorksFault>;

    /// What is in force for the groups of these sites, by the names that the log has for them, and nothing of any other.
    ///
    /// # Errors
    /// [`WorksFault`].
    fn policy_of(&self, sites: &[String]) -> Result<PolicySight, WorksFault>;

    /// What is in force for the groups of this file, with its name, its digest and whether it can be written. `None`: there is no such file.
    ///
    /// # Errors
    /// [`WorksFault`].
    fn policy_in(&self, file: &PolicyFile) -> Result<Option<PolicySight>, WorksFault>;

    /// What a category blocked in the past week, by group.
    ///
    /// # Errors
    /// [`WorksFault`]: the log cannot be read.
    fn blocked(&self, category: &str) -> Result<Vec<Blocked>, WorksFault>;

    /// The file with this change, and what it would mean. Nothing is written.
    ///
    /// # Errors
    /// [`ChangeFault`].
    fn changed(&self, file: &PolicyFile, change: &Change) -> Result<Proposed, ChangeFault>;

    /// The same for a whole text: a former one.
    ///
    /// # Errors
    /// [`ChangeFault`].
    fn replaced(&self, file: &PolicyFile, text: &str) -> Result<Proposed, ChangeFault>;

    /// Puts a text into this file, in which a text of this digest stands, and in force; or neither.
    ///
    /// # Errors
    /// [`PublishFault`]: the former text stands and is in force.
    fn publish(&self, file: &PolicyFile, base: &str, text: &str) -> Result<(), PublishFault>;

    /// Options that nobody loosens alone and that are looser in this text of the file than in its former one, by name.
    ///
    /// # Errors
    /// [`ChangeFault`]: it cannot be told.
    fn loosened(&self, file: &PolicyFile, former: &str, text: &str) -> Result<Vec<String>, ChangeFault>;

    /// What stands in this file. `None`: there is no such file.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn policy_text(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault>;

    /// What stands in the file of settings.
    ///
    /// # Errors
    /// [`WorksFault`]: it cannot be read.
    fn settings_text(&self) -> Result<String, WorksFault>;

    /// The plan in force in plain English.
    ///
    /// # Errors
    /// [`WorksFault`].
    fn plan(&self) -> Result<Plan, WorksFault>;
}

/// A text's digest: the start of its SHA-256.
#[must_use]
pub fn digest_of(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A policy that tests set by hand.
#[derive(Debug, Default)]
pub struct FixedPolicy {
    /// What [`PolicyWorks::policy`] says, but for the digest.
    pub sight: Mutex<PolicySight>,
    /// What stands in the file.
    pub text: Mutex<String>,
    /// What stands in the files of sites; one that is not here is empty.
    pub texts: Mutex<BTreeMap<String, String>>,
    /// What a change would mean.
    pub effect: Mutex<Effect>,
    /// What keeps every change from being made.
    pub refuses: Mutex<Option<ChangeFault>>,
    /// What every change would loosen.
    pub loosened: Mutex<Vec<String>>,
    /// What keeps every change from going live.
    pub fails: Mutex<Option<PublishFault>>,
    /// The next change that goes live waits for a word from here, or for its end.
    pub waits: Mutex<Option<Receiver<()>>>,
}

fn held<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PolicyWorks for FixedWorks {
    fn policy(&self) -> Result<PolicySight, WorksFault> {
        Ok(PolicySight { digest: digest_of(&held(&self.policy.text)), ..held(&self.policy.sight).clone() })
    }

    fn policy_of(&self, sites: &[String]) -> Result<PolicySight, WorksFault> {
        let mut sight = self.policy()?;
        let own: Vec<bool> = sight.groups.iter().map(|group| sites.contains(&self.site_of_group(&group.name))).collect();
        let keep = |at: usize| own.get(at).copied().unwrap_or_default();
        for category in &mut sight.categories {
            category.words =
                std::mem::take(&mut category.words).into_iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, word)| word).collect();
        }
        sight.groups =
            std::mem::take(&mut sight.groups).into_iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, group)| group).collect();
        for group in &mut sight.groups {
            let site = self.site_of_group(&group.name);
            if self.sites.iter().skip(1).any(|(name, _)| *name == site) {
                group.file = format!("sites/{site}.toml");
            }
        }
        Ok(PolicySight { file: String::new(), digest: String::new(), ..sight })
    }

    fn policy_in(&self, file: &PolicyFile) -> Result<Option<PolicySight>, WorksFault> {
        let PolicyFile::Site(site) = file else { return self.policy().map(Some) };
        let Some(text) = self.policy_text(file)? else { return Ok(None) };
        let sight = self.policy_of(std::slice::from_ref(site))?;
        Ok(Some(PolicySight { file: format!("sites/{site}.toml"), digest: digest_of(&text), ..sight }))
    }

    fn blocked(&self, _category: &str) -> Result<Vec<Blocked>, WorksFault> {
        Ok(vec![Blocked { group: "children".into(), requests: 1312, people: Some(40) }])
    }

    fn changed(&self, file: &PolicyFile, change: &Change) -> Result<Proposed, ChangeFault> {
        let line = format!("\n{} {} {:?}", change.group, change.category, change.action);
        let text = self.policy_text(file).map_err(ChangeFault::Works)?.ok_or(ChangeFault::Unknown)? + &line;
        self.replaced(file, &text)
    }

    fn replaced(&self, file: &PolicyFile, text: &str) -> Result<Proposed, ChangeFault> {
        if let Some(fault) = held(&self.policy.refuses).clone() {
            return Err(fault);
        }
        let former = self.policy_text(file).map_err(ChangeFault::Works)?.ok_or(ChangeFault::Unknown)?;
        Ok(Proposed { base: digest_of(&former), former, text: text.to_owned(), effect: held(&self.policy.effect).clone() })
    }

    fn publish(&self, file: &PolicyFile, base: &str, text: &str) -> Result<(), PublishFault> {
        if let Some(fault) = held(&self.policy.fails).clone() {
            return Err(fault);
        }
        let waits = held(&self.policy.waits).take();
        waits.into_iter().for_each(|word| word.recv().unwrap_or_default());
        let gone = || PublishFault::Change(ChangeFault::Unknown);
        let stands = self.policy_text(file).map_err(|_| gone())?.ok_or_else(gone)?;
        if digest_of(&stands) != base {
            return Err(PublishFault::Moved(digest_of(&stands)));
        }
        match file {
            PolicyFile::Settings => text.clone_into(&mut held(&self.policy.text)),
            PolicyFile::Site(site) => drop(held(&self.policy.texts).insert(site.clone(), text.to_owned())),
        }
        Ok(())
    }

    fn loosened(&self, _file: &PolicyFile, _former: &str, _text: &str) -> Result<Vec<String>, ChangeFault> {
        Ok(held(&self.policy.loosened).clone())
    }

    fn policy_text(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault> {
        let PolicyFile::Site(site) = file else { return self.settings_text().map(Some) };
        let known = self.sites.iter().skip(1).any(|(name, _)| name == site);
        Ok(known.then(|| held(&self.policy.texts).get(site).cloned().unwrap_or_default()))
    }

    fn settings_text(&self) -> Result<String, WorksFault> {
        Ok(held(&self.policy.text).clone())
    }

    fn plan(&self) -> Result<Plan, WorksFault> {
        Err(WorksFault("There is no plan in this test.".into()))
    }
}
