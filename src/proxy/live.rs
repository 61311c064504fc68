//! What a reload replaces, as one value: a request takes it once and keeps it to its end, so that no request is judged
//! by half of an old and half of a new policy.

use super::agreed::Agreed;
use super::devices::Devices;
use super::doors::Doors;
use super::intercept::{Authority, Intercept, Refusers};
use super::pages::{PageSet, Pages};
use super::quota::Ledger;
use super::shares::Shares;
use super::signed::Signed;
use super::stopped::Stopped;
use super::strict::GateLimits;
use super::ticket::Numbers;
use super::upstream::{Dialler, Pool};
use super::warned::Warned;
use crate::config::{Limits, Notice, ProxySettings};
use crate::credential::Guesses;
use crate::engine::{Counted, Engine};
use crate::identity::{Leases, Sources};
use crate::model::{Generation, GroupId, Timestamp};
use crate::policy::Acts;
use crate::ports::{Answers, Clock, CodeDesk, LogStore, OpinionDesk, QueueDesk, WeDid};
use crate::telemetry::{CategoryCounters, GroupSights, Metrics, Sight};
use arc_swap::ArcSwap;
use bytes::Bytes;
use http::HeaderValue;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::watch;

/// Engine, pages and settings in force.
pub struct Live {
    /// Decides.
    pub engine: Arc<Engine>,
    /// Answers.
    pub pages: PageSet,
    /// Settings of the proxy.
    pub settings: ProxySettings,
    /// The same, as the gate wants them.
    pub gate: Arc<GateLimits>,
    /// Our name in `Via`.
    pub via: HeaderValue,
    /// Makes connections.
    pub dialler: Dialler,
    /// Keeps connections.
    pub pool: Arc<Pool>,
    /// Says who asks.
    pub people: Sources,
    /// Names of devices by the leases of a DHCP server.
    pub leases: Leases,
    /// Opens tunnels, where a group asks for it.
    pub intercept: Option<Arc<Intercept>>,
    /// Certificates of the listeners that clients reach over TLS.
    pub doors: Doors,
    /// The certificate for our own name that browsers trust, where the settings name one.
    pub own_door: Option<Arc<rustls::ServerConfig>>,
    /// Counters of the categories of these lists.
    pub categories: CategoryCounters,
    /// What was seen of HTTPS, by group number.
    pub sights: Box<[GroupSights]>,
    /// What browsers are told that ask for their proxy settings.
    pub pac: Bytes,
    /// What the people of each group are told about the log.
    pub notices: Box<[Notice]>,
    /// May people look up what was last blocked for them?
    pub remembers_blocks: bool,
    /// Words of the settings that speak of danger: those of searches of which somebody has to hear.
    pub danger: Box<[String]>,
    /// Name of the site.
    pub site: Arc<str>,
    /// Name of this node.
    pub node: Arc<str>,
    /// The engine was made with the lab flag, without a statutory list.
    pub lab: bool,
}

impl Live {
    /// The same, with the connections and the certificates of the one before: only lists have changed. An authority that was changed
    /// on disk since begins anew.
    #[must_use]
    pub fn keeps(self, before: &Self) -> Self {
        let pool = Arc::clone(&before.pool);
        let intercept = match (self.intercept, &before.intercept) {
            (Some(new), Some(old)) if new.is_of(old) => Some(Arc::clone(old)),
            (new, _) => new,
        };
        Self { pool, intercept, ..self }
    }

    /// Bounds and times.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.settings.limits
    }

    /// Counts what was seen of HTTPS in a group.
    pub fn saw(&self, group: GroupId, sight: Sight) {
        if let Some(group) = self.sights.get(usize::from(group.0)) {
            group.saw(sight);
        }
    }

    /// The authority of this installation, where anything is made by it.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        self.intercept.as_ref().map(|opens| opens.leaves.authority()).or_else(|| self.doors.authority())
    }

    /// What was seen of HTTPS in a group since the start.
    #[must_use]
    pub fn counted(&self, group: GroupId, since: Timestamp) -> Option<Counted> {
        let seen = self.sights.get(usize::from(group.0))?;
        Some(Counted {
            since,
            sealed: seen.count(Sight::Sealed),
            opened: seen.count(Sight::Opened),
            inside: seen.count(Sight::Inside),
            gaps: seen.count(Sight::Gap),
            refused: seen.count(Sight::Refused),
            passed: seen.count(Sight::Passed),
            ech: seen.count(Sight::Ech),
        })
    }

    /// The pages that a group's people get: those of its site.
    #[must_use]
    pub fn pages_of(&self, group: GroupId) -> &Pages {
        self.pages.of(self.engine.policy.site(group).map(|site| &*site.name))
    }

    /// Name of the site that a group belongs to.
    #[must_use]
    pub fn site_of(&self, group: GroupId) -> &str {
        self.engine.policy.site(group).map_or(&self.site, |site| &site.name)
    }

    /// Number of the engine in force.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.engine.generation
    }
}

