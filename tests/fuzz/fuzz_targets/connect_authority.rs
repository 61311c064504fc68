//! See `lifeguard_fuzz::address::connect_authority`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::address::connect_authority(data));
