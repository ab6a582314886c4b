//! PostgreSQL: dumps of a schema, and folders of migrations.

use super::Language;
use super::sql::{Dialect, in_folder, is_it, read};

pub(super) const LANGUAGE: Language = Language {
    name: "postgresql",
    endings: &[".sql"],
    in_folder: Some(in_folder),
    is_it: |text| is_it(text, Dialect::Postgresql),
    read: |files| read(files, Dialect::Postgresql),
    page: include_str!("postgresql.md"),
};
