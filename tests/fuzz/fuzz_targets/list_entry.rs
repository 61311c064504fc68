//! See `lifeguard_fuzz::address::list_entry`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::address::list_entry(data));
