//! See `lifeguard_fuzz::gate::request_head`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::gate::request_head(data));
