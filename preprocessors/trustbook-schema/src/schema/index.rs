//! The index of a schema: names, types, lines and hashes, without its text.

use super::{FieldContent, Migration, Modifier, Schema, SchemaProblem, TableKind};
use crate::forge::Lines;
use crate::span::{FileId, SourceMap, Span};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A table, as the lock stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableIndex {
    /// The name on pages.
    pub name: String,
    /// The name in the database, if it differs.
    pub stored_as: Option<String>,
    /// The kind of table.
    pub kind: TableKind,
    /// The path of its file in the repository or, without one, in the book.
    pub path: String,
    /// The lines in that file.
    pub lines: Lines,
    /// The pin at which it first appeared, as a short commit hash; `None` without pins.
    pub since: Option<String>,
    /// Its fields, in order.
    pub fields: Vec<FieldIndex>,
    /// The names of relations, which only lead to other tables.
    pub relations: Vec<String>,
    /// The migration that created it.
    pub origin: Option<Migration>,
    /// The span from which the book reads it: in the schema itself, or in the lock.
    pub span: Span,
}

/// A field, as the lock stores it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldIndex {
    /// The name on pages.
    pub name: String,
    /// The pin at which it first appeared, as a short commit hash; `None` without pins.
    pub since: Option<String>,
    /// Everything else about it; the lock omits this for tables that are left out.
    pub detail: Option<Detail>,
    /// The span from which the book reads it: in the schema itself, or in the lock.
    pub span: Span,
}

/// The properties of a field besides its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The name in the database, if it differs.
    pub stored_as: Option<String>,
    /// Its type.
    pub ty: String,
    /// The modifiers of its type, sorted.
    pub modifiers: Vec<Modifier>,
    /// The kind of content that its type allows.
    pub content: FieldContent,
    /// The category that a comment in the schema gives it.
    pub category: Option<String>,
    /// The path of its file, if it differs from that of its table.
    pub path: Option<String>,
    /// The lines in that file.
    pub lines: Lines,
    /// The beginning of the SHA-256 of these lines, in hexadecimal.
    pub hash: String,
    /// The migration that added it, or that last defined its type.
    pub origin: Option<Migration>,
    /// The last change since it first appeared, if any.
    pub changed: Option<Changed>,
}

/// The change of a field from one pin to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The pin that brought the change, as a short commit hash.
    pub at: String,
    /// The type and modifiers before the change, in words.
    pub was: String,
}

impl Detail {
    /// Returns the type and modifiers in words: `String (optional, unique)`.
    pub fn words(&self) -> String {
        let told = self.told();
        if told.is_empty() { self.ty.clone() } else { format!("{} ({})", self.ty, told.join(", ")) }
    }

    /// Returns all that two versions of a field are compared by, in words: also its default and its name in the database.
    pub fn shape(&self) -> String {
        let default = if self.modifiers.contains(&Modifier::Default) { ", with a default" } else { "" };
        let stored = self.stored_as.as_ref().map_or_else(String::new, |name| format!(", stored as `{name}`"));
        let opaque = if self.content == FieldContent::Opaque { ", which can hold anything" } else { "" };
        format!("{}{default}{stored}{opaque}", self.words())
    }

    /// Returns the words of the modifiers that readers see. Defaults and times of change are left out, because they say
    /// nothing about the data in the field.
    pub fn told(&self) -> Vec<&'static str> {
        let told = self.modifiers.iter().filter(|it| !matches!(it, Modifier::Default | Modifier::UpdatedAt));
        told.map(|modifier| modifier.word()).collect()
    }
}

impl FieldIndex {
    fn words(&self) -> String {
        self.detail.as_ref().map(Detail::words).unwrap_or_default()
    }
}

impl TableIndex {
    /// Returns the field of a name.
    pub fn field(&self, name: &str) -> Option<&FieldIndex> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the fields by name, for callers that look up many.
    pub fn by_name(&self) -> BTreeMap<&str, &FieldIndex> {
        self.fields.iter().map(|field| (field.name.as_str(), field)).collect()
    }

    /// Returns the path of the file that a field is in.
    pub fn path_of<'t>(&'t self, detail: &'t Detail) -> &'t str {
        detail.path.as_deref().unwrap_or(&self.path)
    }

    /// Returns the file and line of the table, or of a field of it: `schema.prisma:578`.
    pub fn place(&self, field: Option<&FieldIndex>) -> String {
        match field.and_then(|field| field.detail.as_ref()) {
            Some(detail) => format!("{}:{}", self.path_of(detail), detail.lines.first),
            None => format!("{}:{}", self.path, self.lines.first),
        }
    }

    /// Returns the beginning of the SHA-256 of the names and types of its fields, in any order.
    pub fn fingerprint(&self) -> String {
        let words = |field: &FieldIndex| match &field.detail {
            Some(Detail { stored_as: Some(name), .. }) => format!("{}\t{name}", field.words()),
            _ => field.words(),
        };
        let mut lines: Vec<String> =
            self.fields.iter().map(|field| format!("{}\t{}\n", field.name, words(field))).collect();
        lines.sort_unstable();
        short_hash(&lines.concat())
    }
}

