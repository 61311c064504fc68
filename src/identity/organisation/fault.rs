//! Why the organisation's service did not say who somebody is.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why it did not. No variant repeats what came from outside, but for the code of an error.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OrganisationFault {
    /// The settings cannot be used.
    #[error("[admin.oidc] cannot be used")]
    Settings,
    /// The file of the secret.
    #[error("{}: {problem}", path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: Arc<io::Error>,
    },
    /// It does not answer.
    #[error("the organisation's sign-in service does not answer: {0}")]
    Away(Arc<str>),
    /// It is being asked for as many as may be at a time.
    #[error("the organisation's sign-in service is being asked for others")]
    Busy,
    /// It does not answer in time.
    #[error("the organisation's sign-in service does not answer in time")]
    Slow,
    /// It answers something else than 200.
    #[error("the organisation's sign-in service answers {what} with status {status}{}{code}", if .code.is_empty() { "" } else { ": " })]
    Status {
        /// What was asked.
        what: &'static str,
        /// The status.
        status: u16,
        /// The code of the error (RFC 6749, 5.2), if there is one.
        code: String,
    },
    /// It answers too much.
    #[error("the organisation's sign-in service answers {0} with more than it may")]
    TooLarge(&'static str),
    /// What it answers cannot be used.
    #[error("what the organisation's sign-in service answers cannot be used: {0}")]
    Unusable(&'static str),
    /// The ID token is not good.
    #[error("the ID token of the organisation's sign-in service is not good: {0}")]
    Token(&'static str),
}

impl OrganisationFault {
    /// Is the service away, so that trying later may help?
    #[must_use]
    pub const fn is_away(&self) -> bool {
        match self {
            Self::Away(_) | Self::Slow | Self::Busy => true,
            Self::Status { status, .. } => *status >= 500,
            Self::Settings | Self::Secret { .. } | Self::TooLarge(_) | Self::Unusable(_) | Self::Token(_) => false,
        }
    }
}
