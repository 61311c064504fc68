//! What was asked for at the places of a room: the store's own search for each place, one after the other, with a bound on the time of all
//! and on the requests.

use super::asking::{filter_of, folded, requests, until};
use crate::admin::WorksFault;
use crate::admin::asking::{Fetched, LogQuestion, Spot};
use crate::store::query::{Filter, Order, Query, RequestRow, search_with};
use crate::store::quietly;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

/// Whoever looks waits for so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// What each search adds: neighbouring addresses are asked for together, names one by one.
fn filters(question: &LogQuestion, places: &[Spot]) -> Vec<Filter> {
    let nets: Vec<IpNet> = places.iter().flat_map(|place| if let Spot::Nets(nets) = place { nets.clone() } else { Vec::new() }).collect();
    let names: BTreeSet<String> =
        places.iter().filter_map(|place| if let Spot::Device(name) = place { Some(name.to_ascii_lowercase()) } else { None }).collect();
    let whole = filter_of(question);
    let of_net = |net| Filter { client: Some(net), ..whole.clone() };
    let of_name = |name| Filter { device: Some(name), ..whole.clone() };
    IpNet::aggregate(&nets).into_iter().map(of_net).chain(names.into_iter().map(of_name)).collect()
}

/// The requests, the oldest first. Where there are more than `most`, or time is over, those up to a moment before which none is missing.
pub(super) fn in_places(folder: &Path, question: &LogQuestion, places: &[Spot], most: usize) -> Result<Fetched, WorksFault> {
    let go_on = until(PATIENCE);
    let mut rows: BTreeMap<u64, RequestRow> = BTreeMap::new();
    let (mut damage, mut given_up, mut end) = (BTreeSet::new(), false, None::<u64>);
    for filter in filters(question, places) {
        let query = Query { filter, order: Order::Oldest, limit: most, ..Query::default() };
        let answer = quietly(|| search_with(folder, &query, &go_on)).map_err(|error| WorksFault(error.to_string().into()))?;
        given_up |= answer.cancelled;
        if answer.more || answer.cancelled {
            // Behind this one, something of this place may be missing.
            let last = answer.cursor().unwrap_or(0);
            end = Some(end.map_or(last, |end| end.min(last)));
        }
        rows.extend(requests(&answer).into_iter().map(|row| (row.sequence, row)));
        damage.extend(answer.damage.iter().map(ToString::to_string));
        // What stands in the way of more than is shown need not be kept.
        while rows.len() > most {
            end = rows.pop_last().map(|(last, _)| last.saturating_sub(1)).map(|last| end.map_or(last, |end| end.min(last)));
        }
    }
    if let Some(end) = end {
        rows.retain(|sequence, _| *sequence <= end);
    }
    let rows: Vec<RequestRow> = rows.into_values().collect();
    let reached = rows.last().and_then(|row| row.time.parse::<jiff::Timestamp>().ok()).map(Into::into);
    let next = end.map(|end| rows.last().map_or(end, |row| row.sequence));
    Ok(Fetched { rows: folded(&rows, true), next, given_up, reached, damage: damage.into_iter().collect() })
}
