//! The reader of the schema language postgresql.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("postgresql", data));
