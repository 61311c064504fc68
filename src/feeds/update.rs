//! One fetch of one source, from top to bottom: ask, prove, unpack, look, keep. Whatever goes wrong, the version in force stays.

use super::cause::{Amiss, Cause, Refused};
use super::compare::{Compared, compare};
use super::download::{Arrived, Download, Got, Marks, ahead, jittered};
use super::fetched::{Quarantined, SourceFolder, SourceState, Stated, Version};
use super::keep::Kept;
use super::load::FeedFault;
use super::proof::{self, Before};
use super::road::Road;
use super::sources::BuiltIn;
use super::trouble::Trouble;
use super::unpack::unpack;
use super::vet::{Measure, entries, vet};
use super::wanted::Wanted;
use crate::config::{Fetch, ListSettings, Source as Setting};
use crate::lists::{Compiled, ImageDiff};
use crate::model::Timestamp;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The shortest time until a source is asked again that failed.
const SHORTEST_REST: Duration = Duration::from_secs(60);

/// One source to fetch.
pub struct Job {
    /// The settings of all lists.
    pub settings: ListSettings,
    /// Lists that came with the program.
    pub builtin: BuiltIn,
    /// The source.
    pub source: Setting,
    /// The way out.
    pub road: Arc<dyn Road>,
    /// Now.
    pub now: Timestamp,
}

/// What a fetch brought.
#[derive(Debug)]
pub enum Outcome {
    /// The version in force is still the newest.
    Unchanged,
    /// A new version is in force, with so many entries.
    Taken(u64),
    /// A version came that is not taken; it is in quarantine.
    Refused(Refused),
    /// Nothing came.
    Failed(Trouble),
}

impl Outcome {
    /// The word for it, in metrics.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Taken(_) => "taken",
            Self::Refused(refused) => refused.cause.word(),
            Self::Failed(trouble) => trouble.word(),
        }
    }
}

/// What a fetch would bring.
#[derive(Debug)]
pub struct Rehearsal {
    /// The new version, compiled alone.
    pub compiled: Compiled,
    /// Against the version in force, where there is one.
    pub diff: Option<ImageDiff>,
    /// All lists with it, against those that were kept last, if that was asked for and any were kept.
    pub whole: Option<Compared>,
}

/// It was looked at, and is good.
struct Good {
    version: Version,
    place: PathBuf,
    compiled: Compiled,
}

/// It was looked at, and is not.
struct Bad {
    amiss: Amiss,
    version: Version,
    place: PathBuf,
}

