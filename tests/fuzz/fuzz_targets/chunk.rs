//! See `lifeguard_fuzz::gate::chunk`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::gate::chunk(data));