/// The largest number of mentions that are looked at in one part.
const MENTIONS: usize = 1000;

/// Returns the names of the tables that each skipped part of a schema mentions, sorted: those that it has, and `others`.
pub fn mentions<'t>(map: &SourceMap, schema: &'t Schema, others: impl Iterator<Item = &'t str>) -> Vec<Vec<String>> {
    let stored = schema.tables.iter().filter_map(|table| Some((table.stored_as.as_deref()?, table.name.as_str())));
    let own = schema.tables.iter().map(|table| (table.name.as_str(), table.name.as_str()));
    let mut by_word: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (word, name) in own.chain(stored).chain(others.map(|name| (name, name))) {
        let last = word.rsplit('.').next().unwrap_or(word);
        by_word.entry(last.to_lowercase()).or_default().insert(name);
    }
    // Each file is searched once, as parts can be inside each other.
    let mut found: BTreeMap<FileId, Vec<(usize, &str)>> = BTreeMap::new();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let named = |skipped: &SchemaProblem| {
        let in_file = found.entry(skipped.span.file).or_insert_with(|| {
            let text = map.file(skipped.span.file).text();
            let words = text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty());
            let placed = words.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word));
            let named = placed.filter_map(|(at, word)| Some((at, by_word.get(&word.to_lowercase())?)));
            named.flat_map(|(at, names)| names.iter().map(move |name| (at, *name))).collect()
        });
        let from = in_file.partition_point(|(at, _)| *at < skipped.span.start);
        let inside = in_file.get(from..).unwrap_or_default().iter().take(MENTIONS);
        let names: BTreeSet<&str> =
            inside.take_while(|(at, _)| *at < skipped.span.end).map(|(_, name)| *name).collect();
        names.into_iter().map(str::to_owned).collect()
    };
    schema.skipped.iter().map(named).collect()
}

/// Returns the index of a schema. `path_of` returns the path of a file in the repository or in the book.
pub fn of(map: &SourceMap, schema: Schema, path_of: &dyn Fn(FileId) -> String) -> Vec<TableIndex> {
    // Fields on the same lines, such as all those of a file without line breaks, share the hash of these.
    let mut hashes: BTreeMap<(FileId, usize, usize), String> = BTreeMap::new();
    let mut tables: Vec<TableIndex> = schema
        .tables
        .into_iter()
        .map(|table| {
            let path = path_of(table.span.file);
            let fields = table.fields.into_iter().map(|field| {
                let is_elsewhere = field.span.file != table.span.file;
                let own_path = is_elsewhere.then(|| path_of(field.span.file)).filter(|own| *own != path);
                let lines = lines_of(map, field.span);
                let hash = hashes.entry((field.span.file, lines.first, lines.last));
                let detail = Detail {
                    stored_as: field.stored_as,
                    ty: field.ty,
                    modifiers: field.modifiers,
                    content: field.content,
                    category: field.category,
                    path: own_path,
                    lines,
                    hash: hash.or_insert_with(|| short_hash(&text_of(map, field.span))).clone(),
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
                lines: lines_of(map, table.span),
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

/// Returns the last byte of a span, not the one after it, which can be on the next line.
fn last_byte(span: Span) -> usize {
    span.end.saturating_sub(1).max(span.start)
}

/// Returns the lines that a span covers.
fn lines_of(map: &SourceMap, span: Span) -> Lines {
    let file = map.file(span.file);
    Lines { first: file.line_number(span.start), last: file.line_number(last_byte(span)) }
}

/// Returns the text of the lines that a span covers, without white space at their ends.
fn text_of(map: &SourceMap, span: Span) -> String {
    let file = map.file(span.file);
    let text = file.text().get(file.whole_lines(span.start..last_byte(span))).unwrap_or_default();
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    text.join("\n")
}

/// The number of hexadecimal digits of a hash that are kept.
const SHORT: usize = 16;

fn short_hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hex(hash.get(..SHORT / 2).unwrap_or_default())
}

/// Returns bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{SchemaFile, find};
    use super::*;

    #[test]
    fn a_skipped_part_mentions_tables_by_their_words() {
        let text = "CREATE TABLE people (id int); CREATE TABLE x.orders (id int); SELECT a('people', x.Orders);\n\
                    SELECT b(people_old); SELECT c('gone');";
        let mut map = SourceMap::default();
        let file = map.add("a.sql", text);
        let schema = (find("postgresql").unwrap().read)(&[SchemaFile { file, path: "a.sql", text }]);
        let found = mentions(&map, &schema, ["gone", "never"].into_iter());
        assert_eq!(found, [vec!["people", "x.orders"], vec![], vec!["gone"]]);
    }
}
