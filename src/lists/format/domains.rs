//! Plain host names, one a line: the format of nearly all entries, so its ordinary line takes one pass and no memory.

use super::line::{Fault, Line, Read, Sink};
use crate::canon::plain_host;

pub(super) fn read(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    if let Some(host) = plain_host(line.bytes) {
        sink.name(host);
        return Ok(Read::Entries);
    }
    read_with_care(line.trim().before_comment(), sink)
}

#[cold]
fn read_with_care(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    if line.bytes.is_empty() {
        return Ok(Read::Nothing);
    }
    line.host_entry(sink)?;
    Ok(Read::Entries)
}
