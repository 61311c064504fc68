//! The notary: a thread that follows the log as far as it is on disk, grows the tree, signs its heads, and lets keys follow one another. It
//! must never hold up a record, never sign what is not on disk, and never change a segment.
//!
//! | When | What |
//! |---|---|
//! | the log is opened | the tree is carried on from sidecars; a missing one is made from its segment |
//! | there are new records, and the newest head is a minute old | a head |
//! | it was told in the log what somebody did to it: a hold, a release, an export, a deletion | a head, at once |
//! | a segment has ended, in order or not | its sidecar, a head, a copy of the head for outside, the next epoch |
//! | an epoch is an hour old and had records | a head, the next epoch |
//! | a head cannot be signed or a key not handed over | said loudly, in the metrics and on `/readyz`; tried again; the log goes on |
//! | a sidecar cannot be written | said, made when the log is opened next |
//! | a segment is encrypted, there is no key here, and its sidecar is gone | said loudly; nothing is signed until the next start |

use super::fault::{HeadsFault, at};
use super::files::{HEADS, NoteFile, read_notes};
use super::keys::{Keys, Stand, rfc3339};
use super::leaves::each_leaf;
use super::progress::{Mark, Progress, Wake};
use super::promise;
use super::sidecar::Sidecar;
use super::trouble::{Trouble, Work};
use crate::ports::Clock;
use crate::record::note::{Note, TreeHead};
use crate::record::tree::{Span, TreeHash};
use crate::store::files::{Files, append_all};
use crate::store::frames::Frames;
use crate::store::path::segments;
use crate::store::state::StoreState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// A head at least so often while there are new records.
    pub(crate) head_every: Duration,
    /// An epoch lasts at most so long.
    pub(crate) epoch_every: Duration,
}

impl Pace {
    /// How often the notary looks.
    fn look_every(self) -> Duration {
        (self.head_every / 12).clamp(Duration::from_millis(20), Duration::from_secs(5))
    }
}

/// The notary.
pub(crate) struct Notary {
    files: Arc<dyn Files>,
    keys: Arc<Mutex<Keys>>,
    heads: NoteFile,
    copy: Option<Arc<dyn Files>>,
    clock: Arc<dyn Clock>,
    pace: Pace,
    /// All leaves so far.
    tree: Span,
    segment: Option<Following>,
    headed: u64,
    headed_at: Instant,
    epoch_at: Instant,
    trouble: Trouble,
    /// A segment could not be opened, so that the tree is not known: nothing is signed any more.
    lost: bool,
}

/// The segment that is being followed.
struct Following {
    name: String,
    ordinal: u64,
    before: Span,
    own: Span,
    /// Byte behind the last frame that was taken.
    at: u64,
}

impl Notary {
    /// Opens heads and keys. `folder`: where keys lie; `copy`: where heads are copied to.
    pub(crate) fn open(
        files: Arc<dyn Files>,
        folder: Arc<dyn Files>,
        copy: Option<Arc<dyn Files>>,
        clock: Arc<dyn Clock>,
        node: &str,
        pace: Pace,
    ) -> Result<Self, HeadsFault> {
        let heads = NoteFile::open(Arc::clone(&files), HEADS)?;
        let newest = read_notes(&*files, HEADS)?.0.into_iter().rev().find_map(|(_, note)| TreeHead::parse(&note.ok()?.text).ok());
        let newest = newest.map_or((0, TreeHash::empty()), |head| (head.size, head.root));
        let keys = Keys::open(Arc::clone(&files), folder, &origin(node), || newest, clock.now().wall)?;
        let headed = newest.0.max(keys.epoch().1);
        let (now, keys) = (Instant::now(), Arc::new(Mutex::new(keys)));
        let tree = Span::empty_at(0);
        Ok(Self {
            files,
            keys,
            heads,
            copy,
            clock,
            pace,
            tree,
            segment: None,
            headed,
            headed_at: now,
            epoch_at: now,
            trouble: Trouble::default(),
            lost: false,
        })
    }

    /// Signs with the log's keys.
    pub(crate) fn signer(&self) -> super::Signer {
        super::Signer(Arc::clone(&self.keys))
    }

    /// Works until the log is closed. `first`: ordinal of the first segment of this run.
    pub(crate) fn run(mut self, progress: &Progress, first: u64, state: StoreState) {
        self.trouble.told_to(state);
        if let Err(fault) = self.catch_up(first) {
            tracing::error!(%fault, "the tree over the log could not be carried on from here");
            self.trouble.begin(Work::Sign, &fault);
        }
        loop {
            let Wake { marks, asked, closing } = progress.wait(self.pace.look_every());
            for mark in &marks {
                self.follow(mark);
                if mark.ended {
                    self.finish_segment();
                    progress.done(mark.ordinal);
                }
            }
            self.look_at_time();
            if asked {
                self.sign_if_new();
            }
            if closing {
                return self.sign_if_new();
            }
        }
    }

    /// Carries the tree on over all segments before this run's first.
    fn catch_up(&mut self, first: u64) -> Result<(), HeadsFault> {
        let (path, _) = segments(&*self.files)?;
        let mut walked = 0;
        for link in path.iter().filter(|link| link.ordinal < first) {
            let kept = Sidecar::read(&*self.files, &link.name).map_err(at(self.files.path(&link.name)))?;
            // The first that is there says where it stands; every other has to follow.
            if let Some(kept) = kept.filter(|kept| kept.before == self.tree || self.tree.count() == 0) {
                self.tree = kept.after();
                continue;
            }
            walked += 1;
            self.follow(&Mark { name: link.name.clone(), ordinal: link.ordinal, valid: link.valid.unwrap_or(u64::MAX), ended: true });
            self.write_sidecar();
            if self.lost {
                return Ok(());
            }
        }
        if self.tree.end() < self.headed {
            self.begin_anew()?;
        }
        if walked > 0 {
            self.sign_if_new();
            self.next_epoch();
        }
        Ok(())
    }

