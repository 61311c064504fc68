//! The names that every image shares: how it starts, and its sections in their order.

// Buckets and words go to disk as they stand in memory.
const _: () = assert!(cfg!(target_endian = "little"), "images are written on little-endian machines only");

/// Start of every image.
pub(super) const MAGIC: [u8; 8] = *b"LIFELIST";
/// The newest format that is written and read.
pub(super) const FORMAT: u32 = 2;
/// The format of an image in which no names were learned.
pub(super) const WITHOUT_GUESSES: u32 = 1;
pub(super) const HEADER: usize = 72;

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
    /// What names look like.
    Guesses = 10,
}

impl Section {
    /// Those of every image.
    pub(super) const ALL: [Self; 9] = [
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
