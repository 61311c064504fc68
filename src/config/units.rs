//! Times and sizes as people write them, and back.

use std::time::Duration;

/// `15s`, `10m`, `500ms`, `1h`, `2d`; a bare number is no time, since nobody would know its unit.
#[must_use]
pub fn read_time(text: &str) -> Option<Duration> {
    let (number, unit) = split_unit(text)?;
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

/// The shortest exact spelling of a time.
pub(super) fn time_text(time: Duration) -> String {
    let milliseconds = time.as_millis();
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let fits = units.iter().find(|(size, _)| milliseconds >= *size && milliseconds.is_multiple_of(*size));
    fits.map_or_else(|| "0s".into(), |(size, unit)| format!("{}{unit}", milliseconds / size))
}

/// `16 KB`, `64MB`, `1 GB`; a kilobyte has 1,024 bytes.
pub(super) fn read_size(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text)?;
    let bytes: u64 = match unit.to_ascii_uppercase().as_str() {
        "B" => 1,
        "KB" | "KIB" => 1 << 10,
        "MB" | "MIB" => 1 << 20,
        "GB" | "GIB" => 1 << 30,
        "TB" | "TIB" => 1 << 40,
        _ => return None,
    };
    number.checked_mul(bytes)
}

/// The shortest exact spelling of a size.
pub(super) fn size_text(bytes: u64) -> String {
    let units = [(1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let fits = units.iter().find(|(size, _)| bytes >= *size && bytes.is_multiple_of(*size));
    fits.map_or_else(|| format!("{bytes} B"), |(size, unit)| format!("{} {unit}", bytes / size))
}

/// `20 Mbit/s`, `500 kbit/s`, `1 Gbit/s`: bits in a second; a kilobit has 1,000 bits.
pub(super) fn read_rate(text: &str) -> Option<u64> {
    let (number, unit) = split_unit(text)?;
    let bits: u64 = match unit.to_ascii_lowercase().as_str() {
        "bit/s" => 1,
        "kbit/s" => 1_000,
        "mbit/s" => 1_000_000,
        "gbit/s" => 1_000_000_000,
        _ => return None,
    };
    number.checked_mul(bits)
}

/// The shortest exact spelling of a rate.
pub(super) fn rate_text(bits: u64) -> String {
    let units = [(1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s"), (1_000, "kbit/s")];
    let fits = units.iter().find(|(size, _)| bits >= *size && bits.is_multiple_of(*size));
    fits.map_or_else(|| format!("{bits} bit/s"), |(size, unit)| format!("{} {unit}", bits / size))
}

fn split_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..end].parse().ok()?, text[end..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_come_back_as_they_were_written() {
        for (text, bits) in [("20 Mbit/s", 20_000_000), ("500 kbit/s", 500_000), ("1 Gbit/s", 1_000_000_000), ("1500 bit/s", 1_500)] {
            assert_eq!((read_rate(text), rate_text(bits)), (Some(bits), text.to_owned()));
        }
        assert_eq!(read_rate("20mbit/s"), Some(20_000_000));
        for text in ["20", "20 MB", "Mbit/s", "20 MB/s", "99999999999999999999 bit/s"] {
            assert_eq!(read_rate(text), None, "{text}");
        }
    }

    #[test]
    fn times_and_sizes_come_back_as_they_were_written() {
        for (text, seconds) in [("15s", 15.0), ("10m", 600.0), ("500ms", 0.5), ("1h", 3600.0), ("2d", 172_800.0), ("0s", 0.0)] {
            let time = read_time(text).unwrap();
            assert!((time.as_secs_f64() - seconds).abs() < 1e-9, "{text}");
            assert_eq!(time_text(time), text);
        }
        for (text, bytes) in [("16 KB", 16_384), ("64 MB", 67_108_864), ("10 B", 10), ("1 GB", 1 << 30)] {
            assert_eq!(read_size(text), Some(bytes), "{text}");
            assert_eq!(size_text(bytes), text);
        }
        for bad in ["", "s", "15", "15 parsecs", "-1s", "99999999999999999999s", "18446744073709551615 TB"] {
            assert_eq!((read_time(bad), read_size(bad)), (None, None), "{bad}");
        }
    }
}
