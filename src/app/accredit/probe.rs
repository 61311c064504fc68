//! Many requests through the real listener: what is to be sent, what should come, and the workers that send it over connections that are
//! kept open.

use super::bench::{Bench, Door};
use super::client::{Came, Line, Tunnel};
use super::origin::Mark;
use super::tally::Tally;
use crate::accredit::Miss;
use crate::model::{Reason, VerdictKind};
use rustls::ClientConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

/// Connections at one time.
const WORKERS: usize = 32;

/// What should come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// Anything but the page itself.
    Closed,
    /// A block: a warning, and a request that could not be read, are none.
    Blocked,
    /// Anything but a block by a statutory list.
    NotStatutory,
    /// Anything but a block.
    NotBlocked,
}

/// How what came is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Good,
    Wrong,
}

impl Wants {
    fn judge(self, came: &Came) -> Judged {
        let blocked = !came.reached && came.reason.is_some_and(|reason| reason.kind() == VerdictKind::Block);
        let good = match self {
            Self::Closed => !came.reached,
            Self::Blocked => blocked,
            Self::NotStatutory => came.reason != Some(Reason::Statutory),
            Self::NotBlocked => !blocked,
        };
        if good { Judged::Good } else { Judged::Wrong }
    }
}

/// One request.
pub(super) struct Probe {
    pub(super) wire: Vec<u8>,
    pub(super) kind: &'static str,
    pub(super) wants: Wants,
}

/// What a tunnel means whose inside is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfSealed {
    /// It should have been refused.
    Wrong,
    /// It is counted as not seen.
    Counted,
    /// It is what should come.
    Fine,
}

/// A tunnel and what is asked inside.
pub(super) struct Inner {
    pub(super) connect: Vec<u8>,
    /// The canonical host, for the handshake.
    pub(super) host: Box<str>,
    pub(super) kind: &'static str,
    /// What the tunnel itself should come to.
    pub(super) wants: Wants,
    pub(super) if_sealed: IfSealed,
    /// Is the handshake tried?
    pub(super) opens: bool,
    pub(super) probes: Vec<Probe>,
}

/// Everything that is asked about one entry.
#[derive(Default)]
pub(super) struct Item {
    /// Where it stands.
    pub(super) place: String,
    /// What it is, defanged; empty where it must not be said.
    pub(super) asked: String,
    pub(super) probes: Vec<Probe>,
    pub(super) tunnels: Vec<Inner>,
}

impl Item {
    fn miss(&self, kind: &str, came: &str) -> Miss {
        Miss { place: self.place.as_str().into(), asked: self.asked.as_str().into(), came: format!("{kind}: {came}").into() }
    }
}

/// Sends everything that `make` makes of the numbers below `count`.
pub(super) async fn send(bench: &Bench, door: &Door, count: usize, make: impl Fn(usize) -> Item + Send + Sync + 'static) -> Tally {
    let (make, next, begun) = (Arc::new(make), Arc::new(AtomicUsize::new(0)), Instant::now());
    let workers: Vec<_> = (0..WORKERS.min(count))
        .map(|_| {
            let mut worker = Worker::new(bench, door.address);
            let (make, next) = (Arc::clone(&make), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let at = next.fetch_add(1, Relaxed);
                    if at >= count {
                        return worker.tally;
                    }
                    worker.item(&make(at)).await;
                }
            })
        })
        .collect();
    let mut all = Tally::default();
    for worker in workers {
        match worker.await {
            Ok(tally) => all.join(tally),
            // A worker that broke off has counted nothing: that must not look like a pass.
            Err(_) => all.unanswered += 1,
        }
    }
    all.took = begun.elapsed();
    all
}

struct Worker {
    door: SocketAddr,
    mark: Arc<Mark>,
    trust: Option<Arc<ClientConfig>>,
    line: Option<Line>,
    tally: Tally,
}

impl Worker {
    fn new(bench: &Bench, door: SocketAddr) -> Self {
        Self { door, mark: Arc::clone(&bench.origin.mark), trust: bench.trust.clone(), line: None, tally: Tally::default() }
    }

    async fn item(&mut self, item: &Item) {
        for probe in &item.probes {
            match self.plain(&probe.wire).await {
                Some(came) => self.count(item, probe, &came),
                None => self.tally.unanswered += 1,
            }
        }
        for inner in &item.tunnels {
            self.tunnel(item, inner).await;
        }
    }

    /// Over the connection that is kept, or else over a fresh one: a kept connection may have been closed meanwhile.
    async fn plain(&mut self, wire: &[u8]) -> Option<Came> {
        if let Some(mut line) = self.line.take().filter(|line| !line.is_over())
            && let Ok(came) = line.ask(wire).await
        {
            self.line = Some(line);
            return Some(came);
        }
        let mut line = Line::open(self.door, &self.mark).await.ok()?;
        let came = line.ask(wire).await.ok()?;
        self.line = Some(line);
        Some(came)
    }

    async fn tunnel(&mut self, item: &Item, inner: &Inner) {
        let mut probes = inner.probes.iter();
        let mut first = true;
        while first || probes.len() > 0 {
            match self.opened(inner).await {
                None => return self.tally.unanswered += 1,
                Some(Tunnel::Refused(came)) => {
                    let judged = inner.wants.judge(&came);
                    return self.tally.count(inner.kind, (judged, word(&came)), || item.miss(inner.kind, &came.words()));
                }
                Some(Tunnel::Sealed(why)) => return self.sealed(item, inner, &why),
                Some(Tunnel::Open(mut line)) => {
                    while !line.is_over() {
                        let Some(probe) = probes.next() else { return };
                        match line.ask(&probe.wire).await {
                            Ok(came) => self.count(item, probe, &came),
                            Err(_) => self.tally.unanswered += 1,
                        }
                    }
                }
            }
            first = false;
        }
    }

    async fn opened(&self, inner: &Inner) -> Option<Tunnel> {
        let trust = self.trust.as_ref().filter(|_| inner.opens);
        Tunnel::open((self.door, &self.mark), (&inner.connect, &inner.host), trust).await.ok()
    }

    fn sealed(&mut self, item: &Item, inner: &Inner, why: &str) {
        if inner.if_sealed == IfSealed::Fine {
            return self.tally.count(inner.kind, (Judged::Good, "a tunnel"), || item.miss(inner.kind, ""));
        }
        self.tally.sealed += 1;
        if inner.if_sealed == IfSealed::Wrong {
            self.tally.count(inner.kind, (Judged::Wrong, "a tunnel"), || item.miss(inner.kind, &format!("the tunnel was granted {why}")));
        }
    }

    fn count(&mut self, item: &Item, probe: &Probe, came: &Came) {
        self.tally.count(probe.kind, (probe.wants.judge(came), word(came)), || item.miss(probe.kind, &came.words()));
    }
}

/// What came, in one word for counts.
fn word(came: &Came) -> &'static str {
    match (came.reached, came.reason) {
        (true, _) => "the page",
        (false, Some(reason)) => reason.code(),
        (false, None) if (300..400).contains(&came.status) => "led on",
        (false, None) => "another answer",
    }
}
