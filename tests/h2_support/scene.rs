//! The real program in front of one origin over TLS that it trusts.

use crate::support::client::{Reply, exchange};
use crate::support::{Authority, Lifeguard, World};
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::Arc;

/// Certificates for the names of an origin, and which protocols it knows.
pub fn tls(authority: &Authority, alpn: &[&str]) -> Arc<ServerConfig> {
    let mut config = ServerConfig::clone(&authority.server(&["site.test", "other.test"]));
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// A running proxy.
pub struct Scene {
    pub world: World,
    pub proxy: Lifeguard,
    pub port: u16,
}

impl Scene {
    /// In front of this origin.
    pub fn before(origin: SocketAddr, authority: &Authority) -> Self {
        Self::with(origin, authority, "")
    }

    /// The same, with more settings of the proxy.
    pub fn with(origin: SocketAddr, authority: &Authority, more: &str) -> Self {
        let mut world = World::new();
        world.tunnel_ports = vec![origin.port()];
        Self::start(world, origin, authority, more)
    }

    fn start(world: World, origin: SocketAddr, authority: &Authority, more: &str) -> Self {
        world.write("outer.pem", &authority.pem());
        world.write("statutory.txt", "listed.test/page\n");
        world.write("blocked.txt", "blocked.test\n");
        let roots = format!("extra_roots = [\"outer.pem\"]\n{more}\nconnect_ports");
        let config = world.write("lifeguard.toml", &world.config().replace("connect_ports", &roots));
        if !world.more.is_empty() {
            let made = world.command(&["ca", "init", "--name", "Club authority"]);
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        let proxy = Lifeguard::start(&config);
        Self { world, proxy, port: origin.port() }
    }

    /// Opens every tunnel, under an authority of its own; and the certificate of that.
    pub fn opening(origin: SocketAddr, authority: &Authority) -> (Self, String) {
        let mut world = World::new();
        world.tunnel_ports = vec![origin.port()];
        world.more = "https = \"full\"\n".to_owned();
        let scene = Self::start(world, origin, authority, "");
        let ours = scene.world.folder.path().join("var/authority/authority.pem");
        let ours = std::fs::read_to_string(ours).unwrap();
        (scene, ours)
    }

    /// The bytes of one request; `%` stands for the origin's authority.
    pub fn raw(&self, request: &str) -> Vec<u8> {
        exchange(self.proxy.proxy, request.replace('%', &format!("site.test:{}", self.port)).as_bytes())
    }

    pub fn ask(&self, request: &str) -> Reply {
        Reply::read(&self.raw(request))
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask(&format!("GET https://%{path} HTTP/1.1\r\nHost: %\r\nConnection: close\r\n\r\n"))
    }

    /// What the console counts under this name.
    pub fn count(&self, name: &str) -> String {
        let text = crate::support::client::get_direct(self.proxy.console, "/metrics").text();
        text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned()
    }
}
