//! Figures for the console's pictures: two counts of the log, kept for a minute, and shown for some more while they are counted anew.
//! Summaries of finished segments tell most of them, since every edge lies on a full hour of the place.

use super::App;
use crate::admin::{CivilHour, DevicesSeen, FigureWorks, HourFigure, HourFigures, MonthFigures, Noise, Reach, Tunnels, WorksFault};
use crate::engine::Counted;
use crate::model::{Timestamp, VerdictKind};
use crate::store::query::{By, Counts, Filter, count};
use crate::store::quietly;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// A picture waits for so long at most; what was not counted until then is missing, and said so.
const PATIENCE: Duration = Duration::from_millis(1500);
const MINUTE: i64 = 60;
/// Days of the pictures, today among them.
const DAYS: i64 = 31;
const MONTHS: i32 = 12;

/// Minutes for which the former figures serve whoever comes while new ones are counted.
const FORMER: i64 = 5;

/// Figures of a minute, and the turn to count them anew.
#[derive(Debug)]
pub(super) struct Kept<T> {
    figures: Mutex<Option<(i64, Arc<T>)>>,
    turn: Mutex<()>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { figures: Mutex::default(), turn: Mutex::default() }
    }
}

impl<T> Kept<T> {
    /// Those of one of these minutes.
    fn of(&self, minutes: RangeInclusive<i64>) -> Option<Arc<T>> {
        let held = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|(of, _)| minutes.contains(of)).map(|(_, figures)| Arc::clone(figures))
    }
}

/// As many questions have figures that are kept: those that were asked last.
const QUESTIONS: usize = 48;

/// Sites that are asked for; nothing: all.
pub(super) type OfSites = Option<Vec<String>>;

/// Figures by what was asked for, those that were asked for last at the end.
#[derive(Debug)]
pub(super) struct Shelf<K, T>(Mutex<Vec<Of<K, T>>>);

type Of<K, T> = (K, Arc<Kept<T>>);

impl<K, T> Default for Shelf<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, T> Shelf<K, T> {
    /// Their place.
    pub(super) fn of(&self, key: K) -> Arc<Kept<T>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.iter().position(|(of, _)| *of == key).map(|at| held.remove(at));
        if held.len() >= QUESTIONS {
            held.remove(0);
        }
        let (key, figures) = known.unwrap_or_else(|| (key, Arc::default()));
        held.push((key, Arc::clone(&figures)));
        figures
    }
}

/// What was counted in this minute: one answer each for whoever reaches the same sites, however many ask.
#[derive(Debug, Default)]
pub(super) struct Figures {
    hours: Shelf<OfSites, HourFigures>,
    months: Shelf<OfSites, MonthFigures>,
    /// Devices of the week.
    pub(super) devices: Shelf<OfSites, DevicesSeen>,
    /// What may be blocked by mistake, by days that are looked back.
    pub(super) noise: Shelf<(OfSites, i64), Noise>,
}

pub(super) fn kept<T>(place: &Kept<T>, now: Timestamp, make: impl FnOnce() -> Result<T, WorksFault>) -> Result<Arc<T>, WorksFault> {
    let minute = now.seconds().div_euclid(MINUTE);
    if let Some(figures) = place.of(minute..=minute) {
        return Ok(figures);
    }
    // One counts. Whoever comes meanwhile gets the former figures, and waits for the new ones where there are none.
    let _turn = match place.turn.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => match place.of(minute - FORMER..=minute) {
            Some(former) => return Ok(former),
            None => place.turn.lock().unwrap_or_else(PoisonError::into_inner),
        },
    };
    if let Some(figures) = place.of(minute..=minute) {
        return Ok(figures);
    }
    let figures = Arc::new(make()?);
    *place.figures.lock().unwrap_or_else(PoisonError::into_inner) = Some((minute, Arc::clone(&figures)));
    Ok(figures)
}

/// The beginning of a day there.
fn begins(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|at| Timestamp(at.timestamp().as_microsecond()))
}

pub(super) struct Question<'a> {
    folder: &'a Path,
    pub(super) filter: Filter,
    pub(super) end: Instant,
}

impl<'a> Question<'a> {
    /// Before this day.
    fn before(self, day: Date, zone: &TimeZone) -> Self {
        Self { filter: Filter { to: begins(day, zone), ..self.filter }, ..self }
    }

