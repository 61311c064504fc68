//! `[proxy.fair_shares]`: what one person, or one address where nobody is known, may use at a time.

use crate::config::section::{Opt, Section};
use crate::config::shares::FairShares;
use crate::config::slot::Slot;
use std::ops::RangeInclusive;
use std::time::Duration;

const WAIT: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(60);
/// Bits in a second.
const RATE: RangeInclusive<u64> = 64_000..=1_000_000_000_000;

impl Section for FairShares {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "requests_at_once",
            help: "Requests and tunnels of one person at one time; without a sign-in, of one client address. As many again wait for their \
                   turn; the rest get 429. A whole class may sit behind one address. 0: any number.",
            slot: |shares| Slot::Count(&mut shares.requests_at_once, 0..=10_000_000),
        },
        Opt {
            key: "requests_per_second",
            help: "Requests of one person in a second, over time: what comes faster waits for its turn. It also bounds the room that one \
                   person takes in the log. 0: any number.",
            slot: |shares| Slot::Count(&mut shares.requests_per_second, 0..=1_000_000),
        },
        Opt {
            key: "burst",
            help: "Requests of one person that may come at once before requests_per_second counts: a page is made of many.",
            slot: |shares| Slot::Count(&mut shares.burst, 1..=10_000_000),
        },
        Opt {
            key: "wait",
            help: "How long a request waits for its turn before it gets 429.",
            slot: |shares| Slot::Time(&mut shares.wait, WAIT),
        },
        Opt {
            key: "bandwidth",
            help: "What everybody together may carry, each way: shared out evenly among the persons who want it at that moment. Set it \
                   a little below what the line can do. Without it: no bound.",
            slot: |shares| Slot::Rate(&mut shares.bandwidth, RATE),
        },
        Opt {
            key: "bandwidth_per_person",
            help: "What one person may carry, each way, even while nobody else wants it. Without it: no bound.",
            slot: |shares| Slot::Rate(&mut shares.bandwidth_per_person, RATE),
        },
    ];
}
