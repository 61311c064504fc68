//! What was counted, and how it becomes an outcome.

use super::probe::Judged;
use crate::accredit::{Criterion, Figure, Miss, Outcome, Register, Share, Verdict};
use std::collections::BTreeMap;
use std::time::Duration;

/// Counts of one run.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) share: Share,
    /// By kind of request.
    pub(super) kinds: BTreeMap<&'static str, Share>,
    /// By the word for what came.
    pub(super) came: BTreeMap<&'static str, u64>,
    pub(super) misses: Vec<Miss>,
    /// Requests that got no answer at all.
    pub(super) unanswered: u64,
    /// Tunnels whose inside could not be seen.
    pub(super) sealed: u64,
    pub(super) took: Duration,
}

/// One more.
fn count(share: &mut Share, good: bool) {
    share.of += 1;
    share.good += u64::from(good);
}

fn join(share: &mut Share, other: Share) {
    share.good += other.good;
    share.of += other.of;
}

impl Tally {
    pub(super) fn count(&mut self, kind: &'static str, (judged, word): (Judged, &'static str), miss: impl FnOnce() -> Miss) {
        let good = judged == Judged::Good;
        count(&mut self.share, good);
        count(self.kinds.entry(kind).or_default(), good);
        *self.came.entry(word).or_default() += 1;
        if !good && self.misses.len() < Outcome::MISSES {
            self.misses.push(miss());
        }
    }

    pub(super) fn join(&mut self, other: Self) {
        join(&mut self.share, other.share);
        for (kind, share) in other.kinds {
            join(self.kinds.entry(kind).or_default(), share);
        }
        for (word, count) in other.came {
            *self.came.entry(word).or_default() += count;
        }
        let room = Outcome::MISSES.saturating_sub(self.misses.len());
        self.misses.extend(other.misses.into_iter().take(room));
        self.unanswered += other.unanswered;
        self.sealed += other.sealed;
        self.took = self.took.max(other.took);
    }

    /// Nothing may be missed.
    pub(super) fn all_or_nothing(&self, nothing: &str, bad: &str) -> Verdict {
        let wrong = self.share.of - self.share.good;
        if self.share.of + self.sealed + self.unanswered == 0 {
            Verdict::NotRun(nothing.into())
        } else if wrong > 0 {
            Verdict::Fail(format!("{wrong} of {} {bad}", self.share.of).into())
        } else if self.unanswered > 0 {
            Verdict::Fail(format!("{} requests got no answer", self.unanswered).into())
        } else {
            Verdict::Pass
        }
    }

    /// The outcome with everything that was counted.
    pub(super) fn outcome(self, suite: &str, scope: &str, verdict: Verdict) -> Outcome {
        let mut figures: Vec<Figure> = self.came.iter().map(|(word, count)| figure(&format!("came: {word}"), *count, "requests")).collect();
        figures.push(figure("kinds of request", self.kinds.len() as u64, "kinds"));
        for (name, count) in [("without an answer", self.unanswered), ("tunnels whose inside is not seen", self.sealed)] {
            if count > 0 {
                figures.push(figure(name, count, "requests"));
            }
        }
        let share = (self.share.of > 0).then_some(self.share);
        Outcome { share, figures, misses: self.misses, took: self.took, ..outcome(suite, scope, verdict) }
    }
}

/// An outcome that proves whatever the register says of its suite.
pub(super) fn outcome(suite: &str, scope: &str, verdict: Verdict) -> Outcome {
    let proves = |criterion: &&Criterion| criterion.suites.iter().any(|name| **name == *suite);
    let ids: Vec<&str> = Register::built_in().criteria.iter().filter(proves).map(|criterion| &*criterion.id).collect();
    Outcome::of(suite, scope, &ids, verdict)
}

/// A number for a report.
#[allow(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
pub(super) fn figure(name: &str, value: u64, unit: &str) -> Figure {
    Figure { name: name.into(), value: value as f64, unit: unit.into() }
}

/// A time for a report, in seconds.
pub(super) fn seconds(name: &str, time: Duration) -> Figure {
    Figure { name: name.into(), value: time.as_secs_f64(), unit: "seconds".into() }
}
