//! The log entry, its codec and its chain. Pure: bytes in, bytes out.

mod entry;

pub use entry::{Ended, Entry, EventKind, EventRecord, OutcomeRecord, RequestRecord};
