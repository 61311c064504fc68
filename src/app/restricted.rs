//! Do the names of restricted search still lead anywhere? Looked at soon after the start, after each reload and about once a day
//! (standards AC3). Where one does not, the sites that are led there are not reached: this says so before a class finds out.
//!
//! Must never change where anything is led: the open form is no fallback.

use super::App;
use crate::admin::{RestrictedName, lost_names};
use crate::config::RestrictedCheck;
use crate::proxy::Live;
use crate::record::EventKind;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The first look comes within this time, so that many proxies that start together do not ask at once.
const FIRST: Duration = Duration::from_secs(60);

/// What the last look found, and how to ask for the next one.
#[derive(Default)]
pub(super) struct Restricted {
    found: Mutex<Vec<RestrictedName>>,
    now: Notify,
}

impl Restricted {
    /// Looks again now.
    pub(super) fn look_now(&self) {
        self.now.notify_one();
    }

    /// What the last look found; empty: nothing has to resolve, or nobody has looked yet.
    pub(super) fn found(&self) -> Vec<RestrictedName> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, found: Vec<RestrictedName>) -> Vec<RestrictedName> {
        std::mem::replace(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner), found)
    }
}

impl App {
    /// Looks now and then, to the end of the process.
    pub(super) async fn watch_restricted(self: Arc<Self>) {
        let mut first = true;
        loop {
            let every = self.proxy.live.load().settings.watches.restricted.every;
            let pause = if first { jittered(every.min(FIRST), 50) } else { jittered(every, 90) };
            first = false;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.restricted.now.notified() => {}
            }
            self.look_at_restricted().await;
        }
    }

    async fn look_at_restricted(&self) {
        let live = self.proxy.live.load_full();
        let found = look(&live, &live.settings.watches.restricted).await;
        self.metrics.set_restricted(found.iter().map(|name| (name.name.as_str(), name.fault.is_none())));
        let before = self.restricted.put(found.clone());
        for text in changes(&before, &found) {
            tracing::warn!("{text}");
            self.event(EventKind::RestrictedName, &text);
        }
    }
}

/// One name after the other: a dozen at most, each with the resolver's own time-out.
async fn look(live: &Live, check: &RestrictedCheck) -> Vec<RestrictedName> {
    let mut found = Vec::new();
    if !check.on {
        return found;
    }
    for name in live.engine.policy.restricted_names() {
        let fault = live.dialler.leads_somewhere(name).await.err().map(|fault| fault.to_string());
        found.push(RestrictedName { name: name.to_owned(), fault });
    }
    found
}

/// What is new since the last look, in words.
fn changes(before: &[RestrictedName], now: &[RestrictedName]) -> Vec<String> {
    let was_lost = |name: &str| before.iter().any(|other| other.name == name && other.fault.is_some());
    let (known, new): (Vec<_>, Vec<_>) = now.iter().partition(|name| was_lost(&name.name));
    let found: Vec<&str> = known.iter().filter(|name| name.fault.is_none()).map(|name| name.name.as_str()).collect();
    let again = (!found.is_empty()).then(|| {
        let lead = if found.len() == 1 { "leads" } else { "lead" };
        format!("restricted search: {} {lead} to an address again", found.join(", "))
    });
    lost_names(new.into_iter()).map(|words| format!("restricted search: {words}")).chain(again).collect()
}

/// A random time between this share of it, in per cent, and the whole.
fn jittered(whole: Duration, least: u32) -> Duration {
    let chance = u32::try_from(RandomState::new().build_hasher().finish() % 1000).unwrap_or(0);
    whole * least / 100 + whole * (100 - least) / 100 * chance / 1000
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice::from_ref;

    #[test]
    fn what_is_lost_and_what_is_found_again_is_said_once() {
        let name = |name: &str, fault: Option<&str>| RestrictedName { name: name.into(), fault: fault.map(str::to_owned) };
        let (good, bad) = (name("a.test", None), name("a.test", Some("the name has no address")));
        let all_bad = [bad.clone(), name("b.test", Some("the name has no address"))];
        let all_good = [good.clone(), name("b.test", None)];
        let table: [(&[RestrictedName], &[RestrictedName], Option<&str>); 9] = [
            (&[], from_ref(&good), None),
            (&[], from_ref(&bad), Some("a.test leads nowhere (the name has no address); the sites")),
            (from_ref(&good), from_ref(&bad), Some("leads nowhere")),
            (from_ref(&bad), from_ref(&bad), None),
            (from_ref(&bad), from_ref(&good), Some("leads to an address again")),
            (from_ref(&bad), &[], None),
            (&[], &all_bad, Some("a.test, b.test lead nowhere (the name has no address); the sites")),
            (from_ref(&bad), &all_bad, Some("search: b.test leads nowhere")),
            (&all_bad, &all_good, Some("a.test, b.test lead to an address again")),
        ];
        for (before, now, expected) in table {
            let said = changes(before, now);
            assert_eq!(said.len(), usize::from(expected.is_some()), "{before:?} {now:?}");
            assert!(expected.is_none_or(|words| said[0].contains(words)), "{said:?}");
        }
    }

    #[test]
    fn a_pause_is_moved_at_random_and_stays_in_its_bounds() {
        let day = Duration::from_secs(86_400);
        let pauses: Vec<_> = (0..50).map(|_| jittered(day, 90)).collect();
        assert!(pauses.iter().all(|pause| (day * 9 / 10..=day).contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
