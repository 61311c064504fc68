//! The nodes of the Merkle tree that have to outlive a range of records, so that proofs and consistency work without it (RFC 9162
//! section 2.1: a leaf is SHA-256(0x00, bytes), a node SHA-256(0x01, left, right)). A range of leaves is covered by the largest whole
//! subtrees that start at a multiple of their own size: at most two a level.

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

/// The root of one whole subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its height: it covers `2^level` leaves.
    pub level: u8,
    /// Its place among the subtrees of this height, from 0.
    pub index: u64,
    /// Its hash, in hex.
    pub hash: String,
}

/// Takes the leaves of a range one by one.
#[derive(Clone, Debug)]
pub(crate) struct Leaves {
    next: u64,
    nodes: Vec<(u8, u64, [u8; 32])>,
}

impl Leaves {
    /// A range that starts with this leaf.
    pub(crate) fn from(first: u64) -> Self {
        Self { next: first, nodes: Vec::new() }
    }

    /// The next leaf.
    pub(crate) fn push(&mut self, chained: &[u8]) {
        let mut node = (0_u8, self.next, hash(&[&[0], chained]));
        self.next += 1;
        // A right child whose left sibling stands before it makes their parent.
        while let Some(&(level, index, left)) = self.nodes.last()
            && level == node.0
            && node.1 % 2 == 1
            && index + 1 == node.1
        {
            self.nodes.pop();
            node = (level + 1, index / 2, hash(&[&[1], &left, &node.2]));
        }
        self.nodes.push(node);
    }

    /// The subtrees that cover the range, from left to right.
    pub(crate) fn nodes(&self) -> Vec<Node> {
        let hex = |hash: &[u8; 32]| crate::record::chain::ChainValue(*hash).to_string();
        self.nodes.iter().map(|(level, index, hash)| Node { level: *level, index: *index, hash: hex(hash) }).collect()
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9162 section 2.1.1, as it is written there.
    fn root(leaves: &[Vec<u8>]) -> [u8; 32] {
        match leaves {
            [leaf] => hash(&[&[0], leaf]),
            _ => {
                let split = (leaves.len() / 2 + 1).next_power_of_two().min(leaves.len().next_power_of_two() / 2);
                hash(&[&[1], &root(&leaves[..split]), &root(&leaves[split..])])
            }
        }
    }

    #[test]
    fn the_nodes_of_a_range_are_the_roots_of_its_subtrees() {
        let all: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; usize::from(n)]).collect();
        for first in 0..20_u64 {
            for end in first..70 {
                let mut leaves = Leaves::from(first);
                all[first as usize..end as usize].iter().for_each(|leaf| leaves.push(leaf));
                let mut at = first;
                for node in leaves.nodes() {
                    let (start, size) = (node.index << node.level, 1 << node.level);
                    assert_eq!(start, at, "{first}..{end}: no gap");
                    let expected = root(&all[start as usize..(start + size) as usize]);
                    assert_eq!(node.hash, crate::record::chain::ChainValue(expected).to_string());
                    at = start + size;
                }
                assert_eq!(at, end);
                assert!(leaves.nodes().len() <= 14, "at most two a level");
            }
        }
    }
}
