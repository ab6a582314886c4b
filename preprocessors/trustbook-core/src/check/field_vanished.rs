//! A page or the register names a table or a field that was removed from its data model.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::{Absent, ModelTarget, PinnedSchema, TableSaid, Version};
use crate::diagnostic::Diagnostic;
use crate::expand::references;
use crate::schema::index::TableIndex;
use crate::span::Span;

pub(super) const CHECK: Check = Check::deny("field-vanished", include_str!("field_vanished.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for (span, id) in references(book) {
        match book.datamap.find(&id) {
            ModelTarget::NoTable(schema) => {
                let rest = id.split_once('.').map_or("", |(_, rest)| rest);
                let table = rest.split_once('.').map_or(rest, |(table, _)| table);
                let gone = [rest, table]
                    .into_iter()
                    .find_map(|name| Some((name, gone(book.datamap.absent_table(schema, name))?)));
                if let Some((name, since)) = gone {
                    findings.push(message(schema, span, &format!("the table `{name}`"), since).help(ON_PAGE));
                }
            }
            ModelTarget::NoField(schema, table) => {
                let name = id.get(schema.id.len() + table.name.len() + 2..).unwrap_or_default();
                if let Some(since) = gone(book.datamap.absent_field(schema, table, name)) {
                    let what = format!("`{name}` of `{}`", table.name);
                    findings.push(message(schema, span, &what, since).also(table.span, "the table").help(ON_PAGE));
                }
            }
            _ => {}
        }
    }
    for ((schema, table), said) in &book.datamap.said {
        let Some(schema) =
            book.datamap.schema(schema).filter(|it| it.version != Version::None && it.problems.is_empty())
        else {
            continue;
        };
        let Some(index) = schema.table(table) else {
            if let Some(since) = gone(book.datamap.absent_table(schema, table)) {
                let what = format!("the table `{table}`");
                findings
                    .push(message(schema, said.span, &what, since).help("remove its `[[table]]` from the register"));
            }
            continue;
        };
        findings.extend(covered_by_default(schema, index, said));
        if said.fields.is_empty() {
            continue;
        }
        let known = index.by_name();
        let absent = said.fields.iter().filter(|(name, _)| !known.contains_key(name.as_str()));
        for (name, field) in absent.take(MOST) {
            if let Some(since) = gone(book.datamap.absent_field(schema, index, name)) {
                let finding = message(schema, field.span, &format!("`{name}` of `{table}`"), since);
                findings.push(
                    finding
                        .also(index.span, "the table")
                        .help("remove it; if it has a new name, say what that field holds"),
                );
            }
        }
    }
}

/// The largest number of unknown names of one table to look up: with more, another table is meant.
const MOST: usize = 200;

/// Reports removed fields that only the default covers: they existed when it was reviewed.
fn covered_by_default(schema: &PinnedSchema, table: &TableIndex, said: &TableSaid) -> Vec<Diagnostic> {
    let (Some(pinned), Some(_), None) = (schema.pinned(), &said.default, &said.left_out) else { return Vec::new() };
    let of_table = (table.name.clone(), None)..;
    let gone = pinned.gone.range(of_table).take_while(|((name, _), _)| *name == table.name);
    let unnamed = gone.filter_map(|((_, field), gone)| Some((field.as_ref()?, gone)));
    let unnamed = unnamed.filter(|(field, _)| !said.fields.contains_key(*field));
    let news = unnamed.filter(|(field, (at, _))| schema.changed_after(at, said.reviewed_at(field)));
    news.map(|(field, gone)| {
        let what = format!("`{field}` of `{}`", table.name);
        message(schema, said.span, &what, Some(gone.clone())).also(table.span, "the table").help(format!(
            "check that the entry still holds, then write `reviewed = \"{}\"` in its `default`",
            schema.version_of(table)
        ))
    })
    .collect()
}

const ON_PAGE: &str = "remove it from the page, or name what has replaced it";

fn gone(absent: Absent) -> Option<Option<(String, String)>> {
    match absent {
        Absent::Gone(since) => Some(since),
        Absent::Never => None,
    }
}

fn message(schema: &PinnedSchema, span: Span, what: &str, since: Option<(String, String)>) -> Diagnostic {
    let since = since.map_or_else(String::new, |(commit, was)| format!(" since commit {commit}; it was at {was}"));
    Diagnostic::new(span, format!("{what} is gone from `{}`{since}", schema.id))
}
