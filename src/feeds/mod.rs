//! Where lists come from: opens the files that the settings name, feeds the compiler, keeps the images and the key.
//!
//! The last good image stays in force while a new one is held back, and survives a restart without any list file.
//! A source is a file, a folder, built in, or fetched: asked for conditionally, proved, unpacked within bounds, compiled alone,
//! and only then in force. Whatever goes wrong on that way, the last good version of that source stays.

mod address;
mod ages;
mod cause;
mod clear;
mod client;
mod compare;
mod compile;
mod credentials;
mod download;
mod fetched;
mod keep;
mod last;
mod load;
mod local;
mod mapped;
mod names;
mod of_people;
mod proof;
mod proven;
mod reading;
mod rehearse;
mod release;
mod road;
mod sought;
mod sources;
mod trouble;
mod unpack;
mod update;
mod vet;
mod wanted;
mod watched;

pub use cause::{Cause, Refused};
pub use clear::{Clear, Cleared, Sample, samples_in_clear, statutory_in_clear};
pub use compare::{Compared, compare};
pub use fetched::{Quarantined, Released, SourceFolder, SourceState, Stated, Version, standing};
pub use keep::{KeepFault, Kept};
pub use load::{FeedFault, Loaded, Origin, load, prepare};
pub use local::{LocalAct, LocalDoing, LocalFault, LocalLists, categorise, local_length, take_back};
pub use mapped::{Unmapped, is_of};
pub use names::{LearnedNames, kept_names, learn_names};
pub use of_people::{Listed, Local, emergency, local};
pub use proven::{try_again, unproven};
pub use rehearse::{forget_never_came, rehearse_here};
pub use release::{CannotRelease, Obeyed, obey, put_back, take_after_all, wish};
pub use road::{Connecting, NoRoad, Reach, Road, Stream, Target};
pub use sources::{BuiltIn, SourceFault};
pub use trouble::Trouble;
pub use update::{Job, Outcome, Rehearsal};
pub use watched::{WATCHED_LINES, watched, watched_facts};
