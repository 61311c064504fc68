//! Metrics with names as types, and tracing for operations.
//!
//! Nothing here carries a user, an address, a host or an entry of a list: labels are verdicts, reasons, categories, groups and
//! list names (standard U21). The record of what people asked for is the log's business alone.

mod durations;
mod metrics;
mod parts;
mod seen;
mod sign_in;
mod trace;

pub use metrics::Metrics;
pub use parts::{Asked, CategoryCounters, ListGauges, LogMetrics, RequestMetrics};
pub use seen::{GroupSights, Sight};
pub use sign_in::{NotSignedIn, SignInMetrics};
pub use trace::{TraceFault, TraceForm, start as start_tracing};
