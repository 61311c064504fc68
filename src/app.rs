//! Assembly: checked settings -> running system. The only room that knows every other.

mod acceptances;
pub mod accredit;
pub mod accredited;
mod asked;
mod asking;
pub mod backup;
mod bind;
mod canaries;
mod clock;
mod codes;
mod console;
mod console_threads;
mod devices_seen;
mod disclosures;
mod emergency;
mod evidence;
mod exceptions;
mod fault;
mod feeding;
mod figures;
mod hashes;
mod incidents;
mod jobs;
mod lesson;
mod local_lists;
mod make;
mod news;
mod opinions;
mod organisation;
mod pages;
mod past;
mod person;
mod policy;
mod policy_edits;
mod policy_effect;
mod policy_files;
mod policy_guard;
mod policy_lines;
mod policy_of_sites;
mod policy_watch;
mod post;
mod presses;
mod program_names;
mod programs;
mod queue;
mod quotas;
mod reach;
mod reload;
mod restricted;
mod reviews;
mod road;
mod seen;
mod settings_file;
mod settings_sight;
mod signals;
mod small_lists;
mod sources;
mod standing;
mod status;
mod sweep;
mod trends;
mod whole;

pub use asked::{
    Asked, Blocked, Breach, BreachAsk, BreachKey, Breaches, CodeUse, Decision, DecisionFault, Met, MetFault, MetHost, OfGroup, Opened,
    Overblocks, OverblocksAsk, Ranked, Rule, UnknownAsk, decide, met, new_code, noisiest, overblocks, span_of, stop_decision,
    unknown_hosts,
};
pub use clock::SystemClock;
pub use console::{Amend, AmendFault, Amended, ChoosePreset, Written, recover};
pub use emergency::{Closing, EmergencyFault, close_at_once, closed_at_once, knows, open_again};
pub use fault::AppFault;
pub use make::{Judged, authority, directory, doors, engine, keytab, live};
pub use pages::pages;
pub use past::past;
pub use person::person;
pub use road::Roads;
pub use seen::read_seen;
pub use settings_file::{SettingsFile, SiteFaults};

use crate::admin::{Console, ListenerStatus, StatusSource};
use crate::config::Config;
use crate::identity::{Lasting, Notices, Provider, radius};
use crate::model::Timestamp;
use crate::ports::{Clock, Durability, LogStore};
use crate::proxy::{self, Bound, Live, Proxy};
use crate::record::retention::Class;
use crate::record::{Entry, EventKind, EventRecord};
use crate::store::stats::Room;
use crate::store::{self, Store};
use crate::telemetry::Metrics;
use arc_swap::ArcSwapOption;
use bind::{bind_all, bind_console};
use console_threads::ConsoleThreads;
use exceptions::Decided;
use feeding::Feeding;
use hashes::Hashes;
use make::{people, read_leases, store_settings};
use news::News;
use restricted::Restricted;
use rustls::ServerConfig;
use signals::{Signals, lower_priority};
use small_lists::{Small, SmallLists};
use standing::Standing;
use status::{authority_until, listeners, start_line};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Reads the settings again; `Err` holds the text of all faults, already printed for people.
pub type ReadConfig = Box<dyn Fn() -> Result<Config, String> + Send + Sync>;

/// The running system.
pub struct App {
    proxy: Arc<Proxy>,
    store: Arc<Store>,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    written: Written,
    in_force: settings_sight::InForce,
    started: Timestamp,
    listeners: Vec<ListenerStatus>,
    own: Vec<SocketAddr>,
    news: Mutex<News>,
    standing: Standing,
    /// Days for which web logs are kept.
    keep_days: AtomicU64,
    room: Mutex<Room>,
    restricted: Restricted,
    feeding: Feeding,
    small_lists: SmallLists,
    accredited: accredited::Keeper,
    /// What was counted for pictures.
    figures: figures::Figures,
    /// What the console shows to clients, where it speaks TLS.
    console_tls: Arc<ArcSwapOption<ServerConfig>>,
    /// Where passwords are held against their hashes.
    hashes: Hashes,
    /// Why the last letter was not sent.
    mail_fault: Mutex<Option<String>>,
    /// The organisation's sign-in service for the console.
    organisation: Option<Provider>,
}

/// Where the proxy listens, and with the console: what no request may be led to.
fn addresses(bound: &[Bound], console: &TcpListener) -> io::Result<(Vec<SocketAddr>, Vec<SocketAddr>)> {
    let proxies: Vec<SocketAddr> = bound.iter().map(Bound::address).collect::<io::Result<_>>()?;
    let own = proxies.iter().copied().chain([console.local_addr()?]).collect();
    Ok((proxies, own))
}

