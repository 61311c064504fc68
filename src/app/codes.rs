//! Codes that people type, from the page to the file and back into the proxy: what somebody gets is in force when their answer leaves.

use super::exceptions::{self, Decided};
use super::{console, opinions, queue};
use crate::config::Config;
use crate::ports::{Clock, CodeDesk, CodeRefused, CodeTaken, CodeUser};
use crate::proxy::Proxy;
use crate::store::codes::take_code;
use crate::store::{ReadFault, signer_for};
use std::path::PathBuf;
use std::sync::{Arc, Weak};

/// The desk at which codes are taken.
struct Desk {
    decided: Arc<Decided>,
    folder: PathBuf,
    keys: PathBuf,
    clock: Arc<dyn Clock>,
    /// Not kept alive from here: the proxy holds the desk.
    proxy: Weak<Proxy>,
}

/// Puts in force what people have decided, and opens the desks at which they are asked; where decisions come from, and how long our own file was.
///
/// # Errors
/// Our own file is there and cannot be read.
pub(super) fn open(config: &Config, proxy: &Arc<Proxy>, clock: &Arc<dyn Clock>) -> Result<(Arc<Decided>, u64), ReadFault> {
    let (folder, keys) = (config.log.folder.clone(), config.log.keys.clone());
    let decided = Arc::new(Decided::new(folder.clone(), &config.follow));
    decided.look(clock.now().wall);
    let standing = decided.read(clock.now().wall)?;
    proxy.acts.store(standing.acts);
    let desk = Desk { decided: Arc::clone(&decided), folder, keys, clock: Arc::clone(clock), proxy: Arc::downgrade(proxy) };
    let _first = proxy.codes.set(Arc::new(desk));
    let of_console = console::folder_of(&config.admin, &config.log.folder);
    queue::open(&of_console, proxy, clock.now().wall);
    opinions::open(&of_console, proxy, clock.now().wall);
    Ok((decided, standing.length))
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
