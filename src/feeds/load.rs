//! Settings -> image in force: the kept one where nothing has changed, a freshly compiled one otherwise, and the last
//! good one where the new one is held back.

use super::ages::{ages, ages_in_force, in_force};
use super::fetched::{SourceState, standing};
use super::keep::{KeepFault, Kept};
use super::mapped::{Unmapped, unmapped};
use super::names;
use super::of_people::local;
use super::sought::{bounds, seek};
use super::sources::{BuiltIn, Found, Place, SourceFault};
use super::watched::watched;
use crate::config::ListSettings;
use crate::lists::{
    AgeBounds, AllowFault, Beside, CompileFault, Compiled, Compiler, DiffFault, Freshness, ImageDiff, InstallationKey, ListImage, ListInfo,
    ListKind, Report,
};
use crate::model::{ListId, Timestamp};
use aws_lc_rs::digest;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
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
    let sought = seek(settings, builtin);
    let found = match &newest {
        Some(newest) => sought.with_stand_ins(newest, &mut alarms),
        // Nothing stands in for what is missing: nothing is served.
        None => sought.whole()?,
    };
    let (stamp, as_of) = (stamp(settings, &found), ages(&found));
    let unmapped = unmapped(settings, &found);
    alarms.extend(unmapped.iter().map(ToString::to_string));
    let loaded = match newest {
        Some(newest) if !fresh && bad.is_empty() && kept.stamp().as_deref() == Some(&*stamp) => {
            Loaded { alarms, as_of, ..Loaded::new(newest, Origin::Kept) }
        }
        Some(newest) => with_last_good(found, newest, &kept, making, (&stamp, as_of), alarms),
        None => {
            let compiled = compile(found, None, making, &mut alarms)?;
            if compiled.report.held().next().is_some() {
                return Err(FeedFault::Held(held(&compiled.report)));
            }
            Loaded { as_of, ..publish(compiled, &stamp, alarms) }
        }
    };
    Ok(Loaded { bounds: bounds(settings, &loaded.image), unmapped, ..loaded })
}

/// What an image is made with.
#[derive(Clone, Copy)]
struct Making<'a> {
    key: &'a InstallationKey,
    settings: &'a ListSettings,
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
            unmapped: Vec::new(),
            fetched: BTreeMap::new(),
            in_force: BTreeMap::new(),
        }
    }
}

/// What is in force, and what the sources hold now.
#[derive(Debug)]
pub struct Compared {
    /// What changed.
    pub diff: ImageDiff,
    /// What an operator must look at.
    pub alarms: Vec<String>,
    /// The newest kept image.
    pub before: Arc<ListImage>,
    /// What the sources hold.
    pub now: Arc<ListImage>,
}

/// What the sources hold now against the newest kept image; nothing is put in force or kept.
///
/// # Errors
/// [`FeedFault`]; also when no image has been kept yet.
pub fn compare(settings: &ListSettings, builtin: BuiltIn) -> Result<Compared, FeedFault> {
    let kept = Kept::open(&settings.folder)?;
    let key = kept.key()?;
    let (Some(newest), _) = kept.newest(&key) else { return Err(FeedFault::NothingKept) };
    let mut alarms = Vec::new();
    let making = Making { key: &key, settings };
    let compiled = compile(seek(settings, builtin).whole()?, Some(&newest), making, &mut alarms)?;
    let diff = ImageDiff::between(&newest, &compiled.image)?;
    Ok(Compared { diff, alarms, before: Arc::new(newest), now: Arc::new(compiled.image) })
}

