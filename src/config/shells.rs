//! The settings of the shells: proxy, log. Limits follow rule F11, names rule AA6, the address guard rule F8.
//!
//! Defaults stand here, once; `src/config/raw/` names them for people.

use super::destination::DestinationRule;
use super::devices::DeviceSettings;
use super::known_by::ClientCertificates;
use super::pac::Pac;
use super::shares::FairShares;
use super::watches::Watches;
use crate::record::retention::Retention;
use ipnet::IpNet;
use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The proxy.
#[derive(Clone, Debug)]
pub struct ProxySettings {
    /// Where it listens. Never empty.
    pub listeners: Vec<Listener>,
    /// Peers that may say who the client is (`Forwarded`, `X-Forwarded-For`, PROXY protocol). Empty: nobody.
    pub trusted_proxies: Vec<IpNet>,
    /// Pseudonym in the `Via` field (RFC 9110 section 7.6.3); a request that already carries it has gone round in a circle.
    pub via: String,
    /// The proxy's own host name, for its own pages.
    pub own_name: String,
    /// Ports that CONNECT may ask for.
    pub connect_ports: Vec<u16>,
    /// Limits on what clients may use up.
    pub limits: Limits,
    /// What one person may use at a time.
    pub shares: FairShares,
    /// How names are looked up.
    pub dns: Dns,
    /// Destinations that the address guard lets through although they are private, loopback or the like.
    pub destinations_allowed: Vec<DestinationRule>,
    /// Files of extra trust roots, as written.
    pub extra_root_files: Vec<PathBuf>,
    /// The certificates that were read from them.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Revocation lists that were read from files.
    pub revocation_lists: Vec<CertificateRevocationListDer<'static>>,
    /// Hosts that a fresh revocation list must cover, in canonical form, each with everything below it.
    pub revocation_required: Vec<Box<str>>,
    /// Idle connections kept for each origin.
    pub upstream_idle_per_host: usize,
    /// What browsers are told that ask for their proxy settings.
    pub pac: Pac,
    /// How devices get a name.
    pub devices: DeviceSettings,
    /// What is looked at and told of.
    pub watches: Watches,
}

/// How clients reach a listener over TLS.
#[derive(Clone)]
pub enum Door {
    /// By a certificate from files.
    Files(Arc<CertifiedKey>),
    /// By a certificate for these names, which our own authority makes.
    Ours(Vec<String>),
}

/// What stands behind a door is renewed by a reload; whether there is a door is not.
impl PartialEq for Door {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Door {}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Files(_) => f.write_str("Files"),
            Self::Ours(names) => f.debug_tuple("Ours").field(names).finish(),
        }
    }
}

/// One place to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Address and port; port 0 lets the system choose.
    pub address: SocketAddr,
    /// The group of clients that come here and lie in no group's range.
    pub group: Option<String>,
    /// Connections start with a PROXY protocol header (from trusted peers only; others are refused).
    pub proxy_protocol: bool,
    /// Clients speak TLS here.
    pub door: Option<Door>,
    /// Certificates that clients show here.
    pub clients: Option<ClientCertificates>,
}

/// Limits (rule F11). Every figure is a setting and is counted when it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections from clients at one time.
    pub connections: usize,
    /// Connections from one client address at one time; a whole class may sit behind one address.
    pub connections_per_client: usize,
    /// Bytes of a request line.
    pub request_line: usize,
    /// Bytes of a header block.
    pub header_block: usize,
    /// Fields in a header block.
    pub headers: usize,
    /// Time for a whole header block to arrive.
    pub header_time: Duration,
    /// Time for the first byte on a new connection.
    pub first_byte: Duration,
    /// Time that a kept-alive connection may rest between requests.
    pub idle: Duration,
    /// Time without a byte of a body in either direction.
    pub body_idle: Duration,
    /// Time without a byte through a tunnel in either direction.
    pub tunnel_idle: Duration,
    /// Time to connect to an origin, over all its addresses.
    pub connect: Duration,
    /// Time that an origin may take to begin its answer.
    pub answer: Duration,
    /// Requests that may wait on one connection.
    pub pipelined: usize,
    /// Requests at one time on one HTTP/2 connection.
    pub streams: usize,
    /// Time that running requests get after SIGTERM.
    pub drain: Duration,
}

/// How names are looked up (rule B6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// Servers to ask; empty means the system's resolver.
    pub servers: Vec<SocketAddr>,
    /// Time for one look-up.
    pub timeout: Duration,
}

