//! Proofs against `ct-merkle` as a second opinion, and every changed proof refused.

use super::*;
use ct_merkle::digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update, typenum};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use proptest::prelude::*;

/// SHA-256 as the other implementation wants it.
#[derive(Clone)]
struct Sha256(aws_lc_rs::digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256))
    }
}

impl HashMarker for Sha256 {}

impl OutputSizeUser for Sha256 {
    type OutputSize = typenum::U32;
}

impl Update for Sha256 {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
}

impl FixedOutput for Sha256 {
    fn finalize_into(self, out: &mut Output<Self>) {
        out.copy_from_slice(self.0.finish().as_ref());
    }
}

fn value(index: u64) -> Vec<u8> {
    format!("record {index}").into_bytes()
}

fn leaf(index: u64) -> TreeHash {
    TreeHash::leaf(&value(index))
}

fn span(start: u64, end: u64) -> Span {
    let mut span = Span::empty_at(start);
    (start..end).for_each(|index| span.push(leaf(index)));
    span
}

fn root(size: u64) -> TreeHash {
    span(0, size).root().unwrap()
}

fn other(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|index| tree.push(value(index)));
    tree
}

fn flat(proof: &[TreeHash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

fn their_root(size: u64, root: TreeHash) -> RootHash<Sha256> {
    RootHash::new(Output::<Sha256>::from(root.0), size)
}

/// What a log keeps: pieces of segments cut at these places, and the leaves of the segments that hold `wanted`.
fn known(size: u64, cuts: &[u64], wanted: &[u64]) -> KnownNodes {
    let mut cuts: Vec<u64> = cuts.iter().map(|cut| cut % (size + 1)).chain([0, size]).collect();
    cuts.sort_unstable();
    let mut nodes = KnownNodes::default();
    for segment in cuts.windows(2) {
        nodes.learn(&span(segment[0], segment[1]));
        if wanted.iter().any(|at| (segment[0]..segment[1]).contains(at)) {
            nodes.learn_leaves(segment[0], (segment[0]..segment[1]).map(leaf));
        }
    }
    nodes
}

/// Every way to change a proof a little.
fn mutations(proof: &[TreeHash]) -> Vec<Vec<TreeHash>> {
    let mut all = vec![[proof, &[leaf(7)]].concat(), [&[leaf(7)], proof].concat()];
    for at in 0..proof.len() {
        let mut changed = proof.to_vec();
        changed[at].0[at % 32] ^= 1 << (at % 8);
        all.push(changed);
        let mut dropped = proof.to_vec();
        dropped.remove(at);
        all.push(dropped);
        let mut doubled = proof.to_vec();
        doubled.insert(at, proof[at]);
        all.push(doubled);
        let mut swapped = proof.to_vec();
        swapped.swap(at, proof.len() - 1);
        all.push(swapped);
    }
    all.retain(|changed| changed != proof);
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_inclusion_proof_is_the_one_that_others_make_and_no_other_is_taken(
        size in 1_u64..150, pick in any::<u64>(), cuts in proptest::collection::vec(any::<u64>(), 0..5)
    ) {
        let (index, root, theirs) = (pick % size, root(size), other(size));
        let proof = known(size, &cuts, &[index]).inclusion(index, size).unwrap();
        prop_assert_eq!(flat(&proof), theirs.prove_inclusion(index as usize).as_bytes().to_vec());
        prop_assert_eq!(theirs.root().as_bytes().to_vec(), root.0.to_vec());
        prop_assert!(includes(leaf(index), index, size, &proof, root));
        let foreign = InclusionProof::<Sha256>::from_bytes(flat(&proof));
        prop_assert!(their_root(size, root).verify_inclusion(&value(index), index, &foreign).is_ok());
        for changed in mutations(&proof) {
            prop_assert!(!includes(leaf(index), index, size, &changed, root), "{:?}", changed);
        }
        for other in (0..=size).filter(|&other| other != index) {
            prop_assert!(!includes(leaf(index), other, size, &proof, root));
            prop_assert!(!includes(leaf(other), index, size, &proof, root));
        }
    }

    #[test]
    fn a_consistency_proof_is_the_one_that_others_make_and_no_other_is_taken(
        size in 1_u64..150, pick in any::<u64>(), cuts in proptest::collection::vec(any::<u64>(), 0..5)
    ) {
        let first = 1 + pick % size;
        let (old, new) = ((first, root(first)), (size, root(size)));
        let proof = known(size, &cuts, &[first - 1, first]).consistency(first, size).unwrap();
        prop_assert!(continues(old, new, &proof));
        if first < size {
            prop_assert_eq!(flat(&proof), other(size).prove_consistency((size - first) as usize).as_bytes().to_vec());
            let foreign = ConsistencyProof::<Sha256>::try_from_bytes(flat(&proof)).unwrap();
            prop_assert!(their_root(size, new.1).verify_consistency(&their_root(first, old.1), &foreign).is_ok());
        }
        for changed in mutations(&proof) {
            prop_assert!(!continues(old, new, &changed), "{:?}", changed);
        }
        let wrong = (first, TreeHash::leaf(b"another log"));
        prop_assert!(!continues(wrong, new, &proof) && !continues(old, (size, wrong.1), &proof));
        prop_assert!(continues((0, TreeHash::empty()), new, &[]) && !continues(new, (size - 1, old.1), &[]));
    }

    #[test]
    fn any_proof_is_read_without_panic(first in any::<u64>(), second in any::<u64>(), length in 0_usize..70) {
        let proof = vec![leaf(1); length];
        prop_assert!(!includes(leaf(0), first, second, &proof, leaf(2)));
        let taken = continues((first, leaf(3)), (second, leaf(4)), &proof);
        prop_assert!(!taken);
    }
}

#[test]
fn what_is_not_known_is_named() {
    let mut nodes = KnownNodes::default();
    nodes.learn(&span(0, 5));
    assert_eq!(nodes.inclusion(6, 8), Err(ProofFault::Unknown(5)));
    assert_eq!(nodes.inclusion(8, 8), Err(ProofFault::Outside(8, 8)));
    assert_eq!(nodes.consistency(9, 8), Err(ProofFault::Outside(9, 8)));
    assert_eq!(nodes.inclusion(4, 5).unwrap(), [nodes.root(0, 4).unwrap()]);
}
