//! The caretaker: the one background thread of the store. Off the way of requests it seals and indexes closed segments and does [`Chores`]. It
//! must never hold up the writer: it takes no lock that the writer takes, runs at the lowest priority, and reads and writes files of its own only. A fault is
//! said loudly and tried again later; a crash at any point leaves a folder from which it goes on.

use super::chores::Chores;
use super::files::Files;
use super::heads::sidecar::sidecar_name;
use super::index::{Card, fits, is_indexed, make_index};
use super::name::{sealed_name, summary_name};
use super::path::Link;
use super::query::Catalogue;
use super::quiet::{Turn, stand_back};
use super::seal::seal;
use super::state::StoreState;
use super::vault::VaultFault;
use std::collections::HashSet;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often it looks whether a segment was closed.
const LOOK: Duration = Duration::from_millis(500);
/// How long it waits after a fault, in looks.
const REST: u32 = 60;

/// A running caretaker. Dropping it stops it between two blocks.
pub(super) struct Caretaker {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<Option<Chores>>>,
}

#[derive(Default)]
struct Stop {
    said: AtomicBool,
    asleep: Mutex<()>,
    wake: Condvar,
}

impl Caretaker {
    /// Starts it on this folder.
    pub(super) fn start(files: Arc<dyn Files>, state: StoreState, mut chores: Option<Chores>) -> io::Result<Self> {
        let stop = Arc::<Stop>::default();
        let its = Arc::clone(&stop);
        let work = move || {
            stand_back();
            run(&*files, &state, &mut chores, &its);
            chores
        };
        let thread = std::thread::Builder::new().name("log-caretaker".into()).spawn(work)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Caretaker {
    /// Stops it, and gives its chores back: what was told of them is noted when it is on disk.
    pub(super) fn stop(mut self) -> Option<Chores> {
        self.end()
    }

    fn end(&mut self) -> Option<Chores> {
        self.stop.said.store(true, Relaxed);
        self.stop.wake.notify_all();
        match self.thread.take().map(JoinHandle::join)? {
            Ok(chores) => chores,
            Err(_) => {
                tracing::error!("the log's caretaker had panicked: segments stay as they were written until the next start");
                None
            }
        }
    }
}

impl Drop for Caretaker {
    fn drop(&mut self) {
        drop(self.end());
    }
}

fn run(files: &dyn Files, state: &StoreState, chores: &mut Option<Chores>, stop: &Stop) {
    let (mut seen, mut rest, mut rounds) = (None, 0_u32, Rounds::default());
    while !stop.said.load(Relaxed) {
        // A segment was closed when another has been begun.
        let segments = state.snapshot().segments;
        if rest == 0 && seen != Some(segments) {
            seen = Some(segments);
            let _turn = Turn::begin();
            if !rounds.tend(files, &|| stop.said.load(Relaxed)) {
                (seen, rest) = (None, REST);
            }
        }
        rest = rest.saturating_sub(1);
        if let Some(chores) = chores {
            let _turn = Turn::begin();
            chores.look();
        }
        let asleep = stop.asleep.lock().unwrap_or_else(PoisonError::into_inner);
        drop(stop.wake.wait_timeout_while(asleep, LOOK, |()| !stop.said.load(Relaxed)));
    }
}

/// One round by itself.
#[cfg(test)]
pub(super) fn tend(files: &dyn Files, stop: &dyn Fn() -> bool) -> bool {
    Rounds::default().tend(files, stop)
}

/// The rounds, and the segments whose summaries were read and found whole in one of them: later rounds only look whether the files are
/// there, with the card and the lengths they should have.
#[derive(Default)]
pub(super) struct Rounds(HashSet<String>);

impl Rounds {
    /// One round over everything that is closed, the oldest first. `false`: something could not be done, and was said.
    pub(super) fn tend(&mut self, files: &dyn Files, stop: &dyn Fn() -> bool) -> bool {
        let Catalogue { path, cards } = match Catalogue::of(files) {
            Ok(catalogue) => catalogue,
            Err(error) => {
                tracing::error!(%error, "the log's caretaker cannot read the folder");
                return false;
            }
        };
        let is_known = |(link, card): &(&Link, &Option<Card>)| {
            self.0.contains(&link.name) && card.as_ref().is_some_and(|card| fits(files, &link.name, card))
        };
        self.0 = path.iter().zip(&cards).filter(is_known).map(|(link, _)| link.name.clone()).collect();
        let mut well = true;
        for link in path.iter().filter(|link| !link.last) {
            if stop() {
                break;
            }
            well &= self.0.contains(&link.name) || self.tend_one(files, link, stop);
        }
        well
    }

    fn tend_one(&mut self, files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> bool {
        let sealed = files.open(&link.name).is_err();
        // Once it is encrypted, the notary may have no key to read it with: first its part of the tree has to be written down.
        if !sealed && files.encrypts() && files.open(&sidecar_name(&link.name)).is_err() {
            tracing::debug!(segment = %link.name, "a segment is sealed when the tree over it is written down");
            return false;
        }
        if !sealed && !seal_one(files, link, stop) {
            return false;
        }
        if !stop() && is_indexed(files, &link.name) {
            self.0.insert(link.name.clone());
            return true;
        }
        stop() || index_one(files, link, stop)
    }
}

/// Makes the index from the raw form, which costs no unpacking. Where it fails it is made from the sealed form, and the fault said then.
fn index_raw(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) {
    if let Err(error) = make_index(files, link, stop) {
        tracing::debug!(segment = %link.name, %error, "the index is made from the sealed form");
    }
}

fn index_one(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> bool {
    if is_locked(files, &link.name) {
        return leave_locked(files, &link.name);
    }
    match make_index(files, link, stop) {
        Ok(_) => true,
        Err(error) => {
            tracing::error!(segment = %link.name, %error, "a segment of the log cannot be indexed: it is read through when something is searched");
            false
        }
    }
}

/// There is no key for this segment here: whether its index is good is for those to see who have one.
fn leave_locked(files: &dyn Files, name: &str) -> bool {
    if files.open_stored(&summary_name(name)).is_err() {
        tracing::warn!(
            segment = %name,
            "an encrypted segment of the log has no index, and no key here opens it: `lifeguard logs rebuild --identity FILE` makes one"
        );
    }
    true
}

/// Is the sealed form of this segment one that no key here opens?
fn is_locked(files: &dyn Files, name: &str) -> bool {
    files.open(&sealed_name(name)).is_err_and(|error| VaultFault::is_locked(&error))
}

fn seal_one(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> bool {
    match seal(files, &link.name, stop, &|| index_raw(files, link, stop)) {
        Ok(sealed) => {
            if let Some(sealed) = sealed {
                tracing::info!(segment = %link.name, raw = sealed.raw, sealed = sealed.sealed, "a segment of the log was sealed");
            }
            true
        }
        Err(error) => {
            tracing::error!(segment = %link.name, %error, "a segment of the log cannot be sealed: it stays as it was written");
            false
        }
    }
}
