//! Metrics with names as types, and tracing for operations.
//!
//! Nothing here carries a user, an address, a host or an entry of a list: labels are verdicts, reasons, categories, groups and
//! list names (standard U21). The record of what people asked for is the log's business alone.

mod accreditation;
mod durations;
mod fetches;
mod metrics;
mod parts;
mod seen;
mod shares;
mod sign_in;
mod trace;

pub use accreditation::AccreditationMetrics;
pub use fetches::FetchMetrics;
pub use metrics::Metrics;
pub use parts::{Asked, CategoryCounters, ListGauges, LogMetrics, RequestMetrics};
pub use seen::{GroupSights, Sight};
pub use shares::ShareMetrics;
pub use sign_in::{NotSignedIn, SignInMetrics};
pub use trace::{TraceFault, TraceForm, start as start_tracing};
