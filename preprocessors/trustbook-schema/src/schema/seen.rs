//! The result of reading a text, as lines that a test can compare.

use super::{FieldContent, Schema, SchemaFile, Table, find};
use crate::span::{SourceMap, Span};

/// Returns tables, fields, problems and skipped parts, with their lines.
pub(super) fn seen(language: &str, text: &str) -> Vec<String> {
    let (schema, map) = read(language, &[("a.yaml", text)]);
    let place = |span: Span| {
        assert!(map.file(span.file).text().get(span.range()).is_some(), "{span:?}");
        let line = |offset| map.file(span.file).position(offset).line;
        format!("{}-{}", line(span.start), line(span.end))
    };
    let mut lines = Vec::new();
    for table in &schema.tables {
        let mut line = format!("{} {:?} {}", table.name, table.kind, place(table.span));
        if !table.relations.is_empty() {
            line.push_str(&format!(" to {}", table.relations.join(", ")));
        }
        lines.push(line);
        for field in &table.fields {
            let mut line = format!("  {}: {}", field.name, field.ty);
            field.modifiers.iter().for_each(|modifier| line.push_str(&format!(" {}", modifier.word())));
            line.push_str(if field.content == FieldContent::Opaque { " opaque" } else { "" });
            field.category.iter().for_each(|category| line.push_str(&format!(" @{category}")));
            lines.push(format!("{line} {}", place(field.span)));
        }
    }
    lines.extend(schema.problems.iter().map(|problem| format!("! {} {}", place(problem.span), problem.what)));
    lines.extend(schema.skipped.iter().map(|problem| format!("? {} {}", place(problem.span), problem.what)));
    lines
}

/// Reads files in a language.
pub(super) fn read(language: &str, files: &[(&str, &str)]) -> (Schema, SourceMap) {
    let mut map = SourceMap::default();
    let files: Vec<SchemaFile<'_>> =
        files.iter().map(|(path, text)| SchemaFile { file: map.add(path, *text), path, text }).collect();
    ((find(language).unwrap().read)(&files), map)
}

/// Returns the tables of a text, each with its fields and their types, and then the problems and skipped parts.
pub(super) fn columns(language: &str, path: &str, text: &str) -> Vec<String> {
    let (schema, _) = read(language, &[(path, text)]);
    let line = |table: &Table| {
        let fields: Vec<String> = table.fields.iter().map(|it| format!("{} {}", it.name, it.ty)).collect();
        format!("{} ({}): {}", table.name, table.stored_as.as_deref().unwrap_or_default(), fields.join(", "))
    };
    let notes = schema.problems.iter().chain(&schema.skipped).map(|it| it.what.clone());
    schema.tables.iter().map(line).chain(notes).collect()
}

/// Returns the example on the page of a language.
pub(super) fn example(language: &str) -> &'static str {
    let (_, page) = find(language).unwrap().page.split_once("\n## Example\n").unwrap();
    let (_, fence) = page.split_once("\n```").unwrap();
    let (text, _) = fence.split_once('\n').unwrap().1.split_once("\n```\n").unwrap();
    text
}
