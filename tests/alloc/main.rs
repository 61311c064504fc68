//! What allocates nothing: this program counts its allocations.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../lists_support/mod.rs"]
mod lists_support;

mod lists;
mod policy;
