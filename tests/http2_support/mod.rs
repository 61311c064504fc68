//! A world that speaks HTTP/2 at both doors: an opened tunnel, and the proxy itself over TLS; and clients for it, one that
//! writes bare frames, and one that behaves.

#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set up its world has failed and says so")]

pub mod frames;
pub mod polite;

use crate::support::answer::Answer;
use crate::support::secure::{trusting, tunnel};
use crate::support::{Authority, Lifeguard, Origin, Request, World};
use frames::Wire;
use rustls::ClientConfig;
use std::net::SocketAddr;
use std::sync::Arc;

pub use crate::support::tls::DOOR as NAME;

/// A plain site, the same over TLS, and a proxy that opens HTTPS and is reached over TLS as well.
pub struct Scene {
    pub world: World,
    pub secure: Origin,
    pub proxy: Lifeguard,
    /// Who vouches for origins and for the proxy's own listener.
    pub outer: Authority,
    trust: Arc<ClientConfig>,
}

impl Scene {
    /// Origins with the built-in paths.
    pub fn new() -> Self {
        Self::with(|_| None, "")
    }

    /// With answers and limits of one's own (`key = value` lines of `[proxy.limits]`).
    pub fn with(handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static, limits: &str) -> Self {
        Self::beside(Authority::new(), None, handler, limits)
    }

    /// The same, with one more port that tunnels may ask for: an origin that this authority vouches for.
    pub fn beside(
        outer: Authority,
        port: Option<u16>,
        handler: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static,
        limits: &str,
    ) -> Self {
        let handler = Arc::new(handler);
        let copy = Arc::clone(&handler);
        let names = ["site.test", "other.test", "blocked.test", "listed.test"];
        let secure = Origin::start(Some(outer.server(&names)), move |request| copy(request));
        let mut world = World::with(Origin::start(None, move |request| handler(request)));
        world.tunnel_ports.push(secure.port());
        world.tunnel_ports.extend(port);
        world.write("authority.pem", &outer.pem());
        let door = outer.door(&world);
        world.more = format!("https = \"full\"\n{door}[proxy.limits]\n{limits}\n");
        let config = world.config().replace("connect_ports", "extra_roots = [\"authority.pem\"]\nconnect_ports");
        let path = world.write("lifeguard.toml", &config);
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        let made = world.command(&["ca", "init"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let ours = String::from_utf8_lossy(&world.command(&["ca", "export"]).stdout).into_owned();
        world.write("ours.pem", &ours);
        let proxy = Lifeguard::start(&path);
        let trust = trusting(&[&ours, &outer.pem()]);
        Self { world, secure, proxy, outer, trust }
    }

    /// Where the proxy is reached over TLS.
    pub fn door(&self) -> SocketAddr {
        self.proxy.door()
    }

    /// What a client offers that trusts everybody here.
    pub fn offers(&self, protocols: &[&str]) -> Arc<ClientConfig> {
        let mut config = (*self.trust).clone();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Arc::new(config)
    }

    /// A host on the secure origin, with its port.
    pub fn place(&self, host: &str) -> String {
        format!("{host}:{}", self.secure.port())
    }

    /// Bare frames through an opened tunnel to this host.
    pub fn opened(&self, host: &str) -> Wire {
        let (status, tcp) = tunnel(self.proxy.proxy, &self.place(host), None);
        assert!(status.contains(" 200"), "{status}");
        Wire::shake(tcp, host, &self.offers(&["h2"]))
    }

    /// Bare frames to the proxy's own door.
    pub fn at_door(&self) -> Wire {
        Wire::shake(std::net::TcpStream::connect(self.door()).unwrap(), NAME, &self.offers(&["h2"]))
    }
}
