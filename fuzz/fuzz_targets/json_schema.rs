//! The reader of the schema language json-schema.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("json-schema", data));
