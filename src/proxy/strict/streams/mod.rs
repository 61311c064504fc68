//! The strict gate for HTTP/2: what each stream asks for, as received, beside the protocol library.
//!
//! The library decodes, checks and frames; but it shows neither the raw pseudo-fields nor the heads that it refuses, and it
//! bounds less than a public port needs. [`StreamGate`] reads along: [`Heads`] has the head of each stream for the judge
//! and for the log, the ones that the library refuses too.
//!
//! Serves: RFC 9113 sections 4 to 8, RFC 7541, RFC 8441; security rules F1, F2, F11, R3; standards AA13.

mod budget;
mod frames;
mod gate;
mod head;
mod heads;
mod hpack;
mod huffman;

pub use gate::StreamGate;
pub use head::StreamHead;
pub use heads::{Breach, Heads};
