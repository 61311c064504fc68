//! Codes that people type, from the page to the file and back into the proxy: what somebody gets is in force when their answer leaves.

use super::exceptions::{self, Decided};
use crate::ports::{Clock, CodeDesk, CodeRefused, CodeTaken, CodeUser};
use crate::proxy::Proxy;
use crate::store::codes::take_code;
use crate::store::signer_for;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

/// The desk at which codes are taken.
pub(super) struct Desk {
    pub(super) decided: Arc<Decided>,
    pub(super) folder: PathBuf,
    pub(super) keys: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    /// Not kept alive from here: the proxy holds the desk.
    pub(super) proxy: Weak<Proxy>,
}

impl CodeDesk for Desk {
    fn take(&self, typed: &str, user: &CodeUser<'_>) -> Result<CodeTaken, CodeRefused> {
        let now = self.clock.now().wall;
        let made = take_code(&self.folder, typed, user, &*signer_for(&self.folder, &self.keys), now)?;
        match (self.decided.read(now), self.proxy.upgrade()) {
            (Ok(standing), Some(proxy)) => exceptions::put_in_force(&proxy, standing.acts),
            (Ok(_), None) => {}
            // It is on disk, and is read again within a second.
            (Err(error), _) => tracing::error!(%error, "exceptions cannot be read: those that were known stay"),
        }
        let (what, until) = (made.what(), made.end());
        Ok(CodeTaken { id: made.id, code: made.code, what, until })
    }
}
