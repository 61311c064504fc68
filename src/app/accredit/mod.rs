//! Accreditation at work: a private proxy from the settings in force, an origin that stands in for the whole internet, and the suites that
//! send requests through the one to the other and count what comes back.
//!
//! Nothing that is asked for here leaves this machine, and nothing of it stands in people's log.

mod amended;
mod bench;
mod buckets;
mod canary;
mod client;
mod fault;
mod groups;
mod held;
mod help;
mod in_force;
mod lists;
mod live;
mod locked;
mod logging;
mod origin;
mod pages;
mod plain;
mod probe;
mod run;
mod safe;
mod scratch;
mod statutory;
mod tally;
mod wants;
mod ways_round;
mod witness;

pub use canary::canary;
pub use fault::AccreditFault;
pub use in_force::InForce;
pub(in crate::app) use live::live_canary;
pub use run::{Wanted, run};
