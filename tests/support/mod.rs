//! A small internet for tests, in this process and on port 0: origins plain and over TLS, a name server that leads every name
//! to them, and the real program started with a config of its own. Nothing outside the loopback addresses is ever asked.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test crate uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot set up its world has failed and says so")]

pub mod answer;
pub mod client;
pub mod dns;
pub mod echo;
#[allow(clippy::duplicate_mod, reason = "tests that need no small internet include it by themselves")]
pub mod needed;
pub mod origin;
pub mod power_cut;
pub mod proxy;
pub mod secure;
pub mod small;
pub mod tls;
pub mod websocket;
pub mod wire;

pub use answer::{Answer, Step};
pub use client::{Reply, exchange, get};
pub use dns::NameServer;
pub use origin::Origin;
pub use proxy::{Lifeguard, World};
pub use small::Small;
pub use tls::Authority;
pub use wire::Request;
