//! What people ask of lists, of exceptions and of the log, and what they decide: one function for a command and for the console, and the
//! console's doors to them.

mod breaches;
mod decision_presses;
mod decisions;
mod host_presses;
mod met;
mod overblocks;
mod source_presses;
mod source_text;
mod tally;
mod trials;
mod unknown;

pub use breaches::{BreachAsk, Breaches};
pub use decisions::{CodeUse, Decision, DecisionFault, decide, new_code, span_of, stop_decision};
pub use met::{Met, MetFault, MetHost, met};
pub use overblocks::{Blocked, OfGroup, Opened, Overblocks, OverblocksAsk, Rule, noisiest, overblocks};
pub use tally::{Key as BreachKey, Row as Breach};
pub(in crate::app) use trials::Asking;
pub use unknown::{Asked, Ranked, UnknownAsk, unknown_hosts};
