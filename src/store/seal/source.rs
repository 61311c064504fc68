//! Reads a sealed file as if it were the raw one: the same bytes at the same places. In memory it holds the texts and one block.

use super::directory::{Directory, FOOT, Foot, SealFault};
use super::{BLOCK_MOST, SEAL_MAGIC};
use crate::record::fold::{Tables, unpack};
use crate::record::frame::{FrameKind, read_frame};
use crate::record::segment::{END_FRAME, SegmentEnd};
use crate::store::files::{Files, Source};
use crate::store::name::sealed_name;
use crate::store::quiet::{breathe, breathe_out};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

/// Most bytes of texts in one file, unpacked.
const TEXTS_MOST: u64 = 256 << 20;

/// Bytes that are unzipped between two breaths.
const PIECE: u64 = 65_536;

/// A sealed file, block by block.
pub(crate) struct SealedReader {
    source: Box<dyn Source>,
    directory: Directory,
    texts_packed: u64,
    texts_checksum: u32,
    tables: Option<Arc<Tables>>,
}

fn broken(fault: SealFault) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, fault)
}

impl SealedReader {
    /// Reads foot and directory; the texts when the first block needs them.
    pub(crate) fn open(mut source: Box<dyn Source>) -> io::Result<Self> {
        let mut magic = [0; SEAL_MAGIC.len()];
        if source.read_exact(&mut magic).is_err() || magic != SEAL_MAGIC {
            return Err(broken(SealFault::Foreign));
        }
        let mut foot = [0; FOOT];
        let end = source.seek(SeekFrom::End(0))?;
        let Some(foot_at) = end.checked_sub(FOOT as u64) else { return Err(broken(SealFault::Foot)) };
        source.seek(SeekFrom::Start(foot_at))?;
        source.read_exact(&mut foot)?;
        let foot = Foot::read(&foot).map_err(broken)?;
        // Nothing may stand between the parts: what no checksum covers could be changed unseen.
        let fits = foot.directory_at.checked_add(foot.directory_packed) == Some(foot_at) && foot.directory <= Directory::MOST;
        if !fits {
            return Err(broken(SealFault::Foot));
        }
        let packed = read_at(&mut *source, foot.directory_at, foot.directory_packed)?;
        let bytes = unzip(&packed, foot.directory_checksum, foot.directory).ok_or_else(|| broken(SealFault::Directory))?;
        let directory = Directory::read(&bytes).map_err(broken)?;
        let mut at = SEAL_MAGIC.len() as u64 + foot.texts_packed;
        for block in &directory.blocks {
            if block.offset != at {
                return Err(broken(SealFault::Directory));
            }
            at += u64::from(block.packed);
        }
        if at != foot.directory_at {
            return Err(broken(SealFault::Directory));
        }
        Ok(Self { source, directory, texts_packed: foot.texts_packed, texts_checksum: foot.texts_checksum, tables: None })
    }

