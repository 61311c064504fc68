//! The Merkle tree over all records of a log (RFC 9162 section 2.1; security L4), without holding its leaves: leaf hashes are taken one
//! by one, and what is kept of any run of them is the roots of its *canonical pieces*. Pure; it must never depend on anything but bytes.
//!
//! Invariants:
//!
//! * The leaf of a record is the frame without its checksum: leaf hash = `SHA-256(0x00 || frame)`, inner node =
//!   `SHA-256(0x01 || left || right)`, the root of no leaves = `SHA-256("")`.
//! * The leaf index counts the records along the path of the log from 0. Numbers lost in a crash do not count.
//! * The canonical pieces of leaves `[a, b)` are found from the left: always the largest power of two that divides the place and fits.
//!   There are at most twice as many as the number has binary digits.

use super::base64;
use super::chain::ChainValue;
use aws_lc_rs::digest::{Context, SHA256};
use std::fmt;

/// The hash of a leaf, of an inner node or of a whole tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeHash(pub [u8; 32]);

impl TreeHash {
    /// The root of a tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self(ChainValue::digest(b"").0)
    }

    /// The leaf hash of a record, given as its frame without the checksum.
    #[must_use]
    pub fn leaf(chained: &[u8]) -> Self {
        Self::of(&[0], chained, &[])
    }

    /// The node above two others.
    #[must_use]
    pub fn node(left: Self, right: Self) -> Self {
        Self::of(&[1], &left.0, &right.0)
    }

    /// Reads base64. `None` if it is not exactly 32 bytes in the one right spelling.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        base64::decode(text)?.try_into().ok().map(Self)
    }

    fn of(prefix: &[u8], first: &[u8], second: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in [prefix, first, second] {
            context.update(part);
        }
        Self(context.finish().as_ref().try_into().expect("SHA-256 gives 32 bytes"))
    }
}

/// In base64.
impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is kept of the leaves `[start, end)`: the roots of their canonical pieces. With `start` 0 it is the frontier of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    start: u64,
    end: u64,
    nodes: Vec<TreeHash>,
}

/// A subtree whose size is a power of two and that starts at a multiple of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Piece {
    /// Index of its first leaf.
    pub start: u64,
    /// It has two to the power of this many leaves.
    pub level: u32,
}

impl Piece {
    /// Number of its leaves.
    #[must_use]
    pub fn size(self) -> u64 {
        1 << self.level
    }
}

/// The canonical pieces of the leaves `[start, end)`, from left to right.
pub fn pieces(start: u64, end: u64) -> impl Iterator<Item = Piece> {
    let mut at = start;
    std::iter::from_fn(move || {
        let fits = end.checked_sub(at)?.checked_ilog2()?;
        let piece = Piece { start: at, level: at.trailing_zeros().min(fits) };
        at += piece.size();
        Some(piece)
    })
}

impl Span {
    /// No leaves yet; the first will have this index.
    #[must_use]
    pub fn empty_at(start: u64) -> Self {
        Self { start, end: start, nodes: Vec::new() }
    }

    /// The leaves `[start, end)` with the roots of their pieces. `None` if there are not as many roots as pieces.
    #[must_use]
    pub fn of(start: u64, end: u64, nodes: Vec<TreeHash>) -> Option<Self> {
        (start <= end && pieces(start, end).count() == nodes.len()).then_some(Self { start, end, nodes })
    }

