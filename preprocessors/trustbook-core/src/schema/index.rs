//! What is kept of a schema: names, types, lines and hashes, and nothing of its text.

use super::{Content, Modifier, Origin, Schema, TableKind};
use crate::forge::Lines;
use crate::span::{FileId, SourceMap, Span};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A table, as the lock keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableIndex {
    /// What pages call it.
    pub name: String,
    /// What the database calls it, where that is another name.
    pub stored_as: Option<String>,
    /// What it is.
    pub kind: TableKind,
    /// The file that it stands in, in the repository or, without one, in the book.
    pub path: String,
    /// Its lines in that file.
    pub lines: Lines,
    /// The pin at which it was first seen, where there are pins: the beginning of its commit.
    pub since: Option<String>,
    /// Its fields, in order.
    pub fields: Vec<FieldIndex>,
    /// What only leads to other tables.
    pub relations: Vec<String>,
    /// The migration that brought it.
    pub origin: Option<Origin>,
    /// Where the book reads this from: the schema itself, or the lock.
    pub span: Span,
}

/// A field, as the lock keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldIndex {
    /// What pages call it.
    pub name: String,
    /// The pin at which it was first seen, where there are pins: the beginning of its commit.
    pub since: Option<String>,
    /// All else that is known of it; the lock does without for tables that are left out.
    pub detail: Option<Detail>,
    /// Where the book reads this from: the schema itself, or the lock.
    pub span: Span,
}

/// What is known of a field besides its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What the database calls it, where that is another name.
    pub stored_as: Option<String>,
    /// Its type.
    pub ty: String,
    /// What is said of it besides its type, sorted.
    pub modifiers: Vec<Modifier>,
    /// Whether its type says what it holds.
    pub content: Content,
    /// The category that a comment in the schema gives to it.
    pub category: Option<String>,
    /// The file that it stands in, where that is not the file of its table.
    pub path: Option<String>,
    /// Its lines.
    pub lines: Lines,
    /// The beginning of the SHA-256 of these lines.
    pub hash: String,
    /// The migration that brought it.
    pub origin: Option<Origin>,
    /// How it last changed since it was first seen.
    pub changed: Option<Changed>,
}

/// How a field changed from one pin to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The pin that brought the change: the beginning of its commit.
    pub at: String,
    /// What it was before: its type and modifiers in words.
    pub was: String,
}

impl Detail {
    /// Its type and what else is said of it, in words: `String (optional, unique)`.
    pub fn words(&self) -> String {
        let told = self.told();
        if told.is_empty() { self.ty.clone() } else { format!("{} ({})", self.ty, told.join(", ")) }
    }

    /// What else is said of it that readers are told: whether there is a default, and who sets the time of a change,
    /// says nothing about what is held.
    pub fn told(&self) -> Vec<&'static str> {
        let told = self.modifiers.iter().filter(|it| !matches!(it, Modifier::Default | Modifier::UpdatedAt));
        told.map(|modifier| modifier.word()).collect()
    }
}

impl TableIndex {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<&FieldIndex> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Its fields by name, for those who ask for many.
    pub fn by_name(&self) -> BTreeMap<&str, &FieldIndex> {
        self.fields.iter().map(|field| (field.name.as_str(), field)).collect()
    }

    /// The file that a field stands in.
    pub fn path_of<'t>(&'t self, detail: &'t Detail) -> &'t str {
        detail.path.as_deref().unwrap_or(&self.path)
    }

    /// The file and line of the table, or of a field of it: `schema.prisma:578`.
    pub fn place(&self, field: Option<&FieldIndex>) -> String {
        match field.and_then(|field| field.detail.as_ref()) {
            Some(detail) => format!("{}:{}", self.path_of(detail), detail.lines.first),
            None => format!("{}:{}", self.path, self.lines.first),
        }
    }

    /// The beginning of the SHA-256 of the names and types of its fields: it changes when one comes or changes.
    pub fn fingerprint(&self) -> String {
        let words = |field: &FieldIndex| field.detail.as_ref().map(Detail::words).unwrap_or_default();
        let mut lines: Vec<String> =
            self.fields.iter().map(|field| format!("{}\t{}\n", field.name, words(field))).collect();
        lines.sort_unstable();
        short_hash(&lines.concat())
    }
}

/// The index of a schema. `path_of` gives the path of a file in the repository or in the book.
pub fn of(map: &SourceMap, schema: Schema, path_of: &dyn Fn(FileId) -> String) -> Vec<TableIndex> {
    let mut tables: Vec<TableIndex> = schema
        .tables
        .into_iter()
        .map(|table| {
            let path = path_of(table.span.file);
            let fields = table.fields.into_iter().map(|field| {
                let is_elsewhere = field.span.file != table.span.file;
                let own_path = is_elsewhere.then(|| path_of(field.span.file)).filter(|own| *own != path);
                let (lines, text) = lines_of(map, field.span);
                let detail = Detail {
                    stored_as: field.stored_as,
                    ty: field.ty,
                    modifiers: field.modifiers,
                    content: field.content,
                    category: field.category,
                    path: own_path,
                    lines,
                    hash: short_hash(&text),
                    origin: field.origin,
                    changed: None,
                };
                FieldIndex { name: field.name, since: None, detail: Some(detail), span: field.span }
            });
            let mut fields: Vec<FieldIndex> = fields.collect();
            fields.shrink_to_fit();
            TableIndex {
                fields,
                name: table.name,
                stored_as: table.stored_as,
                kind: table.kind,
                lines: lines_of(map, table.span).0,
                path,
                since: None,
                relations: table.relations,
                origin: table.origin,
                span: table.span,
            }
        })
        .collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    tables
}

/// The lines that a span is in, and their text without the ends of lines.
fn lines_of(map: &SourceMap, span: Span) -> (Lines, String) {
    let file = map.file(span.file);
    // The last byte, and not the one behind it, which can be on the next line.
    let last = span.end.saturating_sub(1).max(span.start);
    let lines = Lines { first: file.line_number(span.start), last: file.line_number(last) };
    let text = file.text().get(file.whole_lines(span.start..last)).unwrap_or_default();
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    (lines, text.join("\n"))
}

/// How many characters of a hash are kept.
const SHORT: usize = 16;

fn short_hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hex(hash.get(..SHORT / 2).unwrap_or_default())
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
