//! Origins that speak HTTP/2: one made with the library's server half, and one that sends the frames it is told to.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test crate uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its world has failed and says so")]

pub mod origin;
pub mod raw;
pub mod scene;

pub use origin::{Heard, StreamOrigin};
pub use raw::{RawOrigin, RawWire, frame};
pub use scene::Scene;
