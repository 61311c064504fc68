//! One source that was fetched, looked at alone: is it text, is it a list, and would it be held back? Only then may it come into force.

use super::cause::{Cause, Refused};
use super::compile::feed;
use super::fetched::Version;
use super::load::FeedFault;
use super::sources::{BuiltIn, Found, Place, SourceFault, find_alone, take_as_it_is};
use crate::config::{ListSettings, Source as Setting};
use crate::lists::{Compiled, Compiler, InstallationKey};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

/// So much is looked at to tell a list from a page.
const START: u64 = 4096;
/// Fewer places that are not UTF-8 never refuse a list.
const MIN_STRANGE: u64 = 3;

/// By what a version is measured.
#[derive(Clone, Copy)]
pub(super) enum Measure<'a> {
    /// By the version before, where there is one.
    Last(Option<&'a Version>),
    /// A named person takes it as it is.
    AsItIs,
}

/// Compiles one source from where it stands.
pub(super) fn vet(
    (settings, builtin): (&ListSettings, BuiltIn),
    setting: &Setting,
    key: &InstallationKey,
    measure: Measure<'_>,
) -> Result<Compiled, Refused> {
    let mut found = find_alone(settings, setting, builtin).map_err(|fault| match fault {
        SourceFault::NoCategories { .. } => Refused::new(Cause::Archive, "no folder in it has a file called domains, urls or expressions"),
        SourceFault::Read { .. } | SourceFault::NotBuiltIn { .. } | SourceFault::NotFetched { .. } | SourceFault::Pointer { .. } => {
            Refused::new(Cause::Unusable, fault.to_string())
        }
    })?;
    let last = match measure {
        Measure::Last(last) => last,
        Measure::AsItIs => None,
    };
    for list in &mut found {
        look(list, settings.max_bad_share)?;
        list.spec.last_good_entries = last.and_then(|last| last.entries.get(&*list.spec.name)).copied();
        if matches!(measure, Measure::AsItIs) {
            take_as_it_is(&mut list.spec);
        }
    }
    let mut alarms = Vec::new();
    let unusable = |fault: FeedFault| Refused::new(Cause::Unusable, fault.to_string());
    let mut compiler = Compiler::new(key);
    for list in &found {
        let id = compiler.add_list(list.spec.clone()).map_err(|fault| unusable(fault.into()))?;
        feed(&mut compiler, id, list, &mut alarms).map_err(unusable)?;
    }
    let compiled = compiler.finish();
    if let Some((name, hold)) = compiled.report.held().next() {
        return Err(Refused::new(Cause::of(hold), format!("{name}: {hold}")));
    }
    if let Some(last) = last {
        shrunk(&entries(&compiled), &last.entries, settings.max_shrink)?;
    }
    Ok(compiled)
}

/// Entries by list.
pub(super) fn entries(compiled: &Compiled) -> BTreeMap<String, u64> {
    compiled.image.lists().iter().map(|list| (list.name.to_string(), list.entries)).collect()
}

/// The source as a whole, and categories that are gone.
fn shrunk(now: &BTreeMap<String, u64>, last: &BTreeMap<String, u64>, most: f64) -> Result<(), Refused> {
    let total = |entries: &BTreeMap<String, u64>| entries.values().sum::<u64>();
    let (now_total, last_total) = (total(now), total(last));
    if (now_total as f64) < (last_total as f64) * (1.0 - most) {
        return Err(Refused::new(Cause::Shrunk, format!("it shrank from {last_total} entries to {now_total}")));
    }
    match last.iter().find(|(name, entries)| **entries > 0 && !now.contains_key(*name)) {
        Some((name, entries)) => Err(Refused::new(Cause::Shrunk, format!("{name}, with {entries} entries, is gone"))),
        None => Ok(()),
    }
}