    pub(super) fn since(folder: &'a Path, day: Date, zone: &TimeZone, sites: OfSites) -> Self {
        let filter = Filter { from: begins(day, zone), zone: Some(zone.clone()), sites, ..Filter::default() };
        Self { folder, filter, end: Instant::now() + PATIENCE }
    }

    /// All requests by unit of time and verdict, and blocked ones by unit of time and category.
    fn ask(&self, unit: By) -> Result<[Counts; 2], WorksFault> {
        let blocked = Filter { verdict: Some(VerdictKind::Block), ..self.filter.clone() };
        let one = |filter: &Filter, by: By| {
            let in_time = |_, _| Instant::now() < self.end;
            quietly(|| count(self.folder, filter, &[unit, by], &in_time)).map_err(|fault| WorksFault(fault.to_string().into()))
        };
        Ok([one(&self.filter, By::Verdict)?, one(&blocked, By::Category)?])
    }
}

fn incomplete(counts: &[Counts; 2]) -> bool {
    counts.iter().any(|counts| counts.cancelled || counts.overflow || !counts.damage.is_empty())
}

/// Keys of two parts: the unit of time, and the other.
fn pairs(counts: Counts) -> impl Iterator<Item = (String, String, u64)> {
    counts.groups.into_iter().filter_map(|(key, count)| match <[String; 2]>::try_from(key) {
        Ok([unit, other]) => Some((unit, other, count)),
        Err(_) => None,
    })
}

/// Requests and blocks by unit of time.
fn by_unit<K: Ord>(counts: Counts, key: impl Fn(&str) -> Option<K>) -> BTreeMap<K, (u64, u64)> {
    let mut units: BTreeMap<K, (u64, u64)> = BTreeMap::new();
    for (unit, verdict, count) in pairs(counts) {
        let Some(unit) = key(&unit) else { continue };
        let (requests, blocks) = units.entry(unit).or_default();
        *requests += count;
        *blocks += if verdict == VerdictKind::Block.code() { count } else { 0 };
    }
    units
}

/// `2026-11-22T10`.
fn hour_of(text: &str) -> Option<CivilHour> {
    let (day, hour) = text.split_once('T')?;
    Some(CivilHour { day: day.parse().ok()?, hour: hour.parse().ok()? })
}

/// `2026-11` of `2026-11-22`.
fn month_of(day: &str) -> Option<String> {
    day.get(..7).map(str::to_owned)
}

fn hours(folder: &Path, now: Timestamp, zone: &TimeZone, sites: OfSites) -> Result<HourFigures, WorksFault> {
    let here = now.civil().to_zoned(zone.clone());
    let first = here.date().saturating_sub(jiff::Span::new().days(DAYS - 1));
    let counts = Question::since(folder, first, zone, sites).ask(By::Hour)?;
    let incomplete = incomplete(&counts);
    let [all, blocked] = counts;
    let hours = by_unit(all, hour_of).into_iter().map(|(at, (requests, blocks))| HourFigure { at, requests, blocks }).collect();
    let categories = pairs(blocked).filter_map(|(unit, category, count)| Some((hour_of(&unit)?, category, count))).collect();
    Ok(HourFigures { now: CivilHour { day: here.date(), hour: here.hour() }, hours, categories, incomplete })
}

fn months(folder: &Path, now: Timestamp, zone: &TimeZone, sites: OfSites) -> Result<MonthFigures, WorksFault> {
    let this = now.civil().to_zoned(zone.clone()).date().first_of_month();
    // Months that are over: what is counted while it grows tells by two looks what happened between them, however small that is.
    let first = this.saturating_sub(jiff::Span::new().months(MONTHS));
    let counts = Question::since(folder, first, zone, sites).before(this, zone).ask(By::Day)?;
    let incomplete = incomplete(&counts);
    let [all, blocked] = counts;
    let counted = by_unit(all, month_of);
    let name = |back: i32| this.saturating_sub(jiff::Span::new().months(back)).strftime("%Y-%m").to_string();
    let month = |name: String| {
        let (requests, blocks) = counted.get(&name).copied().unwrap_or_default();
        (name, requests, blocks)
    };
    let mut categories: BTreeMap<String, u64> = BTreeMap::new();
    pairs(blocked).for_each(|(_, category, count)| *categories.entry(category).or_default() += count);
    Ok(MonthFigures { months: (1..=MONTHS).rev().map(name).map(month).collect(), categories: categories.into_iter().collect(), incomplete })
}

