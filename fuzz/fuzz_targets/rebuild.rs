//! A book that changes while it is served.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::rebuild(data));
