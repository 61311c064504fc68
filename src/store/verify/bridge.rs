//! Leads the check across segments that were deleted when their time was over: their receipts stand in their place (L10). A receipt
//! that does not fit on either side leads nowhere, and the gap is then named like any other.

use super::{Ending, Report, Stand};
use crate::store::path::Head;
use crate::store::sweep::DeletionReceipt;
use std::collections::BTreeMap;

/// Receipts by segment.
pub(super) type Receipts = BTreeMap<u64, DeletionReceipt>;

/// Where the check stands in front of the segment with this head, if receipts lead there from where it stood.
pub(super) fn bridge(before: Option<&Stand>, head: &Head, receipts: &Receipts, report: &mut Report) -> Option<Stand> {
    let from = before.map_or(0, |stand| stand.ordinal);
    let (mut span, mut wanted) = (Vec::new(), head.follows);
    while wanted > from {
        let Some(receipt) = receipts.get(&wanted).filter(|receipt| receipt.follows < wanted) else { break };
        wanted = receipt.follows;
        span.push(receipt);
    }
    // Behind a segment that is there, or was misread, receipts have to lead all the way; at the start of the log they may begin late.
    let reaches = wanted == from;
    let first = before.is_none() && report.segments == 1;
    if span.is_empty() || !(reaches || first) {
        return None;
    }
    let mut stand = before.cloned();
    for receipt in span.iter().rev() {
        stand = Some(over(stand.as_ref(), receipt)?);
    }
    report.starts_late |= first && !reaches;
    report.swept_segments += span.len() as u64;
    report.swept_records += span.iter().map(|receipt| receipt.records).sum::<u64>();
    stand
}

/// Behind one deleted segment.
fn over(before: Option<&Stand>, receipt: &DeletionReceipt) -> Option<Stand> {
    let fits = before.is_none_or(|before| receipt.before() == Some(before.chain) && receipt.first >= before.next);
    let counted = receipt.first.checked_add(receipt.records) == Some(receipt.next);
    let ended = if receipt.closed { Ending::Closed } else { Ending::Open(receipt.bytes) };
    let stand = Stand { ordinal: receipt.segment, chain: receipt.after()?, next: receipt.next, ended };
    (fits && counted).then_some(stand)
}
