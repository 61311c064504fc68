//! See `lifeguard_fuzz::lists::list_hosts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::lists::list_hosts(data));
