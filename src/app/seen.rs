//! Which domains were ever asked for here, from their file to the engine and back: read at start, made from the log where there is none,
//! written every few seconds if there was a new one, and at the end. A crash forgets the last seconds: they count as new once more.
//!
//! # Format, version 1
//!
//! `domains.seen` in the folder of the log: 8 bytes of name, version (4 bytes, little-endian like all numbers), CRC-32 of what follows up
//! to the sightings, seed (8 bytes), begin (8 bytes, microseconds since 1970); then for each domain its keyed hash (8 bytes), the minute
//! since 1970 (4 bytes) and the CRC-32 of these twelve bytes. It only grows; what is cut off or broken at its end is dropped.

use super::App;
use crate::config::Config;
use crate::engine::{Seen, Sighting, minute};
use crate::model::Timestamp;
use crate::store::query::first_hosts;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const NAME: &str = "domains.seen";
const MAGIC: &[u8; 8] = b"\x89LGSEEN\n";
const VERSION: u32 = 1;
const HEAD: usize = 32;
const RECORD: usize = 16;
/// No file is larger: each domain stands in it once.
const LARGEST: u64 = 64 << 20;
/// How often it is written.
const EVERY: Duration = Duration::from_secs(5);

/// What stands; `None`: there is no file yet, or none that can be read.
///
/// # Errors
/// What the system says.
pub fn read_seen(log: &Path) -> io::Result<Option<Seen>> {
    let mut bytes = Vec::new();
    match File::open(log.join(NAME)) {
        Ok(file) => file.take(LARGEST).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(parse(&bytes))
}

fn parse(bytes: &[u8]) -> Option<Seen> {
    let (head, rest) = bytes.split_at_checked(HEAD)?;
    let number = |at: usize| head[at..at + 8].try_into().map(u64::from_le_bytes).ok();
    let known =
        head.starts_with(MAGIC) && head[8..12] == VERSION.to_le_bytes() && head[12..16] == crc32fast::hash(&head[16..]).to_le_bytes();
    if !known {
        return None;
    }
    let seen = Seen::new(number(16)?, Timestamp(number(24)?.cast_signed()));
    rest.as_chunks::<RECORD>().0.iter().map_while(sighting).for_each(|sighting| seen.restore(sighting));
    Some(seen)
}

fn sighting(record: &[u8; RECORD]) -> Option<Sighting> {
    let (facts, sum) = record.split_at(12);
    let (hash, minute) = facts.split_at(8);
    let whole = crc32fast::hash(facts).to_le_bytes() == sum;
    Some((u64::from_le_bytes(hash.try_into().ok()?), u32::from_le_bytes(minute.try_into().ok()?))).filter(|_| whole)
}

fn record((hash, minute): &Sighting) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..8].copy_from_slice(&hash.to_le_bytes());
    record[8..12].copy_from_slice(&minute.to_le_bytes());
    let sum = crc32fast::hash(&record[..12]);
    record[12..].copy_from_slice(&sum.to_le_bytes());
    record
}

/// Reads what stands, or makes it from the log. Without it nothing would be served otherwise than before: so faults are told and no more.
pub(super) fn open(config: &Config, now: Timestamp) -> Arc<Seen> {
    let seen = open_in(&config.log.folder, now);
    seen.learn_for(config.lists.learn_domains);
    seen
}

fn open_in(log: &Path, now: Timestamp) -> Arc<Seen> {
    match read_seen(log) {
        Ok(Some(seen)) => return Arc::new(seen),
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "the domains that were seen here cannot be read: they are made anew from the log"),
    }
    let seen = made_from_log(log, now);
    if let Err(error) = begin(log, &seen) {
        tracing::error!(%error, "the domains that were seen here cannot be written; a restart would make them anew");
    }
    Arc::new(seen)
}

