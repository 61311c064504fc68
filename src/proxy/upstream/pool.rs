//! Kept connections, bounded for each origin and in all: those of HTTP/1.1, newest first, each for one request at a time, and those
//! of HTTP/2, which are shared.
//!
//! Where the room in all is full, whatever has rested longest gives way: hosts that are asked once, however many, do not crowd out those
//! that are used. A connection for which there is no room at its own host serves the request for which it was dialled, and ends.

use super::{Exchange, Home, Place, Shared, Single};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Kept connections in all.
const IN_ALL: usize = 512;
/// How long it is remembered that a place shares its connections, so that a page that wants much of it dials once.
const REMEMBERED: Duration = Duration::from_secs(600);

struct Kept {
    exchange: Single,
    since: Instant,
}

/// The shared connections to one place.
struct Shares {
    home: Arc<Home>,
    open: Vec<Arc<Shared>>,
    /// Who may dial another one.
    dials: Arc<Semaphore>,
    used: Instant,
}

/// What is kept for one host, whatever the port and the scheme.
#[derive(Default)]
struct Stack {
    single: Vec<Kept>,
    shares: Vec<Shares>,
}

impl Stack {
    fn shares(&mut self, place: Place<'_>) -> Option<&mut Shares> {
        self.shares.iter_mut().find(|shares| shares.home.place() == place)
    }

    fn is_empty(&self) -> bool {
        self.single.is_empty() && self.shares.is_empty()
    }

    /// Since when its oldest connections rest: the one of HTTP/1.1 that was put back first, and those of each place that shares.
    fn rested(&self) -> impl Iterator<Item = (Instant, Option<usize>)> {
        let single = self.single.first().map(|kept| (kept.since, None));
        let shares = self.shares.iter().enumerate().filter(|(_, shares)| !shares.open.is_empty());
        single.into_iter().chain(shares.map(|(at, shares)| (shares.used, Some(at))))
    }
}

/// What gave way, of either kind: dropping it lets the connection go. A shared one still serves the requests that are on it.
type Gone = Box<dyn Send>;

/// How to come to another connection.
#[derive(Debug)]
pub enum Dials {
    /// By dialling.
    Now,
    /// This place speaks HTTP/2: one dials, the others wait for what it brings.
    InTurn(Arc<Semaphore>),
}

impl Dials {
    /// Waits for the turn. `None`: no need to wait any more.
    pub async fn turn(self) -> Option<OwnedSemaphorePermit> {
        match self {
            Self::Now => None,
            Self::InTurn(dials) => dials.acquire_owned().await.ok(),
        }
    }
}

/// The kept connections.
pub struct Pool {
    /// By host: its name is at hand without making a text, and it has few ports and schemes.
    kept: Mutex<HashMap<Box<str>, Stack>>,
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

    /// A turn on a shared connection, or else the newest kept connection that is still open.
    pub fn take(&self, place: Place<'_>) -> Option<Exchange> {
        self.take_turn(place).or_else(|| self.take_single(place).map(Exchange::Single))
    }

    /// The newest kept connection that speaks HTTP/1.1 and is still open.
    pub fn take_single(&self, place: Place<'_>) -> Option<Single> {
        loop {
            let mut kept = {
                let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                let single = &mut all.get_mut(place.host)?.single;
                single.remove(single.iter().rposition(|kept| kept.exchange.place() == place)?)
            };
            self.count.fetch_sub(1, Ordering::Relaxed);
            if kept.since.elapsed() < self.patience && kept.exchange.is_fresh() {
                return Some(kept.exchange);
            }
        }
    }

    fn take_turn(&self, place: Place<'_>) -> Option<Exchange> {
        // HTTP/2 is spoken under TLS alone.
        if !place.tls {
            return None;
        }
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let shares = all.get_mut(place.host)?.shares(place)?;
        shares.used = Instant::now();
        let before = shares.open.len();
        shares.open.retain(|shared| shared.is_open());
        self.count.fetch_sub(before - shares.open.len(), Ordering::Relaxed);
        shares.open.iter().find_map(Shared::turn).map(Exchange::Turn)
    }