    /// Another reader of the same file, which shares what this one knows.
    pub(crate) fn share(&mut self, source: Box<dyn Source>) -> io::Result<Self> {
        self.tables()?;
        let (texts_packed, texts_checksum) = (self.texts_packed, self.texts_checksum);
        Ok(Self { source, directory: self.directory.clone(), texts_packed, texts_checksum, tables: self.tables.clone() })
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The raw bytes of one block.
    pub(crate) fn block(&mut self, index: usize) -> io::Result<Vec<u8>> {
        let place = self.directory.blocks[index];
        let raw_end = place.raw_at + u64::from(place.raw);
        let fault = || broken(SealFault::Block { at: place.offset, raw_at: place.raw_at, raw_end, records: place.records });
        let packed = read_at(&mut *self.source, place.offset, u64::from(place.packed))?;
        let length = if place.folded == 0 { place.raw } else { place.folded };
        let bytes = unzip(&packed, place.checksum, u64::from(length)).ok_or_else(fault)?;
        let raw = if place.folded == 0 {
            bytes
        } else {
            unpack(self.tables()?, place.first, (&bytes, place.raw as usize), &mut breathe).map_err(|_| fault())?
        };
        if raw.len() == place.raw as usize { Ok(raw) } else { Err(fault()) }
    }

    fn tables(&mut self) -> io::Result<&Tables> {
        if self.tables.is_none() {
            let fault = || broken(SealFault::Texts);
            if self.directory.texts > TEXTS_MOST {
                return Err(fault());
            }
            let packed = read_at(&mut *self.source, SEAL_MAGIC.len() as u64, self.texts_packed)?;
            let bytes = unzip(&packed, self.texts_checksum, self.directory.texts).ok_or_else(fault)?;
            self.tables = Some(Arc::new(Tables::read(bytes, &mut breathe).map_err(|_| fault())?));
        }
        self.tables.as_deref().ok_or_else(|| broken(SealFault::Texts))
    }
}

fn read_at(source: &mut dyn Source, at: u64, length: u64) -> io::Result<Vec<u8>> {
    source.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    source.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Where the raw bytes go on behind a block that cannot be read, if that is what the error says. Only then may anything be passed over.
pub(crate) fn behind_block(error: &io::Error) -> Option<u64> {
    match error.get_ref()?.downcast_ref::<SealFault>()? {
        SealFault::Block { raw_end, .. } => Some(*raw_end),
        SealFault::Foot | SealFault::Directory | SealFault::Texts | SealFault::Foreign => None,
    }
}

/// The contents of a zstd frame of exactly this length, whose packed bytes have this checksum.
fn unzip(packed: &[u8], checksum: u32, length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length).ok()?;
    if crc32fast::hash(packed) != checksum || length > TEXTS_MOST as usize {
        return None;
    }
    let mut unzipped = zstd::stream::read::Decoder::with_buffer(packed).ok()?.single_frame().take(length as u64 + 1);
    let mut bytes = Vec::with_capacity(length);
    while unzipped.by_ref().take(PIECE).read_to_end(&mut bytes).ok()? > 0 {
        breathe_out();
    }
    Some(bytes).filter(|bytes| bytes.len() == length)
}

/// A sealed file as a stream of raw bytes.
pub(crate) struct SealedSource {
    reader: SealedReader,
    at: u64,
    /// The block in memory, and where it starts.
    block: Vec<u8>,
    block_at: u64,
}

impl SealedSource {
    pub(crate) fn new(reader: SealedReader) -> Self {
        Self { reader, at: 0, block: Vec::new(), block_at: 0 }
    }
}

impl Read for SealedSource {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let inside = |at: u64, block_at: u64, block: &[u8]| at.checked_sub(block_at).filter(|&from| from < block.len() as u64);
        if inside(self.at, self.block_at, &self.block).is_none() {
            let Some(index) = self.reader.directory.at(self.at) else { return Ok(0) };
            self.block = self.reader.block(index)?;
            self.block_at = self.reader.directory.blocks[index].raw_at;
        }
        let Some(from) = inside(self.at, self.block_at, &self.block) else { return Ok(0) };
        let ready = &self.block[usize::try_from(from).unwrap_or(usize::MAX).min(self.block.len())..];
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for SealedSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(from) => self.reader.directory.raw_length.checked_add_signed(from),
            SeekFrom::Current(from) => self.at.checked_add_signed(from),
        };
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Opens a segment by the name of its raw file, whichever form it has; gives the path of the file that was opened.
pub(crate) fn open_source(files: &dyn Files, name: &str) -> Result<(Box<dyn Source>, PathBuf), (io::Error, PathBuf)> {
    match files.open(name) {
        Ok(source) => Ok((source, files.path(name))),
        Err(raw) if raw.kind() == io::ErrorKind::NotFound => {
            let sealed = sealed_name(name);
            let path = files.path(&sealed);
            match files.open(&sealed) {
                Ok(source) => match SealedReader::open(source) {
                    Ok(reader) => Ok((Box::new(SealedSource::new(reader)), path)),
                    Err(e) => Err((e, path)),
                },
                Err(e) if e.kind() == io::ErrorKind::NotFound => Err((raw, files.path(name))),
                Err(e) => Err((e, path)),
            }
        }
        Err(e) => Err((e, files.path(name))),
    }
}

/// What tells one sealed file from every other: its length and its foot, which covers the checksums of all its parts.
pub(crate) fn seal_mark(source: &mut dyn Source) -> io::Result<Vec<u8>> {
    let length = source.seek(SeekFrom::End(-(FOOT as i64)))?;
    let mut mark = length.to_le_bytes().to_vec();
    source.read_to_end(&mut mark)?;
    Ok(mark)
}

/// The earliest and latest wall time of a segment's records, as far as it says so without being read through: sealed, or closed in order.
pub(crate) fn times_of(files: &dyn Files, name: &str) -> Option<(i64, i64)> {
    let Ok(mut source) = files.open(name) else {
        let reader = SealedReader::open(files.open(&sealed_name(name)).ok()?).ok()?;
        let times = reader.directory.blocks.iter().map(|block| (block.earliest, block.latest));
        return Some(times.fold((i64::MAX, i64::MIN), |all, one| (all.0.min(one.0), all.1.max(one.1))));
    };
    source.seek(SeekFrom::End(-(END_FRAME as i64))).ok()?;
    let mut bytes = [0; END_FRAME];
    source.read_exact(&mut bytes).ok()?;
    let frame = read_frame(&bytes).ok().filter(|frame| frame.kind == FrameKind::End)?;
    SegmentEnd::decode(frame.payload).ok().map(|end| (end.earliest, end.latest))
}

const _: () = assert!(BLOCK_MOST as u64 <= TEXTS_MOST);