impl App {
    /// Starts everything and serves until a signal ends it.
    ///
    /// # Errors
    /// [`AppFault`], before anything was served.
    pub async fn run(config: Config, written: Written, ready: impl FnOnce(&str)) -> Result<(), AppFault> {
        let (clock, metrics): (Arc<dyn Clock>, _) = (Arc::new(SystemClock::default()), Arc::new(Metrics::new()));
        let released = feeding::first(&config, clock.now().wall).await?;
        let (mut judged, said) = whole::first(&config, clock.now().wall)?;
        let (bound, console) = (bind_all(&config)?, bind_console(&config).await?);
        let (proxies, own) = addresses(&bound, &console)?;
        let store = Arc::new(store::open(store_settings(&config), Arc::clone(&clock))?);
        judged.engine.seen = Some(seen::open(&config, clock.now().wall));
        let (news, small) = (News::announced(&judged, &metrics, clock.now().wall), Small { watched: judged.loaded.watched.clone() });
        let accredited = accredited::Keeper::open(&config, &judged, clock.now().wall);
        let people = people(&config, Arc::new(Lasting::new(Notices::new(Arc::clone(&store) as _))), None)?;
        let live = Live { people, ..live(&config, judged, (&metrics, clock.now().wall), own.clone())? };
        let line = start_line(&live, &proxies, (console::scheme(config.admin.door.is_some()), console.local_addr()?));
        let proxy = Arc::new(Proxy::new(live, Arc::clone(&store) as _, Arc::clone(&clock), Arc::clone(&metrics)));
        let ((decided, length), book) = (codes::open(&config, &proxy, &clock)?, acceptances::open(&config.log.folder, &store, &proxy)?);
        proxy.ledger.store(Arc::new(quotas::read(&config.log.folder, clock.now().wall)));
        let app = Arc::new(Self {
            small_lists: SmallLists::new(Arc::clone(&decided), (&proxy.live.load().engine, small), &config.lists, clock.now().wall),
            proxy,
            store,
            metrics,
            in_force: settings_sight::InForce::at_start(&*written.settings),
            written,
            started: clock.now().wall,
            clock,
            listeners: listeners(&proxies, console.local_addr()?),
            own,
            news: Mutex::new(news),
            standing: Standing::of(&config),
            keep_days: AtomicU64::new(keep_days(&config)),
            room: Mutex::default(),
            restricted: Restricted::default(),
            feeding: Feeding::of(&config),
            accredited,
            figures: figures::Figures::default(),
            console_tls: console::first_tls(&config)?,
            hashes: Hashes::start(),
            mail_fault: Mutex::default(),
            organisation: organisation::provider(&config)?,
        });
        app.hear_network(&config).await?;
        app.has_started(&line, &released, &said);
        let following = app.follow((decided, length), book);
        let served = app.serve(bound, console, &config, &line, ready).await;
        following.iter().for_each(JoinHandle::abort);
        served
    }

    /// Follows what other programs decide, accept and list.
    fn follow(self: &Arc<Self>, (decided, length): (Arc<Decided>, u64), book: acceptances::File) -> [JoinHandle<()>; 3] {
        [
            tokio::spawn(Arc::clone(self).follow_exceptions(decided, length)),
            tokio::spawn(Arc::clone(self).follow_acceptances(book)),
            tokio::spawn(Arc::clone(self).follow_small_lists()),
        ]
    }

    /// Hears from the network who is where, if the settings say so.
    async fn hear_network(&self, config: &Config) -> Result<(), AppFault> {
        if let (Some(settings), Some(sessions)) = (&config.sign_in.radius, self.proxy.live.load().people.network()) {
            let bound = radius::bind(settings).await?;
            tracing::info!("RADIUS accounting on {}", bound.address()?);
            tokio::spawn(radius::serve(bound, Arc::clone(sessions), Arc::clone(&self.clock)));
        }
        Ok(())
    }

