//! Evidence: records that leave the house with their proofs, as one file of lines of JSON which anyone can check without us (security L11;
//! standards D22), and witnesses that remember a log from outside. The formats are written down in [`crate::manual::evidence`].

mod bundle;
mod check;
mod continuation;
mod gather;
mod pack;
mod pack_check;
mod witness;

pub use bundle::{Context, evidence_file, proof_file, reference_of};
pub use check::{Checked, EvidenceFault, EvidenceProblem, check_evidence};
pub use continuation::continuation_file;
pub use gather::{Gathered, gather, is_statutory};
pub use pack::{PACK_MANIFEST, PackFault, write_pack};
pub use pack_check::{PackCheck, PackCheckFault, check_pack};
pub use witness::{Witness, WitnessFault};
