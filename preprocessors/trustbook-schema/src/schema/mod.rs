//! A data model in one neutral form, whatever language it is written in.

mod code;
mod django;
mod django_models;
pub mod document;
mod drizzle;
mod element;
pub mod fides;
pub mod index;
mod json_schema;
mod language;
mod liquibase;
mod mysql;
mod object;
mod openapi;
mod postgresql;
mod prisma;
mod python;
mod rails;
#[cfg(test)]
mod seen;
mod sql;
mod sql_types;
mod sqlalchemy;
mod sqlite;
mod tbls;
mod tree;

pub use language::{LANGUAGES, NAMES, Recognised, find, is_schema_file, recognise};

use crate::span::{FileId, Span};
use jiff::civil::Date;

/// A file that a schema is read from.
#[derive(Debug, Clone, Copy)]
pub struct SchemaFile<'t> {
    /// The id in the source map.
    pub file: FileId,
    /// The path of the file; it is below the path of the schema if that is a folder.
    pub path: &'t str,
    /// The text of the file.
    pub text: &'t str,
}

/// A schema language.
#[derive(Debug)]
pub struct Language {
    /// The value of `language = "..."` that selects it.
    pub name: &'static str,
    /// The endings of its files.
    pub endings: &'static [&'static str],
    /// Returns true for the paths that are read in a folder; without it, those with one of its endings.
    pub in_folder: Option<fn(&str) -> bool>,
    /// Returns true if a text with one of these endings can be in this language.
    pub is_it: fn(&str) -> bool,
    /// Reads files, in the order of their paths. It terminates on any input.
    pub read: fn(&[SchemaFile<'_>]) -> Schema,
    /// The page about it: the parts that are read, the form of categories in comments, and the parts that are not read.
    pub page: &'static str,
}

impl Language {
    /// Returns true if a file in a folder is read.
    pub fn reads(&self, path: &str) -> bool {
        self.in_folder.map_or_else(|| self.ends(path), |is_read| is_read(path))
    }

    /// Returns true if a file has one of its endings, in upper or lower case.
    pub fn ends(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        self.endings.iter().any(|ending| path.ends_with(ending))
    }
}

/// The result of reading the files of a schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables, in the order of files and lines.
    pub tables: Vec<Table>,
    /// The parts that cannot be read; everything around them is read nevertheless.
    pub problems: Vec<SchemaProblem>,
    /// The parts that are left out because their effect is unknown, such as a `DO` block.
    pub skipped: Vec<SchemaProblem>,
}

/// A table, or anything else that holds fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name on pages; unique in a schema.
    pub name: String,
    /// The name in the database, if it differs.
    pub stored_as: Option<String>,
    /// The kind of table.
    pub kind: TableKind,
    /// The span from its first line to its last, without comments before it.
    pub span: Span,
    /// The fields that store something, in order; their names are unique in a table.
    pub fields: Vec<Field>,
    /// The names of relations, which only lead to other tables and store nothing.
    pub relations: Vec<String>,
    /// The migration that created it.
    pub origin: Option<Migration>,
}

/// A kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// A table that stores rows.
    Table,
    /// A view of rows that other tables store.
    View,
    /// A part of tables or messages: a composite type, an object of an API.
    Type,
}

/// One column, property or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name on pages. A property of a nested object has the names of its parents before its own, with dots between.
    pub name: String,
    /// The name in the database, if it differs.
    pub stored_as: Option<String>,
    /// The type in the words of the language, without modifiers: `String`, `varchar(255)`.
    pub ty: String,
    /// The modifiers of its type, sorted.
    pub modifiers: Vec<Modifier>,
    /// The kind of content that its type allows.
    pub content: FieldContent,
    /// The category that a comment in the schema gives it: `@category user.contact.email`.
    pub category: Option<String>,
    /// The span from its first line to its last, without comments before or after it.
    pub span: Span,
    /// The migration that added it, or that last defined its type.
    pub origin: Option<Migration>,
}

