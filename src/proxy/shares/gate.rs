//! The step of `handle` in which a request waits for a place and for its turn, or is told that there is none.
//!
//! Must never let an attempt on a statutory list wait, nor hide it among refusals that are folded together: only attempts beyond the
//! person's own rate on an entry that has a record of that person within the hour are folded, and they are told by their number. Nor forget a request whose client goes while it waits, nor let through
//! what was closed meanwhile.

use super::attempts::{Known, entry};
use super::person::{Entry, Person, Place};
use super::table::{Key, Share, Shares};
use crate::config::FairShares;
use crate::model::Reason;
use crate::policy::Evidence;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::cut;
use crate::proxy::handle::{Verdict, given_up};
use http::HeaderMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Refusals that get a record at once before their rate counts.
const TOLD: u64 = 10;

/// The verdict, once there is a place and a turn for it; else that there is none. `Err`: it is refused for this reason, and that is told
/// without a record of its own. What is kept lies with the ticket, and ends with it.
pub(in crate::proxy) async fn enter(case: &mut Case, verdict: Verdict, headers: &HeaderMap) -> Result<Verdict, Reason> {
    let (live, side) = (Arc::clone(&case.live), Arc::clone(&case.side));
    let (settings, shares) = (&live.settings.shares, &side.proxy.shares);
    if !settings.counts() {
        return Ok(verdict);
    }
    let key = match &case.subject.user {
        Some(user) => Key::Person(Arc::clone(user)),
        None => Key::Address(case.subject.client()),
    };
    let person = side.last.person(shares, key);
    let crowd = Crowd { shares, person: &person, settings };
    if let Some(evidence) = statutory(&verdict) {
        return if crowd.folds_attempt(case, evidence) { Err(Reason::Statutory) } else { Ok(verdict) };
    }
    let waited = AtomicBool::new(false);
    let mut waiting = Waiting { case, headers, crowd: &crowd, is_over: false };
    let taken = crowd
        .take(|| {
            waited.store(true, Relaxed);
            side.proxy.metrics.shares.waited.inc();
        })
        .await;
    waiting.is_over = true;
    drop(waiting);
    match taken {
        Ok(place) => {
            case.ticket.share = Some(Share::new(shares, &person, place, settings));
            Ok(if waited.load(Relaxed) { again(case, verdict) } else { verdict })
        }
        Err(_) if crowd.folds(case) => Err(Reason::FairShare),
        Err(note) => {
            close(case);
            Ok(Verdict::Stop(plain_evidence(Reason::FairShare), note))
        }
    }
}

/// The verdict of a request that has waited: what was closed meanwhile does not leave.
fn again(case: &mut Case, verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Go(_) | Verdict::Think(_) => {}
        Verdict::Own | Verdict::Stop(..) => return verdict,
    }
    let Some(mut evidence) = cut::judge(case) else { return verdict };
    if !Arc::ptr_eq(&case.live, &case.side.proxy.live.load()) {
        // The record is written with the lists of when it came: numbers of other lists mean nothing there.
        (evidence.category, evidence.matched, evidence.predicted) = (None, None, None);
    }
    close(case);
    Verdict::Stop(evidence, "closed while it waited for its turn".to_owned())
}

/// Nothing of it leaves, and it is evidence: it takes no place.
fn statutory(verdict: &Verdict) -> Option<&Evidence> {
    match verdict {
        Verdict::Stop(evidence, _) => Some(evidence).filter(|evidence| evidence.reason == Reason::Statutory),
        Verdict::Go(_) | Verdict::Think(_) | Verdict::Own => None,
    }
}

/// Whatever it was to become, it does not.
fn close(case: &mut Case) {
    case.opened = false;
    case.ticket.ending.led = None;
}

/// Those among whom a request waits.
struct Crowd<'c> {
    shares: &'c Arc<Shares>,
    person: &'c Arc<Person>,
    settings: &'c FairShares,
}

