//! Why accreditation could not even begin.

use crate::app::AppFault;
use crate::feeds::SourceFault;
use std::io;

/// Nothing could be tried.
#[derive(Debug, thiserror::Error)]
pub enum AccreditFault {
    /// The settings make no proxy.
    #[error(transparent)]
    App(#[from] AppFault),
    /// A statutory source cannot be read.
    #[error(transparent)]
    Source(#[from] SourceFault),
    /// There is no such group.
    #[error("there is no group called {0}")]
    NoGroup(String),
    /// There is no such suite.
    #[error("there is no suite called {0}; there are: {1}")]
    NoSuite(String, String),
    /// The system refuses.
    #[error("accreditation: {0}")]
    System(#[from] io::Error),
    /// The certificate of the authority cannot be used by a client.
    #[error("accreditation: TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl From<Vec<crate::policy::PolicyFault>> for AccreditFault {
    fn from(faults: Vec<crate::policy::PolicyFault>) -> Self {
        Self::App(AppFault::Policy(faults))
    }
}
