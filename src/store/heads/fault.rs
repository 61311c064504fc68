//! What can go wrong with keys and heads, in sentences that name the place.

use crate::record::epochs::EpochFault;
use crate::store::ReadFault;
use std::io;
use std::path::PathBuf;

/// Keys or heads cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HeadsFault {
    /// The system refuses.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A note that is not as it was written.
    #[error("{path}, byte {at}: {fault}")]
    Note {
        /// The file.
        path: PathBuf,
        /// Where the note starts.
        at: u64,
        /// What is wrong.
        fault: EpochFault,
    },
    /// The private key of the present epoch is not there.
    #[error("{path}: the key of the present epoch is not here")]
    KeyMissing {
        /// The file that should hold it.
        path: PathBuf,
    },
    /// A segment cannot be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The log is shorter than its newest head says.
    #[error("{path}: {headed} records were signed, but the log holds {found}: its end was taken away")]
    Shorter {
        /// The file of heads.
        path: PathBuf,
        /// Records that were signed.
        headed: u64,
        /// Records that are there.
        found: u64,
    },
}

/// Names the file at which the system refused.
pub(crate) fn at(path: PathBuf) -> impl FnOnce(io::Error) -> HeadsFault {
    move |source| HeadsFault::Io { path, source }
}
