//! Metrics with names as types, and tracing for operations.
//!
//! Nothing here carries a user, an address, a host or an entry of a list: labels are verdicts, reasons, categories and list
//! names (standard U21). The record of what people asked for is the log's business alone.

mod durations;
mod metrics;
mod parts;
mod trace;

pub use metrics::Metrics;
pub use parts::{Asked, CategoryCounters, ListGauges, LogMetrics, RequestMetrics};
pub use trace::{TraceFault, TraceForm, start as start_tracing};
