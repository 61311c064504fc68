//! What names look like: learned at compile time from the operator's own lists, so that a host which no list knows yet is recognised by
//! what its name has in common with those that are listed.
//!
//! Pure: the same lists and the same allow corpus give the same bytes. How it works, figures and limits: [`crate::manual::names`].
//!
//! ```text
//! grams      a name -> numbers of its runs of letters        family    the part of a name that one owner has
//! gather     names of the lists and of the allow corpus      teach     which names teach, which are held out, where the line is drawn
//! train      names with categories -> weights                weights   weights as a judgement needs them;  why: the parts that weigh most
//! ```

mod allow;
mod family;
mod gather;
mod grams;
mod report;
#[cfg(test)]
mod same_tests;
mod teach;
mod train;
mod weights;
mod why;

pub use allow::AllowFault;
pub use report::{LEAST_NAMES, LEAST_RECALL, NAMES_PER_FALSE_POSITIVE, NameReport, State};
pub use teach::{Doubtful, NameSettings};
pub use weights::{Guess, Guesses, MOST_CATEGORIES, NameModel};

pub(crate) use gather::NameGatherer;
pub(crate) use teach::{Taught, teach};
#[cfg(test)]
pub(crate) use weights::names_that_all_look_like;
pub(crate) use weights::{BITS, Column, stride};
