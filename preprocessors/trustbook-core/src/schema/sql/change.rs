//! What statements do to a schema.

use super::column::{Column, Faults};
use super::constraint::Constraint;
use super::cursor::{Ident, Name};
use super::types::Type;
use crate::schema::TableKind;
use std::ops::Range;

/// What one statement does.
#[derive(Debug, Default)]
pub(super) struct Effect {
    pub(super) changes: Vec<Change>,
    pub(super) faults: Faults,
}

/// One change.
#[derive(Debug)]
pub(super) enum Change {
    /// A table, a view or a type comes.
    Create(Box<Create>),
    /// Tables, views or types go.
    Drop { names: Vec<Name>, kind: Dropped, exists: Exists, cascade: bool },
    /// A table is altered.
    Alter { table: Name, exists: Exists, what: Altered, steps: Vec<Step> },
    /// A table gets another name.
    Rename { table: Name, to: Name },
    /// A type that is no table gets a name, or another one.
    Type { name: Name, to: Option<Ident> },
    /// A comment is given to a column.
    Comment { table: Name, column: Ident, text: Option<String> },
    /// A unique index.
    Index { name: Option<Name>, table: Name, columns: Vec<Ident> },
    /// Indexes go.
    DropIndex { names: Vec<Name>, table: Option<Name> },
    /// The schema that names without one are in.
    Schema(Option<String>),
    /// The effect is not known.
    Unknown(String),
    /// Text whose names may be the work of statements that are not known.
    Mentions,
    /// Another file is read, which is not here.
    Elsewhere(String),
}

/// A table that comes.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) name: Name,
    pub(super) kind: TableKind,
    pub(super) range: Range<usize>,
    pub(super) when: When,
    pub(super) is_temporary: bool,
    pub(super) columns: Vec<Column>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) sources: Sources,
    /// Whether it has columns that a query or a module gives, and that are not known.
    pub(super) has_query: bool,
    /// Whether a mistake stands in it, so that it may have more columns.
    pub(super) is_broken: bool,
}

/// What happens where a table of the name is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// It is a mistake.
    Absent,
    /// Nothing: `IF NOT EXISTS`.
    Missing,
    /// It is replaced: `OR REPLACE`.
    Always,
}

/// The tables that a table takes columns from.
pub(super) type Sources = Vec<(Source, Name)>;

/// How columns are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// As they are now: `LIKE`.
    Copy,
    /// As they are and will be: `INHERITS`.
    Parent,
    /// As they are and will be, and no other: `PARTITION OF`.
    Partition,
}

/// Whether what is named has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exists {
    /// It has to.
    Must,
    /// It may be missing: `IF EXISTS`.
    May,
}

/// What goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dropped {
    /// Tables.
    Table,
    /// Views.
    View,
    /// Types.
    Type,
}

/// What is altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Altered {
    /// A table, or what PostgreSQL alters like one.
    Table,
    /// A type, which is known only if it has columns.
    Type,
}

/// One step of an `ALTER TABLE`.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) range: Range<usize>,
    pub(super) action: Action,
}

/// What a step does.
#[derive(Debug)]
pub(super) enum Action {
    Add {
        column: Box<Column>,
        missing: When,
    },
    Drop {
        column: Ident,
        exists: Exists,
    },
    RenameColumn {
        from: Ident,
        to: Ident,
    },
    /// MySQL's `CHANGE` and `MODIFY`: the name that it had, and all that is said of it now.
    Redefine {
        column: Ident,
        to: Box<Column>,
        exists: Exists,
    },
    Retype {
        column: Ident,
        ty: Type,
    },
    NotNull {
        column: Ident,
        is_set: bool,
    },
    Default {
        column: Ident,
        is_set: bool,
    },
    Generated {
        column: Ident,
        is_set: bool,
    },
    Constrain(Constraint),
    DropConstraint(Ident),
    DropKey,
    RenameConstraint {
        from: Ident,
        to: Ident,
    },
    Rename(Name),
    SetSchema(Ident),
    Unknown(String),
}
