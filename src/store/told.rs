//! What people did to the log, told in the log itself: holds and their releases, deletions, exports, keys that follow one another, changes
//! of retention. Whoever has only the log sees them among its records, under the same chain and the same signed heads.
//!
//! The acts themselves stand in files of their own, each chained and on disk before it counts: `holds.log`, `receipts.log`, `exports.log`,
//! `exceptions.log` and the history of keys. Commands write those while Lifeguard runs; the log has one writer, and so that writer reads the files and tells
//! what is new, within seconds. What was done while it did not run is told at the next start.
//!
//! `told.json` says how far it has come. It is written only when what was told is on disk, so that nothing is left out; after a crash
//! something may be told twice, with the same number. It is derived: without it everything is told again.

use super::exceptions::{EXCEPTIONS, Exceptions};
use super::export::{EXPORTS, read_exports};
use super::fault::ReadFault;
use super::files::{Files, append_all};
use super::heads::{HeadsFault, KEYS, Progress, read_history};
use super::hold::{HOLDS, Holds};
use super::name::UNFINISHED;
use super::queue::Queue;
use super::state::StoreState;
use super::sweep::{DeletionReceipt, RECEIPTS, read_receipts};
use crate::ports::{Clock, Durability};
use crate::record::epochs::Handover;
use crate::record::retention::Retention;
use crate::record::{Entry, EventKind, EventRecord};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::io::{self, Read, SeekFrom};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// The file.
pub(super) const TOLD: &str = "told.json";
/// Where acts stand.
const SOURCES: [&str; 5] = [HOLDS, RECEIPTS, EXPORTS, KEYS, EXCEPTIONS];
/// Most events that are told at a time: requests come first.
const MOST: usize = 64;
/// Longest text of one event, in bytes.
const LONGEST: usize = 12_288;

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Told {
    /// Lines of each of [`SOURCES`].
    lines: Vec<u64>,
    /// The policy of retention that was told last.
    retention: String,
}

/// Tells.
pub(super) struct Teller {
    files: Arc<dyn Files>,
    clock: Arc<dyn Clock>,
    queue: Arc<Queue>,
    state: StoreState,
    told: Told,
    /// What was told and is not known to be on disk: it is there when records up to this number are.
    unsure: Option<(u64, Told)>,
    /// Lengths of the files when there was last nothing new in them.
    seen: Option<[u64; SOURCES.len()]>,
    /// Where a signed head is asked for: from then on the lines of those files cannot be taken away unseen.
    progress: Arc<Progress>,
}

