//! Settings of what the proxy looks at by itself and only tells: tunnels that are more than pages, and the names of restricted search.

use std::time::Duration;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watches {
    /// Tunnels that are more than pages.
    pub tunnels: TunnelWatch,
    /// Names of restricted search.
    pub restricted: RestrictedCheck,
}

/// When a tunnel that has ended is told of as open for long and as much up as down (standards AB6). Nothing is closed for it.
#[derive(Clone, Debug, PartialEq)]
pub struct TunnelWatch {
    /// Is it looked at?
    pub on: bool,
    /// Shorter tunnels are not told of.
    pub after: Duration,
    /// Bytes both ways together below which a tunnel is not told of.
    pub at_least: u64,
    /// The less busy way carried at least this share of what the other carried.
    pub share: f64,
}

impl Default for TunnelWatch {
    fn default() -> Self {
        Self { on: true, after: Duration::from_secs(1_800), at_least: 4 << 20, share: 0.25 }
    }
}

/// How often it is looked whether the names of restricted search still lead anywhere (standards AC3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestrictedCheck {
    /// Is it looked at? A closed network without these names switches it off.
    pub on: bool,
    /// How often, more or less: the moment is moved at random.
    pub every: Duration,
}

impl Default for RestrictedCheck {
    fn default() -> Self {
        Self { on: true, every: Duration::from_secs(86_400) }
    }
}
