//! All tests that build books or look at the project as a whole.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod active;
mod annotations;
mod bad_input;
mod beside;
mod cases;
mod ci;
mod claims;
mod command;
mod data_models;
mod dialect;
mod documents;
mod due;
mod external;
mod frames;
mod guide;
mod hostile;
mod import;
mod init;
mod internal;
mod kept;
mod keywords;
mod languages;
mod limits;
mod links;
mod live;
mod mend;
mod nesting;
mod observe;
mod outputs;
mod packaging;
mod pages;
#[cfg(unix)]
mod preprocessors;
mod prisma;
mod prose;
mod publishing;
mod records;
mod reference;
mod reports;
mod review;
mod schema;
mod schema_command;
mod schemas;
mod secrets;
mod server;
mod status;
mod stock;
mod tidy;
mod tokens;
mod translations;
mod vendor;
