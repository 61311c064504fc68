//! Assembly: checked settings -> running system. The only file that knows every room.

use crate::admin::{Console, ListStatus, ListenerStatus, LogStatus, ReloadStatus, Status, StatusSource};
use crate::canon::Wrappers;
use crate::config::{self, Config};
use crate::engine::{Engine, TestReport};
use crate::feeds::{self, BuiltIn, FeedFault, Loaded};
use crate::lists::ListKind;
use crate::model::{Generation, Moment, Timestamp};
use crate::policy::{PolicyFault, PolicySet};
use crate::ports::{Clock, Durability, LogStore};
use crate::proxy::pages::{Contact, HelpLine, Pages, Site, TemplateFault};
use crate::proxy::upstream::{Dialler, Guard, Names, Pool, ResolveFault};
use crate::proxy::{self, Bound, Live, Proxy, gate_limits};
use crate::record::{Entry, EventKind, EventRecord};
use crate::store::{self, Health, OpenFault, Store};
use crate::telemetry::Metrics;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

/// The system cannot start, or a reload cannot go live.
#[derive(Debug, thiserror::Error)]
pub enum AppFault {
    /// No image of lists.
    #[error(transparent)]
    Lists(#[from] FeedFault),
    /// No statutory list.
    #[error(
        "there is no statutory list of illegal material, so nothing is served: name one with kind = \"statutory\" under [[lists.source]]"
    )]
    NoStatutory,
    /// The policy does not fit the lists.
    #[error("policy: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Policy(Vec<PolicyFault>),
    /// The policy's own tests fail.
    #[error("{0} of the tests in the configuration fail: run `lifeguard check` to see them")]
    Tests(usize),
    /// The pages.
    #[error(transparent)]
    Pages(#[from] TemplateFault),
    /// The resolver.
    #[error("proxy.dns: {0}")]
    Names(#[from] ResolveFault),
    /// The trust roots.
    #[error("proxy.tls: {0}")]
    Tls(#[from] rustls::Error),
    /// The name for `Via`.
    #[error("proxy.via cannot stand in a header field")]
    Via,
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenFault),
    /// A listener.
    #[error("{what} cannot listen on {address}: {source}")]
    Listen {
        /// Proxy or console.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The system refuses.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// The system's clocks.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall = Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
        Moment { wall, monotonic_us: u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX) }
    }
}

/// Lists, policy and their engine, checked by the policy's own tests.
#[derive(Debug)]
pub struct Judged {
    /// The engine.
    pub engine: Engine,
    /// What the lists said when they were loaded.
    pub loaded: Loaded,
}

/// Lists and policy -> engine.
///
/// # Errors
/// [`AppFault`]; nothing has changed then.
pub fn engine(config: &Config, generation: Generation, now: Timestamp) -> Result<Judged, AppFault> {
    let loaded = feeds::load(&config.lists, config::builtin_list as BuiltIn, false)?;
    if !loaded.image.has_statutory() && !config.lab_without_statutory {
        return Err(AppFault::NoStatutory);
    }
    let policy = PolicySet::build(config.policy.clone(), &loaded.image).map_err(AppFault::Policy)?;
    let engine = Engine::new(Arc::clone(&loaded.image), policy, generation, Wrappers::built_in());
    let report: TestReport = engine.run_tests(now);
    if report.failures.is_empty() { Ok(Judged { engine, loaded }) } else { Err(AppFault::Tests(report.failures.len())) }
}

/// Engine, pages and roads of one generation.
fn live(config: &Config, judged: Judged, metrics: &Metrics, own: Vec<SocketAddr>) -> Result<Live, AppFault> {
    let settings = config.proxy.clone();
    let names = Names::new(&settings.dns)?;
    let guard = Guard::new(settings.destinations_allowed.clone(), own);
    let engine = judged.engine;
    Ok(Live {
        pages: Pages::new(page_site(config), &BTreeMap::new())?,
        gate: gate_limits(&settings.limits),
        via: settings.via.parse().map_err(|_| AppFault::Via)?,
        dialler: Dialler::new(names, guard, Arc::new(proxy::upstream::client_config(&settings.extra_roots)?), settings.limits.connect),
        pool: Arc::new(Pool::new(settings.upstream_idle_per_host, settings.limits.idle)),
        categories: metrics.categories(engine.lists.categories().iter().map(|name| &**name)),
        site: Arc::from(&*config.site.name),
        node: Arc::from(&*config.site.node),
        lab: config.lab_without_statutory && !engine.lists.has_statutory(),
        engine: Arc::new(engine),
        settings,
    })
}

