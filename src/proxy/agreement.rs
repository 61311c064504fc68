//! The agreement comes first: what would be allowed waits until whoever asks has accepted the words of their group (standards C5, X22).
//!
//! Must never touch a refusal, least of all a statutory one, and never hold up a help line.

use super::case::Case;
use super::handle::Verdict;
use crate::model::{Acceptor, Reason, Timestamp};
use crate::policy::{Agreement, Evidence, Warning};

/// The verdict, or that the agreement comes first.
pub(super) fn before(case: &Case, verdict: Verdict) -> Verdict {
    let agreement = case.live.engine.policy.agreement(case.subject.group);
    match verdict {
        Verdict::Go(permit) if agreement.needed && permit.evidence().reason != Reason::HelpLine && accepted(case, agreement).is_none() => {
            let layer = format!("agreement of the group {}, version {}", agreement.group, agreement.version);
            Verdict::Think(Warning {
                evidence: Evidence { reason: Reason::AgreementNeeded, layer: layer.into(), category: None, matched: None, predicted: None },
            })
        }
        verdict @ (Verdict::Go(_) | Verdict::Think(_) | Verdict::Own | Verdict::Stop(..)) => verdict,
    }
}

/// Who would accept.
pub(super) fn acceptor(case: &Case) -> Acceptor {
    Acceptor::of(case.subject.user.as_deref(), case.subject.client())
}

/// When whoever asks accepted these words, if that still counts: an address may be somebody else's after a while.
pub(super) fn accepted(case: &Case, agreement: &Agreement) -> Option<Timestamp> {
    let who = acceptor(case);
    let at = case.side.proxy.agreed.when(&who, &agreement.version)?;
    let lasts = i64::try_from(case.live.engine.policy.rules().agreement.address_lasts.as_secs()).unwrap_or(i64::MAX);
    let counts = match who {
        Acceptor::Person(_) => true,
        Acceptor::Address(_) => case.ticket.started().wall.seconds() < at.seconds().saturating_add(lasts),
    };
    counts.then_some(at)
}
