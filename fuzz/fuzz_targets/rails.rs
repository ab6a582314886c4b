//! The reader of the schema of Rails.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("rails", data));
