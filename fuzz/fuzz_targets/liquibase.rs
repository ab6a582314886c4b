//! The reader of the changelogs of Liquibase.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("liquibase", data));
