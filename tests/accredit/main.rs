//! What accreditation asks for: suites, schedule, register, certificate, evidence pack.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../feeds_support/mod.rs"]
mod feeds_support;
#[path = "../support/python.rs"]
mod python;
#[path = "../store_support/mod.rs"]
mod store_support;
#[path = "../support/mod.rs"]
mod support;

mod certificate;
mod pack;
mod register;
mod schedule;
mod suites;
