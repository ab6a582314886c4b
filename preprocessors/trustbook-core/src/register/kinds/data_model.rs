//! The kinds of records that classify personal data: a schema, and the contents of the fields of its tables.

use super::{RecordKind, may, need};
use crate::register::types::{FieldType, ValueType};
use crate::schema;
use ValueType::{Category, Choice, Date, Id, List, Named, OneOrMore, Table, Text, Url};

pub(super) const SCHEMA: RecordKind = RecordKind {
    name: "schema",
    block: "schemas",
    doc: "A data model, at the version that pages refer to (GDPR Art. 30(1)(c)).",
    fields: &[
        may("language", Choice(schema::NAMES), "The language, where the file does not show it."),
        need(
            "path",
            OneOrMore(&Text),
            "The file or folder, or several: in the repository, or in the book without one.",
        ),
        may(
            "except",
            OneOrMore(&Text),
            "Files or folders below `path` that are left out; `*` stands for any characters.",
        ),
        may("accept", List(&Table(ACCEPT)), "Places that its reader cannot follow, each accepted until a day."),
        may("repository", Url, "The address of the repository."),
        may(
            "columns",
            Named("category", COLUMN),
            "What a field with this name holds in any table that says nothing else.",
        ),
        may("track", Text, "The branch or tag that `trustbook refresh` follows."),
        may("permalink", Text, "The address of lines, with `{commit}`, `{path}`, `{first}` and `{last}`."),
        may("max_age", ValueType::Duration, "After what time the version counts as old; left out, 180 days."),
    ],
};

/// The keys of one entry under `accept`.
const ACCEPT: &[FieldType] = &[
    need("at", Text, "The file and line, such as `db/migrations/7.sql:12`."),
    need("reason", Text, "Why it is accepted."),
    need("until", Date, "The last day on which it is accepted."),
];

/// The keys of one entry under `columns`.
const COLUMN: &[FieldType] = &[need("category", Category, "What it holds, as a data category of fideslang.")];

/// The keys of one entry under `fields`.
const FIELD: &[FieldType] = &[
    may("category", Category, "What it holds, as a data category of fideslang."),
    may("to_be_classified", Date, "The day by which it will be classified."),
    may("when", Text, "The setting under which it is filled."),
    may("retention", Text, "How long it is kept, in words or as the id of a retention record."),
    may("opaque", Text, "What it may contain, if the type leaves that open."),
    may("note", Text, "A remark that is printed."),
];

pub(super) const TABLE: RecordKind = RecordKind {
    name: "table",
    block: "tables",
    doc: "What the fields of a table hold, in data categories of fideslang 3.1.4 (GDPR Art. 30(1)(c)).",
    fields: &[
        need("schema", Id("schema"), "The id of the schema."),
        need(
            "name",
            Text,
            "The name of the table in it; of tables that are left out, `*` can stand for any characters.",
        ),
        may("purpose", Text, "What the table is for."),
        may("fields", Named("category", FIELD), "What each field holds: a category, or a table of what is known."),
        may(
            "default",
            Table(&[
                need("category", Category, "What all fields hold that are not named."),
                need("reviewed", Text, "The version at which all of them were last reviewed."),
            ]),
            "What the fields hold that are not named. It covers no field that came later.",
        ),
        may("left_out", Text, "Why the table is not described, such as that it holds no personal data."),
        may("reviewed", Text, "The version at which all its fields were last reviewed."),
    ],
};
