//! What is held stays.

use super::super::outcome;
use super::hand::{Hand, order, swept};
use crate::model::{Reason, RequestId};
use crate::ports::Clock;
use crate::record::retention::Retention;
use crate::record::{RequestRecord, plain_request};
use crate::store::Unsigned;
use crate::store::query::Filter;
use crate::store::sweep::{Sweeper, read_receipts};
use std::cell::Cell;

#[test]
fn what_is_held_stays_and_what_is_not_goes() {
    let mut hand = Hand::days(2);
    hand.day(&[plain_request(20), RequestRecord { user: Some("Kim"), ..plain_request(21) }]);
    hand.write(&[outcome(20), outcome(21)]);
    hand.day(&[plain_request(22)]);
    hand.day(&[plain_request(23)]);
    hand.clock.pass(400);
    let id = hand.hold(&Filter { user: Some("kim".into()), ..Filter::default() });
    assert_eq!(id, "H-1");
    let report = hand.sweep();
    assert_eq!(swept(&report), [1, 2, 5]);
    assert_eq!(report.held, [(3, vec!["H-1".to_owned()]), (4, vec!["H-1".to_owned()])], "with the outcome in the next segment");
    assert_eq!(report.overdue, [3, 4], "a hold wins over the ceiling, and it is said");
    let checked = hand.check();
    assert!(checked.is_whole() && !checked.starts_late && checked.swept_segments == 3, "{checked:?}");
    assert_eq!(checked.records, 5);
    hand.release("h-1");
    assert_eq!(swept(&hand.sweep()), [3, 4]);
    let checked = hand.check();
    assert!(checked.is_whole() && checked.swept_segments == 5, "{checked:?}");
    let leaves: Vec<_> = read_receipts(&hand.disk).unwrap().entries.iter().map(|r| (r.segment, r.first_leaf)).collect();
    assert_eq!(leaves, [(1, Some(0)), (2, Some(3)), (5, Some(11)), (3, Some(6)), (4, Some(8))]);
}

#[test]
fn a_sweeper_that_remembers_sees_holds_that_come_and_go() {
    let hand = Hand::days(2);
    hand.clock.pass(92);
    let policy = Retention::default();
    let mut sweeper = Sweeper::default();
    let id = hand.hold(&Filter { reference: Some(RequestId(2)), ..Filter::default() });
    let mut turn = || swept(&sweeper.sweep_in(&hand.disk, &order(&policy, hand.clock.now()), &Unsigned).unwrap());
    assert_eq!(turn(), [2]);
    assert_eq!(turn(), [0_u64; 0]);
    let second = hand.hold(&Filter { reference: Some(RequestId(1)), ..Filter::default() });
    hand.release(&id);
    assert_eq!(turn(), [0_u64; 0]);
    hand.release(&second);
    assert_eq!(turn(), [1]);
}

#[test]
fn a_hold_that_comes_while_a_sweep_reads_waits_for_nothing_and_is_heeded() {
    let hand = Hand::days(4);
    hand.clock.pass(92);
    let (policy, turns, place) = (Retention::default(), Cell::new(0), Cell::new(true));
    let mut sweeper = Sweeper::default();
    let turn = || {
        // Somebody was quicker.
        turns.set(turns.get() + 1);
        Ok(place.take().then(|| hand.hold(&Filter { reference: Some(RequestId(5)), ..Filter::default() })))
    };
    let report = sweeper.sweep_by_turns(&hand.disk, &order(&policy, hand.clock.now()), &Unsigned, turn).unwrap();
    assert_eq!((swept(&report), report.held, turns.get()), (vec![1, 3, 4], vec![(2, vec!["H-1".to_owned()])], 2));
    let opened = Cell::new(0);
    let before = hand.disk.opened();
    let turn = || {
        opened.set(hand.disk.opened() - before);
        Ok(())
    };
    hand.release("H-1");
    let report = sweeper.sweep_by_turns(&hand.disk, &order(&policy, hand.clock.now()), &Unsigned, turn).unwrap();
    assert_eq!(swept(&report), [2]);
    let (before_turn, in_turn) = (opened.get(), hand.disk.opened() - before - opened.get());
    assert!(in_turn < before_turn, "segments are read before the turn: {before_turn} files opened before it, {in_turn} in it");
}

#[test]
fn a_hold_on_an_address_does_not_lose_a_statutory_record() {
    let hit = RequestRecord {
        reason: Reason::Statutory,
        verdict: Reason::Statutory.kind(),
        user: Some("Kim"),
        host: "bad.example.org",
        ..plain_request(1)
    };
    let on = |user: &str| Filter { user: Some(user.into()), host: Some("bad.example.org".into()), ..Filter::default() };
    for (user, expected) in [("kim", vec![]), ("lee", vec![1])] {
        let mut hand = Hand::new();
        hand.day(std::slice::from_ref(&hit));
        hand.clock.pass(200);
        hand.hold(&on(user));
        assert_eq!(swept(&hand.sweep()), expected, "{user}");
    }
}
