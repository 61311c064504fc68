//! Opened HTTPS: the authority of this installation, the certificates that it makes for hosts, and who is let through unopened.
//!
//! Must never open what policy seals, weaken either side (rules T1, T2), write a key anywhere but into the authority's
//! folder (T8), or hold more than its bounds under a flood of names (T4).

mod authority;
mod card;
mod certificate;
mod export;
mod folder;
mod key_file;
mod leaves;
mod opening;
mod passed;
mod refusers;
mod signer;
mod vouched;

pub use authority::{Authority, Wishes};
pub use card::Card;
pub use certificate::Certificate;
pub use export::{pem, profile};
pub use folder::{AuthorityFault, Slot, certificate, check_new, create, load, load_slot, passphrase, rotate};
pub use key_file::is_encrypted;
pub use leaves::{LeafFault, Leaves, server_config, server_config_for};
pub use opening::{Intercept, Proof, Unopened, open};
pub use passed::{PassRules, Passed, PassedNow, Refused};
pub use refusers::{Refuser, Refusers};
pub use signer::KeyKind;
pub use vouched::names_vouched_for;
