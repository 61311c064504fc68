//! What `verify` must find, whatever the intruder does to the files short of rewriting everything behind the change as well.

use super::fake::FakeFiles;
use super::{event, wait};
use crate::ports::{Durability, FixedClock, LogStore};
use crate::record::frame::{FRAME_HEAD, frame_size, seal_frame};
use crate::record::segment::MAGIC;
use crate::store::files::Files;
use crate::store::log::open_on;
use crate::store::verify::{Report, verify_in};
use crate::store::{ReadFault, Settings};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// A closed log of several segments, with checkpoints in them.
fn log(records: usize, segment_bytes: u64) -> FakeFiles {
    let disk = FakeFiles::default();
    let settings = Settings { reserve_bytes: 0, segment_bytes, ..Settings::new("/fake") };
    let store = open_on(Arc::new(disk.clone()), settings, Arc::new(FixedClock::at(7)), None).unwrap();
    for number in 0..records {
        let need = if number % 20 == 0 { Durability::Disk } else { Durability::Queued };
        wait(store.append(&event(&format!("event number {number}")), need)).unwrap();
    }
    store.close();
    disk
}

pub(super) fn frames(bytes: &[u8]) -> Vec<Range<usize>> {
    let (mut at, mut frames) = (MAGIC.len(), Vec::new());
    while at < bytes.len() {
        let size = frame_size(&bytes[at..]).unwrap();
        frames.push(at..at + size);
        at += size;
    }
    frames
}

fn check(disk: &FakeFiles) -> Report {
    verify_in(disk).unwrap()
}

/// The file and byte of the first fault.
fn place(report: &Report) -> (String, u64) {
    match report.faults.first() {
        Some(ReadFault::Damaged { path, at, .. }) => (path.file_name().unwrap().to_string_lossy().into_owned(), *at),
        other => panic!("no damage found: {other:?}"),
    }
}

#[test]
fn every_flipped_bit_of_a_sealed_segment_is_found_and_placed() {
    let disk = log(120, 2500);
    assert!(check(&disk).is_whole());
    let names = disk.segments();
    assert!(names.len() >= 3);
    // Bytes all over, each with another of its bits; fewer in the newest, at whose end `verify` waits for a writer.
    for (name, step) in [(&names[0], 3), (&names[1], 3), (names.last().unwrap(), 197)] {
        let whole = disk.bytes(name);
        for at in (0..whole.len()).step_by(step) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at * 5 % 8);
            disk.put(name, bytes);
            let report = check(&disk);
            assert!(!report.is_whole(), "byte {at} of {name}");
            let (file, found) = place(&report);
            let frame = frames(&whole).into_iter().find(|frame| frame.contains(&at)).map_or(0, |frame| frame.start as u64);
            assert_eq!((&file, found), (name, frame), "byte {at}");
        }
        disk.put(name, whole);
    }
    assert!(check(&disk).is_whole());
}

type Change = fn(&mut Vec<u8>, &[Range<usize>]);

/// A change to the frames of a segment that leaves every checksum right.
const CHANGES: [(&str, Change); 7] = [
    ("a letter of a record changed", |bytes, frames| {
        let frame = frames[3].clone();
        bytes[frame.end - 6] ^= 1;
        seal_frame(&mut bytes[frame]);
    }),
    ("a record dropped", |bytes, frames| drop(bytes.drain(frames[3].clone()))),
    ("a record dropped and those behind it renumbered", |bytes, frames| {
        let dropped = frames[3].clone();
        for frame in &frames[4..] {
            let number = frame.start + 4..frame.start + FRAME_HEAD;
            let one_less = u64::from_le_bytes(bytes[number.clone()].try_into().unwrap()) - 1;
            bytes[number].copy_from_slice(&one_less.to_le_bytes());
            seal_frame(&mut bytes[frame.clone()]);
        }
        bytes.drain(dropped);
    }),
    ("two records swapped", |bytes, frames| {
        let (a, b) = (bytes[frames[3].clone()].to_vec(), bytes[frames[4].clone()].to_vec());
        bytes.splice(frames[3].start..frames[4].end, [b, a].concat());
    }),
    ("two records swapped and renumbered", |bytes, frames| {
        let (mut a, mut b) = (bytes[frames[3].clone()].to_vec(), bytes[frames[4].clone()].to_vec());
        for at in 4..FRAME_HEAD {
            std::mem::swap(&mut a[at], &mut b[at]);
        }
        seal_frame(&mut a);
        seal_frame(&mut b);
        bytes.splice(frames[3].start..frames[4].end, [b, a].concat());
    }),
    ("a record doubled", |bytes, frames| {
        let doubled = bytes[frames[3].clone()].to_vec();
        bytes.splice(frames[3].end..frames[3].end, doubled);
    }),
    ("bytes put behind the end", |bytes, _| bytes.extend_from_slice(b"more")),
];