    /// Keeps what an exchange leaves behind.
    pub fn put(&self, exchange: Exchange) {
        match exchange {
            Exchange::Single(single) => self.put_single(single),
            Exchange::Turn(turn) => drop(turn),
        }
    }

    /// Keeps a connection for the next request, or drops it where there is no room.
    pub fn put_single(&self, exchange: Single) {
        let kept = Kept { exchange, since: Instant::now() };
        // Let go of after the lock: dropping a connection closes it.
        let gone;
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        gone = self.make_room(&mut all);
        if gone.is_none() && self.len() >= IN_ALL {
            return;
        }
        let place = kept.exchange.place();
        if let Some(stack) = all.get_mut(place.host) {
            if stack.single.iter().filter(|other| other.exchange.place() == place).count() >= self.each {
                return;
            }
            stack.single.push(kept);
        } else {
            all.insert(place.host.into(), Stack { single: vec![kept], shares: Vec::new() });
        }
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// Lets others share a connection, where there is room.
    pub fn share(&self, shared: &Arc<Shared>) {
        let gone;
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        gone = self.make_room(&mut all);
        if self.each == 0 || (gone.is_none() && self.len() >= IN_ALL) {
            return;
        }
        let place = shared.place();
        let stack = all.entry(place.host.into()).or_default();
        let Some(shares) = stack.shares(place) else {
            let home = Arc::clone(shared.home());
            stack.shares.push(Shares { home, open: vec![Arc::clone(shared)], dials: Arc::new(Semaphore::new(1)), used: Instant::now() });
            self.count.fetch_add(1, Ordering::Relaxed);
            return;
        };
        if shares.open.len() < self.each {
            shares.open.push(Arc::clone(shared));
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes out what has rested longest, if there is no room for one more. A few hundred are looked through, only when they are as many.
    fn make_room(&self, all: &mut HashMap<Box<str>, Stack>) -> Option<Gone> {
        if self.len() < IN_ALL {
            return None;
        }
        let rested = all.iter().flat_map(|(host, stack)| stack.rested().map(move |(since, at)| (since, host, at)));
        let (_, host, at) = rested.min_by_key(|(since, _, _)| *since)?;
        let host = host.clone();
        let stack = all.get_mut(&host)?;
        let gone = match at {
            None => Box::new(stack.single.remove(0)) as Gone,
            Some(at) => Box::new(stack.shares[at].open.remove(0)),
        };
        if stack.is_empty() {
            all.remove(&host);
        }
        self.count.fetch_sub(1, Ordering::Relaxed);
        Some(gone)
    }

    /// How to come to another connection to a place.
    pub fn dials(&self, place: Place<'_>) -> Dials {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let shares = all.get_mut(place.host).and_then(|stack| stack.shares(place));
        match shares {
            Some(shares) if shares.open.len() < self.each => Dials::InTurn(Arc::clone(&shares.dials)),
            Some(_) | None => Dials::Now,
        }
    }

    /// What was known of a place does not hold any more: whoever waits there dials.
    pub fn forget(&self, place: Place<'_>) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stack) = all.get_mut(place.host) {
            stack.shares.retain(|shares| {
                let gone = shares.home.place() == place && shares.open.is_empty();
                if gone {
                    shares.dials.close();
                }
                !gone
            });
        }
    }

    /// Lets go of connections that were closed or kept too long. Called every few seconds.
    pub fn sweep(&self) {
        let mut dropped = (Vec::new(), Vec::new());
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, stack| {
            for kept in std::mem::take(&mut stack.single) {
                let mut kept = kept;
                if kept.since.elapsed() < self.patience && kept.exchange.is_fresh() {
                    stack.single.push(kept);
                } else {
                    dropped.0.push(kept);
                }
            }
            stack.shares.retain_mut(|shares| {
                let stale = |shared: &mut Arc<Shared>| shared.idle_for() >= self.patience || !shared.is_open();
                dropped.1.extend(shares.open.extract_if(.., stale));
                let wanted = !shares.open.is_empty() || shares.used.elapsed() < REMEMBERED;
                if !wanted {
                    shares.dials.close();
                }
                wanted
            });
            !stack.is_empty()
        });
        drop(all);
        self.count.fetch_sub(dropped.0.len() + dropped.1.len(), Ordering::Relaxed);
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
