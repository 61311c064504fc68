//! The log's signing key: one at a time, handed over from epoch to epoch, the old one destroyed (security L5). It must never leave two
//! private keys behind for longer than a handover takes, and never sign with a key that the history does not name.
//!
//! A handover: the next key is put on disk; a note that names it, signed by the present key, goes into the history and on disk; the
//! present key is overwritten and taken away. After a crash anywhere in between, the history says which key is the present one; every
//! other key in the folder is destroyed.

use super::fault::{HeadsFault, at};
use super::files::{KEYS, NoteFile, read_notes, read_small};
use crate::model::Timestamp;
use crate::record::epochs::{EpochFault, Handover, KeyHistory};
use crate::record::note::{ED25519_TYPE, Note, NoteKey, NoteSignature};
use crate::record::tree::TreeHash;
use crate::store::files::{DiskFiles, Files, put_secret};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// The keys of a log that is being written.
pub(super) struct Keys {
    log: Arc<dyn Files>,
    folder: Arc<dyn Files>,
    file: Option<NoteFile>,
    history: KeyHistory,
    pair: Ed25519KeyPair,
}

fn key_name(epoch: u64) -> String {
    format!("epoch-{epoch:06}.key")
}

/// A moment as notes write it.
pub(super) fn rfc3339(at: Timestamp) -> String {
    at.to_string()
}

/// Where the tree stands.
pub(super) type Stand = (u64, TreeHash);

impl Keys {
    /// Opens the keys of a log, or makes the first. `stand`: the newest head there is, from which a lost key begins anew.
    pub(super) fn open(
        log: Arc<dyn Files>,
        folder: Arc<dyn Files>,
        origin: &str,
        stand: impl FnOnce() -> Stand,
        now: Timestamp,
    ) -> Result<Self, HeadsFault> {
        let file = NoteFile::open(Arc::clone(&log), KEYS)?;
        let history = read_history(&*log)?;
        let present = history.epochs().last().map(|last| load(&*folder, last)).transpose();
        let (pair, is_new) = match present {
            Ok(Some(pair)) => (pair, false),
            Ok(None) => (make(&*folder, 1).map_err(at(folder.path("")))?, true),
            Err(HeadsFault::KeyMissing { path }) => {
                tracing::error!(path = %path.display(), "the key of the log is gone: its history begins anew, and `logs verify` will say so");
                let next = history.epochs().last().map_or(1, |last| last.epoch + 1);
                (make(&*folder, next).map_err(at(folder.path("")))?, true)
            }
            Err(fault) => return Err(fault),
        };
        let mut keys = Self { log, folder, file: Some(file), history, pair };
        if is_new {
            keys.begin(origin, stand(), now)?;
        }
        keys.destroy_others().map_err(at(keys.folder.path("")))?;
        Ok(keys)
    }

    /// Reads the keys of a log that another process writes.
    pub(super) fn read(log: Arc<dyn Files>, folder: Arc<dyn Files>) -> Result<Self, HeadsFault> {
        let history = read_history(&*log)?;
        let last = history.epochs().last();
        let last = last.ok_or_else(|| HeadsFault::Note { path: log.path(KEYS), at: 0, fault: EpochFault::Empty })?;
        let pair = load(&*folder, last)?;
        Ok(Self { log, folder, file: None, history, pair })
    }

    fn last(&self) -> &Handover {
        self.history.epochs().last().expect("a history that was opened has a first epoch")
    }

    /// Name of the log.
    pub(super) fn origin(&self) -> &str {
        self.last().key.name()
    }

    /// Number of the present epoch, and the size at which it began.
    pub(super) fn epoch(&self) -> (u64, u64) {
        (self.last().epoch, self.last().size)
    }

    /// Signs with the present key.
    pub(super) fn sign(&self, text: &str) -> Note {
        let key = &self.last().key;
        sign(text, key, &self.pair)
    }

    /// Goes over to the next epoch.
    pub(super) fn hand_over(&mut self, (size, root): Stand, now: Timestamp) -> Result<(), HeadsFault> {
        self.next_epoch((size, root), now, true)
    }

    /// Goes over to the next epoch without the old key's word: what was signed before is no longer what is there.
    pub(super) fn rupture(&mut self, stand: Stand, now: Timestamp) -> Result<(), HeadsFault> {
        self.next_epoch(stand, now, false)
    }

    fn next_epoch(&mut self, (size, root): Stand, now: Timestamp, vouched: bool) -> Result<(), HeadsFault> {
        // A handover that failed may lie in the file whole: as long as it does, the key it names is not to be made anew.
        self.mend()?;
        let (old, epoch) = (self.last().epoch, self.last().epoch + 1);
        let folder_fault = || at(self.folder.path(""));
        let pair = make(&*self.folder, epoch).map_err(folder_fault())?;
        let key = NoteKey::new(self.origin(), ED25519_TYPE, public(&pair));
        let handover = Handover { epoch, key, size, root, time: rfc3339(now) };
        let text = handover.to_string();
        let note = if vouched { self.sign(&text) } else { sign(&text, &handover.key, &pair) };
        self.publish(&note)?;
        self.pair = pair;
        self.folder.destroy(&key_name(old)).and_then(|()| self.folder.sync_folder()).map_err(at(self.folder.path("")))
    }

