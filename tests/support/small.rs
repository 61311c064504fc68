//! A disk that is soon full.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system, while this lives.
pub struct Small(PathBuf);

impl Small {
    /// One of 128 KB. `None`, and said so: none can be mounted here.
    pub fn mount(at: &Path) -> Option<Self> {
        Self::mount_of(at, "128k")
    }

    /// The same of another size.
    pub fn mount_of(at: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]).arg(at).output();
        let mounted = mounted.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()));
        if mounted.is_none() {
            println!("skipped: no small file system can be mounted here");
        }
        mounted
    }

    /// Not a byte more fits, until this file is taken away.
    pub fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        for size in [4096, 1] {
            while file.write_all(&vec![b'x'; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ended = Command::new("umount").arg(&self.0).output();
    }
}
