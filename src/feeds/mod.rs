//! Where lists come from: opens the files that the settings name, feeds the compiler, keeps the images and the key.
//!
//! The last good image stays in force while a new one is held back, and survives a restart without any list file.
//! Later parts fetch from the network; here every source is a file, a folder, or built in.

mod clear;
mod keep;
mod load;
mod local;
mod mapped;
mod names;
mod sources;
mod watched;

pub use clear::{Clear, Cleared, Sample, samples_in_clear, statutory_in_clear};
pub use keep::{KeepFault, Kept};
pub use load::{FeedFault, Loaded, Origin, compare, load};
pub use local::{LocalAct, LocalDoing, LocalFault, LocalLists, categorise, local_length, take_back};
pub use mapped::Unmapped;
pub use names::{LearnedNames, kept_names, learn_names};
pub use sources::{BuiltIn, SourceFault};
pub use watched::{Listed, WATCHED_LINES, emergency, watched, watched_facts};
