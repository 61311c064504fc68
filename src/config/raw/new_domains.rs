//! What groups and presets say about domains that are new here, and how much they may block by mistake; and for how long new domains are
//! learnt.

use super::{RawLists, RawPreset};
use crate::config::section::Opt;
use crate::config::slot::{Slot, Words};
use crate::config::source::At;
use crate::policy::Action;
use std::ops::RangeInclusive;
use std::time::Duration;

/// As written.
#[derive(Default, Clone)]
pub(in crate::config) struct RawNewDomains {
    pub(in crate::config) action: Option<At<NewAction>>,
    pub(in crate::config) lasts: Option<At<Duration>>,
    pub(in crate::config) budget: Option<At<String>>,
}

/// What happens to a domain that is new here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) struct NewAction(pub(in crate::config) Action);

impl Words for NewAction {
    const WORDS: &'static [(&'static str, Self)] =
        &[("log", Self(Action::Allow)), ("warn", Self(Action::Warn)), ("block", Self(Action::Block))];
}

const LASTS: RangeInclusive<Duration> = Duration::from_secs(3600)..=Duration::from_secs(90 * 86_400);

const LEARNT: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(366 * 86_400);

/// Of `[lists]`.
pub(super) const LEARN: Opt<RawLists> = Opt {
    key: "learn_domains",
    help: "For how long from the beginning of the log it is only learnt which registrable domains are asked for here, and none counts as \
           new.",
    slot: |lists| Slot::Time(&mut lists.plain.learn_domains, LEARNT),
};

pub(super) const ACTION: Opt<RawPreset> = Opt {
    key: "new_domains",
    help: "What happens to a registrable domain that nobody here has asked for before, where no list, rule or release knows the address: \
           a mark in the record (log), a warning, or a refusal. Without it: log.",
    slot: |preset| Slot::Choice(&mut preset.new.action),
};

pub(super) const NEW_FOR: Opt<RawPreset> = Opt {
    key: "new_for",
    help: "For how long a domain is new after it was first asked for. Without it: 24h.",
    slot: |preset| Slot::TimeAt(&mut preset.new.lasts, LASTS),
};

pub(super) const BUDGET: Opt<RawPreset> = Opt {
    key: "overblock_budget",
    help: "How much of what should be open the group may block by mistake, such as \"0.5%\": what accreditation measures on a corpus of \
           good addresses, and `lifeguard logs overblocks` in the log, is held against it. Without it: no budget.",
    slot: |preset| Slot::Name(&mut preset.new.budget),
};

/// The word for what happens to a domain that is new.
pub(in crate::config) fn new_word(action: Action) -> &'static str {
    NewAction::WORDS.iter().find(|(_, known)| known.0 == action).map_or("", |(word, _)| word)
}
