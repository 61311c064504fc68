//! Where something was written: which text, and which bytes of it.

use std::ops::Range;

/// A text that settings were read from: the file, a preset, or one variable of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceText {
    pub(super) name: String,
    pub(super) text: String,
}

/// A place in one of the texts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Index of the text.
    pub(super) source: usize,
    /// Bytes of it.
    pub(super) span: Range<usize>,
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

impl SourceText {
    /// Line and column of a byte, both from 1; columns count characters.
    pub(super) fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let end = (0..=byte.min(self.text.len())).rev().find(|i| self.text.is_char_boundary(*i)).unwrap_or(0);
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// A span that starts and ends inside the text, on one line, so that the caret stands where the fault starts.
pub(super) fn visible_span(text: &str, span: &Range<usize>) -> Range<usize> {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let start = boundary(span.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start..boundary(span.end).clamp(start, line_end)
}
