//! All tests that build books or look at the project as a whole.

mod cases;
mod command;
mod hostile;
mod pages;
mod reference;
mod stock;
mod tidy;
