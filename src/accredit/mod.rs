//! What accreditation asks and what was found: the register of criteria, outcomes of suites, what may be said of each criterion, the report,
//! the forms, and the plan of a place; and the spellings that suites try.
//!
//! Pure: the suites that send requests run elsewhere and hand in what they counted. A suite never passes what it could not run.

mod address;
mod corpus;
mod defang;
mod facts;
mod form;
mod hosts;
mod judge;
mod listed;
mod membership;
mod mutation;
mod outcome;
mod plan;
mod plan_page;
mod plan_words;
mod register;
mod render;
mod report;
mod share;
mod spelled;
mod standing;
mod suite;
mod text;
mod told;

pub use address::Address;
pub use corpus::{BadLine, Corpus, Labels};
pub use defang::defanged;
pub use facts::{ContactFact, Context, ListFact};
pub use form::{Answer, Colour, form_text, uksic_form};
pub use judge::{Because, Judged, Light, judge, judge_all, outcome_words};
pub use listed::Listed;
pub use membership::Membership;
pub use mutation::Mutation;
pub use outcome::{Figure, Miss, Outcome, Verdict};
pub use plan::{GroupPlan, Plan, Row, Signed};
pub use plan_page::{plan_page, plan_text};
pub use plan_words::{hours_words, quota_words};
pub use register::{Criterion, Fact, Register, Severity, Standard, Who};
pub use render::{RenderFault, form_page, report_page};
pub use report::{Counts, Lowest, Report, not_passing};
pub use share::{Interval, Share};
pub use spelled::{Spelled, Way};
pub use standing::{Certificate, Ran, Standing, Told};
pub use suite::{SUITES, Suite};
pub use text::report_text;
pub use told::ToldFact;

#[cfg(test)]
mod tests;
