//! Views of rows that were found: other ways to look at the same rows, never other rows.

mod pages;

pub use pages::{FURNITURE_WINDOW, PartKind, Visit, fold, part_kind, unfold};
