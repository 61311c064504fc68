//! See `lifeguard_fuzz::address::canonicaliser`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::address::canonicaliser(data));
