//! See `lifeguard_fuzz::tunnel::client_hello`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::tunnel::client_hello(data));
