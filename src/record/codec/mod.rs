//! How one [`Entry`](super::Entry) is written as bytes, and read back. Bytes in, bytes out; it must never panic, whatever the bytes.
//! Serves product promise 3 and security rule L3 (raw bytes, length-prefixed, no escaping).
//!
//! # Format, version 1
//!
//! Building blocks:
//!
//! | Name | Bytes |
//! |---|---|
//! | `byte` | one byte |
//! | `number` | unsigned LEB128: seven bits a byte, lowest first, top bit set on all but the last; never longer than needed |
//! | `fixed8` | eight bytes, little-endian (signed where said) |
//! | `bytes` | `number` = how many, then that many raw bytes |
//! | `text` | `bytes` that are UTF-8 |
//! | `address` | `byte` 4 and four bytes, or `byte` 6 and sixteen bytes, network order |
//! | `socket` | `address`, port as `number`, and for 6 only: flow label as `number`, scope as `number` |
//!
//! An entry is `byte` version (1), `byte` kind (1 request, 2 outcome, 3 event), then the fields in this order:
//!
//! * request: `byte` flags (1 coverage gap, 2 demonstration, 4 parent, 8 asserted, 16 device, 32 user; the top two
//!   bits: how much was kept, 0 full, 1 no user, 2 host, 3 counts: readers before these bits had a meaning refuse what is not full); `fixed8` id;
//!   `fixed8` parent if flagged; `fixed8` signed wall time in microseconds; `number` monotonic microseconds; `text` node; `text` site;
//!   `socket` peer; `address` asserted if flagged; `bytes` claimed; `text` device if flagged; `text` user if flagged; `text` group;
//!   `byte` identity source; `number` identity age in seconds; `bytes` method; `bytes` target; `bytes` host field; `text` host; `text` url;
//!   `text` search terms; `text` categories; `byte` verdict (1 allow, 2 warn, 3 block, 4 refuse; the top bit: first seen); `byte` reason; `text` layer; `text` list;
//!   `text` matched; `text` list version; `text` policy version; `number` generation; `bytes` referer; `bytes` user agent; `text` tls.
//! * outcome: `byte` flags (1 upstream, 2 reason); `fixed8` id; `fixed8` signed wall; `number` monotonic; `byte` ended; `number` status;
//!   `number` bytes up; `number` bytes down; `socket` upstream if flagged; four `number` timings; `byte` reason if flagged; `text` note.
//! * event: `byte` flags (1 peer); `fixed8` signed wall; `number` monotonic; `byte` kind; `socket` peer if flagged; `text` text.
//!
//! Invariants: nothing follows the last field; unknown flags, kinds and numbers are refused; every entry has exactly one spelling,
//! so that what decodes encodes to the same bytes again.

mod decode;
mod encode;
mod wire;

pub use decode::{decode, id_of, is_outcome, wall_of};
pub use encode::encode;
pub(crate) use encode::{verdict_byte, verdict_number};
pub use wire::{CodecFault, CodecProblem};
pub(crate) use wire::{Reader, put_bytes, put_number};

/// Version that stands in the first byte of every entry.
pub const VERSION: u8 = 1;

/// Longest entry in bytes. A longer one is refused by the log, never cut.
pub const MAX_ENTRY: usize = 1 << 20;

#[cfg(test)]
mod tests;
