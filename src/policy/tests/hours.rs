//! Weekly hours with named dates against a naive model, for every minute of a year with both changes of the clocks.

use super::super::*;
use super::cascade::Dice;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// The days that the model knows: a year and a day on either side of it.
const FIRST: Date = date(2025, 12, 31);
const DAYS: i64 = 367;
const MINUTES: i64 = 1440;

/// The minutes of [`DAYS`], on the wall: true is inside.
struct Naive(Vec<bool>);

impl Naive {
    /// Marks every minute of every window, one by one.
    fn of(windows: &[Window]) -> Self {
        let mut inside = vec![windows.is_empty(); usize::try_from(DAYS * MINUTES).unwrap()];
        for window in windows {
            for day in 0..DAYS {
                if !starts(window, day) {
                    continue;
                }
                let length = if window.from < window.to { window.to - window.from } else { 1440 - window.from + window.to };
                let start = day * MINUTES + i64::from(window.from);
                for minute in start..start + i64::from(length) {
                    if let Some(slot) = inside.get_mut(usize::try_from(minute).unwrap()) {
                        *slot = true;
                    }
                }
            }
        }
        Self(inside)
    }

    fn contains(&self, time: DateTime) -> bool {
        let day = i64::from(FIRST.until(time.date()).unwrap().get_days());
        self.0[usize::try_from(day * MINUTES + i64::from(time.hour()) * 60 + i64::from(time.minute())).unwrap()]
    }
}

/// 31 December 2025 is a Wednesday.
fn starts(window: &Window, day: i64) -> bool {
    let weekday = (day + 2).rem_euclid(7);
    let date = FIRST.checked_add(day.days()).unwrap();
    let dated = window.dates.as_ref().is_none_or(|dates| {
        let named = dates.ranges.iter().any(|(first, last)| date >= *first && date <= *last);
        if dates.outside { !named } else { named }
    });
    window.days >> weekday & 1 == 1 && dated
}

fn window(dice: &mut Dice) -> Window {
    let from = dice.below(1440) as u16;
    let to = loop {
        // Every second one runs past midnight.
        let to = if dice.coin() { dice.below(u64::from(from).max(1)) as u16 } else { from + 1 + dice.below(u64::from(1440 - from)) as u16 };
        if to != from && to > 0 {
            break to;
        }
        if from == 0 {
            break 1440;
        }
    };
    let dates = dice.coin().then(|| {
        let mut next = FIRST;
        let ranges: Vec<(Date, Date)> = (0..dice.below(4))
            .map(|_| {
                let first = next.checked_add((dice.below(60) as i64).days()).unwrap();
                let last = first.checked_add((dice.below(60) as i64).days()).unwrap();
                next = last.tomorrow().unwrap();
                (first, last)
            })
            .collect();
        Dates { name: "term".into(), outside: dice.coin(), ranges: Arc::from(ranges) }
    });
    Window { days: dice.below(128) as u8, from, to, dates }
}

#[test]
fn every_minute_of_a_year_is_inside_or_outside_as_the_naive_model_says() {
    let london = TimeZone::get("Europe/London").unwrap();
    let start = date(2026, 1, 1).to_zoned(london.clone()).unwrap().timestamp();
    let wall: Vec<DateTime> = (0..365 * MINUTES).map(|minute| london.to_datetime(start + minute.minutes())).collect();
    assert_eq!((wall[0], wall[wall.len() - 1]), (date(2026, 1, 1).at(0, 0, 0, 0), date(2026, 12, 31).at(23, 59, 0, 0)));
    let repeated = wall.windows(2).filter(|pair| pair[1] <= pair[0]).count();
    let left_out = wall.windows(2).filter(|pair| pair[1] > pair[0] + 1.minutes()).count();
    assert_eq!((repeated, left_out), (1, 1), "the clocks change twice");
    let mut dice = Dice(20_260_101);
    let mut both = 0;
    for _ in 0..8 {
        let hours = WeeklyHours { windows: (0..dice.below(4)).map(|_| window(&mut dice)).collect() };
        let naive = Naive::of(&hours.windows);
        let mut counts = [0_u32; 2];
        for time in &wall {
            let inside = naive.contains(*time);
            assert_eq!(hours.contains(*time), inside, "{time} {hours:?}");
            counts[usize::from(inside)] += 1;
        }
        both += u32::from(counts[0] > 0 && counts[1] > 0);
    }
    assert!(both >= 4, "hours that are always or never open prove little: {both}");
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_on_which_it_starts() {
    let term = Dates { name: "term".into(), outside: false, ranges: [(date(2026, 9, 3), date(2026, 12, 18))].into() };
    let night = WeeklyHours { windows: vec![Window { days: 0b111_1111, from: 1320, to: 360, dates: Some(term) }] };
    for (time, inside) in [
        (date(2026, 9, 3).at(5, 59, 0, 0), false),
        (date(2026, 9, 3).at(22, 0, 0, 0), true),
        (date(2026, 12, 18).at(22, 0, 0, 0), true),
        (date(2026, 12, 19).at(5, 59, 0, 0), true),
        (date(2026, 12, 19).at(6, 0, 0, 0), false),
        (date(2026, 12, 19).at(22, 0, 0, 0), false),
    ] {
        assert_eq!(night.contains(time), inside, "{time}");
    }
}