    /// Index of the first leaf.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Index behind the last leaf; of a frontier, the size of the tree.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Number of leaves.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.end - self.start
    }

    /// The roots of the pieces, from left to right.
    #[must_use]
    pub fn nodes(&self) -> &[TreeHash] {
        &self.nodes
    }

    /// The pieces with their roots.
    pub fn pieces(&self) -> impl Iterator<Item = (Piece, TreeHash)> {
        pieces(self.start, self.end).zip(self.nodes.iter().copied())
    }

    /// Takes one more leaf.
    pub fn push(&mut self, leaf: TreeHash) {
        self.push_piece(0, leaf);
    }

    /// Takes the leaves that follow. `false`, and nothing is changed, if they do not follow.
    #[must_use]
    pub fn join(&mut self, next: &Self) -> bool {
        if next.start != self.end {
            return false;
        }
        for (piece, hash) in next.pieces() {
            self.push_piece(piece.level, hash);
        }
        true
    }

    /// The root of the tree of the first `end` leaves. `None` if the span does not start at leaf 0.
    #[must_use]
    pub fn root(&self) -> Option<TreeHash> {
        let mut from_right = self.nodes.iter().rev().copied();
        let last = from_right.next().unwrap_or_else(TreeHash::empty);
        (self.start == 0).then(|| from_right.fold(last, |right, left| TreeHash::node(left, right)))
    }

    /// Puts a piece at the end, and makes one of two as long as they are neighbours.
    fn push_piece(&mut self, mut level: u32, mut hash: TreeHash) {
        let mut start = self.end;
        self.end += 1 << level;
        while start & (1 << level) != 0 && start - (1 << level) >= self.start {
            let Some(left) = self.nodes.pop() else { break };
            hash = TreeHash::node(left, hash);
            start -= 1 << level;
            level += 1;
        }
        self.nodes.push(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex(text: &str) -> TreeHash {
        let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        TreeHash(std::array::from_fn(|n| byte(n * 2)))
    }

    fn leaves(count: u64) -> Vec<TreeHash> {
        (0..count).map(|n| TreeHash::leaf(&n.to_le_bytes())).collect()
    }

    fn span(start: u64, all: &[TreeHash]) -> Span {
        let mut span = Span::empty_at(start);
        all.iter().for_each(|leaf| span.push(*leaf));
        span
    }

    /// The definition in RFC 9162 section 2.1.1, word for word.
    fn root_by_definition(leaves: &[TreeHash]) -> TreeHash {
        match leaves {
            [] => TreeHash::empty(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                TreeHash::node(root_by_definition(left), root_by_definition(right))
            }
        }
    }

    /// The roots that certificate-transparency implementations publish for these eight leaves.
    #[test]
    fn published_roots_are_reproduced() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Span::empty_at(0);
        assert_eq!(tree.root(), Some(hex(roots[0])));
        for (input, root) in inputs.into_iter().zip(&roots[1..]) {
            tree.push(TreeHash::leaf(input));
            assert_eq!(tree.root(), Some(hex(root)), "{} leaves", tree.count());
        }
    }

    #[test]
    fn the_pieces_of_a_range_are_the_largest_aligned_ones() {
        let shown = |start, end| pieces(start, end).map(|piece| (piece.start, piece.size())).collect::<Vec<_>>();
        assert_eq!(shown(0, 0), []);
        assert_eq!(shown(0, 7), [(0, 4), (4, 2), (6, 1)]);
        assert_eq!(shown(3, 16), [(3, 1), (4, 4), (8, 8)]);
        assert_eq!(shown(5, 6), [(5, 1)]);
        assert!(pieces(1, u64::MAX).count() < 128);
    }

    proptest! {
        #[test]
        fn a_root_is_the_one_of_the_definition_however_the_leaves_come(count in 0_u64..300, cuts in proptest::collection::vec(0_u64..300, 0..4)) {
            let all = leaves(count);
            let whole = span(0, &all);
            prop_assert_eq!(whole.root(), Some(root_by_definition(&all)));
            let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.min(count)).chain([0, count]).collect();
            cuts.sort_unstable();
            let mut joined = Span::empty_at(0);
            for cut in cuts.windows(2) {
                let part = span(cut[0], &all[cut[0] as usize..cut[1] as usize]);
                prop_assert_eq!(Span::of(part.start(), part.end(), part.nodes().to_vec()), Some(part.clone()));
                prop_assert!(joined.join(&part));
            }
            prop_assert_eq!(&joined, &whole);
            prop_assert!(!joined.join(&Span::empty_at(count + 1)));
        }
    }
}
