//! `kill -9`, again and again: nothing acknowledged is lost.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../store_support/mod.rs"]
mod store_support;
#[path = "../support/mod.rs"]
mod support;

mod kill9;
mod store_kill;
