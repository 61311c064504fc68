//! What each fuzz target does with its bytes. The targets proper are one line each in `fuzz_targets/`; the corpora are
//! replayed by `tests/fuzz_corpus.rs` with every `make test`.
//!
//! A target panics when a promise is broken; apart from that nothing may panic, whatever the bytes.

pub mod address;
pub mod gate;
pub mod log;

/// Every target by name.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("canonicaliser", address::canonicaliser),
    ("connect_authority", address::connect_authority),
    ("list_entry", address::list_entry),
    ("request_head", gate::request_head),
    ("chunk", gate::chunk),
    ("response", gate::response),
    ("record_codec", log::record_codec),
    ("log_frame", log::log_frame),
];
