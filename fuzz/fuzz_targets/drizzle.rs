//! The reader of the tables of Drizzle.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("drizzle", data));
