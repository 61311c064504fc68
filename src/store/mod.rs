//! The forensic log on disk: writer, segments, search, verify.
