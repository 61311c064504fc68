//! The console: pages, roles, deeds, attacks.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says by its name what holds; a failed set-up is a failed test; what is skipped is said"
)]

#[path = "../console_support/amend.rs"]
mod amend;
#[path = "../console_support/attack.rs"]
mod attack;
#[path = "../console_support/child.rs"]
mod child;
#[path = "../console_support/mod.rs"]
mod console_support;
#[path = "../console_support/editing.rs"]
mod editing;
#[path = "../feeds_support/mod.rs"]
mod feeds_support;
#[path = "../console_support/filled.rs"]
mod filled;
#[path = "../mail_support/mod.rs"]
mod mail_support;
#[path = "../console_support/provider.rs"]
mod provider;
#[path = "../sign_in_support/mod.rs"]
mod sign_in_support;
#[path = "../store_support/mod.rs"]
mod store_support;
#[path = "../support/mod.rs"]
mod support;

mod api;
mod asking;
mod asking_real;
mod asvs;
mod attacks;
mod auditor;
mod board;
mod desk;
mod disclosures;
mod door;
mod duties;
mod editor;
mod figures;
mod incidents;
mod incidents_real;
mod lesson;
mod lists;
mod mail;
mod opinions;
mod organisation;
mod outside;
mod papers;
mod parted;
mod passwords;
mod policy;
mod presses;
mod programs;
mod queue;
mod reports;
mod reviews;
mod site_policy;
mod sites;
mod state;
mod tls;
mod trends;
mod words;
