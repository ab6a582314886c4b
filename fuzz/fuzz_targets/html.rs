//! An HTML file of the site, in a small book.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| trustbook_fuzz::build("src/a.html", data));
