//! The file that shows a witness that the log continues what it signed before. Written and read; what is not exactly so is refused.

use crate::record::epochs::KeyHistory;
use crate::record::note::{Note, TreeHead};
use crate::record::tree::TreeHash;
use crate::store::heads::Continuation;
use serde::{Deserialize, Serialize};

const KIND: &str = "lifeguard-continuation";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: String,
    version: u32,
    from: u64,
    keys: Vec<String>,
    head: String,
    proof: Vec<String>,
}

/// The file.
#[must_use]
pub fn continuation_file(continuation: &Continuation) -> String {
    let text = |notes: &[Note]| notes.iter().map(Note::to_string).collect();
    let written = Written {
        kind: KIND.to_owned(),
        version: 1,
        from: continuation.from,
        keys: text(&continuation.keys),
        head: continuation.head.to_string(),
        proof: continuation.proof.iter().map(TreeHash::to_string).collect(),
    };
    serde_json::to_string(&written).expect("text and numbers are always JSON") + "\n"
}

/// What such a file says, its signatures checked.
pub(super) struct Read {
    pub(super) from: u64,
    pub(super) history: KeyHistory,
    pub(super) note: Note,
    pub(super) head: TreeHead,
    pub(super) proof: Vec<TreeHash>,
}

/// Reads it. `None` for anything else.
pub(super) fn read_continuation(text: &str) -> Option<Read> {
    let written: Written = serde_json::from_str(text).ok()?;
    let mut history = KeyHistory::default();
    for key in &written.keys {
        history.take(&Note::parse(key).ok()?).ok()?;
    }
    let note = Note::parse(&written.head).ok()?;
    let head = history.check(&note).ok()?;
    let proof = written.proof.iter().map(|hash| TreeHash::from_base64(hash)).collect::<Option<_>>()?;
    let known = written.kind == KIND && written.version == 1 && history.ruptures().is_empty();
    known.then_some(Read { from: written.from, history, note, head, proof })
}
