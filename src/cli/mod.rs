//! One command per file.

pub mod logs;
