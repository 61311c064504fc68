//! A folder of our own that is gone when its suite is over. What a run left behind that was killed is gone when the next one begins: whoever
//! uses a folder holds its lock, and a folder of ours that nobody holds is nobody's any more.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// What all their names begin with.
const NAME: &str = "lifeguard-accreditation-";
/// So often a fresh folder may be taken for one that was left behind, before it is held.
const TRIES: usize = 5;

/// The folder. Nobody else may read it.
pub(super) struct Scratch {
    path: PathBuf,
    _held: File,
}

impl Scratch {
    pub(super) fn make() -> io::Result<Self> {
        Self::make_in(&std::env::temp_dir())
    }

    fn make_in(above: &Path) -> io::Result<Self> {
        for _ in 0..TRIES {
            // Nobody can guess the name and stand in the way of it.
            let mut random = [0_u8; 16];
            aws_lc_rs::rand::fill(&mut random).map_err(|_| io::Error::other("no randomness"))?;
            let path = above.join(format!("{NAME}{:032x}", u128::from_be_bytes(random)));
            fs::DirBuilder::new().mode(0o700).create(&path)?;
            let held = File::open(&path).and_then(|folder| folder.lock().map(|()| folder));
            match held {
                Ok(held) if path.exists() => {
                    sweep(above, held.metadata()?.uid());
                    return Ok(Self { path, _held: held });
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                // Somebody who began at the same moment has swept it away.
                Ok(_) | Err(_) => {}
            }
        }
        Err(io::Error::other("a folder for the time of a run is taken away each time"))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(%error, path = %self.path.display(), "a folder of accreditation could not be removed");
        }
    }
}

/// Takes away what runs of this owner left behind.
fn sweep(above: &Path, owner: u32) {
    let entries = fs::read_dir(above).into_iter().flatten().flatten();
    let ours = |entry: &fs::DirEntry| {
        let named = entry.file_name().to_str().is_some_and(|name| name.starts_with(NAME));
        // Neither follows a link.
        named && entry.metadata().is_ok_and(|facts| facts.is_dir() && facts.uid() == owner)
    };
    for path in entries.filter(ours).map(|entry| entry.path()) {
        let left = File::open(&path).ok().filter(|folder| folder.try_lock().is_ok());
        // It is held while it goes, so that nobody begins in it.
        if left.is_some() && fs::remove_dir_all(&path).is_ok() {
            tracing::info!(path = %path.display(), "a folder that a run of accreditation left behind is gone");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_behind_goes_and_what_somebody_uses_stays() {
        let above = tempfile::tempdir().unwrap();
        let left = above.path().join(format!("{NAME}0123"));
        let others = above.path().join("somebody-elses");
        let linked = above.path().join(format!("{NAME}4567"));
        for folder in [&left, &others] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("file"), "text").unwrap();
        }
        std::os::unix::fs::symlink(&others, &linked).unwrap();
        let first = Scratch::make_in(above.path()).unwrap();
        assert!(!left.exists() && others.join("file").exists() && linked.exists());
        let second = Scratch::make_in(above.path()).unwrap();
        assert!(first.path().exists() && second.path().exists(), "both are in use");
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists() && second.path().exists());
    }

    #[test]
    fn many_that_begin_at_once_have_a_folder_each() {
        let above = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let above = above.path();
                scope.spawn(move || {
                    for _ in 0..50 {
                        let scratch = Scratch::make_in(above).unwrap();
                        fs::write(scratch.path().join("file"), "text").unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(above.path()).unwrap().count(), 0);
    }
}
