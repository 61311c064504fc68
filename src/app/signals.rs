//! What the system may tell the process: reload, and end.

use std::io;

/// The signals that are listened to.
pub(super) struct Signals {
    pub(super) reload: tokio::signal::unix::Signal,
    pub(super) end: tokio::signal::unix::Signal,
    pub(super) interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            reload: signal(SignalKind::hangup())?,
            end: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

/// Best effort: without it a reload is only less polite.
pub(super) fn lower_priority() {
    if let Err(error) = rustix::process::nice(19) {
        tracing::debug!(%error, "nice");
    }
}
