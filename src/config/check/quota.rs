//! Quotas: whose names are categories, or everything.

use super::bench::Bench;
use crate::config::source::At;
use crate::policy::{EVERYTHING, Quota};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is inherited, under what is written; each name of the latter must be known.
pub(super) fn settle(
    inherited: &[(At<String>, Quota)],
    written: &[(At<String>, Quota)],
    bench: &mut Bench<'_>,
) -> BTreeMap<Arc<str>, Quota> {
    for (name, _) in written.iter().filter(|(name, _)| name.value != EVERYTHING) {
        bench.category(name);
    }
    inherited.iter().chain(written).map(|(name, quota)| (name.value.as_str().into(), *quota)).collect()
}
