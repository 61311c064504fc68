//! One spelling per address: canonicaliser, list spellings, kept inputs of the fuzz targets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../canon_support/mod.rs"]
mod canon_support;
#[path = "../lists_support/mod.rs"]
mod lists_support;
#[path = "../fuzz/src/lib.rs"]
mod targets;

mod differential;
mod fuzz_corpus;
mod hostile;
mod mutations;
mod safe_browsing;
mod spellings;
