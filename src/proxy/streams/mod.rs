//! HTTP/2 from clients (RFC 9113): every stream is a request of its own and walks the whole of `handle`.
//!
//! `serve` drives one connection, `stream` serves one request on it, `asked` makes the request what HTTP/1.1 would have
//! brought, `channel` carries a tunnel's bytes, `websocket` speaks for a client that asks by RFC 8441.

mod asked;
mod channel;
mod interims;
mod serve;
mod stream;
mod websocket;

pub use channel::Channel;
pub use interims::Interims;
pub(super) use serve::serve;
