//! A frame: how one thing is wrapped in a segment file. Bytes in, bytes out; it must never panic and never trust a length.
//!
//! # Format
//!
//! ```text
//! u32  kind in the top 8 bits, length of the payload in the lower 24 (at most 1 MiB)
//! u64  sequence number: of the record itself; for other kinds, of the next record to come
//! ...  payload
//! u32  CRC-32 (the one of zip and Ethernet) over everything before it
//! ```
//! All numbers are little-endian. The checksum stands last so that what is checked and what is chained is one run of bytes.

use super::codec::MAX_ENTRY;

/// Bytes before the payload.
pub const FRAME_HEAD: usize = 12;
/// Bytes after the payload.
pub const FRAME_FOOT: usize = 4;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameKind {
    /// The head of a segment: always first, and only there.
    Head = 1,
    /// An entry.
    Record = 2,
    /// Where the chain stands.
    Checkpoint = 3,
    /// The end of a segment that was closed in order: always last.
    End = 4,
}

/// A whole frame whose checksum is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// What it holds.
    pub kind: FrameKind,
    /// Sequence number of the record, or of the next one.
    pub sequence: u64,
    /// What is wrapped.
    pub payload: &'a [u8],
    /// Everything but the checksum: what the chain runs over.
    pub chained: &'a [u8],
}

/// Why bytes are not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameProblem {
    /// The bytes end inside the frame.
    #[error("the frame ends too early")]
    Short,
    /// No frame starts like this.
    #[error("no frame starts here")]
    Start,
    /// The checksum is wrong.
    #[error("the checksum is wrong")]
    Checksum,
}

impl Frame<'_> {
    /// Size of the whole frame in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.chained.len() + FRAME_FOOT
    }
}

fn kind_of(number: u8) -> Option<FrameKind> {
    use FrameKind::*;
    [Head, Record, Checkpoint, End].into_iter().find(|&kind| kind as u8 == number)
}

/// Size in bytes of the frame that starts here, as far as its first four bytes tell.
///
/// # Errors
/// [`FrameProblem::Short`] with fewer than four bytes, [`FrameProblem::Start`] where no frame can start.
pub fn frame_size(bytes: &[u8]) -> Result<usize, FrameProblem> {
    let (word, _) = bytes.split_first_chunk::<4>().ok_or(FrameProblem::Short)?;
    let word = u32::from_le_bytes(*word);
    let length = (word & 0x00ff_ffff) as usize;
    if kind_of((word >> 24) as u8).is_none() || length > MAX_ENTRY {
        return Err(FrameProblem::Start);
    }
    Ok(FRAME_HEAD + length + FRAME_FOOT)
}

/// Reads the frame at the front of `bytes`.
///
/// # Errors
/// [`FrameProblem`] when there is no whole frame.
pub fn read_frame(bytes: &[u8]) -> Result<Frame<'_>, FrameProblem> {
    let size = frame_size(bytes)?;
    let whole = bytes.get(..size).ok_or(FrameProblem::Short)?;
    let (chained, checksum) = whole.split_last_chunk::<FRAME_FOOT>().ok_or(FrameProblem::Short)?;
    if crc32fast::hash(chained) != u32::from_le_bytes(*checksum) {
        return Err(FrameProblem::Checksum);
    }
    let (head, payload) = chained.split_first_chunk::<FRAME_HEAD>().ok_or(FrameProblem::Short)?;
    let (_, sequence) = head.split_last_chunk::<8>().ok_or(FrameProblem::Short)?;
    let kind = kind_of(head[3]).ok_or(FrameProblem::Start)?;
    Ok(Frame { kind, sequence: u64::from_le_bytes(*sequence), payload, chained })
}

/// Appends a frame whose payload `fill` writes. The checksum is left blank for [`seal_frame`]: the caller may be in a hurry.
/// Returns the length of the payload; above [`MAX_ENTRY`] nothing is appended and the length is the error.
///
/// # Errors
/// The length of a payload that is too long.
pub fn open_frame(out: &mut Vec<u8>, kind: FrameKind, sequence: u64, fill: impl FnOnce(&mut Vec<u8>)) -> Result<usize, usize> {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&sequence.to_le_bytes());
    fill(out);
    let length = out.len() - start - FRAME_HEAD;
    if length > MAX_ENTRY {
        out.truncate(start);
        return Err(length);
    }
    let word = (kind as u32) << 24 | length as u32;
    out[start..start + 4].copy_from_slice(&word.to_le_bytes());
    out.extend_from_slice(&[0; FRAME_FOOT]);
    Ok(length)
}

/// Writes the checksum of the frame that fills `frame`, and returns the part that is chained.
pub fn seal_frame(frame: &mut [u8]) -> &[u8] {
    let (chained, checksum) = frame.split_at_mut(frame.len().saturating_sub(FRAME_FOOT));
    checksum.copy_from_slice(&crc32fast::hash(chained).to_le_bytes());
    chained
}

/// The first place at or after `from` where a whole frame of one of the next ten million sequence numbers lies.
#[must_use]
pub fn find_frame(bytes: &[u8], from: usize, expected: u64) -> Option<usize> {
    let near = expected..expected.saturating_add(10_000_000);
    let starts_here = |&at: &usize| {
        let head = &bytes[at..];
        let sequence = head.get(4..FRAME_HEAD).and_then(|s| s.try_into().ok()).map(u64::from_le_bytes);
        sequence.is_some_and(|s| near.contains(&s)) && read_frame(head).is_ok()
    };
    (from..bytes.len()).find(starts_here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(sequence: u64, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        open_frame(&mut out, FrameKind::Record, sequence, |out| out.extend_from_slice(payload)).unwrap();
        seal_frame(&mut out);
        out
    }

    #[test]
    fn a_frame_is_read_back_and_found_behind_rubbish() {
        let whole = frame(9, b"payload");
        let read = read_frame(&whole).unwrap();
        assert_eq!((read.kind, read.sequence, read.payload, read.size()), (FrameKind::Record, 9, &b"payload"[..], whole.len()));
        let torn = [&whole[..9], &[0; 5], &whole].concat();
        assert_eq!(find_frame(&torn, 0, 8), Some(14));
        assert_eq!(find_frame(&torn, 0, 10), None);
    }

    #[test]
    fn every_single_flipped_bit_is_found() {
        let whole = frame(9, b"payload");
        for bit in 0..whole.len() * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read_frame(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused_and_leaves_no_trace() {
        let mut out = vec![1, 2];
        let long = vec![0; MAX_ENTRY + 1];
        assert_eq!(open_frame(&mut out, FrameKind::Record, 1, |out| out.extend_from_slice(&long)), Err(MAX_ENTRY + 1));
        assert_eq!(out, [1, 2]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(frame) = read_frame(&bytes) {
                prop_assert!(frame.size() <= bytes.len());
            }
            prop_assert!(find_frame(&bytes, 0, 0).is_none_or(|at| at < bytes.len()));
        }
    }
}
