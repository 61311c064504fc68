//! From an image of all lists and a canonical address to the hits. No allocation on a miss.

mod hits;

pub use hits::{Hits, Matched};
