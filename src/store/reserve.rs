//! Room kept against a full disk: a file that is given up when the disk is full, so that what is under way can still be written.

use super::files::{Files, append_all};
use std::io::{self, Seek, SeekFrom};

const NAME: &str = "reserve";

/// The reserve.
#[derive(Debug)]
pub(super) struct Reserve {
    bytes: u64,
    there: bool,
}

impl Reserve {
    /// Makes it, or takes over the one that is there.
    pub(super) fn open(files: &dyn Files, bytes: u64) -> io::Result<Self> {
        let mut reserve = Self { bytes, there: false };
        if files.names()?.iter().any(|name| name == NAME) {
            reserve.there = files.open(NAME)?.seek(SeekFrom::End(0))? == reserve.size();
            if !reserve.there {
                files.remove(NAME)?;
            }
        }
        reserve.make(files)?;
        Ok(reserve)
    }

    /// Whole chunks.
    fn size(&self) -> u64 {
        self.bytes.next_multiple_of(CHUNK as u64)
    }

    pub(super) fn is_there(&self) -> bool {
        self.there
    }

    /// Makes it if it is not there. On an error it leaves nothing behind.
    pub(super) fn make(&mut self, files: &dyn Files) -> io::Result<()> {
        if self.there {
            return Ok(());
        }
        let made = files.create(NAME).and_then(|file| {
            let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
            for _ in 0..self.size() / CHUNK as u64 {
                append_all(&*file, &noise.chunk())?;
            }
            file.sync()
        });
        self.there = true;
        made.inspect_err(|_| {
            self.give_up(files);
        })
    }

    /// Gives it up. Is there more room than before?
    pub(super) fn give_up(&mut self, files: &dyn Files) -> bool {
        let given = self.there && files.remove(NAME).is_ok();
        self.there &= !given;
        given
    }
}

const CHUNK: usize = 64 * 1024;

/// Bytes that no file system can store in less room than they take.
struct Noise(u64);

impl Noise {
    fn chunk(&mut self) -> Vec<u8> {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            chunk.extend_from_slice(&self.0.to_le_bytes());
        }
        chunk
    }
}
