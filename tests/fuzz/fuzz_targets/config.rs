//! See `lifeguard_fuzz::settings::config`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::settings::config(data));
