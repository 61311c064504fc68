//! The private proxy: the lists, the policy and the authority of the settings in force, behind a listener of its own for each group.
//!
//! What differs from people's proxy, and why: it listens on loopback, at ports that the system chooses; a group is known by its listener,
//! not by addresses; nobody signs in, and the agreement counts as accepted; no quota and no fair share, since one machine asks for all;
//! nothing is dialled but our own origin; its log is a witness that keeps nothing. Everything that decides is the same.

use super::client::{Came, Line, Tunnel};
use super::fault::AccreditFault;
use super::origin::Origin;
use crate::app::clock::SystemClock;
use crate::app::make::{Judged, live};
use crate::canon::Wrappers;
use crate::config::{Config, Listener};
use crate::engine::Engine;
use crate::lists::ListImage;
use crate::model::{Generation, GroupId};
use crate::policy::PolicySet;
use crate::ports::{Clock, LogStore};
use crate::proxy::upstream::StandIn;
use crate::proxy::{self, Live, Proxy};
use crate::telemetry::Metrics;
use rustls::{ClientConfig, RootCertStore};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The name of the node in records of accreditation.
pub(super) const NODE: &str = "accreditation";

/// A group and where it is served.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) group: GroupId,
    pub(super) name: Arc<str>,
    pub(super) address: SocketAddr,
}

/// The private proxy and its origin.
pub(super) struct Bench {
    /// The settings as the private proxy has them.
    pub(super) config: Config,
    pub(super) lists: Arc<ListImage>,
    pub(super) proxy: Arc<Proxy>,
    pub(super) doors: Vec<Door>,
    pub(super) stand_in: Arc<StandIn>,
    pub(super) origin: Origin,
    /// What clients of opened HTTPS trust; none where nothing is opened.
    pub(super) trust: Option<Arc<ClientConfig>>,
    metrics: Arc<Metrics>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Bench {
    /// Starts it for these groups; none named: for all.
    ///
    /// # Errors
    /// [`AccreditFault`]: the settings make no proxy, or there is no such group.
    pub(super) async fn open(
        settings: &Config,
        lists: &Arc<ListImage>,
        only: Option<&str>,
        log: Arc<dyn LogStore>,
    ) -> Result<Self, AccreditFault> {
        let config = private(settings);
        let origin = Origin::start().await?;
        let stand_in = StandIn::new(&origin.addresses).ok_or_else(|| std::io::Error::other("the origin is not on this machine"))?;
        let (stand_in, metrics) = (Arc::new(stand_in), Arc::new(Metrics::new()));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let live = made(&config, lists, (&metrics, &*clock), &stand_in)?;
        let trust = live.authority().map(|authority| trust(authority.certificate().der())).transpose()?;
        let proxy = Arc::new(Proxy::new(live, log, clock, Arc::clone(&metrics)));
        let mut bench =
            Self { config, lists: Arc::clone(lists), proxy, doors: Vec::new(), stand_in, origin, trust, metrics, tasks: Vec::new() };
        bench.open_doors(only)?;
        Ok(bench)
    }

    fn open_doors(&mut self, only: Option<&str>) -> Result<(), AccreditFault> {
        let live = self.proxy.live.load_full();
        let policy = &live.engine.policy;
        for group in &policy.rules().groups {
            let wanted = only.is_none_or(|only| crate::policy::is_called(&group.name, only));
            let Some(id) = policy.group_named(&group.name).filter(|_| wanted) else { continue };
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let group_name = Some(group.name.to_string());
            let bound = proxy::bind(&Listener { address, group: group_name, proxy_protocol: false, door: None, clients: None })?;
            self.doors.push(Door { group: id, name: Arc::clone(&group.name), address: bound.address()? });
            self.tasks.push(tokio::spawn(proxy::accept(Arc::clone(&self.proxy), bound)));
        }
        match only {
            Some(only) if self.doors.is_empty() => Err(AccreditFault::NoGroup(only.to_owned())),
            Some(_) | None => Ok(()),
        }
    }

    /// The engine in force.
    pub(super) fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.proxy.live.load().engine)
    }

    /// Puts changed rules in force, as a reload does.
    ///
    /// # Errors
    /// The rules do not fit.
    pub(super) fn reload(&self, config: &Config) -> Result<(), AccreditFault> {
        let live = made(config, &self.lists, (&self.metrics, &*self.proxy.clock), &self.stand_in)?;
        self.proxy.live.store(Arc::new(live));
        self.proxy.news.send_replace(());
        Ok(())
    }

    /// Asks for one address over plain HTTP, over a connection of its own.
    ///
    /// # Errors
    /// No answer came.
    pub(super) async fn get(&self, door: &Door, address: &str) -> std::io::Result<Came> {
        let host = address.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or_default();
        let request = format!("GET {address} HTTP/1.1\r\nHost: {host}\r\nAccept: text/plain\r\nUser-Agent: {NODE}\r\n\r\n");
        self.send(door, request.as_bytes()).await
    }

    /// Sends a request as it stands, over a connection of its own.
    ///
    /// # Errors
    /// No answer came.
    pub(super) async fn send(&self, door: &Door, request: &[u8]) -> std::io::Result<Came> {
        Line::open(door.address, &self.origin.mark).await?.ask(request).await
    }

    /// Asks for a tunnel to a host, and for a page inside it where it can be.
    ///
    /// # Errors
    /// No answer came.
    pub(super) async fn tunnel(&self, door: &Door, host: &str) -> std::io::Result<Tunnel> {
        let connect = format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\nUser-Agent: {NODE}\r\n\r\n");
        Tunnel::open((door.address, &self.origin.mark), (connect.as_bytes(), host), self.trust.as_ref()).await
    }
}

/// Lists, rules and roads of one generation, with every road leading to our own origin.
fn made(
    config: &Config,
    lists: &Arc<ListImage>,
    (metrics, clock): (&Metrics, &dyn Clock),
    stand_in: &Arc<StandIn>,
) -> Result<Live, AccreditFault> {
    let policy = PolicySet::build(config.policy.clone(), lists)?;
    let engine = Engine::new(Arc::clone(lists), policy, Generation(1), Wrappers::built_in());
    let live = live(config, Judged::bare(engine, Arc::clone(lists)), (metrics, clock.now().wall), Vec::new())?;
    Ok(Live { dialler: live.dialler.with_stand_in(Arc::clone(stand_in)), ..live })
}

/// The settings of the private proxy.
fn private(settings: &Config) -> Config {
    let mut config = settings.clone();
    config.site.node = NODE.to_owned();
    let proxy = &mut config.proxy;
    proxy.listeners.clear();
    proxy.trusted_proxies.clear();
    proxy.devices = Default::default();
    proxy.shares = Default::default();
    proxy.limits.connections = 1 << 14;
    proxy.limits.connections_per_client = 1 << 14;
    config.policy.agreement.accept.clear();
    for group in &mut config.policy.groups {
        group.networks.clear();
        group.quota.clear();
    }
    config.policy.sites.iter_mut().for_each(|site| site.networks.clear());
    config.policy.tests.clear();
    config
}

/// A client that trusts the authority of this installation and nobody else.
fn trust(certificate: &rustls_pki_types::CertificateDer<'static>) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}
