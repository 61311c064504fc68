//! Which names teach, which are held out, and where the line is drawn: the false positives that are allowed say so, on names of the allow
//! corpus that nothing was learned from.
//!
//! Must never count a name as innocent whose owner is on any list, nor as something else's that may well be the category's own.

use super::family::{family, number};
use super::gather::NameGatherer;
use super::grams::Name;
use super::report::{LEAST_NAMES, LEAST_RECALL, NAMES_PER_FALSE_POSITIVE, NameReport, State};
use super::train::{Example, Learned, Method, learn, logarithm};
use super::weights::{Column, LANES, NOTHING, NameModel, bare, hundredths, stride};
use crate::lists::names::allow::{self, AllowFault};
use crate::model::{CategoryId, CategorySet};
use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::sync::Arc;

/// One owner in ten is held out of what a category is learned from.
const HELD_OUT: u64 = 10;
/// Of three owners in the allow corpus one draws the line; two teach.
const DRAWS_THE_LINE: u64 = 3;
/// Two categories that share this many of a hundred names of the smaller one are kin: the names of neither say what the other is not.
const KIN: u64 = 2;
/// The fewest held-out names that a share can be stated by.
const LEAST_HELD_OUT: usize = 30;

/// What an operator says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct NameSettings {
    /// Share of innocent names, 0 to 1, that may be taken for the category.
    pub false_positives: f64,
    /// The categories; empty means those with the most names.
    pub categories: Vec<Arc<str>>,
    /// Start of the order in which names are learned.
    pub seed: u64,
}

impl Default for NameSettings {
    fn default() -> Self {
        Self { false_positives: 0.001, categories: Vec::new(), seed: 1 }
    }
}

/// A name of the allow corpus that looks like a category: not innocent after all, or a mistake to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubtful {
    /// The category.
    pub category: CategoryId,
    /// In hundredths, as [`super::Guess::score`].
    pub score: i16,
    /// The name.
    pub name: Box<str>,
}

/// The material.
#[derive(Default)]
pub(crate) struct Taught {
    pub(crate) settings: NameSettings,
    allow: Vec<Box<str>>,
    pub(crate) bad_lines: u64,
}

impl Taught {
    pub(crate) fn new(settings: NameSettings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Adds a file of the allow corpus.
    pub(crate) fn allow(&mut self, file: &str, text: impl Read) -> Result<(), AllowFault> {
        let bad = allow::read(&mut self.allow, BufReader::new(text)).map_err(|source| AllowFault { file: file.into(), source })?;
        self.bad_lines += bad;
        Ok(())
    }
}

/// Learns from what was gathered. `category_of` is by list number; of each category the doubtful names come back, `doubtful` at most.
pub(crate) fn teach(
    taught: Taught,
    gathered: Vec<NameGatherer>,
    (category_of, categories): (&[CategoryId], &[Arc<str>]),
    doubtful: usize,
) -> (NameModel, Vec<Doubtful>) {
    let names = Names::new(NameGatherer::join(gathered), category_of);
    let Taught { settings, mut allow, .. } = taught;
    allow.sort_unstable();
    allow.dedup();
    let innocent = allow.iter().map(|name| &**name).filter(|name| !names.owners.contains_key(family(name)) && Name::new(name).is_some());
    let (lines, teachers): (Vec<&str>, Vec<&str>) = innocent.partition(|name| number(family(name)).is_multiple_of(DRAWS_THE_LINE));
    let chosen = names.choose(&settings, categories);
    let enough_allowed = lines.len() as f64 * settings.false_positives >= NAMES_PER_FALSE_POSITIVE as f64;
    let mut reports = chosen.off;
    if !enough_allowed {
        reports.extend(
            chosen.lanes.iter().map(|&category| NameReport { allowed: lines.len() as u32, ..names.report(category, State::TooFewAllowed) }),
        );
    }
    let lanes = if enough_allowed { chosen.lanes } else { Vec::new() };
    let mut model = NameModel { reports, ..NameModel::default() };
    let mut doubts = Vec::new();
    if !lanes.is_empty() {
        let method = Method { seed: settings.seed, ..Method::CHOSEN };
        let whole = Quantised::new(&names.learn(&lanes, &teachers, method), &lanes, names.all.len() + teachers.len());
        doubts = whole.draw_lines(&names, &lines, (&settings, doubtful), &mut model);
        model.exempt = exempt(&model, &allow);
    }
    model.reports.sort_unstable_by_key(|report| report.category);
    (model, doubts)
}

/// The names of the allow corpus that would look like something, so that nobody guesses at them: a mistake that is known is none.
fn exempt(model: &NameModel, allow: &[Box<str>]) -> Vec<Box<str>> {
    let mut exempt: Vec<Box<str>> = allow.iter().filter(|name| !model.guess(name).is_empty()).map(|name| bare(name).into()).collect();
    exempt.sort_unstable();
    exempt.dedup();
    exempt
}

/// Every name of the lists with the categories that it is in.
struct Names {
    all: Vec<(Box<str>, CategorySet)>,
    /// By owner: the categories of all their names.
    owners: HashMap<Box<str>, CategorySet, rapidhash::fast::RandomState>,
    /// By category number: names that teach, and names that are held out.
    counts: Vec<(usize, usize)>,
    kin: Vec<CategorySet>,
}

struct Chosen {
    lanes: Vec<CategoryId>,
    off: Vec<NameReport>,
}

fn is_held_out(name: &str) -> bool {
    number(family(name)) % HELD_OUT == 1
}

impl Names {
    fn new(lists: Vec<Vec<(u64, Box<str>)>>, category_of: &[CategoryId]) -> Self {
        let mut rows: Vec<(Box<str>, CategoryId)> = Vec::new();
        for (list, category) in lists.into_iter().zip(category_of) {
            rows.extend(list.into_iter().map(|(_, name)| (name, *category)));
        }
        rows.sort_unstable();
        let mut all: Vec<(Box<str>, CategorySet)> = Vec::new();
        let mut owners: HashMap<Box<str>, CategorySet, _> = HashMap::default();
        for (name, category) in rows {
            owners.entry(family(&name).into()).or_insert(CategorySet::EMPTY).insert(category);
            match all.last_mut().filter(|(known, _)| *known == name) {
                Some((_, set)) => set.insert(category),
                None => all.push((name, [category].into_iter().collect())),
            }
        }
        all.retain(|(name, _)| Name::new(name).is_some());
        let mut names = Self { all, owners, counts: vec![(0, 0); 256], kin: Vec::new() };
        for (name, set) in &names.all {
            let held = is_held_out(name);
            for category in set.iter() {
                let (teach, out) = &mut names.counts[usize::from(category.0)];
                *(if held { out } else { teach }) += 1;
            }
        }
        names.kin = names.find_kin();
        names
    }

