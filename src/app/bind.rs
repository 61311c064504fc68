//! Where the process listens: bound before anything is served.

use super::AppFault;
use crate::config::Config;
use crate::proxy::{self, Bound};
use tokio::net::TcpListener;

/// Binds every listener of the proxy.
pub(super) fn bind_all(config: &Config) -> Result<Vec<Bound>, AppFault> {
    let bind = |listener| proxy::bind(listener).map_err(|source| AppFault::Listen { what: "the proxy", address: listener.address, source });
    config.proxy.listeners.iter().map(bind).collect()
}

/// Binds the console.
pub(super) async fn bind_console(config: &Config) -> Result<TcpListener, AppFault> {
    let address = config.admin.listen;
    TcpListener::bind(address).await.map_err(|source| AppFault::Listen { what: "the console", address, source })
}
