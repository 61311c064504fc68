//! The files that policy stands in, the settings and each site's own: what stands there, whether another text is good, and putting it in its
//! place.
//!
//! Must never tell of one site's file what another's says, nor move a site's clients to another site.

use super::policy::in_words;
use super::policy_guard::guard;
use super::{App, SiteFaults};
use crate::admin::{Book, ChangeFault, GuardFault, PolicyFile, PolicySight, Proposed, WorksFault, digest_of};
use crate::config::{Config, is_same_place};
use crate::engine::{Engine, TestFailure};
use std::io;
use std::sync::Arc;

/// A file as it stands.
pub(super) struct Stands {
    /// The name of a site's own file; none: the settings themselves.
    name: Option<Arc<str>>,
    /// The text of the settings.
    settings: String,
    /// The text of the file.
    pub(super) former: String,
    /// What everything together means.
    pub(super) before: Config,
}

/// What is wrong with a site's file; of everything else only that something is.
fn told(faults: SiteFaults) -> ChangeFault {
    if faults.own.is_empty() { ChangeFault::Others } else { ChangeFault::Check(faults.own) }
}

impl App {
    /// The name of a site's own file. `None`: there is no such site.
    pub(super) fn file_of_site(&self, site: &str) -> Option<Arc<str>> {
        self.proxy.live.load().engine.policy.site_named(site).map(|site| Arc::clone(&site.file))
    }

    /// What stands in this file. `None`: there is no such file.
    pub(super) fn text_in(&self, file: &PolicyFile) -> Result<Option<String>, WorksFault> {
        match file {
            PolicyFile::Settings => self.file().text().map(|(_, text)| Some(text)).map_err(in_words),
            PolicyFile::Site(site) => self.file_of_site(site).map(|name| self.file().other(&name).map_err(in_words)).transpose(),
        }
    }

    /// What is in force for the groups of a site, with what is known of its file.
    pub(super) fn sight_in_site(&self, site: &str) -> Result<Option<PolicySight>, WorksFault> {
        let Some(name) = self.file_of_site(site) else { return Ok(None) };
        let text = self.file().other(&name).unwrap_or_default();
        Ok(Some(PolicySight {
            file: name.to_string(),
            digest: if text.is_empty() { String::new() } else { digest_of(&text) },
            read_only: self.file().writable_other(&name).err().map(|error| error.to_string()).unwrap_or_default(),
            approve: self.feeding.settings().1.admin.approve_policy,
            ..self.sight_of_sites(&[site.to_owned()])?
        }))
    }

    /// What stands in the file, and what it means.
    pub(super) fn stands(&self, file: &PolicyFile) -> Result<Stands, ChangeFault> {
        let (_, settings) = self.file().text().map_err(|fault| ChangeFault::Works(in_words(fault)))?;
        match file {
            PolicyFile::Settings => {
                let before = self.file().check(&settings).map_err(ChangeFault::Check)?;
                Ok(Stands { name: None, former: settings.clone(), settings, before })
            }
            PolicyFile::Site(site) => {
                let name = self.file_of_site(site).ok_or(ChangeFault::Unknown)?;
                let former = self.file().other(&name).map_err(|fault| ChangeFault::Works(in_words(fault)))?;
                let before = self.file().check_other(&settings, (&name, &former)).map_err(told)?;
                Ok(Stands { name: Some(name), settings, former, before })
            }
        }
    }

    /// What everything would mean with this text in that file; checked, and nothing more.
    pub(super) fn checked(&self, stands: &Stands, text: &str) -> Result<Config, ChangeFault> {
        match &stands.name {
            None => self.file().check(text).map_err(ChangeFault::Check),
            // First: whose an address is otherwise is nobody's business here.
            Some(_) if text.parse::<toml::Table>().is_ok() && !is_same_place(&stands.former, text) => {
                Err(ChangeFault::Guard(GuardFault::Place))
            }
            Some(name) => self.file().check_other(&stands.settings, (name, text)).map_err(told),
        }
    }

    /// A text is looked at as a reload would, and for what no change may do. The engine that it makes with the lists in force.
    pub(super) fn tried(&self, stands: &Stands, text: &str) -> Result<(Config, Engine), ChangeFault> {
        let config = self.checked(stands, text)?;
        guard(&stands.before, &config).map_err(ChangeFault::Guard)?;
        self.keeps_its_name(&stands.before, &config)?;
        let engine = super::policy::other_engine(&self.proxy.live.load().engine, &config).map_err(|words| match &stands.name {
            None => ChangeFault::Check(words),
            Some(_) => ChangeFault::Others,
        })?;
        let failures = engine.run_tests(self.clock.now().wall).failures;
        let is_here = |failure: &&TestFailure| {
            stands.name.as_ref().is_none_or(|name| failure.place.strip_prefix(&**name).is_some_and(|rest| rest.starts_with(':')))
        };
        let here: Vec<String> = failures.iter().filter(is_here).map(ToString::to_string).collect();
        match (failures.is_empty(), here.is_empty()) {
            (true, _) => Ok((config, engine)),
            (false, false) => Err(ChangeFault::Tests(here)),
            (false, true) => Err(ChangeFault::Others),
        }
    }

    /// Accounts of some sites have the site's name: it does not change under them, and nobody gets that of another by it.
    fn keeps_its_name(&self, before: &Config, after: &Config) -> Result<(), ChangeFault> {
        let (old, new) = (&*before.site.name, &*after.site.name);
        if old == new {
            return Ok(());
        }
        let book = Book::at(&self.standing.console_folder());
        let who = book.going_by(&[old, new], self.clock.now().wall).map_err(|fault| ChangeFault::Works(in_words(fault)))?;
        if who.is_empty() { Ok(()) } else { Err(ChangeFault::Guard(GuardFault::SiteName(who.join(", ")))) }
    }

    /// The text, and what it would have meant for the requests of the file's site.
    pub(super) fn proposed(
        &self,
        file: &PolicyFile,
        (former, text): (String, String),
        new: &Engine,
        group: Option<&str>,
    ) -> Result<Proposed, ChangeFault> {
        let live = self.proxy.live.load_full();
        let now = self.clock.now().wall;
        let whose = (group, Some(file.kept()).filter(|site| !site.is_empty()));
        let effect = super::policy_effect::effect((&live.engine, new), self.standing.log_folder(), whose, now);
        Ok(Proposed { base: digest_of(&former), former, text, effect: effect.map_err(ChangeFault::Works)? })
    }

    /// Puts a text in the place of another. `false`: something else stands there, and stays.
    pub(super) fn swap_in(&self, stands: &Stands, was: &str, text: &str) -> io::Result<bool> {
        match &stands.name {
            None => self.file().swap(was, text),
            Some(name) => self.file().swap_other(name, was, text),
        }
    }
}

impl Stands {
    /// Is it the file of a site, which tells nothing of others?
    pub(super) const fn is_of_site(&self) -> bool {
        self.name.is_some()
    }
}
