//! From an image of all lists and a canonical address to the hits. No allocation on a miss.

mod find;
mod hits;

pub use find::find;
pub use hits::{Hits, Matched};
