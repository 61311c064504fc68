//! Signed heads of the log (security L4, L5): a Merkle tree over its records, signed every minute, by keys that follow one another and are
//! destroyed. What has been signed cannot be changed afterwards by anyone, root on this machine included, without its being seen.
//!
//! Off the hot path: a thread of its own, the notary, reads what is known to be on disk, and nobody waits for it.
//!
//! | File | What |
//! |---|---|
//! | `keys/epoch-N.key` | the key of the present epoch (32 bytes, owner only); there is never an older one |
//! | `keys.log` | who may sign what: [`crate::record::epochs`] |
//! | `heads.log` | signed heads, one after another: [`crate::record::note`] |
//! | `NAME.tree` beside each closed segment | what proofs need of it, derived: [`sidecar`] |

mod check;
mod fault;
mod files;
mod keys;
mod leaves;
mod notary;
mod progress;
mod promise;
mod prove;
pub(crate) mod sidecar;
mod trouble;

pub(crate) use check::HeadsCheck;
pub use check::HeadsReport;
pub use fault::HeadsFault;
pub(crate) use files::{KEYS, read_notes};
pub use keys::Signer;
pub(crate) use keys::read_history;
pub(crate) use notary::{Notary, Pace};
pub(crate) use progress::Progress;
pub(crate) use promise::{NOTE_FILES, is_whole_note};
pub use prove::{Continuation, Proofs, ProveFault, Proved, ProvedSegment, newest_head, prove, prove_continuation};