/// Compiles anew; whatever goes wrong, the last good image is there.
fn with_last_good(
    found: Vec<Found>,
    last: ListImage,
    kept: &Kept,
    making: Making<'_>,
    (stamp, as_of): (&str, BTreeMap<Arc<str>, Timestamp>),
    mut alarms: Vec<String>,
) -> Loaded {
    let compiled = match compile(found, Some(&last), making, &mut alarms) {
        Ok(compiled) if compiled.report.held().next().is_none() => {
            return Loaded { as_of, ..publish(compiled, stamp, alarms) };
        }
        Ok(compiled) => compiled,
        Err(fault) => {
            alarms.push(format!("{ALL_STAY}{fault}"));
            return Loaded { alarms, as_of: kept.ages(), ..Loaded::new(last, Origin::LastGood) };
        }
    };
    let as_of = ages_in_force(as_of, kept.ages(), &compiled.report);
    let Compiled { image, report } = compiled;
    let (image, words) = keep_what_is_good(image, last, &report);
    alarms.push(format!("{words} in force: {}", held(&report)));
    // The mixture is not stamped: the next start reads the sources again.
    Loaded { report: Some(report), alarms, as_of, unkept: Some(String::new()), ..Loaded::new(image, Origin::LastGood) }
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

fn compile(found: Vec<Found>, last: Option<&ListImage>, making: Making<'_>, alarms: &mut Vec<String>) -> Result<Compiled, FeedFault> {
    // A fault of the allow corpus must never hold a list back: then nothing is learned, and somebody is told.
    let compiler = names::compiler(making.key, making.settings).unwrap_or_else(|fault| {
        alarms.push(format!("nothing is learned of names: {fault}"));
        Compiler::new(making.key)
    });
    let compiled = declare(compiler, found, (last, &making.settings.categories), alarms)?.finish();
    alarms.extend(alarms_of(&compiled.report));
    Ok(compiled)
}

/// Declares every list and every category, and feeds the files.
pub(super) fn declare(
    mut compiler: Compiler,
    found: Vec<Found>,
    (last, categories): (Option<&ListImage>, &[Arc<str>]),
    alarms: &mut Vec<String>,
) -> Result<Compiler, FeedFault> {
    for mut list in found {
        list.spec.last_good_entries = last_good_entries(last, &list);
        let id = compiler.add_list(list.spec.clone())?;
        feed(&mut compiler, id, &list, alarms)?;
    }
    // Where there are more than an image can have, the lists have more than anybody closes in an emergency.
    let fits = categories.iter().take_while(|name| compiler.category(name).is_ok()).count();
    tracing::debug!(fits, "categories");
    Ok(compiler)
}

pub(super) fn last_good_entries(last: Option<&ListImage>, list: &Found) -> Option<u64> {
    last.and_then(|last| last.lists().iter().find(|known| known.name == list.spec.name)).map(|known| known.entries)
}

/// Reads the files of a list.
pub(super) fn feed(compiler: &mut Compiler, id: ListId, list: &Found, alarms: &mut Vec<String>) -> Result<(), FeedFault> {
    let name = &list.spec.name;
    for (source, place) in &list.files {
        let text = place.open().map_err(|source| match place {
            Place::File(path) => SourceFault::Read { name: name.to_string(), path: path.clone(), source },
            Place::BuiltIn(_) => SourceFault::NotBuiltIn { name: name.to_string(), wanted: String::new() },
        })?;
        match compiler.feed(id, source, text) {
            // The list is then held back by the compiler, which says so.
            Err(fault @ CompileFault::Read { .. }) => alarms.push(fault.to_string()),
            other => other?,
        }
    }
    Ok(())
}

pub(super) fn alarms_of(report: &Report) -> impl Iterator<Item = String> {
    report.alarms().flat_map(|list| {
        let statutory = list.kind == ListKind::Statutory;
        let lines = list.bad_lines.iter().filter(move |_| statutory).take(20);
        lines
            .map(|line| format!("statutory list {}: bad line {line}", list.name))
            .chain(list.hold.map(|hold| format!("list {}: {hold}", list.name)))
    })
}

pub(super) fn held(report: &Report) -> String {
    report.held().map(|(name, reason)| format!("{name}: {reason}")).collect::<Vec<_>>().join("; ")
}

/// Changes when the program, the settings of the lists, or a file's name, size or time changes.
fn stamp(settings: &ListSettings, found: &[Found]) -> String {
    let mut text = format!("{} {settings:?}\n", env!("CARGO_PKG_VERSION"));
    for (source, place) in found.iter().flat_map(|list| &list.files) {
        let facts = match place {
            Place::File(path) => fs::metadata(path).map_or((0, 0, 0), |facts| (facts.size(), facts.mtime(), facts.mtime_nsec())),
            Place::BuiltIn(text) => (text.len() as u64, 0, 0),
        };
        text += &format!("{source:?} {place:?} {facts:?}\n");
    }
    text += &names::stamp(settings.names.as_ref());
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
