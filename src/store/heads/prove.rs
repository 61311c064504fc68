//! Proofs from the log on disk: that records are in it, and that its newest head continues an earlier one. It reads only, and gives out
//! no proof that does not hold.

use super::fault::HeadsFault;
use super::files::{HEADS, KEYS, read_notes};
use super::keys::read_history;
use super::sidecar::Sidecar;
use crate::record::frame::{Frame, FrameKind};
use crate::record::note::{Note, TreeHead};
use crate::record::proof::{KnownNodes, ProofFault, continues, includes};
use crate::record::segment::{Predecessor, SegmentHead};
use crate::record::tree::{Span, TreeHash};
use crate::store::fault::ReadFault;
use crate::store::files::{DiskFiles, Files};
use crate::store::frames::{Frames, Step};
use crate::store::path::{Link, segments};
use std::collections::BTreeMap;
use std::path::Path;

/// A proof cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ProveFault {
    /// Keys, heads or segments cannot be read.
    #[error(transparent)]
    Heads(#[from] HeadsFault),
    /// A segment cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The log has no signed head.
    #[error("no head of this log has been signed yet")]
    NoHead,
    /// No such record.
    #[error("record {0} is not in this log")]
    NoRecord(u64),
    /// Not covered yet.
    #[error("record {0} is not signed yet: heads are signed once a minute")]
    NotYet(u64),
    /// What is kept of segments does not make a tree.
    #[error("{0}: look at the log with `lifeguard logs verify`")]
    Tree(#[from] ProofFault),
    /// The tree is not the one that was signed.
    #[error("the records are not those that were signed: look at the log with `lifeguard logs verify`")]
    NotSigned,
    /// There is nothing before the first segment.
    #[error("nothing is kept of the records before {0}")]
    NoTree(String),
}

/// A record with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Its number.
    pub sequence: u64,
    /// Its place in the tree, from 0.
    pub index: u64,
    /// The frame without its checksum: what the leaf is the hash of.
    pub frame: Vec<u8>,
    /// The hashes beside its way to the root.
    pub proof: Vec<TreeHash>,
}

/// Where records of a proof come from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ProvedSegment {
    /// File of the segment.
    pub segment: String,
    /// Node that wrote it.
    pub node: String,
    /// Run of the machine.
    pub boot: String,
    /// Whether the wall clock was known to be right.
    pub clock: String,
    /// Program and version that wrote it.
    pub program: String,
}

/// Proofs against one head.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// The history of keys, from the last rupture on.
    pub keys: Vec<Note>,
    /// How many of the keys lead to the one that signed the head.
    pub keys_to_head: usize,
    /// The head.
    pub head: Note,
    /// The records, in the order of the log.
    pub records: Vec<Proved>,
    /// The segments they lie in.
    pub segments: Vec<ProvedSegment>,
}

/// Proves these records of the log in this folder.
///
/// # Errors
/// [`ProveFault`].
pub fn prove(folder: &Path, sequences: &[u64]) -> Result<Proofs, ProveFault> {
    let files = DiskFiles::at(folder);
    let mut view = TreeView::open(&files)?;
    let mut wanted: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for &sequence in sequences {
        let first = |link: &Link| link.head.as_ref().is_ok_and(|head| head.first <= sequence);
        let place = view.path.iter().rposition(first).ok_or(ProveFault::NoRecord(sequence))?;
        wanted.entry(place).or_default().push(sequence);
    }
    let (mut records, mut origins) = (Vec::new(), Vec::new());
    for (place, mut sequences) in wanted {
        sequences.sort_unstable();
        sequences.dedup();
        records.extend(view.prove_in(place, &sequences)?);
        origins.push(view.origin(place)?);
    }
    Ok(Proofs { keys: view.signed.keys, keys_to_head: view.signed.keys_to_head, head: view.signed.note, records, segments: origins })
}

/// A proof that one head continues another.
#[derive(Clone, Debug)]
pub struct Continuation {
    /// Records in the log as it was.
    pub from: u64,
    /// The newest head.
    pub head: Note,
    /// The hashes.
    pub proof: Vec<TreeHash>,
    /// The history of keys up to the one that signed the head.
    pub keys: Vec<Note>,
}

