//! Connections to a directory: under TLS before anything is said, kept when they are good, made anew when the server was away.

use super::ask::DirectoryFault;
use crate::config::DirectorySettings;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError};
use rustls::ClientConfig;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Connections that are kept.
const KEPT: usize = 8;

/// Makes and keeps connections.
pub(super) struct Links {
    url: String,
    start_tls: bool,
    pub(super) patience: Duration,
    tls: Arc<ClientConfig>,
    idle: Mutex<Vec<Ldap>>,
}

impl Links {
    pub(super) fn new(settings: &DirectorySettings, tls: Arc<ClientConfig>) -> Self {
        let (url, start_tls) = (settings.url.clone(), settings.start_tls);
        Self { url, start_tls, patience: settings.timeout, tls, idle: Mutex::default() }
    }

    /// A connection that was kept, or a new one; and whether it is new.
    pub(super) async fn take(&self) -> Result<(Ldap, bool), DirectoryFault> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let alive = kept.and_then(|mut kept| (!kept.is_closed()).then_some(kept));
        match alive {
            Some(alive) => Ok((alive, false)),
            None => Ok((self.fresh().await?, true)),
        }
    }

    /// A new one.
    pub(super) async fn fresh(&self) -> Result<Ldap, DirectoryFault> {
        let settings =
            LdapConnSettings::new().set_conn_timeout(self.patience).set_starttls(self.start_tls).set_config(Arc::clone(&self.tls));
        let (connection, link) = LdapConnAsync::with_settings(settings, &self.url).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "a connection to the directory ended");
            }
        });
        Ok(link)
    }

    /// Keeps one that is good.
    pub(super) fn keep(&self, link: Ldap) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(link);
        }
    }

    /// Lets go of all that are kept: the server was away.
    pub(super) fn forget(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl From<LdapError> for DirectoryFault {
    fn from(error: LdapError) -> Self {
        Self::Away(error.to_string().into())
    }
}
