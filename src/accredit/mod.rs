//! What accreditation asks and what was found: outcomes, and the arithmetic behind their figures.
//!
//! Pure: the suites that send requests run elsewhere and hand in what they counted. A suite never passes what it could not run.

mod membership;
mod outcome;
mod share;
mod suite;

pub use membership::Membership;
pub use outcome::{Figure, Miss, Outcome, Verdict};
pub use share::{Interval, Share};
pub use suite::{SUITES, Suite};