    /// The first note of a history, or of a new start.
    fn begin(&mut self, origin: &str, (size, root): Stand, now: Timestamp) -> Result<(), HeadsFault> {
        let last = self.history.epochs().last();
        let (epoch, name) = last.map_or((1, origin.to_owned()), |last| (last.epoch + 1, last.key.name().to_owned()));
        let (size, root) = last.map_or((0, TreeHash::empty()), |last| if last.size > size { (last.size, last.root) } else { (size, root) });
        let key = NoteKey::new(&name, ED25519_TYPE, public(&self.pair));
        let handover = Handover { epoch, key, size, root, time: rfc3339(now) };
        let note = sign(&handover.to_string(), &handover.key, &self.pair);
        self.publish(&note)
    }

    /// After a handover that could not be written: makes sure that it does not count.
    pub(super) fn mend(&mut self) -> Result<(), HeadsFault> {
        self.file.as_mut().map_or(Ok(()), NoteFile::mend)
    }

    fn publish(&mut self, note: &Note) -> Result<(), HeadsFault> {
        let mut history = self.history.clone();
        history.take(note).map_err(|fault| HeadsFault::Note { path: self.log.path(KEYS), at: 0, fault })?;
        if let Some(file) = &mut self.file {
            file.append(note)?;
        }
        self.history = history;
        Ok(())
    }

    /// Destroys every key but the present one: what a crash may have left.
    fn destroy_others(&self) -> io::Result<()> {
        let present = key_name(self.last().epoch);
        for name in self.folder.names()?.iter().filter(|name| name.starts_with("epoch-") && **name != present) {
            self.folder.destroy(name)?;
        }
        self.folder.sync_folder()
    }
}

/// Reads and checks the history.
pub(crate) fn read_history(log: &dyn Files) -> Result<KeyHistory, HeadsFault> {
    let mut history = KeyHistory::default();
    for (at, note) in read_notes(log, KEYS)?.0 {
        let taken = note.map_err(EpochFault::Note).and_then(|note| history.take(&note));
        taken.map_err(|fault| HeadsFault::Note { path: log.path(KEYS), at, fault })?;
    }
    Ok(history)
}

fn public(pair: &Ed25519KeyPair) -> [u8; 32] {
    pair.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes")
}

fn sign(text: &str, key: &NoteKey, pair: &Ed25519KeyPair) -> Note {
    let bytes = pair.sign(text.as_bytes()).as_ref().to_vec();
    Note { text: text.to_owned(), signatures: vec![NoteSignature { name: key.name().to_owned(), id: key.id(), bytes }] }
}

/// Loads the key of an epoch. The wrong one is as good as none.
fn load(folder: &dyn Files, epoch: &Handover) -> Result<Ed25519KeyPair, HeadsFault> {
    let name = key_name(epoch.epoch);
    let seed = Zeroizing::new(read_small(folder, &name).map_err(at(folder.path(&name)))?);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).ok();
    let pair = pair.filter(|pair| NoteKey::new(epoch.key.name(), ED25519_TYPE, public(pair)) == epoch.key);
    pair.ok_or_else(|| HeadsFault::KeyMissing { path: folder.path(&name) })
}

/// Makes a key and puts it on disk, over whatever bears its name.
fn make(folder: &dyn Files, epoch: u64) -> io::Result<Ed25519KeyPair> {
    let mut seed = Zeroizing::new([0; 32]);
    aws_lc_rs::rand::fill(&mut *seed).map_err(io::Error::other)?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(io::Error::other)?;
    put_secret(folder, &key_name(epoch), &*seed)?;
    Ok(pair)
}

/// Signs statements with the log's present key: receipts, holds, manifests.
#[derive(Clone)]
pub struct Signer(pub(super) Arc<Mutex<Keys>>);

impl Signer {
    /// For a process beside the one that writes the log: reads the key of the present epoch. `keys`: the folder of keys, if it is not
    /// `keys`; a relative one lies inside the log's own.
    ///
    /// # Errors
    /// [`HeadsFault`]; the key is readable only to the owner of the log.
    pub fn read(folder: &Path, keys: Option<&Path>) -> Result<Self, HeadsFault> {
        let keys = folder.join(keys.unwrap_or(Path::new("keys")));
        let read = || Keys::read(Arc::new(DiskFiles::at(folder)), Arc::new(DiskFiles::at(&keys)));
        // Between the two look-ups the key may have been handed over: then the second look finds the next one.
        let keys = read().or_else(|_| read())?;
        Ok(Self(Arc::new(Mutex::new(keys))))
    }

    /// A signed note whose first line is `ORIGIN statement`, with the log's name, and then this text. Empty lines are left out: a note has
    /// none. It can be mistaken neither for a head nor for a handover.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        self.sign_as("statement", text)
    }

    /// A signed note with exactly this text, of lines none of which is empty. Only a text that could be mistaken for a head or a handover
    /// of this log gets the first line of [`Signer::sign`].
    pub(crate) fn sign_plain(&self, text: &str) -> String {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_plain = !text.starts_with(keys.origin()) && !text.starts_with('\n') && !text.contains("\n\n") && text.ends_with('\n');
        if is_plain {
            return keys.sign(text).to_string();
        }
        drop(keys);
        self.sign(text)
    }

    /// The same with another word after the log's name.
    pub(crate) fn sign_as(&self, what: &str, text: &str) -> String {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lines: String = text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        keys.sign(&format!("{} {what}\n{lines}", keys.origin())).to_string()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}
