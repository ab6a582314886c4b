//! The properties that every fuzz target asserts: a reader returns, spans lie in their files, and names are unique.

use std::collections::BTreeSet;
use trustbook_core::schema::{Schema, SchemaFile, find};
use trustbook_core::span::{SourceMap, Span};

/// Parts of the input that stand between these bytes are files of their own.
const NEXT_FILE: u8 = 0x1e;

/// Reads bytes as files of a language. What is not UTF-8 is left out, since no reader is given it.
///
/// # Panics
/// Where what the reader gives is not sound, which is what is looked for.
pub fn read(language: &str, data: &[u8]) {
    let language = find(language).expect("the language is known");
    let Ok(text) = std::str::from_utf8(data) else { return };
    let ending = language.endings.first().expect("a language has an ending");
    let mut map = SourceMap::default();
    let texts: Vec<&str> = text.split(char::from(NEXT_FILE)).take(4).collect();
    let paths: Vec<String> = (0..texts.len()).map(|at| format!("migrations/2026010{at}_part/file{ending}")).collect();
    let files: Vec<SchemaFile<'_>> =
        paths.iter().zip(&texts).map(|(path, text)| SchemaFile { file: map.add(path, *text), path, text }).collect();
    for text in &texts {
        let _ = (language.is_it)(text);
    }
    assert_sound(&map, &(language.read)(&files));
}

fn assert_sound(map: &SourceMap, schema: &Schema) {
    let assert_span = |span: Span| {
        let text = map.file(span.file).text();
        assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes", text.len());
    };
    let mut tables = BTreeSet::new();
    for table in &schema.tables {
        assert_span(table.span);
        assert!(tables.insert(&table.name), "the table `{}` is there twice", table.name);
        let mut fields = BTreeSet::new();
        for field in &table.fields {
            assert_span(field.span);
            assert!(fields.insert(&field.name), "the field `{}` is there twice", field.name);
            assert!(field.modifiers.is_sorted_by(|a, b| a < b), "{:?}", field.modifiers);
        }
    }
    for problem in schema.problems.iter().chain(&schema.skipped) {
        assert_span(problem.span);
        assert!(!problem.what.is_empty() && !problem.help.is_empty(), "{problem:?}");
    }
}
