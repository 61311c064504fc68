//! See `lifeguard_fuzz::lists::image`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::lists::image(data));