    /// By category: those that share too many names with it.
    fn find_kin(&self) -> Vec<CategorySet> {
        let (mut own, mut shared) = (vec![0_u64; 256], vec![0_u64; 256 * 256]);
        for set in self.owners.values() {
            for one in set.iter() {
                own[usize::from(one.0)] += 1;
                set.iter().for_each(|other| shared[usize::from(one.0) << 8 | usize::from(other.0)] += 1);
            }
        }
        let kin = |one: usize, other: usize| shared[one << 8 | other] * 100 >= (own[one].min(own[other]) * KIN).max(1);
        let number = |other: usize| u8::try_from(other).ok().map(CategoryId);
        (0..256).map(|one| (0..256).filter(|&other| kin(one, other)).filter_map(number).collect()).collect()
    }

    fn report(&self, category: CategoryId, state: State) -> NameReport {
        let (learned, held_out) = self.counts[usize::from(category.0)];
        NameReport { category, state, learned: learned as u32, held_out: held_out as u32, known: 0, allowed: 0, wrong: 0 }
    }

    /// The categories that are learned, those with the most names first where the operator names none.
    fn choose(&self, settings: &NameSettings, categories: &[Arc<str>]) -> Chosen {
        let named = |category: &CategoryId| {
            let name = categories.get(usize::from(category.0));
            settings.categories.is_empty() || name.is_some_and(|name| settings.categories.contains(name))
        };
        let size = |category: CategoryId| self.counts[usize::from(category.0)];
        let known = (0..=u8::MAX).map(CategoryId).filter(|category| size(*category) != (0, 0)).filter(named);
        let (mut lanes, few): (Vec<_>, Vec<_>) =
            known.partition(|category| size(*category).0 >= LEAST_NAMES && size(*category).1 >= LEAST_HELD_OUT);
        lanes.sort_by_key(|category| (std::cmp::Reverse(size(*category).0), *category));
        let beyond = lanes.split_off(lanes.len().min(LANES));
        let off = few.into_iter().map(|category| self.report(category, State::TooFewNames));
        let off = off.chain(beyond.into_iter().map(|category| self.report(category, State::NoRoom))).collect();
        Chosen { lanes, off }
    }

