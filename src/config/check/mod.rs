//! The second stage: what was written becomes what it means. Every check runs, so that every fault is found at once.

mod accounts;
mod addresses;
mod admin;
mod agreement;
mod bench;
mod card;
mod client_certificates;
mod devices;
mod directory;
mod door;
mod exceptions;
mod files;
mod follow;
mod front;
mod groups;
mod https;
mod kerberos;
mod known_exceptions;
mod layers;
mod lints;
mod lists;
mod pac;
mod pages;
mod portal;
mod presets;
mod proxy;
mod quota;
mod radius;
mod retention;
mod revocation;
mod rules;
mod services;
mod sign_in;
mod sites;
mod terms;

pub(super) use bench::check;
