//! How large the log is, how fast it grows, and for how many days this disk has room. It reads heads, ends and the lengths of files; no
//! records but those of segments that have no end.

use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::frames::{Frames, Step};
use super::hold::Holds;
use super::path::{Link, segments};
use super::query::Catalogue;
use super::seal::times_of;
use super::sweep::read_receipts;
use crate::model::Timestamp;
use crate::record::frame::FrameKind;
use serde::Serialize;
use std::path::Path;

const DAY_US: f64 = 86_400e6;

/// What is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Segments that are part of the log.
    pub segments: u64,
    /// Of them: packed.
    pub sealed: u64,
    /// Records in them.
    pub records: u64,
    /// Bytes of the segments themselves, packed or not.
    pub segment_bytes: u64,
    /// Bytes of everything in the folder but the reserve: indexes, receipts, holds.
    pub bytes: u64,
    /// Bytes a record, all in.
    pub bytes_per_record: Option<f64>,
    /// Time of the oldest record that is left: RFC 3339.
    pub oldest: Option<String>,
    /// Time of the newest record, or when the newest segment was begun if it has no end yet.
    pub newest: Option<String>,
    /// Days between the two.
    pub days: f64,
    /// Records a day over that time.
    pub records_per_day: Option<f64>,
    /// Bytes a day.
    pub bytes_per_day: Option<f64>,
    /// Bytes free on the disk, for whoever is not its administrator.
    pub free_bytes: Option<u64>,
    /// Days until the disk is full, if nothing is deleted.
    pub days_left: Option<f64>,
    /// Bytes that the log will take when as much is deleted as comes: growth times the days that web logs are kept.
    pub full_size_bytes: Option<f64>,
    /// Segments deleted when their time was over, and records that were in them.
    pub deleted: (u64, u64),
    /// Holds in force.
    pub holds: u64,
    /// Files that are no part of the log.
    pub beside: u64,
}

/// Looks at the log in this folder. `keep_days`: for how long web logs are kept.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read.
pub fn stats(folder: &Path, keep_days: u64) -> Result<Stats, ReadFault> {
    let files = DiskFiles::at(folder);
    let (path, beside) = segments(&files)?;
    let receipts = read_receipts(&files)?;
    let holds = Holds::read_in(&files)?;
    let mut stats = Stats {
        segments: path.len() as u64,
        deleted: (receipts.entries.len() as u64, receipts.entries.iter().map(|receipt| receipt.records).sum()),
        holds: holds.standing().len() as u64,
        beside: beside.len() as u64,
        ..Stats::default()
    };
    stats.take_sizes(folder, &files)?;
    stats.take_records(&files, &path)?;
    stats.take_times(&files, &path);
    stats.free_bytes = free_bytes(folder);
    stats.reckon(keep_days);
    Ok(stats)
}

/// How long the disk lasts, told without reading a record: for whoever looks often.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Room {
    /// Bytes free, for whoever is not the disk's administrator.
    pub free_bytes: Option<u64>,
    /// Days until the disk is full, if nothing is deleted. `None` where the log is too young to tell.
    pub days_left: Option<f64>,
    /// Is there room for all that retention keeps, at this growth? Then the disk never fills, however few days are left by the count above.
    pub lasts: bool,
}

/// Looks how long the disk of the log in this folder lasts. `keep_days`: for how long web logs are kept.
///
/// # Errors
/// [`ReadFault`] when the folder cannot be read.
pub fn room(folder: &Path, keep_days: u64) -> Result<Room, ReadFault> {
    let files = DiskFiles::at(folder);
    let Catalogue { path, .. } = Catalogue::of(&files)?;
    let mut stats = Stats { free_bytes: free_bytes(folder), ..Stats::default() };
    stats.take_sizes(folder, &files)?;
    stats.take_times(&files, &path);
    stats.reckon(keep_days);
    Ok(stats.room())
}

