//! The way out to publishers of lists: the proxy's own resolver, address guard and trust roots, lent to the feeds.

use super::AppFault;
use super::make::revocation;
use crate::canon::HostKind;
use crate::config::Config;
use crate::feeds::{Connecting, NoRoad, Reach, Road, Stream, Target};
use crate::proxy::upstream::{Dialler, Guard, Names, Place, Speaks, client_config};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Two ways: to public addresses, and to any but our own listeners.
pub struct Roads {
    public: Dialler,
    any: Dialler,
}

impl Roads {
    /// With the settings for origins. `own`: where this process listens.
    ///
    /// # Errors
    /// The resolver or the trust roots cannot be used.
    pub fn open(config: &Config, own: Vec<SocketAddr>) -> Result<Arc<dyn Road>, AppFault> {
        let settings = &config.proxy;
        let tls = Arc::new(client_config(&settings.extra_roots, revocation(config))?);
        let dialler = |guard| Ok::<_, AppFault>(Dialler::new(Names::new(&settings.dns)?, guard, Arc::clone(&tls), settings.limits.connect));
        Ok(Arc::new(Self { public: dialler(Guard::new(Vec::new(), own.clone()))?, any: dialler(Guard::anywhere(own))? }))
    }
}

impl Road for Roads {
    fn connect<'a>(&'a self, target: &'a Target, reach: Reach) -> Connecting<'a> {
        let dialler = match reach {
            Reach::Public => &self.public,
            Reach::Any => &self.any,
        };
        let kind = match target.host.parse() {
            Ok(IpAddr::V4(ip)) => HostKind::Ipv4(ip),
            Ok(IpAddr::V6(ip)) => HostKind::Ipv6(ip),
            Err(_) => HostKind::Name,
        };
        let place = Place { host: &target.host, kind, port: target.port, tls: target.tls, led: None };
        Box::pin(async move {
            let dialled = dialler.dial(place, Speaks::Http1).await.map_err(|fault| NoRoad(fault.to_string().into()))?;
            Ok(Box::new(dialled.stream) as Box<dyn Stream>)
        })
    }
}