fn made_from_log(log: &Path, now: Timestamp) -> Seen {
    let mut seed = [0; 8];
    if aws_lc_rs::rand::fill(&mut seed).is_err() {
        tracing::error!("there is no randomness for the domains that were seen here");
    }
    let (mut hosts, seed) = (Vec::new(), u64::from_le_bytes(seed));
    let plain = Seen::new(seed, now);
    let began = first_hosts(log, |host, at| hosts.extend(plain.hash(host).map(|hash| (hash, minute(at)))));
    let seen = Seen::new(seed, began.ok().flatten().unwrap_or(now).min(now));
    hosts.into_iter().for_each(|sighting| seen.restore_fresh(sighting));
    seen
}

/// A file of its own, whole or not at all.
fn begin(log: &Path, seen: &Seen) -> io::Result<()> {
    let new = log.join("domains.seen.new");
    let mut head = [0; HEAD];
    head[..8].copy_from_slice(MAGIC);
    head[8..12].copy_from_slice(&VERSION.to_le_bytes());
    head[16..24].copy_from_slice(&seen.seed().to_le_bytes());
    head[24..].copy_from_slice(&seen.began().0.to_le_bytes());
    let sum = crc32fast::hash(&head[16..]);
    head[12..16].copy_from_slice(&sum.to_le_bytes());
    let fresh = seen.take_fresh();
    let mut bytes = head.to_vec();
    fresh.iter().for_each(|sighting| bytes.extend_from_slice(&record(sighting)));
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&new)?;
    let written = file.write_all(&bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&new, log.join(NAME)));
    if written.is_err() {
        seen.give_back(fresh);
    }
    written
}

/// Adds what is new. A file that ends within a record is cut there first.
fn add(log: &Path, fresh: &[Sighting]) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).open(log.join(NAME))?;
    let length = file.metadata()?.len();
    let whole = length - (length.saturating_sub(HEAD as u64) % RECORD as u64);
    if whole < length {
        file.set_len(whole)?;
    }
    file.write_all(&fresh.iter().flat_map(record).collect::<Vec<u8>>())?;
    file.sync_all()
}

impl App {
    /// Writes what is new, again and again.
    pub(super) async fn keep_seen(self: Arc<Self>) {
        loop {
            tokio::time::sleep(EVERY).await;
            let app = Arc::clone(&self);
            drop(tokio::task::spawn_blocking(move || app.write_seen()).await);
        }
    }

    /// Writes what is new, if anything is.
    pub(super) fn write_seen(&self) {
        let live = self.proxy.live.load();
        let Some(seen) = &live.engine.seen else { return };
        let fresh = seen.take_fresh();
        if fresh.is_empty() {
            return;
        }
        if let Err(error) = add(self.standing.log_folder(), &fresh) {
            seen.give_back(fresh);
            tracing::error!(%error, "domains that were seen here cannot be written; a restart would take them for new");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_768_478_400_000_000);

    fn later(hours: i64) -> Timestamp {
        Timestamp(NOW.0 + hours * 3_600_000_000)
    }

    #[test]
    fn what_was_seen_is_known_after_a_restart_and_a_torn_end_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let seen = open_in(folder.path(), NOW);
        assert!(seen.note("a.test", later(1)) && seen.note("b.test", later(2)));
        add(folder.path(), &seen.take_fresh()).unwrap();
        let again = open_in(folder.path(), later(9));
        assert_eq!((again.len(), again.began(), again.seed()), (2, NOW, seen.seed()));
        assert!(!again.note("www.a.test", later(9)) && again.note("c.test", later(9)));
        let path = folder.path().join(NAME);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        let torn = open_in(folder.path(), later(10));
        assert_eq!(torn.len(), 1);
        assert!(torn.note("b.test", later(10)));
        add(folder.path(), &torn.take_fresh()).unwrap();
        assert_eq!(open_in(folder.path(), later(11)).len(), 2, "what came behind the torn end is read");
    }

    #[test]
    fn a_file_that_is_none_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        drop(open_in(folder.path(), NOW));
        let path = folder.path().join(NAME);
        let whole = fs::read(&path).unwrap();
        for bit in 0..whole.len() * 8 {
            let mut changed = whole.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(parse(&changed).is_none(), "bit {bit}");
        }
        fs::write(&path, "what is this").unwrap();
        assert_eq!(open_in(folder.path(), later(5)).began(), later(5));
        assert!(read_seen(folder.path()).unwrap().is_some());
    }
}
