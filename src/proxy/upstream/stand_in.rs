//! A stand-in for the whole internet, for accreditation: whatever name is asked for, one origin on this machine is dialled.
//!
//! Nothing that is asked for through it can leave: no name is looked up, and an address that is not loopback cannot be made into one.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The stand-in.
#[derive(Debug)]
pub struct StandIn {
    /// Several ports of one origin, taken in turn: one alone runs out of connections.
    origins: Box<[SocketAddr]>,
    turn: AtomicUsize,
    led: Mutex<HashMap<Box<str>, &'static str>>,
}

impl StandIn {
    /// With the ports of the origin. `None`: there is none, or one is not on this machine alone.
    #[must_use]
    pub fn new(origins: &[SocketAddr]) -> Option<Self> {
        let here = !origins.is_empty() && origins.iter().all(|origin| origin.ip().is_loopback());
        here.then(|| Self { origins: origins.into(), turn: AtomicUsize::new(0), led: Mutex::default() })
    }

    /// Where to dial for this host, which is led to another name or not.
    pub(super) fn address(&self, host: &str, led: Option<&'static str>) -> SocketAddr {
        if let Some(name) = led {
            self.led.lock().unwrap_or_else(PoisonError::into_inner).insert(host.into(), name);
        }
        self.origins[self.turn.fetch_add(1, Ordering::Relaxed) % self.origins.len()]
    }

    /// The name that was last dialled in place of this host.
    #[must_use]
    pub fn led_to(&self, host: &str) -> Option<&'static str> {
        self.led.lock().unwrap_or_else(PoisonError::into_inner).get(host).copied()
    }

    /// Forgets which names were dialled.
    pub fn forget(&self) {
        self.led.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_this_machine_can_stand_in() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        assert!(StandIn::new(&[]).is_none());
        assert!(StandIn::new(&[at("127.0.0.1:1"), at("192.0.2.1:80")]).is_none());
        let stand_in = StandIn::new(&[at("127.0.0.1:1"), at("127.0.0.1:2")]).unwrap();
        assert_ne!(stand_in.address("a.test", None), stand_in.address("a.test", Some("b.test")));
        assert_eq!((stand_in.led_to("a.test"), stand_in.led_to("c.test")), (Some("b.test"), None));
        stand_in.forget();
        assert_eq!(stand_in.led_to("a.test"), None);
    }
}
