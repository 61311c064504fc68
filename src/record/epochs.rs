//! Keys that follow one another (security L5): who may sign what of a log. Each epoch has a key of its own; the key before hands over to
//! it in a signed note and is destroyed. Pure; a head that its own epoch's key did not sign is never taken.
//!
//! # Format
//!
//! The history of keys is a file of notes. The text of each: `ORIGIN keys` with the log's name, `epoch N`, `key` with the epoch's key (as
//! [`super::note`] writes keys, under the log's name), `size N` and `root BASE64` of the tree when the epoch begins, `time RFC3339`.
//! The first note is signed by its own key; every other by the key before it, with an epoch one higher and a size that is not smaller.
//! A note later on that is signed by its own key is a *rupture*: the key before was lost, and nothing vouches for what follows but itself.
//!
//! A head belongs to the epoch whose size it exceeds, up to and with the size at which the next epoch begins; there its root is the same.

use super::note::{Note, NoteFault, NoteKey, TreeHead};
use super::tree::TreeHash;
use std::fmt;

/// What a note in the history of keys says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Number of the epoch, from 1.
    pub epoch: u64,
    /// Its key; the key's name is the log's.
    pub key: NoteKey,
    /// Records in the log when it began.
    pub size: u64,
    /// Root of the tree over them.
    pub root: TreeHash,
    /// When, as RFC 3339.
    pub time: String,
}

/// What is wrong with a history of keys, or with a head in its light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpochFault {
    /// A note that is none.
    #[error("{0}")]
    Note(#[from] NoteFault),
    /// The text is no handover.
    #[error("this note is no handover of a key")]
    Shape,
    /// There is no first note.
    #[error("the history of keys is empty")]
    Empty,
    /// Epochs do not follow one another.
    #[error("the key of epoch {expected} should be handed over here, not that of epoch {found}")]
    Order {
        /// The epoch that comes next.
        expected: u64,
        /// The epoch that stands here.
        found: u64,
    },
    /// A smaller size than before.
    #[error("the log cannot shrink from {before} to {here} records")]
    Shrunk {
        /// Size before.
        before: u64,
        /// Size here.
        here: u64,
    },
    /// Another log.
    #[error("this belongs to another log")]
    Origin,
    /// Signed by nobody who may.
    #[error("this is not signed by the key of its epoch")]
    Signature,
    /// A head at a handover with another root.
    #[error("the root is not the one at which the key was handed over")]
    Root,
}

impl Handover {
    /// Reads the text of a note.
    ///
    /// # Errors
    /// [`EpochFault::Shape`].
    pub fn parse(text: &str) -> Result<Self, EpochFault> {
        let read = || {
            let mut lines = text.strip_suffix('\n')?.split('\n');
            let origin = lines.next()?.strip_suffix(" keys")?;
            let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
            let (epoch, key) = (value("epoch")?.parse().ok()?, NoteKey::parse(value("key")?).ok()?);
            let (size, root) = (value("size")?.parse().ok()?, TreeHash::from_base64(value("root")?)?);
            let handover = Self { epoch, key, size, root, time: value("time")?.to_owned() };
            (handover.key.name() == origin && handover.to_string() == text).then_some(handover)
        };
        read().ok_or(EpochFault::Shape)
    }
}

impl fmt::Display for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, key, size, root, time } = self;
        writeln!(f, "{} keys\nepoch {epoch}\nkey {key}\nsize {size}\nroot {root}\ntime {time}", key.name())
    }
}

/// The history of keys, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyHistory {
    epochs: Vec<Handover>,
    ruptures: Vec<usize>,
}

impl KeyHistory {
    /// Takes the next note.
    ///
    /// # Errors
    /// [`EpochFault`]; then the history is as before.
    pub fn take(&mut self, note: &Note) -> Result<(), EpochFault> {
        let next = Handover::parse(&note.text)?;
        let Some(before) = self.epochs.last() else {
            return if next.key.signed(note) { self.put(next) } else { Err(EpochFault::Signature) };
        };
        if next.key.name() != before.key.name() {
            return Err(EpochFault::Origin);
        }
        if next.epoch != before.epoch + 1 {
            return Err(EpochFault::Order { expected: before.epoch + 1, found: next.epoch });
        }
        let is_rupture = !before.key.signed(note);
        if is_rupture && !next.key.signed(note) {
            return Err(EpochFault::Signature);
        }
        if is_rupture {
            self.ruptures.push(self.epochs.len());
        } else if next.size < before.size {
            return Err(EpochFault::Shrunk { before: before.size, here: next.size });
        }
        self.put(next)
    }

    fn put(&mut self, next: Handover) -> Result<(), EpochFault> {
        self.epochs.push(next);
        Ok(())
    }

    /// The epochs in order.
    #[must_use]
    pub fn epochs(&self) -> &[Handover] {
        &self.epochs
    }

    /// Places in [`KeyHistory::epochs`] where a key was not handed over but began anew.
    #[must_use]
    pub fn ruptures(&self) -> &[usize] {
        &self.ruptures
    }

