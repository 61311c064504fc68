//! A file that is encrypted while it is written. It is written once from front to back; the sync that puts it on disk ends it.

use super::fault::VaultFault;
use super::header::{Header, holds_content, stem};
use super::keys::{Says, Vault};
use crate::record::frame::{FrameKind, read_frame};
use crate::record::segment::MAGIC;
use crate::store::files::{LogFile, Source};
use crate::store::name::{SEALED, SEGMENT, UNFINISHED};
use age::Encryptor;
use age::stream::StreamWriter;
use age::x25519::Recipient;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Longest start of a segment that is put into a header.
const LONGEST_START: u64 = 16 * 1024;

/// A new file as it is to be written: encrypted, where its name says that it holds content and there is somebody to encrypt it to. `open`
/// opens the other files of the folder as they lie there.
pub(crate) fn made(
    vault: Option<&Vault>,
    name: &str,
    file: Arc<dyn LogFile>,
    open: &dyn Fn(&str) -> io::Result<Box<dyn Source>>,
) -> io::Result<Arc<dyn LogFile>> {
    if !holds_content(name) {
        return Ok(file);
    }
    let Some(custodians) = custodians(vault, name, open)? else { return Ok(file) };
    let parse = |key: &String| key.parse().map_err(|_| VaultFault::Recipient(key.clone()));
    let mut recipients: Vec<Recipient> = custodians.iter().map(parse).collect::<Result<_, _>>()?;
    if recipients.is_empty() {
        return Err(VaultFault::NoRecipient.into());
    }
    let mut says: Vec<Says> = custodians.iter().map(|key| Says::to(key)).collect();
    if name.strip_suffix(UNFINISHED).unwrap_or(name).ends_with(SEALED) {
        recipients.extend(vault.map(|vault| vault.begin(stem(name))));
        says.extend(raw_start(&mut *open(&format!("{}{SEGMENT}", stem(name)))?)?.map(|start| Says::start(&start)));
    }
    let all = recipients.iter().map(|key| key as &dyn age::Recipient).chain(says.iter().map(|says| says as &dyn age::Recipient));
    let encryptor = Encryptor::with_recipients(all).map_err(|_| VaultFault::Encrypt)?;
    Ok(Arc::new(Encrypted { file, state: Mutex::new(State::Fresh(Box::new(encryptor))) }))
}

/// To whom a file is encrypted: to those of the settings, and what is derived from an encrypted segment else to those who can open that one.
fn custodians(vault: Option<&Vault>, name: &str, open: &dyn Fn(&str) -> io::Result<Box<dyn Source>>) -> io::Result<Option<Vec<String>>> {
    if let Some(vault) = vault.filter(|vault| vault.encrypts()) {
        return Ok(Some(vault.recipients()));
    }
    match open(&format!("{}{SEALED}", stem(name))) {
        Ok(mut sealed) => Ok(Header::read(&mut sealed)?.map(|header| header.needs)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// The first bytes of a raw segment, up to the end of its head.
fn raw_start(raw: &mut dyn Source) -> io::Result<Option<Vec<u8>>> {
    let mut start = Vec::new();
    raw.take(LONGEST_START).read_to_end(&mut start)?;
    let head = start.strip_prefix(&MAGIC).and_then(|bytes| read_frame(bytes).ok()).filter(|frame| frame.kind == FrameKind::Head);
    let length = head.map(|frame| MAGIC.len() + frame.size());
    Ok(length.map(|length| {
        start.truncate(length);
        start
    }))
}

/// A file being encrypted.
struct Encrypted {
    file: Arc<dyn LogFile>,
    state: Mutex<State>,
}

enum State {
    /// Nothing is written yet.
    Fresh(Box<Encryptor>),
    Open(Box<StreamWriter<Plain>>),
    Done,
}

/// The file below, as a writer.
struct Plain(Arc<dyn LogFile>);

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.append(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Encrypted {
    fn open(&self, state: State) -> io::Result<Box<StreamWriter<Plain>>> {
        match state {
            State::Fresh(encryptor) => encryptor.wrap_output(Plain(Arc::clone(&self.file))).map(Box::new),
            State::Open(writer) => Ok(writer),
            State::Done => Err(io::Error::new(io::ErrorKind::NotConnected, "an encrypted file is written once")),
        }
    }
}

impl LogFile for Encrypted {
    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Whatever fails leaves the file done: half a piece cannot be carried on.
        let mut writer = self.open(std::mem::replace(&mut *state, State::Done))?;
        writer.write_all(bytes)?;
        *state = State::Open(writer);
        Ok(bytes.len())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.open(std::mem::replace(&mut *state, State::Done))?.finish()?;
        self.file.sync()
    }
}
