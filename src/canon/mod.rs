//! One canonical form for every spelling of an address, for matching only.
//!
//! From raw bytes (absolute-form, origin-form + `Host`, CONNECT authority, TLS server name) to a [`CanonicalUrl`], or a
//! located refusal. What is forwarded is the address as parsed, never this form (RFC 9110 section 7.7).

mod form;
mod target;

pub use form::{CanonicalUrl, Form, FormKind, HostKind, Scheme};
pub use target::{RawTarget, Unreadable, UnreadableKind, Wrappers, canonicalise};
