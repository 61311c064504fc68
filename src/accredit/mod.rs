//! What accreditation asks and what was found: the register of criteria, outcomes of suites, what may be said of each criterion, the report,
//! the forms, and the plan of a place; and the spellings that suites try.
//!
//! Pure: the suites that send requests run elsewhere and hand in what they counted. A suite never passes what it could not run.

mod address;
mod corpus;
mod defang;
mod facts;
mod hosts;
mod judge;
mod listed;
mod membership;
mod mutation;
mod outcome;
mod register;
mod share;
mod spelled;
mod suite;

pub use address::Address;
pub use corpus::{BadLine, Corpus, Labels};
pub use defang::defanged;
pub use facts::{ContactFact, Context, ListFact};
pub use judge::{Because, Judged, Light, judge, judge_all, outcome_words};
pub use listed::Listed;
pub use membership::Membership;
pub use mutation::Mutation;
pub use outcome::{Figure, Miss, Outcome, Verdict};
pub use register::{Criterion, Fact, Register, Severity, Standard, Who};
pub use share::{Interval, Share};
pub use spelled::{Spelled, Way};
pub use suite::{SUITES, Suite};

#[cfg(test)]
mod tests;
