//! Settings, groups, layers, sites, quotas: what is asked of whom, and why.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../cascade_support/mod.rs"]
mod cascade_support;
#[path = "../sign_in_support/mod.rs"]
mod sign_in_support;
#[path = "../support/mod.rs"]
mod support;

mod config_faults;
mod engine;
mod layers;
mod plan;
mod quotas;
mod sites;
mod table;
