//! The log store: what the rest of the program sees of it. It serves product promise 2 and security rules L1, L2, L7, L8, B5.

use super::caretaker::Caretaker;
use super::chores::{Chores, Policy};
use super::clock_watch::ClockWatch;
use super::desk::Desk;
use super::fault::OpenFault;
use super::files::{DiskFiles, Files, is_full};
use super::heads::{Notary, Pace, Progress, Signer};
use super::name::UNFINISHED;
use super::queue::Queue;
use super::recover::{Left, recover};
use super::reserve::Reserve;
use super::settings::Settings;
use super::shelf::{Origin, Shelf, Start};
use super::state::StoreState;
use super::told::Teller;
use super::vault::unlock;
use super::writer::Writer;
use crate::model::Moment;
use crate::ports::{Clock, Durability, Flush, LogFault, LogStore, Receipt, Slot};
use crate::record::frame::{FrameKind, open_frame};
use crate::record::retention::Retention;
use crate::record::{Entry, EventKind, EventRecord, encode};
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The log on disk. Dropping it closes it in order.
pub struct Store {
    queue: Arc<Queue>,
    flush: Arc<dyn Flush>,
    state: StoreState,
    places: u64,
    writer: Mutex<Option<JoinHandle<()>>>,
    notary: Mutex<Option<JoinHandle<()>>>,
    progress: Arc<Progress>,
    signer: Signer,
    caretaker: Mutex<Option<Caretaker>>,
    policy: Option<Policy>,
    /// Held as long as the store lives: a second instance on the same folder is refused.
    _lock: Option<File>,
}

/// Opens the log in a folder, making it if need be, and carries on where it stands.
///
/// # Errors
/// [`OpenFault`] in a sentence that names the place; nothing that was there has been changed.
pub fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Store, OpenFault> {
    let folder_fault = |source| OpenFault::Folder { folder: settings.folder.clone(), source };
    DiskFiles::make(&settings.folder).map_err(folder_fault)?;
    if !settings.encrypt_to.is_empty() || settings.identity_file.is_some() {
        unlock(&settings.folder, &settings.encrypt_to, settings.identity_file.as_deref())?;
    }
    let files = DiskFiles::at(&settings.folder);
    let lock = files.lock().map_err(folder_fault)?;
    let lock = lock.ok_or_else(|| OpenFault::Taken { folder: settings.folder.clone() })?;
    let (caretaker, files) = (settings.caretaker, Arc::new(files));
    let chores = Chores::of(&settings, &clock);
    let mut store = open_on(Arc::clone(&files) as Arc<dyn Files>, settings, Arc::clone(&clock), Some(lock))?;
    if caretaker {
        let chores = chores.map(|chores| {
            let progress = Arc::clone(&store.progress);
            let teller = Teller::open(Arc::clone(&files) as Arc<dyn Files>, clock, Arc::clone(&store.queue), store.state(), progress);
            store.policy = Some(chores.policy());
            chores.telling(teller)
        });
        let caretaker = Caretaker::start(files, store.state(), chores).map_err(OpenFault::Thread)?;
        *store.caretaker.lock().unwrap_or_else(PoisonError::into_inner) = Some(caretaker);
    }
    Ok(store)
}

/// Opens the log on any file system.
pub(super) fn open_on(files: Arc<dyn Files>, settings: Settings, clock: Arc<dyn Clock>, lock: Option<File>) -> Result<Store, OpenFault> {
    let folder_fault = |source| OpenFault::Folder { folder: settings.folder.clone(), source };
    clear_unfinished(&*files).map_err(folder_fault)?;
    let no_room = |source| OpenFault::NoRoom { folder: settings.folder.clone(), needed: settings.reserve_bytes, source };
    let reserve = Reserve::open(&*files, settings.reserve_bytes);
    let reserve = reserve.map_err(|e| if is_full(&e) { no_room(e) } else { folder_fault(e) })?;
    let origin = origin(&settings, clock.now());
    let (start, left) = recover(&*files, &origin.boot)?;
    let first = first_record(&left, &start, clock.now());
    let notary = open_notary(&files, &settings, &clock)?;
    let shelf = Shelf::open(Arc::clone(&files), Arc::clone(&clock), origin, start, first).map_err(folder_fault)?;
    start_threads(shelf, notary, reserve, files, clock, settings, lock).map_err(OpenFault::Thread)
}

