//! Lists: formats, the compiled image, feeds, ages, names, taxonomy.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../feeds_support/mod.rs"]
mod feeds_support;
#[path = "../lists_support/mod.rs"]
mod lists_support;
#[path = "../support/mod.rs"]
mod support;

mod feeds;
mod feeds_signed;
mod feeds_whole;
mod formats;
mod image;
mod list_ages;
mod list_settings;
mod list_small;
mod matches;
mod model;
mod names;
mod names_live;
mod real;
mod taxonomy;
mod unknown;
