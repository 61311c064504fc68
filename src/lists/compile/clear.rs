//! The entries of a source in the clear, for whoever has to ask for every one of them: accreditation.
//!
//! Must never keep or print an entry; what is read here is read again from the source each time, and dropped with the caller's value.

use super::blocks::{Block, Blocks};
use super::plain_text::PlainText;
use super::spec::Source;
use crate::canon::{HostKind, ListEntry};
use crate::lists::format::{Fault, Format, Line, Read as LineRead, Sink, Zone, read_document, read_line, read_rows};
use std::io::{self, Read};

/// Holds what a line brought until its number is known.
struct Held<F: FnMut(u64, ListEntry)> {
    line: Vec<ListEntry>,
    each: F,
    bad: u64,
}

impl<F: FnMut(u64, ListEntry)> Sink for Held<F> {
    fn name(&mut self, host: &str) {
        self.line.push(ListEntry { host: host.to_owned(), host_kind: HostKind::Name, path: None, pairs: Vec::new() });
    }

    fn entry(&mut self, entry: ListEntry) {
        self.line.push(entry);
    }

    fn keyword(&mut self, _: &str) {}

    fn expression(&mut self, _: &str) {}
}

impl<F: FnMut(u64, ListEntry)> Held<F> {
    fn told(&mut self, number: u64, outcome: Result<LineRead, Fault>) {
        self.bad += u64::from(outcome.is_err());
        for entry in std::mem::take(&mut self.line) {
            (self.each)(number, entry);
        }
    }
}

/// Gives every entry of a source with the number of its line, read as the compiler reads it; how many lines could not be read.
///
/// # Errors
/// When the text cannot be read to its end.
pub fn entries_in_clear(source: &Source, strict: bool, text: impl Read, each: impl FnMut(u64, ListEntry)) -> io::Result<u64> {
    let mut held = Held { line: Vec::new(), each, bad: 0 };
    match &source.format {
        Format::Csv(schema) => read_rows(schema, strict, PlainText::new(text), &mut held, Held::told)?,
        Format::Json(schema) => read_document(schema, strict, PlainText::new(text), &mut held, Held::told)?,
        Format::Rpz => {
            let mut zone = Zone::default();
            lines(text, |number, bytes| {
                let outcome = zone.read(Line::new(bytes, strict), &mut held);
                held.told(number, outcome);
            })?;
        }
        Format::Domains
        | Format::Hosts
        | Format::Urls
        | Format::Adblock
        | Format::Expressions
        | Format::Keywords
        | Format::JsonLines(_) => lines(text, |number, bytes| {
            let outcome = read_line(&source.format, Line::new(bytes, strict), &mut held);
            held.told(number, outcome);
        })?,
    }
    Ok(held.bad)
}

fn lines(text: impl Read, mut each: impl FnMut(u64, &[u8])) -> io::Result<()> {
    let (mut blocks, mut block) = (Blocks::new(text), Block::default());
    while blocks.next(&mut block)? {
        block.lines().for_each(|(number, bytes)| each(number, bytes));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_with_their_lines_and_bad_lines_are_counted() {
        let source = Source::new("made-up", Format::Urls);
        let text = b"# made up\none.test\n\nhttp://two.test/a/b?c=1\nhttp://[broken/\nthree.test/x\n".as_slice();
        let mut found = Vec::new();
        let bad = entries_in_clear(&source, false, text, |line, entry| found.push((line, entry.host, entry.path.is_some()))).unwrap();
        let expected = [(2, "one.test", false), (4, "two.test", true), (6, "three.test", true)];
        assert_eq!(found, expected.map(|(line, host, page)| (line, host.to_owned(), page)));
        assert_eq!(bad, 1);
    }
}
