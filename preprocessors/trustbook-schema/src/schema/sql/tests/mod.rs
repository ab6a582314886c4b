//! Tests of the SQL readers as a whole.

mod bad;
mod faults;
mod migrations;
mod pages;
mod postgresql;
mod splits;
mod statements;
mod tools;

use super::{Dialect, read};
use crate::schema::{Schema, SchemaFile};
use crate::span::SourceMap;

/// Reads one text.
fn one(text: &str, dialect: Dialect) -> Schema {
    let mut map = SourceMap::default();
    let file = map.add("schema.sql", text);
    read(&[SchemaFile { file, path: "schema.sql", text }], dialect)
}

/// Reads several files.
fn many(files: &[(&str, &str)], dialect: Dialect) -> Schema {
    let mut map = SourceMap::default();
    let files: Vec<SchemaFile<'_>> =
        files.iter().map(|(path, text)| SchemaFile { file: map.add(path, *text), path, text }).collect();
    read(&files, dialect)
}

/// Formats each table on a line, with its fields: `users: id bigint [default id], email text`.
fn lines(schema: &Schema) -> Vec<String> {
    let tables = schema.tables.iter().map(|table| {
        let fields = table.fields.iter().map(|field| {
            let words: Vec<&str> = field.modifiers.iter().map(|modifier| modifier.word()).collect();
            let words = if words.is_empty() { String::new() } else { format!(" [{}]", words.join(" ")) };
            let category = field.category.as_ref().map_or(String::new(), |category| format!(" @{category}"));
            let ty = if field.ty.is_empty() { String::new() } else { format!(" {}", field.ty) };
            format!("{}{ty}{words}{category}", field.name)
        });
        format!("{}: {}", table.name, fields.collect::<Vec<_>>().join(", "))
    });
    tables.collect()
}

/// Returns the messages of problems and of skipped parts, without places.
fn notes(schema: &Schema) -> Vec<&str> {
    schema.problems.iter().chain(&schema.skipped).map(|problem| problem.what.as_str()).collect()
}

/// Reads a text that must have no problems.
fn clean(text: &str, dialect: Dialect) -> Vec<String> {
    let schema = one(text, dialect);
    assert_eq!(notes(&schema), Vec::<&str>::new(), "{text}");
    lines(&schema)
}