impl Crowd<'_> {
    /// Waits for a place and a turn; else says why there is none.
    async fn take(&self, waited: impl Fn()) -> Result<Place, String> {
        let (most, mut patience) = (self.settings.requests_at_once, self.settings.wait);
        let place = match self.person.enter(most) {
            Entry::Here(place) => place,
            Entry::Wait(place) => {
                waited();
                let begun = Instant::now();
                let Ok(Ok(place)) = timeout(patience, place).await else {
                    return Err(format!("{most} requests of this person were open, and none ended in time"));
                };
                patience = patience.saturating_sub(begun.elapsed());
                place
            }
            Entry::Full => return Err(format!("{most} requests of this person were open, and as many waited")),
        };
        if self.settings.requests_per_second > 0 {
            self.turn(patience, waited).await?;
        }
        Ok(place)
    }

    async fn turn(&self, patience: Duration, waited: impl Fn()) -> Result<(), String> {
        let cost = 1_000_000 / self.settings.requests_per_second as u64;
        let patience = u64::try_from(patience.as_micros()).unwrap_or(u64::MAX);
        let wait = self.person.state().requests.take(self.shares.now(), cost, cost * (self.settings.burst as u64 - 1), patience);
        match wait {
            Some(0) => {}
            Some(wait) => {
                waited();
                tokio::time::sleep(Duration::from_micros(wait)).await;
            }
            None => return Err(format!("more than {} requests in a second", self.settings.requests_per_second)),
        }
        Ok(())
    }

    /// Counts a request for which there is none. Refusals cost room in the log: beyond their own rate they are told together, without
    /// a record of their own.
    fn folds(&self, case: &Case) -> bool {
        let metrics = &case.side.proxy.metrics.shares;
        metrics.refused.inc();
        let cost = 1_000_000 / self.settings.refusals_per_second();
        let mut state = self.person.state();
        if state.refusals.take(self.shares.now(), cost, cost * (TOLD - 1), 0).is_some() {
            return false;
        }
        metrics.folded.inc();
        state.folded.all += 1;
        if state.folded.all == 1 {
            self.shares.tell_later(self.person);
        }
        true
    }

    /// Counts an attempt on a statutory list beyond the rate of its person, where the entry has a record: it is told with the others. Each
    /// record is on disk before the answer, and one person must not fill the log with them for everybody.
    fn folds_attempt(&self, case: &Case, evidence: &Evidence) -> bool {
        let settings = self.settings;
        if settings.requests_at_once == 0 && settings.requests_per_second == 0 {
            return false;
        }
        let cost = 1_000_000 / settings.refusals_per_second();
        let burst = cost * (settings.burst as u64).max(TOLD);
        let (mut state, now) = (self.person.state(), self.shares.now());
        let is_turn = settings.requests_per_second > 0 && state.requests.take(now, cost, burst, 0).is_some();
        if is_turn || state.refusals.take(now, cost, burst, 0).is_some() {
            return false;
        }
        let metrics = &case.side.proxy.metrics.shares;
        match state.attempts.note(entry(&self.shares.entries, case, evidence), now) {
            Known::New => return false,
            Known::Recorded => {}
            Known::Full => {
                metrics.beyond.inc();
                state.folded.beyond += 1;
            }
        }
        metrics.refused.inc();
        metrics.folded.inc();
        state.folded.all += 1;
        state.folded.attempts += 1;
        if state.folded.all == 1 {
            self.shares.tell_later(self.person);
        }
        true
    }
}

/// A request that waits. If its client goes meanwhile, what was to come after the waiting never runs: its record is written here.
struct Waiting<'w> {
    case: &'w mut Case,
    headers: &'w HeaderMap,
    crowd: &'w Crowd<'w>,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_over && !self.crowd.folds(self.case) {
            close(self.case);
            given_up(self.case, self.headers);
        }
    }
}
