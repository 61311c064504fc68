//! Reads one segment that may be due: what stands in it, whether it is whole, whether a hold covers any of it. It only reads.

use super::leaves::Leaves;
use crate::model::RequestId;
use crate::record::chain::ChainValue;
use crate::record::frame::{Frame, FrameKind};
use crate::record::retention::{Class, Content};
use crate::record::{Entry, decode, wall_of};
use crate::store::fault::{Damage, ReadFault};
use crate::store::files::Files;
use crate::store::frames::{Frames, Step};
use crate::store::hold::HoldTest;
use crate::store::path::{Head, Link};
use std::collections::{BTreeMap, BTreeSet};

/// Requests of a hold whose outcome is still to come, by hold.
pub(super) type Open = BTreeMap<String, BTreeSet<RequestId>>;

/// What stands in a segment.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) records: u64,
    pub(super) next: u64,
    pub(super) bytes: u64,
    pub(super) times: Option<(i64, i64)>,
    pub(super) content: Content,
    pub(super) chain: ChainValue,
    pub(super) closed: bool,
    pub(super) leaves: Leaves,
    /// Holds that cover something in it.
    pub(super) held_by: BTreeSet<String>,
    /// Held requests whose outcome has not come by its end.
    pub(super) open: Open,
}

/// Reads a segment that another follows. `after` is where the chain stands behind it, by its successor or that one's receipt; `tests` are the holds in force, `open` what they wait for from the segments before.
pub(super) fn scan(
    files: &dyn Files,
    link: &Link,
    head: &Head,
    after: Option<ChainValue>,
    first_leaf: u64,
    (tests, open): (&BTreeMap<String, HoldTest>, Open),
) -> Result<Scan, ReadFault> {
    let mut frames = Frames::open(files, &link.name, link.valid)?;
    let mut scan = Scan {
        records: 0,
        next: head.first,
        bytes: 0,
        times: None,
        content: Content::default(),
        chain: head.predecessor.chain(),
        closed: false,
        leaves: Leaves::from(first_leaf),
        held_by: BTreeSet::new(),
        open,
    };
    loop {
        let (at, damage) = match frames.next()? {
            Step::End => break,
            Step::Broken(at, problem) => (at, Some(Damage::Frame(problem))),
            Step::Frame(frame, at) => (at, scan.frame(&frame, tests).err()),
        };
        if let Some(damage) = damage {
            return Err(frames.damaged(at, damage));
        }
    }
    scan.bytes = frames.at();
    // That holds every byte of this one.
    if Some(scan.chain) != after {
        return Err(frames.damaged(0, Damage::Chain { since: 0 }));
    }
    Ok(scan)
}

impl Scan {
    fn frame(&mut self, frame: &Frame<'_>, tests: &BTreeMap<String, HoldTest>) -> Result<(), Damage> {
        self.chain = self.chain.next(frame.chained);
        self.closed = frame.kind == FrameKind::End;
        if frame.kind != FrameKind::Record {
            return Ok(());
        }
        if frame.sequence != self.next {
            return Err(Damage::Sequence { expected: self.next, found: frame.sequence });
        }
        self.next += 1;
        self.records += 1;
        self.leaves.push(frame.chained);
        if let Some(wall) = wall_of(frame.payload) {
            let (earliest, latest) = self.times.unwrap_or((wall, wall));
            self.times = Some((earliest.min(wall), latest.max(wall)));
        }
        self.entry(&decode(frame.payload)?, tests);
        Ok(())
    }

    fn entry(&mut self, entry: &Entry<'_>, tests: &BTreeMap<String, HoldTest>) {
        // Every kind of record there is today belongs to the web log: events of the proxy itself explain its requests.
        self.content.classes.insert(Class::WebLog);
        match entry {
            Entry::Request(request) => {
                if !self.content.groups.contains(request.group) {
                    self.content.groups.insert(request.group.to_owned());
                }
                for (hold, _) in tests.iter().filter(|(_, test)| test.holds(request)) {
                    self.held_by.insert(hold.clone());
                    self.open.entry(hold.clone()).or_default().insert(request.id);
                }
            }
            Entry::Outcome(outcome) => {
                for (hold, open) in &mut self.open {
                    if open.remove(&outcome.id) {
                        self.held_by.insert(hold.clone());
                    }
                }
            }
            Entry::Event(_) => {}
        }
    }
}
