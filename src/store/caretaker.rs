//! The caretaker: the one background thread of the store. Off the way of requests it seals closed segments and does [`Chores`]. It must never hold up the
//! The caretaker: the one background thread of the store. Off the way of requests it seals and indexes closed segments. It must never hold up the
//! writer: it takes no lock that the writer takes, runs at the lowest priority, and reads and writes files of its own only. A fault is
//! said loudly and tried again later; a crash at any point leaves a folder from which it goes on.

use super::chores::Chores;
use super::files::Files;
use super::heads::sidecar::sidecar_name;
use super::index::{is_indexed, make_index};
use super::name::{sealed_name, summary_name};
use super::path::{Link, segments};
use super::seal::seal;
use super::state::StoreState;
use super::vault::VaultFault;
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

/// Runs only when the processor has nothing else to do: a lower priority alone would still keep a request waiting for a time slice.
fn stand_back() {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
    };
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
        tracing::debug!(?error, "idle priority");
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
    let (mut seen, mut rest) = (None, 0_u32);
    while !stop.said.load(Relaxed) {
        // A segment was closed when another has been begun.
        let segments = state.snapshot().segments;
        if rest == 0 && seen != Some(segments) {
            seen = Some(segments);
            if !tend(files, &|| stop.said.load(Relaxed)) {
                (seen, rest) = (None, REST);
            }
        }
        rest = rest.saturating_sub(1);
        if let Some(chores) = chores {
            chores.look();
        }
        let asleep = stop.asleep.lock().unwrap_or_else(PoisonError::into_inner);
        drop(stop.wake.wait_timeout_while(asleep, LOOK, |()| !stop.said.load(Relaxed)));
    }
}

/// One round over everything that is closed, the oldest first. `false`: something could not be done, and was said.
pub(super) fn tend(files: &dyn Files, stop: &dyn Fn() -> bool) -> bool {
    let path = match segments(files) {
        Ok((path, _)) => path,
        Err(error) => {
            tracing::error!(%error, "the log's caretaker cannot read the folder");
            return false;
        }
    };
    let mut well = true;
    for link in path.iter().filter(|link| !link.last) {
        if stop() {
            break;
        }
        well &= tend_one(files, link, stop);
    }
    well
}

fn tend_one(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> bool {
    let sealed = files.open(&link.name).is_err();
    // Once it is encrypted, the notary may have no key to read it with: first its part of the tree has to be written down.
    if !sealed && files.encrypts() && files.open(&sidecar_name(&link.name)).is_err() {
        tracing::debug!(segment = %link.name, "a segment is sealed when the tree over it is written down");
        return false;
    }
    (sealed || seal_one(files, link, stop)) && (stop() || index_one(files, link, stop))
}

fn index_one(files: &dyn Files, link: &Link, stop: &dyn Fn() -> bool) -> bool {
    if is_indexed(files, &link.name) {
        return true;
    }
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
    match seal(files, &link.name, stop) {
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
