//! See `lifeguard_fuzz::lists::list_rules`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::lists::list_rules(data));
