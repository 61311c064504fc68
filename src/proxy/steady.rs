//! Tunnels that are open for long and carry about as much one way as the other: pages do not look like that, VPNs, remote desktops and
//! calls do (standards AB6). Looked at when a tunnel ends.
//!
//! Must never close anything: a call is as steady as a VPN.

use super::case::Case;
use crate::config::TunnelWatch;
use crate::ports::Durability;
use crate::record::{Entry, EventKind, EventRecord};
use std::time::Duration;

/// What the record of such a tunnel says.
pub const WORDS: &str = "open for long and as much up as down: a VPN, a remote desktop or a call";

/// Does this tunnel, by how long it was open and what it carried, look like more than pages?
#[must_use]
pub fn is_steady(watch: &TunnelWatch, open_for: Duration, up: u64, down: u64) -> bool {
    let (less, more) = (up.min(down), up.max(down));
    #[allow(clippy::cast_precision_loss, reason = "a share of bytes need not be exact")]
    let share = less as f64 / more.max(1) as f64;
    watch.on && open_for >= watch.after && up.saturating_add(down) >= watch.at_least && share >= watch.share
}

/// A tunnel that was open for long and as much up as down is told of: in its record, as a count, and as an event that names no host.
pub(super) fn note(case: &mut Case) {
    let (open_for, ending) = (case.ticket.age(), &mut case.ticket.ending);
    if !is_steady(&case.live.settings.watches.tunnels, open_for, ending.bytes_up, ending.bytes_down) {
        return;
    }
    let note = if ending.note.is_empty() { WORDS.to_owned() } else { format!("{}; {}", ending.note, WORDS) };
    let (up, down) = (ending.bytes_up, ending.bytes_down);
    ending.note = note.into();
    let proxy = &case.side.proxy;
    proxy.metrics.tunnels_steady.inc();
    let group = case.live.engine.policy.group_name(case.subject.group);
    let (id, seconds) = (case.ticket.id(), open_for.as_secs());
    let text = format!("request {id}, group {group}: {seconds} seconds, {up} bytes up, {down} down: {}", WORDS);
    let event = EventRecord { at: proxy.clock.now(), kind: EventKind::TunnelSteady, peer: None, text: text.into() };
    drop(proxy.log.append(&Entry::Event(event), Durability::Queued));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_even_tunnels_are_steady_and_pages_and_downloads_are_not() {
        const MINUTE: u64 = 60;
        const MB: u64 = 1 << 20;
        let watch = TunnelWatch::default();
        let table = [
            ("a VPN for two hours", 120 * MINUTE, 40 * MB, 90 * MB, true),
            ("the same the other way", 120 * MINUTE, 90 * MB, 40 * MB, true),
            ("a call of half an hour", 30 * MINUTE, 60 * MB, 60 * MB, true),
            ("a call of ten minutes", 10 * MINUTE, 20 * MB, 20 * MB, false),
            ("a film", 120 * MINUTE, 8 * MB, 3000 * MB, false),
            ("an upload", 120 * MINUTE, 3000 * MB, 8 * MB, false),
            ("a page that asks now and then", 300 * MINUTE, 200_000, 300_000, false),
            ("nothing", 300 * MINUTE, 0, 0, false),
        ];
        for (what, seconds, up, down, expected) in table {
            assert_eq!(is_steady(&watch, Duration::from_secs(seconds), up, down), expected, "{what}");
            assert!(!is_steady(&TunnelWatch { on: false, ..watch.clone() }, Duration::from_secs(seconds), up, down), "{what}");
        }
    }
}
