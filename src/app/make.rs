//! From checked settings to the parts of one generation.

use super::AppFault;
use super::pages::pages;
use crate::canon::Wrappers;
use crate::config::{self, Config, Door};
use crate::engine::{Engine, TestReport};
use crate::feeds::{self, BuiltIn, Loaded};
use crate::identity::kerberos::{KeytabFault, KeytabFile};
use crate::identity::radius::Sessions;
use crate::identity::{AccountFile, Cards, Directory, Front, Lasting, Leases, Sources, Ways};
use crate::model::{Generation, Timestamp};
use crate::policy::PolicySet;
use crate::ports::Durability;
use crate::proxy::doors::Doors;
use crate::proxy::intercept::{Authority, Intercept, Leaves, PassRules, Passed, load as load_authority, passphrase, server_config};
use crate::proxy::upstream::{Dialler, Guard, Names, Pool, Revocation, client_config};
use crate::proxy::{Live, gate_limits};
use crate::store;
use crate::telemetry::Metrics;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

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
    let mut loaded = feeds::prepare(&config.lists, config::builtin_list as BuiltIn, false)?;
    if !loaded.has_statutory() && !config.lab_without_statutory {
        return Err(AppFault::NoStatutory);
    }
    let policy = PolicySet::build(config.policy.clone(), &loaded.image).map_err(AppFault::Policy)?;
    loaded.alarms.extend(policy.overdue(now).map(|layer| layer.overdue_words(&config.site.time_zone)));
    loaded.alarms.extend(policy.rules().agreement.overdue_words(now, &config.site.time_zone));
    let engine = Engine::new(Arc::clone(&loaded.image), policy, generation, Wrappers::built_in());
    engine.put_beside(loaded.small());
    let report: TestReport = engine.run_tests(now);
    if !report.failures.is_empty() {
        return Err(AppFault::Tests(report.failures.len()));
    }
    // Not before: what cannot be used must not be what the next start finds.
    loaded.keep(&config.lists);
    Ok(Judged { engine, loaded })
}

/// The authority that opened tunnels need, with its key.
///
/// # Errors
/// [`AppFault::Authority`] with the file that is wrong.
pub fn authority(config: &Config, now: Timestamp) -> Result<Authority, AppFault> {
    let settings = &config.https;
    let secret = match settings.passphrase_file.as_os_str().is_empty() {
        true => None,
        false => Some(passphrase(&settings.passphrase_file)?),
    };
    Ok(load_authority(&settings.authority, secret.as_ref().map(|secret| &secret[..]), now.seconds())?)
}

/// What opens tunnels, if any group asks for it. Without an authority nothing is served: a group would see less than it was told.
fn intercept(config: &Config, engine: &Engine, now: Timestamp) -> Result<Option<Intercept>, AppFault> {
    if !engine.policy.rules().opens_anything() {
        return Ok(None);
    }
    let settings = &config.https;
    let authority = authority(config, now)?;
    Ok(Some(Intercept {
        leaves: Leaves::new(authority, settings.certificate_life, settings.certificates)?,
        passed: Passed::new(PassRules { enough: settings.pass_after_refusals, time: settings.pass_for, scope: settings.pass_hosts }),
    }))
}

/// Certificates of the listeners that clients reach over TLS.
///
/// # Errors
/// [`AppFault::Authority`], [`AppFault::Certificates`]: a listener is to show a certificate that cannot be made.
pub fn doors(config: &Config, now: Timestamp) -> Result<Doors, AppFault> {
    let listeners = &config.proxy.listeners;
    let ours = listeners.iter().any(|listener| matches!(listener.door, Some(Door::Ours(_))));
    let authority = if ours { Some(authority(config, now)?) } else { None };
    Ok(Doors::new(listeners, authority, now.seconds())?)
}

/// What the page on which people sign in shows of itself, where it has a certificate that browsers trust.
fn own_door(config: &Config) -> Result<Option<Arc<rustls::ServerConfig>>, AppFault> {
    let Some(Door::Files(certified)) = config.sign_in.page.as_ref().and_then(|page| page.door.as_ref()) else { return Ok(None) };
    Ok(Some(Arc::new(server_config(Arc::new(rustls::sign::SingleCertAndKey::from(Arc::clone(certified))))?)))
}

/// Engine, pages and roads of one generation. `own`: where this process listens, which no request may be sent to.
///
/// # Errors
/// [`AppFault`]; nothing has changed then.
pub fn live(config: &Config, judged: Judged, (metrics, now): (&Metrics, Timestamp), own: Vec<SocketAddr>) -> Result<Live, AppFault> {
    let settings = config.proxy.clone();
    let intercept = intercept(config, &judged.engine, now)?;
    let doors = doors(config, now)?;
    let names = Names::new(&settings.dns)?;
    let revocation = revocation(config);
    revocation.warn_of_old_lists(now.seconds());
    let tls = Arc::new(client_config(&settings.extra_roots, revocation)?);
    let pac = crate::proxy::own::pac_script(&settings, &own).into();
    let guard = Guard::new(settings.destinations_allowed.clone(), own);
    let engine = judged.engine;
    let records = settings.shares.records_per_second().map_or(0, |records| records * 86_400 + crate::proxy::shares::ENTRIES_PER_DAY);
    metrics.shares.records_per_day.set(i64::try_from(records).unwrap_or(i64::MAX));
    Ok(Live {
        pages: pages(config)?,
        gate: gate_limits(&settings.limits),
        via: settings.via.parse().map_err(|_| AppFault::Via)?,
        dialler: Dialler::new(names, guard, tls, settings.limits.connect),
        pool: Arc::new(Pool::new(settings.upstream_idle_per_host, settings.limits.idle)),
        people: Sources::nobody(),
        leases: leases(&config.proxy.devices.leases),
        intercept: intercept.map(Arc::new),
        doors,
        own_door: own_door(config)?,
        categories: metrics.categories(engine.lists.categories().iter().map(|name| &**name)),
        sights: engine.policy.rules().groups.iter().map(|group| metrics.sights(group.short_name())).collect(),
        pac,
        notices: config::notices(config, &engine),
        remembers_blocks: config.pages.why,
        danger: config.alerts.rules.iter().flat_map(|rule| rule.terms.clone()).collect(),
        site: Arc::from(&*config.site.name),
        node: Arc::from(&*config.site.node),
        lab: config.lab_without_statutory && !engine.has_statutory(),
        engine: Arc::new(engine),
        settings,
    })
}

