//! `[proxy]`: listeners, limits (rule F11), names (rule B6), destinations (rule F8).

use super::RawDevices;
use crate::config::section::{Opt, Section};
use crate::config::shells::{Dns, Limits, ProxySettings};
use crate::config::slot::Slot;
use crate::config::source::At;
use ipnet::IpNet;
use std::net::SocketAddr;
use std::time::Duration;

/// The proxy, before its listeners, destinations and certificates are checked.
#[derive(Default)]
pub(in crate::config) struct RawProxy {
    /// Everything that needs no further check.
    pub(in crate::config) plain: ProxySettings,
    pub(in crate::config) listen: Vec<At<SocketAddr>>,
    pub(in crate::config) listeners: Vec<At<RawListener>>,
    pub(in crate::config) trusted_proxies: Vec<At<IpNet>>,
    pub(in crate::config) extra_roots: Vec<At<String>>,
    pub(in crate::config) revocation_lists: Vec<At<String>>,
    pub(in crate::config) revocation_required: Vec<At<String>>,
    pub(in crate::config) dns_servers: RawDns,
    pub(in crate::config) devices: RawDevices,
    pub(in crate::config) destinations: RawDestinations,
    pub(in crate::config) pac: RawPac,
}

/// What browsers are told that ask for their proxy settings.
#[derive(Default)]
pub(in crate::config) struct RawPac {
    pub(in crate::config) address: Option<At<String>>,
    pub(in crate::config) tls_address: Option<At<String>>,
    pub(in crate::config) direct: Vec<At<String>>,
}

/// A listener with settings of its own.
#[derive(Default)]
pub(in crate::config) struct RawListener {
    pub(in crate::config) address: Vec<At<SocketAddr>>,
    pub(in crate::config) group: Option<At<String>>,
    pub(in crate::config) proxy_protocol: bool,
    pub(in crate::config) certificate: Option<At<String>>,
    pub(in crate::config) key: Option<At<String>>,
    pub(in crate::config) certificate_names: Vec<At<String>>,
}

/// Name look-ups.
pub(in crate::config) struct RawDns {
    pub(in crate::config) servers: Vec<At<SocketAddr>>,
    pub(in crate::config) timeout: Duration,
}

/// Destinations that the address guard lets through.
#[derive(Default)]
pub(in crate::config) struct RawDestinations {
    pub(in crate::config) allow: Vec<At<String>>,
}

impl Default for RawDns {
    fn default() -> Self {
        Self { servers: Vec::new(), timeout: Dns::default().timeout }
    }
}

impl Section for RawProxy {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "listen",
            help: "Where the proxy listens. Without it: 127.0.0.1:3128, so only this machine can use it until you say otherwise.",
            slot: |proxy| Slot::SocketList(&mut proxy.listen),
        },
        Opt { key: "listener", help: "Listeners with settings of their own.", slot: |proxy| Slot::Tables(&mut proxy.listeners) },
        Opt {
            key: "trusted_proxies",
            help: "Peers that may say who the client is, by Forwarded, X-Forwarded-For or the PROXY protocol. Nobody else is believed.",
            slot: |proxy| Slot::Networks(&mut proxy.trusted_proxies),
        },
        Opt { key: "via", help: "The proxy's pseudonym in the Via field.", slot: |proxy| Slot::Text(&mut proxy.plain.via) },
        Opt { key: "own_name", help: "The proxy's own host name, for its own pages.", slot: |proxy| Slot::Text(&mut proxy.plain.own_name) },
        Opt { key: "connect_ports", help: "Ports that tunnels may ask for.", slot: |proxy| Slot::Ports(&mut proxy.plain.connect_ports) },
        Opt {
            key: "extra_roots",
            help: "PEM files of trust roots besides the system's.",
            slot: |proxy| Slot::Names(&mut proxy.extra_roots),
        },
        Opt {
            key: "revocation_lists",
            help: "Files of revocation lists (CRL, PEM or DER), read at start and at each reload. A certificate that one of them names \
                   is refused; one that none of them covers is not. OCSP is never asked.",
            slot: |proxy| Slot::Names(&mut proxy.revocation_lists),
        },
        Opt {
            key: "revocation_required",
            help: "Hosts, each with everything below it, that are refused unless a revocation list that is not out of date covers \
                   each certificate of their chain.",
            slot: |proxy| Slot::Names(&mut proxy.revocation_required),
        },
        Opt {
            key: "upstream_idle_per_host",
            help: "Idle connections kept for each origin.",
            slot: |proxy| Slot::Count(&mut proxy.plain.upstream_idle_per_host, 0..=10_000),
        },
        Opt { key: "limits", help: "Limits on what clients may use up.", slot: |proxy| Slot::Table(&mut proxy.plain.limits) },
        Opt { key: "dns", help: "How names are looked up.", slot: |proxy| Slot::Table(&mut proxy.dns_servers) },
        Opt { key: "devices", help: "What devices are called in records.", slot: |proxy| Slot::Table(&mut proxy.devices) },
        Opt { key: "tunnel_watch", help: "Tunnels that are more than pages.", slot: |proxy| Slot::Table(&mut proxy.plain.watches.tunnels) },
        Opt {
            key: "restricted_check",
            help: "The names of restricted search.",
            slot: |proxy| Slot::Table(&mut proxy.plain.watches.restricted),
        },
        Opt { key: "destinations", help: "The address guard.", slot: |proxy| Slot::Table(&mut proxy.destinations) },
        Opt { key: "pac", help: "What browsers are told that ask for their proxy settings.", slot: |proxy| Slot::Table(&mut proxy.pac) },
    ];
}

