//! How far the log is on disk, told by whoever writes it to the notary. A few words under a short lock: it must never hold up a record.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One segment of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its file.
    pub(crate) name: String,
    /// Its number.
    pub(crate) ordinal: u64,
    /// Bytes of it that are on disk.
    pub(crate) valid: u64,
    /// Nothing more will come.
    pub(crate) ended: bool,
}

/// What is known to be on disk and has not been taken over by the notary.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// In order; at most the last has not ended.
    marks: Vec<Mark>,
    /// A head is wanted now.
    asked: bool,
    closing: bool,
}

/// Why the notary wakes, and what there is for it.
#[derive(Debug)]
pub(crate) struct Wake {
    /// The segments there are, oldest first.
    pub(crate) marks: Vec<Mark>,
    /// A head is wanted now.
    pub(crate) asked: bool,
    /// The log closes.
    pub(crate) closing: bool,
}

impl Progress {
    /// A segment is there; this many bytes of it are on disk.
    pub(crate) fn opened(&self, name: String, ordinal: u64, valid: u64) {
        self.lock().marks.push(Mark { name, ordinal, valid, ended: false });
    }

    /// So many bytes of the open segment are on disk.
    pub(crate) fn synced(&self, ordinal: u64, valid: u64) {
        if let Some(mark) = self.lock().marks.iter_mut().find(|mark| mark.ordinal == ordinal) {
            mark.valid = valid;
        }
    }

    /// The open segment has ended; `valid`: its bytes that count, if not those known to be on disk.
    pub(crate) fn ended(&self, ordinal: u64, valid: Option<u64>) {
        if let Some(mark) = self.lock().marks.iter_mut().find(|mark| mark.ordinal == ordinal) {
            mark.valid = valid.unwrap_or(mark.valid);
            mark.ended = true;
        }
        self.wake.notify_one();
    }

    /// A head is wanted now, not within a minute: something is on disk that nobody may take away unseen.
    pub(crate) fn ask(&self) {
        self.lock().asked = true;
        self.wake.notify_one();
    }

    /// Nothing more will come at all.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.wake.notify_one();
    }

    /// Waits until a segment has ended, a head is wanted or the log closes, at most so long.
    pub(crate) fn wait(&self, patience: Duration) -> Wake {
        let idle = |state: &mut State| !state.closing && !state.asked && state.marks.iter().all(|mark| !mark.ended);
        let mut state = self.wake.wait_timeout_while(self.lock(), patience, idle).unwrap_or_else(PoisonError::into_inner).0;
        Wake { marks: state.marks.clone(), asked: std::mem::take(&mut state.asked), closing: state.closing }
    }

    /// The notary is done with this segment.
    pub(crate) fn done(&self, ordinal: u64) {
        self.lock().marks.retain(|mark| mark.ordinal != ordinal);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
