//! What a question found, with proofs, as one signed file: the same for the command and for a disclosure. Of a record about a statutory
//! list only the hash leaves.

use super::bundle::{Context, evidence_file};
use super::check::check_evidence;
use crate::model::{Reason, Timestamp};
use crate::store::heads::{ProveFault, Signer, prove};
use crate::store::query::Row;
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;

/// A file of evidence that was made.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The file.
    pub text: String,
    /// How many records it proves.
    pub records: usize,
}

/// Makes it of these rows of the log in `folder`. `query`: what was asked; `made`: when. `None`: there is nothing to prove.
///
/// # Errors
/// [`ProveFault`]: a proof or the key that signs is missing.
pub fn gather((folder, keys): (&Path, &Path), rows: &[Row], query: Value, made: Timestamp) -> Result<Option<Gathered>, ProveFault> {
    let sequences: Vec<u64> = rows.iter().flat_map(numbers).collect();
    let secret: HashSet<u64> = rows.iter().filter(|row| is_statutory(row)).flat_map(numbers).collect();
    if sequences.is_empty() {
        return Ok(None);
    }
    let rows = rows.iter().filter_map(|row| serde_json::to_value(row).ok()).collect();
    let context = Context { query, made: made.to_string(), rows };
    let make = || -> Result<String, ProveFault> {
        let signer = Signer::read(folder, Some(keys))?;
        Ok(evidence_file(&prove(folder, &sequences)?, &|sequence| secret.contains(&sequence), &context, &signer))
    };
    // The key may be handed over between the proof and the signature; then the second attempt finds the new one in the history.
    let text = make()?;
    let text = if check_evidence(text.as_bytes(), None).is_ok() { text } else { make()? };
    Ok(Some(Gathered { text, records: sequences.len() }))
}

fn numbers(row: &Row) -> Vec<u64> {
    match row {
        Row::Request(request) => {
            std::iter::once(request.sequence).chain(request.outcome.as_ref().map(|outcome| outcome.sequence)).collect()
        }
        Row::Outcome(outcome) => vec![outcome.sequence],
        Row::Event(event) => vec![event.sequence],
    }
}

/// Did a statutory list decide?
#[must_use]
pub fn is_statutory(row: &Row) -> bool {
    let code = Reason::Statutory.code();
    match row {
        Row::Request(request) => request.reason == code || request.outcome.as_ref().is_some_and(|outcome| outcome.reason == Some(code)),
        Row::Outcome(outcome) => outcome.reason == Some(code),
        Row::Event(_) => false,
    }
}