impl Job {
    /// Fetches, and puts what is good in force for the next load. Tells how the source stands then.
    pub async fn run(self: &Arc<Self>) -> (Outcome, SourceState) {
        let (job, folder) = (Arc::clone(self), self.folder());
        let place = folder.clone();
        let begun = in_peace(move || Ok((place.hold()?, place.state()?))).await;
        let (held, mut state) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                let fault = Some(error.to_string());
                return (Outcome::Failed(Trouble::Disk(error)), SourceState { fault, ..SourceState::default() });
            }
        };
        let got = match &self.source.fetch {
            Some(fetch) => self.download(fetch, self.marks(fetch, &state), &folder).await,
            None => Err(Trouble::Address),
        };
        let settled = in_peace(move || {
            let _held = held;
            let outcome = job.settle(&folder, &mut state, got);
            Ok((outcome, state))
        });
        settled.await.unwrap_or_else(|error| (Outcome::Failed(Trouble::Disk(error)), SourceState::default()))
    }

    /// Fetches and looks; nothing is kept. `whole`: all lists are compiled with it.
    ///
    /// # Errors
    /// Why nothing came, or why it would not be taken.
    pub async fn rehearse(self: &Arc<Self>, whole: bool) -> Result<Result<Rehearsal, Refused>, Trouble> {
        let (job, folder) = (Arc::clone(self), self.folder());
        let place = folder.clone();
        let (held, state) = in_peace(move || Ok((place.hold()?, place.state()?))).await?;
        let fetch = self.source.fetch.as_ref().ok_or(Trouble::Address)?;
        let Got::File(arrived) = self.download(fetch, Marks::default(), &folder).await? else { return Err(Trouble::Status(304, None)) };
        let looked = in_peace(move || {
            let _held = held;
            let looked = job.judge(&folder, &state, arrived).map_err(|bad| bad.amiss);
            let looked = looked.and_then(|good| job.compare(&folder, &state, good, whole));
            folder.hold_again()?;
            match looked {
                Ok(rehearsal) => Ok(Ok(rehearsal)),
                Err(Amiss::Refused(refused)) => Ok(Err(refused)),
                Err(Amiss::Disk(error)) => Err(error),
            }
        });
        Ok(looked.await?)
    }

    /// How long it rests until it is asked for again.
    #[must_use]
    pub fn rest(&self, outcome: &Outcome, failures: u32) -> Duration {
        let every = self.source.fetch.as_ref().map_or(SHORTEST_REST, |fetch| fetch.every);
        let rest = match outcome {
            Outcome::Unchanged | Outcome::Taken(_) | Outcome::Refused(_) => every,
            Outcome::Failed(trouble) => {
                let back_off = SHORTEST_REST.saturating_mul(1 << failures.saturating_sub(1).min(16));
                back_off.max(trouble.rest().unwrap_or_default()).min(every.max(SHORTEST_REST))
            }
        };
        jittered(rest)
    }

    fn folder(&self) -> SourceFolder {
        SourceFolder::of(&self.settings, &self.source.name)
    }

    async fn download(&self, fetch: &Fetch, marks: Marks<'_>, folder: &SourceFolder) -> Result<Got, Trouble> {
        Download { road: &*self.road, fetch, marks, now: self.now, into: &folder.raw() }.run().await
    }

    /// The marks of what we have, if it is of this address and these settings.
    fn marks<'s>(&self, fetch: &Fetch, state: &'s SourceState) -> Marks<'s> {
        let usable =
            |version: &&Version| state.url == fetch.url && version.made_for == self.made_for() && self.folder().version(version).exists();
        let known = state.current.as_ref().filter(usable);
        Marks {
            etag: known.and_then(|version| version.etag.as_deref()),
            last_modified: known.and_then(|version| version.last_modified.as_deref()),
        }
    }

    fn made_for(&self) -> String {
        made_for(&self.source)
    }

    /// What came of it is written down.
    fn settle(&self, folder: &SourceFolder, state: &mut SourceState, got: Result<Got, Trouble>) -> Outcome {
        let outcome = match got {
            Ok(Got::Unchanged) => Ok(Outcome::Unchanged),
            Ok(Got::File(arrived)) => self.take(folder, state, arrived),
            Err(trouble) => Err(trouble),
        };
        state.url = self.source.fetch.as_ref().map(|fetch| fetch.url.clone()).unwrap_or_default();
        state.tried = Some(self.now.0);
        match &outcome {
            Err(trouble) => {
                state.failures = state.failures.saturating_add(1);
                state.fault = Some(trouble.to_string());
            }
            Ok(came) => {
                (state.failures, state.fault) = (0, None);
                if !matches!(came, Outcome::Refused(_)) {
                    state.confirmed = Some(self.now.0);
                    state.quarantined = None;
                }
            }
        }
        let kept = folder.keep(state);
        match (outcome, kept) {
            (Ok(outcome), Ok(())) => outcome,
            (Err(trouble), _) => Outcome::Failed(trouble),
            (Ok(_), Err(error)) => Outcome::Failed(Trouble::Disk(error)),
        }
    }

    fn take(&self, folder: &SourceFolder, state: &mut SourceState, arrived: Arrived) -> Result<Outcome, Trouble> {
        let time = arrived.last_modified.as_deref().and_then(|time| ahead(time, self.now));
        state.note = time.map(|seconds| format!("the server dates it {seconds} s ahead of our clock: one of the two is wrong"));
        let is_same = |version: &Version| version.sha256 == arrived.sha256 && version.made_for == self.made_for();
        if let Some(held) = state.quarantined.as_ref().filter(|held| held.cause == Cause::Whole && is_same(&held.version)) {
            // It is good alone: only by using it would be found out again what is known.
            return Ok(Outcome::Refused(Refused::new(held.cause, &*held.words)));
        }
        let same = state.current.as_mut().filter(|current| is_same(current) && folder.version(current).exists());
        if let Some(current) = same {
            (current.etag, current.last_modified) = (arrived.etag, arrived.last_modified);
            return Ok(Outcome::Unchanged);
        }
        match self.judge(folder, state, arrived) {
            Ok(good) => {
                let count = good.version.entries.values().sum();
                folder.settle(&good.place, &good.version)?;
                state.take(good.version);
                Ok(Outcome::Taken(count))
            }
            Err(bad) => match bad.amiss {
                Amiss::Disk(error) => Err(Trouble::Disk(error)),
                Amiss::Refused(refused) => {
                    folder.settle(&bad.place, &bad.version)?;
                    let (version, words) = (bad.version, refused.words.to_string());
                    state.quarantined = Some(Quarantined { version, cause: refused.cause, words });
                    Ok(Outcome::Refused(refused))
                }
            },
        }
    }

    /// Is it good? A version that is not keeps its place, to be looked at.
    fn judge(&self, folder: &SourceFolder, state: &SourceState, arrived: Arrived) -> Result<Good, Box<Bad>> {
        let made_for = self.made_for();
        let mark = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, made_for.as_bytes());
        let file = format!("{:.16}-{:02x}{:02x}", arrived.sha256, mark.as_ref()[0], mark.as_ref()[1]);
        let (sha256, etag, last_modified) = (arrived.sha256.clone(), arrived.etag.clone(), arrived.last_modified.clone());
        let mut version = Version { sha256, file, etag, last_modified, made_for, at: self.now.0, ..Version::default() };
        let mut place = folder.raw();
        match self.look(folder, state, &arrived, (&mut version, &mut place)) {
            Ok(compiled) => Ok(Good { version, place, compiled }),
            Err(amiss) => Err(Box::new(Bad { amiss, version, place })),
        }
    }

    fn look(
        &self,
        folder: &SourceFolder,
        state: &SourceState,
        arrived: &Arrived,
        (version, place): (&mut Version, &mut PathBuf),
    ) -> Result<Compiled, Amiss> {
        let Some(fetch) = &self.source.fetch else { return Err(io::Error::from(io::ErrorKind::Unsupported).into()) };
        version.signed = prove(fetch, arrived, place)?;
        if fetch.proof.signed.is_some() {
            // Before it is measured: what is old must not be taken for what has shrunk.
            let number = state.current.as_ref().and_then(|current| current.signed);
            proof::is_news(&version.sha256, version.signed, &Before { number, earlier: &state.earlier }, self.now.seconds())?;
        }
        let unpacked = folder.unpacked();
        if unpack(place, &unpacked, &Wanted::of(&self.source, fetch), fetch.bounds.expanded)? {
            *place = unpacked;
        }
        let compiled = self.vet(place.clone(), Measure::Last(state.current.as_ref().filter(|last| last.made_for == version.made_for)))?;
        version.entries = entries(&compiled);
        Ok(compiled)
    }

    fn vet(&self, path: PathBuf, measure: Measure<'_>) -> Result<Compiled, Amiss> {
        let key = Kept::open(&self.settings.folder).and_then(|kept| kept.key()).map_err(io::Error::other)?;
        let setting = Setting { path, ..self.source.clone() };
        Ok(vet((&self.settings, self.builtin), &setting, &key, measure)?)
    }

    fn compare(&self, folder: &SourceFolder, state: &SourceState, good: Good, whole: bool) -> Result<Rehearsal, Amiss> {
        let Good { compiled, place, .. } = good;
        let diff = match &state.current {
            Some(current) => {
                let before = self.vet(folder.version(current), Measure::AsItIs)?;
                Some(ImageDiff::between(&before.image, &compiled.image).map_err(io::Error::other)?)
            }
            None => None,
        };
        let whole = if whole { self.with_all(&place)? } else { None };
        Ok(Rehearsal { compiled, diff, whole })
    }

    /// All lists as they would be with what came. `None`: none were kept, so that there is nothing to compare with.
    fn with_all(&self, place: &Path) -> io::Result<Option<Compared>> {
        let mut settings = self.settings.clone();
        for source in settings.sources.iter_mut().filter(|source| source.name == self.source.name) {
            *source = Setting { path: place.to_owned(), fetch: None, ..source.clone() };
        }
        match compare(&settings, self.builtin) {
            Ok(compared) => Ok(Some(compared)),
            Err(FeedFault::NothingKept) => Ok(None),
            Err(fault) => Err(io::Error::other(fault)),
        }
    }
}