/// Proves that the newest head of the log in this folder continues the log as it was when it had so many records.
///
/// # Errors
/// [`ProveFault`].
pub fn prove_continuation(folder: &Path, from: u64) -> Result<Continuation, ProveFault> {
    let files = DiskFiles::at(folder);
    let mut view = TreeView::open(&files)?;
    let head = view.signed.head.clone();
    if from > head.size {
        return Err(ProveFault::NotYet(from));
    }
    view.deepen(from)?;
    let proof = view.nodes.consistency(from, head.size)?;
    let old = view.root_at(from)?;
    if !continues((from, old), (head.size, head.root), &proof) {
        return Err(ProveFault::NotSigned);
    }
    let Signed { note, mut keys, keys_to_head, .. } = view.signed;
    keys.truncate(keys_to_head);
    Ok(Continuation { from, head: note, proof, keys })
}

/// The newest head of the log in this folder, and the key with which its history starts.
///
/// # Errors
/// [`ProveFault`].
pub fn newest_head(folder: &Path) -> Result<(Note, TreeHead, crate::record::note::NoteKey), ProveFault> {
    let files = DiskFiles::at(folder);
    let genesis = read_history(&files)?.genesis().cloned().ok_or(ProveFault::NoHead)?;
    let Signed { note, head, .. } = Signed::read(&files)?;
    Ok((note, head, genesis))
}

/// The newest head that counts, with the notes that show why.
struct Signed {
    note: Note,
    head: TreeHead,
    keys: Vec<Note>,
    keys_to_head: usize,
}

impl Signed {
    fn read(files: &dyn Files) -> Result<Self, ProveFault> {
        let history = read_history(files)?;
        let notes = read_notes(files, HEADS)?.0;
        let checked = |(_, note): (u64, Result<Note, _>)| note.ok().and_then(|note| Some((history.check(&note).ok()?, note)));
        let (head, note) = notes.into_iter().rev().find_map(checked).ok_or(ProveFault::NoHead)?;
        let signer = |epoch: &crate::record::epochs::Handover| head.extension("epoch") == Some(&*epoch.epoch.to_string());
        let place = history.epochs().iter().position(signer).ok_or(ProveFault::NoHead)?;
        let start = history.ruptures().iter().rev().find(|rupture| **rupture <= place).copied().unwrap_or(0);
        let keys = read_notes(files, KEYS)?.0.into_iter().skip(start).filter_map(|(_, note)| note.ok()).collect();
        Ok(Self { note, head, keys, keys_to_head: place + 1 - start })
    }
}

/// What is known of the tree from all segments.
struct TreeView<'a> {
    files: &'a dyn Files,
    path: Vec<Link>,
    spans: Vec<Span>,
    nodes: KnownNodes,
    signed: Signed,
}

impl<'a> TreeView<'a> {
    fn open(files: &'a dyn Files) -> Result<Self, ProveFault> {
        // The head first: the log may grow meanwhile, a head may not be ahead of it.
        let signed = Signed::read(files)?;
        let (path, _) = segments(files)?;
        let mut view = Self { files, path: Vec::new(), spans: Vec::new(), nodes: KnownNodes::default(), signed };
        let is_first = |link: &Link| link.head.as_ref().is_ok_and(|head| head.predecessor == Predecessor::None);
        let mut end = path.first().filter(|link| is_first(link)).map(|_| 0);
        for link in &path {
            let io = |source| ReadFault::Io { path: files.path(&link.name), source };
            let span = match Sidecar::read(files, &link.name).map_err(io)? {
                Some(kept) => {
                    view.nodes.learn(&kept.before);
                    view.nodes.learn(&kept.own);
                    kept.own
                }
                None => view.walk(link, end.ok_or_else(|| ProveFault::NoTree(link.name.clone()))?)?,
            };
            end = Some(span.end());
            view.spans.push(span);
        }
        view.path = path;
        view.deepen(view.signed.head.size)?;
        Ok(view)
    }

