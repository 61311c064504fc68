//! Writes files of evidence. A record about a statutory list never leaves with more than its hash; the caller says which those are.

use crate::model::RequestId;
use crate::record::base64;
use crate::record::chain::ChainValue;
use crate::record::frame::FRAME_HEAD;
use crate::record::tree::TreeHash;
use crate::record::{Entry, decode};
use crate::store::heads::{Proofs, Signer};
use serde_json::{Value, json};

/// What comes with proofs in a bundle.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What was asked.
    pub query: Value,
    /// When, as RFC 3339.
    pub made: String,
    /// Rows for people, in any order.
    pub rows: Vec<Value>,
}

/// The file of one record's proof.
#[must_use]
pub fn proof_file(proofs: &Proofs, withheld: &dyn Fn(u64) -> bool) -> String {
    let mut out = line(&json!({ "kind": "lifeguard-proof", "version": 1 }));
    put_proofs(proofs, proofs.keys_to_head, withheld, &mut out);
    out
}

/// A bundle of evidence, signed by the log.
#[must_use]
pub fn evidence_file(proofs: &Proofs, withheld: &dyn Fn(u64) -> bool, context: &Context, signer: &Signer) -> String {
    let mut out = line(&json!({ "kind": "lifeguard-evidence", "version": 1 }));
    put_proofs(proofs, proofs.keys.len(), withheld, &mut out);
    out += &line(&json!({
        "kind": "context", "tool": concat!("lifeguard ", env!("CARGO_PKG_VERSION")), "made": context.made, "query": context.query,
        "segments": proofs.segments, "in_force": in_force(proofs),
    }));
    for row in &context.rows {
        out += &line(&json!({ "kind": "row", "row": row }));
    }
    let sum = TreeHash(ChainValue::digest(out.as_bytes()).0);
    let note = signer.sign_as("evidence", &format!("records {}\nsha256 {sum}", proofs.records.len()));
    out + &line(&json!({ "kind": "manifest", "note": note }))
}

fn put_proofs(proofs: &Proofs, keys: usize, withheld: &dyn Fn(u64) -> bool, out: &mut String) {
    for note in proofs.keys.iter().take(keys) {
        *out += &line(&json!({ "kind": "key", "note": note.to_string() }));
    }
    *out += &line(&json!({ "kind": "head", "note": proofs.head.to_string() }));
    for record in &proofs.records {
        let (what, bytes) = if withheld(record.sequence) {
            ("leaf", TreeHash::leaf(&record.frame).to_string())
        } else {
            ("frame", base64::encode(&record.frame))
        };
        *out += &record_line(record.index, what, &bytes, &record.proof);
    }
}

pub(super) fn record_line(index: u64, what: &str, bytes: &str, proof: &[TreeHash]) -> String {
    let proof: Vec<String> = proof.iter().map(TreeHash::to_string).collect();
    // Base64 and digits need no escapes, and the order of the fields is part of the format.
    format!("{{\"kind\":\"record\",\"index\":{index},\"{what}\":\"{bytes}\",\"proof\":{}}}\n", json!(proof))
}

/// Policies, lists and generations under which the records were made.
fn in_force(proofs: &Proofs) -> Vec<Value> {
    let mut seen = Vec::new();
    for record in &proofs.records {
        let Some(Ok(Entry::Request(request))) = record.frame.get(FRAME_HEAD..).map(decode) else { continue };
        let one = json!({
            "generation": request.generation, "policy_version": request.policy_version, "list_version": request.list_version,
        });
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
}

/// One line. Fields of an object stand in the order in which they were given only where `kind` is the first; see [`record_line`].
pub(super) fn line(value: &Value) -> String {
    let Value::Object(fields) = value else { return format!("{value}\n") };
    let kind = fields.get("kind").map(|kind| format!("\"kind\":{kind}"));
    let others = fields.iter().filter(|(name, _)| *name != "kind").map(|(name, value)| format!("{}:{value}", json!(name)));
    let all: Vec<String> = kind.into_iter().chain(others).collect();
    format!("{{{}}}\n", all.join(","))
}

/// The reference number in a record of a request or of how one ended, given as its frame without the checksum.
#[must_use]
pub fn reference_of(frame: &[u8]) -> Option<RequestId> {
    match decode(frame.get(FRAME_HEAD..)?).ok()? {
        Entry::Request(request) => Some(request.id),
        Entry::Outcome(outcome) => Some(outcome.id),
        Entry::Event(_) => None,
    }
}
