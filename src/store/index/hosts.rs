//! Requests counted by host: how often a host was asked for is told without opening the index.

use super::columns::Column;
use crate::model::Reason;
use crate::record::{CodecFault, Reader, put_bytes, put_number};
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, UInt8Type, UInt32Type};

/// Requests for one host. Those of which the log shows that they are statutory are not in it: their hosts are not searched.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HostCount {
    /// The canonical host.
    pub(crate) host: String,
    /// Requests with an outcome in the same segment.
    pub(crate) settled: u64,
    /// Requests whose outcome lies in a later segment, if anywhere: it may show them to be statutory.
    pub(crate) pending: u64,
}

/// The counts of the rows of an index, by host. `None`: the rows have another shape.
pub(super) fn count_hosts(batch: &RecordBatch) -> Option<Vec<HostCount>> {
    let choices = |column: Column| Some(batch.column(column as usize).as_primitive_opt::<UInt8Type>()?.values());
    let hosts = batch.column(Column::Host as usize).as_dictionary_opt::<Int32Type>()?;
    let texts = hosts.values().as_string_opt::<i32>()?;
    let outcomes = batch.column(Column::Outcome as usize).as_primitive_opt::<UInt32Type>()?.values();
    let (reasons, later) = (choices(Column::Reason)?, choices(Column::OutcomeReason)?);
    let statutory = Reason::Statutory as u8;
    let mut counts: Vec<HostCount> =
        texts.iter().flatten().map(|host| HostCount { host: host.to_owned(), ..HostCount::default() }).collect();
    for (row, key) in hosts.keys().iter().enumerate() {
        // An event has no host.
        let Some(count) = key.and_then(|key| counts.get_mut(usize::try_from(key).ok()?)) else { continue };
        if reasons[row] == statutory || later[row] == statutory {
            continue;
        }
        let place = if outcomes[row] == 0 { &mut count.pending } else { &mut count.settled };
        *place += 1;
    }
    counts.retain(|count| count.settled + count.pending > 0);
    counts.sort_unstable();
    Some(counts)
}

/// The texts first, then the numbers: each pack better among their like.
pub(super) fn hosts_bytes(counts: &[HostCount]) -> Vec<u8> {
    let mut out = Vec::new();
    put_number(&mut out, counts.len() as u64);
    counts.iter().for_each(|count| put_bytes(&mut out, count.host.as_bytes()));
    counts.iter().for_each(|count| put_number(&mut out, count.settled));
    counts.iter().for_each(|count| put_number(&mut out, count.pending));
    out
}

/// Shows the counts of the hosts that are asked for.
pub(super) fn read_hosts(bytes: &[u8], asked: &dyn Fn(&str) -> bool) -> Result<Vec<HostCount>, CodecFault> {
    let mut reader = Reader::new(bytes);
    let count: usize = reader.narrow()?;
    let mut found = Vec::new();
    for place in 0..count {
        let host = reader.text()?;
        if asked(host) {
            found.push((place, HostCount { host: host.to_owned(), ..HostCount::default() }));
        }
    }
    for which in [|count: &mut HostCount, number| count.settled = number, |count: &mut HostCount, number| count.pending = number] {
        let mut next = found.iter_mut().peekable();
        for place in 0..count {
            let number = reader.number()?;
            if let Some((_, count)) = next.next_if(|(wanted, _)| *wanted == place) {
                which(count, number);
            }
        }
    }
    reader.end()?;
    Ok(found.into_iter().map(|(_, count)| count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_for_comes_back_and_a_cut_table_is_none() {
        let count = |host: &str, settled, pending| HostCount { host: host.to_owned(), settled, pending };
        let all = [count("a.example", 3, 0), count("b.example", 1, 2), count("www.b.example", 400, 1)];
        let bytes = hosts_bytes(&all);
        assert_eq!(read_hosts(&bytes, &|host| host.ends_with("b.example")).unwrap(), all[1..]);
        assert_eq!(read_hosts(&bytes, &|_| false).unwrap(), []);
        for end in 0..bytes.len() {
            assert!(read_hosts(&bytes[..end], &|_| true).is_err(), "cut to {end}");
        }
    }
}
