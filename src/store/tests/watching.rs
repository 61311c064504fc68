//! Who must miss nothing is given every record, or told which ones nobody can look at and where.

use super::fake::FakeFiles;
use super::sealed::log_of;
use super::tamper::frames;
use crate::record::Entry;
use crate::record::frame::{FRAME_HEAD, seal_frame};
use crate::store::files::Files;
use crate::store::query::{AtMost, Lost, Met, Row, Watch};

const ALL: &dyn Fn(&Entry<'_>) -> bool = &|_| true;

#[derive(Default)]
struct Given {
    rows: Vec<u64>,
    lost: Vec<Lost>,
}

fn poll(watch: &mut Watch, most: usize) -> Given {
    poll_of(watch, ALL, AtMost { given: most, looked_at: usize::MAX })
}

fn poll_of(watch: &mut Watch, wanted: &dyn Fn(&Entry<'_>) -> bool, most: AtMost) -> Given {
    let mut given = Given::default();
    watch
        .poll(wanted, most, &mut |met| match met {
            Met::Row(Row::Request(row)) => given.rows.push(row.sequence),
            Met::Row(Row::Outcome(row)) => given.rows.push(row.sequence),
            Met::Row(Row::Event(row)) => given.rows.push(row.sequence),
            Met::Lost(lost) => given.lost.push(lost),
        })
        .unwrap();
    given
}

fn watch(disk: &FakeFiles, bookmark: Option<u64>) -> Watch {
    Watch::on(Box::new(disk.clone()), bookmark, true).unwrap()
}

/// Every number up to the last is given as a row or as lost, and none twice.
fn accounted(given: &Given, from: u64, last: u64) {
    let lost = given.lost.iter().flat_map(|lost| lost.first..=lost.last);
    let mut all: Vec<u64> = given.rows.iter().copied().chain(lost).collect();
    all.sort_unstable();
    assert_eq!(all, (from..=last).collect::<Vec<_>>(), "{:?}", given.lost);
}

fn log() -> (FakeFiles, u64) {
    let disk = FakeFiles::default();
    log_of(&disk, 120, 6000);
    // A second run: its segment is the newest, and has all of its records.
    log_of(&disk, 10, 1 << 20);
    let mut whole = watch(&disk, Some(0));
    let given = poll(&mut whole, usize::MAX);
    assert!(given.lost.is_empty() && disk.segments().len() > 3, "{:?}", given.lost);
    let last = whole.last().unwrap();
    accounted(&given, 1, last);
    (disk, last)
}

#[test]
fn every_record_comes_once_a_few_at_a_time_and_from_where_one_was() {
    let (disk, last) = log();
    let (mut few, mut rows) = (watch(&disk, Some(0)), Vec::new());
    while few.last() < Some(last) {
        let given = poll(&mut few, 7);
        assert!((1..=7).contains(&given.rows.len()) && given.lost.is_empty(), "{:?}", given.lost);
        rows.extend(given.rows);
        // Begun anew from the bookmark, as after a restart.
        few = watch(&disk, few.last());
    }
    assert_eq!(rows, (1..=last).collect::<Vec<_>>());
    assert!(poll(&mut few, 7).rows.is_empty());
    let newest = poll(&mut watch(&disk, None), usize::MAX);
    assert!(newest.lost.is_empty() && newest.rows.len() < rows.len(), "who never looked begins with the newest segment");
}

#[test]
fn a_look_ends_after_so_many_records_though_none_is_wanted_and_the_next_goes_on_there() {
    let (disk, last) = log();
    let (mut slow, mut looks) = (watch(&disk, Some(0)), 0);
    while slow.is_behind() {
        let before = slow.last();
        let given = poll_of(&mut slow, &|_| false, AtMost { given: 1000, looked_at: 9 });
        assert!(given.rows.is_empty() && given.lost.is_empty(), "{:?}", given.lost);
        assert!(slow.last().unwrap() - before.unwrap_or(0) <= 9);
        looks += 1;
    }
    assert_eq!((slow.last(), looks >= last / 9), (Some(last), true), "{looks} looks");
    let mut wanted = Given::default();
    let mut slow = watch(&disk, Some(0));
    while slow.is_behind() {
        wanted.rows.extend(poll_of(&mut slow, ALL, AtMost { given: 1000, looked_at: 9 }).rows);
    }
    accounted(&wanted, 1, last);
}

#[test]
fn a_record_that_does_not_read_is_told_with_its_place() {
    let (disk, last) = log();
    let name = disk.segments()[1].clone();
    let mut bytes = disk.bytes(&name);
    let frame = frames(&bytes)[3].clone();
    bytes[frame.start + FRAME_HEAD] = 0xee;
    seal_frame(&mut bytes[frame.clone()]);
    disk.put(&name, bytes);
    let given = poll(&mut watch(&disk, Some(0)), usize::MAX);
    let [lost] = given.lost.as_slice() else { panic!("{:?}", given.lost) };
    assert!(lost.first == lost.last && lost.place.starts_with(&format!("{name}, byte {}", frame.start)), "{lost:?}");
    accounted(&given, 1, last);
}

#[test]
fn what_stands_behind_damage_is_given_and_what_is_damaged_is_told() {
    let (disk, last) = log();
    // In the middle, up to the end of a segment, and in the newest one, which is still being written.
    for (segment, from) in [(1, 4), (2, usize::MAX), (disk.segments().len() - 1, 2)] {
        let name = disk.segments()[segment].clone();
        let mut bytes = disk.bytes(&name);
        let whole = bytes.clone();
        let frames = frames(&bytes);
        match frames.get(from) {
            Some(frame) => bytes[frame.start + FRAME_HEAD + 2] ^= 4,
            None => bytes.truncate(frames[frames.len() / 2].start + 5),
        }
        disk.put(&name, bytes);
        let given = poll(&mut watch(&disk, Some(0)), usize::MAX);
        let [lost] = given.lost.as_slice() else { panic!("{segment}: {:?}", given.lost) };
        assert!(lost.place.contains(&name), "{lost:?}");
        accounted(&given, 1, last);
        disk.put(&name, whole);
    }
}

#[test]
fn who_comes_back_late_is_told_what_was_swept_meanwhile() {
    let (disk, last) = log();
    for name in &disk.segments()[..2] {
        disk.remove(name).unwrap();
    }
    let given = poll(&mut watch(&disk, Some(5)), usize::MAX);
    let [lost] = given.lost.as_slice() else { panic!("{:?}", given.lost) };
    assert_eq!((lost.first, lost.last + 1), (6, given.rows[0]));
    accounted(&given, 6, last);
}

#[test]
fn a_segment_that_never_reads_is_waited_for_and_then_told() {
    let (disk, last) = log();
    let name = disk.segments()[1].clone();
    disk.put(&name, b"nothing of ours".to_vec());
    let mut patient = watch(&disk, Some(0));
    let mut before = Given::default();
    let mut each = |met| match met {
        Met::Row(Row::Request(row)) => before.rows.push(row.sequence),
        Met::Row(_) => {}
        Met::Lost(lost) => before.lost.push(lost),
    };
    patient.poll(ALL, AtMost { given: usize::MAX, looked_at: usize::MAX }, &mut each).unwrap();
    patient.poll(ALL, AtMost { given: usize::MAX, looked_at: usize::MAX }, &mut each).unwrap_err();
    assert!(!before.rows.is_empty() && before.lost.is_empty(), "{:?}", before.lost);
    let mut other = Watch::on(Box::new(disk.clone()), patient.last(), false).unwrap();
    let given = poll(&mut other, usize::MAX);
    let [lost] = given.lost.as_slice() else { panic!("{:?}", given.lost) };
    assert!(lost.place.contains(&name), "{lost:?}");
    accounted(&given, patient.last().unwrap() + 1, last);
}

#[test]
fn a_log_that_was_put_back_is_looked_at_again_and_that_is_told() {
    let (disk, last) = log();
    let first = poll(&mut watch(&disk, None), usize::MAX).rows[0];
    let given = poll(&mut watch(&disk, Some(last + 500)), usize::MAX);
    let [lost] = given.lost.as_slice() else { panic!("{:?}", given.lost) };
    assert_eq!((lost.first, lost.last), (last + 1, last + 500));
    assert_eq!(given.rows, (first..=last).collect::<Vec<_>>(), "numbers come again: nothing new is taken for known");
}
