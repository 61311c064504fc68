use super::*;
use crate::model::Timestamp;
use proptest::prelude::*;

const HOUR: u64 = 3600;

/// A mark at this wall time and this monotonic time, in hours.
fn mark(boot: &str, wall: i64, monotonic: u64, synchronised: bool) -> Mark {
    let at = Moment { wall: Timestamp::from_seconds(1_764_000_000 + wall * 3600), monotonic_us: monotonic * HOUR * 1_000_000 };
    Mark { at, boot: boot.into(), synchronised }
}

fn hours(ages: &[Duration]) -> Vec<u64> {
    ages.iter().map(|age| age.as_secs() / HOUR).collect()
}

#[test]
fn only_time_that_was_witnessed_makes_anything_older() {
    let year = 365 * 24;
    // what happened, marks, monotonic hours now (of the writer), expected ages in hours
    type Row = (&'static str, Vec<Mark>, Option<u64>, Vec<u64>);
    let table: Vec<Row> = vec![
        ("one run", vec![mark("a", 0, 0, false), mark("a", 1, 1, false), mark("a", 2, 2, false)], Some(5), vec![4, 3]),
        ("another program asks", vec![mark("a", 0, 0, false), mark("a", 1, 1, false), mark("a", 2, 2, false)], None, vec![1, 0]),
        (
            "forward a year within a run",
            vec![mark("a", 0, 0, true), mark("a", year, 1, true), mark("a", year + 1, 2, true)],
            Some(2),
            vec![1, 0],
        ),
        ("back a day within a run", vec![mark("a", 0, 0, true), mark("a", -24, 1, true), mark("a", -23, 2, true)], Some(2), vec![1, 0]),
        (
            "off for a weekend, synchronised",
            vec![mark("a", 0, 0, true), mark("a", 1, 1, true), mark("b", 64, 0, true)],
            Some(0),
            vec![63, 0],
        ),
        (
            "off, and the clock not known",
            vec![mark("a", 0, 0, true), mark("a", 1, 1, true), mark("b", year, 0, false)],
            Some(0),
            vec![0, 0],
        ),
        (
            "off, and known only afterwards",
            vec![mark("a", 0, 0, false), mark("a", 1, 1, false), mark("b", year, 0, true)],
            Some(0),
            vec![0, 0],
        ),
        ("off, and the clock went back", vec![mark("a", 0, 0, true), mark("a", 1, 1, true), mark("b", -500, 0, true)], Some(0), vec![0, 0]),
        ("restarted in the same boot", vec![mark("a", 0, 5, true), mark("a", 3, 0, true), mark("a", 4, 1, true)], Some(1), vec![1, 0]),
        ("no boot is known", vec![mark("", 0, 0, false), mark("", 1, 1, false), mark("", 2, 2, false)], Some(2), vec![0, 0]),
        ("one segment", vec![mark("a", 0, 0, true)], Some(9), vec![]),
        ("none", vec![], Some(9), vec![]),
    ];
    for (what, marks, now, expected) in table {
        let now = now.map(|hours| Moment { wall: Timestamp(0), monotonic_us: hours * HOUR * 1_000_000 });
        assert_eq!(hours(&Retention::default().witnessed_ages(&marks, now)), expected, "{what}");
    }
    let trusting = Retention { trust_clock: true, ..Retention::default() };
    let marks = [mark("a", 0, 0, false), mark("a", 1, 1, false), mark("b", 64, 0, false)];
    assert_eq!(hours(&trusting.witnessed_ages(&marks, None)), [63, 0], "the operator trusts the clock");
}

#[test]
fn the_wall_clock_has_to_agree_and_a_wrong_future_does_not_keep_for_ever() {
    let day = 86_400_000_000_i64;
    let span = Duration::from_secs(92 * 86_400);
    let table = [
        ("just", 0, vec![], 92 * day, true),
        ("a microsecond early", 1, vec![], 92 * day, false),
        ("the clock stands before the records", 5 * day, vec![], 0, false),
        ("records of a wrong future, put right afterwards", 4000 * day, vec![3 * day], 95 * day, true),
        ("the same too early", 4000 * day, vec![3 * day], 94 * day, false),
        ("the ends of time", i64::MIN, vec![], i64::MAX, true),
    ];
    for (what, latest, later, now, agrees) in table {
        assert_eq!(clock_agrees(latest, later, now, span), agrees, "{what}");
    }
}

#[test]
fn a_segment_goes_when_everything_in_it_may() {
    let mut policy = Retention::default();
    policy.groups.insert("staff".into(), DAY * 99);
    let content = |classes: &[Class], groups: &[&str]| Content {
        classes: classes.iter().copied().collect(),
        groups: groups.iter().map(|name| (*name).to_owned()).collect(),
    };
    let table = [
        (content(&[], &[]), 92, 100),
        (content(&[Class::WebLog], &["children"]), 92, 100),
        (content(&[Class::WebLog], &["children", "staff"]), 99, 100),
        (content(&[Class::WebLog, Class::AdminAudit], &["children"]), 365, 100),
        (content(&[Class::Incidents], &[]), 2192, 2200),
    ];
    for (content, floor, ceiling) in table {
        let days = |time: Duration| time.as_secs() / 86_400;
        assert_eq!((days(policy.floor(&content)), days(policy.ceiling(&content))), (floor, ceiling), "{content:?}");
    }
}

#[test]
fn the_profiles_are_those_of_their_sources() {
    let days = |profile: Profile| Class::ALL.map(|class| profile.span(class).keep.as_secs() / 86_400);
    assert_eq!(days(Profile::Schools), [92, 92, 92, 365, 2192, 2192]);
    assert_eq!(days(Profile::CommunicationsCode), [4, 365, 183, 365, 2192, 2192]);
    for (place, class) in Class::ALL.into_iter().enumerate() {
        assert_eq!(class as usize, place, "spans are found by the number of their class");
    }
    let line = Retention::default().line();
    assert!(line.starts_with("web_log 92-100 days, identity_map 92-100 days"), "{line}");
}

proptest! {
    /// L9: put the wall clock of any heads forward or back by anything: no age is ever larger than what the monotonic clocks show,
    /// as long as the clock is not known to be synchronised.
    #[test]
    fn no_jump_of_the_wall_clock_makes_anything_older(runs in proptest::collection::vec((0_u8..3, 0_u64..100, any::<i32>()), 1..30)) {
        let (mut marks, mut boot, mut monotonic, mut real) = (Vec::new(), 0_u32, 0_u64, vec![]);
        for (restart, step, jump) in runs {
            if restart == 0 {
                boot += 1;
                monotonic = 0;
            } else {
                monotonic += step;
            }
            real.push(step);
            marks.push(mark(&boot.to_string(), i64::from(jump), monotonic, false));
        }
        let now = Moment { wall: Timestamp(i64::MAX), monotonic_us: monotonic * HOUR * 1_000_000 };
        let ages = hours(&Retention::default().witnessed_ages(&marks, Some(now)));
        for (index, age) in ages.iter().enumerate() {
            let passed: u64 = real[index + 2..].iter().sum();
            prop_assert!(*age <= passed, "segment {index}: {age} of {passed}");
        }
        prop_assert!(ages.is_sorted_by(|a, b| a >= b));
    }
}
