//! The signed heads beside a walk over the whole log: every leaf is put into a tree of its own, and wherever a head stands, the root must be
//! the one that was signed. It reads only, and it trusts nothing that is not signed.

use super::files::{HEADS, KEYS, Placed, read_notes, read_small};
use super::promise::{NOTE_FILES, Promise, promise_of};
use super::sidecar::{Sidecar, sidecar_name};
use crate::record::epochs::{EpochFault, KeyHistory};
use crate::record::note::{Note, TreeHead};
use crate::record::tree::{Span, TreeHash};
use crate::store::fault::{Damage, ReadFault};
use crate::store::files::Files;
use std::path::PathBuf;

/// What was found of signed heads.
#[derive(Clone, Debug, Default)]
pub struct HeadsReport {
    /// Heads whose signature is right and whose root is that of the records.
    pub heads: u64,
    /// Heads whose records are no longer there, so that only their signature could be checked.
    pub beyond: u64,
    /// Epochs of the signing key.
    pub epochs: u64,
    /// Records that the newest head covers.
    pub signed: u64,
    /// Records in the tree, those of segments that were deleted included.
    pub leaves: u64,
    /// Root of the tree over all records.
    pub root: Option<TreeHash>,
    /// Fingerprint of the first key: to be compared with one that was written down elsewhere.
    pub genesis: Option<String>,
    /// Files whose last note was cut off when it was written: it never counted.
    pub torn: Vec<PathBuf>,
}

/// A root that was signed.
struct Signed {
    size: u64,
    root: TreeHash,
    file: &'static str,
    at: u64,
}

/// The check.
pub(crate) struct HeadsCheck<'a> {
    files: &'a dyn Files,
    /// By size, the largest first.
    to_come: Vec<Signed>,
    /// `None` when records could not be read, until a sidecar says where the tree stands.
    tree: Option<Span>,
    /// Size of the last head that was right.
    sure: u64,
    report: HeadsReport,
    history: KeyHistory,
    /// What heads say of the files of notes, in order: which file, and the place of the head. What is said again is there once.
    promises: Vec<(usize, Promise, u64)>,
}

impl<'a> HeadsCheck<'a> {
    /// Reads keys and heads; every note that is not as it should be is a fault.
    pub(crate) fn open(files: &'a dyn Files, faults: &mut Vec<ReadFault>) -> Result<Self, ReadFault> {
        let mut check = Self {
            files,
            to_come: Vec::new(),
            tree: Some(Span::empty_at(0)),
            sure: 0,
            report: HeadsReport::default(),
            history: KeyHistory::default(),
            promises: Vec::new(),
        };
        let mut history = KeyHistory::default();
        for (at, note) in check.notes(KEYS)? {
            let taken = note.map_err(EpochFault::Note).and_then(|note| history.take(&note));
            if let Err(fault) = taken {
                faults.push(check.fault(KEYS, at, Damage::Head(fault)));
                // Without it nothing later in the history can be judged.
                break;
            }
            if history.ruptures().last() == Some(&(history.epochs().len() - 1)) {
                faults.push(check.fault(KEYS, at, Damage::Rupture));
            }
            let epoch = history.epochs().last().expect("it was just taken");
            check.to_come.push(Signed { size: epoch.size, root: epoch.root, file: KEYS, at });
        }
        for (at, note) in check.notes(HEADS)? {
            match note.map_err(EpochFault::Note).and_then(|note: Note| history.check(&note)) {
                Ok(head) => {
                    check.report.signed = check.report.signed.max(head.size);
                    check.to_come.push(Signed { size: head.size, root: head.root, file: HEADS, at });
                    check.take_promises(&head, at);
                }
                Err(fault) => faults.push(check.fault(HEADS, at, Damage::Head(fault))),
            }
        }
        check.to_come.sort_by_key(|signed| std::cmp::Reverse(signed.size));
        check.report.epochs = history.epochs().len() as u64;
        check.history = history;
        check.report.genesis = check.history.genesis().map(crate::record::note::NoteKey::fingerprint);
        Ok(check)
    }

    fn take_promises(&mut self, head: &TreeHead, at: u64) {
        for (file, (word, _)) in NOTE_FILES.iter().enumerate() {
            let known = self.promises.iter().rev().find(|(known, ..)| *known == file).map(|(_, promise, _)| *promise);
            if let Some(promise) = promise_of(head, word).filter(|promise| Some(*promise) != known) {
                self.promises.push((file, promise, at));
            }
        }
    }

    /// The keys, as far as their history is whole.
    pub(crate) fn history(&self) -> &KeyHistory {
        &self.history
    }

