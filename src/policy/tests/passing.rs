//! What depends on the moment says so.

use super::super::*;
use super::world::{group, image, local, rules};
use crate::model::Timestamp;

#[test]
fn hours_shares_and_ends_move_with_time_and_nothing_else_does() {
    let base = || Rules { groups: vec![group("one"), group("two")], local: vec![local(LocalAction::Block, "a.test")], ..rules() };
    let moves = |rules: Rules| PolicySet::build(rules, &image()).unwrap().moves_with_time();
    assert!(!moves(base()));
    let mut found = Vec::new();
    let school = WeeklyHours { windows: vec![Window { days: 0b1_1111, from: 480, to: 1_080, dates: None }] };
    for change in 0..4 {
        let mut rules = base();
        match change {
            0 => rules.groups[1].hours = school.clone(),
            1 => drop(rules.groups[1].category_hours.insert("games".into(), school.clone())),
            2 => drop(rules.groups[1].quota.insert("games".into(), Quota { minutes: Some(1), bytes: None })),
            _ => rules.local[0].expires = Some(Timestamp::from_seconds(1)),
        }
        found.push(moves(rules));
    }
    assert_eq!(found, [true; 4]);
}