fn page_site(config: &Config) -> Site {
    let contact = &config.site.contact;
    let help = config.policy.help_lines.iter().filter(|line| line.on_pages);
    Site {
        name: config.site.name.clone(),
        own_name: config.proxy.own_name.clone(),
        time_zone: config.site.time_zone.clone(),
        contact: Contact {
            name: contact.name.clone(),
            phone: contact.phone.clone(),
            email: contact.email.clone(),
            web: contact.web.clone(),
        },
        help_lines: help
            .map(|line| HelpLine {
                name: line.name.to_string(),
                phone: line.phone.to_string(),
                words: line.words.to_string(),
                web: format!("https://{}/", line.address),
            })
            .collect(),
        ..Site::default()
    }
}

/// Reads the settings again; `Err` holds the text of all faults, already printed for people.
pub type ReadConfig = Box<dyn Fn() -> Result<Config, String> + Send + Sync>;

/// The running system.
pub struct App {
    proxy: Arc<Proxy>,
    store: Arc<Store>,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    read: ReadConfig,
    started: Timestamp,
    log_folder: String,
    listeners: Vec<ListenerStatus>,
    own: Vec<SocketAddr>,
    news: Mutex<News>,
}

/// What the last load said.
#[derive(Default)]
struct News {
    reload: ReloadStatus,
    alarms: Vec<String>,
}

/// The signals that are listened to.
struct Signals {
    reload: tokio::signal::unix::Signal,
    end: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            reload: signal(SignalKind::hangup())?,
            end: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }
}