/// How safe a record is before its request leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It survives the death of the process: handed to the kernel.
    Process,
    /// It survives a power cut: on disk.
    Power,
}

/// Opened HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpsSettings {
    /// Folder of the authority's certificate and key.
    pub authority: PathBuf,
    /// File of the passphrase of the authority's key; empty: the key is not encrypted.
    pub passphrase_file: PathBuf,
    /// How long a certificate made for a host is good.
    pub certificate_life: Duration,
    /// Certificates kept in memory.
    pub certificates: usize,
    /// A client that refuses our certificate this often in a row for one host reaches it unopened. 0: never.
    pub pass_after_refusals: usize,
    /// For how long.
    pub pass_for: Duration,
    /// Which hosts are ever reached so.
    pub pass_hosts: PassScope,
}

/// Which hosts a client may reach unopened because it refuses our certificate (standards U20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassScope {
    /// Those that are opened only because a group opens everything.
    Others,
    /// Also hosts with listed pages, search engines, places to sign in and hosts that a group names; never those with statutory pages.
    NotStatutory,
    /// All of them. One with statutory pages is then a gap in coverage, and recorded as one.
    All,
}

/// The forensic log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Folder of the segments.
    pub folder: PathBuf,
    /// How safe a record is before its request leaves.
    pub durability: Durability,
    /// Everything is on disk after at most this time.
    pub sync_every: Duration,
    /// Bytes after which a new segment starts.
    pub segment_bytes: u64,
    /// Records that may wait to be written.
    pub queue: usize,
    /// Bytes kept free on the disk: below it the log refuses, and so does the proxy.
    pub reserve_bytes: u64,
    /// Folder of the signing key; a relative one lies inside the log's folder.
    pub keys: PathBuf,
    /// Folder to which a signed head of each segment is copied; empty: nowhere.
    pub heads_copy: PathBuf,
    /// To whom sealed segments are encrypted: age recipients. Empty: they are not.
    pub encrypt_to: Vec<String>,
    /// File of the private key with which this server reads them; empty: it does not.
    pub identity_file: PathBuf,
    /// A signing key is used for at most this time.
    pub epoch: Duration,
    /// For how long records stay.
    pub retention: Retention,
}

impl Default for ProxySettings {
    fn default() -> Self {
        Self {
            listeners: vec![Listener {
                address: SocketAddr::from(([127, 0, 0, 1], 3128)),
                group: None,
                proxy_protocol: false,
                door: None,
                clients: None,
            }],
            trusted_proxies: Vec::new(),
            via: "lifeguard".into(),
            own_name: "lifeguard.internal".into(),
            connect_ports: vec![80, 443],
            limits: Limits::default(),
            shares: FairShares::default(),
            dns: Dns::default(),
            destinations_allowed: Vec::new(),
            extra_root_files: Vec::new(),
            extra_roots: Vec::new(),
            revocation_lists: Vec::new(),
            revocation_required: Vec::new(),
            upstream_idle_per_host: 32,
            pac: Pac::default(),
            devices: DeviceSettings::default(),
            watches: Watches::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_client: 2_000,
            request_line: 16 * 1024,
            header_block: 64 * 1024,
            headers: 100,
            header_time: Duration::from_secs(15),
            first_byte: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            body_idle: Duration::from_secs(60),
            tunnel_idle: Duration::from_secs(600),
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(120),
            pipelined: 100,
            streams: 100,
            drain: Duration::from_secs(30),
        }
    }
}

impl Default for Dns {
    fn default() -> Self {
        Self { servers: Vec::new(), timeout: Duration::from_secs(5) }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("var/log"),
            durability: Durability::Process,
            sync_every: Duration::from_secs(1),
            segment_bytes: 64 * 1024 * 1024,
            queue: 16_384,
            reserve_bytes: 64 * 1024 * 1024,
            keys: PathBuf::from("keys"),
            heads_copy: PathBuf::new(),
            encrypt_to: Vec::new(),
            identity_file: PathBuf::new(),
            epoch: Duration::from_secs(3600),
            retention: Retention::default(),
        }
    }
}

impl Default for HttpsSettings {
    fn default() -> Self {
        Self {
            authority: "var/authority".into(),
            passphrase_file: PathBuf::new(),
            certificate_life: Duration::from_secs(7 * 86_400),
            certificates: 10_000,
            pass_after_refusals: 3,
            pass_for: Duration::from_secs(86_400),
            pass_hosts: PassScope::Others,
        }
    }
}
