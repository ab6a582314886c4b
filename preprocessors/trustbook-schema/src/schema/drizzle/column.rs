//! One column: `varchar("email", { length: 255 }).notNull()`, and the constants that columns are made with.

use super::super::code::{Code, CodeKind};
use super::super::sql::category;
use super::super::{Field, FieldContent, Modifier, sql_types};
use super::called;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The functions of Drizzle that make a column.
const MAKERS: &[&str] = &[
    "bigint",
    "bigserial",
    "binary",
    "bit",
    "blob",
    "boolean",
    "bytea",
    "char",
    "cidr",
    "date",
    "datetime",
    "decimal",
    "double",
    "doublePrecision",
    "float",
    "geometry",
    "halfvec",
    "inet",
    "int",
    "integer",
    "interval",
    "json",
    "jsonb",
    "line",
    "longtext",
    "macaddr",
    "macaddr8",
    "mediumint",
    "mediumtext",
    "mysqlEnum",
    "numeric",
    "point",
    "real",
    "serial",
    "singlestoreEnum",
    "smallint",
    "smallserial",
    "sparsevec",
    "text",
    "time",
    "timestamp",
    "tinyint",
    "tinytext",
    "uuid",
    "varbinary",
    "varchar",
    "vector",
    "year",
];

/// The origin of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// A function of Drizzle, an enum, or a type of the files.
    Known,
    /// A function that is not in the files.
    Unknown,
}

/// The constants of all files that matter.
#[derive(Debug, Default)]
pub(super) struct Known<'t> {
    /// Schemas of the database, by constant.
    pub(super) schemas: BTreeMap<&'t str, String>,
    /// Functions that make tables, with names that code derives.
    pub(super) creators: BTreeSet<&'t str>,
    enums: BTreeSet<&'t str>,
    /// Types of the project: code converts their values, so they can hold anything.
    customs: BTreeSet<&'t str>,
    /// Objects that can be spread into tables, by constant: the file and the bracket.
    objects: BTreeMap<&'t str, Vec<(usize, usize)>>,
}

impl<'t> Known<'t> {
    /// Adds a constant if it matters.
    pub(super) fn add(&mut self, file: usize, name: &'t str, value: usize, code: &Code<'t>) {
        if code.is(value, "{") {
            return self.objects.entry(name).or_default().push((file, value));
        }
        // The type arguments of a call are between its name and its bracket.
        let open = if code.is(value + 1, "<") { code.after_types(value + 1) } else { value + 1 };
        match code.word(value).filter(|_| code.is(open, "(")) {
            Some("pgSchema" | "mysqlSchema" | "gelSchema") => {
                self.schemas.extend(code.string(open + 1).map(|schema| (name, schema)));
            }
            Some("pgEnum") => {
                self.enums.insert(name);
            }
            Some("customType") => {
                self.customs.insert(name);
            }
            Some(word) if word.ends_with("TableCreator") => {
                self.creators.insert(name);
            }
            // `auth.enum("role", [...])`.
            None if code.is(value + 1, ".") && code.word(value + 2) == Some("enum") => {
                self.enums.insert(name);
            }
            _ => {}
        }
    }

    /// Returns the object of a name: that of the file, or else the only one.
    pub(super) fn object(&self, name: &str, file: usize) -> Option<(usize, usize)> {
        let all = self.objects.get(name)?;
        let own = all.iter().find(|(of, _)| *of == file);
        own.or(all.first().filter(|_| all.len() == 1)).copied()
    }
}

/// Reads a column, made by a call and changed by those after it.
pub(super) fn read(
    code: &Code<'_>,
    known: &Known<'_>,
    name: &str,
    value: Range<usize>,
    whole: Range<usize>,
) -> Option<(Field, Maker)> {
    let (object, maker, open) = called(code, value.start)?;
    let arguments = code.arguments(code.inside(open));
    let stored = arguments.first().and_then(|first| code.string(first.value.start));
    let options = arguments.iter().find(|it| code.is(it.value.start, "{"));
    let options = options.map(|it| code.arguments(code.inside(it.value.start))).unwrap_or_default();
    let number = |name: &str| options.iter().find(|it| it.name == Some(name)).map(|it| code.written(it.value.clone()));
    let size: Vec<&str> =
        ["length", "precision", "scale", "dimensions"].iter().filter_map(|name| number(name)).collect();
    let ty = if size.is_empty() { maker.to_owned() } else { format!("{maker}({})", size.join(",")) };
    let is_custom = known.customs.contains(maker);
    let is_known = MAKERS.contains(&maker) || known.enums.contains(maker) || is_custom;
    let mode = options.iter().find(|it| it.name == Some("mode")).and_then(|it| code.string(it.value.start));
    let is_opaque = is_custom || !is_known || mode.as_deref() == Some("json");
    let is_serial = maker.ends_with("serial");
    let mut modifiers = BTreeSet::new();
    modifiers.extend(is_serial.then_some(Modifier::Default));
    let mut is_null = !is_serial;
    let mut at = code.after(open);
    while at < value.end {
        if code.kind(at) == Some(CodeKind::Newline) {
            at += 1;
            continue;
        }
        let (true, Some(call)) = (code.is(at, "."), code.word(at + 1)) else { return None };
        let open = if code.is(at + 2, "<") { code.after_types(at + 2) } else { at + 2 };
        if !code.is(open, "(") {
            return None;
        }
        match call {
            "notNull" => is_null = false,
            "primaryKey" => {
                modifiers.insert(Modifier::Id);
                // A key of SQLite counts by itself if asked to.
                let counts = code.inside(open).any(|at| code.word(at) == Some("autoIncrement"));
                modifiers.extend(counts.then_some(Modifier::Default));
            }
            "unique" => {
                modifiers.insert(Modifier::Unique);
            }
            "default" | "defaultNow" | "defaultRandom" | "$default" | "$defaultFn" | "autoincrement" => {
                modifiers.insert(Modifier::Default);
            }
            "generatedByDefaultAsIdentity" => {
                is_null = false;
                modifiers.insert(Modifier::Default);
            }
            "generatedAlwaysAsIdentity" => {
                is_null = false;
                modifiers.insert(Modifier::Generated);
            }
            "generatedAlwaysAs" => {
                modifiers.insert(Modifier::Generated);
            }
            "$onUpdate" | "$onUpdateFn" | "onUpdateNow" => {
                modifiers.insert(Modifier::UpdatedAt);
            }
            "references" => {
                modifiers.insert(Modifier::Reference);
            }
            "array" => {
                modifiers.insert(Modifier::List);
            }
            _ => {}
        }
        at = code.after(open);
    }
    modifiers.extend(is_null.then_some(Modifier::Optional));
    let field = Field {
        name: name.to_owned(),
        stored_as: stored.filter(|stored| stored != name),
        content: if is_opaque { FieldContent::Opaque } else { sql_types::content(maker) },
        ty,
        modifiers: modifiers.into_iter().collect(),
        category: category(code.text, &code.comments, &code.range(whole.clone())),
        span: code.span(whole),
        origin: None,
    };
    // In `(t) => ({ id: t.serial() })`, the function is one of Drizzle as well.
    let is_unknown = !is_known || object.is_some_and(|_| !MAKERS.contains(&maker));
    Some((field, if is_unknown { Maker::Unknown } else { Maker::Known }))
}
