//! `[policy]`: who counts as unknown, and for how long new domains are learnt.

use super::new_domains::LEARNT;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[policy]`.
#[derive(Default)]
pub(in crate::config) struct RawPolicy {
    pub(in crate::config) unknown_clients: Option<At<String>>,
    pub(in crate::config) learn_domains: Option<At<Duration>>,
}

impl Section for RawPolicy {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "unknown_clients",
            help: "The group of everybody whom no range and no listener places. Make it your strictest. Without it: the first group.",
            slot: |policy| Slot::Name(&mut policy.unknown_clients),
        },
        Opt {
            key: "learn_domains",
            help: "For how long from its beginning the log only learns which domains are asked for here, and none counts as new. Without it: 7d.",
            slot: |policy| Slot::TimeAt(&mut policy.learn_domains, LEARNT),
        },
    ];
}
