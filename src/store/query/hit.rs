//! One record that was asked for, with its outcome, as bytes of the log. What may be shown of it comes from here and from nowhere else.

use super::escape::{json_line, lossless};
use super::row::{EventRow, OutcomeRow, RequestRow, Row};
use crate::record::{Entry, decode};
use crate::store::quiet::breathe;
use aws_lc_rs::digest::{Context, SHA256};

/// One record that was asked for.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Its number.
    pub sequence: u64,
    entry: Vec<u8>,
    outcome: Option<(u64, Vec<u8>)>,
}

impl Hit {
    pub(super) fn new(sequence: u64, entry: Vec<u8>, outcome: Option<(u64, Vec<u8>)>) -> Self {
        Self { sequence, entry, outcome }
    }

    /// The address that was asked for, although it is on a statutory list: for the page on which one named role reads it in order to report
    /// it, and for nothing else (E2). `None`: the log keeps none.
    #[must_use]
    pub fn listed_address(&self) -> Option<String> {
        let Ok(Entry::Request(request)) = decode(&self.entry) else { return None };
        let address = if request.url.is_empty() { lossless(request.target) } else { request.url.into_owned() };
        Some(address).filter(|address| !address.is_empty())
    }

    /// What may be shown of it. `None` for bytes that are no record, which a search does not give.
    #[must_use]
    pub fn row(&self) -> Option<Row> {
        breathe();
        let outcome = self.outcome.as_ref().and_then(|(sequence, bytes)| match decode(bytes) {
            Ok(Entry::Outcome(outcome)) => Some(OutcomeRow::new(*sequence, &outcome)),
            Ok(Entry::Request(_) | Entry::Event(_)) | Err(_) => None,
        });
        Some(match decode(&self.entry).ok()? {
            Entry::Request(request) => Row::Request(Box::new(RequestRow::new(self.sequence, &request, outcome))),
            Entry::Outcome(outcome) => Row::Outcome(OutcomeRow::new(self.sequence, &outcome)),
            Entry::Event(event) => Row::Event(EventRow::new(self.sequence, &event)),
        })
    }
}

/// The hash of an answer: SHA-256 over its rows as `logs search --json` prints them, each with its line end. The same question, asked
/// again of the same records, has the same hash (Z10); a request that has ended meanwhile changes it.
#[must_use]
pub fn hash_of(hits: &[Hit]) -> String {
    let mut context = Context::new(&SHA256);
    for row in hits.iter().filter_map(Hit::row) {
        let line = serde_json::to_string(&row).unwrap_or_default();
        context.update(json_line(&line).as_bytes());
        context.update(b"\n");
    }
    context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
