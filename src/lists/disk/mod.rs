//! The image as bytes.
//!
//! Invariants of format 1 (all numbers little-endian):
//! - Header, 72 bytes: `LIFELIST`, format (u32), reserved (u32, 0), length of the content (u64), key check (8 bytes: which
//!   installation key the image was made with; tells nothing about it), SHA-256 of the content (32 bytes), reserved (8 bytes, 0).
//! - Content: nine sections, in the order of [`Section`], each its number (u32), its length in bytes (u64) and its bytes.
//! - Nothing follows the content. Nothing in it is text of a statutory entry, and no key is in it.
//! - The version of an image is the first 16 hexadecimal digits of the SHA-256.
//! - An image of another format, another key, another length or another checksum is refused as a whole; a reader never
//!   asks for more memory than the bytes that have come.

mod codec;
mod fault;
mod hex;
mod read;
mod write;

pub use fault::ImageFault;
pub(crate) use hex::hexadecimal;

/// Start of every image.
const MAGIC: [u8; 8] = *b"LIFELIST";
/// The format that is written and read.
const FORMAT: u32 = 1;
const HEADER: usize = 72;

/// The sections, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Section {
    /// Category names and lists.
    Names = 1,
    /// Shapes of hosts and pages.
    Shapes = 2,
    /// Sets of lists.
    Sets = 3,
    /// Buckets of the table.
    Buckets = 4,
    /// Keys with set numbers beyond a byte.
    Elsewhere = 5,
    /// Entries with query pairs.
    Pairs = 6,
    /// Statutory places.
    Statutory = 7,
    /// Statutory entries with query pairs.
    StatutoryPairs = 8,
    /// Keywords and expressions.
    Rules = 9,
}

impl Section {
    const ALL: [Self; 9] = [
        Self::Names,
        Self::Shapes,
        Self::Sets,
        Self::Buckets,
        Self::Elsewhere,
        Self::Pairs,
        Self::Statutory,
        Self::StatutoryPairs,
        Self::Rules,
    ];
}
