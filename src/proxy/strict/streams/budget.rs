//! How many frames a client may send that ask for work and bring nothing (CVE-2019-9512, -9515, CVE-2023-44487).
//!
//! Each kind has a budget that refills with time, so that a long quiet connection never runs out and a flood always does.
//! Must never: be spent by what an ordinary browser does.

use super::heads::{Breach, Heads};
use std::time::Instant;

/// A stock of frames that refills.
#[derive(Debug)]
pub(super) struct Budget {
    left: u32,
    most: u32,
    /// Frames a second.
    refill: u32,
    since: Instant,
}

impl Budget {
    fn new(most: u32, refill: u32) -> Self {
        Self { left: most, most, refill, since: Instant::now() }
    }

    /// Takes one. An empty stock is refilled first; one that stays empty is a breach: false, and nothing more is read.
    pub(super) fn spend(&mut self, heads: &Heads) -> bool {
        if self.left == 0 {
            let earned = self.since.elapsed().as_millis() * u128::from(self.refill) / 1000;
            self.left = u32::try_from(earned).unwrap_or(u32::MAX).min(self.most);
            self.since = Instant::now();
        }
        let Some(left) = self.left.checked_sub(1) else {
            heads.set_breach(Breach::Nuisance);
            return false;
        };
        self.left = left;
        true
    }

    /// Adds what was earned otherwise.
    fn earn(&mut self, count: u32) {
        self.left = self.left.saturating_add(count).min(self.most);
    }
}

/// The budgets of one connection.
#[derive(Debug)]
pub(super) struct Budgets {
    /// SETTINGS, PING, PRIORITY, GOAWAY and what nobody knows; each piece of an answer earns one, since some clients measure
    /// their window by PING.
    pub(super) calls: Budget,
    /// RST_STREAM.
    pub(super) resets: Budget,
    /// WINDOW_UPDATE; each piece of an answer earns two.
    pub(super) windows: Budget,
}

impl Budgets {
    /// So many pieces of answers go to the client.
    pub(super) fn earn(&mut self, pieces: u32) {
        self.calls.earn(pieces);
        self.windows.earn(pieces.saturating_mul(2));
    }
}

impl Default for Budgets {
    fn default() -> Self {
        Self { calls: Budget::new(500, 50), resets: Budget::new(500, 50), windows: Budget::new(10_000, 1_000) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_a_breach_at_the_bound_and_earnings_count() {
        let heads = Heads::default();
        let mut budget = Budget::new(3, 0);
        assert!((0..3).all(|_| budget.spend(&heads)));
        budget.earn(1);
        assert!(budget.spend(&heads));
        assert_eq!(heads.breach(), None);
        assert!(!budget.spend(&heads));
        assert_eq!(heads.breach(), Some(Breach::Nuisance));
    }

    #[test]
    fn time_refills() {
        let heads = Heads::default();
        let mut budget = Budget { since: Instant::now() - std::time::Duration::from_secs(10), ..Budget::new(2, 1) };
        assert!((0..4).all(|_| budget.spend(&heads)));
        assert_eq!(heads.breach(), None, "two of the stock, and no more than two of the ten that were earned");
        assert!(!budget.spend(&heads));
        assert_eq!(heads.breach(), Some(Breach::Nuisance));
    }
}
