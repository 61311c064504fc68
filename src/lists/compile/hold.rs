//! May a list go live, or does its last good version stay (standards U7, U22)?

use super::report::{HoldReason, ListWarning};
use super::spec::ListSpec;
use super::tally::Tally;
use crate::lists::ListKind;

/// Fewer bad lines than this never hold a list back: one typing error must not keep new entries out.
const MIN_BAD_LINES: u64 = 3;

/// The first reason that holds the list back.
pub(super) fn hold(spec: &ListSpec, tally: &Tally, entries: u64) -> Option<HoldReason> {
    if spec.elsewhere {
        return None;
    }
    if let Some(most) = spec.most_lines.filter(|most| tally.lines > *most) {
        return Some(HoldReason::TooLong { lines: tally.lines, most });
    }
    if spec.strict && tally.rejected > 0 {
        return Some(HoldReason::Strict { bad: tally.rejected });
    }
    let limit = spec.bad_lines_per_thousand;
    if tally.rejected >= MIN_BAD_LINES && tally.rejected.saturating_mul(1_000) > tally.lines.saturating_mul(u64::from(limit)) {
        return Some(HoldReason::TooManyBadLines { bad: tally.rejected, lines: tally.lines, limit });
    }
    let last = spec.last_good_entries.unwrap_or(0);
    if spec.any_size {
        return None;
    }
    if entries == 0 && (last > 0 || spec.kind == ListKind::Statutory) {
        return Some(HoldReason::Empty);
    }
    let least = u64::from(1_000_u16.saturating_sub(spec.may_shrink_per_thousand));
    (entries.saturating_mul(1_000) < last.saturating_mul(least)).then_some(HoldReason::Shrunk { now: entries, last })
}

/// What someone should look at.
pub(super) fn warnings(spec: &ListSpec, tally: &Tally, entries: u64) -> Vec<ListWarning> {
    let mut warnings = Vec::new();
    if tally.expressions > 0 {
        warnings.push(ListWarning::Expressions(tally.expressions));
    }
    if let Some(last) = spec.last_good_entries.filter(|&last| last > 0 && entries > last.saturating_mul(2)) {
        warnings.push(ListWarning::Grew { now: entries, last });
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_live_unless_there_is_a_reason() {
        let spec = ListSpec { last_good_entries: Some(100), ..ListSpec::new(ListKind::Statutory, "a", "a") };
        let strict = ListSpec { strict: true, ..spec.clone() };
        let confirmed = ListSpec { any_size: true, ..spec.clone() };
        let steady = ListSpec { may_shrink_per_thousand: 100, ..spec.clone() };
        let unsteady = ListSpec { may_shrink_per_thousand: 900, ..spec.clone() };
        let category = ListSpec::new(ListKind::Category, "a", "a");
        let elsewhere = ListSpec { elsewhere: true, ..spec.clone() };
        let watched = ListSpec { most_lines: Some(50), ..spec.clone() };
        let first = ListSpec { last_good_entries: None, ..spec.clone() };
        for (spec, lines, rejected, entries, reason) in [
            (&spec, 100, 0, 100, None),
            (&spec, 3, 2, 100, None),
            (&spec, 100, 10, 90, None),
            (&spec, 100, 11, 89, Some(HoldReason::TooManyBadLines { bad: 11, lines: 100, limit: 100 })),
            (&spec, 50, 0, 50, None),
            (&spec, 49, 0, 49, Some(HoldReason::Shrunk { now: 49, last: 100 })),
            (&spec, 0, 0, 0, Some(HoldReason::Empty)),
            (&steady, 89, 0, 89, Some(HoldReason::Shrunk { now: 89, last: 100 })),
            (&unsteady, 10, 0, 10, None),
            (&unsteady, 9, 0, 9, Some(HoldReason::Shrunk { now: 9, last: 100 })),
            (&confirmed, 0, 0, 0, None),
            (&first, 0, 0, 0, Some(HoldReason::Empty)),
            (&first, 1, 0, 1, None),
            (&category, 0, 0, 0, None),
            (&elsewhere, 0, 0, 0, None),
            (&watched, 50, 0, 50, None),
            (&watched, 51, 0, 51, Some(HoldReason::TooLong { lines: 51, most: 50 })),
            (&strict, 100, 1, 99, Some(HoldReason::Strict { bad: 1 })),
        ] {
            let tally = Tally { lines, rejected, ..Tally::default() };
            assert_eq!(hold(spec, &tally, entries), reason, "{lines} {rejected} {entries}");
        }
    }
}
