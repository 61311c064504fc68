//! Programs that people use, through the real proxy and on the real console: browsers, package managers, players. One at a time.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../clients_support/mod.rs"]
mod clients_support;
#[path = "../console_support/mod.rs"]
mod console_support;
#[path = "../console_support/filled.rs"]
mod filled;
#[path = "../support/mod.rs"]
mod support;

mod console_browser;
mod console_every_page;
mod console_first_five;
mod real_clients;