impl FigureWorks for App {
    fn hour_figures(&self, reach: &Reach) -> Result<Arc<HourFigures>, WorksFault> {
        let now = self.clock.now().wall;
        let zone = || self.feeding.settings().1.site.time_zone.clone();
        kept(&self.figures.hours.of(reach.asked()), now, || hours(self.standing.log_folder(), now, &zone(), reach.asked()))
    }

    fn month_figures(&self, reach: &Reach) -> Result<Arc<MonthFigures>, WorksFault> {
        let now = self.clock.now().wall;
        let zone = || self.feeding.settings().1.site.time_zone.clone();
        kept(&self.figures.months.of(reach.asked()), now, || months(self.standing.log_folder(), now, &zone(), reach.asked()))
    }

    fn tunnels(&self, reach: &Reach) -> Option<Tunnels> {
        let live = self.proxy.live.load_full();
        let (theirs, alike) = self.groups_of(reach, &live);
        let counted = theirs.into_iter().map(|(id, group)| {
            let told = !alike.contains(group.short_name());
            told.then(|| (group.short_name(), live.counted(id, self.started)))
        });
        // Each name is counted once, however many groups have it.
        let by_name: BTreeMap<&str, Counted> =
            counted.collect::<Option<Vec<_>>>()?.into_iter().filter_map(|(name, counted)| Some((name, counted?))).collect();
        Some(by_name.into_values().fold(Tunnels { since: self.started, ..Tunnels::default() }, |sum, one| Tunnels {
            since: sum.since,
            sealed: sum.sealed + one.sealed,
            opened: sum.opened + one.opened,
            gaps: sum.gaps + one.gaps,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn who_reaches_other_sites_has_other_figures_and_those_that_were_asked_for_last_are_kept() {
        let shelf = Shelf::<OfSites, u32>::default();
        let of = |site: usize| Some(vec![site.to_string()]);
        let first = shelf.of(None);
        assert!(Arc::ptr_eq(&first, &shelf.of(None)) && !Arc::ptr_eq(&first, &shelf.of(of(0))));
        for site in 0..QUESTIONS * 3 {
            shelf.of(of(site));
            assert!(Arc::ptr_eq(&first, &shelf.of(None)), "{site}");
        }
        assert_eq!(shelf.0.lock().unwrap().len(), QUESTIONS);
    }

    #[test]
    fn one_counts_and_whoever_comes_meanwhile_gets_the_figures_of_before() {
        let place = Arc::new(Kept::<u32>::default());
        let at = |minute: i64| Timestamp::from_seconds(minute * MINUTE);
        let never = || -> Result<u32, WorksFault> { panic!("counted twice") };
        assert_eq!(*kept(&place, at(10), || Ok(1)).unwrap(), 1);
        assert_eq!(*kept(&place, at(10), never).unwrap(), 1);
        let (begun, has_begun) = channel();
        let (end, ends) = channel::<()>();
        let counting = std::thread::spawn({
            let place = Arc::clone(&place);
            move || {
                kept(&place, at(15), || {
                    begun.send(()).unwrap();
                    ends.recv().unwrap();
                    Ok(2)
                })
            }
        });
        has_begun.recv().unwrap();
        assert_eq!(*kept(&place, at(15), never).unwrap(), 1, "of five minutes ago");
        let waits = std::thread::spawn({
            let place = Arc::clone(&place);
            move || kept(&place, at(16), || Ok(3))
        });
        std::thread::sleep(Duration::from_millis(50));
        assert!(!waits.is_finished(), "six minutes are too old, and so this one waits for its turn");
        end.send(()).unwrap();
        assert_eq!(*counting.join().unwrap().unwrap(), 2);
        assert_eq!(*waits.join().unwrap().unwrap(), 3);
        assert_eq!(
            *kept(&place, at(17), || Err(WorksFault("no".into()))).map_or(Arc::new(0), |is| is),
            0,
            "a fault is told, and nothing is kept of it"
        );
        assert_eq!(*kept(&place, at(9), || Ok(4)).unwrap(), 4, "a clock that was put back");
    }
}
