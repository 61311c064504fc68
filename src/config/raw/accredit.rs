//! `[accredit]` and `[[accredit.membership]]`.

use super::RawCorpus;
use crate::config::accredit::AccreditSettings;
use crate::config::moment::Written;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use crate::config::source::At;
use std::time::Duration;

/// `[accredit]`.
#[derive(Default)]
pub(in crate::config) struct RawAccredit {
    pub(in crate::config) settings: AccreditSettings,
    pub(in crate::config) memberships: Vec<At<RawMembership>>,
    pub(in crate::config) corpora: Vec<At<RawCorpus>>,
}

/// `[[accredit.membership]]`.
#[derive(Default)]
pub(in crate::config) struct RawMembership {
    pub(in crate::config) scheme: Option<At<String>>,
    pub(in crate::config) id: Option<At<String>>,
    pub(in crate::config) expires: Option<At<Written>>,
}

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

impl Section for RawAccredit {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "folder", help: "Folder of its results.", slot: |accredit| Slot::Path(&mut accredit.settings.folder) },
        Opt {
            key: "schedule",
            help: "The running process checks itself: canary, every suite now and then, a certificate. Without it only `lifeguard accredit` does.",
            slot: |accredit| Slot::Flag(&mut accredit.settings.schedule),
        },
        Opt {
            key: "canary_every",
            help: "How often the canary goes through the real listeners: the statutory list, a blocked and an open page in every group.",
            slot: |accredit| Slot::Time(&mut accredit.settings.canary_every, Duration::from_secs(1)..=Duration::from_secs(HOUR)),
        },
        Opt {
            key: "run_every",
            help: "How often every suite runs.",
            slot: |accredit| Slot::Time(&mut accredit.settings.run_every, Duration::from_secs(DAY)..=Duration::from_secs(31 * DAY)),
        },
        Opt {
            key: "run_hour",
            help: "The hour of the day, in the site's time zone, in which such a run begins.",
            slot: |accredit| Slot::Count(&mut accredit.settings.run_hour, 0..=23),
        },
        Opt {
            key: "certificate_for",
            help: "How long a certificate counts. Lists are certified at least every quarter.",
            slot: |accredit| {
                Slot::Time(&mut accredit.settings.certificate_for, Duration::from_secs(7 * DAY)..=Duration::from_secs(92 * DAY))
            },
        },
        Opt {
            key: "corpora",
            help: "Files of addresses, by bucket, of which the suites count how many are refused.",
            slot: |accredit| Slot::Tables(&mut accredit.corpora),
        },
        Opt {
            key: "least",
            help: "The least share of each bucket that must be refused.",
            slot: |accredit| Slot::Share(&mut accredit.settings.corpora.least),
        },
        Opt {
            key: "over_block",
            help: "The greatest share of good addresses that may be refused, in groups without an overblock_budget of their own.",
            slot: |accredit| Slot::Share(&mut accredit.settings.corpora.over_block),
        },
        Opt {
            key: "membership",
            help: "Memberships and agreements that you have, such as that of the IWF. They are printed as your word; nobody checks them.",
            slot: |accredit| Slot::Tables(&mut accredit.memberships),
        },
    ];
}

impl Section for RawMembership {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "scheme",
            help: "Whose: \"IWF\" (member), \"CTIRU\" (agreement on its list), or any other name.",
            slot: |membership| Slot::Name(&mut membership.scheme),
        },
        Opt { key: "id", help: "Its number or reference.", slot: |membership| Slot::Name(&mut membership.id) },
        Opt { key: "expires", help: "The last day on which it counts.", slot: |membership| Slot::Moment(&mut membership.expires) },
    ];
}
