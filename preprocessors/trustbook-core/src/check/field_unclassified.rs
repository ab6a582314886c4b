//! A table or a field of a data model is not classified.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::category;
use crate::datamap::Datamap;
use crate::datamap::{Absent, Holding, PinnedSchema, TableSaid, Version};
use crate::diagnostic::Diagnostic;
use crate::facts::Facts;
use crate::register::value::date_words;
use crate::schema::index::{FieldIndex, TableIndex};
use crate::span::Spanned;
use crate::toml_tree::key;
use jiff::ToSpan;
use std::collections::BTreeSet;

pub(super) const CHECK: Check =
    Check::deny("field-unclassified", include_str!("field_unclassified.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for schema in book.datamap.schemas.iter().filter(|schema| schema.version != Version::None) {
        let meant_tables = meant_tables(&book.datamap, schema);
        for table in schema.tables.iter() {
            match book.datamap.said(&schema.id, &table.name) {
                Some(said) => {
                    findings.extend(versions(schema, table, said));
                    // An unknown version covers nothing. All consequences count as one mistake.
                    let is_told = |field: &FieldIndex| {
                        book.datamap.holding(schema, table, field) == Holding::Open && is_lost(schema, table, said)
                    };
                    let meant = meant_fields(&book.datamap, schema, table, said);
                    let fields = table.fields.iter().filter(|field| !is_told(field) && !meant.contains(&field.name));
                    findings.extend(fields.filter_map(|field| of_field(book, schema, table, said, field)));
                }
                // A file with syntax errors may describe it.
                None if book.facts.register.broken.is_empty() && !meant_tables.contains(&table.name) => {
                    findings.push(of_table(schema, table));
                }
                None => {}
            }
        }
    }
}

/// The largest number of misspelt names to look up: more of them are one mistake made many times.
const MOST: usize = 200;

/// Returns the fields that misspelt names of the register probably mean, which are reported at those names.
fn meant_fields(datamap: &Datamap, schema: &PinnedSchema, table: &TableIndex, said: &TableSaid) -> BTreeSet<String> {
    let unknown = said.fields.keys().filter(|name| table.field(name).is_none()).take(MOST);
    let never = unknown.filter(|name| datamap.absent_field(schema, table, name) == Absent::Never);
    never.filter_map(|name| datamap.near_field(schema, table, name)).map(str::to_owned).collect()
}

/// Returns the tables that misspelt names of the register probably mean.
fn meant_tables(datamap: &Datamap, schema: &PinnedSchema) -> BTreeSet<String> {
    let said = datamap.said.iter().map(|(key, _)| key).filter(|(id, _)| *id == schema.id);
    let unknown = said.filter(|(_, name)| schema.table(name).is_none()).take(MOST);
    let never = unknown.filter(|(_, name)| datamap.absent_table(schema, name) == Absent::Never);
    never.filter_map(|(_, name)| datamap.near_table(schema, name)).map(str::to_owned).collect()
}

fn of_table(schema: &PinnedSchema, table: &TableIndex) -> Diagnostic {
    let count = match table.fields.len() {
        1 => "one field".to_owned(),
        count => format!("{count} fields"),
    };
    let place = table.place(None);
    let message = format!("the table `{}` of `{}` ({place}) is not classified", table.name, schema.id);
    Diagnostic::new(schema.span, message)
        .also(table.span, count)
        .help(format!(
            "describe it as a `[[table]]` with `schema = \"{}\"` and `name = \"{}\"`, or give the reason not to in \
             its `left_out`",
            schema.id, table.name
        ))
        .named(vec![format!("{}.{}", schema.id, table.name)])
}

