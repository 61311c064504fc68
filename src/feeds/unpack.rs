//! Archives, opened safely: tar, zip, gzip and zstd, known by their first bytes and not by their names.
//!
//! Bounded: entries, bytes, and how much larger than itself an archive may become. A name that is absolute or climbs refuses the whole
//! archive, and so does a device. Links are passed over and never made. Only files that are wanted are written, under names of ours.

use super::cause::{Amiss, Cause, Refused};
use super::wanted::Wanted;
use flate2::read::MultiGzDecoder;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

/// Most entries of an archive.
const ENTRIES: usize = 100_000;
/// Longest record of a tar archive that only describes the next one.
const DESCRIPTION: u64 = 1 << 20;
/// Up to here nothing is said about how much an archive grows.
const FREE: u64 = 8 << 20;
/// How many times its own size an archive may become. Lists of names become five to twenty times as large.
const RATIO: u64 = 200;
/// Where a tar archive says that it is one (POSIX.1-1988).
const USTAR: std::ops::Range<usize> = 257..262;

fn refused(words: &str) -> Amiss {
    Amiss::Refused(Refused::new(Cause::Archive, words))
}

/// Unpacks what was fetched into `into`, a file or a folder as the format wants; `false` when it is no archive and stays as it is.
pub(super) fn unpack(from: &Path, into: &Path, wanted: &Wanted, most: u64) -> Result<bool, Amiss> {
    let mut file = File::open(from).map_err(Amiss::Disk)?;
    let length = file.metadata().map_err(Amiss::Disk)?.len();
    let mut start = Vec::new();
    Read::by_ref(&mut file).take(512).read_to_end(&mut start).map_err(Amiss::Disk)?;
    let mut out = Out { into, wanted, left: most, most, length, written: 0, entries: 0, chosen: None };
    let again = io::Cursor::new(start.clone()).chain(BufReader::with_capacity(1 << 16, file));
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        out.zip(File::open(from).map_err(Amiss::Disk)?)?;
    } else if start.starts_with(b"\x1f\x8b") {
        out.stream(MultiGzDecoder::new(again))?;
    } else if start.starts_with(b"\x28\xb5\x2f\xfd") {
        out.stream(zstd::Decoder::new(again).map_err(Amiss::Disk)?)?;
    } else if is_tar(&start) {
        out.tar(again)?;
    } else if wanted.is_folder() {
        return Err(refused("it is no archive: expected tar.gz, tar.zst, tar or zip with folders of categories"));
    } else {
        return Ok(false);
    }
    if out.written == 0 { Err(refused("it holds no file that is wanted")) } else { Ok(true) }
}

fn is_tar(start: &[u8]) -> bool {
    start.get(USTAR) == Some(b"ustar")
}

struct Out<'a> {
    into: &'a Path,
    wanted: &'a Wanted,
    left: u64,
    most: u64,
    /// Of the archive itself.
    length: u64,
    /// Files.
    written: usize,
    entries: usize,
    /// The one file of a format that is one file.
    chosen: Option<String>,
}

