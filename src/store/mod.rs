//! The forensic log on disk: writer, segments, search, verify.
//!
//! Records go into one queue, and one thread writes them, many at a time, into append-only segments (format:
//! [`crate::record::segment`]). Reading never writes and works beside a running proxy.

pub mod acceptances;
mod caretaker;
mod chores;
mod clock_status;
mod clock_watch;
mod code_word;
pub mod codes;
mod desk;
pub mod evidence;
mod exception_acts;
pub mod exceptions;
pub mod export;
mod fault;
mod files;
pub mod followed;
mod frames;
pub mod heads;
pub mod hold;
mod index;
pub mod listed;
mod log;
mod name;
mod note_signer;
mod notes;
mod path;
pub mod query;
mod queue;
mod quiet;
mod rebuild;
mod recover;
mod reserve;
mod seal;
mod settings;
mod shelf;
mod state;
pub mod stats;
pub mod sweep;
mod told;
mod vault;
mod verify;
pub mod view;
mod writer;

pub use fault::{Damage, OpenFault, ReadFault};
pub use heads::{HeadsFault, Signer};
pub use log::{Store, open};
pub use note_signer::{NoteSigner, Unsigned, signer_for};
pub use quiet::{aside, breathe, give_way, quietly, stand_behind};
pub use rebuild::{Rebuilt, rebuild};
pub use settings::Settings;
pub use state::{Health, Snapshot, StoreState};
pub use vault::{Vault, VaultFault, read_identities, unlock};
pub use verify::{Report, verify};

#[cfg(test)]
mod tests;
