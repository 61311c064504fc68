//! Names of devices by the leases of a DHCP server: read at start, and again when a file has changed.
//!
//! What a device calls itself is a claim: it names a device in records, and gives nobody any rules. What cannot be read leaves the last
//! good names in force, until a reload of the settings begins anew.

use super::account_file::{Stamp, stamp};
use super::lease_text::{Lease, cleaned, leases};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A larger file is not read: a quarter of a million leases.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What a device is called, as records may hold it: short, and without anything that could do harm.
#[must_use]
pub fn device_name(name: &str) -> Option<Arc<str>> {
    cleaned(name)
}

/// The names in force.
#[derive(Debug, Default)]
pub struct Leases {
    files: Vec<PathBuf>,
    seen: Mutex<Vec<Stamp>>,
    names: ArcSwap<HashMap<IpAddr, Lease>>,
}

impl Leases {
    /// Of these files; nothing has been read yet.
    #[must_use]
    pub fn of(files: &[PathBuf]) -> Self {
        Self { files: files.to_vec(), ..Self::default() }
    }

    /// The name of the device that has this address now. `now` in seconds since 1970.
    #[must_use]
    pub fn name(&self, address: IpAddr, now: i64) -> Option<Arc<str>> {
        if self.files.is_empty() {
            return None;
        }
        self.names.load().get(&address.to_canonical()).filter(|lease| lease.ends > now).map(|lease| Arc::clone(&lease.name))
    }

    /// Reads the files again if one has changed; files that cannot be read, each told once for each change.
    pub fn refresh(&self) -> Vec<(PathBuf, io::Error)> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now: Vec<Stamp> = self.files.iter().map(|path| stamp(path)).collect();
        if *seen == now {
            return Vec::new();
        }
        *seen = now;
        let (mut names, mut faults) = (HashMap::new(), Vec::new());
        for path in &self.files {
            match read(path) {
                Ok(text) => names.extend(leases(&text)),
                Err(error) => faults.push((path.clone(), error)),
            }
        }
        if faults.is_empty() {
            self.names.store(Arc::new(names));
        }
        faults
    }
}

/// The text of a file; what is no text in it becomes a mark that no name may hold.
fn read(path: &Path) -> io::Result<String> {
    if fs::metadata(path)?.len() > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_files_and_what_cannot_be_read_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dnsmasq.leases");
        fs::write(&path, "2000 aa:bb:cc:00:00:01 192.0.2.7 desk-1 *\n0 aa:bb:cc:00:00:02 192.0.2.8 printer *\n").unwrap();
        let leases = Leases::of(std::slice::from_ref(&path));
        assert!(leases.refresh().is_empty());
        let name = |address: &str, now| leases.name(address.parse().unwrap(), now).map(|name| name.to_string());
        assert_eq!(name("192.0.2.7", 1999).as_deref(), Some("desk-1"));
        assert_eq!(name("::ffff:192.0.2.7", 1999).as_deref(), Some("desk-1"));
        assert_eq!((name("192.0.2.7", 2000), name("192.0.2.9", 0)), (None, None));
        assert_eq!(name("192.0.2.8", i64::from(u32::MAX)).as_deref(), Some("printer"), "a lease without an end");
        fs::write(&path, "2000 aa:bb:cc:00:00:01 192.0.2.7 another-desk *\n").unwrap();
        assert!(leases.refresh().is_empty());
        assert_eq!(name("192.0.2.7", 1).as_deref(), Some("another-desk"));
        fs::remove_file(&path).unwrap();
        assert_eq!((leases.refresh().len(), leases.refresh().len()), (1, 0), "told once");
        assert_eq!(name("192.0.2.7", 1).as_deref(), Some("another-desk"));
    }
}
