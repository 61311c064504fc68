//! Are receipts, holds, exports, exceptions and acceptances those that the log wrote? Each line has to be signed by a key of the log's history, and each place to which a
//! signed head says that a file went has to be there. That the lines follow one another, `Notes` checks itself.

use crate::record::chain::ChainValue;
use crate::record::note::{Note, NoteKey};
use crate::store::acceptances::read_in;
use crate::store::exceptions::Exceptions;
use crate::store::fault::{Damage, ReadFault};
use crate::store::files::Files;
use crate::store::heads::{HeadsCheck, NOTE_FILES, is_whole_note};
use crate::store::hold::Holds;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

/// Longest file of notes that is read.
const LONGEST_FILE: u64 = 4 << 30;

/// Checks all of them. Holds, exceptions and acceptances are read here as well; receipts are the caller's to read.
pub(super) fn check_notes(files: &dyn Files, heads: &HeadsCheck<'_>, faults: &mut Vec<ReadFault>) -> Result<(), ReadFault> {
    let mut holds = Holds::read_in(files)?;
    faults.extend(std::iter::from_fn(|| holds.take_fault()));
    faults.extend(Exceptions::read_in(files)?.into_faults());
    faults.extend(read_in(files)?.faults);
    let mut keys: HashMap<[u8; 4], Vec<&NoteKey>> = HashMap::new();
    for epoch in heads.history().epochs() {
        keys.entry(epoch.key.id()).or_default().push(&epoch.key);
    }
    for (file, (_, name)) in NOTE_FILES.into_iter().enumerate() {
        let bytes = read(files, name)?;
        let mut ends = BTreeMap::new();
        let mut at = 0;
        for whole in bytes.split_inclusive(|&byte| byte == b'\n') {
            let start = at;
            at += whole.len() as u64;
            let Some(line) = whole.strip_suffix(b"\n").filter(|line| is_whole_note(line)) else { continue };
            ends.insert(at, ChainValue::digest(line));
            if !is_signed(line, &keys) {
                faults.push(ReadFault::Damaged { path: files.path(name), at: start, damage: Damage::NoteSignature });
            }
        }
        let kept = |bytes: u64, line: ChainValue| ends.get(&bytes) == Some(&line);
        let mut said = heads.promises().iter().filter(|(of, ..)| *of == file);
        if let Some((_, promise, head)) = said.find(|(_, promise, _)| !kept(promise.bytes, promise.line)) {
            let damage = Damage::NotesCut { signed: promise.bytes, head: *head };
            faults.push(ReadFault::Damaged { path: files.path(name), at: at.min(promise.bytes), damage });
        }
    }
    Ok(())
}

/// Is this line a note that one of these keys signed? A log that never had a key has notes without signatures.
fn is_signed(line: &[u8], keys: &HashMap<[u8; 4], Vec<&NoteKey>>) -> bool {
    let Ok(text) = serde_json::from_slice::<String>(line) else { return false };
    match Note::parse(&text) {
        Ok(note) => {
            let mut may = note.signatures.iter().filter_map(|signature| keys.get(&signature.id)).flatten();
            may.any(|key| key.signed(&note))
        }
        Err(_) => keys.is_empty() && text.ends_with("\n\n(unsigned)\n"),
    }
}

fn read(files: &dyn Files, name: &str) -> Result<Vec<u8>, ReadFault> {
    let mut bytes = Vec::new();
    let answer = files.open(name).and_then(|source| source.take(LONGEST_FILE).read_to_end(&mut bytes));
    match answer {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(ReadFault::Io { path: files.path(name), source: e }),
        Ok(_) | Err(_) => Ok(bytes),
    }
}
