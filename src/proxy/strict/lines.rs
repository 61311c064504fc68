//! The lines of a head, of a request or of an answer, as they arrive: found, counted and bounded in one place (RFC 9112 section 2.2;
//! security rules F2, F11). What a line says is the business of [`Head`].
//!
//! The answer depends on the bytes alone, never on how they were cut into reads.
//! Must never: take a line end other than CR LF.

use super::fault::{HeadFault, HeadFaultKind as Kind};
use super::field::{Field, field};
use super::limits::GateLimits;

/// What is known after looking at all bytes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// More bytes are needed.
    More,
    /// The head ends before this byte.
    Done(usize),
    /// Refused.
    Fault(HeadFault),
}

/// How far a head has been read.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines {
    /// Start of the line that is being read.
    line: usize,
    /// Up to here no line end is missing.
    seen: usize,
    /// Where the header block starts; 0 until the first line has been read.
    fields_start: usize,
    fields: u16,
}

/// What the lines of a head say.
pub(super) trait Head {
    /// How far it has been read.
    fn lines(&mut self) -> &mut Lines;

    /// A line before the header block, its line feed at `end`. True when it was the first line, so that fields come next.
    fn first_line(&mut self, bytes: &[u8], start: usize, end: usize, limits: &GateLimits) -> Result<bool, HeadFault>;

    /// What can be said of a first line that starts here and whose end has not come.
    fn unfinished(&self, bytes: &[u8], start: usize, limits: &GateLimits) -> Result<(), HeadFault>;

    /// A field. `line` is its whole line, without the line end, and starts at `start`.
    fn field(&mut self, field: &Field<'_>, line: &[u8], start: usize, limits: &GateLimits) -> Result<(), Kind>;

    /// The head ends before this byte: is anything missing?
    fn finish(&self, end: usize) -> Scanned;
}

/// Looks at the bytes of a head so far. Bytes that were there at the last call must be there again, unchanged.
#[inline]
pub(super) fn scan(head: &mut impl Head, bytes: &[u8], limits: &GateLimits) -> Scanned {
    while let Some(found) = memchr::memchr(b'\n', &bytes[head.lines().seen..]) {
        let lines = head.lines();
        let (start, end, in_fields) = (lines.line, lines.seen + found, lines.fields_start != 0);
        (lines.seen, lines.line) = (end + 1, end + 1);
        let last = if in_fields { field_line(head, bytes, start, end, limits) } else { first_line(head, bytes, start, end, limits) };
        match last {
            Ok(false) => {}
            Ok(true) => return head.finish(end + 1),
            Err(fault) => return Scanned::Fault(fault),
        }
    }
    let lines = head.lines();
    lines.seen = bytes.len();
    let unfinished = match (lines.fields_start, lines.line) {
        (0, start) => head.unfinished(bytes, start, limits),
        (fields, _) => check_block(fields, bytes.len(), limits),
    };
    unfinished.map_or_else(Scanned::Fault, |()| Scanned::More)
}

#[inline]
fn first_line(head: &mut impl Head, bytes: &[u8], start: usize, end: usize, limits: &GateLimits) -> Result<bool, HeadFault> {
    if head.first_line(bytes, start, end, limits)? {
        head.lines().fields_start = end + 1;
    }
    Ok(false)
}

/// One line of the header block; true when it is the empty one.
#[inline]
fn field_line(head: &mut impl Head, bytes: &[u8], start: usize, end: usize, limits: &GateLimits) -> Result<bool, HeadFault> {
    let lines = head.lines();
    check_block(lines.fields_start, end + 1, limits)?;
    let line = without_end(bytes, start, end)?;
    if line.is_empty() {
        return Ok(true);
    }
    lines.fields += 1;
    if lines.fields > limits.fields {
        return Err(HeadFault::at(Kind::TooManyFields, start));
    }
    let field = field(line).map_err(|(kind, place)| HeadFault::at(kind, start + place))?;
    head.field(&field, line, start, limits).map_err(|kind| HeadFault::at(kind, start))?;
    Ok(false)
}

/// A line without its CR LF, of which the LF is at `end`.
#[inline]
pub(super) fn without_end(bytes: &[u8], start: usize, end: usize) -> Result<&[u8], HeadFault> {
    bytes[start..end].strip_suffix(b"\r").ok_or_else(|| HeadFault::at(Kind::BareLineFeed, end))
}

fn check_block(start: usize, end: usize, limits: &GateLimits) -> Result<(), HeadFault> {
    if end - start > limits.head { Err(HeadFault::at(Kind::HeadTooLarge, start + limits.head)) } else { Ok(()) }
}
