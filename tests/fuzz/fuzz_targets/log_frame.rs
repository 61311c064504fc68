//! See `lifeguard_fuzz::log::log_frame`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::log::log_frame(data));
