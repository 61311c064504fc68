//! `[policy]`: what counts for those whom nobody knows.

use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;

/// `[policy]`.
#[derive(Default)]
pub(in crate::config) struct RawPolicy {
    pub(in crate::config) unknown_clients: Option<At<String>>,
}

impl Section for RawPolicy {
    const OPTIONS: &'static [Opt<Self>] = &[Opt {
        key: "unknown_clients",
        help: "The group of everybody whom no range and no listener places. Make it your strictest. Without it: the first group.",
        slot: |policy| Slot::Name(&mut policy.unknown_clients),
    }];
}
