//! The changes that statements make to a schema.

use super::column::{Column, Faults};
use super::constraint::Constraint;
use super::cursor::{Ident, Name};
use super::types::SqlType;
use crate::schema::TableKind;
use std::ops::Range;

/// The effect of one statement.
#[derive(Debug, Default)]
pub(super) struct Effect {
    pub(super) changes: Vec<SchemaChange>,
    pub(super) faults: Faults,
}

/// One change to a schema.
#[derive(Debug)]
pub(super) enum SchemaChange {
    /// Creates a table, a view or a type.
    Create(Box<Create>),
    /// Drops tables, views or types.
    Drop { names: Vec<Name>, kind: Dropped, exists: Exists, cascade: bool },
    /// Alters a table or a type.
    Alter { table: Name, exists: Exists, what: Altered, reach: Reach, steps: Vec<AlterStep> },
    /// Renames a table.
    Rename { table: Name, to: Name },
    /// Names a type without columns; a domain has the type that it restricts.
    Type { name: Name, of: Option<SqlType> },
    /// Renames a type.
    RenameType { name: Name, to: Ident },
    /// Sets or removes the comment of a column.
    Comment { table: Name, column: Ident, text: Option<String> },
    /// Creates a unique index.
    Index { name: Option<Name>, table: Name, columns: Vec<Ident> },
    /// Drops indexes.
    DropIndex { names: Vec<Name>, table: Option<Name> },
    /// Drops schemas with all that is in them.
    DropSchemas(Vec<Name>),
    /// Renames a schema.
    RenameSchema { from: Ident, to: Ident },
    /// Sets the schema of names without one.
    Schema(Option<String>),
    /// Has an unknown effect; the text is the message.
    Unknown(String),
    /// Mentions names that unknown statements may create.
    Mentions,
    /// Reads another file, which is not available; the text is the line.
    Elsewhere(String),
}

/// A table to create.
#[derive(Debug)]
pub(super) struct Create {
    pub(super) name: Name,
    pub(super) kind: TableKind,
    pub(super) range: Range<usize>,
    pub(super) when: When,
    pub(super) is_temporary: bool,
    pub(super) columns: Vec<Column>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) sources: ColumnSources,
    /// True if a query or a module supplies columns that are not known.
    pub(super) has_query: bool,
    /// True if there is a mistake in it, so that it may have more columns.
    pub(super) is_broken: bool,
}

/// The action if a table of that name exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Reports a mistake.
    Absent,
    /// Does nothing: `IF NOT EXISTS`.
    Missing,
    /// Replaces it: `OR REPLACE`.
    Always,
}

/// The tables that a table takes columns from.
pub(super) type ColumnSources = Vec<(ColumnSource, Name)>;

/// The way in which columns are taken from a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnSource {
    /// The current columns: `LIKE`, with the properties that it includes.
    Copy(Including),
    /// The current and future columns: `INHERITS` and `OF`.
    Parent,
    /// The current and future columns and keys, and no others: `PARTITION OF`.
    Partition,
    /// Columns of its query: a view.
    Query,
}

/// The properties of columns that a copy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Including {
    pub(super) defaults: bool,
    pub(super) generated: bool,
    pub(super) identity: bool,
    pub(super) comments: bool,
    pub(super) indexes: bool,
}

/// The requirement that a named object exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exists {
    /// It must exist.
    Must,
    /// It may be missing: `IF EXISTS`.
    May,
}

/// The kind of object to drop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dropped {
    Table,
    View,
    Type,
}

/// The kind of object to alter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Altered {
    /// A table, or anything that PostgreSQL alters like one.
    Table,
    /// A type, which is known only if it has columns.
    Type,
}

/// The tables that a statement alters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The table and those that have it as a parent.
    All,
    /// The table alone: `ONLY`.
    One,
}

/// One step of an `ALTER TABLE`.
#[derive(Debug, Clone)]
pub(super) struct AlterStep {
    pub(super) range: Range<usize>,
    pub(super) action: Action,
}

/// The action of a step.
#[derive(Debug, Clone)]
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
    /// `CHANGE` and `MODIFY` of MySQL: the previous name, and the whole new definition.
    Redefine {
        column: Ident,
        to: Box<Column>,
        exists: Exists,
    },
    Retype {
        column: Ident,
        ty: SqlType,
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
    /// Makes another table a partition of this one, or a table of its own.
    Partition {
        name: Name,
        is_set: bool,
    },
    /// Makes another table a parent of this one, or no longer.
    Inherit {
        name: Name,
        is_set: bool,
    },
    Rename(Name),
    SetSchema(Ident),
    Unknown(String),
}
