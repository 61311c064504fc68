//! The organisation's own sign-in service, by which people come to the console: OpenID Connect Core 1.0 (code flow, 3.1) with PKCE
//! (RFC 7636), and the advice of RFC 9700.
//!
//! Asked are the issuer of the settings, and what its own description names; all under TLS or on this machine, in bounded time and size,
//! without a redirect. An ID token counts when issuer, audience, nonce, time, algorithm and signature are right, and never else. Must
//! never show a code, a secret or a token.

mod claims;
mod description;
mod fault;
mod provider;
mod token;

pub use claims::Someone;
pub use fault::OrganisationFault;
pub use provider::{Provider, RoundTrip};
