//! A file of which every byte is checked before it is used. Damage is an error here, and the segment is then read through instead.

use super::summary::CHECKED;
use crate::store::files::Source;
use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::io::{self, Read, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// A checked file. Clones share it.
#[derive(Clone)]
pub(crate) struct Checked(Arc<Inner>);

struct Inner {
    length: u64,
    checksums: Vec<u32>,
    file: Mutex<Box<dyn Source>>,
}

impl Checked {
    /// A file of this length, of which each [`CHECKED`] bytes have these checksums.
    pub(crate) fn new(mut file: Box<dyn Source>, length: u64, checksums: Vec<u32>) -> io::Result<Self> {
        let there = file.seek(SeekFrom::End(0))?;
        if there != length || checksums.len() as u64 != length.div_ceil(CHECKED) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self(Arc::new(Inner { length, checksums, file: Mutex::new(file) })))
    }

    /// These bytes, checked.
    fn read(&self, start: u64, length: u64) -> io::Result<Bytes> {
        let end = start.checked_add(length).filter(|&end| end <= self.0.length).ok_or(io::ErrorKind::UnexpectedEof)?;
        let (from, to) = (start / CHECKED, end.div_ceil(CHECKED));
        let mut bytes = Vec::with_capacity(usize::try_from((to - from) * CHECKED).unwrap_or_default());
        {
            let mut file = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(from * CHECKED))?;
            (&mut **file).take((to * CHECKED).min(self.0.length) - from * CHECKED).read_to_end(&mut bytes)?;
        }
        let expected = self.0.checksums.iter().skip(usize::try_from(from).unwrap_or(usize::MAX));
        let good = bytes.chunks(CHECKED as usize).zip(expected).all(|(part, &checksum)| crc32fast::hash(part) == checksum);
        let skip = usize::try_from(start - from * CHECKED).unwrap_or(usize::MAX);
        let wanted = skip.checked_add(usize::try_from(length).unwrap_or(usize::MAX)).filter(|&wanted| wanted <= bytes.len());
        match wanted {
            Some(wanted) if good => Ok(Bytes::from(bytes).slice(skip..wanted)),
            Some(_) | None => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

impl Length for Checked {
    fn len(&self) -> u64 {
        self.0.length
    }
}

impl ChunkReader for Checked {
    type T = CheckedRead;

    fn get_read(&self, start: u64) -> Result<CheckedRead> {
        Ok(CheckedRead { file: self.clone(), at: start, ready: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.read(start, length as u64).map_err(ParquetError::from)
    }
}

/// A checked file as a stream.
pub(crate) struct CheckedRead {
    file: Checked,
    at: u64,
    ready: Bytes,
}

impl Read for CheckedRead {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() {
            let to_edge = CHECKED - self.at % CHECKED;
            let length = to_edge.min(self.file.0.length.saturating_sub(self.at));
            self.ready = self.file.read(self.at, length)?;
            self.at += length;
        }
        let count = self.ready.len().min(out.len());
        out[..count].copy_from_slice(&self.ready[..count]);
        drop(self.ready.split_to(count));
        Ok(count)
    }
}
