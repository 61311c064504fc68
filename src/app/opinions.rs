//! What people at the screen think of the filter, between the proxy and the console's file; and what staff say they did about it.

use super::App;
use crate::admin::{OpinionWorks, Opinions};
use crate::model::Timestamp;
use crate::ports::WeDid;
use crate::proxy::Proxy;
use std::path::Path;
use std::sync::Arc;

/// What was done stands on the page for so long.
const SHOWN: i64 = 183 * 86_400 * 1_000_000;

/// Opens the desk, and tells the proxy what was done.
pub(super) fn open(folder: &Path, proxy: &Proxy, now: Timestamp) {
    let desk = Opinions::at(folder);
    match desk.we_did(Timestamp(now.0 - SHOWN)) {
        Ok(told) => proxy.we_did.store(Arc::new(told)),
        // People can still say what they think; if that cannot be kept either, they are told.
        Err(error) => tracing::error!(%error, "what was done about opinions cannot be read"),
    }
    let _first = proxy.opinions.set(Arc::new(desk));
}

impl OpinionWorks for App {
    fn we_did(&self, all: Vec<WeDid>) {
        let from = Timestamp(self.clock.now().wall.0 - SHOWN);
        self.proxy.we_did.store(Arc::new(all.into_iter().filter(|told| told.at >= from).collect()));
    }
}
