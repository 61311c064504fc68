//! The strict gate: every byte of HTTP/1.1 is framed and checked here before the protocol library sees it.
//!
//! Two sides that read the same bytes differently are the root of request smuggling. The library that serves the
//! protocol is more lenient than a filter may be and hides the raw bytes, so each connection runs through a gate:
//! [`ServerGate`] between the client and the server half, [`ClientGate`] between the origin and the client half.
//! A head is held back until it is complete and checked; what policy must judge and log (the raw target) goes to the
//! [`Mailbox`], and the library gets a neutral request line, so that it never refuses what only policy may refuse.
//!
//! How a handler uses it, for each request that the library hands over:
//!
//! 1. [`Mailbox::take`] gives the [`HeadFacts`] and an [`InFlight`], to be kept until the answer has been given in full.
//! 2. With a fault in the facts the library's request is a stand-in: answer `fault.kind.status()`, and write the record.
//! 3. Otherwise judge [`HeadFacts::target`] and [`HeadFacts::host`]; method, fields and body are the library's as they came.
//! 4. [`is_loop`] and [`takes_trailers`] look at the fields; then [`strip_hop_by_hop`], [`settle_length`] and [`via`] settle
//!    them. Before asking an origin: [`Asked::expect`].
//! 5. A refused CONNECT or upgrade is answered with `connection: close`: nothing behind it is read as a request. A granted
//!    one gives the gate back (`Upgraded::downcast`), and [`ServerGate::into_inner`] the bytes that came early.
//! 6. A body that breaks off carries a [`BodyFault`] through both sides; an origin's fault is in [`Asked::last_fault`].
//!
//! The library's `max_headers` must not be below [`GateLimits::fields`], and its `pipeline_flush` must stay off.
//!
//! Must never: repair a fault, pass on a byte that it has not understood, keep a buffer for an idle connection.
//! Serves: RFC 9112 sections 2 to 7, security rules F1 to F6 and F9 to F11, standards AA1, AA3 to AA7.

mod answer;
mod chunk;
mod client;
mod decoded;
mod facts;
mod fault;
mod field;
mod frames;
mod framing;
mod hop;
mod limits;
mod lines;
mod mailbox;
mod octets;
mod outward;
mod request;
mod server;
mod streams;
mod watch;

pub use chunk::is_forbidden_trailer;
pub use client::{Asked, ClientGate, ResponseTo};
pub use decoded::{Interims, check_answer, check_trailers};
pub use facts::HeadFacts;
pub use fault::{AnswerFault, BodyFault, BodyFaultKind, HeadFault, HeadFaultKind};
pub use frames::{FrameGate, Pulse};
pub use hop::{
    Forwards, go_on_as_websocket, go_on_in_http2, is_loop, max_forwards, settle_length, strip_hop_by_hop, take_trailers, takes_trailers,
    via,
};
pub use limits::GateLimits;
pub use mailbox::{InFlight, Mailbox};
pub use server::ServerGate;
pub use streams::{Breach, Heads, StreamGate};
