//! What stands in a segment file besides records: its head, checkpoints of the chain, and its end. Pure bytes; it must never guess.
//!
//! # Format, version 1
//!
//! A segment file is the eight bytes [`MAGIC`], then frames (see [`super::frame`]): one head, records with checkpoints among them, and,
//! if it was closed in order, one end. Payloads, in the building blocks of the entry codec (`record/codec`):
//!
//! * head: `number` version (1); `number` ordinal; `number` ordinal of the segment it follows (0: none); `text` node; `text` boot id;
//!   `text` clock (parts joined by `; `: first `synchronised`, `unsynchronised` or `unknown`; then, in some, `by SERVICE, offset N us`:
//!   who says so and how far the clock is off; `hardware clock N s`: how far that is ahead; `set by N us since the start`: how far wall
//!   time has moved against the clock that never jumps since the process started; `src/store/clock_status.rs` says which files are read); `text` program and version; `fixed8` signed wall time in microseconds;
//!   `number` monotonic microseconds; `byte` how the predecessor ended and what goes with it:
//!   0 there is none; 1 closed: 32 bytes chain; 2 unclosed: 32 bytes chain, `number` valid bytes, `number` bytes of the file,
//!   32 bytes SHA-256 of what lies after the valid bytes; 3 abandoned: 32 bytes chain, `number` valid bytes.
//! * checkpoint: `fixed8` records in this segment so far; 32 bytes chain before this frame.
//! * end: `fixed8` records in this segment; 32 bytes chain before this frame; `fixed8` signed earliest and latest wall time of its records.
//!
//! Invariants:
//!
//! * Files are only ever appended to. A torn tail stays where it is: the next segment's head says where the valid part ends, and
//!   what lies behind it (*unclosed*). After a failed write or sync the next segment repeats every record that was not known to be on
//!   disk, and its head says where the valid part of its predecessor ends (*abandoned*).
//! * A file appears under its name only when its head, and what it repeats, are whole and on disk.
//! * The log is the path from the newest segment back along the ordinals that heads name. Files beside that path are not part of it.
//! * Records are numbered from 1 without gaps; only after an unclosed predecessor may a range be missing: it was lost with the torn tail.

use super::chain::ChainValue;
use super::codec::{CodecFault, Reader, put_bytes, put_number};

/// The first eight bytes of a segment file. The line end shows when a file was carried as text.
pub const MAGIC: [u8; 8] = *b"\x89LGLOG\r\n";
/// Version of the segment format.
pub const SEGMENT_VERSION: u64 = 1;
/// Size of an end frame in bytes.
pub const END_FRAME: usize = super::frame::FRAME_HEAD + 56 + super::frame::FRAME_FOOT;

/// How the segment before this one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predecessor {
    /// There is none.
    None,
    /// It has an end frame; the chain stands behind that.
    Closed {
        /// Where the chain stands.
        chain: ChainValue,
    },
    /// The process or machine stopped before it could be closed.
    Unclosed {
        /// Where the chain stands after its last whole record.
        chain: ChainValue,
        /// Bytes up to and with its last whole frame.
        valid_bytes: u64,
        /// Bytes of the whole file.
        file_bytes: u64,
        /// SHA-256 of the torn tail.
        tail: ChainValue,
    },
    /// The disk refused it; what it held beyond the valid bytes is repeated here.
    Abandoned {
        /// Where the chain stands at the last byte known to be on disk.
        chain: ChainValue,
        /// Bytes known to be on disk.
        valid_bytes: u64,
    },
}

impl Predecessor {
    /// Where the chain stands before this segment.
    #[must_use]
    pub fn chain(&self) -> ChainValue {
        match *self {
            Self::None => ChainValue::START,
            Self::Closed { chain } | Self::Unclosed { chain, .. } | Self::Abandoned { chain, .. } => chain,
        }
    }

    /// How far the predecessor counts, where that is not its end.
    #[must_use]
    pub fn valid_bytes(&self) -> Option<u64> {
        match *self {
            Self::None | Self::Closed { .. } => None,
            Self::Unclosed { valid_bytes, .. } | Self::Abandoned { valid_bytes, .. } => Some(valid_bytes),
        }
    }
}

/// The head of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentHead<'a> {
    /// Counts the segments of this log from 1.
    pub ordinal: u64,
    /// Ordinal of the segment it follows; 0 when there is none.
    pub follows: u64,
    /// Node that wrote it.
    pub node: &'a str,
    /// Identifies the run of the machine: monotonic times compare within one run only.
    pub boot: &'a str,
    /// Whether the wall clock was known to be synchronised, and how far it has been set since the process started.
    pub clock: &'a str,
    /// Program and version that wrote it.
    pub program: &'a str,
    /// When it was started.
    pub at: crate::model::Moment,
    /// How the segment before it ended.
    pub predecessor: Predecessor,
}

