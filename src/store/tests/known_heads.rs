//! To find a place in a long log no segment is unpacked that is not the one.

use super::fake::FakeFiles;
use super::sealed::{log_of, sealed};
use crate::store::caretaker::tend;
use crate::store::files::{Files, LogFile, Source};
use crate::store::query::{AtMost, Watch, record_in};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Counts bytes that are read of sealed segments.
struct Counting {
    disk: FakeFiles,
    read: Arc<AtomicUsize>,
}

struct Counted(Box<dyn Source>, Arc<AtomicUsize>);

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(out)?;
        self.1.fetch_add(count, Relaxed);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Files for Counting {
    fn names(&self) -> io::Result<Vec<String>> {
        self.disk.names()
    }
    fn create(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.disk.create(name)
    }
    fn extend(&self, name: &str) -> io::Result<Arc<dyn LogFile>> {
        self.disk.extend(name)
    }
    fn open(&self, name: &str) -> io::Result<Box<dyn Source>> {
        let source = self.disk.open(name)?;
        Ok(if name.ends_with(".sealed") { Box::new(Counted(source, Arc::clone(&self.read))) } else { source })
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.disk.remove(name)
    }
    fn destroy(&self, name: &str) -> io::Result<()> {
        self.disk.destroy(name)
    }
    fn folder(&self, path: &Path) -> io::Result<Arc<dyn Files>> {
        self.disk.folder(path)
    }
    fn sync_folder(&self) -> io::Result<()> {
        self.disk.sync_folder()
    }
    fn sync(&self, name: &str) -> io::Result<()> {
        self.disk.sync(name)
    }
    fn path(&self, name: &str) -> PathBuf {
        self.disk.path(name)
    }
}

#[test]
fn a_place_in_a_long_log_is_found_without_unpacking_other_segments() {
    let disk = FakeFiles::default();
    log_of(&disk, 400, 6000);
    // A second run: its segment is the newest, and stays as it is.
    log_of(&disk, 10, 1 << 20);
    assert!(tend(&disk, &|| false));
    let whole: usize = sealed(&disk).iter().map(|name| disk.bytes(name).len()).sum();
    let segments = sealed(&disk).len();
    let read = Arc::<AtomicUsize>::default();
    let counting = || Box::new(Counting { disk: disk.clone(), read: Arc::clone(&read) });
    let mut newest = Watch::on(counting(), None, true).unwrap();
    newest.poll(&|_| false, AtMost { given: 1, looked_at: usize::MAX }, &mut |_| {}).unwrap();
    let last = newest.last().unwrap();
    assert_eq!(record_in(&*counting(), last).unwrap().unwrap().sequence, last);
    let found = Watch::on(counting(), Some(last), true).unwrap();
    assert_eq!(found.last(), Some(last));
    // Three times: the foot of each, which the card of its index has to fit.
    let read = read.load(Relaxed);
    assert!(segments > 5 && read <= 3 * 64 * segments && 10 * read < 3 * whole, "{read} of {whole} bytes in {segments} segments");
}
