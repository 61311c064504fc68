//! Makes a sealed file from a raw one: twice through the raw file, once through both. It holds a few megabytes, and it can be told
//! to stop between any two blocks. The raw file is taken away last, and only when every byte was read back.

use super::directory::{BlockPlace, Directory, Foot};
use super::source::SealedReader;
use super::{BLOCK_MOST, SEAL_MAGIC};
use crate::record::fold::{FIELDS, Tables, field_texts, pack};
use crate::record::frame::{FrameKind, frame_size, read_frame};
use crate::record::segment::MAGIC;
use crate::record::{Entry, decode, wall_of};
use crate::store::files::{Files, LogFile, append_all};
use crate::store::name::{UNFINISHED, sealed_name};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

/// Raw bytes of a block: small enough to be read for the sake of one record, long enough to be worth packing.
const BLOCK: usize = 256 * 1024;
const LEVEL: i32 = 9;
const TEXTS_LEVEL: i32 = 12;
/// Texts that are counted at most, and bytes of them that are kept at most.
const COUNTED: usize = 2 << 20;
const TABLE_MOST: usize = 24 << 20;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Bytes of the raw file.
    pub(crate) raw: u64,
    /// Bytes of the sealed file.
    pub(crate) sealed: u64,
}

/// What is done once a segment is sealed and its raw form is still there. Whatever comes of it, the raw form goes.
pub(crate) type WhileRaw<'a> = &'a dyn Fn();

/// What came of comparing a sealed file with the raw one.
enum Compared {
    Same,
    /// These blocks do not unfold to what they were folded from.
    Unlike(Vec<usize>),
    Stopped,
}

/// Seals a segment that nothing is written to any more. `None`: `stop` said so, and nothing has changed.
pub(crate) fn seal(files: &dyn Files, name: &str, stop: &dyn Fn() -> bool, while_raw: WhileRaw<'_>) -> io::Result<Option<Sealed>> {
    let target = sealed_name(name);
    if files.open(&target).is_ok() {
        return finish(files, name, &target, stop, while_raw);
    }
    let unfinished = format!("{target}{UNFINISHED}");
    match make_same(files, name, &unfinished, stop) {
        Ok(true) => {
            files.rename(&unfinished, &target)?;
            files.sync_folder()?;
            finish_checked(files, name, &target, while_raw)
        }
        Ok(false) => {
            files.remove(&unfinished)?;
            Ok(None)
        }
        Err(e) => {
            drop(files.remove(&unfinished));
            Err(e)
        }
    }
}

/// Writes the sealed file and reads it back. A block that does not unfold to itself is kept as it is the second time. `false`: stopped.
fn make_same(files: &dyn Files, name: &str, unfinished: &str, stop: &dyn Fn() -> bool) -> io::Result<bool> {
    let mut verbatim = Vec::new();
    loop {
        if files.open_stored(unfinished).is_ok() {
            files.remove(unfinished)?;
        }
        let file = files.create(unfinished)?;
        if !make(files, name, &file, &verbatim, stop)? {
            return Ok(false);
        }
        file.sync()?;
        match compare(files, name, unfinished, stop)? {
            Compared::Same => return Ok(true),
            Compared::Stopped => return Ok(false),
            Compared::Unlike(blocks) if verbatim.is_empty() => verbatim = blocks,
            Compared::Unlike(_) => return Err(unlike()),
        }
    }
}

/// A crash left both: the sealed one is compared once more, and the raw one goes; or the sealed one does, if it is not good.
fn finish(files: &dyn Files, name: &str, target: &str, stop: &dyn Fn() -> bool, while_raw: WhileRaw<'_>) -> io::Result<Option<Sealed>> {
    match compare(files, name, target, stop) {
        Ok(Compared::Same) => {
            files.sync_folder()?;
            finish_checked(files, name, target, while_raw)
        }
        Ok(Compared::Stopped) => Ok(None),
        Ok(Compared::Unlike(_)) | Err(_) => {
            files.remove(target)?;
            Ok(None)
        }
    }
}

fn finish_checked(files: &dyn Files, name: &str, target: &str, while_raw: WhileRaw<'_>) -> io::Result<Option<Sealed>> {
    let length = |name: &str| files.open_stored(name).and_then(|mut source| source.seek(io::SeekFrom::End(0)));
    let sealed = Sealed { raw: length(name)?, sealed: length(target)? };
    while_raw();
    files.remove(name)?;
    Ok(Some(sealed))
}

fn unlike() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the sealed segment does not read back as it was written")
}

