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

/// Sites of help, health, sex education and LGBT life: innocent, and never guessed at, whatever the operator's own corpus holds.
const HELPING: &str = include_str!("../../config/help_and_health.txt");

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
    compiler.allow_names("the sites of help that are built in", HELPING.as_bytes())?;
    for path in &names.allow {
        let file = path.display().to_string();
        let text = File::open(path).map_err(|source| AllowFault { file: file.clone(), source })?;
        compiler.allow_names(&file, text)?;
    }
    Ok(compiler)
}

/// Changes when a file of the allow corpus does, or what is built in.
pub(super) fn stamp(names: Option<&NamesSettings>) -> String {
    let facts = |path| fs::metadata(path).map_or((0, 0, 0), |facts| (facts.size(), facts.mtime(), facts.mtime_nsec()));
    let own = names.map(|_| format!("{}\n", HELPING.len()));
    own.into_iter().chain(names.into_iter().flat_map(|names| &names.allow).map(|path| format!("{path:?} {:?}\n", facts(path)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_of_help_is_a_name_that_stands_there_once() {
        let key = crate::lists::InstallationKey::from_bytes([7; 32]);
        let bad = Compiler::new(&key).with_names(NameSettings::default()).allow_names("built in", HELPING.as_bytes()).unwrap();
        let mut names: Vec<&str> = HELPING.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!((bad, names.len(), all), (0, 245, 245));
    }
}
