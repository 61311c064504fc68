//! Keywords and expressions, one a line.

use super::line::{Fault, Line, Read, Sink};
use crate::lists::LineFault;
use crate::lists::rules::{MAX_RULE_BYTES, expression_fits};

/// Shorter keywords would stand in too many innocent addresses.
const MIN_KEYWORD: usize = 3;

pub(super) fn read_expression(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let line = line.trim();
    if line.bytes.is_empty() || line.bytes[0] == b'#' {
        return Ok(Read::Nothing);
    }
    let text = std::str::from_utf8(line.bytes).ok().filter(|text| expression_fits(text));
    sink.expression(text.ok_or(line.fault(LineFault::BadExpression))?);
    Ok(Read::Entries)
}

pub(super) fn read_keyword(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let line = line.trim();
    if line.bytes.is_empty() || line.bytes[0] == b'#' {
        return Ok(Read::Nothing);
    }
    let text = std::str::from_utf8(line.bytes).ok().filter(|text| (MIN_KEYWORD..=MAX_RULE_BYTES).contains(&text.len()));
    sink.keyword(text.ok_or(line.fault(LineFault::BadKeyword))?);
    Ok(Read::Entries)
}
