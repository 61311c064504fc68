//! Who is asking: the client's address, as the connection or a trusted peer states it.
//!
//! Later parts add accounts, directories and tickets here. An unknown client gets the strictest group, never none.

mod forwarded;

pub use forwarded::{Claim, stated_client};
