//! A day's share as people write it: `30m`, `2h`, `200MB`; a list of two gives both.

use super::units::{read_size, read_time};
use crate::policy::Quota;

/// What to write, for messages.
pub(super) const EXPECTED: &str = "a day's share from 1m to 24h or from 1 KB to 1 TB, such as \"30m\" or \"200MB\", or a list of both";

const BYTES: std::ops::RangeInclusive<u64> = 1 << 10..=1 << 40;
const MINUTES: std::ops::RangeInclusive<u64> = 1..=24 * 60;
const MINUTE_MS: u128 = 60_000;

/// Reads one share: whole minutes, or bytes.
pub fn read_quota(text: &str) -> Option<Quota> {
    if let Some(bytes) = read_size(text) {
        return BYTES.contains(&bytes).then_some(Quota { minutes: None, bytes: Some(bytes) });
    }
    let time = read_time(text)?.as_millis();
    let minutes = u64::try_from(time / MINUTE_MS).ok().filter(|minutes| time.is_multiple_of(MINUTE_MS) && MINUTES.contains(minutes))?;
    Some(Quota { minutes: u16::try_from(minutes).ok(), bytes: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_whole_minutes_or_bytes() {
        for (text, minutes, bytes) in [
            ("30m", Some(30), None),
            ("2h", Some(120), None),
            ("24h", Some(1440), None),
            ("200MB", None, Some(200 << 20)),
            ("1 KB", None, Some(1024)),
        ] {
            assert_eq!(read_quota(text), Some(Quota { minutes, bytes }), "{text}");
        }
        for bad in ["", "0m", "30", "30s", "90s", "25h", "1000 B", "2 TB", "30 minutes", "-1m", "* 3"] {
            assert_eq!(read_quota(bad), None, "{bad}");
        }
    }
}
