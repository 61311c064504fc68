//! Kept connections, newest first, bounded for each origin and in all.

use super::{Exchange, Place};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Kept connections in all.
const IN_ALL: usize = 512;

struct Kept {
    exchange: Exchange,
    since: Instant,
}

/// The kept connections.
pub struct Pool {
    /// By host, whatever the port and the scheme: a host has few of them, and its name is at hand without making a text.
    kept: Mutex<HashMap<Box<str>, Vec<Kept>>>,
    count: AtomicUsize,
    each: usize,
    patience: Duration,
}

impl Pool {
    /// Keeps at most `each` connections to one origin, each for at most `patience`.
    #[must_use]
    pub fn new(each: usize, patience: Duration) -> Self {
        Self { kept: Mutex::default(), count: AtomicUsize::new(0), each, patience }
    }

    /// Takes the newest kept connection that is still open.
    pub fn take(&self, place: Place<'_>) -> Option<Exchange> {
        loop {
            let mut kept = {
                let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                let stack = all.get_mut(place.host)?;
                stack.remove(stack.iter().rposition(|kept| kept.exchange.place() == place)?)
            };
            self.count.fetch_sub(1, Ordering::Relaxed);
            if kept.since.elapsed() < self.patience && kept.exchange.is_fresh() {
                return Some(kept.exchange);
            }
        }
    }

    /// Keeps a connection for the next request, or drops it where there is no room.
    pub fn put(&self, exchange: Exchange) {
        let kept = Kept { exchange, since: Instant::now() };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if self.count.load(Ordering::Relaxed) >= IN_ALL {
            return;
        }
        let place = kept.exchange.place();
        if let Some(stack) = all.get_mut(place.host) {
            if stack.iter().filter(|other| other.exchange.place() == place).count() >= self.each {
                return;
            }
            stack.push(kept);
        } else {
            all.insert(place.host.into(), vec![kept]);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// Lets go of connections that were closed or kept too long. Called every few seconds.
    pub fn sweep(&self) {
        let mut dropped = Vec::new();
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, stack| {
            for kept in std::mem::take(stack) {
                let mut kept = kept;
                if kept.since.elapsed() < self.patience && kept.exchange.is_fresh() {
                    stack.push(kept);
                } else {
                    dropped.push(kept);
                }
            }
            !stack.is_empty()
        });
        drop(all);
        self.count.fetch_sub(dropped.len(), Ordering::Relaxed);
    }

    /// How many connections are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Are none kept?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
