//! What the machine's time service says of the system clock, from the notes that it leaves in files: the kernel's own answer needs a
//! call that safe Rust does not have here. It must never guess: what no file says is `unknown`, and a note that is old says nothing.
//!
//! | Service | File | What it says |
//! |---|---|---|
//! | systemd-timesyncd | `/run/systemd/timesync/synchronized` | there: synchronised; the folder without it: unsynchronised; no offset |
//! | chrony, with `log tracking` | `/var/log/chrony/tracking.log`, its last line | the leap status and the offset |
//! | ntpd, with `loopstats` | `/var/log/ntpstats/loopstats`, its last line | synchronised, and the offset: a line is written for each correction |
//! | the machine's own clock | `/sys/class/rtc/rtc0/since_epoch` | how far it is from the system clock, in seconds |

use crate::model::Timestamp;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// A line older than this says nothing of now: chrony and ntpd write at least every 1024 s while they are in touch.
const FRESH: Duration = Duration::from_secs(3600);
/// Longest last line that is read.
const TAIL: u64 = 512;

/// What is known: one of `synchronised`, `unsynchronised`, `unknown`; then, in some, by whom and the offset.
pub(super) fn words(root: &Path, now: Timestamp) -> String {
    let known = timesyncd(root).or_else(|| chrony(root, now)).or_else(|| ntpd(root, now));
    let mut words = known.unwrap_or_else(|| "unknown".to_owned());
    if let Some(away) = hardware(root, now) {
        words.push_str(&format!("; hardware clock {away:+} s"));
    }
    words
}

fn timesyncd(root: &Path) -> Option<String> {
    let place = root.join("run/systemd/timesync");
    let state = if place.join("synchronized").exists() { "synchronised" } else { "unsynchronised" };
    place.try_exists().ok()?.then(|| format!("{state}; by systemd-timesyncd"))
}

/// `Date Time Address Stratum Freq Skew Offset Leap ...`; the offset is that of the system clock against the source, in seconds.
fn chrony(root: &Path, now: Timestamp) -> Option<String> {
    let line = fresh_line(&root.join("var/log/chrony/tracking.log"), now)?;
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (offset, leap) = (micros(fields.get(6)?)?, *fields.get(7)?);
    match leap {
        "N" | "+" | "-" => Some(format!("synchronised; by chrony, offset {offset} us")),
        "?" => Some("unsynchronised; by chrony".to_owned()),
        _ => None,
    }
}

/// `Day Second Offset Freq Jitter Wander Constant`.
fn ntpd(root: &Path, now: Timestamp) -> Option<String> {
    let line = fresh_line(&root.join("var/log/ntpstats/loopstats"), now)?;
    let fields: Vec<&str> = line.split_whitespace().collect();
    let whole = fields.len() >= 7 && fields.iter().all(|field| field.parse::<f64>().is_ok());
    let offset = micros(fields.get(2).filter(|_| whole)?)?;
    Some(format!("synchronised; by ntpd, offset {offset} us"))
}

/// Seconds that the hardware clock is ahead.
fn hardware(root: &Path, now: Timestamp) -> Option<i64> {
    let text = std::fs::read_to_string(root.join("sys/class/rtc/rtc0/since_epoch")).ok()?;
    text.trim().parse::<i64>().ok()?.checked_sub(now.seconds())
}

fn micros(seconds: &str) -> Option<i64> {
    let micros = seconds.parse::<f64>().ok()? * 1e6;
    (micros.abs() < 1e15).then_some(micros.round() as i64)
}

/// The last whole line of a file that was written a short while ago.
fn fresh_line(path: &Path, now: Timestamp) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let about = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let written = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = Duration::from_micros(u64::try_from(now.0).ok()?);
    if now.abs_diff(written) > FRESH {
        return None;
    }
    file.seek(SeekFrom::Start(about.len().saturating_sub(TAIL))).ok()?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail).ok()?;
    let text = String::from_utf8_lossy(tail.strip_suffix(b"\n")?).into_owned();
    text.rsplit('\n').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn now() -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp(i64::try_from(since.as_micros()).unwrap())
    }

    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    const TRACKING: &str = "var/log/chrony/tracking.log";
    const LOOPS: &str = "var/log/ntpstats/loopstats";
    const CHRONY: &str = "2026-11-22 10:00:00 192.0.2.1  2  -3.541  0.05  -2.500e-05 N  1  1.0e-05  -1.0e-10  1e-03  1e-04  1e-03\n";

    #[test]
    fn each_service_says_what_its_files_say() {
        let table: [(&[(&str, &str)], &str); 10] = [
            (&[], "unknown"),
            (&[("run/systemd/timesync/synchronized", "")], "synchronised; by systemd-timesyncd"),
            (&[("run/systemd/timesync/other", "")], "unsynchronised; by systemd-timesyncd"),
            (&[(TRACKING, CHRONY)], "synchronised; by chrony, offset -25 us"),
            (&[(TRACKING, "==\nDate Time x\n2026-11-22 10:00:00 - 0 0 0 0.000e+00 ? 0 0 0 0 0 0\n")], "unsynchronised; by chrony"),
            (&[(TRACKING, "2026-11-22 10:00:00 192.0.2.1  2  -3.541  0.05  -2.500e-05 N")], "unknown"),
            (&[(TRACKING, "============\n")], "unknown"),
            (&[(LOOPS, "61366 1000.0 0.5 0 0 0 6\n61366 2000.1 0.000012 -3.5 0.00001 0.002 6\n")], "synchronised; by ntpd, offset 12 us"),
            (&[(LOOPS, "61366 2000.1\n")], "unknown"),
            (&[(TRACKING, CHRONY), ("run/systemd/timesync/synchronized", "")], "synchronised; by systemd-timesyncd"),
        ];
        for (files, expected) in table {
            assert_eq!(words(machine(files).path(), now()), expected, "{files:?}");
        }
    }

    #[test]
    fn an_old_note_says_nothing_and_a_clock_that_jumped_makes_every_note_old() {
        let root = machine(&[(TRACKING, CHRONY)]);
        for hours in [-2, 2] {
            assert_eq!(words(root.path(), Timestamp(now().0 + hours * 3_600_000_000)), "unknown", "{hours}");
        }
    }

    #[test]
    fn the_hardware_clock_is_told_beside_whatever_else_is_known() {
        let at = Timestamp::from_seconds(1_764_000_000);
        let root = machine(&[("sys/class/rtc/rtc0/since_epoch", "1764000003\n")]);
        assert_eq!(words(root.path(), at), "unknown; hardware clock +3 s");
        let broken = machine(&[("sys/class/rtc/rtc0/since_epoch", "no")]);
        assert_eq!(words(broken.path(), at), "unknown");
    }
}