impl<'a> SegmentHead<'a> {
    /// Appends the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for number in [SEGMENT_VERSION, self.ordinal, self.follows] {
            put_number(out, number);
        }
        for text in [self.node, self.boot, self.clock, self.program] {
            put_bytes(out, text.as_bytes());
        }
        out.extend_from_slice(&self.at.wall.0.to_le_bytes());
        put_number(out, self.at.monotonic_us);
        put_predecessor(out, &self.predecessor);
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// [`CodecFault`] with the byte inside the payload.
    pub fn decode(payload: &'a [u8]) -> Result<Self, CodecFault> {
        let mut reader = Reader::new(payload);
        reader.known(|version| (u64::from(version) == SEGMENT_VERSION).then_some(()))?;
        let head = Self {
            ordinal: reader.number()?,
            follows: reader.number()?,
            node: reader.text()?,
            boot: reader.text()?,
            clock: reader.text()?,
            program: reader.text()?,
            at: crate::model::Moment { wall: wall(&mut reader)?, monotonic_us: reader.number()? },
            predecessor: read_predecessor(&mut reader)?,
        };
        reader.end()?;
        Ok(head)
    }
}

fn wall(reader: &mut Reader<'_>) -> Result<crate::model::Timestamp, CodecFault> {
    reader.array().map(i64::from_le_bytes).map(crate::model::Timestamp)
}

fn put_predecessor(out: &mut Vec<u8>, predecessor: &Predecessor) {
    out.push(match predecessor {
        Predecessor::None => 0,
        Predecessor::Closed { .. } => 1,
        Predecessor::Unclosed { .. } => 2,
        Predecessor::Abandoned { .. } => 3,
    });
    if *predecessor != Predecessor::None {
        out.extend_from_slice(&predecessor.chain().0);
    }
    if let Some(valid_bytes) = predecessor.valid_bytes() {
        put_number(out, valid_bytes);
    }
    if let Predecessor::Unclosed { file_bytes, tail, .. } = predecessor {
        put_number(out, *file_bytes);
        out.extend_from_slice(&tail.0);
    }
}

fn read_predecessor(reader: &mut Reader<'_>) -> Result<Predecessor, CodecFault> {
    let kind = reader.known(|kind| (kind <= 3).then_some(kind))?;
    if kind == 0 {
        return Ok(Predecessor::None);
    }
    let chain = ChainValue(reader.array()?);
    Ok(match kind {
        1 => Predecessor::Closed { chain },
        2 => {
            Predecessor::Unclosed { chain, valid_bytes: reader.number()?, file_bytes: reader.number()?, tail: ChainValue(reader.array()?) }
        }
        _ => Predecessor::Abandoned { chain, valid_bytes: reader.number()? },
    })
}

/// Where the chain stood when this was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Records in this segment so far.
    pub records: u64,
    /// The chain before this frame.
    pub chain: ChainValue,
}

impl Checkpoint {
    /// Appends the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.records.to_le_bytes());
        out.extend_from_slice(&self.chain.0);
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// [`CodecFault`] with the byte inside the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, CodecFault> {
        let mut reader = Reader::new(payload);
        let checkpoint = Self { records: reader.fixed8()?, chain: ChainValue(reader.array()?) };
        reader.end()?;
        Ok(checkpoint)
    }
}

/// The end of a segment that was closed in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentEnd {
    /// Records and chain, as in a checkpoint.
    pub checkpoint: Checkpoint,
    /// Earliest wall time of its records in microseconds; later than `latest` when there are none.
    pub earliest: i64,
    /// Latest wall time of its records in microseconds.
    pub latest: i64,
}

impl SegmentEnd {
    /// Appends the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.checkpoint.encode(out);
        out.extend_from_slice(&self.earliest.to_le_bytes());
        out.extend_from_slice(&self.latest.to_le_bytes());
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// [`CodecFault`] with the byte inside the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, CodecFault> {
        let mut reader = Reader::new(payload);
        let checkpoint = Checkpoint { records: reader.fixed8()?, chain: ChainValue(reader.array()?) };
        let end = Self { checkpoint, earliest: wall(&mut reader)?.0, latest: wall(&mut reader)?.0 };
        reader.end()?;
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Moment, Timestamp};

    #[test]
    fn heads_checkpoints_and_ends_are_read_back() {
        let chain = ChainValue([7; 32]);
        let ways = [
            Predecessor::None,
            Predecessor::Closed { chain },
            Predecessor::Unclosed { chain, valid_bytes: 300, file_bytes: 301, tail: ChainValue([8; 32]) },
            Predecessor::Abandoned { chain, valid_bytes: 1 << 40 },
        ];
        for predecessor in ways {
            let at = Moment { wall: Timestamp(-5), monotonic_us: 6 };
            let head = SegmentHead { ordinal: 3, follows: 2, node: "n1", boot: "b", clock: "unknown", program: "p", at, predecessor };
            let mut out = Vec::new();
            head.encode(&mut out);
            assert_eq!(SegmentHead::decode(&out), Ok(head));
            for cut in 0..out.len() {
                assert!(SegmentHead::decode(&out[..cut]).is_err());
            }
        }
        let end = SegmentEnd { checkpoint: Checkpoint { records: 9, chain }, earliest: -1, latest: 4 };
        let mut out = Vec::new();
        end.encode(&mut out);
        assert_eq!(SegmentEnd::decode(&out), Ok(end));
        assert_eq!(out.len() + super::super::frame::FRAME_HEAD + super::super::frame::FRAME_FOOT, END_FRAME);
    }
}
