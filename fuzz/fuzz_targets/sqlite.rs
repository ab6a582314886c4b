//! The reader of the schema language sqlite.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("sqlite", data));
