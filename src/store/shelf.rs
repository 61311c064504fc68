//! The writing side of the log, without threads: one open segment, what is known to be on disk, and what to do when the disk refuses.
//! It must never try a failed sync again on the same file (the kernel may have thrown the pages away), and never change bytes once written.
//!
//! Invariants:
//!
//! * `unsynced` holds every record frame behind `synced`, in order. It is given up only when a sync has answered well.
//! * A write or sync that fails abandons the segment: the next one starts behind `synced` and repeats `unsynced`.

use super::clock_watch::ClockWatch;
use super::files::{Files, LogFile, append_all, append_making_room};
use super::heads::Progress;
use super::name::{UNFINISHED, segment_name};
use crate::ports::Clock;
use crate::record::chain::ChainValue;
use crate::record::frame::{FRAME_FOOT, FRAME_HEAD, FrameKind, frame_size, open_frame, seal_frame};
use crate::record::segment::{Checkpoint, MAGIC, Predecessor, SegmentEnd, SegmentHead};
use std::io;
use std::sync::Arc;

/// Records between two checkpoints of the chain.
const CHECKPOINT_EVERY: u64 = 1024;

/// What every segment head says about this process.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) node: Arc<str>,
    pub(super) boot: Box<str>,
    pub(super) clock: ClockWatch,
}

/// Where the log is to be carried on.
#[derive(Clone, Debug)]
pub(super) struct Start {
    /// Ordinal of the last segment there is; 0 for none.
    pub(super) ordinal: u64,
    /// How it ended.
    pub(super) predecessor: Predecessor,
    /// Number of the next record.
    pub(super) sequence: u64,
}

/// The shelf that records are put on.
pub(super) struct Shelf {
    files: Arc<dyn Files>,
    clock: Arc<dyn Clock>,
    origin: Origin,
    tip: Tip,
    /// Highest ordinal ever tried.
    tried: u64,
    synced: Mark,
    unsynced: Vec<u8>,
    /// Sequence number behind the last record of `unsynced`.
    next: u64,
    /// Where it is told what is on disk.
    progress: Arc<Progress>,
}

enum Tip {
    /// A segment is open.
    Open(Segment),
    /// None is: the next one follows this.
    Between { follows: u64, predecessor: Predecessor },
}

struct Segment {
    file: Arc<dyn LogFile>,
    ordinal: u64,
    written: u64,
    chain: ChainValue,
    records: u64,
    unchecked: u64,
    earliest: i64,
    latest: i64,
    started_us: u64,
}

/// A place in the open segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    written: u64,
    chain: ChainValue,
    sequence: u64,
}

/// A sync to be done, perhaps by another thread.
pub(super) struct SyncJob {
    file: Arc<dyn LogFile>,
    ordinal: u64,
    mark: Mark,
    unsynced: usize,
}

impl SyncJob {
    /// Does it. The answer belongs to [`Shelf::finish_sync`].
    pub(super) fn run(&self) -> io::Result<()> {
        self.file.sync()
    }
}

impl Shelf {
    /// Makes the first segment of this run. `first` is a record to start with, as an open frame.
    pub(super) fn open(files: Arc<dyn Files>, clock: Arc<dyn Clock>, origin: Origin, start: Start, first: Vec<u8>) -> io::Result<Self> {
        let synced = Mark { written: 0, chain: start.predecessor.chain(), sequence: start.sequence };
        let tip = Tip::Between { follows: start.ordinal, predecessor: start.predecessor };
        let mut shelf = Self {
            files,
            clock,
            origin,
            tip,
            tried: start.ordinal,
            synced,
            unsynced: Vec::new(),
            next: start.sequence,
            progress: Arc::default(),
        };
        shelf.hold(first);
        shelf.replace()?;
        Ok(shelf)
    }

    /// What is told of what is on disk, the segment that is open included.
    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Number of the next record.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Number behind the last record that is known to be on disk.
    pub(super) fn on_disk(&self) -> u64 {
        self.synced.sequence
    }

    /// Bytes of records that are not known to be on disk.
    pub(super) fn unsynced(&self) -> usize {
        self.unsynced.len()
    }

    /// Bytes in the open segment; 0 when none is open.
    pub(super) fn written(&self) -> u64 {
        match &self.tip {
            Tip::Open(segment) => segment.written,
            Tip::Between { .. } => 0,
        }
    }

    /// Segments tried so far.
    pub(super) fn segments(&self) -> u64 {
        self.tried
    }

