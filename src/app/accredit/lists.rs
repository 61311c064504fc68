//! Lists are as fresh as they must be (standards A13, U3): statutory lists within 13 hours, and never older than 26.

use super::tally::{figure, outcome};
use crate::accredit::{Miss, Outcome, Verdict};
use crate::lists::{ListImage, ListKind};
use crate::model::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

const HOUR: i64 = 3600;
/// From this age on a statutory list is late.
const LATE_H: i64 = 13;
/// From this age on it is too old.
const OLD_H: i64 = 26;
/// From this age on a list of categories should be looked at.
const CATEGORY_DAYS: i64 = 31;

/// Looks at every list of the image.
pub(super) fn run(lists: &ListImage, as_of: &BTreeMap<Arc<str>, Timestamp>, now: Timestamp) -> Outcome {
    let (mut late, mut old, mut unknown, mut misses, mut figures) = (0, 0, 0, Vec::new(), Vec::new());
    for list in lists.lists() {
        let statutory = list.kind == ListKind::Statutory;
        let Some(at) = as_of.get(&list.name) else {
            if statutory {
                unknown += 1;
                misses.push(miss(&list.name, "came with the program, or was taken from the last good image: it has no age"));
            }
            continue;
        };
        let hours = (now.seconds() - at.seconds()).max(0) / HOUR;
        figures.push(figure(&format!("age of {}", list.name), u64::try_from(hours).unwrap_or(0), "hours"));
        let (is_old, is_late) = (statutory && hours >= OLD_H, if statutory { hours >= LATE_H } else { hours >= CATEGORY_DAYS * 24 });
        old += u32::from(is_old);
        late += u32::from(is_late && !is_old);
        if is_late {
            misses.push(miss(&list.name, &format!("{hours} hours old")));
        }
    }
    let verdict = if old > 0 {
        Verdict::Fail(format!("{old} statutory lists are older than {OLD_H} hours").into())
    } else if late > 0 {
        Verdict::Amber(format!("{late} lists should have been renewed by now").into())
    } else if unknown > 0 || lists.is_demonstration() {
        Verdict::Amber("a statutory list is a demonstration, or its age is not known".into())
    } else {
        Verdict::Pass
    };
    Outcome { figures, misses, ..outcome("list-age", "", verdict) }
}

fn miss(list: &str, came: &str) -> Miss {
    Miss { place: format!("list {list}").into(), asked: "".into(), came: came.into() }
}
