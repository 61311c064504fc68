//! Opens a file of the log, encrypted or not, for reading at any place. In memory it holds one piece of 64 KB. After a fault it gives nothing
//! any more: what was not vouched for is never passed on.

use super::fault::VaultFault;
use super::header::{Header, holds_content, stem};
use super::keys::Vault;
use crate::store::files::Source;
use age::stream::StreamReader;
use age::x25519::Identity;
use age::{DecryptError, Decryptor};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Opens what stands under this name.
pub(crate) fn open<S: Source + 'static>(vault: Option<&Vault>, name: &str, mut stored: S) -> io::Result<Box<dyn Source>> {
    if !holds_content(name) {
        return Ok(Box::new(stored));
    }
    let header = Header::read(&mut stored)?;
    stored.seek(SeekFrom::Start(0))?;
    let Some(header) = header else { return Ok(Box::new(stored)) };
    let identities = vault.map(|vault| vault.identities(stem(name))).unwrap_or_default();
    Ok(Box::new(Opened::new(stored, &identities, header)?))
}

/// An encrypted file that was opened.
struct Opened<S> {
    reader: StreamReader<BufReader<S>>,
    length: u64,
    /// Where the next read starts.
    at: u64,
    /// Where the reader stands.
    stands: u64,
    is_broken: bool,
}

impl<S: Source> Opened<S> {
    fn new(stored: S, identities: &[Identity], header: Header) -> io::Result<Self> {
        let fault = |fault: DecryptError| -> io::Error {
            if let DecryptError::Io(error) = fault {
                error
            } else if matches!(fault, DecryptError::NoMatchingKeys) {
                VaultFault::Locked { needs: header.needs }.into()
            } else {
                VaultFault::Header("it was changed, or is not as age writes it").into()
            }
        };
        let keys = identities.iter().map(|identity| identity as &dyn age::Identity);
        let opened = Decryptor::new_buffered(BufReader::with_capacity(8192, stored)).and_then(|file| file.decrypt(keys));
        let mut reader = opened.map_err(fault)?;
        // The last piece vouches for the length.
        let length = reader.seek(SeekFrom::End(0))?;
        Ok(Self { reader, length, at: 0, stands: length, is_broken: false })
    }

    fn read_here(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.stands != self.at {
            self.reader.seek(SeekFrom::Start(self.at))?;
        }
        let count = self.reader.read(out)?;
        // The length is known: an end before it is none.
        if count == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(count) }
    }
}

impl<S: Source> Read for Opened<S> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.is_broken {
            return Err(VaultFault::Header("a piece of the file was changed").into());
        }
        // The reader is never asked for what lies behind the end.
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX).min(out.len());
        if left == 0 {
            return Ok(0);
        }
        match self.read_here(&mut out[..left]) {
            Ok(count) => {
                self.at += count as u64;
                self.stands = self.at;
                Ok(count)
            }
            Err(error) => {
                self.is_broken = true;
                Err(error)
            }
        }
    }
}

impl<S: Source> Seek for Opened<S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(from) => self.length.checked_add_signed(from),
            SeekFrom::Current(from) => self.at.checked_add_signed(from),
        };
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
