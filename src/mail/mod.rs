//! Letters leave here, and nothing else does: plain text, by SMTP, to the server of the settings.
//!
//! It is told what to send and to whom; it holds no queue and decides nothing. Must never send over a connection that is not secured as the
//! settings say, nor to an address that the settings do not have.

mod send;

pub use send::{Letter, MailFault, send};
