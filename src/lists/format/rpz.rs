//! Response policy zones, of which name triggers with a blocking action are applied.
//!
//! A zone file has a memory: its origin, the last owner, an open parenthesis. So it is read in order, by one reader.

use super::line::{Fault, Line, Read, Sink};
use crate::lists::LineFault;

/// The memory of a zone file that is being read.
#[derive(Debug, Default)]
pub(crate) struct Zone {
    origin: Vec<u8>,
    owner: Vec<u8>,
    open_parenthesis: bool,
}

/// Owners of triggers that are not names.
const OTHER_TRIGGERS: [&[u8]; 5] = [b"rpz-ip", b"rpz-client-ip", b"rpz-nsip", b"rpz-nsdname", b"rpz-log"];
/// Targets that let a name pass.
const PASSING_TARGETS: [&[u8]; 2] = [b"rpz-passthru", b"rpz-tcp-only"];

impl Zone {
    /// Reads one line.
    pub(crate) fn read(&mut self, line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
        let comment = memchr::memchr(b';', line.bytes).unwrap_or(line.bytes.len());
        let line = line.to(comment);
        if self.open_parenthesis {
            self.open_parenthesis = !line.bytes.contains(&b')');
            return Ok(Read::Nothing);
        }
        self.open_parenthesis = line.bytes.contains(&b'(') && !line.bytes.contains(&b')');
        let blank_owner = line.bytes.first().is_none_or(u8::is_ascii_whitespace);
        let mut words = line.words().peekable();
        let Some(first) = words.peek().copied() else { return Ok(Read::Nothing) };
        if first.bytes[0] == b'$' {
            words.next();
            return self.read_directive(first, words.next());
        }
        if !blank_owner {
            words.next();
            self.owner = first.bytes.to_ascii_lowercase();
        }
        let owner = Line { bytes: &self.owner, at: first.at, strict: line.strict };
        read_record(owner, &self.origin, words.filter(|word| !is_ttl_or_class(word.bytes)), sink)
    }

    fn read_directive(&mut self, directive: Line<'_>, value: Option<Line<'_>>) -> Result<Read, Fault> {
        match (directive.bytes, value) {
            (b"$TTL", Some(_)) => Ok(Read::Nothing),
            (b"$ORIGIN", Some(origin)) => {
                self.origin = origin.bytes.to_ascii_lowercase();
                Ok(Read::Nothing)
            }
            _ => Err(directive.fault(LineFault::NotAZoneLine)),
        }
    }
}

fn is_ttl_or_class(word: &[u8]) -> bool {
    let ttl = word.first().is_some_and(u8::is_ascii_digit) && word.iter().all(|byte| byte.is_ascii_digit() || b"smhdwSMHDW".contains(byte));
    ttl || word.eq_ignore_ascii_case(b"IN")
}

fn read_record<'a>(owner: Line<'_>, origin: &[u8], mut words: impl Iterator<Item = Line<'a>>, sink: &mut impl Sink) -> Result<Read, Fault> {
    let kind = words.next().ok_or(owner.fault(LineFault::NotAZoneLine))?;
    if [b"SOA".as_slice(), b"NS"].iter().any(|known| kind.bytes.eq_ignore_ascii_case(known)) {
        return Ok(Read::Nothing);
    }
    let name = trigger(owner, origin);
    let last_label = name.bytes.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    if name.bytes == b"@" || name.bytes.is_empty() || OTHER_TRIGGERS.contains(&last_label) {
        return Err(owner.fault(LineFault::UnsupportedTrigger));
    }
    let target = words.next().map(|word| word.bytes.to_ascii_lowercase());
    let passes = |target: &[u8]| PASSING_TARGETS.contains(&target.strip_suffix(b".").unwrap_or(target));
    match (kind.bytes.to_ascii_uppercase().as_slice(), target) {
        (b"CNAME", Some(target)) if passes(&target) => Err(owner.fault(LineFault::UnsupportedTrigger)),
        (b"CNAME" | b"A" | b"AAAA" | b"TXT" | b"MX", Some(_)) => name.host_entry(sink).map(|()| Read::Entries),
        (_, _) => Err(owner.fault(LineFault::NotAZoneLine)),
    }
}

/// The owner without its zone: what follows the zone's own name, or all of a relative name.
fn trigger<'a>(owner: Line<'a>, origin: &[u8]) -> Line<'a> {
    let Some(absolute) = owner.bytes.strip_suffix(b".") else { return owner };
    let zone = origin.strip_suffix(b".").unwrap_or(origin);
    let inside = absolute.strip_suffix(zone).and_then(|name| name.strip_suffix(b"."));
    Line { bytes: inside.filter(|_| !zone.is_empty()).unwrap_or(absolute), ..owner }
}
