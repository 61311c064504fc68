//! Who asks: sign-in in every way, devices, the agreement.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../http2_support/mod.rs"]
mod http2_support;
#[path = "../sign_in_support/mod.rs"]
mod sign_in_support;
#[path = "../support/mod.rs"]
mod support;

mod agreement;
mod card;
mod certificate;
mod devices;
mod directory;
mod doors;
mod front;
mod kerberos;
mod page;
mod radius;
mod sign_in;
