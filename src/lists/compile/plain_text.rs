//! A text stream without its byte order mark and without carriage returns, so that lines are counted as people count them.

use std::io::{self, Read};

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The stream.
pub(super) struct PlainText<R> {
    text: R,
    start: io::Cursor<Vec<u8>>,
    begun: bool,
}

impl<R: Read> PlainText<R> {
    pub(super) fn new(text: R) -> Self {
        Self { text, start: io::Cursor::default(), begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        let mut start = Vec::new();
        self.text.by_ref().take(MARK.len() as u64).read_to_end(&mut start)?;
        if start == MARK {
            start.clear();
        }
        self.start = io::Cursor::new(start);
        Ok(())
    }
}

impl<R: Read> Read for PlainText<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !std::mem::replace(&mut self.begun, true) {
            self.begin()?;
        }
        loop {
            let count = match self.start.read(out)? {
                0 => self.text.read(out)?,
                count => count,
            };
            let kept = without_returns(&mut out[..count]);
            if kept > 0 || count == 0 {
                return Ok(kept);
            }
        }
    }
}

/// Moves the other bytes together, and says how many there are.
fn without_returns(bytes: &mut [u8]) -> usize {
    if memchr::memchr(b'\r', bytes).is_none() {
        return bytes.len();
    }
    let mut kept = 0;
    for at in 0..bytes.len() {
        if bytes[at] != b'\r' {
            bytes[kept] = bytes[at];
            kept += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_returns_are_gone() {
        for (text, plain) in [("", ""), ("a", "a"), ("\u{feff}a\r\nb\r\n", "a\nb\n"), ("\r\r\r\r\n", "\n"), ("ab\u{feff}", "ab\u{feff}")] {
            let mut out = String::new();
            PlainText::new(text.as_bytes()).read_to_string(&mut out).unwrap();
            assert_eq!(out, plain);
        }
    }
}
