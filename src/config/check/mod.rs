//! The second stage: what was written becomes what it means. Every check runs, so that every fault is found at once.

mod addresses;
mod bench;
mod groups;
mod lists;
mod pages;
mod presets;
mod proxy;
mod retention;
mod rules;

pub(super) use bench::check;
