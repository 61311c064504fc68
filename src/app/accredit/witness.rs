//! The log of the private proxy: it looks at every record and keeps none. Entries of statutory lists are asked for here, and their
//! addresses must not lie on a disk because somebody tried the filter out.

use crate::model::{LogDetail, RequestId};
use crate::ports::{Durability, LogFault, LogStore, Receipt, Slot};
use crate::record::{Entry, RequestRecord};
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

/// Requests that may be under way at a time.
const PLACES: u64 = 16_384;

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) requests: u64,
    pub(super) outcomes: u64,
    /// Fields that were empty and should not be, and how often.
    pub(super) missing: BTreeMap<&'static str, u64>,
    /// Outcomes without a request.
    pub(super) strays: u64,
    /// Requests that have not ended.
    open: HashSet<RequestId>,
}

impl Seen {
    pub(super) fn unfinished(&self) -> usize {
        self.open.len()
    }
}

/// The log.
#[derive(Debug, Default)]
pub(super) struct Witness {
    held: Arc<AtomicU64>,
    seen: Mutex<Seen>,
}

impl Witness {
    pub(super) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogStore for Witness {
    fn reserve(&self) -> Result<Slot, LogFault> {
        Slot::take(&self.held, PLACES).ok_or(LogFault::Full)
    }

    fn append(&self, entry: &Entry<'_>, _: Durability) -> Receipt {
        let mut seen = self.lock();
        match entry {
            Entry::Request(record) => {
                seen.requests += 1;
                seen.open.insert(record.id);
                for field in missing(record) {
                    *seen.missing.entry(field).or_default() += 1;
                }
            }
            Entry::Outcome(outcome) => {
                seen.outcomes += 1;
                if !seen.open.remove(&outcome.id) {
                    seen.strays += 1;
                }
            }
            Entry::Event(_) => {}
        }
        Receipt::ready(Ok(()))
    }
}

/// What every record must say (standards D1, D4, D14), and this one does not.
pub(super) fn missing(record: &RequestRecord<'_>) -> Vec<&'static str> {
    let readable = record.reason.kind() != crate::model::VerdictKind::Refuse;
    let (full, counted) = (record.detail == LogDetail::Full, record.detail < LogDetail::CountsOnly);
    let wanted = [
        ("node", record.node.is_empty()),
        ("site", record.site.is_empty()),
        ("group", record.group.is_empty()),
        ("method", counted && readable && record.method.is_empty()),
        ("target", full && record.target.is_empty()),
        ("host", counted && readable && record.host.is_empty()),
        ("url", full && readable && record.url.is_empty()),
        ("layer", record.layer.is_empty()),
        ("list_version", record.list_version.is_empty()),
        ("policy_version", record.policy_version.is_empty()),
        ("tls", record.tls.is_empty()),
        ("time", record.at.wall.0 == 0),
        ("number", record.id.0 == 0),
    ];
    wanted.into_iter().filter(|(_, empty)| *empty).map(|(field, _)| field).collect()
}
