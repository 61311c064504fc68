//! The directory and the foot of a sealed file. Bytes in, bytes out; nothing read here is believed without its checksum.

use super::BLOCK_MOST;

/// Bytes of the foot.
pub(super) const FOOT: usize = 48;
/// Bytes of one entry.
const ENTRY: usize = 64;
/// Most blocks in one file: far above what any segment has.
const MOST_BLOCKS: usize = 1 << 20;
const LAST: [u8; 4] = *b"LGS1";

/// Where one block stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockPlace {
    pub(crate) offset: u64,
    pub(crate) packed: u32,
    pub(crate) checksum: u32,
    pub(crate) raw_at: u64,
    pub(crate) raw: u32,
    /// Length of the folded form; 0: the block is raw bytes.
    pub(crate) folded: u32,
    pub(crate) first: u64,
    pub(crate) earliest: i64,
    pub(crate) latest: i64,
    pub(crate) records: u64,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) raw_length: u64,
    pub(crate) texts: u64,
    pub(crate) blocks: Vec<BlockPlace>,
}

/// What the foot says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Foot {
    pub(super) directory_at: u64,
    pub(super) directory_packed: u64,
    pub(super) directory: u64,
    pub(super) texts_packed: u64,
    pub(super) texts_checksum: u32,
    pub(super) directory_checksum: u32,
}

/// What is wrong with a sealed file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// The foot is not whole.
    #[error("the foot of the sealed file is not whole")]
    Foot,
    /// The directory is not whole.
    #[error("the directory of the sealed file is not whole")]
    Directory,
    /// The texts are not whole.
    #[error("the texts of the sealed file are not whole")]
    Texts,
    /// The first bytes are wrong.
    #[error("this is not a sealed segment of the log")]
    Foreign,
    /// A block.
    #[error("the block of the sealed file at byte {at}, with {records} records (the segment's bytes {raw_at} to {raw_end}), is not whole")]
    Block {
        /// Offset in the sealed file.
        at: u64,
        /// Offset in the raw segment.
        raw_at: u64,
        /// Offset in the raw segment of what is behind it.
        raw_end: u64,
        /// Records in it, as the directory says.
        records: u64,
    },
}

impl Foot {
    pub(super) fn to_bytes(self) -> [u8; FOOT] {
        let mut out = Vec::with_capacity(FOOT);
        for number in [self.directory_at, self.directory_packed, self.directory, self.texts_packed] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&self.texts_checksum.to_le_bytes());
        out.extend_from_slice(&self.directory_checksum.to_le_bytes());
        out.extend_from_slice(&crc32fast::hash(&out).to_le_bytes());
        out.extend_from_slice(&LAST);
        out.try_into().expect("four numbers of eight bytes and four of four are 48 bytes")
    }

    pub(super) fn read(bytes: &[u8; FOOT]) -> Result<Self, SealFault> {
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap_or_default());
        let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        if bytes[44..] != LAST || crc32fast::hash(&bytes[..40]) != word(40) {
            return Err(SealFault::Foot);
        }
        Ok(Self {
            directory_at: long(0),
            directory_packed: long(8),
            directory: long(16),
            texts_packed: long(24),
            texts_checksum: word(32),
            directory_checksum: word(36),
        })
    }
}

impl Directory {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(16 + ENTRY * self.blocks.len());
        out.extend_from_slice(&self.raw_length.to_le_bytes());
        out.extend_from_slice(&self.texts.to_le_bytes());
        for block in &self.blocks {
            out.extend_from_slice(&block.offset.to_le_bytes());
            out.extend_from_slice(&block.packed.to_le_bytes());
            out.extend_from_slice(&block.checksum.to_le_bytes());
            out.extend_from_slice(&block.raw_at.to_le_bytes());
            out.extend_from_slice(&block.raw.to_le_bytes());
            out.extend_from_slice(&block.folded.to_le_bytes());
            out.extend_from_slice(&block.first.to_le_bytes());
            out.extend_from_slice(&block.earliest.to_le_bytes());
            out.extend_from_slice(&block.latest.to_le_bytes());
            out.extend_from_slice(&block.records.to_le_bytes());
        }
        out
    }

    /// Most bytes that a directory may have.
    pub(super) const MOST: u64 = (16 + ENTRY * MOST_BLOCKS) as u64;

    pub(super) fn read(bytes: &[u8]) -> Result<Self, SealFault> {
        let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let (Some(raw_length), Some(texts)) = (long(0), long(8)) else { return Err(SealFault::Directory) };
        let (entries, left) = bytes[16..].as_chunks::<ENTRY>();
        let blocks: Vec<BlockPlace> = entries.iter().map(block).collect();
        let mut at = 0;
        for block in &blocks {
            if block.raw_at != at || block.raw > BLOCK_MOST || block.folded > 2 * BLOCK_MOST {
                return Err(SealFault::Directory);
            }
            at += u64::from(block.raw);
        }
        if !left.is_empty() || at != raw_length {
            return Err(SealFault::Directory);
        }
        Ok(Self { raw_length, texts, blocks })
    }

    /// The block that holds this byte of the raw file.
    pub(crate) fn at(&self, raw: u64) -> Option<usize> {
        let index = self.blocks.partition_point(|block| block.raw_at + u64::from(block.raw) <= raw);
        (index < self.blocks.len()).then_some(index)
    }

    /// The block that holds the record with this number, if any does, and the number at which the next block with records starts.
    pub(crate) fn of(&self, sequence: u64) -> Option<(usize, u64)> {
        let behind = self.blocks.partition_point(|block| block.first <= sequence);
        let index = self.blocks[..behind].iter().rposition(|block| block.records > 0)?;
        let next = self.blocks[behind..].iter().find(|block| block.records > 0);
        Some((index, next.map_or(u64::MAX, |block| block.first)))
    }
}

fn block(bytes: &[u8; ENTRY]) -> BlockPlace {
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap_or_default());
    let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
    BlockPlace {
        offset: long(0),
        packed: word(8),
        checksum: word(12),
        raw_at: long(16),
        raw: word(24),
        folded: word(28),
        first: long(32),
        earliest: long(40) as i64,
        latest: long(48) as i64,
        records: long(56),
    }
}