    /// The key with which everything starts.
    #[must_use]
    pub fn genesis(&self) -> Option<&NoteKey> {
        self.epochs.first().map(|first| &first.key)
    }

    /// Is this the head of this log, signed by the key of the epoch it belongs to and by no other?
    ///
    /// # Errors
    /// [`EpochFault`].
    pub fn check(&self, note: &Note) -> Result<TreeHead, EpochFault> {
        let head = TreeHead::parse(&note.text)?;
        let first = self.epochs.first().ok_or(EpochFault::Empty)?;
        if head.origin != first.key.name() {
            return Err(EpochFault::Origin);
        }
        let stated: Option<u64> = head.extension("epoch").and_then(|number| number.parse().ok());
        let found = self.epochs.iter().position(|epoch| Some(epoch.epoch) == stated && epoch.key.signed(note));
        let place = found.ok_or(EpochFault::Signature)?;
        let begins = self.epochs[place].size;
        let next = self.epochs.get(place + 1).filter(|_| !self.ruptures.contains(&(place + 1)));
        if head.size <= begins || next.is_some_and(|next| head.size > next.size) {
            return Err(EpochFault::Signature);
        }
        if next.is_some_and(|next| head.size == next.size && head.root != next.root) {
            return Err(EpochFault::Root);
        }
        Ok(head)
    }

    /// Is this note, which is no head, signed by a key of this log?
    #[must_use]
    pub fn signer(&self, note: &Note) -> Option<&Handover> {
        self.epochs.iter().rev().find(|epoch| epoch.key.signed(note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::note::{ED25519_TYPE, NoteSignature};
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    fn pair(epoch: u8) -> (Ed25519KeyPair, NoteKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[epoch; 32]).unwrap();
        let public = pair.public_key().as_ref().try_into().unwrap();
        (pair, NoteKey::new("example.test/log", ED25519_TYPE, public))
    }

    fn sign(text: String, by: u8) -> Note {
        let (pair, key) = pair(by);
        let bytes = pair.sign(text.as_bytes()).as_ref().to_vec();
        Note { text, signatures: vec![NoteSignature { name: key.name().into(), id: key.id(), bytes }] }
    }

    fn handover(epoch: u8, size: u64, by: u8) -> Note {
        let handover = Handover { epoch: epoch.into(), key: pair(epoch).1, size, root: TreeHash::leaf(&[epoch]), time: "t".into() };
        sign(handover.to_string(), by)
    }

    fn head(epoch: u8, size: u64, root: &[u8], by: u8) -> Note {
        let extensions = vec![format!("epoch {epoch}")];
        sign(TreeHead { origin: "example.test/log".into(), size, root: TreeHash::leaf(root), extensions }.to_string(), by)
    }

    fn history() -> KeyHistory {
        let mut history = KeyHistory::default();
        for note in [handover(1, 0, 1), handover(2, 10, 1), handover(3, 20, 2)] {
            history.take(&note).unwrap();
        }
        history
    }

    #[test]
    fn a_head_counts_in_its_own_epoch_only() {
        let history = history();
        // epoch it names, size, root, epoch whose key signs, is it taken?
        let table = [
            (1, 5, 0, 1, true),
            (1, 10, 2, 1, true),
            (1, 10, 9, 1, false),
            (1, 11, 0, 1, false),
            (2, 10, 2, 2, false),
            (2, 11, 0, 2, true),
            (2, 20, 3, 2, true),
            (2, 21, 0, 2, false),
            (2, 15, 0, 1, false),
            (1, 15, 0, 2, false),
            (3, 15, 0, 3, false),
            (3, 99, 0, 3, true),
            (4, 99, 0, 4, false),
            (3, 99, 0, 4, false),
        ];
        for (epoch, size, root, by, taken) in table {
            assert_eq!(history.check(&head(epoch, size, &[root], by)).is_ok(), taken, "epoch {epoch}, size {size}, signed by {by}");
        }
    }

    #[test]
    fn a_history_out_of_order_is_refused_and_a_rupture_is_noted() {
        let cases = [
            (handover(5, 30, 3), EpochFault::Order { expected: 4, found: 5 }),
            (handover(4, 19, 3), EpochFault::Shrunk { before: 20, here: 19 }),
            (handover(4, 30, 2), EpochFault::Signature),
            (head(3, 30, &[0], 3), EpochFault::Shape),
        ];
        for (note, fault) in cases {
            let mut history = history();
            assert_eq!(history.take(&note), Err(fault));
            assert_eq!(history.epochs().len(), 3);
        }
        let mut history = history();
        history.take(&handover(4, 7, 4)).unwrap();
        assert_eq!(history.ruptures(), [3]);
        assert!(history.check(&head(3, 99, &[0], 3)).is_ok(), "what came before the rupture still counts");
        assert_eq!(KeyHistory::default().take(&handover(1, 0, 2)), Err(EpochFault::Signature));
    }
}
