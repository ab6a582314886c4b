//! The reader of SQLAlchemy.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::read("sqlalchemy", data));
