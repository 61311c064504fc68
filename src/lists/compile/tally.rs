//! Counts of one list while its files are read, by one thread.

use super::report::{BadLine, KEPT_BAD_LINES, KEPT_READINGS, LineFault, Reading, Readings};
use crate::lists::format::Fault;
use std::sync::Arc;

/// What one thread counts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) lines: u64,
    pub(super) rejected: u64,
    pub(super) unsupported: u64,
    pub(super) readings: Readings,
    pub(super) expressions: u64,
    pub(super) bad_lines: Vec<BadLine>,
    pub(super) by_line: Vec<(u64, Reading)>,
}

impl Tally {
    pub(super) fn reading(&mut self, reading: Reading) {
        let count = match reading {
            Reading::Host => &mut self.readings.hosts,
            Reading::Page => &mut self.readings.pages,
            Reading::PageWithQuery => &mut self.readings.pages_with_query,
            Reading::Rule => &mut self.readings.rules,
        };
        *count += 1;
    }

    pub(super) fn reading_of_line(&mut self, line: u64, reading: Reading) {
        if self.by_line.len() < KEPT_READINGS {
            self.by_line.push((line, reading));
        }
    }

    pub(super) fn fault(&mut self, file: &Arc<str>, line: u64, fault: Fault) {
        self.lines += 1;
        self.bad(file, line, fault.at, fault.fault);
    }

    pub(super) fn bad(&mut self, file: &Arc<str>, line: u64, offset: usize, fault: LineFault) {
        *(if fault.is_unsupported() { &mut self.unsupported } else { &mut self.rejected }) += 1;
        if self.bad_lines.len() < KEPT_BAD_LINES {
            let column = u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(1);
            self.bad_lines.push(BadLine { file: Arc::clone(file), line, column, fault });
        }
    }

    /// Joins what several threads counted over one file. Each kept its own first bad lines, so the first of all are there.
    pub(super) fn join_threads(parts: impl Iterator<Item = Self>) -> Self {
        let mut all = parts.fold(Self::default(), Self::append);
        all.bad_lines.sort_by_key(|bad| (bad.line, bad.column));
        all.by_line.sort_by_key(|&(line, _)| line);
        all
    }

    /// Adds the next file's counts.
    pub(super) fn append(mut self, mut next: Self) -> Self {
        self.lines += next.lines;
        self.rejected += next.rejected;
        self.unsupported += next.unsupported;
        self.expressions += next.expressions;
        self.readings.hosts += next.readings.hosts;
        self.readings.pages += next.readings.pages;
        self.readings.pages_with_query += next.readings.pages_with_query;
        self.readings.rules += next.readings.rules;
        self.bad_lines.append(&mut next.bad_lines);
        self.by_line.append(&mut next.by_line);
        self
    }

    /// Keeps no more than is promised.
    pub(super) fn cut(&mut self) {
        self.bad_lines.truncate(KEPT_BAD_LINES);
        self.by_line.truncate(KEPT_READINGS);
    }
}
