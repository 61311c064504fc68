//! See `lifeguard_fuzz::lists::list_rpz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::lists::list_rpz(data));
