//! See `lifeguard_fuzz::log::record_codec`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::log::record_codec(data));