    /// Reads a segment of which nothing is kept.
    fn walk(&mut self, link: &Link, start: u64) -> Result<Span, ProveFault> {
        let leaves = leaves(self.files, link, |_| {})?;
        let mut span = Span::empty_at(start);
        leaves.iter().for_each(|leaf| span.push(*leaf));
        self.nodes.learn_leaves(start, leaves);
        Ok(span)
    }

    /// Learns all leaves of the segment in which the tree of this size ends, unless it ends with the segment.
    fn deepen(&mut self, size: u64) -> Result<(), ProveFault> {
        let inside = self.spans.iter().position(|span| span.start() < size && size < span.end());
        if let Some(place) = inside {
            let leaves = leaves(self.files, &self.path[place], |_| {})?;
            self.nodes.learn_leaves(self.spans[place].start(), leaves);
        }
        Ok(())
    }

    fn root_at(&self, size: u64) -> Result<TreeHash, ProveFault> {
        Ok(self.nodes.root(0, size)?)
    }

    /// Proves records of one segment, given in order.
    fn prove_in(&mut self, place: usize, sequences: &[u64]) -> Result<Vec<Proved>, ProveFault> {
        let (mut found, mut index) = (Vec::new(), self.spans[place].start());
        let leaves = leaves(self.files, &self.path[place], |frame| {
            if sequences.binary_search(&frame.sequence).is_ok() {
                found.push(Proved { sequence: frame.sequence, index, frame: frame.chained.to_vec(), proof: Vec::new() });
            }
            index += 1;
        })?;
        if let Some(missing) = sequences.iter().find(|sequence| !found.iter().any(|proved| proved.sequence == **sequence)) {
            return Err(ProveFault::NoRecord(*missing));
        }
        // What is learned of this segment is forgotten with it: many records out of many segments are proved in bounded memory.
        let mut nodes = self.nodes.clone();
        nodes.learn_leaves(self.spans[place].start(), leaves);
        let head = &self.signed.head;
        for proved in &mut found {
            if proved.index >= head.size {
                return Err(ProveFault::NotYet(proved.sequence));
            }
            proved.proof = nodes.inclusion(proved.index, head.size)?;
            if !includes(TreeHash::leaf(&proved.frame), proved.index, head.size, &proved.proof, head.root) {
                return Err(ProveFault::NotSigned);
            }
        }
        Ok(found)
    }

    fn origin(&self, place: usize) -> Result<ProvedSegment, ProveFault> {
        let link = &self.path[place];
        let mut frames = Frames::open(self.files, &link.name, link.valid)?;
        let at = frames.at();
        let read = match frames.next()? {
            Step::Frame(frame, _) => SegmentHead::decode(frame.payload).map(|head| ProvedSegment {
                segment: link.name.clone(),
                node: head.node.to_owned(),
                boot: head.boot.to_owned(),
                clock: head.clock.to_owned(),
                program: head.program.to_owned(),
            }),
            Step::Broken(at, problem) => return Err(frames.damaged(at, problem.into()).into()),
            Step::End => return Err(frames.damaged(at, crate::store::Damage::HeadMissing).into()),
        };
        read.map_err(|fault| frames.damaged(at, fault.into()).into())
    }
}

/// The leaves of a segment, each record also shown.
fn leaves(files: &dyn Files, link: &Link, mut each: impl FnMut(&Frame<'_>)) -> Result<Vec<TreeHash>, ReadFault> {
    let mut frames = Frames::open(files, &link.name, link.valid)?;
    let mut leaves = Vec::new();
    loop {
        match frames.next()? {
            Step::Frame(frame, _) if frame.kind == FrameKind::Record => {
                each(&frame);
                leaves.push(TreeHash::leaf(frame.chained));
            }
            Step::Frame(..) => {}
            Step::End => return Ok(leaves),
            // The newest segment is being written: what is not whole yet is not signed either.
            Step::Broken(..) if link.last => return Ok(leaves),
            Step::Broken(at, problem) => return Err(frames.damaged(at, problem.into())),
        }
    }
}