impl Section for RawListener {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt { key: "address", help: "Where it listens.", slot: |listener| Slot::SocketList(&mut listener.address) },
        Opt {
            key: "group",
            help: "The group of clients that come here and lie in no group's range.",
            slot: |listener| Slot::Name(&mut listener.group),
        },
        Opt {
            key: "proxy_protocol",
            help: "Connections start with a PROXY protocol header; only trusted proxies may send one.",
            slot: |listener| Slot::Flag(&mut listener.proxy_protocol),
        },
        Opt {
            key: "certificate",
            help: "PEM file of a certificate with its chain: clients reach the proxy here over TLS and speak HTTP/2 or HTTP/1.1 (\"HTTPS \
                   host:port\" in a PAC file). A reload takes a renewed one.",
            slot: |listener| Slot::Name(&mut listener.certificate),
        },
        Opt {
            key: "key",
            help: "PEM file of the certificate's private key. Not everybody on the machine may be able to read it.",
            slot: |listener| Slot::Name(&mut listener.key),
        },
        Opt {
            key: "certificate_names",
            help: "In place of certificate and key: the host names and addresses by which clients reach the proxy here over TLS. The \
                   authority of [https] vouches for them.",
            slot: |listener| Slot::Names(&mut listener.certificate_names),
        },
    ];
}

const KB: u64 = 1 << 10;

const fn seconds(from: u64, to: u64) -> std::ops::RangeInclusive<Duration> {
    Duration::from_secs(from)..=Duration::from_secs(to)
}

impl Section for Limits {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "connections",
            help: "Connections from clients at one time.",
            slot: |limits| Slot::Count(&mut limits.connections, 1..=10_000_000),
        },
        Opt {
            key: "connections_per_client",
            help: "Connections from one client address at one time. A whole class may sit behind one address.",
            slot: |limits| Slot::Count(&mut limits.connections_per_client, 1..=10_000_000),
        },
        Opt { key: "request_line", help: "Size of a request line.", slot: |limits| Slot::Size(&mut limits.request_line, 8 * KB..=64 * KB) },
        Opt {
            key: "header_block",
            help: "Size of a header block.",
            slot: |limits| Slot::Size(&mut limits.header_block, 8 * KB..=256 * KB),
        },
        Opt { key: "headers", help: "Fields in a header block.", slot: |limits| Slot::Count(&mut limits.headers, 20..=1_000) },
        Opt {
            key: "header_time",
            help: "Time for a whole header block to arrive.",
            slot: |limits| Slot::Time(&mut limits.header_time, seconds(1, 600)),
        },
        Opt {
            key: "first_byte",
            help: "Time for the first byte on a new connection.",
            slot: |limits| Slot::Time(&mut limits.first_byte, seconds(1, 600)),
        },
        Opt { key: "idle", help: "Rest of a connection between requests.", slot: |limits| Slot::Time(&mut limits.idle, seconds(1, 3_600)) },
        Opt {
            key: "body_idle",
            help: "Time without a byte of a body.",
            slot: |limits| Slot::Time(&mut limits.body_idle, seconds(1, 3_600)),
        },
        Opt {
            key: "tunnel_idle",
            help: "Time without a byte through a tunnel.",
            slot: |limits| Slot::Time(&mut limits.tunnel_idle, seconds(1, 86_400)),
        },
        Opt {
            key: "connect",
            help: "Time to connect to an origin, over all its addresses.",
            slot: |limits| Slot::Time(&mut limits.connect, seconds(1, 120)),
        },
        Opt {
            key: "pipelined",
            help: "Requests that may wait on one connection.",
            slot: |limits| Slot::Count(&mut limits.pipelined, 1..=1_000),
        },
        Opt {
            key: "streams",
            help: "Requests at one time on one HTTP/2 connection.",
            slot: |limits| Slot::Count(&mut limits.streams, 1..=1_000),
        },
        Opt {
            key: "drain",
            help: "Time that running requests get when the proxy stops.",
            slot: |limits| Slot::Time(&mut limits.drain, seconds(0, 3_600)),
        },
    ];
}

impl Section for RawDns {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "servers",
            help: "DNS servers to ask. Without any: the system's resolver.",
            slot: |dns| Slot::SocketList(&mut dns.servers),
        },
        Opt {
            key: "timeout",
            help: "Time for one look-up.",
            slot: |dns| Slot::Time(&mut dns.timeout, Duration::from_millis(100)..=Duration::from_secs(60)),
        },
    ];
}

impl Section for RawDestinations {
    const OPTIONS: &'static [Opt<Self>] = &[Opt {
        key: "allow",
        help: "Private, loopback and other special addresses that may be reached: an address or a range, with or without a port, \
               such as \"192.168.1.0/24\", \"127.0.0.1:8080\" or \"[fd00::/8]:443\".",
        slot: |destinations| Slot::Names(&mut destinations.allow),
    }];
}

impl Section for RawPac {
    const OPTIONS: &'static [Opt<Self>] = &[
        Opt {
            key: "address",
            help: "Host and port of this proxy as browsers reach it, such as \"proxy.school.example:3128\". Without it: the first listener; \
                   one that listens on every address is given out under own_name.",
            slot: |pac| Slot::Name(&mut pac.address),
        },
        Opt {
            key: "tls_address",
            help: "Host and port of a listener that is reached over TLS, under a name of its certificate. Browsers that know how try it \
                   first, and the other after it; the devices must trust the certificate.",
            slot: |pac| Slot::Name(&mut pac.tls_address),
        },
        Opt {
            key: "direct",
            help: "Hosts, each with everything below it, and address ranges that browsers ask without the proxy, such as \
                   \"intranet.example\" or \"10.0.0.0/8\". What stands here is neither filtered nor recorded.",
            slot: |pac| Slot::Names(&mut pac.direct),
        },
    ];
}
