//! A witness: somebody else's machine that remembers the newest head of a log and countersigns those that continue it (C2SP
//! `tlog-cosignature`). It must never sign two heads of which one does not continue the other.

use super::continuation::read_continuation;
use crate::record::base64;
use crate::record::note::{Note, NoteKey, NoteSignature, TreeHead, WITNESS_TYPE};
use crate::record::proof::continues;
use crate::record::tree::TreeHash;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A witness cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFault {
    /// The system refuses.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The name or the key file.
    #[error("{0} is no key of a witness")]
    Key(PathBuf),
    /// The file to be signed.
    #[error("this is not a head with its proof, as `lifeguard logs prove --from SIZE` writes it, or its signatures are wrong")]
    Head,
    /// Another log.
    #[error("this is not the log that was signed before")]
    OtherLog,
    /// A proof from another size.
    #[error("the last head that was signed has {0} records: ask for `lifeguard logs prove --from {0}`")]
    From(u64),
    /// The log was changed.
    #[error("THIS HEAD DOES NOT CONTINUE THE ONE THAT WAS SIGNED BEFORE: the log was changed")]
    Changed,
}

/// A witness with its key.
pub struct Witness {
    path: PathBuf,
    key: NoteKey,
    pair: Ed25519KeyPair,
}

fn io(path: &Path) -> impl Fn(io::Error) -> WitnessFault {
    let path = path.to_owned();
    move |source| WitnessFault::Io { path: path.clone(), source }
}

impl Witness {
    /// Makes a key in a new file that only its owner can read; gives its public half.
    ///
    /// # Errors
    /// [`WitnessFault`].
    pub fn make(path: &Path, name: &str) -> Result<NoteKey, WitnessFault> {
        let mut seed = Zeroizing::new([0; 32]);
        aws_lc_rs::rand::fill(&mut *seed).map_err(|e| io(path)(io::Error::other(e)))?;
        let text = Zeroizing::new(format!("{name}\n{}\n", base64::encode(&*seed)));
        let made = from_text(path, &text)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all())).map_err(io(path))?;
        Ok(made.key)
    }

    /// Opens a witness by its key file.
    ///
    /// # Errors
    /// [`WitnessFault`].
    pub fn open(path: &Path) -> Result<Self, WitnessFault> {
        from_text(path, &Zeroizing::new(std::fs::read_to_string(path).map_err(io(path))?))
    }

    /// Countersigns the head in a file of a continuation, at so many seconds since 1970, and remembers it. Gives the head with both signatures.
    ///
    /// # Errors
    /// [`WitnessFault`]; then nothing is signed and nothing remembered.
    pub fn sign(&self, text: &str, seconds: u64) -> Result<Note, WitnessFault> {
        let read = read_continuation(text).ok_or(WitnessFault::Head)?;
        let genesis = read.history.genesis().ok_or(WitnessFault::Head)?.fingerprint();
        let (known, size, root) = self.remembered()?.unwrap_or_else(|| (genesis.clone(), 0, TreeHash::empty()));
        if known != genesis {
            return Err(WitnessFault::OtherLog);
        }
        if read.from != size {
            return Err(WitnessFault::From(size));
        }
        if !continues((size, root), (read.head.size, read.head.root), &read.proof) {
            return Err(WitnessFault::Changed);
        }
        let message = format!("cosignature/v1\ntime {seconds}\n{}", read.note.text);
        let bytes = [&seconds.to_be_bytes(), self.pair.sign(message.as_bytes()).as_ref()].concat();
        let mut note = read.note;
        note.signatures.push(NoteSignature { name: self.key.name().to_owned(), id: self.key.id(), bytes });
        self.remember(&genesis, &note)?;
        Ok(note)
    }

    fn memory(&self) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".signed");
        name.into()
    }

    fn remembered(&self) -> Result<Option<(String, u64, TreeHash)>, WitnessFault> {
        let path = self.memory();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(io(&path)(e)),
        };
        let read = || {
            let (genesis, note) = text.split_once('\n')?;
            let head = TreeHead::parse(&Note::parse(note).ok()?.text).ok()?;
            Some((genesis.to_owned(), head.size, head.root))
        };
        // A memory that cannot be read is never taken for none: it would sign anything.
        read().map(Some).ok_or(WitnessFault::Key(path))
    }

    fn remember(&self, genesis: &str, note: &Note) -> Result<(), WitnessFault> {
        let path = self.memory();
        let unfinished = path.with_extension("signed.new");
        let write = || {
            let mut file = std::fs::File::create(&unfinished)?;
            write!(file, "{genesis}\n{note}")?;
            file.sync_all()?;
            std::fs::rename(&unfinished, &path)
        };
        write().map_err(io(&path))
    }
}

fn from_text(path: &Path, text: &str) -> Result<Witness, WitnessFault> {
    let fault = || WitnessFault::Key(path.to_owned());
    let (name, seed) = text.strip_suffix('\n').and_then(|text| text.split_once('\n')).ok_or_else(fault)?;
    let seed = Zeroizing::new(base64::decode(seed).ok_or_else(fault)?);
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| fault())?;
    let public = pair.public_key().as_ref().try_into().map_err(|_| fault())?;
    let key = NoteKey::new(name, WITNESS_TYPE, public);
    let is_name = NoteKey::parse(&key.to_string()).is_ok();
    if is_name { Ok(Witness { path: path.to_owned(), key, pair }) } else { Err(fault()) }
}