/// Is the sealed file, as it lies on disk, the raw one? Every block is read back and held against the raw bytes.
fn compare(files: &dyn Files, name: &str, sealed: &str, stop: &dyn Fn() -> bool) -> io::Result<Compared> {
    let mut raw = files.open(name)?;
    let mut back = SealedReader::open(files.open(sealed)?)?;
    let (mut bytes, mut unlike_blocks) = (Vec::new(), Vec::new());
    for index in 0..back.directory().blocks.len() {
        if stop() {
            return Ok(Compared::Stopped);
        }
        let place = back.directory().blocks[index];
        bytes.resize(place.raw as usize, 0);
        if read_full(&mut *raw, &mut bytes)? != bytes.len() {
            return Err(unlike());
        }
        match back.block(index) {
            Ok(block) if block == bytes => {}
            // What was packed is whole, so that it is the folding that does not fit.
            Ok(_) | Err(_) if place.folded > 0 => unlike_blocks.push(index),
            Ok(_) => return Err(unlike()),
            Err(error) => return Err(error),
        }
    }
    if read_full(&mut *raw, &mut [0])? != 0 {
        return Err(unlike());
    }
    Ok(if unlike_blocks.is_empty() { Compared::Same } else { Compared::Unlike(unlike_blocks) })
}

