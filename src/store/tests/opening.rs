//! A folder in which a test opens files in its own way.

use super::fake::FakeFiles;
use crate::store::files::{Files, LogFile, Source};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) struct Opening<F> {
    pub(super) disk: FakeFiles,
    pub(super) open: F,
}

impl<F: Fn(&FakeFiles, &str) -> io::Result<Box<dyn Source>> + Send + Sync> Files for Opening<F> {
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
        (self.open)(&self.disk, name)
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
