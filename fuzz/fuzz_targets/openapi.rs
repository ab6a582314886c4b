//! The reader of the schema language openapi.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("openapi", data));
