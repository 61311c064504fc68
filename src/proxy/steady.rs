//! Tunnels that are open for long and carry about as much one way as the other: pages do not look like that, VPNs, remote desktops and
//! calls do (standards AB6). Looked at when a tunnel ends.
//!
//! Must never close anything: a call is as steady as a VPN.

use crate::config::TunnelWatch;
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
