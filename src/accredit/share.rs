//! A share of a sample, and between which bounds the share of the whole lies.

use serde::{Deserialize, Serialize};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many came out right.
    pub good: u64,
    /// Of how many.
    pub of: u64,
}

/// Bounds of a share, each between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Share {
    /// The share itself, between 0 and 1. `None` of an empty sample.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    pub fn ratio(self) -> Option<f64> {
        (self.of > 0).then(|| self.good as f64 / self.of as f64)
    }

    /// The score interval of Wilson (1927), "Probable inference, the law of succession, and statistical inference", at 95 per cent. It
    /// stays within 0 and 1 and is honest for shares near either end and for small samples. Of an empty sample: everything is possible.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
    pub fn wilson(self) -> Interval {
        const Z: f64 = 1.959_963_984_540_054;
        let Some(p) = self.ratio() else { return Interval { low: 0.0, high: 1.0 } };
        let n = self.of as f64;
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Interval { low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_one_that_tables_print() {
        // good, of, low, high: computed with an independent program to four places
        let table = [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)];
        for (good, of, low, high) in table {
            let found = Share { good, of }.wilson();
            assert!((found.low - low).abs() < 1e-4 && (found.high - high).abs() < 1e-4, "{good} of {of}: {found:?}");
        }
    }
}
