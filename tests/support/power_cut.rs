//! Cuts the power from under the real program: a small shim (`power_cut.c`, compiled here) notes what it has really put on disk, and
//! after a kill everything else is dropped, torn or left, as chance has it. Without a C compiler there is no cut, and the test says so.

use super::proxy::{Lifeguard, program};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a disk writes at once.
const BLOCK: u64 = 512;

/// Where the notes are, and what was safe before this round.
pub struct PowerCut {
    shim: PathBuf,
    notes: PathBuf,
    log: PathBuf,
    sizes: HashMap<u64, u64>,
    names: Vec<(u64, String)>,
}

impl PowerCut {
    /// For a log in this folder. `None` without a C compiler.
    pub fn prepare(folder: &Path) -> Option<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/power_cut.c");
        let shim = folder.join("power_cut.so");
        let compiled =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&shim).arg(source).args(["-ldl", "-lpthread"]).status();
        if !compiled.is_ok_and(|status| status.success()) {
            return None;
        }
        Some(Self { shim, notes: folder.join("notes"), log: folder.join("log"), sizes: HashMap::new(), names: Vec::new() })
    }

    /// Starts the program with durability `power` and the shim.
    pub fn start(&mut self, config: &Path) -> Lifeguard {
        let _old = fs::remove_dir_all(&self.notes);
        fs::create_dir(&self.notes).unwrap();
        self.names = files(&self.log);
        self.sizes = self.names.iter().map(|(inode, name)| (*inode, fs::metadata(self.log.join(name)).unwrap().len())).collect();
        let mut command = program();
        command.env("LD_PRELOAD", &self.shim).env("LIFEGUARD_CUT_LOG", &self.log).env("LIFEGUARD_CUT_NOTES", &self.notes);
        command.env("LIFEGUARD__LOG__FOLDER", &self.log).env("LIFEGUARD__LOG__DURABILITY", "power");
        command.env("LIFEGUARD__LOG__RESERVE", "1MiB").env("LIFEGUARD__LOG__SEGMENT", "64KiB");
        Lifeguard::start_with(command.args(["run", "--config"]).arg(config), config.parent().unwrap())
    }

    /// After the kill: leaves in the folder what was noted as safe, and of the rest what chance leaves.
    pub fn cut(&mut self, mut chance: impl FnMut(u64) -> u64) {
        self.read_notes();
        let safe: HashMap<String, u64> = self.names.iter().map(|(inode, name)| (name.clone(), *inode)).collect();
        let mut kept = HashSet::new();
        for (inode, name) in files(&self.log) {
            let path = self.log.join(&name);
            let is_safe = safe.get(&name) == Some(&inode);
            if !is_safe && chance(2) == 0 {
                // Kept by a second link, in case it has another name that was safe.
                let _kept = fs::hard_link(&path, self.notes.join(inode.to_string()));
                fs::remove_file(&path).unwrap();
                continue;
            }
            self.shorten(&path, inode, &mut chance);
            kept.insert(inode);
        }
        for (name, inode) in safe.into_iter().filter(|(_, inode)| !kept.contains(inode)) {
            // Removed or renamed, and that was not yet on disk.
            let old = self.notes.join(inode.to_string());
            if old.exists() {
                fs::copy(&old, self.log.join(&name)).unwrap();
                let size = self.sizes.get(&inode).copied().unwrap_or(0);
                fs::OpenOptions::new().write(true).open(self.log.join(&name)).unwrap().set_len(size).unwrap();
            }
        }
    }

    fn shorten(&self, path: &Path, inode: u64, chance: &mut impl FnMut(u64) -> u64) {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        let size = file.metadata().unwrap().len();
        // A torn last note is cut off when the log is opened again: then less is there than was safe.
        let safe = self.sizes.get(&inode).copied().unwrap_or(0).min(size);
        let left = match chance(4) {
            0 => safe,
            1 => size,
            _ => safe + chance(size - safe + 1),
        };
        file.set_len(left).unwrap();
        if chance(2) == 0 {
            let mut at = safe;
            while at < left {
                let end = ((at / BLOCK + 1) * BLOCK).min(left);
                if chance(3) == 0 {
                    file.write_all_at(&vec![0; usize::try_from(end - at).unwrap()], at).unwrap();
                }
                at = end;
            }
        }
    }

    fn read_notes(&mut self) {
        let text = fs::read_to_string(self.notes.join("notes")).unwrap_or_default();
        let mut names: Option<Vec<(u64, String)>> = None;
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["S", inode, size] => {
                    let safe = self.sizes.entry(inode.parse().unwrap()).or_default();
                    *safe = (*safe).max(size.parse().unwrap());
                }
                ["D"] => names = Some(Vec::new()),
                ["N", inode, name] => names.as_mut().unwrap().push((inode.parse().unwrap(), name.to_owned())),
                ["E"] => self.names = names.take().unwrap(),
                _ => panic!("a note that cannot be read: {line}"),
            }
        }
    }
}

/// Files of a folder with their inodes; none where there is no folder.
fn files(folder: &Path) -> Vec<(u64, String)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    // The folder of keys is left as it is: what is in it stays or goes with a sync of its own.
    let files = entries.flatten().filter(|entry| entry.metadata().is_ok_and(|facts| facts.is_file()));
    files.map(|entry| (entry.metadata().unwrap().ino(), entry.file_name().to_string_lossy().into_owned())).collect()
}