impl Out<'_> {
    /// What comes out of gzip or zstd: a tar archive, or the list itself.
    fn stream(&mut self, mut inside: impl Read) -> Result<(), Amiss> {
        let mut start = Vec::new();
        inside.by_ref().take(512).read_to_end(&mut start).map_err(broken)?;
        let tar = is_tar(&start);
        let all = io::Cursor::new(start).chain(inside);
        if tar {
            return self.tar(all);
        }
        if self.wanted.is_folder() {
            return Err(refused("it holds one file: expected folders of categories"));
        }
        let place = self.into.to_owned();
        self.write(&place, all, None)
    }

    fn tar(&mut self, inside: impl Read) -> Result<(), Amiss> {
        let mut archive = tar::Archive::new(inside);
        for entry in archive.entries().map_err(broken)?.raw(true) {
            let mut entry = entry.map_err(broken)?;
            self.count()?;
            let kind = entry.header().entry_type();
            let size = entry.size();
            if kind.is_gnu_longname() || kind.is_gnu_longlink() || kind.is_pax_local_extensions() || kind.is_pax_global_extensions() {
                // They describe the next entry. Names that need them are longer than any that is wanted.
                if size > DESCRIPTION {
                    return Err(refused("a description in it is too long"));
                }
                continue;
            }
            let name = safe_name(&entry.path_bytes())?;
            if kind.is_dir() || kind.is_symlink() || kind.is_hard_link() {
                continue;
            }
            if !kind.is_file() && !kind.is_contiguous() {
                return Err(refused("it holds something that is neither file, folder nor link"));
            }
            match self.place(&name)? {
                Some(place) => self.write(&place, &mut entry, Some(size))?,
                None => self.pass(&mut entry)?,
            }
        }
        // To the end, where gzip and zstd prove that all of it came.
        self.pass(&mut archive.into_inner())
    }

    fn zip(&mut self, file: File) -> Result<(), Amiss> {
        let broken = |error: zip::result::ZipError| refused(&format!("it is broken: {error}"));
        let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
        for number in 0..archive.len() {
            self.count()?;
            let mut entry = archive.by_index(number).map_err(broken)?;
            let name = safe_name(entry.name().map_err(broken)?.as_bytes())?;
            if entry.is_dir() || entry.is_symlink() {
                continue;
            }
            if entry.unix_mode().is_some_and(|mode| !matches!(mode & 0o170_000, 0 | 0o100_000)) {
                return Err(refused("it holds something that is neither file, folder nor link"));
            }
            if let Some(place) = self.place(&name)? {
                let size = entry.size();
                self.write(&place, &mut entry, Some(size))?;
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Amiss> {
        self.entries += 1;
        if self.entries > ENTRIES { Err(refused("it holds more than 100,000 entries")) } else { Ok(()) }
    }

    /// Where a file of the archive is written, if it is wanted.
    fn place(&mut self, name: &[String]) -> Result<Option<PathBuf>, Amiss> {
        let Some(below) = self.wanted.place(name) else { return Ok(None) };
        if !self.wanted.is_folder() {
            let chosen = name.join("/");
            if let Some(before) = self.chosen.replace(chosen) {
                let words = format!(
                    "it holds more than one file ({before} and {}): say which with inside",
                    self.chosen.as_deref().unwrap_or_default()
                );
                return Err(refused(&words));
            }
            return Ok(Some(self.into.to_owned()));
        }
        let place = self.into.join(below);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(Amiss::Disk)?;
        }
        Ok(Some(place))
    }

    /// Writes one file; `size`: the bytes that the archive says it has.
    fn write(&mut self, place: &Path, mut from: impl Read, size: Option<u64>) -> Result<(), Amiss> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(place);
        let mut file = match file {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(refused("it holds a file twice")),
            file => file.map_err(Amiss::Disk)?,
        };
        let written = self.copy(&mut from, Some(&mut file))?;
        if size.is_some_and(|size| size != written) {
            return Err(refused("it ends before its end"));
        }
        self.written += 1;
        Ok(())
    }

    fn pass(&mut self, from: &mut impl Read) -> Result<(), Amiss> {
        self.copy(from, None).map(drop)
    }

    /// Everything that comes out is counted, wanted or not.
    fn copy(&mut self, from: &mut impl Read, mut to: Option<&mut File>) -> Result<u64, Amiss> {
        let mut portion = vec![0; 1 << 16];
        let mut copied = 0;
        loop {
            let count = match from.read(&mut portion) {
                Ok(0) => return Ok(copied),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(broken(error)),
            };
            self.spend(count as u64)?;
            if let Some(file) = to.as_mut() {
                file.write_all(&portion[..count]).map_err(Amiss::Disk)?;
            }
            copied += count as u64;
        }
    }

    fn spend(&mut self, bytes: u64) -> Result<(), Amiss> {
        let bomb = |words: String| Err(Amiss::Refused(Refused::new(Cause::Bomb, words)));
        let Some(left) = self.left.checked_sub(bytes) else {
            return bomb(format!("it becomes more than {} bytes (max_expanded)", self.most));
        };
        self.left = left;
        let come = self.most - left;
        if come > FREE && come / RATIO > self.length {
            return bomb(format!("it becomes more than {RATIO} times as large as it is"));
        }
        Ok(())
    }
}

fn broken(error: io::Error) -> Amiss {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        refused("it ends before its end")
    } else {
        refused(&format!("it is broken: {error}"))
    }
}

/// The parts of a name that leads down and nowhere else.
fn safe_name(name: &[u8]) -> Result<Vec<String>, Amiss> {
    let climbs = || refused("it holds a name that leads out of it");
    let name = str::from_utf8(name).map_err(|_| refused("it holds a name that is not UTF-8"))?;
    if name.contains(['\\', '\0']) {
        return Err(climbs());
    }
    let mut parts = Vec::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(climbs()),
        }
    }
    Ok(parts)
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
