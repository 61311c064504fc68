//! Checks a file of evidence, of any origin. It never trusts a length, never panics, and takes no byte that was not written so.

use super::bundle::{line, record_line};
use crate::record::base64;
use crate::record::chain::ChainValue;
use crate::record::epochs::{EpochFault, KeyHistory};
use crate::record::frame::FrameKind;
use crate::record::note::{Note, TreeHead};
use crate::record::proof::includes;
use crate::record::tree::TreeHash;
use serde_json::{Value, json};

/// What a file shows, once it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Is it a bundle of evidence, rather than a single proof?
    pub is_evidence: bool,
    /// Name of the log.
    pub origin: String,
    /// Fingerprint of the first key in the file: to be compared with one known from elsewhere.
    pub genesis: String,
    /// Records in the log when the head was signed.
    pub size: u64,
    /// When the head was signed, as it says itself.
    pub time: String,
    /// Records in the file.
    pub records: u64,
    /// Records of which only the hash was given.
    pub withheld: u64,
}

/// A file that shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct EvidenceFault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: EvidenceProblem,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceProblem {
    /// Not the format.
    #[error("this is not a line of a proof or of evidence as they are written")]
    Shape,
    /// Cut off.
    #[error("the file ends too early")]
    Short,
    /// A key or a head.
    #[error("{0}")]
    Epoch(#[from] EpochFault),
    /// The first key is not the one that was wanted, or not the first of the log.
    #[error("the history of keys does not start with the key that was asked for, or with the log's first")]
    Genesis,
    /// A record.
    #[error("this record is not in the log")]
    NotIncluded,
    /// The manifest.
    #[error("the manifest does not fit what stands before it, or is not signed by the log")]
    Manifest,
}

/// Checks a file. `genesis`: the fingerprint that its first key must have, where one is known.
///
/// # Errors
/// [`EvidenceFault`] with the line.
pub fn check_evidence(bytes: &[u8], genesis: Option<&str>) -> Result<Checked, EvidenceFault> {
    let mut check = Check { genesis, ..Check::default() };
    let mut at = 0;
    for (number, whole) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let fault = |problem| EvidenceFault { line: number + 1, problem };
        let text = std::str::from_utf8(whole).ok().and_then(|text| text.strip_suffix('\n')).ok_or_else(|| fault(EvidenceProblem::Shape))?;
        check.line(text, &bytes[..at]).map_err(fault)?;
        (at, check.lines) = (at + whole.len(), number + 1);
    }
    check.end().map_err(|problem| EvidenceFault { line: check_lines(bytes), problem })
}

fn check_lines(bytes: &[u8]) -> usize {
    bytes.split_inclusive(|&byte| byte == b'\n').count().max(1)
}

/// A check under way.
#[derive(Default)]
struct Check<'a> {
    genesis: Option<&'a str>,
    lines: usize,
    is_evidence: bool,
    history: KeyHistory,
    head: Option<TreeHead>,
    last_index: Option<u64>,
    records: u64,
    withheld: u64,
    has_context: bool,
    is_closed: bool,
}

