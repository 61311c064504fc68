//! The second stage: what was written becomes what it means. Every check runs, so that every fault is found at once.

mod accounts;
mod addresses;
mod bench;
mod directory;
mod door;
mod groups;
mod https;
mod kerberos;
mod layers;
mod lints;
mod lists;
mod pac;
mod pages;
mod presets;
mod proxy;
mod radius;
mod retention;
mod revocation;
mod rules;
mod services;
mod sign_in;

pub(super) use bench::check;
