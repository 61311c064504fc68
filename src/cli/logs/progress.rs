//! How far a question has come, told on the terminal of whoever waits for it longer than a second. Ctrl-C gives it up: a question writes
//! nothing. It must never write to anything but a terminal, and leaves no trace on that.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Nothing is said before this, nor more often.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells.
pub(super) struct Ticker {
    begun: Instant,
    shows: bool,
    /// Seconds at which something was said last.
    said: AtomicU64,
}

impl Ticker {
    /// On standard error, if that is a terminal.
    pub(super) fn start() -> Self {
        Self { begun: Instant::now(), shows: std::io::stderr().is_terminal(), said: AtomicU64::new(0) }
    }

    /// So many segments of so many are done. Always `true`: go on.
    pub(super) fn tell(&self, done: usize, all: usize) -> bool {
        if let Some(line) = self.due(done, all) {
            say(&format!("\r{line}"));
        }
        true
    }

    fn due(&self, done: usize, all: usize) -> Option<String> {
        let passed = self.begun.elapsed();
        let second = passed.as_secs();
        if !self.shows || passed < PATIENCE || self.said.fetch_max(second, Relaxed) >= second {
            return None;
        }
        Some(format!("{done} of {all} segments"))
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if self.said.load(Relaxed) > 0 {
            say("\r\x1b[K");
        }
    }
}

/// A terminal that does not take it misses a number, and no more.
fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    if write!(out, "{text}").and_then(|()| out.flush()).is_err() {
        tracing::debug!("the terminal takes no progress");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_hears_of_it_once_a_second_on_a_terminal_and_nobody_else_does() {
        let ticker = |shows, ago| Ticker { begun: Instant::now() - Duration::from_millis(ago), shows, said: AtomicU64::new(0) };
        assert_eq!(ticker(true, 10).due(1, 9), None, "not in the first second");
        assert_eq!(ticker(false, 9000).due(1, 9), None, "not into a file");
        let waiting = ticker(true, 2100);
        assert_eq!(waiting.due(3, 9), Some("3 of 9 segments".to_owned()));
        assert_eq!(waiting.due(4, 9), None, "not twice in a second");
        waiting.said.store(0, Relaxed);
    }
}