/// Acts that cannot be read.
#[derive(Debug, thiserror::Error)]
enum TellFault {
    #[error(transparent)]
    Read(#[from] ReadFault),
    #[error(transparent)]
    Keys(#[from] HeadsFault),
}

/// One thing to be said.
type Act = (EventKind, String);

impl Teller {
    /// Carries on where `told.json` says.
    pub(super) fn open(
        files: Arc<dyn Files>,
        clock: Arc<dyn Clock>,
        queue: Arc<Queue>,
        state: StoreState,
        progress: Arc<Progress>,
    ) -> Self {
        let mut told = read_told(&*files).unwrap_or_default();
        told.lines.resize(SOURCES.len(), 0);
        Self { files, clock, queue, state, told, unsure: None, seen: None, progress }
    }

    /// Looks whether anything is new, and tells it.
    pub(super) fn look(&mut self, policy: &Retention) {
        if !self.is_settled() {
            return;
        }
        let (lengths, policy) = (SOURCES.map(|name| self.length(name)), policy.line());
        if self.seen == Some(lengths) && self.told.retention == policy {
            return;
        }
        match self.news(&policy) {
            Ok(acts) if acts.is_empty() => self.seen = Some(lengths),
            Ok(acts) => self.tell(acts),
            Err(error) => {
                tracing::error!(%error, "what was done to the log cannot be read, and so not told in it");
                self.seen = Some(lengths);
                self.told.retention = policy;
            }
        }
    }

    /// Is all on disk that was told, and is that noted?
    pub(super) fn is_settled(&mut self) -> bool {
        let Some((target, told)) = &self.unsure else { return true };
        if self.state.snapshot().on_disk_sequence < *target {
            return false;
        }
        match write_told(&*self.files, told) {
            Ok(()) => {
                self.told = told.clone();
                self.unsure = None;
                self.progress.ask();
                true
            }
            Err(error) => {
                tracing::error!(%error, "it cannot be noted how much of what was done to the log was told: it would be told again");
                false
            }
        }
    }

    fn length(&self, name: &str) -> u64 {
        self.files.open(name).and_then(|mut file| file.seek(SeekFrom::End(0))).unwrap_or_default()
    }

    /// What is new, each with how far it has come when that is said.
    fn news(&self, policy: &str) -> Result<Vec<(Act, Told)>, TellFault> {
        let (mut out, mut told) = (Vec::new(), self.told.clone());
        if told.retention != policy {
            let before = if told.retention.is_empty() { String::new() } else { format!("; before: {}", told.retention) };
            policy.clone_into(&mut told.retention);
            out.push(((EventKind::RetentionSet, format!("by the settings: {policy}{before}")), told.clone()));
        }
        for (place, name) in SOURCES.into_iter().enumerate() {
            let acts = acts(&*self.files, place)?;
            let (before, now) = (told.lines[place], acts.len() as u64);
            if now < before {
                told.lines[place] = now;
                let text = format!("{name} has {now} whole lines, and had {before}: what stood there is told in this log");
                out.push(((EventKind::ActsCut, text), told.clone()));
            }
            for act in acts.into_iter().skip(usize::try_from(told.lines[place]).unwrap_or(usize::MAX)) {
                told.lines[place] += 1;
                out.push((act, told.clone()));
            }
        }
        out.truncate(MOST);
        Ok(out)
    }

    fn tell(&mut self, acts: Vec<(Act, Told)>) {
        for ((kind, mut text), told) in acts {
            text.truncate(text.floor_char_boundary(LONGEST));
            let event = EventRecord { at: self.clock.now(), kind, peer: None, text: text.into() };
            let receipt = std::pin::pin!(self.queue.append(&Entry::Event(event), Durability::Queued));
            if let Poll::Ready(Err(error)) = receipt.poll(&mut Context::from_waker(Waker::noop())) {
                tracing::warn!(%error, "what was done to the log is told in it as soon as it can be written");
                return;
            }
            self.unsure = Some((self.state.snapshot().next_sequence, told));
        }
    }
}

/// All acts that stand in one of the files.
fn acts(files: &dyn Files, place: usize) -> Result<Vec<Act>, TellFault> {
    Ok(match place {
        0 => Holds::read_in(files)?.acts(),
        1 => read_receipts(files)?.entries.iter().map(deletion).collect(),
        2 => read_exports(files)?.iter().map(|note| (EventKind::Exported, note.in_words())).collect(),
        4 => Exceptions::read_in(files)?.events(),
        _ => {
            let history = read_history(files)?;
            let epochs = history.epochs().iter().enumerate();
            epochs.map(|(place, epoch)| handover(epoch, history.ruptures().contains(&place))).collect()
        }
    })
}

fn deletion(receipt: &DeletionReceipt) -> Act {
    let DeletionReceipt { segment, file, records, actor, at, policy, .. } = receipt;
    (EventKind::Deleted, format!("segment {segment} ({file}) with {records} records, by {actor} at {at}: its time was over ({policy})"))
}

fn handover(epoch: &Handover, rupture: bool) -> Act {
    let Handover { epoch, key, size, time, .. } = epoch;
    let how = if rupture { "; THE KEY BEFORE IT WAS LOST, and nothing vouches for this one" } else { "" };
    (EventKind::KeyChanged, format!("epoch {epoch} begins at {time} behind {size} records, by the log itself{how}; its key: {key}"))
}

fn read_told(files: &dyn Files) -> Option<Told> {
    let mut text = Vec::new();
    files.open(TOLD).ok()?.take(1 << 20).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn write_told(files: &dyn Files, told: &Told) -> io::Result<()> {
    let unfinished = format!("{TOLD}{UNFINISHED}");
    if files.open(&unfinished).is_ok() {
        files.remove(&unfinished)?;
    }
    let file = files.create(&unfinished)?;
    append_all(&*file, &serde_json::to_vec(told)?)?;
    file.sync()?;
    files.rename(&unfinished, TOLD)?;
    files.sync_folder()
}
