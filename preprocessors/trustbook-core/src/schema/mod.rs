//! A data model in one neutral form, whatever language it is written in.

pub mod document;
pub mod fides;
pub mod index;
mod json_schema;
mod language;
mod mysql;
mod object;
mod openapi;
mod postgresql;
mod prisma;
#[cfg(test)]
mod seen;
mod sql;
mod sql_types;
mod sqlite;
mod tbls;
mod tree;

pub use language::{LANGUAGES, NAMES, Recognised, find, is_schema_file, recognise};

use crate::span::{FileId, Span};
use jiff::civil::Date;

/// One file that a schema is read from.
#[derive(Debug, Clone, Copy)]
pub struct File<'t> {
    /// Which file of the source map it is.
    pub file: FileId,
    /// Its path: below the schema's own path where that is a folder.
    pub path: &'t str,
    /// Its text.
    pub text: &'t str,
}

/// A schema language.
#[derive(Debug)]
pub struct Language {
    /// What `language = "..."` calls it.
    pub name: &'static str,
    /// What files of it end in. Of a folder, only these are read.
    pub endings: &'static [&'static str],
    /// Whether a text of one of these endings is of this language.
    pub is_it: fn(&str) -> bool,
    /// Reads files, in the order of their paths. Whatever they hold, it returns.
    pub read: fn(&[File<'_>]) -> Schema,
    /// Its page: what is read, what a category in a comment looks like, and what is not read.
    pub page: &'static str,
}

impl Language {
    /// Whether a file has one of its endings.
    pub fn ends(&self, path: &str) -> bool {
        let path = path.to_lowercase();
        self.endings.iter().any(|ending| path.ends_with(ending))
    }
}

/// What a language's reader makes of its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables, in the order of files and lines.
    pub tables: Vec<Table>,
    /// What can not be read. What stands around it is read all the same.
    pub problems: Vec<Problem>,
    /// What is left out because its effect can not be known, such as a `DO` block.
    pub skipped: Vec<Problem>,
}

/// What holds fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What pages call it. Names of tables are unique in a schema.
    pub name: String,
    /// What the database calls it, where that is another name.
    pub stored_as: Option<String>,
    /// What it is.
    pub kind: TableKind,
    /// From its first line to its last, without comments before it.
    pub span: Span,
    /// The fields that store something, in order. Their names are unique in a table.
    pub fields: Vec<Field>,
    /// The names of what only leads to other tables, and stores nothing.
    pub relations: Vec<String>,
    /// The migration that brought it.
    pub origin: Option<Origin>,
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// Rows are stored in it.
    Table,
    /// It shows what other tables store.
    View,
    /// It is a part of what tables or messages hold: a composite type, an object of an API.
    Type,
}

/// One column, property or attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What pages call it. A property of a nested object has the names on the way to it, with dots between.
    pub name: String,
    /// What the database calls it, where that is another name.
    pub stored_as: Option<String>,
    /// Its type in the words of the language, without modifiers: `String`, `varchar(255)`.
    pub ty: String,
    /// What is said of it besides its type, sorted.
    pub modifiers: Vec<Modifier>,
    /// Whether its type says what it holds.
    pub content: Content,
    /// The category that a comment in the schema gives to it: `@category user.contact.email`.
    pub category: Option<String>,
    /// From its first line to its last, without comments before it or behind it.
    pub span: Span,
    /// The migration that brought it.
    pub origin: Option<Origin>,
}

/// Whether the type of a field says what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// One value of a known type.
    Plain,
    /// Anything can be inside: JSON, XML, bytes, a map without known keys.
    Opaque,
}

/// What is said of a field besides its type.
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
    /// It names a row of another table.
    Reference,
    /// No two rows have the same.
    Unique,
    /// It is the time of the last change.
    UpdatedAt,
    /// Clients write it and never read it.
    WriteOnly,
}

impl Modifier {
    /// All of them, sorted, with their words.
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

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, modifier)| *modifier == self).map_or("", |(word, _)| word)
    }
}

/// The migration that brought a table or a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The name of the migration: its folder's, or its file's without the ending.
    pub migration: String,
    /// The day at the beginning of that name.
    pub date: Option<Date>,
}

/// Something that can not be read, or whose effect can not be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// A phrase that says what is wrong: "the model `User` is not closed".
    pub what: String,
    /// What to do.
    pub help: String,
}

/// The category that a comment gives to its field: the word behind `@category`.
pub fn category_in(comment: &str) -> Option<String> {
    let rest = comment.split("@category").nth(1)?;
    // The word itself, and not the beginning of another.
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
