//! From a name to addresses: the operator's DNS servers, or the system's resolver. Answers are kept for a short time,
//! in a bounded table; every question has a time-out (rule B6).

use crate::config::Dns;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{Resolver, TokioResolver};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// At most this many names are remembered.
const REMEMBERED: usize = 20_000;
/// An answer is never kept longer than this, whatever its time to live says.
const LONGEST: Duration = Duration::from_secs(60);
/// An answer of the system's resolver carries no time to live.
const SYSTEM_TTL: Duration = Duration::from_secs(20);
/// A name that was not found is asked again after this.
const ABSENT: Duration = Duration::from_secs(3);
/// Addresses of one name that are tried at most.
const ADDRESSES: usize = 16;

/// A name did not lead to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveFault {
    /// There is no such name, or it has no address.
    #[error("the name has no address")]
    NotFound,
    /// The resolver did not answer in time.
    #[error("the resolver did not answer in time")]
    TooSlow,
    /// The resolver cannot be reached or refused.
    #[error("the resolver failed")]
    Failed,
}

struct Remembered {
    answer: Result<Arc<[IpAddr]>, ResolveFault>,
    until: Instant,
}

/// The resolver.
pub struct Names {
    /// `None`: the system's resolver.
    pub(super) servers: Option<TokioResolver>,
    pub(super) timeout: Duration,
    known: Mutex<HashMap<Box<str>, Remembered>>,
}

impl Names {
    /// Uses the servers of the settings, or the system's resolver when there are none.
    ///
    /// # Errors
    /// [`ResolveFault::Failed`] when the resolver cannot be made.
    pub fn new(dns: &Dns) -> Result<Self, ResolveFault> {
        let servers = if dns.servers.is_empty() { None } else { Some(resolver(&dns.servers, dns.timeout)?) };
        Ok(Self { servers, timeout: dns.timeout, known: Mutex::default() })
    }

    /// The addresses of a name, IPv6 and IPv4 as the resolver gave them.
    ///
    /// # Errors
    /// [`ResolveFault`].
    pub async fn addresses(&self, name: &str) -> Result<Arc<[IpAddr]>, ResolveFault> {
        if let Some(answer) = self.remembered(name) {
            return answer;
        }
        let asked = tokio::time::timeout(self.timeout, self.ask(name)).await.unwrap_or(Err(ResolveFault::TooSlow));
        let (answer, keep) = match asked {
            Ok((addresses, ttl)) => (Ok(addresses), ttl.min(LONGEST)),
            Err(fault) => (Err(fault), ABSENT),
        };
        self.remember(name, answer.clone(), keep);
        answer
    }

    fn remembered(&self, name: &str) -> Option<Result<Arc<[IpAddr]>, ResolveFault>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(name).filter(|entry| entry.until > Instant::now()).map(|entry| entry.answer.clone())
    }

    fn remember(&self, name: &str, answer: Result<Arc<[IpAddr]>, ResolveFault>, keep: Duration) {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, entry| entry.until > now);
            if known.len() >= REMEMBERED {
                known.clear();
            }
        }
        known.insert(name.into(), Remembered { answer, until: now + keep });
    }

    async fn ask(&self, name: &str) -> Result<(Arc<[IpAddr]>, Duration), ResolveFault> {
        let (addresses, ttl): (Vec<IpAddr>, Duration) = match &self.servers {
            Some(resolver) => {
                let found = resolver.lookup_ip(format!("{name}.")).await.map_err(|error| {
                    if error.is_no_records_found() || error.is_nx_domain() { ResolveFault::NotFound } else { ResolveFault::Failed }
                })?;
                (found.iter().take(ADDRESSES).collect(), found.valid_until().saturating_duration_since(Instant::now()))
            }
            None => {
                let found = tokio::net::lookup_host((name, 0)).await.map_err(|_| ResolveFault::NotFound)?;
                (found.map(|address| address.ip()).take(ADDRESSES).collect(), SYSTEM_TTL)
            }
        };
        if addresses.is_empty() { Err(ResolveFault::NotFound) } else { Ok((addresses.into(), ttl)) }
    }
}

fn resolver(servers: &[SocketAddr], timeout: Duration) -> Result<TokioResolver, ResolveFault> {
    let servers = servers.iter().map(|server| {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
            connection.port = server.port();
            connection
        });
        NameServerConfig::new(server.ip(), true, connections.into())
    });
    let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
    let mut builder = Resolver::builder_with_config(config, TokioRuntimeProvider::default());
    let options = builder.options_mut();
    options.timeout = timeout / 2;
    options.attempts = 2;
    options.cache_size = 0;
    options.ip_strategy = hickory_resolver::config::LookupIpStrategy::Ipv4AndIpv6;
    builder.build().map_err(|_| ResolveFault::Failed)
}
