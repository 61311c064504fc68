//! The log entry, its codec and its chain. Pure: bytes in, bytes out.

pub mod chain;
mod codec;
mod entry;
pub mod fold;
pub mod frame;
pub mod segment;

pub use codec::{CodecFault, CodecProblem, MAX_ENTRY, VERSION, decode, encode, wall_of};
pub(crate) use codec::{Reader, put_bytes, put_number, verdict_number};
pub use entry::{Ended, Entry, EventKind, EventRecord, OutcomeRecord, RequestRecord};