/// The settings of a source that decide what becomes of what is fetched.
pub(super) fn made_for(source: &Setting) -> String {
    let fetch = source.fetch.as_ref();
    let (inside, proof) = (fetch.and_then(|fetch| fetch.inside.as_ref()), fetch.map(|fetch| &fetch.proof));
    format!("{:?} {inside:?} {proof:?} {:?}", source.format, source.categories)
}

/// Is it the publisher's? The number that it was signed with, if there is one.
fn prove(fetch: &Fetch, arrived: &Arrived, place: &Path) -> Result<Option<Stated>, Amiss> {
    if let Some(wanted) = &fetch.proof.sha256 {
        proof::hash(&arrived.sha256, wanted)?;
    }
    if let Some(stated) = &arrived.stated {
        let file = fetch.url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        proof::hash(&arrived.sha256, &proof::stated_hash(stated, file)?)?;
    }
    match &fetch.proof.signed {
        Some(signed) => proof::signature(place, arrived.signature.as_deref().unwrap_or_default(), &signed.key),
        None => Ok(None),
    }
}

/// Work with files and lists, away from the network, with the lowest priority: it must not hold up a request.
async fn in_peace<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    let quiet = move || {
        if let Err(error) = rustix::process::nice(19) {
            tracing::debug!(%error, "nice");
        }
        work()
    };
    tokio::task::spawn_blocking(quiet).await.map_err(io::Error::other)?
}