    /// Microseconds for which the open segment has been open and not empty.
    pub(super) fn age_us(&self) -> u64 {
        match &self.tip {
            Tip::Open(segment) if segment.records > 0 => self.clock.now().monotonic_us.saturating_sub(segment.started_us),
            Tip::Open(_) | Tip::Between { .. } => 0,
        }
    }

    /// Puts open frames of records, in order and numbered on, into the log. `make_room` is asked once when the
    /// disk is full. On an error the records are kept, and [`Shelf::replace`] is next.
    pub(super) fn write(&mut self, mut batch: Vec<u8>, make_room: &mut dyn FnMut() -> bool) -> io::Result<Vec<u8>> {
        seal_all(&mut batch, |_| {});
        self.unsynced.extend_from_slice(&batch);
        let Tip::Open(segment) = &mut self.tip else {
            self.next += count(&batch);
            return Err(io::ErrorKind::NotConnected.into());
        };
        self.next += segment.link(&batch);
        if segment.unchecked >= CHECKPOINT_EVERY {
            segment.checkpoint(&mut batch, self.next);
        }
        append_making_room(&*segment.file, &batch, make_room)?;
        segment.written += batch.len() as u64;
        batch.clear();
        Ok(batch)
    }

    /// Keeps open frames without writing them: [`Shelf::replace`] will.
    pub(super) fn hold(&mut self, mut batch: Vec<u8>) {
        seal_all(&mut batch, |_| {});
        self.next += count(&batch);
        self.unsynced.extend_from_slice(&batch);
    }

    /// What has to be synced now so that everything is on disk. `None` when everything is.
    pub(super) fn begin_sync(&self) -> Option<SyncJob> {
        let Tip::Open(segment) = &self.tip else { return None };
        let mark = Mark { written: segment.written, chain: segment.chain, sequence: self.next };
        let job = || SyncJob { file: Arc::clone(&segment.file), ordinal: segment.ordinal, mark, unsynced: self.unsynced.len() };
        (mark != self.synced).then(job)
    }

    /// Takes the answer of a sync. On an error the segment is lost, and [`Shelf::replace`] is next.
    pub(super) fn finish_sync(&mut self, job: &SyncJob, answer: io::Result<()>) -> io::Result<()> {
        let current = matches!(&self.tip, Tip::Open(segment) if segment.ordinal == job.ordinal);
        if !current {
            return Ok(());
        }
        answer?;
        self.synced = job.mark;
        self.progress.synced(job.ordinal, job.mark.written);
        self.unsynced.drain(..job.unsynced);
        self.unsynced.shrink_to(4 << 20);
        Ok(())
    }

    /// Abandons the open segment, if one is open, and starts another that repeats what was not on disk.
    pub(super) fn replace(&mut self) -> io::Result<()> {
        if let Tip::Open(segment) = &self.tip {
            let predecessor = Predecessor::Abandoned { chain: self.synced.chain, valid_bytes: self.synced.written };
            self.tip = Tip::Between { follows: segment.ordinal, predecessor };
        }
        self.start_segment()
    }

    /// Closes the open segment in order and starts another. The caller has synced not long ago, so that little is left to do.
    pub(super) fn rotate(&mut self) -> io::Result<()> {
        self.close()?;
        self.start_segment()
    }

    /// Closes the open segment in order. On an error, [`Shelf::replace`] is next.
    pub(super) fn close(&mut self) -> io::Result<()> {
        let Tip::Open(segment) = &mut self.tip else { return Err(io::ErrorKind::NotConnected.into()) };
        let mut end = Vec::new();
        segment.end(&mut end, self.next);
        append_all(&*segment.file, &end)?;
        segment.file.sync()?;
        self.progress.ended(segment.ordinal, Some(segment.written + end.len() as u64));
        let predecessor = Predecessor::Closed { chain: segment.chain };
        self.synced = Mark { written: 0, chain: segment.chain, sequence: self.next };
        self.unsynced.clear();
        self.tip = Tip::Between { follows: segment.ordinal, predecessor };
        Ok(())
    }

    fn start_segment(&mut self) -> io::Result<()> {
        let Tip::Between { follows, predecessor } = &self.tip else { return Ok(()) };
        let (follows, predecessor) = (*follows, *predecessor);
        self.tried += 1;
        let segment = self.make_segment(self.tried, follows, predecessor)?;
        self.synced = Mark { written: segment.written, chain: segment.chain, sequence: self.next };
        self.unsynced.clear();
        self.tip = Tip::Open(segment);
        Ok(())
    }

