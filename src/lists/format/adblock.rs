//! Adblock syntax, of which rules for whole hosts are applied: `||host^`, with options that do not narrow it.

use super::line::{Fault, Line, Read, Sink};
use crate::lists::LineFault;

/// Options that leave `||host^` a rule for the whole host.
const HARMLESS_OPTIONS: [&[u8]; 6] = [b"important", b"all", b"document", b"doc", b"popup", b"third-party"];

pub(super) fn read(line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let line = line.trim();
    let heading = line.bytes.first() == Some(&b'[') && line.bytes.last() == Some(&b']');
    if line.bytes.is_empty() || line.bytes[0] == b'!' || heading || is_hash_comment(line.bytes) {
        return Ok(Read::Nothing);
    }
    let unsupported = line.fault(LineFault::UnsupportedRule);
    if !line.bytes.starts_with(b"||") {
        return Err(unsupported);
    }
    let host = line.from(2);
    let end = host.bytes.iter().position(|byte| matches!(byte, b'^' | b'$' | b'/' | b'|')).unwrap_or(host.bytes.len());
    if !is_host_rule_end(&host.bytes[end..]) {
        return Err(unsupported);
    }
    host.to(end).host_entry(sink)?;
    Ok(Read::Entries)
}

/// `#` comments stand in many lists; `##` and the like are rules for parts of a page.
fn is_hash_comment(line: &[u8]) -> bool {
    matches!(line, [b'#'] | [b'#', b' ' | b'\t', ..])
}

fn is_host_rule_end(end: &[u8]) -> bool {
    match end {
        b"" | b"^" | b"^|" => true,
        [b'^', b'$', options @ ..] => options.split(|&byte| byte == b',').all(|option| HARMLESS_OPTIONS.contains(&option)),
        _ => false,
    }
}