impl Check<'_> {
    fn line(&mut self, text: &str, before: &[u8]) -> Result<(), EvidenceProblem> {
        if self.is_closed {
            return Err(EvidenceProblem::Shape);
        }
        if self.lines == 0 {
            self.is_evidence = text == "{\"kind\":\"lifeguard-evidence\",\"version\":1}";
            let known = self.is_evidence || text == "{\"kind\":\"lifeguard-proof\",\"version\":1}";
            return if known { Ok(()) } else { Err(EvidenceProblem::Shape) };
        }
        let value: Value = serde_json::from_str(text).map_err(|_| EvidenceProblem::Shape)?;
        match value.get("kind").and_then(Value::as_str) {
            Some("key") if self.head.is_none() => take_key(&mut self.history, &note(&value, text, "key")?, self.genesis),
            Some("head") if self.head.is_none() => self.head(&note(&value, text, "head")?),
            Some("record") if !self.has_context => self.record(&value, text),
            Some("context") if self.is_evidence && self.head.is_some() && !self.has_context => {
                self.has_context = true;
                Ok(())
            }
            Some("row") if self.has_context => Ok(()),
            Some("manifest") if self.has_context => self.manifest(&note(&value, text, "manifest")?, before),
            Some(_) | None => Err(EvidenceProblem::Shape),
        }
    }

    fn head(&mut self, note: &Note) -> Result<(), EvidenceProblem> {
        let head = self.history.check(note)?;
        let newest = self.history.epochs().last().map(|epoch| epoch.epoch.to_string());
        // A single proof has no manifest that would show keys that were left out or put in behind.
        let is_newest = self.is_evidence || head.extension("epoch") == newest.as_deref();
        if !is_newest || note.signatures.len() != 1 {
            return Err(EvidenceProblem::Shape);
        }
        self.head = Some(head);
        Ok(())
    }

    fn record(&mut self, value: &Value, text: &str) -> Result<(), EvidenceProblem> {
        let head = self.head.as_ref().ok_or(EvidenceProblem::Shape)?;
        let read = || {
            let index = value.get("index")?.as_u64()?;
            let (what, bytes) = ["frame", "leaf"].into_iter().find_map(|what| Some((what, value.get(what)?.as_str()?)))?;
            let proof = value.get("proof")?.as_array()?.iter().map(|hash| TreeHash::from_base64(hash.as_str()?));
            let proof = proof.collect::<Option<Vec<_>>>()?;
            let decoded = base64::decode(bytes)?;
            let leaf = if what == "frame" { TreeHash::leaf(&decoded) } else { TreeHash(decoded.clone().try_into().ok()?) };
            let is_record = what == "leaf" || decoded.get(3) == Some(&(FrameKind::Record as u8));
            (is_record && record_line(index, what, bytes, &proof).strip_suffix('\n') == Some(text)).then_some((index, what, leaf, proof))
        };
        let (index, what, leaf, proof) = read().ok_or(EvidenceProblem::Shape)?;
        let in_order = self.last_index.is_none_or(|last| last < index) && (self.is_evidence || self.records == 0);
        if !in_order {
            return Err(EvidenceProblem::Shape);
        }
        if !includes(leaf, index, head.size, &proof, head.root) {
            return Err(EvidenceProblem::NotIncluded);
        }
        (self.last_index, self.records) = (Some(index), self.records + 1);
        self.withheld += u64::from(what == "leaf");
        Ok(())
    }

    fn manifest(&mut self, note: &Note, before: &[u8]) -> Result<(), EvidenceProblem> {
        let sum = TreeHash(ChainValue::digest(before).0);
        let signer = self.history.signer(note).filter(|_| note.signatures.len() == 1);
        let origin = signer.map(|epoch| epoch.key.name()).ok_or(EvidenceProblem::Manifest)?;
        let expected = format!("{origin} evidence\nrecords {}\nsha256 {sum}\n", self.records);
        self.is_closed = note.text == expected;
        if self.is_closed { Ok(()) } else { Err(EvidenceProblem::Manifest) }
    }

    fn end(self) -> Result<Checked, EvidenceProblem> {
        let complete = if self.is_evidence { self.is_closed } else { self.records == 1 };
        let (true, Some(head), Some(first)) = (complete, self.head, self.history.genesis()) else { return Err(EvidenceProblem::Short) };
        Ok(Checked {
            is_evidence: self.is_evidence,
            origin: head.origin.clone(),
            genesis: first.fingerprint(),
            size: head.size,
            time: head.extension("time").unwrap_or_default().to_owned(),
            records: self.records,
            withheld: self.withheld,
        })
    }
}

/// Takes the next key. `genesis`: the fingerprint that the first one must have, where one is known.
pub(super) fn take_key(history: &mut KeyHistory, note: &Note, genesis: Option<&str>) -> Result<(), EvidenceProblem> {
    history.take(note)?;
    let first = &history.epochs()[0];
    let wanted = match genesis {
        Some(fingerprint) => first.key.fingerprint() == fingerprint,
        None => first.epoch == 1,
    };
    let right = wanted && history.ruptures().is_empty();
    if right { Ok(()) } else { Err(EvidenceProblem::Genesis) }
}

/// The note in a line, which must be written exactly so.
pub(super) fn note(value: &Value, text: &str, kind: &str) -> Result<Note, EvidenceProblem> {
    let whole = value.get("note").and_then(Value::as_str).ok_or(EvidenceProblem::Shape)?;
    if line(&json!({ "kind": kind, "note": whole })).strip_suffix('\n') != Some(text) {
        return Err(EvidenceProblem::Shape);
    }
    Note::parse(whole).map_err(|fault| EpochFault::Note(fault).into())
}
