//! Lines of receipts and holds that were changed, torn or do not fit.

use super::super::fake::FakeFiles;
use super::hand::{Hand, sweep, swept};
use crate::model::RequestId;
use crate::store::query::Filter;
use crate::store::sweep::{DeletionReceipt, read_receipts};
use crate::store::verify::verify_in;
use crate::store::{ReadFault, Unsigned};

/// The receipts as lines.
fn lines(disk: &FakeFiles, name: &str) -> Vec<String> {
    String::from_utf8(disk.bytes(name)).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn a_line_of_receipts_or_holds_that_was_changed_is_found_and_nothing_goes() {
    for name in ["receipts.log", "holds.log"] {
        for what in ["changed", "dropped", "swapped", "doubled"] {
            let hand = Hand::days(5);
            hand.clock.pass(91);
            for reference in [1, 2, 3] {
                let id = hand.hold(&Filter { reference: Some(RequestId(100 + reference)), ..Filter::default() });
                hand.release(&id);
            }
            assert_eq!(swept(&hand.sweep()), [1, 2, 3, 4]);
            let mut all = lines(&hand.disk, name);
            match what {
                "changed" => all[1] = all[1].replace("R. Reader", "R. Riader").replace("test", "test "),
                "dropped" => drop(all.remove(1)),
                "swapped" => all.swap(1, 2),
                _ => all.insert(1, all[0].clone()),
            }
            hand.disk.put(name, (all.join("\n") + "\n").into_bytes());
            hand.clock.pass(10);
            assert!(sweep(&hand.disk, &hand.clock).is_err(), "{name} {what}");
            if name == "receipts.log" {
                let checked = hand.check();
                assert!(matches!(&checked.faults[0], ReadFault::Damaged { path, .. } if path.ends_with(name)), "{what}: {checked:?}");
            }
        }
    }
}

#[test]
fn a_receipt_that_does_not_fit_leads_nowhere() {
    type Change = fn(&mut DeletionReceipt);
    let table: [(&str, Change); 6] = [
        ("the chain behind it", |receipt| receipt.chain_after = "00".repeat(32)),
        ("the chain before it", |receipt| receipt.chain_before = "11".repeat(32)),
        ("its number", |receipt| receipt.segment += 7),
        ("what it follows", |receipt| receipt.follows = 0),
        ("its records", |receipt| receipt.records -= 1),
        ("where it ends", |receipt| (receipt.next, receipt.records) = (receipt.next + 1, receipt.records + 1)),
    ];
    for (what, change) in table {
        let hand = Hand::days(4);
        hand.clock.pass(300);
        hand.hold(&Filter { reference: Some(RequestId(1)), ..Filter::default() });
        assert_eq!(swept(&hand.sweep()), [2, 3, 4]);
        // Someone writes the file anew, with a chain of lines that is right.
        let mut all = read_receipts(&hand.disk).unwrap().entries;
        change(&mut all[1]);
        hand.disk.put("receipts.log", Vec::new());
        let mut notes = read_receipts(&hand.disk).unwrap();
        for receipt in all {
            let title = "lifeguard deletion receipt v1";
            notes.append(&hand.disk, "receipts.log", title, receipt, &Unsigned).unwrap();
        }
        assert!(!hand.check().is_whole(), "{what}");
    }
}

#[test]
fn a_torn_line_never_counted_and_holds_up_nobody() {
    let hand = Hand::days(3);
    hand.clock.pass(90);
    assert_eq!(swept(&hand.sweep()), [1]);
    let whole = hand.disk.bytes("receipts.log");
    for cut in [1, 10, whole.len() / 2] {
        let mut torn = whole.clone();
        torn.extend_from_slice(&whole[..cut]);
        hand.disk.put("receipts.log", torn);
        assert!(hand.check().is_whole());
        let disk = hand.disk.after_kill();
        hand.clock.pass(1);
        let report = sweep(&disk, &hand.clock).unwrap();
        hand.clock.pass(-1);
        assert_eq!(swept(&report), [2]);
        let receipts = read_receipts(&disk).unwrap();
        assert_eq!((receipts.entries.len(), receipts.torn, receipts.faults.len()), (2, 1, 0));
        assert!(verify_in(&disk).unwrap().is_whole());
    }
}
