//! The house itself: which room may name which, what the manual says, and the small internet of the tests.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../layers_support/mod.rs"]
mod layers_support;
#[path = "../support/mod.rs"]
mod support;

mod layers;
mod manual;
mod support_self;
