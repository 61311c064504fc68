//! Trends, counted from the log itself: one reading of five weeks, day by day, and once the first thirty days of each site. Bounded in memory;
//! people and hosts of before are hashes that nobody sees. Nothing that a list of illegal material decides is in a category or a host.

use super::App;
use super::jobs::{read_fault, steps};
use crate::admin::{Baseline, CategoryCount, FEW, GoOn, HOURS, JobStop, NewHost, SiteTrend, SpanCount, TrendsAsk, TrendsCounted};
use crate::model::{Bucket, Reason, Timestamp, VerdictKind};
use crate::record::RequestRecord;
use crate::store::give_way;
use crate::store::query::count as count_log;
use crate::store::query::{By, Filter, each_request};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

/// Different names of sites and categories.
const NAMES: usize = 2_000;
/// Hosts of before, and new ones.
const HOSTS_BEFORE: usize = 4_000_000;
const HOSTS: usize = 50_000;
/// People of a host, and of all categories of a span.
const PEOPLE: usize = 100_000;
const PAIRS: usize = 4_000_000;
/// New hosts that are shown.
const SHOWN: usize = 100;
const BASE_DAYS: i64 = 30;

type Hashes<T> = HashSet<T, rapidhash::fast::RandomState>;

/// Names by number: bounded; what comes beyond is the empty name.
#[derive(Default)]
struct Names {
    all: Vec<String>,
    places: HashMap<String, u16>,
}

impl Names {
    fn place(&mut self, name: &str) -> u16 {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        if self.all.len() >= NAMES {
            return 0;
        }
        let place = u16::try_from(self.all.len()).unwrap_or(0);
        self.all.push(name.to_owned());
        self.places.insert(name.to_owned(), place);
        place
    }
}

/// What is counted of one span: all together under the empty name, and each site.
#[derive(Default)]
struct Span {
    sites: BTreeMap<u16, SpanCount>,
    /// Of this day: who asked at all, and who asked for what.
    today: Hashes<(u16, u64)>,
    today_of: Hashes<(u16, u16, u64)>,
    /// Of the whole span: who asked for what.
    people: Hashes<(u16, u16, u64)>,
    days: BTreeMap<(u16, u16), u64>,
}

struct New {
    people: Hashes<u64>,
    host: NewHost,
}

struct Count<'a> {
    folder: &'a Path,
    hasher: rapidhash::fast::RandomState,
    sites: Names,
    categories: Names,
    before_hosts: Hashes<u64>,
    hosts: HashMap<String, New>,
    beyond: bool,
    damaged: u64,
    illegal: Option<Bucket>,
}

/// One request, as it is counted.
struct Seen {
    who: u64,
    sites: [u16; 2],
    categories: Vec<u16>,
    blocked: bool,
    hour: usize,
}

impl Span {
    fn take(&mut self, seen: &Seen) {
        let [whole, site] = seen.sites;
        let both = if whole == site { &seen.sites[..1] } else { &seen.sites[..] };
        for site in both {
            let count = self.sites.entry(*site).or_default();
            count.requests += 1;
            if seen.blocked {
                count.blocks += 1;
                count.blocked_hours.resize(HOURS, 0);
                count.blocked_hours[seen.hour % HOURS] += 1;
            }
            self.today.insert((*site, seen.who));
            self.today_of.extend(seen.categories.iter().map(|category| (*site, *category, seen.who)));
        }
    }

    /// A day is over.
    fn end_day(&mut self) {
        for (site, _) in self.today.drain() {
            self.sites.entry(site).or_default().person_days += 1;
        }
        for (site, category, who) in self.today_of.drain() {
            *self.days.entry((site, category)).or_default() += 1;
            if self.people.len() < PAIRS {
                self.people.insert((site, category, who));
            }
        }
    }

    fn finish(mut self, categories: &Names) -> BTreeMap<u16, SpanCount> {
        let mut people: BTreeMap<(u16, u16), u64> = BTreeMap::new();
        self.people.iter().for_each(|(site, category, _)| *people.entry((*site, *category)).or_default() += 1);
        for ((site, category), person_days) in self.days {
            let name = categories.all.get(usize::from(category)).cloned().unwrap_or_default();
            let count = CategoryCount { person_days, people: people.get(&(site, category)).copied().unwrap_or(0) };
            self.sites.entry(site).or_default().categories.insert(name, count);
        }
        self.sites
    }
}

/// The beginning of a day there.
fn begins(day: Date, zone: &TimeZone) -> i64 {
    day.to_zoned(zone.clone()).map_or(0, |at| at.timestamp().as_microsecond())
}

fn day_of(at: i64, zone: &TimeZone) -> Date {
    Timestamp(at).civil().to_zoned(zone.clone()).date()
}

