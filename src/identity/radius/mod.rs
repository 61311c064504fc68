//! Who is at which address, as the network's own gate says it: RADIUS accounting (RFC 2866) from Wi-Fi controllers and switches.
//!
//! Packets of unlisted senders, of another secret, repeated or old ones change nothing. The map is bounded, and every entry ends by itself.

mod listen;
mod packet;
mod sessions;

pub use listen::{Bound, RadiusFault, bind, serve};
pub use sessions::{At, Sessions};