impl App {
    /// Starts everything and serves until a signal ends it.
    ///
    /// # Errors
    /// [`AppFault`], before anything was served.
    pub async fn run(config: Config, read: ReadConfig, ready: impl FnOnce(&str)) -> Result<(), AppFault> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let metrics = Arc::new(Metrics::new());
        let judged = engine(&config, Generation(1), clock.now().wall)?;
        let (bound, console) = (bind_all(&config)?, bind_console(&config).await?);
        let proxies: Vec<SocketAddr> = bound.iter().map(Bound::address).collect::<io::Result<_>>()?;
        let own: Vec<SocketAddr> = proxies.iter().copied().chain([console.local_addr()?]).collect();
        let store = Arc::new(store::open(store_settings(&config), Arc::clone(&clock))?);
        let news =
            News { alarms: judged.loaded.alarms.clone(), reload: ReloadStatus { last_success: Some(clock.now().wall), fault: None } };
        announce(&metrics, &judged, clock.now().wall);
        let live = live(&config, judged, &metrics, own.clone())?;
        let line = start_line(&live, &proxies, console.local_addr()?);
        let log: Arc<dyn LogStore> = Arc::clone(&store) as Arc<dyn LogStore>;
        let proxy = Arc::new(Proxy::new(live, log, Arc::clone(&clock), Arc::clone(&metrics)));
        let app = Arc::new(Self {
            proxy,
            store,
            metrics,
            read,
            started: clock.now().wall,
            clock,
            log_folder: config.log.folder.display().to_string(),
            listeners: listeners(&proxies, console.local_addr()?),
            own,
            news: Mutex::new(news),
        });
        app.event(EventKind::Started, &line);
        app.serve(bound, console, config.proxy.limits.drain, &line, ready).await
    }

    async fn serve(
        self: Arc<Self>,
        bound: Vec<Bound>,
        console: TcpListener,
        drain: Duration,
        line: &str,
        ready: impl FnOnce(&str),
    ) -> Result<(), AppFault> {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let status: Arc<dyn StatusSource> = Arc::clone(&self) as Arc<dyn StatusSource>;
        let page = Console::new(status, Arc::clone(&self.metrics), Vec::new());
        let console = tokio::spawn(page.serve(console, async { drop(stopped.await) }));
        let accepting: Vec<_> = bound.into_iter().map(|bound| tokio::spawn(proxy::accept(Arc::clone(&self.proxy), bound))).collect();
        let sweeping = tokio::spawn(Arc::clone(&self).sweep());
        // Before anybody hears that we are up: until then a SIGHUP would end the process.
        let signals = Signals::listen()?;
        ready(line);
        Arc::clone(&self).obey(signals).await;
        tracing::info!("draining: running requests are finished, no new ones are taken");
        self.proxy.drain.send_replace(true);
        self.wait_until_idle(drain).await;
        drop(stop);
        sweeping.abort();
        for task in accepting {
            task.abort();
        }
        if let Ok(Err(error)) = console.await {
            tracing::warn!(%error, "console");
        }
        self.event(EventKind::Stopped, "stopped in order");
        self.store.close();
        Ok(())
    }

    async fn wait_until_idle(&self, patience: Duration) {
        let until = Instant::now() + patience;
        while Instant::now() < until && self.metrics.connections.get() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let left = self.metrics.connections.get();
        if left > 0 {
            tracing::warn!(left, "connections were still open at the end of the drain");
        }
    }

    async fn sweep(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            self.proxy.live.load().pool.sweep();
        }
    }

    /// SIGHUP reloads; SIGTERM and SIGINT end.
    async fn obey(self: Arc<Self>, mut signals: Signals) {
        loop {
            tokio::select! {
                _ = signals.reload.recv() => {
                    let app = Arc::clone(&self);
                    // A thread of its own with the lowest priority: compiling millions of entries must not hold up a request.
                    let work = std::thread::Builder::new().name("reload".into()).spawn(move || {
                        lower_priority();
                        app.reload();
                    });
                    if let Err(error) = work {
                        tracing::error!(%error, "no thread for the reload");
                    }
                }
                _ = signals.end.recv() => return,
                _ = signals.interrupt.recv() => return,
            }
        }
    }

    /// New lists and policy, whole or not at all.
    fn reload(&self) {
        static ONE: Mutex<()> = Mutex::new(());
        let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = Generation(self.proxy.live.load().generation().0 + 1);
        let made = (self.read)().and_then(|config| {
            let judged = engine(&config, generation, self.clock.now().wall).map_err(|fault| fault.to_string())?;
            let now = self.clock.now().wall;
            let alarms = judged.loaded.alarms.clone();
            announce(&self.metrics, &judged, now);
            let live = live(&config, judged, &self.metrics, self.own.clone()).map_err(|fault| fault.to_string())?;
            Ok((live, alarms, now))
        });
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        match made {
            Ok((live, alarms, now)) => {
                let text = format!("generation {} with {}", generation.0, lists_line(&live.engine));
                let old = self.proxy.live.swap(Arc::new(live));
                *news = News { alarms, reload: ReloadStatus { last_success: Some(now), fault: None } };
                self.metrics.reloaded(generation.0, now);
                tracing::info!("reloaded: {text}");
                self.event(EventKind::Reloaded, &text);
                drop(old);
            }
            Err(fault) => {
                self.metrics.reload_failed();
                tracing::error!("reload failed, the last good state stays:\n{fault}");
                self.event(EventKind::ReloadFailed, &fault);
                news.reload.fault = Some(fault);
            }
        }
    }

    fn event(&self, kind: EventKind, text: &str) {
        let event = EventRecord { at: self.clock.now(), kind, peer: None, text: text.into() };
        drop(self.store.append(&Entry::Event(event), Durability::Queued));
    }
}

/// Best effort: without it a reload is only less polite.
fn lower_priority() {
    if let Err(error) = rustix::process::nice(19) {
        tracing::debug!(%error, "nice");
    }
}

fn announce(metrics: &Metrics, judged: &Judged, now: Timestamp) {
    for alarm in &judged.loaded.alarms {
        tracing::error!("{alarm}");
    }
    metrics.set_lists(judged.engine.lists.lists().iter().map(|list| (&*list.name, list.entries, list.rejected, now)));
    metrics.reloaded(judged.engine.generation.0, now);
}

fn bind_all(config: &Config) -> Result<Vec<Bound>, AppFault> {
    let bind = |listener| proxy::bind(listener).map_err(|source| AppFault::Listen { what: "the proxy", address: listener.address, source });
    config.proxy.listeners.iter().map(bind).collect()
}

