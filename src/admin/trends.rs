//! Trends: what was counted of a week, of the four weeks before and of the first thirty days of a site, and how they are compared
//! (standards D17, F13, F23). Nobody's name, client or address is in here.
//!
//! # Method
//!
//! Counted are person-days: a person who asks for something of a category on a day counts once, however often. The share of person-days
//! with a category is compared with the share before, as a ratio with an interval of 99 % by the logarithm of the ratio (D. Katz, J. Baptista,
//! S. P. Azen and M. C. Pike, "Obtaining confidence intervals for the risk ratio in cohort studies", Biometrics 34, 1978, 469-474). Only where
//! the whole interval is above or below 1 something is said to rise or fall. Fewer than [`FEW`] people or person-days are never shown.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is less than this is not told.
pub const FEW: u64 = 5;
/// Hours of a week.
pub const HOURS: usize = 168;
/// Of a normal distribution, 99 % lie within so many standard deviations.
const Z: f64 = 2.575_829_3;

/// What is to be counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrendsAsk {
    /// Until when, in microseconds: the beginning of a day of the place.
    pub until: i64,
    /// Sites whose first thirty days are known; the empty name is all together.
    pub known: Vec<String>,
}

/// What was counted of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    /// Person-days.
    pub person_days: u64,
    /// Different people.
    pub people: u64,
}

/// What was counted of a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanCount {
    /// Person-days of whoever asked for anything.
    pub person_days: u64,
    /// Requests.
    pub requests: u64,
    /// Requests that were blocked.
    pub blocks: u64,
    /// By category.
    pub categories: BTreeMap<String, CategoryCount>,
    /// Blocked requests by hour of the week, from Monday at midnight; empty: not counted.
    pub blocked_hours: Vec<u64>,
}

/// A site in a week and before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteTrend {
    /// Its name; empty: all together.
    pub site: String,
    /// The week.
    pub week: SpanCount,
    /// The four weeks before.
    pub before: SpanCount,
}

/// The first thirty days of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Its name; empty: all together.
    pub site: String,
    /// From when, and until when, in microseconds.
    pub span: (i64, i64),
    /// What was counted.
    pub count: SpanCount,
}

/// A host that nobody had asked for in the four weeks before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewHost {
    /// The host.
    pub host: String,
    /// How many people.
    pub people: u64,
    /// How many requests.
    pub requests: u64,
    /// Of which blocked.
    pub blocks: u64,
    /// Its categories.
    pub categories: Vec<String>,
    /// When first, in microseconds.
    pub first: i64,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendsCounted {
    /// The week: from when and until when, in microseconds.
    pub span: (i64, i64),
    /// Where the log begins, if that is later than the four weeks before; 0: it is not.
    pub began: i64,
    /// All together first, then each site.
    pub sites: Vec<SiteTrend>,
    /// Hosts of [`FEW`] people at least, the most people first.
    pub hosts: Vec<NewHost>,
    /// New hosts of fewer people: only how many.
    pub few_hosts: u64,
    /// There was more than can be counted: new hosts are not told.
    pub beyond: bool,
    /// Places of the log that could not be read.
    pub damaged: u64,
    /// First thirty days that were not known before.
    #[serde(skip)]
    pub bases: Vec<Baseline>,
}

/// A ratio and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// How many times the share before.
    pub ratio: f64,
    /// The interval of 99 %.
    pub interval: (f64, f64),
}

/// What a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The whole interval is above 1.
    Rising,
    /// The whole interval is below 1.
    Falling,
    /// Nothing can be said.
    Unclear,
}

impl Ratio {
    /// Of a share (some, of all) to the share before. `None`: there are too few for a ratio.
    #[must_use]
    pub fn of((some, all): (u64, u64), (some_before, all_before): (u64, u64)) -> Option<Self> {
        if some < FEW || some_before < FEW || some > all || some_before > all_before {
            return None;
        }
        let [a, n, b, m] = [some, all, some_before, all_before].map(float);
        let ratio = (a / n) / (b / m);
        let spread = (Z * (1.0 / a - 1.0 / n + 1.0 / b - 1.0 / m).max(0.0).sqrt()).exp();
        Some(Self { ratio, interval: (ratio / spread, ratio * spread) })
    }

