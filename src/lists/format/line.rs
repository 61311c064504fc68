//! One line of any line format.

use super::{Format, adblock, domains, hosts, json, rule_lines, urls};
use crate::canon::{EntryOptions, HostKind, ListEntry, Unreadable, UnreadableKind, canonicalise_entry_with};
use crate::lists::LineFault;

/// Longest line that is read.
pub(crate) const MAX_LINE: usize = 65_536;

/// Takes what the formats read.
pub(crate) trait Sink {
    /// A canonical name.
    fn name(&mut self, host: &str);
    /// An entry of any kind.
    fn entry(&mut self, entry: ListEntry);
    /// A keyword.
    fn keyword(&mut self, text: &str);
    /// An expression that has been tried.
    fn expression(&mut self, text: &str);
}

/// What a line held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Nothing: blank, a comment, a heading.
    Nothing,
    /// Entries, which the sink has taken.
    Entries,
}

/// Why a line is no entry, and the offset of the fault in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) fault: LineFault,
    pub(crate) at: usize,
}

impl Fault {
    pub(crate) fn new(fault: LineFault, at: usize) -> Self {
        Self { fault, at }
    }
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Self::new(LineFault::Address(unreadable.kind), unreadable.at)
    }
}

/// A piece of a line: its bytes, and where they start in the line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    /// Mend nothing.
    pub(crate) strict: bool,
}

impl<'a> Line<'a> {
    pub(crate) fn new(bytes: &'a [u8], strict: bool) -> Self {
        Self { bytes, at: 0, strict }
    }

    pub(crate) fn fault(self, fault: LineFault) -> Fault {
        Fault::new(fault, self.at)
    }

    /// Without blanks at either end.
    pub(crate) fn trim(self) -> Self {
        let start = self.bytes.trim_ascii_start();
        Self { bytes: start.trim_ascii_end(), at: self.at + self.bytes.len() - start.len(), ..self }
    }

    /// The rest from this offset on.
    pub(crate) fn from(self, offset: usize) -> Self {
        Self { bytes: &self.bytes[offset..], at: self.at + offset, ..self }
    }

    /// What stands before this offset.
    pub(crate) fn to(self, offset: usize) -> Self {
        Self { bytes: &self.bytes[..offset], ..self }
    }

    /// Without a `#` comment: a line that starts with `#`, or what follows a blank and `#`.
    pub(crate) fn before_comment(self) -> Self {
        let starts = |i: usize| i == 0 || self.bytes[i - 1].is_ascii_whitespace();
        match memchr::memchr_iter(b'#', self.bytes).find(|&i| starts(i)) {
            Some(comment) => self.to(comment).trim(),
            None => self,
        }
    }

    /// The words of the line.
    pub(crate) fn words(self) -> impl Iterator<Item = Line<'a>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            rest = rest.trim();
            let end = rest.bytes.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.bytes.len());
            let word = rest.to(end);
            rest = rest.from(end);
            (!word.bytes.is_empty()).then_some(word)
        })
    }

    /// A host entry of its own.
    pub(crate) fn host_entry(self, sink: &mut impl Sink) -> Result<(), Fault> {
        let entry = canonicalise_entry_with(self.bytes, EntryOptions { leading_wildcard: true }).map_err(|fault| self.located(fault))?;
        if entry.path.is_some() {
            return Err(self.fault(LineFault::PageAmongHosts));
        }
        self.refuse_single_label(&entry)?;
        sink.entry(entry);
        Ok(())
    }

    /// An entry for a host or a page. Blanks inside a page's path are read as if they were encoded, unless strict.
    pub(crate) fn address_entry(self, sink: &mut impl Sink) -> Result<(), Fault> {
        let options = EntryOptions { leading_wildcard: true };
        let entry = match canonicalise_entry_with(self.bytes, options) {
            Err(fault) if fault.kind == UnreadableKind::BlankOrControl && !self.strict => {
                let mended = self.with_encoded_blanks(fault.at).ok_or(self.located(fault))?;
                canonicalise_entry_with(&mended, options).map_err(|_| self.located(fault))?
            }
            other => other.map_err(|fault| self.located(fault))?,
        };
        self.refuse_single_label(&entry)?;
        sink.entry(entry);
        Ok(())
    }

    fn located(self, fault: Unreadable) -> Fault {
        Fault { at: self.at + fault.at, ..fault.into() }
    }

    fn with_encoded_blanks(self, first: usize) -> Option<Vec<u8>> {
        let after_scheme = memchr::memmem::find(self.bytes, b"://").map_or(0, |at| at + 3);
        let path = after_scheme + memchr::memchr2(b'/', b'?', &self.bytes[after_scheme..])?;
        if first < path {
            return None;
        }
        let mut mended = Vec::with_capacity(self.bytes.len() + 16);
        for &byte in self.bytes {
            match byte {
                b' ' => mended.extend_from_slice(b"%20"),
                other => mended.push(other),
            }
        }
        Some(mended)
    }

    fn refuse_single_label(self, entry: &ListEntry) -> Result<(), Fault> {
        let meant = matches!(self.bytes.first(), Some(b'*' | b'.'));
        let single = entry.host_kind == HostKind::Name && !entry.host.contains('.');
        if single && !meant && entry.path.is_none() { Err(self.fault(LineFault::SingleLabel)) } else { Ok(()) }
    }
}

/// Reads one line (without its line end) of a line format.
pub(crate) fn read_line(format: &Format, line: Line<'_>, sink: &mut impl Sink) -> Result<Read, Fault> {
    if line.bytes.len() > MAX_LINE {
        return Err(Fault::new(LineFault::LineTooLong, MAX_LINE));
    }
    match format {
        Format::Domains => domains::read(line, sink),
        Format::Hosts => hosts::read(line, sink),
        Format::Urls => urls::read(line, sink),
        Format::Adblock => adblock::read(line, sink),
        Format::Expressions => rule_lines::read_expression(line, sink),
        Format::Keywords => rule_lines::read_keyword(line, sink),
        Format::JsonLines(pointer) => json::read_line(pointer, line, sink),
        // These three are no line formats: each has a reader of its own.
        Format::Rpz | Format::Csv(_) | Format::Json(_) => Ok(Read::Nothing),
    }
}
