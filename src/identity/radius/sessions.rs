//! Who is at which address now. Bounded; an entry that nobody renews ends by itself.
//!
//! One session may have several addresses. A stop ends the addresses of its own session only: who came to them since stays.

use super::packet::{Packet, Status};
use crate::identity::{is_name, spelling};
use moka::sync::Cache;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

/// What happened longer ago than this, or will happen, is not believed: a repeated packet, or a clock that is wrong.
const SKEW: i64 = 600;

/// Somebody at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The name, in its one spelling.
    pub name: Arc<str>,
    /// When that was last said, by the clock that never jumps, in microseconds.
    pub said_us: u64,
    session: Arc<[u8]>,
}

/// What came of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken over.
    Changed,
    /// It was taken over before.
    Repeated,
    /// It says nothing that is of use.
    Useless,
    /// It is too old, or from the future.
    OutOfTime,
}

/// All sessions.
#[derive(Debug)]
pub struct Sessions {
    by_address: Cache<IpAddr, At, rapidhash::fast::RandomState>,
    addresses: Cache<Arc<[u8]>, Arc<[IpAddr]>, rapidhash::fast::RandomState>,
    /// Packets that were taken over, and sessions that are over.
    packets: Cache<[u8; 16], ()>,
    over: Cache<Arc<[u8]>, ()>,
}

impl Sessions {
    /// At most this many, each for at most this time after it was last renewed.
    #[must_use]
    pub fn new(most: u64, longest: Duration) -> Self {
        let hasher = rapidhash::fast::RandomState::new;
        Self {
            by_address: Cache::builder().max_capacity(most * 2).time_to_live(longest).build_with_hasher(hasher()),
            addresses: Cache::builder().max_capacity(most).time_to_live(longest).build_with_hasher(hasher()),
            packets: Cache::builder().max_capacity(most * 2).time_to_live(longest).build(),
            over: Cache::builder().max_capacity(most).time_to_live(longest).build(),
        }
    }

    /// Who is there: at this very address, or in its network of 64 bits.
    #[must_use]
    pub fn at(&self, address: IpAddr) -> Option<At> {
        self.by_address.get(&address).or_else(|| match address {
            IpAddr::V4(_) => None,
            IpAddr::V6(six) => self.by_address.get(&IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX)))),
        })
    }

    /// Takes over what a packet says. It must be known to be from whom it says.
    pub fn take(&self, packet: &Packet<'_>, from: IpAddr, now_us: u64, now_s: i64) -> Taken {
        if packet.happened().is_some_and(|at| (now_s - at).abs() > SKEW) {
            return Taken::OutOfTime;
        }
        if self.packets.contains_key(&packet.authenticator()) {
            return Taken::Repeated;
        }
        let session: Arc<[u8]> = [from.to_string().as_bytes(), b"\0", packet.sender(), b"\0", packet.session()].concat().into();
        let taken = match packet.status() {
            Some(Status::Start | Status::Interim) if self.over.contains_key(&session) => Taken::OutOfTime,
            Some(Status::Start | Status::Interim) => self.place(packet, session, now_us),
            Some(Status::Stop) if packet.session().is_empty() => Taken::Useless,
            Some(Status::Stop) => self.end(session),
            Some(Status::All) => self.end_all(from, packet.sender()),
            None => Taken::Useless,
        };
        if taken == Taken::Changed {
            self.packets.insert(packet.authenticator(), ());
        }
        taken
    }

    fn place(&self, packet: &Packet<'_>, session: Arc<[u8]>, now_us: u64) -> Taken {
        let (name, addresses) = (packet.user().map(spelling).unwrap_or_default(), packet.addresses());
        if !is_name(&name) || addresses.is_empty() || packet.session().is_empty() {
            return Taken::Useless;
        }
        for gone in self.addresses.get(&session).iter().flat_map(|before| before.iter()).filter(|before| !addresses.contains(before)) {
            self.leave(*gone, &session);
        }
        let name: Arc<str> = name.into();
        for address in &addresses {
            self.by_address.insert(address.to_canonical(), At { name: Arc::clone(&name), said_us: now_us, session: Arc::clone(&session) });
        }
        self.addresses.insert(session, addresses.into());
        Taken::Changed
    }

    fn end(&self, session: Arc<[u8]>) -> Taken {
        for address in self.addresses.remove(&session).iter().flat_map(|addresses| addresses.iter()) {
            self.leave(*address, &session);
        }
        self.over.insert(session, ());
        Taken::Changed
    }

    /// All of one sender.
    fn end_all(&self, from: IpAddr, sender: &[u8]) -> Taken {
        let start = [from.to_string().as_bytes(), b"\0", sender, b"\0"].concat();
        let ended: Vec<_> =
            self.addresses.iter().map(|(session, _)| Arc::clone(&*session)).filter(|session| session.starts_with(&start)).collect();
        for session in ended {
            self.end(session);
        }
        Taken::Changed
    }

    fn leave(&self, address: IpAddr, session: &Arc<[u8]>) {
        if self.by_address.get(&address).is_some_and(|at| at.session == *session) {
            self.by_address.invalidate(&address);
        }
    }

    /// How many addresses are known, roughly.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.by_address.entry_count()
    }
}
