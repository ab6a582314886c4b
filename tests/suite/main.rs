//! All tests that build books or look at the project as a whole.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod command;
mod hostile;
mod pages;
mod records;
mod reference;
mod secrets;
mod stock;
mod tidy;
mod tokens;
