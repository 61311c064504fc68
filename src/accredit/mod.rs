//! What accreditation asks and what was found: outcomes, and the arithmetic behind their figures; the spellings that are tried.
//!
//! Pure: the suites that send requests run elsewhere and hand in what they counted. A suite never passes what it could not run.

mod address;
mod corpus;
mod defang;
mod hosts;
mod listed;
mod mutation;
mod outcome;
mod share;
mod spelled;

pub use address::Address;
pub use corpus::{BadLine, Corpus};
pub use defang::defanged;
pub use listed::Listed;
pub use mutation::Mutation;
pub use outcome::{Figure, Miss, Outcome, Verdict};
pub use share::{Interval, Share};
pub use spelled::{Spelled, Way};

#[cfg(test)]
mod tests;
