//! When the next one's turn is: a token bucket as one number (the generic cell rate algorithm, ITU-T I.371). No clock of its own.

/// When what was taken so far is paid off, in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turns(u64);

impl Turns {
    /// Takes a turn that costs so many microseconds; the wait until it comes. What is ahead by no more than `burst` does not wait.
    /// `None`: it would have to wait for longer than `patience`, and nothing is taken.
    pub(super) fn take(&mut self, now: u64, cost: u64, burst: u64, patience: u64) -> Option<u64> {
        let next = self.0.max(now);
        let wait = (next - now).saturating_sub(burst);
        if wait > patience {
            return None;
        }
        self.0 = next.saturating_add(cost);
        Some(wait)
    }

    /// Is everything paid off?
    pub(super) fn is_even(self, now: u64) -> bool {
        self.0 <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_then_each_waits_its_turn_and_patience_ends() {
        // 10 in a second, 5 at once.
        let (mut turns, cost, burst) = (Turns::default(), 100_000, 400_000);
        let waits: Vec<Option<u64>> = (0..9).map(|_| turns.take(1_000_000, cost, burst, 250_000)).collect();
        assert_eq!(waits, [Some(0), Some(0), Some(0), Some(0), Some(0), Some(100_000), Some(200_000), None, None]);
        assert!(!turns.is_even(1_600_000) && turns.is_even(1_700_000), "a refused turn costs nothing");
        assert_eq!(turns.take(60_000_000, cost, burst, 0), Some(0), "rest is not saved up beyond the burst");
    }
}
