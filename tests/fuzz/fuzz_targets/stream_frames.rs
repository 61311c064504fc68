//! See `lifeguard_fuzz::gate::stream_frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lifeguard_fuzz::gate::stream_frames(data));
