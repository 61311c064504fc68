//! One command per file.
