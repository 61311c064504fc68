//! What people at the screen say to staff, between the proxy and the console's file; and what staff do about it.

use super::{App, knows};
use crate::admin::{Allowing, Filing, Queue, QueueWorks, UsedFault, WorksFault};
use crate::config::Config;
use crate::feeds::{LocalAct, LocalDoing, LocalFault, categorise};
use crate::model::{Taxonomy, Timestamp};
use crate::ports::{Answer, Answers};
use crate::proxy::Proxy;
use crate::store::exceptions::{Exception, ExceptionFault, For, Kind, make_exception};
use crate::store::signer_for;
use std::path::Path;
use std::sync::Arc;

/// An answer stands on the page of its host for so long.
const SHOWN: i64 = 30 * 86_400 * 1_000_000;
/// Seconds between which an end must lie: ten minutes and 31 days. For longer, a rule is written.
const SPAN: std::ops::RangeInclusive<i64> = 600..=31 * 86_400;

/// Opens the queue, and tells the proxy what was answered.
pub(super) fn open(folder: &Path, proxy: &Proxy, now: Timestamp) {
    let queue = Queue::at(folder);
    match queue.answers(Timestamp(now.0 - SHOWN)) {
        Ok(answers) => proxy.answers.store(Arc::new(Answers::new(answers))),
        // People can still ask; if that cannot be kept either, they are told.
        Err(error) => tracing::error!(%error, "what staff have answered cannot be read"),
    }
    let _first = proxy.queue.set(Arc::new(queue));
}

/// Opens a host for a group until a day.
fn allow(config: &Config, allowing: &Allowing, now: Timestamp) -> Result<String, UsedFault> {
    if config.policy.group_named(&allowing.group).is_none() {
        return Err(UsedFault::Group);
    }
    if !SPAN.contains(&allowing.until.seconds().saturating_sub(now.seconds())) {
        return Err(UsedFault::Until);
    }
    let new = Exception {
        id: String::new(),
        kind: Kind::Release,
        whom: For::Group(allowing.group.clone()),
        addresses: vec![allowing.host.clone()],
        categories: Vec::new(),
        to: String::new(),
        code: String::new(),
        by: allowing.by.clone(),
        reason: allowing.because.clone(),
        from: now.to_string(),
        until: allowing.until.to_string(),
    };
    let folder = &config.log.folder;
    make_exception(folder, new, &*signer_for(folder, &config.log.keys), now).map(|made| made.id).map_err(|fault| match fault {
        ExceptionFault::Text(_) => UsedFault::Because,
        fault @ (ExceptionFault::Read(_)
        | ExceptionFault::Write { .. }
        | ExceptionFault::Unknown(_)
        | ExceptionFault::Address(_)
        | ExceptionFault::TooMany) => UsedFault::Works(WorksFault(fault.to_string().into())),
    })
}

/// Puts a host into a category of this place.
fn file(config: &Config, filing: &Filing, now: Timestamp) -> Result<(), UsedFault> {
    if Taxonomy::get().is_locked(&filing.category) || !knows(config, &filing.category) {
        return Err(UsedFault::Category);
    }
    let Filing { host, category, by, because } = filing.clone();
    let act = LocalAct { act: LocalDoing::Add, host, category, by, because, at: now.to_string() };
    categorise(&config.lists.folder, act).map(drop).map_err(|fault| match fault {
        LocalFault::Text(_) => UsedFault::Because,
        LocalFault::Known(..) | LocalFault::Category(_) => UsedFault::Category,
        fault @ (LocalFault::File { .. }
        | LocalFault::Line { .. }
        | LocalFault::Fewer { .. }
        | LocalFault::Address(_)
        | LocalFault::Unknown(_)
        | LocalFault::TooMany) => UsedFault::Works(WorksFault(fault.to_string().into())),
    })
}

impl QueueWorks for App {
    fn allow(&self, allowing: &Allowing) -> Result<String, UsedFault> {
        allow(&self.feeding.settings().1, allowing, self.clock.now().wall)
    }

    fn file(&self, filing: &Filing) -> Result<(), UsedFault> {
        file(&self.feeding.settings().1, filing, self.clock.now().wall)
    }

    fn answered(&self, answers: Vec<(String, String, Answer)>) {
        let from = self.clock.now().wall.0 - SHOWN;
        let recent = answers.into_iter().filter(|(_, _, answer)| answer.answered.0 >= from);
        self.proxy.answers.store(Arc::new(Answers::new(recent)));
    }
}