async fn bind_console(config: &Config) -> Result<TcpListener, AppFault> {
    let address = config.admin.listen;
    TcpListener::bind(address).await.map_err(|source| AppFault::Listen { what: "the console", address, source })
}

fn store_settings(config: &Config) -> store::Settings {
    let log = &config.log;
    store::Settings {
        node: Arc::from(&*config.site.node),
        durability: match log.durability {
            config::Durability::Process => Durability::Kernel,
            config::Durability::Power => Durability::Disk,
        },
        places: log.queue as u64,
        segment_bytes: log.segment_bytes,
        sync_every: log.sync_every,
        reserve_bytes: log.reserve_bytes,
        ..store::Settings::new(&log.folder)
    }
}

fn listeners(proxies: &[SocketAddr], console: SocketAddr) -> Vec<ListenerStatus> {
    let one = |what: &str, address: &SocketAddr| ListenerStatus { what: what.to_owned(), address: address.to_string() };
    proxies.iter().map(|address| one("Proxy", address)).chain([one("Console", &console)]).collect()
}

fn lists_line(engine: &Engine) -> String {
    let lists = engine.lists.lists();
    let named = |list: &crate::lists::ListInfo| {
        let kind = if list.demonstration { " (demonstration)" } else { "" };
        format!("{} {}{kind}", list.name, list.entries)
    };
    let total: u64 = lists.iter().map(|list| list.entries).sum();
    let shown: Vec<String> = lists.iter().take(12).map(named).collect();
    let more = lists.len().saturating_sub(12);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{total} entries in {} lists: {}{rest}", lists.len(), shown.join(", "))
}

/// One line that says where everything listens and which lists are loaded.
fn start_line(live: &Live, proxies: &[SocketAddr], console: SocketAddr) -> String {
    let proxies: Vec<String> = proxies.iter().map(|address| format!("http://{address}")).collect();
    let warning = match (live.lab, live.engine.lists.is_demonstration()) {
        (true, _) => "; LABORATORY: no statutory list is in force",
        (false, true) => "; DEMONSTRATION: the statutory list is made up and protects nobody",
        (false, false) => "",
    };
    format!(
        "lifeguard {}: proxy on {}, console on http://{console}; {}{warning}",
        env!("CARGO_PKG_VERSION"),
        proxies.join(" and "),
        lists_line(&live.engine)
    )
}

fn log_fault(health: &Health) -> Option<String> {
    match health {
        Health::Healthy => None,
        Health::Full => Some("the disk is full: nothing new is taken".to_owned()),
        Health::Broken(why) => Some(why.to_string()),
        Health::Closed => Some("the log has been closed".to_owned()),
    }
}

impl StatusSource for App {
    fn status(&self) -> Status {
        let live = self.proxy.live.load_full();
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let log = self.store.state().snapshot();
        let policy = &live.engine.policy;
        let mut lists: Vec<ListStatus> = live
            .engine
            .lists
            .lists()
            .iter()
            .map(|list| ListStatus {
                name: list.name.to_string(),
                category: policy.category_title(policy.category_name(list.category)).to_owned(),
                statutory: list.kind == ListKind::Statutory,
                demonstration: list.demonstration,
                entries: list.entries,
                rejected: list.rejected,
                as_of: None,
                alarm: news.alarms.iter().find(|alarm| alarm.contains(&format!("list {}:", list.name))).cloned(),
            })
            .collect();
        lists.sort_by_key(|list| !list.statutory);
        Status {
            now: self.clock.now().wall,
            started: self.started,
            node: live.node.to_string(),
            site: live.site.to_string(),
            generation: live.generation().0,
            policy_version: policy.version().to_string(),
            list_version: live.engine.lists.version().to_string(),
            listeners: self.listeners.clone(),
            lists,
            log: LogStatus {
                place: self.log_folder.clone(),
                fault: log_fault(&log.health),
                queued: log.queue_records,
                records: log.records,
                last_sync: (log.last_sync_us > 0).then(|| Timestamp(i64::try_from(log.last_sync_us).unwrap_or(i64::MAX))),
            },
            reload: news.reload.clone(),
            connections: u64::try_from(self.metrics.connections.get()).unwrap_or(0),
            demonstration: live.engine.lists.is_demonstration(),
            lab: live.lab,
            draining: *self.proxy.drain.borrow(),
        }
    }
}
