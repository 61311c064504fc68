//! What can go wrong when the log is opened or read, in sentences that name the place.

use super::vault::VaultFault;
use crate::record::frame::FrameProblem;
use crate::record::{CodecFault, VERSION};
use std::io;
use std::path::PathBuf;

/// The log cannot be opened for writing.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The folder cannot be made, listed or written.
    #[error("the log folder {folder} cannot be used: {source}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process has it.
    #[error("another Lifeguard already keeps its log in {folder}: stop it, or give this one a folder of its own")]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk has no room for the reserve.
    #[error("the log folder {folder} has no room: {needed} bytes are needed as a reserve against a full disk ({source})")]
    NoRoom {
        /// The folder.
        folder: PathBuf,
        /// Bytes of the reserve.
        needed: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The newest segment cannot be read, so the log cannot be carried on from it.
    #[error("the log cannot be carried on: {0}. Nothing was changed; look at it with `lifeguard logs verify`, or move the file aside")]
    Unreadable(#[from] ReadFault),
    /// Keys or heads cannot be used.
    #[error(
        "the log's keys or heads cannot be used: {0}. Nothing was changed; look at it with `lifeguard logs verify`, or move the file aside"
    )]
    Heads(#[from] super::heads::HeadsFault),
    /// The keys for encryption at rest cannot be used.
    #[error("the log cannot be encrypted: {0}")]
    Vault(#[from] super::vault::VaultFault),
    /// A thread could not be started.
    #[error("the log's writer cannot be started: {0}")]
    Thread(io::Error),
}

/// A place in the log that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadFault {
    /// The folder or file cannot be read at all.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A place in a segment.
    #[error("{path}, byte {at}: {damage}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Byte offset in the file.
        at: u64,
        /// What is wrong there.
        damage: Damage,
    },
}

/// What is wrong at one place of a segment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The file does not start as a segment does.
    #[error("this is not a segment of the log (the first eight bytes are wrong)")]
    Foreign,
    /// The first frame is no head.
    #[error("the head of the segment is missing")]
    HeadMissing,
    /// A frame.
    #[error("{0}")]
    Frame(#[from] FrameProblem),
    /// What a frame holds. Records are of the version this program knows.
    #[error("{0} (this program reads version {VERSION})")]
    Entry(#[from] CodecFault),
    /// A frame that may not stand here.
    #[error("a frame stands here that belongs elsewhere")]
    Misplaced,
    /// A record is missing, doubled or in the wrong place.
    #[error("record {expected} should stand here, but record {found} does")]
    Sequence {
        /// What should be here.
        expected: u64,
        /// What is here.
        found: u64,
    },
    /// The chain does not lead here.
    #[error("the chain is broken: something before this place, and after byte {since}, was changed")]
    Chain {
        /// Last place where the chain was right.
        since: u64,
    },
    /// A count is wrong.
    #[error("{expected} records are counted here, but {found} are there")]
    Count {
        /// As counted by the frame.
        expected: u64,
        /// As found.
        found: u64,
    },
    /// A segment that has a successor has no end.
    #[error("the segment stops here without an end, though another follows it")]
    Endless,
    /// The file does not bear the name that goes with its head.
    #[error("the file's name does not agree with its head")]
    Name,
    /// Two files have the same number.
    #[error("another file bears the number of this one")]
    Doubled,
    /// The chain of the segment before does not lead to this one.
    #[error("this segment does not follow from the one before it")]
    NotNext,
    /// A segment is missing before this one.
    #[error("segment {0}, which comes before this one, is missing")]
    Missing(u64),
    /// The torn tail of the segment before is not as it was when it was found.
    #[error("the torn tail from here on is not as it was when it was found")]
    Tail,
    /// A line of signed notes does not follow from the line before.
    #[error("this line does not follow from the one before it: a line was changed or taken out")]
    NoteChain,
    /// A note that no key of the log signed.
    #[error("this line is not signed by a key of the log: it was changed, or another wrote it")]
    NoteSignature,
    /// A file of notes ends before a place that was signed, or has another line there.
    #[error("a line that ended here at byte {signed} is gone or changed: the signed head at byte {head} of heads.log had it")]
    NotesCut {
        /// Where the file went to.
        signed: u64,
        /// Where the head starts that says so.
        head: u64,
    },
    /// Bytes after the end frame.
    #[error("bytes follow the end of the segment")]
    Surplus,
    /// A head or a handover of the signing key.
    #[error("{0}")]
    Head(#[from] crate::record::epochs::EpochFault),
    /// Another log than was expected.
    #[error("the history of signing keys does not start with the key that was asked for")]
    Genesis,
    /// The history of keys begins anew.
    #[error("the history of signing keys begins anew here: the key before was lost, or records that it had signed were gone")]
    Rupture,
    /// Records are not those that were signed.
    #[error("records up to here, and after the first {since} of the log, are not those that were signed when it held {size}")]
    Root {
        /// Records that are as they were signed.
        since: u64,
        /// Records that the head covers.
        size: u64,
    },
    /// The end of the log was taken away.
    #[error("the log ends here after {found} records, but {signed} were signed: its end is missing")]
    Shorter {
        /// Records that were signed.
        signed: u64,
        /// Records that are there.
        found: u64,
    },
    /// What is kept of a segment is not what it holds.
    #[error("this is not what the segment holds (it is derived: take it away, and it is made anew when the log is opened)")]
    Sidecar,
}

impl ReadFault {
    /// The file or folder that cannot be read.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        match self {
            Self::Io { path, .. } | Self::Damaged { path, .. } => path,
        }
    }

    /// Is it only that no key here opens the file? Nothing is wrong with the log then, but nothing was read either.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Io { source, .. } if VaultFault::is_locked(source))
    }
}
