//! What people have used of today: the ledger, the meter on each request, and what stands on disk of it.
//!
//! A minute is used when a request that counts was let through in it, or when an answer or a tunnel that counts carried a byte. Bytes
//! are those of bodies and tunnels, up and down.

mod kept;
mod ledger;
mod meter;

pub use kept::KeptFault;
pub use ledger::Ledger;
pub use meter::Meter;
