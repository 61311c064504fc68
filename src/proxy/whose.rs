//! Whose something is that is remembered from one request to the next: the person's, where one is known, else the device's.

use crate::model::Subject;
use std::fmt;
use std::net::IpAddr;

/// A person by name in small letters, or a device by its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Whose {
    /// The person who has signed in, or whom the network named.
    Person(Box<str>),
    /// Whoever sits at this address.
    Device(IpAddr),
}

impl Whose {
    /// Of whoever asks.
    #[must_use]
    pub fn of(subject: &Subject) -> Self {
        match &subject.user {
            Some(user) => Self::Person(user.to_lowercase().into()),
            None => Self::Device(subject.client().to_canonical()),
        }
    }
}

/// For a seal, never for people to read: a name cannot be taken for an address.
impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(name) => write!(f, "person {name}"),
            Self::Device(address) => write!(f, "device {address}"),
        }
    }
}
