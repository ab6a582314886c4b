//! The reader of the migrations of Django.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("django", data));
