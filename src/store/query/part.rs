//! What one segment holds of what is asked for, however it was found: by reading it through, or by its index.

use super::by::Tally;
use crate::store::fault::ReadFault;

/// A request or event that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) sequence: u64,
    /// Number of its outcome where that lies in the same segment; 0: it does not.
    pub(super) outcome: u64,
    /// Number of the request.
    pub(super) id: u64,
    /// Is it an event?
    pub(super) event: bool,
}

/// What came of one segment.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// In the order of the log; at most as many as were wanted.
    pub(super) found: Vec<Found>,
    /// Requests that pass as far as they show, and whose outcomes, which lie in later segments if anywhere, decide.
    pub(super) pending: Vec<Found>,
    /// Was more found than wanted?
    pub(super) more: bool,
    /// What was counted, where counts are wanted; what is pending is not in it.
    pub(super) tally: Tally,
    /// Records that were read or looked up.
    pub(super) records: u64,
    /// Was the index used?
    pub(super) indexed: bool,
    /// Did its summary alone say enough?
    pub(super) summed: bool,
    pub(super) damage: Vec<ReadFault>,
}

/// What is wanted of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// So many rows, the newest or the oldest.
    Rows {
        /// How many at most.
        room: usize,
        /// The newest ones?
        newest: bool,
        /// Only behind this number, on the way from the newest or the oldest.
        after: Option<u64>,
        /// Events too?
        events: bool,
    },
    /// Counts.
    Counts,
}

impl Want {
    /// Is this number still to come?
    pub(super) fn is_ahead(&self, sequence: u64) -> bool {
        match *self {
            Self::Rows { newest: true, after: Some(after), .. } => sequence < after,
            Self::Rows { newest: false, after: Some(after), .. } => sequence > after,
            Self::Rows { after: None, .. } | Self::Counts => true,
        }
    }

    pub(super) fn events(&self) -> bool {
        matches!(self, Self::Rows { events: true, .. })
    }
}

impl Part {
    /// Keeps no more than is wanted.
    pub(super) fn trim(&mut self, want: &Want) {
        if let Want::Rows { room, newest, .. } = *want
            && self.found.len() > room
        {
            self.more = true;
            if newest {
                self.found.drain(..self.found.len() - room);
            } else {
                self.found.truncate(room);
            }
        }
    }
}