    /// What it says.
    #[must_use]
    pub fn way(&self) -> Way {
        match self.interval {
            (low, _) if low > 1.0 => Way::Rising,
            (_, high) if high < 1.0 => Way::Falling,
            _ => Way::Unclear,
        }
    }
}

/// Exact up to 2^53, which no log holds.
fn float(number: u64) -> f64 {
    let (high, low) = (u32::try_from(number >> 32).unwrap_or(u32::MAX), u32::try_from(number & 0xffff_ffff).unwrap_or(u32::MAX));
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// A category of a week beside what it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared<'a> {
    /// Its name.
    pub category: &'a str,
    /// The week.
    pub week: &'a CategoryCount,
    /// Against the four weeks before.
    pub before: Option<Ratio>,
    /// Against the first thirty days.
    pub base: Option<Ratio>,
}

/// Categories of a site that may be told, those that rise first, then those that fall, each by how much.
#[must_use]
pub fn compared<'a>(trend: &'a SiteTrend, base: Option<&SpanCount>) -> Vec<Compared<'a>> {
    let against = |week: &CategoryCount, category: &str, other: &SpanCount| {
        let known = other.categories.get(category).filter(|known| known.people >= FEW)?;
        Ratio::of((week.person_days, trend.week.person_days), (known.person_days, other.person_days))
    };
    let told = trend.week.categories.iter().filter(|(name, count)| !name.is_empty() && count.people >= FEW && count.person_days >= FEW);
    let mut all: Vec<Compared<'a>> = told
        .map(|(name, week)| Compared {
            category: name,
            week,
            before: against(week, name, &trend.before),
            base: base.and_then(|base| against(week, name, base)),
        })
        .collect();
    let key = |one: &Compared<'_>| one.before.map_or(Way::Unclear, |ratio| ratio.way());
    let far = |one: &Compared<'_>| one.before.map_or(0.0, |ratio| ratio.ratio.ln().abs());
    all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| far(b).total_cmp(&far(a))).then_with(|| a.category.cmp(b.category)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked against `statsmodels.stats.proportion.confint_proportions_2indep(..., compare="ratio", method="log", alpha=0.01)`.
    #[test]
    fn a_ratio_has_the_interval_of_its_source_and_few_have_none() {
        let ratio = Ratio::of((40, 400), (60, 1600)).unwrap();
        assert!((ratio.ratio - 2.666_667).abs() < 1e-5 && ratio.way() == Way::Rising, "{ratio:?}");
        assert!((ratio.interval.0 - 1.608_24).abs() < 1e-4 && (ratio.interval.1 - 4.421_67).abs() < 1e-4, "{ratio:?}");
        assert_eq!(Ratio::of((10, 400), (60, 1600)).map(|ratio| ratio.way()), Some(Way::Unclear));
        assert_eq!(Ratio::of((10, 800), (120, 1600)).map(|ratio| ratio.way()), Some(Way::Falling));
        assert_eq!((Ratio::of((4, 400), (60, 1600)), Ratio::of((40, 400), (4, 1600)), Ratio::of((9, 8), (9, 9))), (None, None, None));
        assert!(Ratio::of((u64::MAX, u64::MAX), (u64::MAX, u64::MAX)).unwrap().ratio.is_finite());
    }

    #[test]
    fn what_few_do_is_in_no_comparison() {
        let count = |person_days, people| CategoryCount { person_days, people };
        let span = |person_days, games: CategoryCount, rare: CategoryCount| SpanCount {
            person_days,
            categories: BTreeMap::from([("games".into(), games), ("rare".into(), rare), (String::new(), count(99, 99))]),
            ..SpanCount::default()
        };
        let trend = SiteTrend {
            week: span(400, count(40, 12), count(30, 4)),
            before: span(1600, count(60, 4), count(90, 30)),
            ..SiteTrend::default()
        };
        let base = span(2000, count(200, 30), count(1, 1));
        let all = compared(&trend, Some(&base));
        assert_eq!(all.iter().map(|one| one.category).collect::<Vec<_>>(), ["games"], "four people are too few");
        assert!(all[0].before.is_none() && all[0].base.is_some_and(|ratio| ratio.way() == Way::Unclear), "{all:?}");
    }
}