fn open_notary(files: &Arc<dyn Files>, settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Notary, OpenFault> {
    let open =
        |path: &std::path::Path| files.folder(path).map_err(|source| OpenFault::Folder { folder: settings.folder.join(path), source });
    let keys = open(&settings.keys)?;
    let copy = settings.heads_copy.as_deref().map(open).transpose()?;
    let pace = Pace { head_every: settings.head_every, epoch_every: settings.epoch };
    Ok(Notary::open(Arc::clone(files), keys, copy, Arc::clone(clock), &settings.node, pace)?)
}

fn start_threads(
    shelf: Shelf,
    notary: Notary,
    reserve: Reserve,
    files: Arc<dyn Files>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    lock: Option<File>,
) -> io::Result<Store> {
    let state = StoreState::default();
    let gauges = Arc::clone(&state.0);
    gauges.next_sequence.store(shelf.next(), std::sync::atomic::Ordering::Relaxed);
    gauges.on_disk_sequence.store(shelf.on_disk(), std::sync::atomic::Ordering::Relaxed);
    gauges.segments.store(shelf.segments(), std::sync::atomic::Ordering::Relaxed);
    let queue = Arc::new(Queue::new(settings.queue_bytes, shelf.next(), Arc::clone(&gauges)));
    let syncer = Writer::start_syncer(&queue)?;
    let (progress, first, signer) = (shelf.progress(), shelf.segments(), notary.signer());
    let places = settings.places;
    let writer = Writer { shelf, queue: Arc::clone(&queue), gauges, files, clock, settings, reserve };
    let desk = Arc::new(Desk::of(writer, syncer));
    let (own, its_queue, its_gauges) = (Arc::clone(&desk), Arc::clone(&queue), Arc::clone(&state.0));
    let thread = std::thread::Builder::new().name("log-writer".into()).spawn(move || own.run(&its_queue, &its_gauges))?;
    let (seen, its_state) = (Arc::clone(&progress), state.clone());
    let notary = std::thread::Builder::new().name("log-notary".into()).spawn(move || notary.run(&seen, first, its_state))?;
    let (writer, notary) = (Mutex::new(Some(thread)), Mutex::new(Some(notary)));
    let flush = Arc::new(AtDesk(desk, Arc::clone(&queue)));
    let caretaker = Mutex::new(None);
    Ok(Store { queue, flush, state, places, writer, notary, progress, signer, caretaker, policy: None, _lock: lock })
}

/// What the log says first about how it was left, as an open frame; nothing when it was closed in order.
fn first_record(left: &Left, start: &Start, at: Moment) -> Vec<u8> {
    let kind = match left {
        Left::InOrder => return Vec::new(),
        Left::Unclosed { .. } => EventKind::Unclosed,
        Left::Torn(_) => EventKind::Gap,
    };
    tracing::error!("{left}");
    let mut first = Vec::new();
    let event = EventRecord { at, kind, peer: None, text: left.to_string().into() };
    open_frame(&mut first, FrameKind::Record, start.sequence, |out| encode(&Entry::Event(event), out)).expect("the text is short");
    first
}

/// Takes away segments that never got their name: they hold nothing that is not elsewhere.
fn clear_unfinished(files: &dyn Files) -> io::Result<()> {
    files.names()?.iter().filter(|name| name.ends_with(UNFINISHED)).try_for_each(|name| files.remove(name))
}

/// What can be said about this run of the machine and its clock.
fn origin(settings: &Settings, now: Moment) -> Origin {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Origin { node: Arc::clone(&settings.node), boot: boot.trim().into(), clock: ClockWatch::start(now) }
}

impl Store {
    /// A handle on how the store is doing.
    #[must_use]
    pub fn state(&self) -> StoreState {
        self.state.clone()
    }

    /// Signs statements with the log's key: receipts, holds, manifests.
    #[must_use]
    pub fn signer(&self) -> Signer {
        self.signer.clone()
    }

    /// From now on records stay for so long; the change is told in the log. `false`: this store deletes nothing, whatever the policy.
    pub fn keep(&self, retention: Retention) -> bool {
        let Some(policy) = &self.policy else { return false };
        *policy.lock().unwrap_or_else(PoisonError::into_inner) = retention;
        true
    }

    /// Writes what waits, closes the segment in order, signs the last head and stops. Later records are refused.
    pub fn close(&self) {
        let caretaker = self.caretaker.lock().unwrap_or_else(PoisonError::into_inner).take();
        let chores = caretaker.and_then(Caretaker::stop);
        self.queue.close();
        join(&self.writer, "writer");
        if let Some(chores) = chores {
            chores.settle();
        }
        self.progress.close();
        join(&self.notary, "notary");
    }
}

fn join(thread: &Mutex<Option<JoinHandle<()>>>, who: &str) {
    let thread = thread.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Err(_)) = thread.map(JoinHandle::join) {
        tracing::error!("the log's {who} had panicked");
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

impl LogStore for Store {
    fn reserve(&self) -> Result<Slot, LogFault> {
        let gauges = &self.state.0;
        if !gauges.is_healthy() {
            return Err(gauges.fault());
        }
        if !self.queue.has_room() {
            return Err(LogFault::Full);
        }
        Slot::take(&gauges.held, self.places).ok_or(LogFault::Full)
    }

    fn append(&self, entry: &Entry<'_>, need: Durability) -> Receipt {
        self.queue.append(entry, need).flushed_by(&self.flush)
    }
}

/// The desk, for whoever waits for a receipt.
struct AtDesk(Arc<Desk>, Arc<Queue>);

impl Flush for AtDesk {
    fn flush(&self) {
        self.0.write_now(&self.1);
    }
}

impl std::fmt::Debug for AtDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AtDesk")
    }
}
