//! Proofs about the Merkle tree (RFC 9162 sections 2.1.3 and 2.1.4): that a record is in the log (inclusion), and that a later log still
//! holds an earlier one (consistency). Made from what is kept of segments, checked by anyone. Pure; a check must never panic or guess.

use super::tree::{Piece, Span, TreeHash};
use std::collections::HashMap;

/// Nodes of a tree that are known: the pieces of every segment, and all leaves of those segments that a proof leads into.
#[derive(Clone, Debug, Default)]
pub struct KnownNodes(HashMap<Piece, TreeHash>);

/// A proof cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// A leaf is not known, nor any node above it that would do.
    #[error("the hash of record {0} (counted from 0) is not known")]
    Unknown(u64),
    /// Asked for something that is not in the tree.
    #[error("there is no record {0} (counted from 0) in a log of {1}")]
    Outside(u64, u64),
}

impl KnownNodes {
    /// Learns the pieces of a span.
    pub fn learn(&mut self, span: &Span) {
        self.0.extend(span.pieces());
    }

    /// Learns leaves that follow each other, and every node that lies above them alone.
    pub fn learn_leaves(&mut self, start: u64, leaves: impl IntoIterator<Item = TreeHash>) {
        let mut row: Vec<(u64, TreeHash)> = (start..).zip(leaves).collect();
        for level in 0.. {
            self.0.extend(row.iter().map(|&(start, hash)| (Piece { start, level }, hash)));
            let odd = row.first().is_some_and(|(start, _)| start >> level & 1 == 1);
            let pairs = row.get(usize::from(odd)..).unwrap_or_default().chunks_exact(2);
            row = pairs.map(|pair| (pair[0].0, TreeHash::node(pair[0].1, pair[1].1))).collect();
            if row.is_empty() {
                return;
            }
        }
    }

    /// The root over the leaves `[start, end)`, where `start` is a multiple of a power of two not smaller than their number.
    ///
    /// # Errors
    /// [`ProofFault::Unknown`] when a leaf is missing.
    pub fn root(&self, start: u64, end: u64) -> Result<TreeHash, ProofFault> {
        let count = end.saturating_sub(start);
        if count == 0 {
            return Ok(TreeHash::empty());
        }
        let level = count.ilog2();
        let known = count.is_power_of_two().then(|| self.0.get(&Piece { start, level })).flatten();
        match known {
            Some(hash) => Ok(*hash),
            None if count == 1 => Err(ProofFault::Unknown(start)),
            None => {
                let middle = start + split(count);
                Ok(TreeHash::node(self.root(start, middle)?, self.root(middle, end)?))
            }
        }
    }

    /// The proof that leaf `index` is in the tree of `size` leaves: the hashes beside its way to the root, from below.
    ///
    /// # Errors
    /// [`ProofFault`].
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<TreeHash>, ProofFault> {
        if index >= size {
            return Err(ProofFault::Outside(index, size));
        }
        let (mut proof, mut start, mut end) = (Vec::new(), 0, size);
        while end - start > 1 {
            let middle = start + split(end - start);
            if index < middle {
                proof.push(self.root(middle, end)?);
                end = middle;
            } else {
                proof.push(self.root(start, middle)?);
                start = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// The proof that the tree of `second` leaves starts with the tree of `first`.
    ///
    /// # Errors
    /// [`ProofFault`].
    pub fn consistency(&self, first: u64, second: u64) -> Result<Vec<TreeHash>, ProofFault> {
        if first > second {
            return Err(ProofFault::Outside(first, second));
        }
        if first == 0 || first == second {
            return Ok(Vec::new());
        }
        let (mut proof, mut start, mut end, mut is_whole) = (Vec::new(), 0, second, true);
        while first != end {
            let middle = start + split(end - start);
            if first <= middle {
                proof.push(self.root(middle, end)?);
                end = middle;
            } else {
                proof.push(self.root(start, middle)?);
                start = middle;
                is_whole = false;
            }
        }
        if !is_whole {
            proof.push(self.root(start, end)?);
        }
        proof.reverse();
        Ok(proof)
    }
}

/// The largest power of two below a number of at least two.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Does the proof lead from this leaf at this index to this root? (RFC 9162 section 2.1.3.2)
#[must_use]
pub fn includes(leaf: TreeHash, index: u64, size: u64, proof: &[TreeHash], root: TreeHash) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut hash) = (index, size - 1, leaf);
    for &beside in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = TreeHash::node(beside, hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = TreeHash::node(hash, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// Does the proof show that the tree with the second root starts with the tree with the first? (RFC 9162 section 2.1.4.2)
#[must_use]
pub fn continues(first: (u64, TreeHash), second: (u64, TreeHash), proof: &[TreeHash]) -> bool {
    let ((first, first_root), (second, second_root)) = (first, second);
    if first == 0 || first >= second {
        let same = first_root == if first == 0 { TreeHash::empty() } else { second_root };
        return proof.is_empty() && same && first <= second;
    }
    let mut place = (first - 1) >> first.trailing_zeros();
    let mut last = (second - 1) >> first.trailing_zeros();
    let mut rest = proof.iter().copied();
    // Where the first tree is one whole piece, its root is where the proof starts.
    let Some(start) = (if place == 0 { Some(first_root) } else { rest.next() }) else { return false };
    let (mut old, mut new) = (start, start);
    for beside in rest {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            old = TreeHash::node(beside, old);
            new = TreeHash::node(beside, new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new = TreeHash::node(new, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old == first_root && new == second_root
}

#[cfg(test)]
mod tests;