    /// What heads say of the files of notes: the place in [`NOTE_FILES`], what is said, and the byte at which the head starts.
    pub(crate) fn promises(&self) -> &[(usize, Promise, u64)] {
        &self.promises
    }

    fn notes(&mut self, name: &str) -> Result<Vec<Placed>, ReadFault> {
        let (notes, torn) = read_notes(self.files, name)?;
        if torn > 0 {
            self.report.torn.push(self.files.path(name));
        }
        Ok(notes)
    }

    fn fault(&self, name: &str, at: u64, damage: Damage) -> ReadFault {
        ReadFault::Damaged { path: self.files.path(name), at, damage }
    }

    /// A segment begins. `follows`: it follows from the one before, or is the first there ever was.
    pub(crate) fn segment(&mut self, name: &str, follows: bool) -> Started {
        let kept = Sidecar::read(self.files, name).ok().flatten();
        if !follows || self.tree.is_none() {
            self.go_on_from(kept.as_ref().map(|kept| kept.before.clone()));
        }
        Started { name: name.to_owned(), before: self.tree.clone(), kept }
    }

    /// The next record, whose frame ends here in its file.
    pub(crate) fn leaf(&mut self, leaf: TreeHash) -> Result<(), Damage> {
        let Some(tree) = &mut self.tree else { return Ok(()) };
        tree.push(leaf);
        let size = tree.end();
        while self.to_come.last().is_some_and(|signed| signed.size < size) {
            self.to_come.pop();
        }
        let mut root = None;
        while let Some(signed) = self.to_come.pop_if(|signed| signed.size == size) {
            if Some(signed.root) != *root.get_or_insert_with(|| tree.root()) {
                return Err(Damage::Root { since: self.sure, size });
            }
            self.report.heads += u64::from(signed.file == HEADS);
            self.sure = size;
        }
        Ok(())
    }

    /// A segment has ended. What is kept of it must be what it holds; after damage what is kept says where the tree goes on.
    pub(crate) fn ended(&mut self, started: Started, is_whole: bool) -> Option<ReadFault> {
        let Started { name, before, kept } = started;
        let fault = |check: &Self| Some(check.fault(&sidecar_name(&name), 0, Damage::Sidecar));
        let Some(kept) = kept else {
            let is_there = read_small(self.files, &sidecar_name(&name)).is_ok_and(|bytes| !bytes.is_empty());
            return if is_there { fault(self) } else { None };
        };
        if is_whole {
            let same = self.tree.as_ref().is_none_or(|tree| *tree == kept.after());
            return if same { None } else { fault(self) };
        }
        self.go_on_from(before.filter(|before| *before == kept.before).map(|_| kept.after()));
        None
    }

    /// Goes on from what a sidecar says, unless a signed root says otherwise. Heads of records that were not read cannot be compared.
    fn go_on_from(&mut self, tree: Option<Span>) {
        self.tree = tree;
        let Some(tree) = &self.tree else { return };
        while let Some(signed) = self.to_come.pop_if(|signed| signed.size < tree.end()) {
            self.report.beyond += u64::from(signed.file == HEADS);
        }
        let root = tree.root();
        let here = |signed: &&Signed| signed.size == tree.end();
        if self.to_come.iter().rev().take_while(here).any(|signed| Some(signed.root) != root) {
            self.tree = None;
            return;
        }
        while let Some(signed) = self.to_come.pop_if(|signed| signed.size == tree.end()) {
            self.report.heads += u64::from(signed.file == HEADS);
            self.sure = signed.size;
        }
    }

    /// The log has ended. `last`: the newest segment and where it ends.
    pub(crate) fn finish(mut self, last: Option<(&str, u64)>, faults: &mut Vec<ReadFault>) -> HeadsReport {
        if self.tree.is_none() {
            self.report.beyond += self.to_come.iter().filter(|signed| signed.file == HEADS).count() as u64;
        }
        if let Some(tree) = &self.tree {
            (self.report.leaves, self.report.root) = (tree.end(), tree.root());
            // A handover before the first record stands at size 0.
            self.to_come.retain(|signed| signed.size > 0);
            if let Some(signed) = self.to_come.first() {
                let damage = Damage::Shorter { signed: signed.size, found: tree.end() };
                let (name, at) = last.unwrap_or((signed.file, signed.at));
                faults.push(self.fault(name, at, damage));
            }
        }
        self.report
    }
}

/// A segment that is being read.
pub(crate) struct Started {
    name: String,
    before: Option<Span>,
    kept: Option<Sidecar>,
}
