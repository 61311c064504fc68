//! From sources to an image: declare lists, feed their files, finish.

mod beside;
mod blocks;
mod build;
mod clear;
mod compiler;
mod gather;
mod hold;
mod names;
mod plain_text;
mod report;
mod spec;
mod tally;

pub use clear::entries_in_clear;
pub use compiler::{CompileFault, Compiled, Compiler};
pub use report::{BadLine, HoldReason, KEPT_BAD_LINES, KEPT_READINGS, LineFault, ListReport, ListWarning, Reading, Readings, Report};
pub use spec::{DEFAULT_BAD_LINES_PER_THOUSAND, ListSpec, PageMatch, Source};
