//! Who is asking, and how we know.

use super::GroupId;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// How the group (and later the person) was found. Stored with every record (standards D14, V12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum IdentitySource {
    /// Nothing matched: the strictest group applies.
    Unknown = 0,
    /// The client's address lies in a group's range.
    AddressRange = 1,
    /// The listener that was used belongs to a group.
    Listener = 2,
    /// A local account, with its password.
    Account = 3,
    /// The person was known once, and for longer than may be relied on: the strictest group applies.
    Stale = 4,
    /// A directory (LDAP), with the password that is kept there.
    Directory = 5,
    /// The network said who is at this address (RADIUS accounting).
    Network = 6,
    /// A Kerberos ticket (Negotiate), which the person's own sign-in brought.
    Kerberos = 7,
    /// A library card and its PIN.
    Card = 8,
    /// A trusted device in front said who asks.
    Front = 9,
    /// A client certificate on a TLS listener.
    Certificate = 10,
    /// Somebody signed in at the page for guests, at this address, a while ago.
    Portal = 11,
}

/// How much a way of knowing is worth, from least to most (standards D14, V12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityStrength {
    /// Nothing is known that could be relied on.
    None,
    /// A device's address or entrance: a computer, not a person.
    Device,
    /// The network let a person in and says that they are at this address; who else is there, it cannot say.
    Network,
    /// The person proved who they are.
    Person,
}

impl IdentityStrength {
    /// The code used in logs and pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Device => "device",
            Self::Network => "network",
            Self::Person => "person",
        }
    }
}

impl IdentitySource {
    /// The code used in logs and pages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::AddressRange => "address-range",
            Self::Listener => "listener",
            Self::Account => "account",
            Self::Stale => "stale",
            Self::Directory => "directory",
            Self::Network => "network",
            Self::Kerberos => "kerberos",
            Self::Card => "card",
            Self::Front => "front",
            Self::Certificate => "certificate",
            Self::Portal => "portal",
        }
    }

    /// What it is worth.
    #[must_use]
    pub const fn strength(self) -> IdentityStrength {
        match self {
            Self::Unknown | Self::Stale => IdentityStrength::None,
            Self::AddressRange | Self::Listener => IdentityStrength::Device,
            Self::Network | Self::Front | Self::Portal => IdentityStrength::Network,
            Self::Account | Self::Directory | Self::Kerberos | Self::Card | Self::Certificate => IdentityStrength::Person,
        }
    }

    /// From the stored number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Unknown),
            1 => Some(Self::AddressRange),
            2 => Some(Self::Listener),
            3 => Some(Self::Account),
            4 => Some(Self::Stale),
            5 => Some(Self::Directory),
            6 => Some(Self::Network),
            7 => Some(Self::Kerberos),
            8 => Some(Self::Card),
            9 => Some(Self::Front),
            10 => Some(Self::Certificate),
            11 => Some(Self::Portal),
            _ => None,
        }
    }
}

/// Who is asking.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The other end of the TCP connection.
    pub peer: SocketAddr,
    /// The client's address as a trusted peer states it (PROXY protocol, `Forwarded`, `X-Forwarded-For`).
    pub asserted: Option<IpAddr>,
    /// The group whose policy applies.
    pub group: GroupId,
    /// How the group was found.
    pub source: IdentitySource,
    /// The person, where known.
    pub user: Option<Arc<str>>,
    /// The device's name, where known.
    pub device: Option<Arc<str>>,
}

impl Subject {
    /// The address that stands for the client: the asserted one where a trusted peer gave it.
    #[must_use]
    pub fn client(&self) -> IpAddr {
        self.asserted.unwrap_or_else(|| self.peer.ip())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_number_leads_to_one_source_with_a_code_of_its_own() {
        let all: Vec<_> = (0..=u8::MAX).filter_map(IdentitySource::from_number).collect();
        assert_eq!(all.len(), 12);
        for (index, source) in all.iter().enumerate() {
            assert_eq!(*source as usize, index);
            assert!(all[..index].iter().all(|other| other.code() != source.code()));
        }
    }
}
