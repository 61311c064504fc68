//! The sweep: deletes whole segments whose time is over, and nothing else (D2, D20, L9, L10). It must never delete what a hold covers,
//! what is not whole (someone has to look at that first), the newest segment, or anything without a receipt on disk.
//!
//! | What happens | What is done |
//! |---|---|
//! | the machine stops between receipt and removal | the next sweep finds the segment with its receipt and removes it |
//! | a receipt cannot be put on disk | nothing is removed, and it is said |
//! | a segment is damaged | it stays beyond its ceiling, and is named at every sweep |
//! | `holds.log` was changed, or cannot be read | nothing is removed |
//! | a clock jumps | nothing goes early: [`crate::record::retention`] has the rule |

mod leaves;
mod receipt;
mod scan;

use super::fault::ReadFault;
use super::files::{DiskFiles, Files};
use super::hold::{HoldTest, Holds, take_turn};
use super::note_signer::NoteSigner;
use super::notes::Notes;
use super::path::{Head, Link, segments};
use crate::model::{Moment, Timestamp};
use crate::record::chain::ChainValue;
use crate::record::retention::{Mark, Retention, clock_agrees};
use crate::record::segment::Predecessor;
pub use leaves::Node;
pub(crate) use receipt::read_receipts;
pub use receipt::{DeletionReceipt, Receipts, receipts};
pub(crate) use receipt::{RECEIPT_TITLE, RECEIPTS};
use scan::{Open, Scan, scan};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Endings of the files that are the segment itself, raw or sealed; everything else of its name is derived from it.
const MAIN: [&str; 2] = [".seg", ".sealed"];

/// What a sweep is told.
#[derive(Clone, Copy)]
pub struct SweepOrder<'a> {
    /// For how long records stay.
    pub policy: &'a Retention,
    /// Now.
    pub now: Moment,
    /// Is `now` by the clocks of the program that writes this log? Only then does time count that passed since the newest segment began.
    pub writer: bool,
    /// Who deletes: stands in the receipts.
    pub actor: &'a str,
    /// Say what would go; delete nothing.
    pub dry_run: bool,
}

/// What a sweep did, or would do.
#[derive(Debug, Default)]
pub struct SweepReport {
    /// What went (in a dry run: what would).
    pub swept: Vec<DeletionReceipt>,
    /// Files removed.
    pub files: u64,
    /// Segments that are old enough and held, and by which holds. By none: it says where the segment before it, which is kept, ends.
    pub held: Vec<(u64, Vec<String>)>,
    /// Segments that are old enough and not whole. They stay.
    pub damaged: Vec<ReadFault>,
    /// Segments beyond their ceiling that are still there, because they are held or not whole.
    pub overdue: Vec<u64>,
    /// How long until the oldest segment that is neither held nor damaged may go. `None` when there is none.
    pub next_in: Option<Duration>,
}