/// What no compiler needs to read.
fn look(list: &Found, most: f64) -> Result<(), Refused> {
    for (_, place) in &list.files {
        let Place::File(path) = place else { continue };
        let looked = File::open(path).and_then(Look::at);
        let look = looked.map_err(|error| Refused::new(Cause::Unusable, error.to_string()))?;
        look.judge(most)?;
    }
    Ok(())
}

/// What a file looks like.
struct Look {
    start: Vec<u8>,
    lines: u64,
    /// Places that are not UTF-8.
    strange: u64,
}

impl Look {
    fn at(file: File) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut start = Vec::new();
        reader.by_ref().take(START).read_to_end(&mut start)?;
        let (mut lines, mut strange) = (0, 0);
        let mut text = io::Cursor::new(start.clone()).chain(reader);
        let mut rest: Vec<u8> = Vec::new();
        loop {
            let portion = text.fill_buf()?;
            let count = portion.len();
            if count == 0 {
                return Ok(Self { start, lines, strange: strange + u64::from(!rest.is_empty()) });
            }
            rest.extend_from_slice(portion);
            text.consume(count);
            lines += memchr::memchr_iter(b'\n', &rest[rest.len() - count..]).count() as u64;
            // A letter may be cut at the end of a portion: it is looked at with the next.
            let whole = rest.len() - cut_letter(&rest);
            strange += rest[..whole].utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count() as u64;
            rest.drain(..whole);
        }
    }

    fn judge(&self, most: f64) -> Result<(), Refused> {
        if self.start.is_empty() {
            return Err(Refused::new(Cause::Empty, "it is empty"));
        }
        if self.start.starts_with(b"\xff\xfe") || self.start.starts_with(b"\xfe\xff") {
            return Err(Refused::new(Cause::Charset, "it is UTF-16: lists are UTF-8"));
        }
        if self.start.contains(&0) {
            return Err(Refused::new(Cause::NotText, "it is binary, not text"));
        }
        let plain = self.start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.start);
        if plain.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<') {
            return Err(Refused::new(Cause::Page, "it is a page, not a list"));
        }
        if self.strange >= MIN_STRANGE && self.strange as f64 > self.lines as f64 * most {
            let words = format!("{} places in {} lines are not UTF-8: it may be Latin-1", self.strange, self.lines);
            return Err(Refused::new(Cause::Charset, words));
        }
        Ok(())
    }
}

/// Bytes at the end that may be the start of a letter.
fn cut_letter(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    let may_go_on = matches!(last, [0xc2..=0xf4] | [0xe0..=0xf4, 0x80..=0xbf] | [0xf0..=0xf4, 0x80..=0xbf, 0x80..=0xbf]);
    if may_go_on && bytes.ends_with(last) { last.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(bytes: &[u8]) -> Option<Cause> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        std::fs::write(&path, bytes).unwrap();
        Look::at(File::open(path).unwrap()).unwrap().judge(0.05).err().map(|refused| refused.cause)
    }

    #[test]
    fn what_is_no_list_is_known_by_its_looks() {
        let utf16: Vec<u8> = "\u{feff}a.test\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin1 = "caf\u{e9}.test\n".repeat(50).chars().map(|letter| letter as u8).collect::<Vec<_>>();
        let long = "é".repeat(100_000) + "\n";
        for (bytes, cause) in [
            (&b""[..], Some(Cause::Empty)),
            (b"a.test\n", None),
            (b"\xef\xbb\xbfa.test\n", None),
            (b"\n <!DOCTYPE html>", Some(Cause::Page)),
            (b"<?xml?><Error/>", Some(Cause::Page)),
            (b"a\0b", Some(Cause::NotText)),
            (&utf16, Some(Cause::Charset)),
            (&utf16[2..], Some(Cause::NotText)),
            (&latin1, Some(Cause::Charset)),
            (b"# caf\xe9\na.test\nb.test\n", None),
            (long.as_bytes(), None),
            (&[long.as_bytes(), b"\xe9"].concat(), None),
        ] {
            assert_eq!(judged(bytes), cause, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(20)]));
        }
    }
}
