//! Names of segment files: ordinal, first sequence number and start time, so that a folder listing already tells the story.

use crate::model::Timestamp;

/// Ending of a segment that is whole enough to count.
pub(super) const SEGMENT: &str = ".seg";
/// Ending of a segment that was sealed.
pub(super) const SEALED: &str = ".sealed";
/// Ending of a segment's Parquet file.
pub(super) const INDEX: &str = ".parquet";
/// Ending of a segment's summary: the last of its files.
pub(super) const SUMMARY: &str = ".sum";
/// Ending of a segment that is being made. Such a file is never part of the log.
pub(super) const UNFINISHED: &str = ".new";

/// `000001-000000000001-20261122T180721Z.seg`
pub(super) fn segment_name(ordinal: u64, first: u64, at: Timestamp) -> String {
    let time = at.civil().strftime("%Y%m%dT%H%M%SZ");
    format!("{ordinal:06}-{first:012}-{time}{SEGMENT}")
}

/// The name of the sealed form of a segment.
pub(super) fn sealed_name(name: &str) -> String {
    format!("{}{SEALED}", name.strip_suffix(SEGMENT).unwrap_or(name))
}

/// The name of the Parquet file of a segment.
pub(super) fn index_name(name: &str) -> String {
    format!("{}{INDEX}", name.strip_suffix(SEGMENT).unwrap_or(name))
}

/// The name of the summary of a segment.
pub(super) fn summary_name(name: &str) -> String {
    format!("{}{SUMMARY}", name.strip_suffix(SEGMENT).unwrap_or(name))
}

/// The name of the raw form of a segment, if this is the name of a sealed one.
pub(super) fn raw_name(name: &str) -> Option<String> {
    name.strip_suffix(SEALED).map(|stem| format!("{stem}{SEGMENT}"))
}

/// The ordinal in the name of a segment; `None` for any other file.
pub(super) fn ordinal_of(name: &str) -> Option<u64> {
    let mut parts = name.strip_suffix(SEGMENT)?.split('-');
    let ordinal = parts.next()?.parse().ok()?;
    let _first: u64 = parts.next()?.parse().ok()?;
    parts.next()?;
    parts.next().is_none().then_some(ordinal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_ordinal_and_other_files_have_none() {
        let name = segment_name(7, 42, Timestamp(1_764_000_000_123_456));
        assert_eq!(name, "000007-000000000042-20251124T160000Z.seg");
        assert_eq!(ordinal_of(&name), Some(7));
        for other in ["lock", "reserve", "7.seg", "a-1-x.seg", "000007-000000000042-20251124T160000Z.seg.new", "1-1-x-y.seg"] {
            assert_eq!(ordinal_of(other), None, "{other}");
        }
    }
}
