//! What names look like: the allow corpus is read, the names are learned, and what came of it is told.

use super::FeedFault;
use super::compile::declare;
use super::keep::Kept;
use super::sought::seek;
use super::sources::BuiltIn;
use crate::config::{ListSettings, NamesSettings};
use crate::lists::{AllowFault, Compiler, Doubtful, NameModel, NameSettings};
use crate::model::CategoryId;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What was learned, and how long it took.
#[derive(Debug)]
pub struct LearnedNames {
    /// What was learned.
    pub names: Arc<NameModel>,
    /// Names of the categories, by number.
    pub categories: Vec<Arc<str>>,
    /// Names of the allow corpus that look most like a category.
    pub doubtful: Vec<Doubtful>,
    /// How long learning took; `None` where it was read from an image.
    pub took: Option<Duration>,
}

impl LearnedNames {
    /// A category by number.
    #[must_use]
    pub fn category(&self, id: CategoryId) -> &str {
        self.categories.get(usize::from(id.0)).map_or("unknown", |name| name)
    }
}

/// What the newest kept image knows of names; nothing is compiled.
///
/// # Errors
/// [`FeedFault`]; also when no image has been kept yet.
pub fn kept_names(settings: &ListSettings) -> Result<LearnedNames, FeedFault> {
    let kept = Kept::open(&settings.folder)?;
    let (newest, _) = kept.newest(&kept.key()?);
    let image = newest.ok_or(FeedFault::NothingKept)?;
    let (names, categories) = (Arc::clone(image.learned_names()), image.categories().to_vec());
    Ok(LearnedNames { names, categories, doubtful: Vec::new(), took: None })
}

/// Learns anew from the sources as they are now; nothing is put in force or kept. Of each category so many doubtful names come back.
///
/// # Errors
/// [`FeedFault`].
pub fn learn_names(settings: &ListSettings, builtin: BuiltIn, doubtful: usize) -> Result<LearnedNames, FeedFault> {
    let kept = Kept::open(&settings.folder)?;
    let mut alarms = Vec::new();
    let mut compiler =
        declare(compiler(&kept.key()?, settings)?, seek(settings, builtin).whole()?, (None, &settings.categories), &mut alarms)?;
    let started = Instant::now();
    let (names, doubtful) = compiler.learn_names(doubtful);
    let took = Some(started.elapsed());
    Ok(LearnedNames { names, categories: compiler.finish().image.categories().to_vec(), doubtful, took })
}

/// A compiler that learns what the settings say, with the allow corpus read.
pub(super) fn compiler(key: &crate::lists::InstallationKey, settings: &ListSettings) -> Result<Compiler, AllowFault> {
    let compiler = Compiler::new(key);
    let Some(names) = &settings.names else { return Ok(compiler) };
    let mut compiler = compiler.with_names(NameSettings {
        false_positives: names.false_positives,
        categories: names.categories.iter().map(|name| name.as_str().into()).collect(),
        seed: names.seed as u64,
    });
    for path in &names.allow {
        let file = path.display().to_string();
        let text = File::open(path).map_err(|source| AllowFault { file: file.clone(), source })?;
        compiler.allow_names(&file, text)?;
    }
    Ok(compiler)
}

/// Changes when a file of the allow corpus does.
pub(super) fn stamp(names: Option<&NamesSettings>) -> String {
    let facts = |path| fs::metadata(path).map_or((0, 0, 0), |facts| (facts.size(), facts.mtime(), facts.mtime_nsec()));
    names.into_iter().flat_map(|names| &names.allow).map(|path| format!("{path:?} {:?}\n", facts(path))).collect()
}
