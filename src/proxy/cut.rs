//! A tunnel that is open lives on only as long as it would be opened anew: when people have decided something for a while, when that has
//! ended, when the settings are others or time has passed, it is judged again, and cut where it is closed now (standards I5, X22).
//!
//! Must never decide by itself: the engine does, for the person and the address that the tunnel was opened for.

use super::case::Case;
use super::live::Live;
use super::quota::Meter;
use super::who;
use crate::canon::CanonicalUrl;
use crate::engine::Engine;
use crate::model::{IdentitySource, Moment, Subject};
use crate::policy::{Acts, Ask, Decision, Evidence, Used};
use crate::record::Ended;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

/// Tunnels are judged again over this time, each at a moment of its own: many at once would hold up requests.
const SPREAD_MS: u64 = 400;
/// How often it is looked whether a person is still who they were.
const MINUTE: Duration = Duration::from_secs(60);

/// Waits until the tunnel is closed, and says by what.
pub(super) async fn closed(case: &Case) -> Evidence {
    let proxy = &case.side.proxy;
    let mut news = proxy.news.subscribe();
    // What came between the judgement and this moment has told nobody.
    let mut missed = !(Arc::ptr_eq(&case.acts, &proxy.acts.load()) && Arc::ptr_eq(&case.live, &proxy.live.load()));
    loop {
        if missed && let Some(evidence) = judge(case) {
            return evidence;
        }
        tokio::select! {
            changed = news.changed() => if changed.is_err() { return pending().await },
            () = aged(case) => {}
        }
        tokio::time::sleep(Duration::from_millis(case.ticket.id().0 % SPREAD_MS)).await;
        missed = true;
    }
}

/// What is known of a person holds for a while only: it is looked at again each minute, whether policy moves with time or not.
async fn aged(case: &Case) {
    match case.person {
        Some(_) => tokio::time::sleep(MINUTE).await,
        None => pending().await,
    }
}

/// Writes the ending of a tunnel that was cut.
pub(super) fn finish(mut case: Case, evidence: &Evidence) {
    let why = format!("cut while it was open: {}", evidence.layer);
    let ending = &mut case.ticket.ending;
    ending.note = if ending.note.is_empty() { why } else { format!("{}; {why}", ending.note) }.into();
    ending.reason = Some(evidence.reason);
    case.side.proxy.metrics.tunnels_cut.inc();
    case.ticket.finish(Ended::Answered);
}

/// What closes it now, if something does.
pub(super) fn judge(case: &Case) -> Option<Evidence> {
    let proxy = &case.side.proxy;
    let (live, acts, now) = (proxy.live.load_full(), proxy.acts.load_full(), proxy.clock.now());
    let subject = subject(case, &live, &acts, now);
    let named = case.named.as_deref().map(|name| (name, &b"CONNECT"[..]));
    let asked = case.url.as_ref().map(|url| (url, case.facts.method()));
    let mut addresses = asked.into_iter().chain(named);
    let used = Meter::used(&proxy.ledger, &live.engine.policy, &subject);
    // A warning closes nothing that is open.
    addresses.find_map(|(url, method)| {
        refused(
            &live.engine,
            &Ask {
                subject: &subject,
                url,
                method,
                now: now.wall,
                warned: true,
                acts: &acts,
                used: used.as_deref().unwrap_or(Used::none()),
            },
        )
    })
}

fn refused(engine: &Engine, ask: &Ask<'_>) -> Option<Evidence> {
    match engine.judge(ask).decision {
        Decision::Allow(_) | Decision::Warn(_) => None,
        Decision::Refuse(refusal) => Some(refusal.evidence),
    }
}

/// Who it was opened for, as the policy in force sees them now.
pub(super) fn subject(case: &Case, live: &Live, acts: &Acts, now: Moment) -> Subject {
    let policy = &live.engine.policy;
    let listener = case.side.listener_group.as_deref().and_then(|name| policy.group_named(name));
    let (group, source) = policy.group_of(case.subject.peer.ip(), case.subject.asserted, listener);
    let mut subject = Subject { group, source, ..case.subject.clone() };
    if case.nameless {
        (subject.group, subject.source) = (policy.strictest_near(group), IdentitySource::Unknown);
    } else if let Some(person) = &case.person {
        let person = live.people.still_at(subject.client(), person, now);
        (subject.group, subject.source) = (who::group_of(live, subject.group, &person), person.source);
    }
    policy.seat(&mut subject, acts, now.wall);
    subject
}

impl Case {
    /// Keeps the name that was found inside a tunnel to a bare address: it is judged again with the tunnel.
    pub(super) fn is_named_inside(&mut self, name: CanonicalUrl) {
        self.named = Some(Box::new(name));
    }
}
