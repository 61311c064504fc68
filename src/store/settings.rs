//! What the store is told when it is opened. It must never be read from the environment here: the caller decides.

use crate::ports::Durability;
use crate::record::retention::Retention;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where the log lies and how it is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the segments; made if it is not there.
    pub folder: PathBuf,
    /// Name of this node, as segment heads carry it.
    pub node: Arc<str>,
    /// [`Durability::Kernel`]: as safe as each caller asks. [`Durability::Disk`]: every record that anyone waits for is on disk first.
    pub durability: Durability,
    /// Requests that may be under way at a time.
    pub places: u64,
    /// Bytes that may wait in the queue. Requests are refused at half of it: the rest is for the outcomes of those under way.
    pub queue_bytes: usize,
    /// A segment is closed when it is this long, in bytes.
    pub segment_bytes: u64,
    /// A segment is closed when it is this old.
    pub segment_age: Duration,
    /// Time from the beginning of one sync to that of the next, if there is anything to sync. With the sync's own length it has to stay
    /// below the promised second.
    pub sync_every: Duration,
    /// How soon a fault is looked at again.
    pub retry_every: Duration,
    /// Room kept against a full disk, in bytes.
    pub reserve_bytes: u64,
    /// Folder of the signing key; a relative one lies inside `folder`.
    pub keys: PathBuf,
    /// Folder outside to which a head of each segment is copied.
    pub heads_copy: Option<PathBuf>,
    /// A head is signed at least so often while there are new records.
    pub head_every: Duration,
    /// A signing key is used for at most so long.
    pub epoch: Duration,
    /// Are closed segments sealed and indexed in the background?
    pub caretaker: bool,
    /// To whom sealed segments are encrypted: age recipients. Empty: they are not.
    pub encrypt_to: Vec<String>,
    /// File of the private key with which this process reads what is encrypted. `None`: it only writes it.
    pub identity_file: Option<PathBuf>,
    /// For how long records stay; what is older the caretaker deletes, by the hour. `None`: everything stays.
    pub retention: Option<Retention>,
}

impl Settings {
    /// The usual values for a log in this folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            node: Arc::from("lifeguard"),
            durability: Durability::Kernel,
            places: 16_384,
            queue_bytes: 64 << 20,
            segment_bytes: 64 << 20,
            segment_age: Duration::from_secs(6 * 3600),
            sync_every: Duration::from_millis(900),
            retry_every: Duration::from_secs(1),
            reserve_bytes: 16 << 20,
            keys: PathBuf::from("keys"),
            heads_copy: None,
            head_every: Duration::from_secs(60),
            epoch: Duration::from_secs(3600),
            caretaker: true,
            encrypt_to: Vec::new(),
            identity_file: None,
            retention: None,
        }
    }
}
