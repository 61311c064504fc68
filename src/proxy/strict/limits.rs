//! How much, how many, how long: the bounds of one connection (security rule F11).
//!
//! Must never: be unbounded. Every figure here comes from the settings.

use std::time::Duration;

/// Bounds of one connection. Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateLimits {
    /// Longest method. RFC 9112 section 3: a longer one is answered 501.
    pub method: usize,
    /// Longest first line of a message, without its end. RFC 9112 section 3: at least 8,000 must be served.
    pub first_line: usize,
    /// Longest header block, from behind the first line to the empty line.
    pub head: usize,
    /// Most field lines in a head. The protocol library counts too: tell it when this goes above 100.
    pub fields: u16,
    /// Largest body of a request; more is answered 413, or cut when it comes in chunks.
    pub body: u64,
    /// Most bytes that may lie behind the current request, waiting for their turn.
    pub waiting: usize,
    /// Most requests that may be sent in one go without waiting for an answer.
    pub pipelined: u16,
    /// From the opening of the connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a head to its last.
    pub head_time: Duration,
    /// Between an answer and the next request.
    pub idle: Duration,
    /// Between two pieces of a body.
    pub body_idle: Duration,
    /// How long the other side may refuse to take what is written to it.
    pub write_stall: Duration,
    /// How long the rest of a refused message is read and thrown away, so that the refusal arrives.
    pub linger: Duration,
}

impl Default for GateLimits {
    fn default() -> Self {
        Self {
            method: 32,
            first_line: 16 * 1024,
            head: 64 * 1024,
            fields: 100,
            body: u64::MAX >> 1,
            waiting: 512 * 1024,
            pipelined: 100,
            first_byte: Duration::from_secs(15),
            head_time: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            body_idle: Duration::from_secs(60),
            write_stall: Duration::from_secs(60),
            linger: Duration::from_secs(1),
        }
    }
}