/// The bounds as the gate wants them.
#[must_use]
pub fn gate_limits(limits: &Limits) -> Arc<GateLimits> {
    Arc::new(GateLimits {
        first_line: limits.request_line,
        head: limits.header_block,
        fields: u16::try_from(limits.headers).unwrap_or(u16::MAX),
        pipelined: u16::try_from(limits.pipelined).unwrap_or(u16::MAX),
        first_byte: limits.first_byte,
        head_time: limits.header_time,
        idle: limits.idle,
        body_idle: limits.body_idle,
        write_stall: limits.body_idle,
        ..GateLimits::default()
    })
}

/// The proxy: what is in force, and what lasts.
pub struct Proxy {
    /// In force.
    pub live: ArcSwap<Live>,
    /// The forensic log.
    pub log: Arc<dyn LogStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// What people have decided for a while.
    pub acts: ArcSwap<Acts>,
    /// Told when tunnels that are open have to be judged again.
    pub news: watch::Sender<()>,
    /// Takes codes that people type.
    pub codes: OnceLock<Arc<dyn CodeDesk>>,
    /// How often somebody may be wrong with them.
    pub code_guesses: Guesses,
    /// Takes what people say to staff.
    pub queue: OnceLock<Arc<dyn QueueDesk>>,
    /// How often somebody may say something.
    pub said_guesses: Guesses,
    /// What staff have answered.
    pub answers: ArcSwap<Answers>,
    /// Takes what people think of the filter.
    pub opinions: OnceLock<Arc<dyn OpinionDesk>>,
    /// How often somebody may say it: nobody is kept from telling a worry by it.
    pub opinion_guesses: Guesses,
    /// What staff did about it.
    pub we_did: ArcSwap<Vec<WeDid>>,
    /// Reference numbers.
    pub numbers: Numbers,
    /// Who has read which warning.
    pub warned: Warned,
    /// What people have used of today.
    pub ledger: ArcSwap<Ledger>,
    /// Tokens of the page on which people sign in.
    pub tokens: Signed,
    /// Who has accepted the agreement.
    pub agreed: Agreed,
    /// Names of devices that were looked up.
    pub devices: Devices,
    /// What was last blocked for whom.
    pub stopped: Stopped,
    /// Who uses how much now.
    pub shares: Arc<Shares>,
    /// Who does not accept our certificate.
    pub refusers: Refusers,
    /// When this began.
    pub started: Timestamp,
    /// Connections open now.
    pub open: AtomicUsize,
    /// Turns true when no new work is taken.
    pub drain: watch::Sender<bool>,
    clients: Mutex<HashMap<IpAddr, usize>>,
}

impl Proxy {
    /// Puts the proxy together.
    #[must_use]
    pub fn new(live: Live, log: Arc<dyn LogStore>, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        let started = clock.now().wall;
        Self {
            shares: Arc::new(Shares::new(Arc::clone(&log), Arc::clone(&clock))),
            live: ArcSwap::from_pointee(live),
            log,
            clock,
            metrics,
            acts: ArcSwap::default(),
            news: watch::Sender::new(()),
            codes: OnceLock::new(),
            code_guesses: Guesses::default(),
            queue: OnceLock::new(),
            said_guesses: Guesses::default(),
            answers: ArcSwap::default(),
            opinions: OnceLock::new(),
            opinion_guesses: Guesses::default(),
            we_did: ArcSwap::default(),
            numbers: Numbers::starting(started.seconds()),
            warned: Warned::default(),
            ledger: ArcSwap::default(),
            tokens: Signed::default(),
            agreed: Agreed::default(),
            devices: Devices::default(),
            stopped: Stopped::default(),
            refusers: Refusers::default(),
            started,
            open: AtomicUsize::new(0),
            drain: watch::Sender::new(false),
            clients: Mutex::default(),
        }
    }

    /// Takes a place for a connection, within the bounds in all and for one client.
    #[must_use]
    pub fn admit(self: &Arc<Self>, client: IpAddr) -> Option<Admission> {
        let live = self.live.load();
        let limits = live.limits();
        if self.open.load(Ordering::Relaxed) >= limits.connections {
            return None;
        }
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let count = clients.entry(client).or_insert(0);
        if *count >= limits.connections_per_client {
            return None;
        }
        *count += 1;
        self.open.fetch_add(1, Ordering::Relaxed);
        self.metrics.connections_total.inc();
        self.metrics.connections.inc();
        Some(Admission { proxy: Arc::clone(self), client })
    }
}

/// A connection's place, given back when dropped.
pub struct Admission {
    proxy: Arc<Proxy>,
    client: IpAddr,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.proxy.open.fetch_sub(1, Ordering::Relaxed);
        self.proxy.metrics.connections.dec();
        let mut clients = self.proxy.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = clients.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                clients.remove(&self.client);
            }
        }
    }
}
