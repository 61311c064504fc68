//! Sealed segments: the same bytes as the raw file, in less room, in blocks that are read one by one. It must never put anything in the
//! place of a raw file that was not read back equal from the disk.
//!
//! # Format, version 1
//!
//! ```text
//! 8 bytes   89 4c 47 53 45 41 4c 31  ("\x89LGSEAL1")
//! ...       the texts that repeat: one zstd frame, holding what `Tables` writes (see [`crate::record::fold`])
//! ...       blocks: zstd frames, one behind another, each holding one folded block (same page), or raw bytes where the directory says so
//! ...       directory: one zstd frame
//! 48 bytes  foot: u64 offset of the directory; u64 its packed length; u64 its length unpacked; u64 packed length of the texts;
//!           u32 CRC-32 of the packed texts; u32 CRC-32 of the packed directory; u32 CRC-32 of the foot before it; 4 bytes "LGS1"
//! ```
//! All numbers are little-endian; CRC-32 is the one of zip. The directory, unpacked, is: u64 length of the raw file; u64 length of the
//! texts unpacked; then for each block 64 bytes: u64 its offset in this file; u32 its packed length; u32 its CRC-32 as packed; u64 its place
//! in the raw file; u32 its raw length; u32 folded length (0: the block is raw bytes); u64 sequence number of its first frame; signed 8
//! bytes earliest and latest wall time of its records in microseconds (earliest > latest: it has none); u64 records in it.
//!
//! Invariants:
//!
//! * The blocks, one after another, are the raw file: every byte of it, also the magic bytes (a block of raw bytes of their own), and the
//!   torn tail of a segment that was not closed. Its successor's head goes on stating where the valid part ends.
//! * Every block but the first starts where a frame starts. A block is at most [`BLOCK_MOST`] bytes raw.
//! * The file has the name of the raw file with `.sealed` in the place of `.seg`. It gets that name when it is whole, on disk and was read
//!   back equal; only then is the raw file removed. Where both are there, the raw file counts and sealing is finished later.

mod directory;
mod make;
mod source;

pub(crate) use make::seal;
pub(crate) use source::{SealedReader, behind_block, open_source, seal_mark, times_of};

/// The first bytes of a sealed file.
pub(crate) const SEAL_MAGIC: [u8; 8] = *b"\x89LGSEAL1";
/// Longest block in raw bytes: one frame may be as long as [`crate::record::MAX_ENTRY`] and more.
pub(crate) const BLOCK_MOST: u32 = 4 << 20;