    fn learn(&self, lanes: &[CategoryId], teachers: &[&str], method: Method) -> Learned {
        let bits = |set: CategorySet| {
            lanes.iter().enumerate().filter(|(_, category)| set.contains(**category)).fold(0_u8, |bits, (lane, _)| bits | 1 << lane)
        };
        let kin: Vec<u8> = self.kin.iter().map(|set| bits(*set)).collect();
        let example = |(name, set): &'_ (Box<str>, CategorySet)| {
            let is = bits(*set);
            let near = bits(self.owners.get(family(name)).copied().unwrap_or(CategorySet::EMPTY));
            (is, set.iter().fold(near, |near, category| near | kin[usize::from(category.0)]) & !is)
        };
        let listed = self.all.iter().filter(|(name, _)| !is_held_out(name)).filter_map(|row| {
            let (is, unsure) = example(row);
            Some(Example { name: Name::new(&row.0)?, is, unsure })
        });
        let innocent = teachers.iter().filter_map(|name| Some(Example { name: Name::new(name)?, is: 0, unsure: 0 }));
        learn(listed.chain(innocent).collect(), lanes.len(), method)
    }
}

/// Weights in one byte each, of all categories that were learned.
struct Quantised {
    model: NameModel,
    /// Names that taught, of all categories and none.
    examples: usize,
}

impl Quantised {
    fn new(learned: &Learned, lanes: &[CategoryId], examples: usize) -> Self {
        let stride = stride(lanes.len());
        let mut model = NameModel { bits: learned.bits as u8, rows: vec![NOTHING; stride << learned.bits], ..NameModel::default() };
        for (lane, &category) in lanes.iter().enumerate() {
            let scale = learned.weights(lane).fold(1e-6_f32, |largest, weight| largest.max(weight.abs())) / 127.0;
            for (row, weight) in model.rows.chunks_mut(stride).zip(learned.weights(lane)) {
                // From 1 to 255.
                row[lane] = NOTHING.wrapping_add_signed((weight / scale).round().clamp(-127.0, 127.0) as i8);
            }
            model.columns.push(Column { category, scale, bias: learned.bias(lane), enough: i16::MAX });
        }
        Self { model, examples }
    }

    /// Draws the line of each category, and keeps those that are worth it.
    fn draw_lines(self, names: &Names, lines: &[&str], (settings, most): (&NameSettings, usize), model: &mut NameModel) -> Vec<Doubtful> {
        let innocent: Vec<_> = lines.iter().map(|name| self.model.scores(name)).collect();
        let held: Vec<_> =
            names.all.iter().filter(|(name, _)| is_held_out(name)).map(|(name, set)| (set, self.model.scores(name))).collect();
        let (mut kept, mut doubts) = (Vec::new(), Vec::new());
        for (lane, column) in self.model.columns.iter().enumerate() {
            let mut scores: Vec<(i16, usize)> =
                innocent.iter().enumerate().filter_map(|(at, all)| Some((all.get(lane)?.score, at))).collect();
            scores.sort_unstable_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
            let mut report = names.report(column.category, State::On);
            let enough = line(&scores, settings.false_positives).max(even(report.learned as usize, self.examples));
            let known =
                held.iter().filter(|(set, all)| set.contains(column.category) && all.get(lane).is_some_and(|guess| guess.score >= enough));
            let wrong = scores.iter().filter(|(score, _)| *score >= enough).count();
            (report.known, report.allowed, report.wrong) = (known.count() as u32, lines.len() as u32, wrong as u32);
            if u64::from(report.known) * 100 < u64::from(report.held_out) * u64::from(LEAST_RECALL) {
                report.state = State::TooWeak;
            } else {
                kept.push((lane, Column { enough, ..*column }));
            }
            model.reports.push(report);
            let doubt = |&(score, at): &(i16, usize)| Doubtful { category: column.category, score, name: lines[at].into() };
            doubts.extend(scores.iter().take(most).map(doubt));
        }
        self.keep(&kept, model);
        doubts
    }

    /// The columns that are on, side by side.
    fn keep(self, kept: &[(usize, Column)], model: &mut NameModel) {
        let (from, to) = (stride(self.model.columns.len()), stride(kept.len().max(1)));
        if kept.is_empty() {
            return;
        }
        model.bits = self.model.bits;
        model.columns = kept.iter().map(|(_, column)| *column).collect();
        model.rows = vec![NOTHING; (self.model.rows.len() / from) * to];
        for (new, old) in model.rows.chunks_mut(to).zip(self.model.rows.chunks(from)) {
            new.iter_mut().zip(kept).for_each(|(slot, (lane, _))| *slot = old[*lane]);
        }
    }
}

/// The lowest score that no more than this share of the names reach; `scores` fall.
fn line(scores: &[(i16, usize)], share: f64) -> i16 {
    let allowed = (scores.len() as f64 * share) as usize;
    scores.get(allowed).map_or(hundredths(300.0), |(score, _)| score.saturating_add(1))
}

/// The score of a name of which nothing is known, and no line is below it: an allow corpus that looks like nothing else would draw one where
/// every stranger is taken for the category.
fn even(learned: usize, examples: usize) -> i16 {
    hundredths(logarithm(learned.max(1) as f32 / examples.saturating_sub(learned).max(1) as f32))
}
