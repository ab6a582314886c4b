//! A page or the register names a table or a field that its data model does not have.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::datamap::Datamap;
use crate::datamap::{Absent, ModelTarget, PinnedSchema, Version};
use crate::diagnostic::Diagnostic;
use crate::expand::references;
use crate::schema::index::TableIndex;
use crate::span::SourceMap;
use crate::span::Span;
use crate::suggest::listed;

pub(super) const CHECK: Check = Check::deny("field-unknown", include_str!("field_unknown.md"), Run::Book(run));

/// The largest number of unknown names of one table to look up: with more, another table is meant.
const MOST: usize = 200;

/// The largest number of names in a message.
const MOST_NAMES: usize = 12;

fn run(book: &Book, findings: &mut Findings) {
    for (span, id) in references(book) {
        let found = on_page(book, findings, span, &id);
        findings.extend(found);
    }
    for ((schema, table), said) in &book.datamap.said {
        // `field-name` reports a data model that the register does not have.
        let Some(schema) = readable(&book.datamap, schema) else { continue };
        let Some(index) = schema.table(table) else {
            if book.datamap.absent_table(schema, table) == Absent::Never {
                let near = findings.suggests().then(|| book.datamap.near_table(schema, table)).flatten();
                let finding = Diagnostic::new(said.span, format!("`{}` has no table `{table}`", schema.id));
                findings.push(suggested(&book.map, finding, said.span, table, near, &tables(schema)));
            }
            continue;
        };
        if said.fields.is_empty() {
            continue;
        }
        let known = index.by_name();
        let absent = said.fields.iter().filter(|(name, _)| !known.contains_key(name.as_str()));
        for (name, field) in absent.take(MOST) {
            if book.datamap.absent_field(schema, index, name) == Absent::Never {
                let near = findings.suggests().then(|| book.datamap.near_field(schema, index, name)).flatten();
                let finding = no_field(index, field.span, name);
                findings.push(suggested(&book.map, finding, field.span, name, near, &fields(index)));
            }
        }
    }
}

/// Returns a data model whose contents are known.
fn readable<'t>(datamap: &'t Datamap, id: &str) -> Option<&'t PinnedSchema> {
    datamap.schema(id).filter(|schema| schema.version != Version::None && schema.problems.is_empty())
}

fn on_page(book: &Book, findings: &Findings, span: Span, id: &str) -> Option<Diagnostic> {
    match book.datamap.find(id) {
        ModelTarget::NoSchema => {
            let name = id.split('.').next().unwrap_or(id);
            let finding = Diagnostic::new(span, format!("the register has no data model `{name}`"));
            let names: Vec<&str> = book.datamap.schemas.iter().map(|schema| schema.id.as_str()).collect();
            let near = findings.suggests().then(|| crate::suggest::nearest(name, names.iter().copied())).flatten();
            Some(match names.is_empty() {
                true => finding.help("state it as a `[[schema]]` in a file of `facts/`"),
                false => suggested(&book.map, finding, span, name, near, &names),
            })
        }
        ModelTarget::Schema(schema) => {
            let finding = Diagnostic::new(span, format!("`{id}` is a data model, not a table or a field of one"));
            Some(finding.help(format!("name a table or a field: `{}.TABLE.FIELD`", schema.id)))
        }
        ModelTarget::NoTable(schema) if readable(&book.datamap, &schema.id).is_some() => {
            let rest = id.split_once('.').map_or("", |(_, rest)| rest);
            // The name of a table may contain dots, or be followed by a field.
            let table = rest.split_once('.').map_or(rest, |(table, _)| table);
            if [rest, table].iter().any(|name| matches!(book.datamap.absent_table(schema, name), Absent::Gone(_))) {
                return None;
            }
            let near = findings.suggests().then(|| book.datamap.near_table(schema, table)).flatten();
            let finding = Diagnostic::new(span, format!("`{}` has no table `{table}`", schema.id));
            Some(suggested(&book.map, finding, span, table, near, &tables(schema)))
        }
        ModelTarget::NoField(schema, table) if readable(&book.datamap, &schema.id).is_some() => {
            let name = id.get(schema.id.len() + table.name.len() + 2..)?;
            if book.datamap.absent_field(schema, table, name) != Absent::Never {
                return None;
            }
            let near = findings.suggests().then(|| book.datamap.near_field(schema, table, name)).flatten();
            Some(suggested(&book.map, no_field(table, span, name), span, name, near, &fields(table)))
        }
        _ => None,
    }
}

fn no_field(table: &TableIndex, span: Span, name: &str) -> Diagnostic {
    let finding = match table.relations.iter().any(|relation| relation == name) {
        true => {
            Diagnostic::new(span, format!("`{name}` of `{}` refers to another table and stores nothing", table.name))
        }
        false => Diagnostic::new(span, format!("`{}` has no field `{name}`", table.name)),
    };
    finding.also(table.span, "the table")
}

fn tables(schema: &PinnedSchema) -> Vec<&str> {
    schema.tables.iter().map(|table| table.name.as_str()).collect()
}

fn fields(table: &TableIndex) -> Vec<&str> {
    table.fields.iter().map(|field| field.name.as_str()).collect()
}

/// Adds the name that was probably meant to a finding, or the list of known names.
fn suggested(
    map: &SourceMap,
    finding: Diagnostic,
    span: Span,
    given: &str,
    near: Option<&str>,
    names: &[&str],
) -> Diagnostic {
    let Some(near) = near else {
        let some = listed(names.iter().copied().take(MOST_NAMES));
        let rest =
            if names.len() > MOST_NAMES { format!(", and {} others", names.len() - MOST_NAMES) } else { String::new() };
        return match names.is_empty() {
            true => finding.help("it has none: check that the right file is read"),
            false => finding.help(format!("it has {some}{rest}")),
        };
    };
    let written = map.slice(span);
    let finding = finding.help(format!("did you mean `{near}`?"));
    if written.contains(given) { finding.edit(span, written.replacen(given, near, 1)) } else { finding }
}