fn free_bytes(folder: &Path) -> Option<u64> {
    rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

impl Stats {
    fn room(&self) -> Room {
        let more = self.full_size_bytes.map(|full| full - self.bytes as f64);
        let lasts = more.zip(self.free_bytes).is_some_and(|(more, free)| more <= free as f64);
        Room { free_bytes: self.free_bytes, days_left: self.days_left, lasts }
    }

    fn take_sizes(&mut self, folder: &Path, files: &dyn Files) -> Result<(), ReadFault> {
        for name in files.names().map_err(|source| ReadFault::Io { path: folder.to_owned(), source })? {
            // A file that was deleted since takes no room any more.
            let bytes = std::fs::metadata(folder.join(&name)).map_or(0, |about| about.len());
            let sealed = name.ends_with(".sealed");
            self.sealed += u64::from(sealed);
            if sealed || name.ends_with(".seg") {
                self.segment_bytes += bytes;
            }
            if name != "reserve" {
                self.bytes += bytes;
            }
        }
        Ok(())
    }

    /// Numbers run on without gaps but for crashes: what lies between two heads is what the segment holds. The newest one is read.
    fn take_records(&mut self, files: &dyn Files, path: &[Link]) -> Result<(), ReadFault> {
        for (index, link) in path.iter().enumerate() {
            let Ok(head) = &link.head else { continue };
            let next = path.get(index + 1).and_then(|next| next.head.as_ref().ok()).filter(|next| next.follows == link.ordinal);
            self.records += match next {
                Some(next) => next.first.saturating_sub(head.first),
                None => count(files, link)?,
            };
        }
        Ok(())
    }

    fn take_times(&mut self, files: &dyn Files, path: &[Link]) {
        let head = |link: &Link| link.head.as_ref().ok().map(|head| (head.at.wall.0, head.at.wall.0));
        let times = |link: &Link| times_of(files, &link.name).filter(|(earliest, latest)| earliest <= latest).or_else(|| head(link));
        let (oldest, newest) = (path.first().and_then(times), path.last().and_then(times));
        if let (Some((oldest, _)), Some((_, newest))) = (oldest, newest) {
            self.oldest = Some(Timestamp(oldest).to_string());
            self.newest = Some(Timestamp(newest).to_string());
            self.days = newest.saturating_sub(oldest).max(0) as f64 / DAY_US;
        }
    }

    fn reckon(&mut self, keep_days: u64) {
        let over = |amount: u64, by: f64| (by > 0.0).then(|| amount as f64 / by);
        self.bytes_per_record = over(self.bytes, self.records as f64);
        // Less than an hour says nothing about a day.
        let days = if self.days >= 1.0 / 24.0 { self.days } else { 0.0 };
        self.records_per_day = over(self.records, days);
        self.bytes_per_day = over(self.bytes, days);
        let growth = self.bytes_per_day.filter(|growth| *growth > 0.0);
        self.days_left = growth.and_then(|growth| self.free_bytes.map(|free| free as f64 / growth));
        self.full_size_bytes = growth.map(|growth| growth * keep_days as f64);
    }
}

fn count(files: &dyn Files, link: &Link) -> Result<u64, ReadFault> {
    let mut frames = Frames::open(files, &link.name, link.valid)?;
    let mut records = 0;
    while let Step::Frame(frame, _) = frames.next()? {
        records += u64::from(frame.kind == FrameKind::Record);
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_and_room_are_reckoned_from_what_is_there() {
        let mut stats = Stats { records: 1000, bytes: 80_000, days: 2.0, free_bytes: Some(400_000), ..Stats::default() };
        stats.reckon(92);
        assert_eq!((stats.bytes_per_record, stats.records_per_day, stats.bytes_per_day), (Some(80.0), Some(500.0), Some(40_000.0)));
        assert_eq!((stats.days_left, stats.full_size_bytes), (Some(10.0), Some(3_680_000.0)));
        let mut young = Stats { records: 1000, bytes: 80_000, days: 0.01, free_bytes: Some(400_000), ..Stats::default() };
        young.reckon(92);
        assert_eq!((young.days_left, young.records_per_day), (None, None), "minutes say nothing about days");
        let room = |bytes, free| {
            let mut stats = Stats { bytes, days: 2.0, free_bytes: Some(free), ..Stats::default() };
            stats.reckon(92);
            stats.room()
        };
        assert_eq!(room(80_000, 400_000), Room { free_bytes: Some(400_000), days_left: Some(10.0), lasts: false });
        assert!(room(80_000, 3_600_000).lasts, "as much goes as comes before the disk is full");
        assert!(!young.room().lasts, "nothing is promised of which nothing is known");
        let mut empty = Stats::default();
        empty.reckon(92);
        assert_eq!(empty, Stats::default());
    }
}
