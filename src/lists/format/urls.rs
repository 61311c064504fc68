//! Addresses, one a line: hosts, pages, pages with query pairs.

use super::line::{Fault, Line, Read, Sink};

pub(super) fn read(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let line = line.trim();
    if line.bytes.is_empty() || line.bytes[0] == b'#' {
        return Ok(Read::Nothing);
    }
    line.address_entry(sink)?;
    Ok(Read::Entries)
}
