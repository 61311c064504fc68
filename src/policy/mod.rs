//! Groups, their rules and the one function that decides.

mod decision;

pub use decision::{Ask, Decision, Evidence, Permit, Refusal, Warning};