fn of_field(
    book: &Book,
    schema: &PinnedSchema,
    table: &TableIndex,
    said: &TableSaid,
    field: &FieldIndex,
) -> Option<Diagnostic> {
    let holding = book.datamap.holding(schema, table, field);
    if matches!(holding, Holding::Known(..) | Holding::LeftOut | Holding::Misfit) {
        return None;
    }
    let words = field.detail.as_ref().map_or_else(|| "a field".to_owned(), |detail| detail.words());
    let place = table.place(Some(field));
    match holding {
        Holding::Pending(day) if day < book.facts.today => {
            let span = said.fields.get(&field.name).map_or(said.span, |entry| entry.span);
            let message =
                format!("`{}` of `{}` ({place}) was to be classified by {}", field.name, table.name, date_words(day));
            let finding = Diagnostic::new(span, message).also(field.span, words).by_calendar();
            return Some(suggested(&book.facts, finding, field));
        }
        Holding::Pending(_) => return None,
        _ => {}
    }
    let later = match (&said.default, &said.left_out) {
        (Some(default), _) => format!("; it was added after the default was reviewed at {}", default.reviewed.value),
        (None, Some(_)) => "; it was added after the table was left out".to_owned(),
        (None, None) => String::new(),
    };
    let message = format!("`{}` of `{}` ({place}) is not classified{later}", field.name, table.name);
    let finding = Diagnostic::new(said.span, message)
        .also(field.span, words)
        .named(vec![format!("{}.{}.{}", schema.id, table.name, field.name)]);
    let finding = match &said.left_out {
        Some(_) => finding.help(format!(
            "check the table: if it can still be left out, write `reviewed = \"{}\"`; otherwise describe it",
            schema.version_of(table)
        )),
        None => finding,
    };
    Some(suggested(&book.facts, finding, field))
}

/// The time to classify a field that the suggestion grants, in days.
const TIME: i64 = 90;

/// Adds a suggestion derived from the name of the field.
fn suggested(facts: &Facts, finding: Diagnostic, field: &FieldIndex) -> Diagnostic {
    let ty = field.detail.as_ref().map_or("", |detail| detail.ty.as_str());
    let write = format!("write `{} = \"CATEGORY\"` in its `fields`", key(&field.name));
    let until = facts.today.checked_add(TIME.days()).unwrap_or(facts.today);
    match category::suggest(&field.name, ty) {
        Some(guess) => finding.help(format!("{write}; its name suggests `{}`", guess.key)),
        None => finding.help(format!("{write}, or `{{ to_be_classified = {until} }}` to say by when")),
    }
}

/// Reports reviewed versions that do not exist.
fn versions(schema: &PinnedSchema, table: &TableIndex, said: &TableSaid) -> Vec<Diagnostic> {
    let default = said.default.as_ref().map(|default| &default.reviewed);
    // Without a lock, the reviewed version is that of the table at the time.
    let reviewed = said.reviewed.as_ref().filter(|_| schema.pinned().is_some());
    let unknown = default.into_iter().chain(reviewed).filter(|it| !schema.knows_version(table, &it.value));
    unknown.map(|reviewed| no_version(schema, table, reviewed)).collect()
}

/// Returns true if an unknown version invalidates the entry that would cover the unnamed fields.
fn is_lost(schema: &PinnedSchema, table: &TableIndex, said: &TableSaid) -> bool {
    let reviewed = said.reviewed.as_ref().filter(|_| said.left_out.is_some());
    let mut covers = said.default.iter().map(|default| &default.reviewed).chain(reviewed);
    covers.any(|it| !schema.knows_version(table, &it.value))
}

fn no_version(schema: &PinnedSchema, table: &TableIndex, reviewed: &Spanned<String>) -> Diagnostic {
    let now = schema.version_of(table);
    let message = match schema.pinned() {
        Some(_) => format!("`{}` is not a commit that `{}` was pinned to", reviewed.value, schema.id),
        None => format!("`{}` is not the current version of `{}`", reviewed.value, table.name),
    };
    Diagnostic::new(reviewed.span, message)
        .also(table.span, "the table")
        .help(format!("check all its fields, then write `reviewed = \"{now}\"`"))
}
