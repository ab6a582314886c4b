//! The lock, in a small book.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::build("facts/facts.lock", data));
