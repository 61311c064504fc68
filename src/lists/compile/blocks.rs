//! A text stream cut into blocks of whole lines, so that several threads can read one file.

use crate::lists::format::MAX_LINE;
use std::io::{self, Read};

const BLOCK: usize = 256 << 10;

/// Whole lines, and the number of the first.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    pub(super) first_line: u64,
}

impl Block {
    /// The lines without their ends, numbered.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut from = 0;
        let ends =
            memchr::memchr_iter(b'\n', &self.bytes).chain(self.bytes.last().filter(|&&last| last != b'\n').map(|_| self.bytes.len()));
        ends.zip(self.first_line..).map(move |(end, number)| {
            let line = &self.bytes[from..end];
            from = end + 1;
            (number, line.strip_suffix(b"\r").unwrap_or(line))
        })
    }
}

/// Cuts the stream.
pub(super) struct Blocks<R> {
    text: R,
    carried: Vec<u8>,
    next_line: u64,
    ended: bool,
    /// The rest of a line that is too long is passed over.
    in_long_line: bool,
    /// A NUL was seen: this is no text.
    pub(super) binary: bool,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, carried: Vec::new(), next_line: 1, ended: false, in_long_line: false, binary: false }
    }

    /// Has the first block taken all there is?
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The next block into `block`; `false` at the end.
    pub(super) fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        loop {
            block.bytes.clear();
            block.bytes.append(&mut self.carried);
            self.fill(&mut block.bytes)?;
            if block.bytes.is_empty() {
                return Ok(false);
            }
            self.drop_rest_of_long_line(&mut block.bytes);
            self.carry_last_line(&mut block.bytes);
            if block.bytes.is_empty() {
                continue;
            }
            self.number(block);
            return Ok(true);
        }
    }

    fn fill(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let missing = BLOCK.saturating_sub(bytes.len());
        if missing > 0 && !self.ended {
            bytes.reserve(missing);
            let read = self.text.by_ref().take(missing as u64).read_to_end(bytes)?;
            self.ended = read < missing;
        }
        Ok(())
    }

    fn drop_rest_of_long_line(&mut self, bytes: &mut Vec<u8>) {
        if self.in_long_line {
            let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
            self.in_long_line = end == bytes.len() && bytes.last() != Some(&b'\n');
            bytes.drain(..end);
        }
    }

    fn carry_last_line(&mut self, bytes: &mut Vec<u8>) {
        if self.ended {
            return;
        }
        let end = memchr::memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        if bytes.len() - end > MAX_LINE {
            self.in_long_line = true;
        } else {
            self.carried.extend_from_slice(&bytes[end..]);
            bytes.truncate(end);
        }
    }

    fn number(&mut self, block: &mut Block) {
        block.first_line = self.next_line;
        if self.next_line == 1 && block.bytes.starts_with(b"\xef\xbb\xbf") {
            block.bytes.drain(..3);
        }
        self.binary |= memchr::memchr(0, &block.bytes).is_some();
        let ends = memchr::memchr_iter(b'\n', &block.bytes).count() as u64;
        self.next_line += ends + u64::from(self.in_long_line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> (Vec<(u64, Vec<u8>)>, bool) {
        let mut blocks = Blocks::new(text);
        let mut block = Block::default();
        let mut out = Vec::new();
        while blocks.next(&mut block).unwrap() {
            out.extend(block.lines().map(|(number, line)| (number, line.to_vec())));
        }
        (out, blocks.binary)
    }

    #[test]
    fn lines_are_numbered_whatever_their_ends() {
        let (found, binary) = lines(b"\xef\xbb\xbfone\r\n\ntwo\nthree");
        assert_eq!(found, [(1, b"one".to_vec()), (2, b"".to_vec()), (3, b"two".to_vec()), (4, b"three".to_vec())]);
        assert!(!binary);
        assert!(lines(b"").0.is_empty());
        assert!(lines(b"a\0b").1);
    }

    #[test]
    fn lines_across_blocks_stay_whole_and_keep_their_numbers() {
        let text: Vec<u8> = (1..=60_000).flat_map(|n| format!("name-{n}.example.test\n").into_bytes()).collect();
        let (found, _) = lines(&text);
        assert_eq!(found.len(), 60_000);
        assert!(found.iter().all(|(number, line)| *line == format!("name-{number}.example.test").as_bytes()));
    }

    #[test]
    fn a_line_without_end_is_cut_and_the_numbers_after_it_are_right() {
        let mut text = b"one\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 3 * BLOCK));
        text.extend_from_slice(b"\nthree\n");
        let (found, _) = lines(&text);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], (1, b"one".to_vec()));
        assert!(found[1].0 == 2 && found[1].1.len() > MAX_LINE);
        assert_eq!(found[2], (3, b"three".to_vec()));
    }
}
