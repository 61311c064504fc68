//! What a tunnel hides of the statutory lists, and that it is never hidden in silence (standards U20): each such tunnel is in its
//! record, in the metrics, and, at most once a minute, in a warning for the operator.

use super::case::Case;
use crate::canon::{CanonicalUrl, Scheme};
use crate::matcher::Hits;
use crate::model::{Reason, VerdictKind};
use crate::policy::Evidence;
use crate::telemetry::Sight;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds between two warnings.
const QUIET: i64 = 60;

/// What is seen of a host that has single pages on a statutory list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coverage {
    /// All there is to see.
    Whole,
    /// A tunnel goes through unopened: its pages are not seen.
    Gap,
    /// The whole host is blocked for the sake of some pages.
    OverBlocked,
}

impl Coverage {
    /// Of a tunnel that will be opened, or not.
    pub(super) fn of(evidence: &Evidence, hits: Option<&Hits>, url: Option<&CanonicalUrl>, opened: bool) -> Self {
        let hides =
            !opened && hits.is_some_and(|hits| hits.statutory_urls_on_host) && url.is_some_and(|url| url.scheme() == Scheme::Tunnel);
        match evidence.reason.kind() {
            VerdictKind::Allow if hides => Self::Gap,
            VerdictKind::Block | VerdictKind::Refuse if hides && evidence.reason == Reason::Statutory && evidence.matched.is_none() => {
                Self::OverBlocked
            }
            VerdictKind::Allow | VerdictKind::Warn | VerdictKind::Block | VerdictKind::Refuse => Self::Whole,
        }
    }
}

/// Counts it and tells the operator. The host stays out of the message, which more people read than the log.
pub(super) fn tell(case: &Case, evidence: &Evidence, hits: Option<&Hits>) {
    static TOLD: AtomicI64 = AtomicI64::new(i64::MIN);
    let metrics = &case.side.proxy.metrics;
    let words = match Coverage::of(evidence, hits, case.url.as_ref(), case.opened) {
        Coverage::Whole => return,
        Coverage::Gap => {
            metrics.coverage_gaps.inc();
            case.saw(Sight::Gap);
            "a host with single statutory pages was reached through a tunnel that is not opened: a gap in coverage"
        }
        Coverage::OverBlocked => {
            metrics.hosts_overblocked.inc();
            "a whole host was blocked because single pages of it are on a statutory list and its tunnel is not opened"
        }
    };
    let (now, told) = (case.ticket.started().wall.seconds(), TOLD.load(Ordering::Relaxed));
    let due = now < told || now.saturating_sub(told) >= QUIET;
    if due && TOLD.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        let group = case.live.engine.policy.group_name(case.subject.group);
        tracing::warn!(record = %case.ticket.id(), group = &**group, "{words}; more of them within a minute are only counted");
    }
}
