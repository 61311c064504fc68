//! The log entry, its codec, its chain, and the Merkle tree over all records. Pure: bytes in, bytes out.

pub mod base64;
pub mod chain;
mod clause;
mod codec;
mod entry;
pub mod epochs;
pub mod fold;
pub mod frame;
pub mod note;
pub mod proof;
pub mod retention;
#[cfg(test)]
mod sample;
mod searched;
mod searched_table;
pub mod segment;
pub mod tree;

pub use clause::{clause_of, with_clause};
pub use codec::{CodecFault, CodecProblem, MAX_ENTRY, VERSION, decode, encode, id_of, is_outcome, wall_of};
pub(crate) use codec::{Reader, put_bytes, put_number, verdict_number};
pub use entry::{Ended, Entry, EventKind, EventRecord, INSIDE_TLS, OutcomeRecord, RequestRecord};
#[cfg(test)]
pub(crate) use sample::plain_request;
pub use searched::{is_engine, is_search_page_host, read_terms, terms_of};
