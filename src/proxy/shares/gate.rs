//! The step of `handle` in which a request waits for a place and for its turn, or is told that there is none.
//!
//! Must never hide an attempt on a statutory list among refusals that are folded together.

use super::person::{Entry, Person};
use super::table::{Key, Share, Shares};
use crate::config::FairShares;
use crate::model::Reason;
use crate::proxy::case::{Case, plain_evidence};
use crate::proxy::handle::Verdict;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Refusals that get a record at once before their rate counts.
const TOLD: u64 = 10;

/// There is no place, or no turn, for a request.
pub(in crate::proxy) struct Crowded {
    note: String,
    /// It gets no record of its own: it is counted, and told with the next.
    folded: bool,
}

/// Waits for a place and a turn. What is kept lies with the ticket, and ends with it.
pub(in crate::proxy) async fn enter(case: &mut Case) -> Option<Crowded> {
    let live = Arc::clone(&case.live);
    let settings = &live.settings.shares;
    if !settings.counts() {
        return None;
    }
    let shares = Arc::clone(&case.side.proxy.shares);
    let key = match &case.subject.user {
        Some(user) => Key::Person(Arc::clone(user)),
        None => Key::Address(case.subject.client()),
    };
    let metrics = Arc::clone(&case.side.proxy.metrics);
    match take(&shares, key, settings, || metrics.shares.waited.inc()).await {
        Ok(share) => {
            case.ticket.share = Some(share);
            None
        }
        Err(crowded) => {
            metrics.shares.refused.inc();
            if crowded.folded {
                metrics.shares.folded.inc();
            }
            Some(crowded)
        }
    }
}

async fn take(shares: &Arc<Shares>, key: Key, settings: &FairShares, waited: impl Fn()) -> Result<Share, Crowded> {
    let person = shares.person(&key);
    let until = Instant::now() + settings.wait;
    let most = settings.requests_at_once;
    let refuse = |note: String| refuse(shares, &person, settings, note);
    let place = match person.enter(most) {
        Entry::Here(place) => place,
        Entry::Wait(place) => {
            waited();
            match timeout_at(until, place).await {
                Ok(Ok(place)) => place,
                Ok(Err(_)) | Err(_) => return Err(refuse(format!("{most} requests of this person were open, and none ended in time"))),
            }
        }
        Entry::Full => return Err(refuse(format!("{most} requests of this person were open, and as many waited"))),
    };
    let share = Share::new(shares, (key, Arc::clone(&person)), place, settings.clone());
    if settings.requests_per_second > 0 {
        let cost = 1_000_000 / settings.requests_per_second as u64;
        let patience = u64::try_from(until.saturating_duration_since(Instant::now()).as_micros()).unwrap_or(u64::MAX);
        let wait = person.state().requests.take(shares.now(), cost, cost * (settings.burst as u64 - 1), patience);
        match wait {
            Some(0) => {}
            Some(wait) => {
                waited();
                tokio::time::sleep(Duration::from_micros(wait)).await;
            }
            None => return Err(refuse(format!("more than {} requests in a second", settings.requests_per_second))),
        }
    }
    Ok(share)
}

/// Refusals cost room in the log: beyond their own rate they are counted and told together.
fn refuse(shares: &Arc<Shares>, person: &Arc<Person>, settings: &FairShares, note: String) -> Crowded {
    let cost = 1_000_000 / settings.refusals_per_second();
    let mut state = person.state();
    if state.refusals.take(shares.now(), cost, cost * (TOLD - 1), 0).is_none() {
        state.folded += 1;
        if state.folded == 1 {
            shares.tell_later(person);
        }
        return Crowded { note, folded: true };
    }
    let folded = std::mem::take(&mut state.folded);
    let more =
        if folded == 0 { String::new() } else { format!("; {folded} more were refused before this one, without a record of their own") };
    Crowded { note: note + &more, folded: false }
}

/// The verdict, where there is a place; else that there is none. `None`: it is told without a record of its own.
pub(in crate::proxy) fn hold(case: &mut Case, verdict: Verdict, crowded: Option<Crowded>) -> Option<Verdict> {
    let Some(crowded) = crowded else { return Some(verdict) };
    let statutory = match &verdict {
        Verdict::Stop(evidence, _) => evidence.reason == Reason::Statutory,
        Verdict::Go(_) | Verdict::Think(_) | Verdict::Own => false,
    };
    if statutory {
        return Some(verdict);
    }
    if crowded.folded {
        return None;
    }
    case.opened = false;
    case.ticket.ending.led = None;
    Some(Verdict::Stop(plain_evidence(Reason::FairShare), crowded.note))
}
