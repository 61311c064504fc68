//! What was learned, as a judgement needs it: one byte a weight, the categories side by side, so that one look at a run serves all.
//!
//! Must never allocate when it is asked, and never say anything of a name that it does not say the same of tomorrow.

use super::grams::{MOST_RUNS, Name};
use super::report::{NameReport, State};
use crate::model::CategoryId;
use smallvec::SmallVec;
use std::fmt;

/// The most categories that are learned.
pub const MOST_CATEGORIES: usize = LANES;
/// Categories side by side while they are learned.
pub(super) const LANES: usize = 8;
/// Bits of the place of a weight.
pub(crate) const BITS: std::ops::RangeInclusive<u8> = 8..=20;
// Sums of the weights of one name fit sixteen bits.
const _: () = assert!(MOST_RUNS * 128 <= i16::MAX as usize);
/// Last labels of names that live in local networks alone: nothing is said of them.
const LOCAL: [&str; 7] = ["local", "internal", "lan", "home", "corp", "arpa", "localdomain"];

/// What a name looks like. Scores are in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The category.
    pub category: CategoryId,
    /// How much the name looks like it.
    pub score: i16,
    /// The score from which on it counts.
    pub enough: i16,
}

impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "score {:.2}, and {:.2} is enough", f32::from(self.score) / 100.0, f32::from(self.enough) / 100.0)
    }
}

/// Guesses about one name, without a place on the heap.
pub type Guesses = SmallVec<[Guess; LANES]>;

/// One category that is on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    pub(crate) category: CategoryId,
    /// What one step of a weight is worth.
    pub(crate) scale: f32,
    pub(crate) bias: f32,
    pub(crate) enough: i16,
}

/// Weights of every category that is on, and what there is to say about all.
#[derive(Clone, Default, PartialEq)]
pub struct NameModel {
    pub(crate) bits: u8,
    pub(crate) columns: Vec<Column>,
    /// Weights by place; of each place as many as [`stride`] says, the columns first.
    pub(crate) rows: Vec<i8>,
    pub(crate) reports: Vec<NameReport>,
}

impl fmt::Debug for NameModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameModel").field("bits", &self.bits).field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// Bytes from one place to the next.
pub(crate) fn stride(columns: usize) -> usize {
    columns.next_power_of_two()
}

impl NameModel {
    /// Is no category on?
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.columns.is_empty()
    }

    /// What there is to say of each category that might have been learned.
    #[must_use]
    pub fn reports(&self) -> &[NameReport] {
        &self.reports
    }

    /// Bytes that one category takes.
    #[must_use]
    pub fn bytes_each(&self) -> usize {
        if self.is_off() { 0 } else { 1 << self.bits }
    }

    /// Is this category on?
    #[must_use]
    pub fn is_on(&self, category: CategoryId) -> bool {
        self.columns.iter().any(|column| column.category == category)
    }

    /// The categories that a canonical host name looks like, the surest first.
    #[must_use]
    pub fn guess(&self, host: &str) -> Guesses {
        let mut guesses = self.scored(host, |guess| guess.score >= guess.enough);
        if guesses.len() > 1 {
            guesses.sort_unstable_by_key(|guess| guess.enough.saturating_sub(guess.score));
        }
        guesses
    }

    /// The score of every category that is on; none for a name that says nothing.
    #[must_use]
    pub fn scores(&self, host: &str) -> Guesses {
        self.scored(host, |_| true)
    }

    fn scored(&self, host: &str, counts: impl Fn(&Guess) -> bool) -> Guesses {
        let Some(name) = Name::new(host).filter(|_| !self.is_off() && !is_local(host)) else { return Guesses::new() };
        let (sums, runs) = match stride(self.columns.len()) {
            1 => self.sums::<1>(&name),
            2 => self.sums::<2>(&name),
            4 => self.sums::<4>(&name),
            _ => self.sums::<8>(&name),
        };
        let share = 1.0 / (runs.max(1) as f32).sqrt();
        self.columns.iter().zip(sums).map(|(column, sum)| column.guess(sum, share)).filter(counts).collect()
    }

    #[inline]
    fn sums<const STRIDE: usize>(&self, name: &Name<'_>) -> ([i16; LANES], u32) {
        let (rows, _) = self.rows.as_chunks::<STRIDE>();
        // As many sums as this fit sixteen bits: see `MOST_RUNS`.
        let (mut sums, mut runs) = ([0_i16; STRIDE], 0_u32);
        let shift = 64 - u32::from(self.bits);
        name.each(|gram| {
            runs += 1;
            if let Some(row) = rows.get((gram.hash >> shift) as usize) {
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum = sum.wrapping_add(i16::from(*weight)));
            }
        });
        let mut all = [0; LANES];
        all.iter_mut().zip(sums).for_each(|(slot, sum)| *slot = sum);
        (all, runs)
    }

    /// The parts of a name that speak most for a category, in plain words; nothing for a category that is not on.
    #[must_use]
    pub fn why(&self, host: &str, category: CategoryId) -> Option<String> {
        let at = self.columns.iter().position(|column| column.category == category)?;
        let shift = 64 - u32::from(self.bits);
        let weight =
            |hash: u64| self.rows.get((hash >> shift) as usize * stride(self.columns.len()) + at).map_or(0, |weight| i32::from(*weight));
        Some(super::why::words(&Name::new(host)?, weight))
    }
}

impl Column {
    fn guess(&self, sum: i16, share: f32) -> Guess {
        let score = hundredths(f32::from(sum) * self.scale * share + self.bias);
        Guess { category: self.category, score, enough: self.enough }
    }
}

/// A score in hundredths.
pub(super) fn hundredths(score: f32) -> i16 {
    // Far beyond any score of a real name on both sides, so the cast cuts nothing.
    (score * 100.0).round().clamp(-30_000.0, 30_000.0) as i16
}

fn is_local(host: &str) -> bool {
    host.rsplit('.').next().is_some_and(|last| LOCAL.contains(&last))
}

/// A model for which every name that says anything looks like these categories, the first one most.
#[cfg(test)]
pub(crate) fn names_that_all_look_like(categories: &[CategoryId]) -> NameModel {
    let column = |(at, category): (usize, &CategoryId)| Column { category: *category, scale: 1.0, bias: 9.0 - at as f32, enough: 100 };
    let columns: Vec<Column> = categories.iter().enumerate().map(column).collect();
    NameModel { bits: 8, rows: vec![0; stride(columns.len()) << 8], columns, reports: Vec::new() }
}

impl NameReport {
    /// Is the category on?
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state == State::On
    }
}
