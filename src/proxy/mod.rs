//! The listener and the life of a request.
//!
//! `listen` accepts, `doors` have certificates, `connection` serves through the strict gate, `streams` does so for HTTP/2,
//! `handle` tells the story of one request, `forward` takes the permit, `tunnelled` looks inside CONNECT, `respond`
//! answers, `own` serves the pages at our own name, `rescue` turns faults into answers.

mod agreed;
mod agreement;
mod body;
mod carry;
mod case;
mod certificates;
mod client;
mod client_body;
mod connection;
mod coverage;
mod cut;
mod devices;
pub mod doors;
mod files;
pub mod foreign;
mod forward;
mod handle;
pub mod hello;
pub mod intercept;
mod known;
mod led;
mod listen;
mod live;
pub mod own;
pub mod pages;
mod quota;
mod reduce;
mod rescue;
mod respond;
pub mod shares;
mod sight;
mod signed;
pub mod steady;
mod stopped;
mod streams;
pub mod strict;
mod ticket;
mod told;
mod tunnel;
mod tunnelled;
pub mod upstream;
mod warned;
mod who;
mod whose;

pub use listen::{Bound, accept, bind};
pub use live::{Admission, Live, Proxy, gate_limits};
pub use quota::{KeptFault, Ledger};
