//! A small internet of good and bad origins behind one real proxy that opens every tunnel.

#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot set up its world has failed and says so")]

pub mod certificates;
pub mod foreign;
pub mod hellos;
pub mod seen;

use crate::support::proxy::program;
use crate::support::secure::{Secure, trusting};
use crate::support::{Lifeguard, World};
use rustls::ServerConfig;
use rustls::server::ResolvesServerCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fs;
use std::sync::Arc;

/// One origin and what is expected of the proxy.
pub struct Case {
    pub what: &'static str,
    pub host: &'static str,
    pub port: u16,
    /// Words of the note; none: it is good.
    pub refused: Option<&'static str>,
}

/// What a certificate's holder needs, without any check of what is in it.
pub fn certified(chain: Vec<CertificateDer<'static>>, key: Vec<u8>) -> Arc<CertifiedKey> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let key = provider.key_provider.load_private_key(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key))).unwrap();
    Arc::new(CertifiedKey::new(chain, key))
}

/// An origin's settings for whatever certificates this gives.
pub fn serving(resolver: Arc<dyn ResolvesServerCert>, versions: &[&'static rustls::SupportedProtocolVersion]) -> Arc<ServerConfig> {
    Arc::new(ServerConfig::builder_with_protocol_versions(versions).with_no_client_auth().with_cert_resolver(resolver))
}

/// An origin's settings for one chain.
pub fn origin(chain: Vec<CertificateDer<'static>>, key: Vec<u8>) -> Arc<ServerConfig> {
    let certified = CertifiedKey::clone(&certified(chain, key));
    serving(Arc::new(SingleCertAndKey::from(certified)), rustls::ALL_VERSIONS)
}

/// The proxy with an authority of its own, and what its clients trust.
pub struct Laboratory {
    pub world: World,
    pub proxy: Lifeguard,
    pub trust: Arc<rustls::ClientConfig>,
}

impl Laboratory {
    /// Starts the proxy; `roots` and the lists of `proxy` are files that stand in the world's folder.
    pub fn start(world: World, ports: &[u16], proxy: &str) -> Self {
        Self::start_with(world, ports, proxy, "")
    }

    /// The same with further tables.
    pub fn start_with(world: World, ports: &[u16], proxy: &str, tables: &str) -> Self {
        let world = prepared(world, ports, proxy, tables);
        let proxy = Lifeguard::start(&world.folder.path().join("lifeguard.toml"));
        Self::around(world, proxy)
    }

    /// Started so that it tells the operator all that it can tell.
    pub fn start_traced(world: World, ports: &[u16], proxy: &str) -> Self {
        let world = prepared(world, ports, proxy, "");
        let folder = world.folder.path();
        let mut command = program();
        command.env("RUST_LOG", "trace").args(["run", "--config"]).arg(folder.join("lifeguard.toml"));
        let proxy = Lifeguard::start_with(&mut command, folder);
        Self::around(world, proxy)
    }

    fn around(world: World, proxy: Lifeguard) -> Self {
        let ours = fs::read_to_string(world.folder.path().join("var/authority/authority.pem")).unwrap();
        Self { world, proxy, trust: trusting(&[&ours]) }
    }

    /// What a client gets for `/lab` of a host, through an opened tunnel.
    pub fn get(&self, host: &str, port: u16) -> String {
        let place = format!("{host}:{port}");
        match Secure::open(self.proxy.proxy, &place, &self.trust) {
            Ok(mut open) => open.ask(&format!("GET /lab HTTP/1.1\r\nHost: {place}\r\nAccept: text/html\r\nConnection: close\r\n\r\n")),
            Err(error) => format!("not opened: {error}"),
        }
    }

    /// Stops the proxy; its world holds the log.
    pub fn stop(self) -> World {
        assert!(self.proxy.stop().success());
        self.world
    }

    /// Asks every origin, and says of each that is not as expected what is wrong with it.
    pub fn faults(self, cases: &[Case]) -> Vec<String> {
        let answers: Vec<String> = cases.iter().map(|case| self.get(case.host, case.port)).collect();
        assert!(self.proxy.stop().success());
        let log = self.world.log();
        let rows: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        if std::env::var_os("LAB_LOG").is_some() {
            println!("{log}");
        }
        let mut faults = Vec::new();
        for (case, answer) in cases.iter().zip(answers) {
            let row = rows.iter().find(|row| row["method"] == "GET" && row["host_field"] == format!("{}:{}", case.host, case.port));
            let note = row.map_or("", |row| row["outcome"]["note"].as_str().unwrap_or(""));
            println!("{:44} {:4} {note}", case.what, if answer.starts_with("HTTP/1.1 502") { "no" } else { "yes" });
            if let Some(fault) = fault(case, &answer, row, note) {
                faults.push(format!("{}: {fault}\n  note: {note}", case.what));
            }
        }
        faults
    }
}

/// Writes the settings and makes the authority.
fn prepared(mut world: World, ports: &[u16], proxy: &str, tables: &str) -> World {
    world.tunnel_ports.extend(ports);
    world.more = format!("https = \"full\"\nbare_addresses = \"allow\"\n{tables}\n");
    world.write("lifeguard.toml", &world.config().replace("connect_ports", &format!("{proxy}\nconnect_ports")));
    world.write("statutory.txt", "listed.test/page\n");
    world.write("blocked.txt", "blocked.test\n");
    let made = world.command(&["ca", "init", "--name", "Club authority"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    world
}

fn fault(case: &Case, answer: &str, row: Option<&serde_json::Value>, note: &str) -> Option<String> {
    let status = answer.lines().next().unwrap_or("nothing");
    let Some(words) = case.refused else {
        return (!answer.starts_with("HTTP/1.") || answer.starts_with("HTTP/1.1 502")).then(|| format!("a good one is refused: {status}"));
    };
    if !answer.starts_with("HTTP/1.1 502") || !answer.contains("<html") {
        return Some(format!("no page that says so: {status}"));
    }
    let low = answer.to_lowercase();
    if low.contains("<form") || low.contains("continue") || low.contains("anyway") {
        return Some("there is a way to click through".to_owned());
    }
    if row.is_none_or(|row| row["outcome"]["reason"] != "origin-untrusted") {
        return Some(format!("the record says {:?}", row.map(|row| row["outcome"]["reason"].clone())));
    }
    (!note.contains(words)).then(|| format!("the note should say: {words}"))
}
