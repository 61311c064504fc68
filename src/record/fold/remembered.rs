//! What both ways of folding remember of the records before. One type for both, since a record that is packed by what one side remembers
//! can only be unpacked if the other side remembers the same.

use crate::model::Moment;
use std::collections::HashMap;

/// A map of one block: the same hash for all, with a secret of this process.
pub(super) type Map<K, V> = HashMap<K, V, rapidhash::fast::RandomState>;

/// What a request leaves behind for its outcome.
pub(super) struct Seen {
    /// Wall time.
    pub(super) wall: i64,
    /// Number of its host's text.
    pub(super) host: u32,
    /// Number of the text behind the host.
    pub(super) rest: u32,
}

/// What is remembered within a block. The packer borrows addresses from the records, the unpacker has made them.
#[derive(Default)]
pub(super) struct Remembered<Port, Url> {
    /// Time of the last record.
    pub(super) last: Moment,
    /// Number of the last request.
    pub(super) last_id: u64,
    /// Generation of the last request.
    pub(super) generation: u64,
    /// Requests by their number.
    pub(super) requests: Map<u64, Seen>,
    /// The last port of a client.
    pub(super) ports: Map<u32, Port>,
    /// The last address of a client.
    pub(super) urls: Map<u32, Url>,
    /// Size of the last answer by host and rest.
    pub(super) sizes: Map<(u32, u32), u64>,
}