    /// Makes a whole segment under another name, puts it on disk, and only then gives it its name.
    fn make_segment(&self, ordinal: u64, follows: u64, predecessor: Predecessor) -> io::Result<Segment> {
        let now = self.clock.now();
        let Origin { node, boot, clock } = &self.origin;
        let program = concat!("lifeguard ", env!("CARGO_PKG_VERSION"));
        let clock = clock.words(now);
        let head = SegmentHead { ordinal, follows, node, boot, clock: &clock, program, at: now, predecessor };
        let mut bytes = MAGIC.to_vec();
        push_frame(&mut bytes, FrameKind::Head, self.synced.sequence, |out| head.encode(out));
        let name = segment_name(ordinal, self.synced.sequence, now.wall);
        let unfinished = format!("{name}{UNFINISHED}");
        let file = self.files.create(&unfinished)?;
        let mut segment = Segment::new(
            Arc::clone(&file),
            ordinal,
            predecessor.chain().next(&bytes[MAGIC.len()..bytes.len() - FRAME_FOOT]),
            now.monotonic_us,
        );
        segment.link(&self.unsynced);
        bytes.extend_from_slice(&self.unsynced);
        segment.written = bytes.len() as u64;
        let named = append_all(&*file, &bytes).and_then(|()| file.sync()).and_then(|()| self.files.rename(&unfinished, &name));
        if let Err(e) = named {
            // What cannot be taken away now is taken away when the log is opened next; it never counts.
            drop(self.files.remove(&unfinished));
            return Err(e);
        }
        self.files.sync_folder()?;
        // Only now is it settled where a predecessor that was given up ends: without this segment its whole frames would all count.
        self.progress.ended(follows, None);
        self.progress.opened(name, ordinal, segment.written);
        Ok(segment)
    }
}

impl Segment {
    fn new(file: Arc<dyn LogFile>, ordinal: u64, chain: ChainValue, started_us: u64) -> Self {
        Self { file, ordinal, written: 0, chain, records: 0, unchecked: 0, earliest: i64::MAX, latest: i64::MIN, started_us }
    }

    /// Moves the chain on over sealed record frames; says how many.
    fn link(&mut self, frames: &[u8]) -> u64 {
        let mut count = 0;
        for_each_frame(frames, |frame| {
            let chained = &frame[..frame.len() - FRAME_FOOT];
            self.chain = self.chain.next(chained);
            if let Some(wall) = crate::record::wall_of(&chained[FRAME_HEAD..]) {
                self.earliest = self.earliest.min(wall);
                self.latest = self.latest.max(wall);
            }
            count += 1;
        });
        self.records += count;
        self.unchecked += count;
        count
    }

    fn checkpoint(&mut self, out: &mut Vec<u8>, next: u64) {
        let checkpoint = Checkpoint { records: self.records, chain: self.chain };
        self.unchecked = 0;
        self.chain = self.chain.next(push_frame(out, FrameKind::Checkpoint, next, |out| checkpoint.encode(out)));
    }

    fn end(&mut self, out: &mut Vec<u8>, next: u64) {
        let checkpoint = Checkpoint { records: self.records, chain: self.chain };
        let end = SegmentEnd { checkpoint, earliest: self.earliest, latest: self.latest };
        self.chain = self.chain.next(push_frame(out, FrameKind::End, next, |out| end.encode(out)));
    }
}

/// Appends a sealed frame of our own; returns what is chained.
fn push_frame(out: &mut Vec<u8>, kind: FrameKind, sequence: u64, fill: impl FnOnce(&mut Vec<u8>)) -> &[u8] {
    let start = out.len();
    open_frame(out, kind, sequence, fill).expect("heads, checkpoints and ends are short");
    seal_frame(&mut out[start..])
}

fn count(frames: &[u8]) -> u64 {
    let mut count = 0;
    for_each_frame(frames, |_| count += 1);
    count
}

fn for_each_frame(mut frames: &[u8], mut each: impl FnMut(&[u8])) {
    while !frames.is_empty() {
        let size = frame_size(frames).expect("the queue holds whole frames");
        let (frame, rest) = frames.split_at(size);
        each(frame);
        frames = rest;
    }
}

fn seal_all(mut frames: &mut [u8], mut each: impl FnMut(&[u8])) {
    while !frames.is_empty() {
        let size = frame_size(frames).expect("the queue holds whole frames");
        let (frame, rest) = frames.split_at_mut(size);
        each(seal_frame(frame));
        frames = rest;
    }
}