/// A sweep that could not be done, or not in full. What was deleted has its receipt.
#[derive(Debug, thiserror::Error)]
pub enum SweepFault {
    /// The log, its holds or its receipts cannot be read.
    #[error("nothing was deleted: {0}")]
    Read(#[from] ReadFault),
    /// A receipt cannot be written or a file not removed.
    #[error("{path}: {source}; what is left goes with the next sweep")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// So often it reads before its turn, while holds come and go.
const LOOKS: usize = 3;

/// Sweeps, and remembers what it read: whoever sweeps every hour reads each segment once.
#[derive(Default)]
pub struct Sweeper {
    seen: BTreeMap<u64, Seen>,
    /// Holds that were asked last.
    asked: BTreeSet<String>,
}

struct Seen {
    scan: Scan,
    first_leaf: u64,
    /// Holds that were asked.
    asked: BTreeSet<String>,
}

/// Sweeps the log in this folder once.
///
/// # Errors
/// [`SweepFault`] with the place.
pub fn sweep(folder: &Path, order: &SweepOrder<'_>, signer: &dyn NoteSigner) -> Result<SweepReport, SweepFault> {
    Sweeper::default().sweep(folder, order, signer)
}

impl Sweeper {
    /// Sweeps the log in this folder.
    ///
    /// # Errors
    /// [`SweepFault`] with the place.
    pub fn sweep(&mut self, folder: &Path, order: &SweepOrder<'_>, signer: &dyn NoteSigner) -> Result<SweepReport, SweepFault> {
        self.sweep_by_turns(&DiskFiles::at(folder), order, signer, || take_turn(folder))
    }

    /// Whoever places a hold waits for the turn, and reading a long log takes minutes: it is read before the turn, and again where a hold
    /// came or went meanwhile.
    pub(crate) fn sweep_by_turns<T>(
        &mut self,
        files: &dyn Files,
        order: &SweepOrder<'_>,
        signer: &dyn NoteSigner,
        turn: impl Fn() -> Result<T, ReadFault>,
    ) -> Result<SweepReport, SweepFault> {
        for _ in 0..LOOKS {
            let report = self.sweep_in(files, &SweepOrder { dry_run: true, ..*order }, signer)?;
            if order.dry_run {
                return Ok(report);
            }
            let _turn = turn()?;
            let standing: BTreeSet<String> = Holds::read_in(files)?.standing().into_iter().map(|hold| hold.id).collect();
            if standing == self.asked {
                return self.sweep_in(files, order, signer);
            }
        }
        let _turn = turn()?;
        self.sweep_in(files, order, signer)
    }

    pub(crate) fn sweep_in(
        &mut self,
        files: &dyn Files,
        order: &SweepOrder<'_>,
        signer: &dyn NoteSigner,
    ) -> Result<SweepReport, SweepFault> {
        let mut holds = Holds::read_in(files)?;
        let mut receipts = read_receipts(files)?;
        if let Some(fault) = holds.take_fault().or(receipts.faults.pop()) {
            return Err(fault.into());
        }
        let tests: BTreeMap<_, _> = holds.standing().into_iter().map(|hold| (hold.id, HoldTest::new(&hold.query))).collect();
        self.asked = tests.keys().cloned().collect();
        let (path, _) = segments(files)?;
        let mut pass = Pass { files, order, signer, path: &path, tests, receipts, report: SweepReport::default() };
        let answer = pass.run(self);
        self.seen.retain(|ordinal, _| path.iter().any(|link| link.ordinal == *ordinal));
        answer.map(|()| pass.report)
    }
}

/// One sweep.
struct Pass<'a> {
    files: &'a dyn Files,
    order: &'a SweepOrder<'a>,
    signer: &'a dyn NoteSigner,
    path: &'a [Link],
    tests: BTreeMap<String, HoldTest>,
    receipts: Notes<DeletionReceipt>,
    report: SweepReport,
}

impl Pass<'_> {
    fn run(&mut self, sweeper: &mut Sweeper) -> Result<(), SweepFault> {
        let writer = self.order.writer.then_some(self.order.now);
        let ages = self.order.policy.witnessed_ages(&marks(self.path), writer);
        let shortest = self.order.policy.shortest_floor();
        let (mut open, mut leaf) = (Open::new(), None);
        for (index, age) in ages.into_iter().enumerate() {
            if age < shortest {
                self.next_in(shortest - age);
                break;
            }
            let link = &self.path[index];
            let Ok(head) = &link.head else {
                self.damaged(link, age, None);
                leaf = None;
                continue;
            };
            let first_leaf = self.first_leaf(index, head, leaf);
            // After a crash no outcome comes any more for what was under way.
            if matches!(head.predecessor, Predecessor::Unclosed { .. }) {
                open.clear();
            }
            match self.look(sweeper, (index, head), first_leaf, &open) {
                Ok(()) => {
                    let Some(seen) = sweeper.seen.get(&link.ordinal) else { continue };
                    open = seen.scan.open.clone();
                    leaf = first_leaf.map(|first| first + seen.scan.records);
                    self.settle(index, head, age, (&seen.scan, first_leaf))?;
                }
                Err(fault) => {
                    self.damaged(link, age, Some(fault));
                    leaf = None;
                }
            }
        }
        Ok(())
    }

    /// Reads a segment, unless it was read before under the same holds.
    fn look(&self, sweeper: &mut Sweeper, (index, head): (usize, &Head), first_leaf: Option<u64>, open: &Open) -> Result<(), ReadFault> {
        let (link, first_leaf) = (&self.path[index], first_leaf.unwrap_or(0));
        let asked: BTreeSet<String> = self.tests.keys().cloned().collect();
        let known = sweeper.seen.get(&link.ordinal).is_some_and(|seen| seen.first_leaf == first_leaf && seen.asked == asked);
        if !known {
            let scan = scan(self.files, link, head, self.chain_behind(index), first_leaf, (&self.tests, open.clone()))?;
            sweeper.seen.insert(link.ordinal, Seen { scan, first_leaf, asked });
        }
        Ok(())
    }

    /// Decides about one segment that was read, and deletes it if it is to go.
    fn settle(&mut self, index: usize, head: &Head, age: Duration, (scan, first_leaf): (&Scan, Option<u64>)) -> Result<(), SweepFault> {
        let link = &self.path[index];
        let policy = self.order.policy;
        let floor = policy.floor(&scan.content);
        if age < floor {
            self.next_in(floor - age);
            return Ok(());
        }
        let later = self.path[index + 1..].iter().filter_map(|link| link.head.as_ref().ok()).map(|head| head.at.wall.0);
        let latest = scan.times.map_or(head.at.wall.0, |(_, latest)| latest);
        if !clock_agrees(latest, later, self.order.now.wall.0, floor) {
            return Ok(());
        }
        if !scan.held_by.is_empty() || self.says_where_another_ends(index, head) {
            self.report.held.push((link.ordinal, scan.held_by.iter().cloned().collect()));
            self.overdue(link, age, policy.ceiling(&scan.content));
            return Ok(());
        }
        let receipt = self.receipt(link, head, age, (scan, first_leaf));
        if !self.order.dry_run {
            self.delete(link, &receipt)?;
        }
        self.report.swept.push(receipt);
        Ok(())
    }

