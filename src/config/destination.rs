//! What the address guard lets through although it is private, loopback or the like (rule F8).

use ipnet::IpNet;

/// A destination that the address guard lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationRule {
    /// Addresses.
    pub net: IpNet,
    /// One port, or all of them.
    pub port: Option<u16>,
}