    /// The log is shorter than what was signed: an alarm, and a history that says so itself.
    fn begin_anew(&mut self) -> Result<(), HeadsFault> {
        let (headed, found) = (self.headed, self.tree.end());
        tracing::error!(fault = %HeadsFault::Shorter { path: self.files.path(HEADS), headed, found }, "the log was changed");
        self.headed = found;
        let stand = self.stand();
        let now = self.clock.now().wall;
        self.keys().rupture(stand, now)
    }

    /// Takes the leaves of a segment as far as they are on disk.
    fn follow(&mut self, mark: &Mark) {
        if self.segment.as_ref().is_none_or(|segment| segment.ordinal != mark.ordinal) {
            self.write_sidecar();
            let (before, own) = (self.tree.clone(), Span::empty_at(self.tree.end()));
            self.segment = Some(Following { name: mark.name.clone(), ordinal: mark.ordinal, before, own, at: 0 });
        }
        let Some(segment) = &mut self.segment else { return };
        if segment.at >= mark.valid {
            return;
        }
        let tree = &mut self.tree;
        let read = Frames::open(&*self.files, &segment.name, Some(mark.valid)).and_then(|mut frames| {
            frames.go_to(segment.at)?;
            let read = each_leaf(&mut frames, |_, leaf| {
                segment.own.push(leaf);
                tree.push(leaf);
            });
            segment.at = frames.at();
            read
        });
        if let Err(fault) = read {
            tracing::error!(%fault, "a segment of the log cannot be read back");
            if fault.is_locked() {
                // What is not known is neither signed nor written down: a key, or the sidecar from a copy, mends it at the next start.
                (self.lost, self.segment) = (true, None);
                self.trouble.begin(Work::Sign, &fault);
            }
        }
    }

    /// A segment has ended.
    fn finish_segment(&mut self) {
        self.write_sidecar();
        if let Some(head) = self.try_sign()
            && let Err(fault) = self.copy_out(&head)
        {
            tracing::error!(%fault, "a head could not be copied outside");
        }
        self.next_epoch();
    }

    fn write_sidecar(&mut self) {
        let Some(Following { name, before, own, .. }) = self.segment.take() else { return };
        if let Err(error) = (Sidecar { segment: name, before, own }).write(&*self.files) {
            tracing::warn!(%error, "a sidecar of the tree cannot be written: it is made when the log is opened next");
        }
    }

    fn look_at_time(&mut self) {
        if self.tree.end() > self.headed && self.headed_at.elapsed() + self.pace.look_every() >= self.pace.head_every {
            self.sign_if_new();
        }
        if self.epoch_at.elapsed() >= self.pace.epoch_every {
            self.sign_if_new();
            self.next_epoch();
        }
    }

    fn sign_if_new(&mut self) {
        drop(self.try_sign());
    }

    /// Signs a head if there is anything new to sign. `None` also when it cannot be written: the next attempt comes by itself.
    fn try_sign(&mut self) -> Option<Note> {
        if self.lost || self.tree.end() <= self.headed {
            return None;
        }
        match self.sign_head() {
            Ok(note) => Some(note),
            Err(fault) => {
                self.trouble.begin(Work::Sign, &fault);
                None
            }
        }
    }

    fn sign_head(&mut self) -> Result<Note, HeadsFault> {
        self.keys().mend()?;
        let promises = promise::lines(&*self.files).map_err(at(self.files.path("")))?;
        let (size, root) = self.stand();
        let time = rfc3339(self.clock.now().wall);
        let note = {
            let keys = self.keys();
            let mut extensions = vec![format!("epoch {}", keys.epoch().0), format!("time {time}")];
            extensions.extend(promises);
            keys.sign(&TreeHead { origin: keys.origin().to_owned(), size, root, extensions }.to_string())
        };
        self.heads.append(&note)?;
        (self.headed, self.headed_at) = (size, Instant::now());
        self.trouble.signed(self.clock.now().wall.0);
        Ok(note)
    }

    /// The next key, if the present one has signed anything.
    fn next_epoch(&mut self) {
        self.epoch_at = Instant::now();
        if self.lost {
            return;
        }
        let (now, stand) = (self.clock.now().wall, self.stand());
        if stand.0 != self.headed || self.headed <= self.keys().epoch().1 {
            return;
        }
        let handed = self.keys().hand_over(stand, now);
        match handed {
            Ok(()) => self.trouble.end(Work::HandOver),
            Err(fault) => self.trouble.begin(Work::HandOver, &fault),
        }
    }

    fn copy_out(&self, head: &Note) -> Result<(), HeadsFault> {
        let Some(copy) = &self.copy else { return Ok(()) };
        let name = format!("{}-{:012}.head", self.keys().origin().replace('/', "-"), self.headed);
        let written = copy.create(&name).and_then(|file| append_all(&*file, head.to_string().as_bytes()).and_then(|()| file.sync()));
        written.map_err(at(copy.path(&name)))
    }

    fn stand(&self) -> Stand {
        (self.tree.end(), self.tree.root().expect("the notary's tree starts at the first record"))
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of a new log: that of its node, and something that no other log has.
fn origin(node: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
    let mut own = [0; 4];
    if aws_lc_rs::rand::fill(&mut own).is_err() {
        own = std::process::id().to_be_bytes();
    }
    format!("lifeguard-log/{}/{:08x}", node.chars().map(plain).collect::<String>(), u32::from_be_bytes(own))
}
