//! Settings -> image in force: the kept one where nothing has changed, a freshly compiled one otherwise, and the last
//! good one where the new one is held back.

use super::ages::{ages, ages_in_force, in_force, kind_is_held};
use super::compile::{Making, compile, held, stamp};
use super::fetched::{SourceState, standing};
use super::keep::{KeepFault, Kept};
use super::last::{Text, forget_others};
use super::mapped::{Unmapped, unmapped};
use super::of_people::local;
use super::reading::Reading;
use super::sought::bounds;
use super::sources::{BuiltIn, SourceFault};
use super::watched::watched;
use crate::config::ListSettings;
use crate::lists::{AgeBounds, AllowFault, Beside, CompileFault, Compiled, DiffFault, Freshness, ListImage, ListInfo, ListKind, Report};
use crate::model::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What is said where the lists cannot be compiled together.
const ALL_STAY: &str = "the last good lists stay in force: ";

/// No image can be put in force.
#[derive(Debug, thiserror::Error)]
pub enum FeedFault {
    /// The folder of images.
    #[error("lists: {0}")]
    Keep(#[from] KeepFault),
    /// A source.
    #[error(transparent)]
    Source(#[from] SourceFault),
    /// The allow corpus of what is learned of names.
    #[error("lists: names: {0}")]
    Allow(#[from] AllowFault),
    /// A list cannot be declared.
    #[error("lists: {0}")]
    Compile(#[from] CompileFault),
    /// There is nothing to compare with.
    #[error("no image has been kept yet: compile the lists first")]
    NothingKept,
    /// The images are not of one installation.
    #[error(transparent)]
    Diff(#[from] DiffFault),
    /// Lists were held back and there is no good image to fall back on.
    #[error("lists are held back and there is no last good version: {0}")]
    Held(String),
}

/// Where the image in force comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing had changed: the kept image.
    Kept,
    /// Compiled from the sources.
    Compiled,
    /// The new one is held back: the last good one.
    LastGood,
}

/// The image in force and what there is to say about it.
#[derive(Debug)]
pub struct Loaded {
    /// The image.
    pub image: Arc<ListImage>,
    /// Where it comes from.
    pub origin: Origin,
    /// Counts and bad lines, when sources were read.
    pub report: Option<Report>,
    /// What an operator must look at. Never holds an entry of a statutory list.
    pub alarms: Vec<String>,
    /// By list: when the newest of its files was last changed; of a list that is held back, when the version in force was. Lists that came
    /// with the program have no age.
    pub as_of: BTreeMap<Arc<str>, Timestamp>,
    /// By list: when it is old.
    pub bounds: BTreeMap<Arc<str>, AgeBounds>,
    /// Categories of sources that no category of ours stands for.
    pub unmapped: Vec<Unmapped>,
    /// The small image of lists that are watched, to be asked beside the image.
    pub watched: Option<Arc<ListImage>>,
    /// The small image of the lists of this place, to be asked beside the image.
    pub local: Option<Arc<ListImage>>,
    /// The stamp of an image that is to be kept.
    pub(super) unkept: Option<String>,
    /// The texts that it was made of, to be kept with it.
    pub(super) texts: Vec<Text>,
    /// Sources that are fetched, and how they stand.
    pub fetched: BTreeMap<String, SourceState>,
    /// Of these the version whose entries are in force, by its file: what came and is held back is none.
    pub in_force: BTreeMap<String, String>,
}

/// Puts the image of the settings in force.
///
/// # Errors
/// [`FeedFault`]; whatever was in force stays.
pub fn load(settings: &ListSettings, builtin: BuiltIn, fresh: bool) -> Result<Loaded, FeedFault> {
    let mut loaded = prepare(settings, builtin, fresh)?;
    loaded.keep(settings);
    Ok(loaded)
}

/// The same, not yet kept for the next start: whoever finds it good keeps it.
///
/// # Errors
/// [`FeedFault`]; whatever was in force stays.
pub fn prepare(settings: &ListSettings, builtin: BuiltIn, fresh: bool) -> Result<Loaded, FeedFault> {
    let mut loaded = Loaded { fetched: standing(settings), ..large(settings, builtin, fresh)? };
    if let Some(watched) = watched(settings, &loaded.image, builtin)? {
        loaded.beside(watched);
    }
    loaded.in_force = in_force(settings, &loaded);
    let of_here = local(&loaded.image, &settings.folder)?;
    loaded.alarms.extend(of_here.alarms);
    loaded.local = Some(Arc::new(of_here.image));
    Ok(loaded)
}

impl Loaded {
    /// Is there a statutory list with entries?
    #[must_use]
    pub fn has_statutory(&self) -> bool {
        self.image.has_statutory() || self.watched.as_ref().is_some_and(|watched| watched.has_statutory())
    }

    /// Keeps image and ages for the next start.
    pub fn keep(&mut self, settings: &ListSettings) {
        let keeping = Kept::open(&settings.folder).and_then(|kept| {
            if let Some(stamp) = &self.unkept {
                kept.keep(&self.image, stamp)?;
            }
            kept.keep_ages(&self.as_of)?;
            kept.keep_versions(&self.in_force)
        });
        match keeping {
            Ok(()) => self.unkept = None,
            Err(fault) => self.alarms.push(format!("the lists are in force but could not be kept for the next start: {fault}")),
        }
        self.keep_texts(settings);
    }

    fn keep_texts(&mut self, settings: &ListSettings) {
        for text in std::mem::take(&mut self.texts) {
            if let Err(fault) = text.keep(settings) {
                self.alarms.push(format!("list {}: should its file be lost, nothing stands in for it: {fault}", text.name()));
            }
        }
        if let Err(fault) = forget_others(settings) {
            self.alarms.push(format!("what was kept of lists that are there no more cannot be removed: {fault}"));
        }
    }

    /// Why not all lists could be compiled together, if so.
    #[must_use]
    pub fn fault_of_the_whole(&self) -> Option<&str> {
        self.alarms.iter().find_map(|alarm| alarm.strip_prefix(ALL_STAY))
    }

    /// Its lists, with the entries of those that are watched and the lists of this place.
    #[must_use]
    pub fn lists(&self) -> Vec<ListInfo> {
        Beside::new(&self.image, self.small()).lists(&self.image)
    }

    /// The small images that were loaded with it.
    pub fn small(&self) -> impl Iterator<Item = Arc<ListImage>> {
        self.watched.iter().chain(&self.local).map(Arc::clone)
    }

    /// Is a list as new as it has to be?
    #[must_use]
    pub fn freshness(&self, name: &str, now: Timestamp) -> Freshness {
        let (Some(as_of), Some(bounds)) = (self.as_of.get(name), self.bounds.get(name)) else { return Freshness::default() };
        bounds.look(Duration::from_micros(u64::try_from(now.0 - as_of.0).unwrap_or(0)))
    }

    /// What an operator must look at of sources that are fetched.
    pub fn fetch_alarms(&self) -> impl Iterator<Item = String> {
        self.fetched.iter().filter_map(|(name, state)| Some(format!("list {name}: {}", state.alarm()?)))
    }

    fn beside(&mut self, watched: Loaded) {
        self.alarms.extend(watched.alarms);
        self.as_of.extend(watched.as_of);
        self.watched = Some(watched.image);
        let mut reports = watched.report.into_iter().flat_map(|report| report.lists).collect::<Vec<_>>();
        for known in self.report.iter_mut().flat_map(|report| &mut report.lists) {
            if let Some(place) = reports.iter().position(|read| read.name == known.name) {
                *known = reports.swap_remove(place);
            }
        }
    }
}

/// The large image.
fn large(settings: &ListSettings, builtin: BuiltIn, fresh: bool) -> Result<Loaded, FeedFault> {
    let kept = Kept::open(&settings.folder)?;
    let key = kept.key()?;
    let making = Making { key: &key, settings };
    let (newest, bad) = kept.newest(&key);
    let mut alarms: Vec<String> = bad.iter().map(|(path, fault)| format!("{}: {fault}", path.display())).collect();
    let mut reading = Reading::of(settings, builtin, newest.as_ref(), &mut alarms)?;
    // What stands in for something is not stamped: the next start reads the sources again.
    let stamp = if reading.stale.is_empty() { stamp(settings, &reading.found) } else { String::new() };
    let as_of = ages(&reading.found);
    let unmapped = unmapped(settings, &reading.found);
    alarms.extend(unmapped.iter().map(ToString::to_string));
    let loaded = match newest {
        Some(newest) if !fresh && bad.is_empty() && !stamp.is_empty() && kept.stamp().as_deref() == Some(&*stamp) => {
            Loaded { alarms, as_of, texts: reading.take_texts(), ..Loaded::new(newest, Origin::Kept) }
        }
        Some(newest) => with_last_good(&mut reading, newest, &kept, making, (&stamp, as_of), alarms),
        None => {
            let compiled = compile(reading.found.clone(), None, making, &mut alarms)?;
            if compiled.report.held().next().is_some() {
                return Err(FeedFault::Held(held(&compiled.report)));
            }
            let as_of = ages_in_force(as_of, kept.ages(), |list| reading.is_stale(list));
            Loaded { as_of, texts: reading.take_texts(), ..publish(compiled, &stamp, alarms) }
        }
    };
    Ok(Loaded { bounds: bounds(settings, &loaded.image), unmapped, ..loaded })
}

impl Loaded {
    pub(super) fn new(image: ListImage, origin: Origin) -> Self {
        Self { origin, ..Self::kept(Arc::new(image)) }
    }

    /// An image of which nothing more is to say.
    #[must_use]
    pub fn kept(image: Arc<ListImage>) -> Self {
        Self {
            image,
            origin: Origin::Kept,
            report: None,
            alarms: Vec::new(),
            as_of: BTreeMap::new(),
            bounds: BTreeMap::new(),
            watched: None,
            local: None,
            unkept: None,
            texts: Vec::new(),
            unmapped: Vec::new(),
            fetched: BTreeMap::new(),
            in_force: BTreeMap::new(),
        }
    }
}

/// Compiles anew; whatever goes wrong, the last good image is there.
fn with_last_good(
    reading: &mut Reading,
    last: ListImage,
    kept: &Kept,
    making: Making<'_>,
    (stamp, as_of): (&str, BTreeMap<Arc<str>, Timestamp>),
    mut alarms: Vec<String>,
) -> Loaded {
    let first = match compile(reading.found.clone(), Some(&last), making, &mut alarms) {
        Ok(first) if reading.stale.is_empty() && first.report.held().next().is_none() => {
            return Loaded { as_of, texts: reading.take_texts(), ..publish(first, stamp, alarms) };
        }
        Ok(first) => first,
        Err(fault) => {
            alarms.push(format!("{ALL_STAY}{fault}"));
            return Loaded { alarms, as_of: kept.ages(), ..Loaded::new(last, Origin::LastGood) };
        }
    };
    let why = held(&first.report);
    let Compiled { image, report } = reading.mended(first, &last, making);
    let as_of = ages_in_force(as_of, kept.ages(), |list| reading.is_stale(list) || kind_is_held(&report, list));
    let (image, words, texts) = match report.held().next() {
        None => (image, "what was good of these lists, and all others as they are now, are", reading.take_texts()),
        Some(_) => {
            let (image, words) = keep_what_is_good(image, last, &report);
            (image, words, Vec::new())
        }
    };
    if !why.is_empty() {
        alarms.push(format!("{words} in force: {why}"));
    }
    // The mixture is not stamped: the next start reads the sources again.
    Loaded {
        report: Some(reading.with_why(report)),
        alarms,
        as_of,
        texts,
        unkept: Some(String::new()),
        ..Loaded::new(image, Origin::LastGood)
    }
}

/// A category list that is held back must not hold back new statutory entries, nor the other way round.
pub(super) fn keep_what_is_good(new: ListImage, last: ListImage, report: &Report) -> (ListImage, &'static str) {
    let combined = match (report.holds(ListKind::Statutory), report.holds(ListKind::Category)) {
        (false, true) => Some((ListImage::combine(&new, &last), "the new statutory lists and the last good category lists are")),
        (true, false) => Some((ListImage::combine(&last, &new), "the last good statutory lists and the new category lists are")),
        (true, true) | (false, false) => None,
    };
    match combined {
        Some((Ok(image), words)) => (image, words),
        // Lists that were added or taken away cannot be combined: then everything stays.
        Some((Err(_), _)) | None => (last, "the last good lists stay"),
    }
}

fn publish(compiled: Compiled, stamp: &str, alarms: Vec<String>) -> Loaded {
    Loaded { report: Some(compiled.report), alarms, unkept: Some(stamp.to_owned()), ..Loaded::new(compiled.image, Origin::Compiled) }
}