/// Counts it.
///
/// # Errors
/// [`JobStop`]: it was not to go on, or the log cannot be read.
pub(super) fn count(folder: &Path, ask: &TrendsAsk, zone: &TimeZone, go_on: GoOn<'_>) -> Result<TrendsCounted, JobStop> {
    let mut counting = Count::new(folder);
    let last = day_of(ask.until, zone);
    let day = |back: i64| last.saturating_sub(back.days());
    let firsts = first_days(folder, zone, go_on)?;
    let due: Vec<(String, Date)> = firsts
        .iter()
        .filter(|(site, first)| !ask.known.contains(site) && first.saturating_add(BASE_DAYS.days()) <= last)
        .map(|(site, first)| (site.clone(), *first))
        .collect();
    let (mut before, mut week) = (Span::default(), Span::default());
    let all = 35 + due.len() * 30;
    let step = |done: usize| {
        let (done, of) = steps(done, all);
        if go_on(done, of) { Ok(()) } else { Err(JobStop::Stopped) }
    };
    for back in (1..=35).rev() {
        step(usize::try_from(35 - back).unwrap_or(0))?;
        let span = if back > 7 { &mut before } else { &mut week };
        counting.day((day(back), zone), span, None, if back > 7 { Part::Before } else { Part::Week })?;
    }
    let mut bases = Vec::new();
    for (number, (site, first)) in due.into_iter().enumerate() {
        let mut span = Span::default();
        for ahead in 0..BASE_DAYS {
            step(35 + number * 30 + usize::try_from(ahead).unwrap_or(0))?;
            let only = (!site.is_empty()).then_some(site.as_str());
            counting.day((first.saturating_add(ahead.days()), zone), &mut span, only, Part::Base)?;
        }
        let place = counting.sites.place(&site);
        let count = span.finish(&counting.categories).remove(&place).unwrap_or_default();
        bases.push(Baseline { site, span: (begins(first, zone), begins(first.saturating_add(BASE_DAYS.days()), zone)), count });
    }
    let began = firsts.get("").filter(|first| **first > day(35)).map_or(0, |first| begins(*first, zone));
    Ok(counting.finish((begins(day(7), zone), ask.until), began, (week, before), bases))
}

/// The first day of the log, all together and of each site.
fn first_days(folder: &Path, zone: &TimeZone, go_on: GoOn<'_>) -> Result<BTreeMap<String, Date>, JobStop> {
    if !go_on(0, 1) {
        return Err(JobStop::Stopped);
    }
    let filter = Filter { zone: Some(zone.clone()), ..Filter::default() };
    let counts = count_days(folder, &filter)?;
    let mut firsts: BTreeMap<String, Date> = BTreeMap::new();
    for (site, day) in counts {
        for site in [String::new(), site] {
            let first = firsts.entry(site).or_insert(day);
            *first = (*first).min(day);
        }
    }
    // A place of one site has that one under the empty name.
    if firsts.len() == 2 {
        firsts.retain(|site, _| site.is_empty());
    }
    Ok(firsts)
}

fn count_days(folder: &Path, filter: &Filter) -> Result<Vec<(String, Date)>, JobStop> {
    let counts = count_by(folder, filter)?;
    let pair = |key: Vec<String>| {
        let [site, day] = <[String; 2]>::try_from(key).ok()?;
        Some((site, day.parse().ok()?))
    };
    Ok(counts.into_iter().filter_map(pair).take(1_000_000).collect())
}

fn count_by(folder: &Path, filter: &Filter) -> Result<Vec<Vec<String>>, JobStop> {
    let counts = count_log(folder, filter, &[By::Site, By::Day], &|_, _| true).map_err(|fault| read_fault(&fault))?;
    Ok(counts.groups.into_iter().map(|(key, _)| key).collect())
}

/// Of which part of the count a day is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Before,
    Week,
    Base,
}

impl<'a> Count<'a> {
    fn new(folder: &'a Path) -> Self {
        let (mut sites, mut categories) = (Names::default(), Names::default());
        // The empty name is the first of each.
        sites.place("");
        categories.place("");
        Self {
            folder,
            hasher: rapidhash::fast::RandomState::default(),
            sites,
            categories,
            before_hosts: Hashes::default(),
            hosts: HashMap::new(),
            beyond: false,
            damaged: 0,
            illegal: Bucket::from_code("illegal-class"),
        }
    }

    fn hash(&self, text: &str) -> u64 {
        let mut state = self.hasher.build_hasher();
        state.write(text.as_bytes());
        state.finish()
    }

