//! How a list is fetched, as written: options of `[[lists.source]]` that stand beside `url`.

use crate::config::fetch_settings::Bounds;
use crate::config::source::At;
use std::time::Duration;

/// The options, before they are checked.
#[derive(Default)]
pub(in crate::config) struct RawFetch {
    pub(in crate::config) url: Option<At<String>>,
    pub(in crate::config) every: Option<At<Duration>>,
    pub(in crate::config) inside: Option<At<String>>,
    pub(in crate::config) plain_http: Option<At<bool>>,
    pub(in crate::config) private: Option<At<bool>>,
    pub(in crate::config) user_file: Option<At<String>>,
    pub(in crate::config) token_file: Option<At<String>>,
    pub(in crate::config) sha256: Option<At<String>>,
    pub(in crate::config) sha256_url: Option<At<String>>,
    pub(in crate::config) minisign_key: Option<At<String>>,
    pub(in crate::config) ed25519_key: Option<At<String>>,
    pub(in crate::config) signature_url: Option<At<String>>,
    pub(in crate::config) bounds: Bounds,
}

/// The shortest and the longest time between two fetches.
pub(in crate::config) const EVERY: std::ops::RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(31 * 86_400);
/// How long a fetch may take, and how long nothing may come.
pub(in crate::config) const PATIENCE: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(6 * 3600);
/// What may come, and what it may become.
pub(in crate::config) const SIZE: std::ops::RangeInclusive<u64> = 1024..=(64 << 30);
