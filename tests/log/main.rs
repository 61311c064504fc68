//! The evidence log: store, search, export, custody, faults.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../support/python.rs"]
mod python;
#[path = "../store_support/mod.rs"]
mod store_support;
#[path = "../support/mod.rs"]
mod support;
#[path = "../log_support/traffic.rs"]
mod traffic;

mod acts;
mod breaches;
mod custody;
mod detail;
mod differential;
mod evidence;
mod export;
mod faults;
mod kept;
mod reload;
mod search_terms;
mod store_conformance;
mod store_log;
mod store_search;
mod store_throughput;