impl Field {
    /// Creates a field of a plain type that no comment describes.
    fn plain(name: impl Into<String>, ty: impl Into<String>, modifiers: Vec<Modifier>, span: Span) -> Self {
        Field {
            name: name.into(),
            stored_as: None,
            ty: ty.into(),
            modifiers,
            content: FieldContent::Plain,
            category: None,
            span,
            origin: None,
        }
    }
}

/// The kind of content that the type of a field allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldContent {
    /// One value of a known type.
    Plain,
    /// Anything can be inside: JSON, XML, bytes, a map without known keys.
    Opaque,
}

/// A property of a field besides its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modifier {
    /// It has a default.
    Default,
    /// The database computes it.
    Generated,
    /// It is the key of its table, or a part of it.
    Id,
    /// It holds any number of values.
    List,
    /// It can be left out, or be null.
    Optional,
    /// It refers to a row of another table.
    Reference,
    /// No two rows have the same value.
    Unique,
    /// It is the time of the last change.
    UpdatedAt,
    /// Clients write it and never read it.
    WriteOnly,
}

impl Modifier {
    /// All modifiers with their words, sorted.
    pub const ALL: &'static [(&'static str, Modifier)] = &[
        ("default", Modifier::Default),
        ("generated", Modifier::Generated),
        ("id", Modifier::Id),
        ("list", Modifier::List),
        ("optional", Modifier::Optional),
        ("reference", Modifier::Reference),
        ("unique", Modifier::Unique),
        ("updated-at", Modifier::UpdatedAt),
        ("write-only", Modifier::WriteOnly),
    ];

    /// Returns the word for a modifier.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, modifier)| *modifier == self).map_or("", |(word, _)| word)
    }
}

/// The migration that created or changed a table or a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Migration {
    /// The name of the migration: that of its folder, or of its file without the ending.
    pub migration: String,
    /// The date at the beginning of that name, if there is one.
    pub date: Option<Date>,
}

/// A part that cannot be read, or whose effect is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaProblem {
    /// The span of the part.
    pub span: Span,
    /// A phrase that says what is wrong: "the model `User` is not closed".
    pub what: String,
    /// The action that fixes it.
    pub help: String,
}

impl SchemaProblem {
    /// Creates one for a part whose effect is unknown.
    fn skipped(span: Span, what: impl Into<String>) -> Self {
        let help = "check what it does: if it creates or changes columns, the schema lacks that".to_owned();
        SchemaProblem { span, what: what.into(), help }
    }
}

/// Returns the category that a comment gives to its field: the word after `@category`.
pub fn category_in(comment: &str) -> Option<String> {
    let rest = comment.split("@category").nth(1)?;
    // The word itself, not the beginning of a longer one.
    let rest = rest.strip_prefix([' ', '\t', ':', '('])?;
    let word = rest.trim_start_matches([' ', '\t', '(', '"', '\'']);
    let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(word.len());
    let word = word[..end].trim_end_matches('.');
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_sorted_by_word_and_by_value() {
        assert!(Modifier::ALL.is_sorted_by_key(|(word, _)| *word) && Modifier::ALL.is_sorted_by_key(|(_, it)| *it));
        assert!(Modifier::ALL.iter().all(|(word, modifier)| modifier.word() == *word));
    }

    #[test]
    fn a_comment_can_name_the_category() {
        let read = |comment| category_in(comment);
        assert_eq!(read("the address @category user.contact.email, hashed").as_deref(), Some("user.contact.email"));
        assert_eq!(read("@category(user.name)").as_deref(), Some("user.name"));
        assert_eq!(read("@category: \"user.name\".").as_deref(), Some("user.name"));
        assert_eq!(read("@categorys user.name"), None);
        assert_eq!(read("@category"), None);
        assert_eq!(read("no word of it"), None);
    }
}
