//! Hosts of a service that somebody else runs, as that service has documented them: data of the tables beside this file.
//!
//! Must never match a part of a label: `notgoogle.com` is not below `google.com` (standards AC1).

/// Hosts of a service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hosts {
    /// These and nothing below them.
    pub(super) exact: &'static [&'static str],
    /// Each with everything below it.
    pub(super) below: &'static [&'static str],
}

impl Hosts {
    /// Is this host, which is canonical, one of them?
    pub(super) fn hold(&self, host: &str) -> bool {
        self.exact.contains(&host) || self.below.iter().any(|name| is_below(host, name))
    }
}

/// Is the host this name, or below it?
pub(super) fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