    /// Where the chain stands behind a segment, as what follows it says: the segment after it, or its receipt.
    fn chain_behind(&self, index: usize) -> Option<ChainValue> {
        let ordinal = self.path[index].ordinal;
        let next = self.path.get(index + 1).and_then(|next| next.head.as_ref().ok()).filter(|next| next.follows == ordinal);
        let receipt = || self.receipts.entries.iter().rev().find(|receipt| receipt.follows == ordinal).and_then(DeletionReceipt::before);
        next.map(|next| next.predecessor.chain()).or_else(receipt)
    }

    /// A segment that was not closed ends where its successor says: as long as it stays, so does that.
    fn says_where_another_ends(&self, index: usize, head: &Head) -> bool {
        let before = index.checked_sub(1).map(|before| self.path[before].ordinal);
        let stays = before == Some(head.follows) && self.report.swept.iter().all(|receipt| Some(receipt.segment) != before);
        head.predecessor.valid_bytes().is_some() && stays
    }

    fn receipt(&self, link: &Link, head: &Head, age: Duration, (scan, first_leaf): (&Scan, Option<u64>)) -> DeletionReceipt {
        let known = self.receipts.entries.iter().find(|receipt| receipt.segment == link.ordinal);
        if let Some(known) = known.filter(|known| known.chain_after == scan.chain.to_string()) {
            return known.clone();
        }
        let time = |wall: i64| Timestamp(wall).to_string();
        let reason = &self.order.policy.reason;
        let policy = self.order.policy.line();
        DeletionReceipt {
            segment: link.ordinal,
            file: link.name.clone(),
            follows: head.follows,
            first: head.first,
            next: scan.next,
            records: scan.records,
            bytes: scan.bytes,
            times: scan.times.map(|(earliest, latest)| (time(earliest), time(latest))),
            chain_before: head.predecessor.chain().to_string(),
            chain_after: scan.chain.to_string(),
            closed: scan.closed,
            first_leaf,
            nodes: first_leaf.map_or_else(Vec::new, |_| scan.leaves.nodes()),
            policy: if reason.is_empty() { policy } else { format!("{policy}; web logs beyond a year: {reason}") },
            witnessed_age_s: age.as_secs(),
            actor: self.order.actor.to_owned(),
            at: self.order.now.wall.to_string(),
        }
    }

    /// Receipt first, then what belongs to the segment, then the segment itself: as long as that is there, a sweep finds it.
    fn delete(&mut self, link: &Link, receipt: &DeletionReceipt) -> Result<(), SweepFault> {
        if !self.receipts.entries.contains(receipt) {
            let written = self.receipts.append(self.files, RECEIPTS, RECEIPT_TITLE, receipt.clone(), self.signer);
            written.map_err(|source| self.io(RECEIPTS, source))?;
        }
        let stem = link.name.split('.').next().unwrap_or(&link.name);
        let mut names = self.files.names().map_err(|source| self.io("", source))?;
        names.retain(|name| name.split('.').next() == Some(stem));
        names.sort_by_key(|name| MAIN.iter().any(|ending| name.ends_with(ending)));
        for name in &names {
            self.files.remove(name).map_err(|source| self.io(name, source))?;
            self.report.files += 1;
        }
        self.files.sync_folder().map_err(|source| self.io("", source))
    }

    /// Place of a segment's first record in the tree: behind everything before it, as far as that is known.
    fn first_leaf(&self, index: usize, head: &Head, before: Option<u64>) -> Option<u64> {
        if head.follows == 0 {
            return Some(0);
        }
        if index > 0 && self.path[index - 1].ordinal == head.follows && before.is_some() {
            return before;
        }
        let receipt = self.receipts.entries.iter().rev().find(|receipt| receipt.segment == head.follows)?;
        receipt.first_leaf.map(|first| first + receipt.records)
    }

    fn damaged(&mut self, link: &Link, age: Duration, fault: Option<ReadFault>) {
        // A head that cannot be read is named by `verify`; here it is enough that the segment stays.
        self.report.damaged.extend(fault);
        self.overdue(link, age, self.order.policy.ceiling(&crate::record::retention::Content::default()));
    }

    fn overdue(&mut self, link: &Link, age: Duration, ceiling: Duration) {
        if age > ceiling {
            self.report.overdue.push(link.ordinal);
        }
    }

    fn next_in(&mut self, left: Duration) {
        self.report.next_in = Some(self.report.next_in.map_or(left, |known| known.min(left)));
    }

    fn io(&self, name: &str, source: io::Error) -> SweepFault {
        SweepFault::Io { path: self.files.path(name), source }
    }
}

/// Where each segment starts. One whose head cannot be read witnesses nothing.
fn marks(path: &[Link]) -> Vec<Mark> {
    let mark = |link: &Link| match &link.head {
        Ok(head) => Mark { at: head.at, boot: head.boot.to_string(), synchronised: head.synchronised },
        Err(_) => Mark { at: Moment::default(), boot: String::new(), synchronised: false },
    };
    path.iter().map(mark).collect()
}
