//! Tickets of Kerberos (RFC 4120), as browsers bring them by `Negotiate` (RFC 4559): the acceptor's half, and no more of it.
//!
//! ```text
//! field -> spnego -> messages (AP-REQ) -> keytab key -> crypto -> accept (RFC 4120 section 3.2.3) -> replays -> a person
//! ```
//!
//! Ciphers are AES alone, by `aws-lc-rs`; ASN.1 is read as DER, by `yasna`. No message is longer than [`LONGEST`]. What is refused is
//! refused with words; nothing in here may panic, whatever comes. Must never: keep or show a token, a ticket or a key.

mod accept;
mod cipher;
mod fault;
mod keytab;
mod keytab_file;
mod line;
mod messages;
mod mic;
mod principal;
mod replays;
mod spnego;
#[cfg(test)]
mod tests;

pub use accept::{Accepted, Begun, Rules, Step, accept};
pub use fault::TicketFault;
pub use keytab::KeytabFault;
pub use keytab_file::{KeytabFile, Told};
pub use line::{Held, Line};
pub use replays::Replays;

/// Longest token: the longest that Windows makes (`MaxTokenSize`, 48,000 bytes).
pub const LONGEST: usize = 48_000;
