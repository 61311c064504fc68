//! What was learned, as a judgement needs it: one byte a weight, the categories side by side, so that one look at a run serves all.
//!
//! Must never allocate when it is asked, never say anything of a name that it does not say the same of tomorrow, and never guess at a name of
//! the allow corpus.

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
/// Weights are kept as bytes that are this much higher, so that sums are of numbers without a sign.
pub(super) const NOTHING: u8 = 128;
// Sums of the bytes of one name fit sixteen bits without a sign, and those of its weights sixteen with one.
const _: () = assert!(MOST_RUNS * 255 <= u16::MAX as usize && MOST_RUNS * 128 <= i16::MAX as usize);
/// Every other byte of eight.
const EVERY_OTHER: u64 = 0x00ff_00ff_00ff_00ff;
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
    /// Weights by place, each [`NOTHING`] higher than it is; of each place as many as [`stride`] says, the columns first.
    pub(crate) rows: Vec<u8>,
    /// Names of the allow corpus, without `www.`, that would look like something, in order: nobody guesses at them.
    pub(crate) exempt: Vec<Box<str>>,
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
        if !guesses.is_empty() && self.is_exempt(host) {
            guesses.clear();
        }
        if guesses.len() > 1 {
            guesses.sort_unstable_by_key(|guess| guess.enough.saturating_sub(guess.score));
        }
        guesses
    }

    /// Is it a name of the allow corpus that would look like something?
    #[must_use]
    pub fn is_exempt(&self, host: &str) -> bool {
        self.exempt.binary_search_by(|known| (**known).cmp(bare(host))).is_ok()
    }

    /// The score of every category that is on; none for a name that says nothing.
    #[must_use]
    pub fn scores(&self, host: &str) -> Guesses {
        self.scored(host, |_| true)
    }

    fn scored(&self, host: &str, counts: impl Fn(&Guess) -> bool) -> Guesses {
        let mut guesses = Guesses::new();
        let Some(name) = Name::new(host).filter(|name| !self.is_off() && !is_local(name.last())) else { return guesses };
        let runs = name.count();
        let sums = match stride(self.columns.len()) {
            1 => self.sums::<1>(&name),
            2 => self.sums::<2>(&name),
            4 => self.sums::<4>(&name),
            _ => self.sums::<8>(&name),
        };
        // Both fit: see `MOST_RUNS`.
        let (share, nothing) = (1.0 / (runs as f32).sqrt(), runs as i32 * i32::from(NOTHING));
        for (column, sum) in self.columns.iter().zip(sums) {
            let guess = column.guess((i32::from(sum) - nothing) as i16, share);
            if counts(&guess) {
                guesses.push(guess);
            }
        }
        guesses
    }

    /// The bytes of every run, added up by column: two words with four sums each, so that one addition serves four columns.
    #[inline]
    fn sums<const STRIDE: usize>(&self, name: &Name<'_>) -> [u16; LANES] {
        let (rows, _) = self.rows.as_chunks::<STRIDE>();
        let (mut even, mut odd) = (0_u64, 0_u64);
        let shift = 64 - u32::from(self.bits);
        name.each(|gram| {
            if let Some(row) = rows.get((gram.hash >> shift) as usize) {
                let mut eight = [0; LANES];
                eight[..STRIDE].copy_from_slice(row);
                let eight = u64::from_le_bytes(eight);
                even = even.wrapping_add(eight & EVERY_OTHER);
                odd = odd.wrapping_add(eight >> 8 & EVERY_OTHER);
            }
        });
        std::array::from_fn(|at| ((if at % 2 == 0 { even } else { odd }) >> (at / 2 * 16)) as u16)
    }

    /// The parts of a name that speak most for a category, in plain words; nothing for a category that is not on.
    #[must_use]
    pub fn why(&self, host: &str, category: CategoryId) -> Option<String> {
        let at = self.columns.iter().position(|column| column.category == category)?;
        let shift = 64 - u32::from(self.bits);
        let weight = |hash: u64| {
            self.rows
                .get((hash >> shift) as usize * stride(self.columns.len()) + at)
                .map_or(0, |byte| i32::from(*byte) - i32::from(NOTHING))
        };
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
    // Rounded without a call of a library. Far beyond any score of a real name on both sides, so the cast cuts nothing.
    (score * 100.0 + 0.5_f32.copysign(score)).clamp(-30_000.0, 30_000.0) as i16
}

/// The host without `www.`, which says nothing.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

fn is_local(last: &[u8]) -> bool {
    LOCAL.iter().any(|local| local.as_bytes() == last)
}

/// A model for which every name that says anything looks like these categories, the first one most.
#[cfg(test)]
pub(crate) fn names_that_all_look_like(categories: &[CategoryId]) -> NameModel {
    let column = |(at, category): (usize, &CategoryId)| Column { category: *category, scale: 1.0, bias: 9.0 - at as f32, enough: 100 };
    let columns: Vec<Column> = categories.iter().enumerate().map(column).collect();
    NameModel { bits: 8, rows: vec![NOTHING; stride(columns.len()) << 8], columns, ..NameModel::default() }
}

impl NameReport {
    /// Is the category on?
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state == State::On
    }
}