fn read_full(source: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match source.read(&mut out[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Writes the whole sealed file, these blocks as they are. `false`: it was stopped.
fn make(files: &dyn Files, name: &str, file: &Arc<dyn LogFile>, verbatim: &[usize], stop: &dyn Fn() -> bool) -> io::Result<bool> {
    let Some(tables) = count_texts(files, name, stop)? else { return Ok(false) };
    let texts = tables.to_bytes();
    let packed_texts = zstd::bulk::compress(&texts, TEXTS_LEVEL)?;
    append_all(&**file, &SEAL_MAGIC)?;
    append_all(&**file, &packed_texts)?;
    let mut maker = Maker {
        file: Arc::clone(file),
        compressor: zstd::bulk::Compressor::new(LEVEL)?,
        at: (SEAL_MAGIC.len() + packed_texts.len()) as u64,
        directory: Directory { texts: texts.len() as u64, ..Directory::default() },
        tables,
    };
    let mut cutter = Cutter::open(files, name)?;
    while let Some((first, block)) = cutter.next()? {
        if stop() {
            return Ok(false);
        }
        let fold = !verbatim.contains(&maker.directory.blocks.len());
        maker.block(first, block, fold)?;
    }
    maker.finish(&texts_foot(&packed_texts))?;
    Ok(true)
}

fn texts_foot(packed: &[u8]) -> (u64, u32) {
    (packed.len() as u64, crc32fast::hash(packed))
}

struct Maker {
    file: Arc<dyn LogFile>,
    compressor: zstd::bulk::Compressor<'static>,
    at: u64,
    directory: Directory,
    tables: Tables,
}

impl Maker {
    fn block(&mut self, first: u64, raw: &[u8], fold: bool) -> io::Result<()> {
        let folded = fold.then(|| pack(&self.tables, first, raw)).filter(|folded| folded.len() < raw.len());
        let packed = self.compressor.compress(folded.as_deref().unwrap_or(raw))?;
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData));
        let (records, earliest, latest) = times(raw);
        let place = BlockPlace {
            offset: self.at,
            packed: length(&packed)?,
            checksum: crc32fast::hash(&packed),
            raw_at: self.directory.raw_length,
            raw: length(raw)?,
            folded: folded.as_deref().map_or(Ok(0), length)?,
            first,
            earliest,
            latest,
            records,
        };
        append_all(&*self.file, &packed)?;
        self.at += u64::from(place.packed);
        self.directory.raw_length += u64::from(place.raw);
        self.directory.blocks.push(place);
        Ok(())
    }

    fn finish(self, texts: &(u64, u32)) -> io::Result<()> {
        let directory = self.directory.to_bytes();
        let packed = zstd::bulk::compress(&directory, LEVEL)?;
        let foot = Foot {
            directory_at: self.at,
            directory_packed: packed.len() as u64,
            directory: directory.len() as u64,
            texts_packed: texts.0,
            texts_checksum: texts.1,
            directory_checksum: crc32fast::hash(&packed),
        };
        append_all(&*self.file, &packed)?;
        append_all(&*self.file, &foot.to_bytes())
    }
}

/// How many records lie in a block, and between which times.
fn times(mut raw: &[u8]) -> (u64, i64, i64) {
    let (mut records, mut earliest, mut latest) = (0, i64::MAX, i64::MIN);
    raw = raw.strip_prefix(&MAGIC).unwrap_or(raw);
    while let Ok(frame) = read_frame(raw) {
        if frame.kind == FrameKind::Record {
            records += 1;
            if let Some(wall) = wall_of(frame.payload) {
                earliest = earliest.min(wall);
                latest = latest.max(wall);
            }
        }
        raw = &raw[frame.size()..];
    }
    (records, earliest, latest)
}

/// The texts that occur more than once, the most frequent first: they get the short numbers.
fn count_texts(files: &dyn Files, name: &str, stop: &dyn Fn() -> bool) -> io::Result<Option<Tables>> {
    let mut counts: Vec<HashMap<Box<[u8]>, u32, rapidhash::fast::RandomState>> = vec![HashMap::default(); FIELDS];
    let mut room = COUNTED;
    let mut cutter = Cutter::open(files, name)?;
    while let Some((_, mut block)) = cutter.next()? {
        if stop() {
            return Ok(None);
        }
        block = block.strip_prefix(&MAGIC).unwrap_or(block);
        while let Ok(frame) = read_frame(block) {
            block = &block[frame.size()..];
            if frame.kind != FrameKind::Record {
                continue;
            }
            if let Ok(Entry::Request(request)) = decode(frame.payload) {
                field_texts(&request, |field, text| {
                    let counts = &mut counts[field as usize];
                    if let Some(count) = counts.get_mut(text) {
                        *count += 1;
                    } else if room > 0 {
                        room -= 1;
                        counts.insert(text.into(), 1);
                    }
                });
            }
        }
    }
    Ok(Some(Tables::new(counts.into_iter().map(frequent).collect())))
}

fn frequent(counts: HashMap<Box<[u8]>, u32, rapidhash::fast::RandomState>) -> Vec<Box<[u8]>> {
    let mut texts: Vec<(Box<[u8]>, u32)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    // By text where counts are equal, so that the same segment always gives the same file; neighbours then share what they start with.
    texts.sort_unstable_by(|a, b| bucket(b.1).cmp(&bucket(a.1)).then_with(|| a.0.cmp(&b.0)));
    let mut room = TABLE_MOST;
    let mut fits = |text: &[u8]| {
        let fits = text.len() <= room;
        room = room.saturating_sub(text.len());
        fits
    };
    texts.into_iter().map(|(text, _)| text).take_while(|text| fits(text)).collect()
}

/// Texts that occur about equally often stand together in the order of the alphabet: they pack better so.
fn bucket(count: u32) -> u32 {
    count.ilog2() / 2
}

/// Cuts the raw file into blocks at the beginnings of frames.
struct Cutter {
    source: Box<dyn crate::store::files::Source>,
    buffer: Vec<u8>,
    /// Where in the buffer the next block starts.
    start: usize,
    sequence: u64,
    started: bool,
    ended: bool,
}

impl Cutter {
    fn open(files: &dyn Files, name: &str) -> io::Result<Self> {
        Ok(Self { source: files.open(name)?, buffer: Vec::new(), start: 0, sequence: 0, started: false, ended: false })
    }

    /// The next block, with the sequence number at which it starts.
    fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        if !self.ended && self.buffer.len() - self.start < 2 * BLOCK_MOST as usize {
            self.fill()?;
        }
        let rest = &self.buffer[self.start..];
        if rest.is_empty() {
            return Ok(None);
        }
        if !self.started {
            self.started = true;
            // The head stands in a block of its own with the magic bytes, so that it is quick to read.
            let head = rest.get(MAGIC.len()..).and_then(|bytes| read_frame(bytes).ok());
            let head = head.filter(|frame| frame.kind == FrameKind::Head).map_or(0, |frame| frame.size());
            let block = &rest[..(MAGIC.len() + head).min(rest.len())];
            self.start += block.len();
            return Ok(Some((0, block)));
        }
        let first = rest.get(4..12).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes);
        self.sequence = if frame_size(rest).is_ok() { first } else { self.sequence };
        let mut taken = 0;
        while taken < BLOCK {
            let Ok(frame) = read_frame(&rest[taken..]) else {
                // No frame starts here: what is left is a torn tail or damage, in blocks of its own.
                if taken == 0 {
                    taken = rest.len().min(BLOCK);
                }
                break;
            };
            taken += frame.size();
        }
        self.start += taken;
        Ok(Some((self.sequence, &rest[..taken])))
    }

    /// Reads on. What is left is moved to the front here, not for every block: it is many times as long as one.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        while !self.ended && self.buffer.len() < 4 * BLOCK_MOST as usize {
            let read = (&mut *self.source).take(u64::from(BLOCK_MOST)).read_to_end(&mut self.buffer)?;
            self.ended = read < BLOCK_MOST as usize;
        }
        Ok(())
    }
}
