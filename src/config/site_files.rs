//! The files of sites: found by their pattern, read and taken apart, several at a time. What they mean is said by `check::sites`.
//!
//! Must never leave out a file that cannot be read: a site whose file is broken would be judged by another's rules.

use super::fault::FaultKind;
use super::files::Files;
use super::includes;
use super::node::{Value, read_document};
use super::raw::{RawSiteFile, RawSites};
use super::reader::Reader;
use super::section::ReadTable;
use super::source::{At, Place};
use aws_lc_rs::digest::{Context, SHA256};
use std::path::Path;
use std::sync::Mutex;

/// One site as it was written.
pub(super) struct SiteFile {
    /// The texts of the site, and the faults in them.
    pub(super) reader: Reader,
    pub(super) raw: RawSiteFile,
    /// Its name.
    pub(super) name: Box<str>,
    /// Over everything that was read for it.
    pub(super) digest: Context,
}

/// Adds one part, its length before it: where one ends and the next begins is part of what was read.
pub(super) fn add_part(digest: &mut Context, part: &[u8]) {
    digest.update(&(part.len() as u64).to_be_bytes());
    digest.update(part);
}

/// A site's file is a page of text; its exceptions have a file of their own.
const MOST_BYTES: usize = 4 << 20;

/// Reads every file that the pattern names.
pub(super) fn read(written: &RawSites, files: &dyn Files, reader: &mut Reader) -> Vec<SiteFile> {
    let Some(pattern) = &written.files else { return Vec::new() };
    let names = found(pattern, files, reader);
    in_parallel(names, |name| read_one(&name, files))
}

/// The names that fit, in order. None at all is a fault: nobody writes a pattern for nothing.
fn found(pattern: &At<String>, files: &dyn Files, reader: &mut Reader) -> Vec<String> {
    let (folder, wanted) = pattern.value.rsplit_once('/').unwrap_or(("", &pattern.value));
    let Some((start, end)) = wanted.split_once('*').filter(|(_, end)| !folder.contains('*') && !end.contains('*')) else {
        reader.fault(
            &pattern.place,
            FaultKind::Malformed { expected: "a folder and file names with one *, such as \"sites/*.toml\"".into() },
        );
        return Vec::new();
    };
    let folder = if folder.is_empty() && !pattern.value.starts_with('/') { "." } else { folder };
    let all = files.files(Path::new(folder)).unwrap_or_else(|error| {
        reader.fault(&pattern.place, FaultKind::File { path: folder.into(), problem: error.to_string().into() });
        Vec::new()
    });
    let fits = |name: &String| name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end);
    let mut names: Vec<String> = all.into_iter().filter(fits).map(|name| format!("{folder}/{name}")).collect();
    names.sort_unstable();
    if names.is_empty() {
        reader.fault(&pattern.place, FaultKind::Unknown("file", pattern.value.as_str().into()));
    }
    names
}

fn read_one(name: &str, files: &dyn Files) -> SiteFile {
    let mut site = SiteFile { reader: Reader::default(), raw: RawSiteFile::default(), name: name.into(), digest: Context::new(&SHA256) };
    let text = match files.read(Path::new(name)) {
        Ok(bytes) if bytes.len() > MOST_BYTES => Err(format!("{} bytes; there are at most {MOST_BYTES}", bytes.len())),
        Ok(bytes) => String::from_utf8(bytes).map_err(|error| format!("byte {} is not UTF-8", error.utf8_error().valid_up_to())),
        Err(error) => Err(error.to_string()),
    };
    let source = site.reader.add_source(name, text.as_deref().unwrap_or_default());
    let place = Place { source, span: 0..0 };
    match text {
        Ok(text) => {
            add_part(&mut site.digest, text.as_bytes());
            let mut document = read_document(source, &mut site.reader);
            for included in includes::apply(&mut document, files, &mut site.reader) {
                add_part(&mut site.digest, included.as_bytes());
            }
            site.raw.read_table(&At { value: Value::Table(document), place }, &mut site.reader);
        }
        Err(problem) => site.reader.fault(&place, FaultKind::File { path: name.into(), problem: problem.into() }),
    }
    site
}

/// Does the work for each, on as many threads as there are processors; the answers come in the order of the items.
pub(super) fn in_parallel<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len() / 8);
    if threads < 2 {
        return items.into_iter().map(work).collect();
    }
    let waiting = Mutex::new(items.into_iter().enumerate());
    // Nothing panics while it holds the lock.
    let next = || waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
    let take = || std::iter::from_fn(next).map(|(number, item)| (number, work(item))).collect::<Vec<_>>();
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, answer)| answer).collect()
}
