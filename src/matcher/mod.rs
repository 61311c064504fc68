//! From an image of all lists and a canonical address to the hits. No allocation on a miss.
//!
//! Every form of the address is looked up: each suffix of its host at a label boundary, and, where the lists hold pages
//! of that host, each prefix of its path at a segment boundary (the expressions of Safe Browsing, without its limits of
//! five and three). A verdict costs the same for one category and for 250. Must never answer "not listed" for a doubt,
//! nor "statutory" for anything but an entry compared in full.

mod find;
mod hits;
mod host_suffixes;
mod rule_stage;
mod statutory_stage;

pub use find::{find, find_name};
pub use hits::{Hits, Matched, NO_PLACE};
