//! MySQL: dumps of a schema, and folders of migrations.

use super::Language;
use super::sql::{Dialect, in_folder, is_it, read};

pub(super) const LANGUAGE: Language = Language {
    name: "mysql",
    endings: &[".sql"],
    in_folder: Some(in_folder),
    is_it: |text| is_it(text, Dialect::Mysql),
    read: |files| read(files, Dialect::Mysql),
    page: include_str!("mysql.md"),
};