/// Names of devices. A file that cannot be read costs a name in records and nothing else.
fn leases(files: &[PathBuf]) -> Leases {
    let leases = Leases::of(files);
    read_leases(&leases);
    leases
}

/// Takes over what a DHCP server has changed.
pub(super) fn read_leases(leases: &Leases) {
    for (path, error) in leases.refresh() {
        tracing::warn!(path = %path.display(), %error, "leases cannot be read: the names of devices stay as they were");
    }
}

/// A session of which nothing more is heard is forgotten after this time.
const LONGEST_SESSION: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// Every way in which a person may be known. The accounts in force stay when their file is the same: they watch it themselves.
pub(super) fn people(config: &Config, lasting: Arc<Lasting>, before: Option<&Sources>) -> Result<Sources, AppFault> {
    let settings = config.sign_in.clone();
    let directory = directory(config)?;
    let network = match before {
        Some(before) => before.network().cloned(),
        None => settings.radius.as_ref().map(|radius| Arc::new(Sessions::new(radius.sessions as u64, LONGEST_SESSION))),
    };
    let known = before.and_then(Sources::accounts).filter(|file| file.path() == settings.accounts);
    let accounts = match known {
        _ if settings.accounts.as_os_str().is_empty() => None,
        Some(file) => Some(Arc::clone(file)),
        None => Some(Arc::new(AccountFile::open(&settings.accounts)?)),
    };
    for stray in accounts.iter().flat_map(|file| file.accounts().strays(|name| config.policy.knows(name))) {
        tracing::warn!("{stray}: the strictest group counts");
    }
    let front = settings.front.clone().map(Front::new).transpose()?;
    let ways = Ways { accounts, directory, network, cards: cards(config)?, front, keytab: keytab(config, before)? };
    Ok(Sources::new(settings, ways, lasting))
}

/// The keytab, if the settings name one. One that is in force stays when it has become unusable.
///
/// # Errors
/// [`KeytabFault`].
pub fn keytab(config: &Config, before: Option<&Sources>) -> Result<Option<Arc<KeytabFile>>, KeytabFault> {
    let Some(settings) = &config.sign_in.kerberos else { return Ok(None) };
    let known = before.and_then(Sources::keytab).filter(|file| file.is(&settings.keytab, &settings.service));
    match known {
        Some(file) => {
            before.into_iter().for_each(Sources::look_at_keytab);
            Ok(Some(Arc::clone(file)))
        }
        None => Ok(Some(Arc::new(KeytabFile::open(&settings.keytab, &settings.service)?))),
    }
}

/// The directory, if the settings name one: its certificate is looked at as that of a website.
///
/// # Errors
/// [`AppFault`]: the trust roots.
pub fn directory(config: &Config) -> Result<Option<Arc<Directory>>, AppFault> {
    let Some(settings) = &config.sign_in.directory else { return Ok(None) };
    let tls = client_config(&config.proxy.extra_roots, revocation(config))?;
    Ok(Some(Arc::new(Directory::new(settings.clone(), tls))))
}

/// The service of library cards, if the settings name one.
fn cards(config: &Config) -> Result<Option<Arc<Cards>>, AppFault> {
    let Some(settings) = &config.sign_in.card else { return Ok(None) };
    let tls = client_config(&config.proxy.extra_roots, revocation(config))?;
    Ok(Some(Arc::new(Cards::new(settings.clone(), tls)?)))
}

pub(super) fn revocation(config: &Config) -> Revocation {
    let settings = &config.proxy;
    Revocation { lists: settings.revocation_lists.clone(), required: settings.revocation_required.clone() }
}

/// Settings of the log.
pub(super) fn store_settings(config: &Config) -> store::Settings {
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
        retention: Some(log.retention.clone()),
        keys: log.keys.clone(),
        heads_copy: Some(log.heads_copy.clone()).filter(|copy| !copy.as_os_str().is_empty()),
        encrypt_to: log.encrypt_to.clone(),
        identity_file: Some(log.identity_file.clone()).filter(|file| !file.as_os_str().is_empty()),
        epoch: log.epoch,
        ..store::Settings::new(&log.folder)
    }
}

impl Judged {
    /// An engine of which the lists were loaded by others.
    pub(super) fn bare(engine: Engine, lists: Arc<crate::lists::ListImage>) -> Self {
        Self { engine, loaded: Loaded::kept(lists) }
    }
}