    async fn serve(
        self: Arc<Self>,
        bound: Vec<Bound>,
        console: TcpListener,
        config: &Config,
        line: &str,
        ready: impl FnOnce(&str),
    ) -> Result<(), AppFault> {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let status: Arc<dyn StatusSource> = Arc::clone(&self) as Arc<dyn StatusSource>;
        let (desk, secret) = console::door(&self, config)?;
        let tls = console::tls(&self.console_tls);
        let scheme = console::scheme(tls.is_some());
        let setup = secret.map(|secret| console.local_addr().map(|at| console::setup_line((scheme, at), &secret))).transpose()?;
        let page = Console::new(status, Arc::clone(&self.metrics), config.admin.names.clone()).with_desk(Arc::clone(&desk)).with_tls(tls);
        let behind = ConsoleThreads::start()?;
        let console = behind.spawn(page.serve(behind.listener(console)?, async { drop(stopped.await) }));
        let accepting: Vec<_> = bound.into_iter().map(|bound| tokio::spawn(proxy::accept(Arc::clone(&self.proxy), bound))).collect();
        self.feed();
        let background = [
            tokio::spawn(Arc::clone(&self).sweep()),
            tokio::spawn(Arc::clone(&self).watch_restricted()),
            tokio::spawn(Arc::clone(&self).keep_quotas()),
            tokio::spawn(Arc::clone(&self).keep_seen()),
            tokio::spawn(Arc::clone(&self).accredit_itself()),
            behind.spawn(Arc::clone(&self).follow_for_console(Arc::clone(&desk))),
            behind.spawn(Arc::clone(&self).work_for_console(Arc::clone(&desk))),
            behind.spawn(Arc::clone(&self).post(desk)),
        ];
        // Before anybody hears that we are up: until then a SIGHUP would end the process.
        let signals = Signals::listen()?;
        ready(&setup.map_or_else(|| line.to_owned(), |setup| format!("{line}\n{setup}")));
        Arc::clone(&self).obey(signals).await;
        tracing::info!("draining: running requests are finished, no new ones are taken");
        self.proxy.drain.send_replace(true);
        self.wait_until_idle(config.proxy.limits.drain).await;
        drop(stop);
        background.iter().for_each(tokio::task::JoinHandle::abort);
        self.write_quotas();
        self.write_seen();
        accepting.iter().for_each(JoinHandle::abort);
        if let Ok(Err(error)) = console.await {
            tracing::warn!(%error, "console");
        }
        self.proxy.shares.tell_all().await;
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

    /// SIGHUP reloads; SIGTERM and SIGINT end.
    async fn obey(self: Arc<Self>, mut signals: Signals) {
        loop {
            tokio::select! {
                _ = signals.reload.recv() => Arc::clone(&self).reload_apart(),
                _ = signals.end.recv() => return,
                _ = signals.interrupt.recv() => return,
            }
        }
    }

    /// A thread of its own with the lowest priority: compiling millions of entries must not hold up a request.
    fn reload_apart(self: Arc<Self>) {
        let work = std::thread::Builder::new().name("reload".into()).spawn(move || {
            lower_priority();
            // It has been told.
            drop(self.reload());
        });
        if let Err(error) = work {
            tracing::error!(%error, "no thread for the reload");
        }
    }

    /// How long the disk of the log lasts: a look at every file's length, so it is taken seldom and away from requests.
    fn measure_disk(&self) {
        match store::stats::room(self.standing.log_folder(), self.keep_days.load(Relaxed)) {
            Ok(room) => {
                self.metrics.log.days_left.set(room.days_left.unwrap_or(f64::NAN));
                self.metrics.log.free_bytes.set(i64::try_from(room.free_bytes.unwrap_or_default()).unwrap_or(i64::MAX));
                *self.room.lock().unwrap_or_else(PoisonError::into_inner) = room;
            }
            Err(error) => tracing::warn!(%error, "it cannot be told how long the disk of the log lasts"),
        }
    }

    /// Takes over what `lifeguard user` has changed.
    fn look_at_accounts(&self) {
        let live = self.proxy.live.load();
        read_leases(&live.leases);
        live.people.look_at_keytab();
        let Some(file) = live.people.accounts() else { return };
        match file.refresh() {
            Ok(said) => {
                for line in &said {
                    tracing::info!("accounts: {line}");
                }
                if !said.is_empty() {
                    live.people.lasting().accounts_changed(&said, self.clock.now());
                }
            }
            Err(fault) => tracing::error!(%fault, "the accounts cannot be read; the last good ones stay in force"),
        }
    }

    /// How long the authority for opened HTTPS is good; the operator is told once when it is no longer.
    fn measure_authority(&self) {
        let until = authority_until(&self.proxy.live.load()).map_or(0, Timestamp::seconds);
        let (before, now) = (self.metrics.authority_left.get(), self.clock.now().wall.seconds());
        let left = if until == 0 { 0 } else { until - now };
        self.metrics.authority_left.set(left);
        if until != 0 && left <= 0 && before > 0 {
            tracing::error!("the authority for opened HTTPS has lapsed: what policy wants opened is refused (`lifeguard ca status`)");
        }
    }

    /// Carries the log's own figures into the metrics.
    fn measure_log(&self) {
        let (state, log) = (self.store.state().snapshot(), &self.metrics.log);
        log.queue_depth.set(i64::try_from(state.queue_records).unwrap_or(i64::MAX));
        log.records.inc_by(state.records.saturating_sub(log.records.get()));
        log.bytes.inc_by(state.bytes.saturating_sub(log.bytes.get()));
        log.last_sync.set(state.last_sync_us as f64 / 1e6);
        log.last_head.set(state.last_head_us as f64 / 1e6);
        log.signing_failed.set(i64::from(state.signing_fault.is_some()));
    }

    fn event(&self, kind: EventKind, text: &str) {
        let event = EventRecord { at: self.clock.now(), kind, peer: None, text: text.into() };
        drop(self.store.append(&Entry::Event(event), Durability::Queued));
    }
}

fn keep_days(config: &Config) -> u64 {
    config.log.retention.span(Class::WebLog).keep.as_secs() / 86_400
}
