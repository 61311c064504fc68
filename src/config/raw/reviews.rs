//! `[reviews]`.

use crate::config::reviews::ReviewSettings;
use crate::config::section::{Opt, Section};
use crate::config::slot::Slot;
use std::ops::RangeInclusive;
use std::time::Duration;

const DAY: u64 = 86_400;

/// From a day to a school year and a holiday.
fn often() -> RangeInclusive<Duration> {
    Duration::from_secs(DAY)..=Duration::from_secs(400 * DAY)
}

impl Section for ReviewSettings {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "ending_rules",
            help: "How often somebody looks at the rules that end soon.",
            slot: |reviews| Slot::Time(&mut reviews.ending_rules, often()),
        },
        Opt {
            key: "exceptions",
            help: "How often somebody looks at exceptions that stand for long.",
            slot: |reviews| Slot::Time(&mut reviews.exceptions, often()),
        },
        Opt {
            key: "unused_rules",
            help: "How often somebody looks at rules that open addresses nobody asks for.",
            slot: |reviews| Slot::Time(&mut reviews.unused_rules, often()),
        },
        Opt {
            key: "accounts",
            help: "How often somebody looks at who may use the console, and until when they count as vetted.",
            slot: |reviews| Slot::Time(&mut reviews.accounts, often()),
        },
        Opt {
            key: "deeds",
            help: "How often somebody outside IT looks at what administrators did on the console.",
            slot: |reviews| Slot::Time(&mut reviews.deeds, often()),
        },
        Opt {
            key: "alerts",
            help: "How often somebody looks at alerts that nobody took on, or that led to no incident.",
            slot: |reviews| Slot::Time(&mut reviews.alerts, often()),
        },
        Opt {
            key: "provision",
            help: "How often the filter as a whole is reviewed; schools in England do so at least once a year.",
            slot: |reviews| Slot::Time(&mut reviews.provision, often()),
        },
        Opt { key: "soon", help: "What ends within this time ends soon.", slot: |reviews| Slot::Time(&mut reviews.soon, often()) },
        Opt { key: "old", help: "An exception of this age stands for long.", slot: |reviews| Slot::Time(&mut reviews.old, often()) },
        Opt {
            key: "unused",
            help: "A rule that opened nothing for so long is unused.",
            slot: |reviews| Slot::Time(&mut reviews.unused, often()),
        },
    ];
}
