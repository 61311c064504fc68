//! Lists are as fresh as they must be (standards A13, U3): statutory lists within 13 hours, and never older than 26.

use super::tally::{figure, outcome};
use crate::accredit::{Miss, Outcome, Verdict};
use crate::lists::{ListInfo, ListKind};
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

/// Looks at every list in force.
pub(super) fn run(lists: &[ListInfo], as_of: &BTreeMap<Arc<str>, Timestamp>, now: Timestamp) -> Outcome {
    let (mut late, mut old, mut unknown, mut future, mut misses, mut figures) = (0, 0, 0, 0, Vec::new(), Vec::new());
    for list in lists {
        let statutory = list.kind == ListKind::Statutory;
        let Some(at) = as_of.get(&list.name) else {
            if statutory {
                unknown += 1;
                misses.push(miss(&list.name, "came with the program, or was taken from the last good image: it has no age"));
            }
            continue;
        };
        if at.seconds() > now.seconds() + HOUR {
            future += 1;
            misses.push(miss(&list.name, "dated in the future: its age is not known"));
            continue;
        }
        let hours = (now.seconds() - at.seconds()).max(0) / HOUR;
        figures.push(figure(&format!("age of {}", list.name), u64::try_from(hours).unwrap_or(0), "hours"));
        let (is_old, is_late) = (statutory && hours >= OLD_H, if statutory { hours >= LATE_H } else { hours >= CATEGORY_DAYS * 24 });
        old += u32::from(is_old);
        late += u32::from(is_late && !is_old);
        if is_late {
            misses.push(miss(&list.name, &format!("{hours} hours old")));
        }
    }
    let statutory = lists.iter().any(|list| list.kind == ListKind::Statutory && list.entries > 0);
    let verdict = if !statutory {
        Verdict::NotRun("no statutory list is in force".into())
    } else if future > 0 {
        Verdict::Fail(format!("{future} lists are dated in the future, so that nobody knows how old they are").into())
    } else if old > 0 {
        Verdict::Fail(format!("{old} statutory lists are older than {OLD_H} hours").into())
    } else if late > 0 {
        Verdict::Amber(format!("{late} lists should have been renewed by now").into())
    } else if unknown > 0 || lists.iter().any(|list| list.kind == ListKind::Statutory && list.demonstration) {
        Verdict::Amber("a statutory list is a demonstration, or its age is not known".into())
    } else {
        Verdict::Pass
    };
    Outcome { figures, misses, ..outcome("list-age", "", verdict) }
}

fn miss(list: &str, came: &str) -> Miss {
    Miss { place: format!("list {list}").into(), asked: "".into(), came: came.into() }
}
