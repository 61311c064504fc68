//! The same names give the same weights: on any machine, and from one version to the next, unless somebody changes how they are learned.

use super::gather::NameGatherer;
use super::teach::{NameSettings, Taught, teach};
use super::weights::NameModel;
use crate::lists::names::train::Order;
use crate::model::{CategoryId, ListId};

/// The sum of everything that was learned. **Where this test fails, learning has changed**: then every installation learns other weights from
/// the lists it has, and the figures of [`crate::manual::names`] are to be measured anew before this number is.
const LEARNED: u64 = 0x258e_8e8c_6bde_722f;

const KINDS: [&str; 3] = ["kasino", "bargain", ""];

fn names(kind: &str, seed: u64, count: usize) -> Vec<String> {
    let mut letters = [*b"abdefgiklmnoprstuv-0"; 2].concat();
    let mut order = Order(seed);
    let mut name = || {
        order.shuffle(&mut letters);
        let text: String = letters[..8].iter().map(|byte| char::from(*byte)).collect();
        format!("{}{kind}.example", text.trim_matches('-'))
    };
    (0..count).map(|_| name()).collect()
}

fn learned() -> NameModel {
    let mut gatherer = NameGatherer::default();
    gatherer.wanted = true;
    for (list, kind) in (0..).zip(&KINDS[..2]) {
        names(kind, 11 + u64::from(list), 700).iter().for_each(|name| gatherer.host(ListId(list), name));
    }
    let mut taught = Taught::new(NameSettings { false_positives: 0.01, ..NameSettings::default() });
    taught.allow("allow", names(KINDS[2], 17, 4_000).join("\n").as_bytes()).unwrap();
    let categories = [CategoryId(0), CategoryId(1)];
    teach(taught, vec![gatherer], (&categories, &["casino".into(), "shops".into()]), 0).0
}

#[test]
fn the_same_names_give_the_same_weights_everywhere() {
    let model = learned();
    assert_eq!(model.columns.len(), 2, "both are on: {:?}", model.reports);
    assert!(!model.guess("newkasino.example").is_empty() && model.guess("somewhere.example").is_empty());
    let columns = model.columns.iter().flat_map(|column| {
        let lines = u64::from(column.scale.to_bits()) << 32 | u64::from(column.bias.to_bits());
        lines.to_le_bytes().into_iter().chain(column.enough.to_le_bytes())
    });
    let all = columns.chain(model.rows.iter().copied());
    let sum = all.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    assert_eq!(sum, LEARNED, "{sum:#x}");
}