#[test]
fn changes_with_right_checksums_are_found_in_their_segment() {
    for segment in [0, 1, 3] {
        for (what, change) in CHANGES {
            let disk = log(200, 2500);
            let name = disk.segments()[segment].clone();
            let mut bytes = disk.bytes(&name);
            let frames = frames(&bytes);
            change(&mut bytes, &frames);
            disk.put(&name, bytes);
            let report = check(&disk);
            assert!(!report.is_whole(), "{what}");
            assert_eq!(place(&report).0, name, "{what}");
            assert_eq!(report.faults.len(), 1, "{what}: one fault is named once, but {:#?}", report.faults);
        }
    }
}

#[test]
fn a_segment_cut_anywhere_is_found() {
    let disk = log(120, 2500);
    let name = disk.segments()[1].clone();
    assert!(disk.segments().len() > 2);
    let whole = disk.bytes(&name);
    let ends = frames(&whole).into_iter().map(|frame| frame.start);
    for length in (0..whole.len()).step_by(7).chain(ends) {
        disk.put(&name, whole[..length].to_vec());
        assert!(!check(&disk).is_whole(), "cut to {length}");
    }
}

#[test]
fn files_that_are_missing_doubled_or_swapped_are_found() {
    let disk = log(200, 2500);
    let names = disk.segments();
    disk.remove(&names[1]).unwrap();
    assert_eq!(place(&check(&disk)).0, names[2]);

    let disk = log(200, 2500);
    disk.put(&names[1].replace("-1970", "-1971"), disk.bytes(&names[1]));
    assert!(!check(&disk).is_whole());

    let disk = log(200, 2500);
    let (one, two) = (disk.bytes(&names[1]), disk.bytes(&names[2]));
    disk.put(&names[1], two);
    disk.put(&names[2], one);
    assert!(!check(&disk).is_whole());

    let disk = log(200, 2500);
    disk.remove(&names[0]).unwrap();
    let report = check(&disk);
    assert!(report.is_whole() && report.starts_late, "the oldest may have been retired, and it is said");
}

#[test]
fn a_torn_tail_that_was_recorded_may_not_change_later() {
    let before = FakeFiles::default();
    let settings = Settings { reserve_bytes: 0, sync_every: Duration::from_secs(100), ..Settings::new("/fake") };
    let store = open_on(Arc::new(before.clone()), settings.clone(), Arc::new(FixedClock::at(7)), None).unwrap();
    for number in 0..20 {
        wait(store.append(&event(&format!("event number {number}")), Durability::Kernel)).unwrap();
    }
    let disk = before.after_power_cut(301);
    let name = disk.segments()[0].clone();
    let mut bytes = disk.bytes(&name);
    open_on(Arc::new(disk.clone()), settings, Arc::new(FixedClock::at(9)), None).unwrap().close();
    assert!(check(&disk).is_whole());
    *bytes.last_mut().unwrap() ^= 1;
    disk.put(&name, bytes);
    assert_eq!(place(&check(&disk)).0, name);
}

/// How much of the large tests is done: LIFEGUARD_TAMPER=100000 flips that many bits (all there are, if fewer), and changes every record.
pub(super) fn thoroughness() -> usize {
    std::env::var("LIFEGUARD_TAMPER").ok().and_then(|number| number.parse().ok()).unwrap_or(400)
}

#[test]
fn single_bits_flipped_all_over_a_closed_segment_are_found_and_placed() {
    let disk = log(450, 14_000);
    let name = disk.segments()[0].clone();
    let whole = disk.bytes(&name);
    assert!(whole.len() * 8 > 100_000 && disk.segments().len() > 1, "{}", whole.len());
    let frames = frames(&whole);
    let flips = thoroughness().min(whole.len() * 8);
    for n in 0..flips {
        let bit = n * whole.len() * 8 / flips;
        let (at, mut bytes) = (bit / 8, whole.clone());
        bytes[at] ^= 1 << (bit % 8);
        disk.put(&name, bytes);
        let report = check(&disk);
        assert!(!report.is_whole(), "bit {bit}");
        let frame = frames.iter().find(|frame| frame.contains(&at)).map_or(0, |frame| frame.start as u64);
        assert_eq!(place(&report), (name.clone(), frame), "bit {bit}");
    }
    disk.put(&name, whole);
    assert!(check(&disk).is_whole());
    eprintln!("{flips} single bits flipped, {flips} found, each placed at its frame");
}

#[test]
fn every_record_changed_dropped_swapped_or_doubled_is_found_in_its_segment() {
    let disk = log(450, 14_000);
    let name = disk.segments()[0].clone();
    let whole = disk.bytes(&name);
    let frames = frames(&whole);
    let is_record = |frame: &Range<usize>| whole[frame.start + 3] == 2;
    let places: Vec<usize> = (4..frames.len() - 1).filter(|&at| is_record(&frames[at]) && is_record(&frames[at + 1])).collect();
    let step = (places.len() * 40 / thoroughness()).max(1);
    let mut done = 0;
    for &at in places.iter().step_by(step) {
        for (what, change) in CHANGES {
            let mut bytes = whole.clone();
            change(&mut bytes, &frames[at - 3..]);
            disk.put(&name, bytes);
            let report = check(&disk);
            assert!(!report.is_whole(), "{what}, frame {at}");
            assert_eq!(place(&report).0, name, "{what}, frame {at}");
            done += 1;
        }
    }
    eprintln!("{done} changes with right checksums, {done} found");
}
