//! What browsers are told that ask for their proxy settings (PAC, WPAD): `[proxy.pac]`, checked.

use ipnet::IpNet;

/// What browsers are told that ask for their proxy settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pac {
    /// Host and port of the proxy as browsers reach it; `None`: made from the first listener.
    pub address: Option<String>,
    /// Host and port of a listener that is reached over TLS; given out before the other.
    pub tls_address: Option<String>,
    /// Hosts, in canonical form, each with everything below it, that browsers ask without the proxy.
    pub direct_hosts: Vec<Box<str>>,
    /// Address ranges that browsers ask without the proxy.
    pub direct_nets: Vec<IpNet>,
}
