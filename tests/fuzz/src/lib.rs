//! What each fuzz target does with its bytes. The targets proper are one line each in `fuzz_targets/`; the corpora are
//! replayed by `tests/canon/fuzz_corpus.rs` with every `make test`.
//!
//! A target panics when a promise is broken; apart from that nothing may panic, whatever the bytes.

pub mod address;
pub mod gate;
pub mod lists;
pub mod log;
pub mod settings;
pub mod tunnel;

/// A target: a name and what it does with its bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("canonicaliser", address::canonicaliser),
    ("connect_authority", address::connect_authority),
    ("list_entry", address::list_entry),
    ("list_domains", lists::list_domains),
    ("list_hosts", lists::list_hosts),
    ("list_urls", lists::list_urls),
    ("list_adblock", lists::list_adblock),
    ("list_rpz", lists::list_rpz),
    ("list_csv", lists::list_csv),
    ("list_json", lists::list_json),
    ("list_rules", lists::list_rules),
    ("image", lists::image),
    ("config", settings::config),
    ("client_hello", tunnel::client_hello),
    ("request_head", gate::request_head),
    ("chunk", gate::chunk),
    ("response", gate::response),
    ("stream_frames", gate::stream_frames),
    ("record_codec", log::record_codec),
    ("log_frame", log::log_frame),
];
