//! SQLite: dumps of a schema, and folders of migrations.

use super::Language;
use super::sql::{Dialect, in_folder, is_it, read};

pub(super) const LANGUAGE: Language = Language {
    name: "sqlite",
    endings: &[".sql"],
    in_folder: Some(in_folder),
    is_it: |text| is_it(text, Dialect::Sqlite),
    read: |files| read(files, Dialect::Sqlite),
    page: include_str!("sqlite.md"),
};