    /// Reads a day.
    fn day(&mut self, (day, zone): (Date, &TimeZone), span: &mut Span, site: Option<&str>, part: Part) -> Result<(), JobStop> {
        let (from, to) = (begins(day, zone), begins(day.saturating_add(1.day()), zone));
        let filter = Filter { from: Some(Timestamp(from)), to: Some(Timestamp(to)), site: site.map(str::to_owned), ..Filter::default() };
        let folder = self.folder;
        let streamed = each_request(folder, &filter, |_, record| {
            give_way();
            if record.reason == Reason::OwnPage {
                return;
            }
            let seen = self.seen(record, &Timestamp(record.at.wall.0).civil().to_zoned(zone.clone()));
            span.take(&seen);
            self.host(record, seen.who, part);
        });
        self.damaged = self.damaged.max(streamed.map_err(|fault| read_fault(&fault))?.damage.len() as u64);
        span.end_day();
        Ok(())
    }

    fn seen(&mut self, record: &RequestRecord<'_>, at: &Zoned) -> Seen {
        let who = record.user.map_or_else(|| record.asserted.unwrap_or(record.peer.ip()).to_string(), str::to_lowercase);
        let told = record.reason != Reason::Statutory && !self.is_illegal(record);
        let names: BTreeSet<&str> = record.categories.split(',').map(str::trim).filter(|name| !name.is_empty() && told).collect();
        let weekday = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0);
        Seen {
            who: self.hash(&who),
            sites: [0, self.sites.place(record.site)],
            categories: names.into_iter().map(|name| self.categories.place(name)).collect(),
            blocked: record.verdict == VerdictKind::Block,
            hour: weekday * 24 + usize::try_from(at.hour()).unwrap_or(0),
        }
    }

    fn is_illegal(&self, record: &RequestRecord<'_>) -> bool {
        self.illegal.is_some_and(|bucket| bucket.holds_any(&record.categories))
    }

    fn host(&mut self, record: &RequestRecord<'_>, who: u64, part: Part) {
        if part == Part::Base || record.host.is_empty() || record.reason == Reason::Statutory || self.is_illegal(record) {
            return;
        }
        let hash = self.hash(record.host);
        if part == Part::Before {
            if self.before_hosts.len() < HOSTS_BEFORE {
                self.before_hosts.insert(hash);
            } else {
                self.beyond = true;
            }
            return;
        }
        if self.before_hosts.contains(&hash) {
            return;
        }
        if self.hosts.len() >= HOSTS && !self.hosts.contains_key(record.host) {
            self.beyond = true;
            return;
        }
        let new = self.hosts.entry(record.host.to_owned()).or_insert_with(|| New {
            people: Hashes::default(),
            host: NewHost {
                host: record.host.to_owned(),
                categories: record
                    .categories
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .take(8)
                    .map(str::to_owned)
                    .collect(),
                first: record.at.wall.0,
                ..NewHost::default()
            },
        });
        if new.people.len() < PEOPLE {
            new.people.insert(who);
        }
        new.host.requests += 1;
        new.host.blocks += u64::from(record.verdict == VerdictKind::Block);
    }

    fn finish(self, span: (i64, i64), began: i64, (week, before): (Span, Span), bases: Vec<Baseline>) -> TrendsCounted {
        let (mut week, mut before) = (week.finish(&self.categories), before.finish(&self.categories));
        let mut sites: Vec<SiteTrend> = self
            .sites
            .all
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((u16::try_from(at).ok()?, name)))
            .map(|(at, name)| SiteTrend {
                site: name.clone(),
                week: week.remove(&at).unwrap_or_default(),
                before: before.remove(&at).unwrap_or_default(),
            })
            .filter(|trend| trend.site.is_empty() || trend.week.requests + trend.before.requests > 0)
            .collect();
        if sites.len() == 2 {
            sites.truncate(1);
        }
        let (told, few): (Vec<New>, Vec<New>) = self.hosts.into_values().partition(|new| new.people.len() as u64 >= FEW);
        let mut hosts: Vec<NewHost> = told.into_iter().map(|new| NewHost { people: new.people.len() as u64, ..new.host }).collect();
        hosts.sort_by(|a, b| (b.people, b.requests).cmp(&(a.people, a.requests)).then_with(|| a.host.cmp(&b.host)));
        hosts.truncate(if self.beyond { 0 } else { SHOWN });
        TrendsCounted { span, began, sites, hosts, few_hosts: few.len() as u64, beyond: self.beyond, damaged: self.damaged, bases }
    }
}

impl App {
    /// Without hosts that a statutory list holds today: it may have come after they were asked for.
    pub(super) fn without_listed(&self, mut counted: TrendsCounted) -> TrendsCounted {
        use crate::admin::Works;
        counted.hosts.retain(|host| self.ask(&format!("http://{}/", host.host)).is_ok_and(|verdict| !verdict.statutory));
        counted
    }
}
