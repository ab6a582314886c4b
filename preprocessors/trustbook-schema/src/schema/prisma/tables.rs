//! Resolves the declarations of all files to tables with fields and relations.

use super::attributes::Attribute;
use super::declarations::{Declaration, DeclarationKind};
use super::fields::{Body, PrismaField, PrismaType};
use super::implicit;
use super::problems::{Problems, shown};
use crate::schema::{Field, FieldContent, Modifier, SchemaFile, Table, TableKind};
use crate::span::Span;
use crate::suggest;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The scalar types of Prisma.
const SCALARS: &[&str] =
    &["BigInt", "Boolean", "Bytes", "DateTime", "Decimal", "Float", "Int", "Json", "String", "Unsupported"];

/// The number of known names that an unknown one is compared with.
const COMPARED: usize = 2000;

/// The meaning of a name as the type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The field stores a value.
    Value,
    /// The field leads to another table.
    Relation,
}

/// Makes tables of the declarations, each with the index of its file; `problems` has those of each file.
pub(super) fn resolve<'t>(
    files: &[SchemaFile<'t>],
    declared: Vec<(usize, Declaration<'t>)>,
    problems: &mut [Problems<'_>],
) -> Vec<Table> {
    let (unread, declared): (Vec<_>, Vec<_>) =
        declared.into_iter().partition(|(_, declaration)| matches!(declaration.what, DeclarationKind::Unread));
    let mut meanings: BTreeMap<&str, Meaning> = BTreeMap::new();
    let mut places: BTreeMap<&str, (SchemaFile<'t>, Range<usize>)> = BTreeMap::new();
    let mut tables = Vec::new();
    for (index, declaration) in declared {
        let (Some(file), Some(problems)) = (files.get(index), problems.get_mut(index)) else { continue };
        let Declaration { what, name, name_range, range } = declaration;
        if let Some(first) = places.get(name) {
            let what = || format!("the name {} appears twice: {}", shown(name), both(first, file, &name_range));
            twice(problems, &name_range, what);
            continue;
        }
        meanings.insert(name, meaning(&what));
        places.insert(name, (*file, name_range));
        if let DeclarationKind::Table(kind, body) = what {
            tables.push((index, file, name, kind, body, Span::new(file.file, range)));
        }
    }
    for (_, declaration) in unread {
        meanings.entry(declaration.name).or_insert(Meaning::Value);
    }
    let models = tables.iter().filter(|(_, _, _, kind, _, _)| *kind == TableKind::Table);
    let models: Vec<_> = models.map(|(_, file, name, _, body, _)| (*file, *name, body)).collect();
    let implicit = implicit::tables(&models);
    let mut resolved = Vec::new();
    for (index, file, name, kind, body, span) in tables {
        let Some(problems) = problems.get_mut(index) else { continue };
        let stored_as = stored_as(name, &body.attributes);
        let mut table =
            Table { name: name.to_owned(), stored_as, kind, span, fields: vec![], relations: vec![], origin: None };
        add_fields(&mut table, file, body, &meanings, problems);
        resolved.push(table);
    }
    resolved.extend(implicit);
    resolved
}

fn meaning(what: &DeclarationKind<'_>) -> Meaning {
    match what {
        DeclarationKind::Table(TableKind::Table | TableKind::View, _) => Meaning::Relation,
        DeclarationKind::Table(TableKind::Type, _) | DeclarationKind::Enum | DeclarationKind::Unread => Meaning::Value,
    }
}

fn add_fields<'t>(
    table: &mut Table,
    file: &SchemaFile<'t>,
    body: Body<'t>,
    meanings: &BTreeMap<&str, Meaning>,
    problems: &mut Problems<'_>,
) {
    let of_table = OfTable::read(&body);
    let mut places: BTreeMap<&str, (SchemaFile<'t>, Range<usize>)> = BTreeMap::new();
    for written in body.fields {
        if let Some(first) = places.get(written.name) {
            let (name, table) = (shown(written.name), shown(&table.name));
            let what =
                || format!("the field {name} appears twice in {table}: {}", both(first, file, &written.name_range));
            twice(problems, &written.name_range, what);
            continue;
        }
        places.insert(written.name, (*file, written.name_range.clone()));
        let Some((ty, content)) = stored(&written, meanings, problems) else {
            table.relations.push(written.name.to_owned());
            continue;
        };
        table.fields.push(Field {
            name: written.name.to_owned(),
            stored_as: stored_as(written.name, &written.attributes),
            ty: ty.to_owned(),
            modifiers: of_table.modifiers(&written),
            content,
            category: written.category,
            span: Span::new(file.file, written.range),
            origin: None,
        });
    }
}

/// Returns the type of a field that stores something, and the kind of its content; `None` for a relation.
fn stored<'t>(
    written: &PrismaField<'t>,
    meanings: &BTreeMap<&str, Meaning>,
    problems: &mut Problems<'_>,
) -> Option<(&'t str, FieldContent)> {
    let name = match written.ty {
        PrismaType::Unsupported(ty) => return Some((ty, FieldContent::Opaque)),
        PrismaType::Named(name) => name,
    };
    if !SCALARS.contains(&name) {
        match meanings.get(name) {
            Some(Meaning::Relation) => return None,
            None if problems.tells(written.ty_range.start) => {
                let known = SCALARS.iter().chain(meanings.keys()).copied().take(COMPARED);
                let help = match suggest::nearest(name, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "declare it in one of the files, or use a type that is declared".to_owned(),
                };
                let what = format!("the type {} of the field {} is unknown", shown(name), shown(written.name));
                problems.push(written.ty_range.clone(), what, help);
            }
            _ => {}
        }
    }
    let is_opaque = matches!(name, "Bytes" | "Json" | "Unsupported") || written.attributes.contains(&Attribute::Xml);
    Some((name, if is_opaque { FieldContent::Opaque } else { FieldContent::Plain }))
}

/// The fields that the attributes of a table, or its relations, name.
struct OfTable<'t> {
    ids: BTreeSet<&'t str>,
    uniques: BTreeSet<&'t str>,
    references: BTreeSet<&'t str>,
}

impl<'t> OfTable<'t> {
    fn read(body: &Body<'t>) -> Self {
        let mut found = OfTable { ids: BTreeSet::new(), uniques: BTreeSet::new(), references: BTreeSet::new() };
        for attribute in &body.attributes {
            match attribute {
                Attribute::Id(fields) => found.ids.extend(fields),
                Attribute::Unique(fields) if fields.len() == 1 => found.uniques.extend(fields),
                _ => {}
            }
        }
        for attribute in body.fields.iter().flat_map(|field| &field.attributes) {
            if let Attribute::Relation(fields, _) = attribute {
                found.references.extend(fields);
            }
        }
        found
    }

    fn modifiers(&self, written: &PrismaField<'t>) -> Vec<Modifier> {
        let own = written.attributes.iter().filter_map(|attribute| match attribute {
            Attribute::Default => Some(Modifier::Default),
            Attribute::Id(_) => Some(Modifier::Id),
            Attribute::Unique(_) => Some(Modifier::Unique),
            Attribute::UpdatedAt => Some(Modifier::UpdatedAt),
            Attribute::Map(_) | Attribute::Relation(..) | Attribute::Xml | Attribute::Other => None,
        });
        let named =
            [(&self.ids, Modifier::Id), (&self.uniques, Modifier::Unique), (&self.references, Modifier::Reference)];
        let of_table =
            named.into_iter().filter(|(names, _)| names.contains(written.name)).map(|(_, modifier)| modifier);
        let mut all: Vec<Modifier> = written.modifiers.iter().copied().chain(own).chain(of_table).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Returns the name in the database, if it differs.
fn stored_as(name: &str, attributes: &[Attribute<'_>]) -> Option<String> {
    let mut mapped = attributes.iter().rev().filter_map(|attribute| match attribute {
        Attribute::Map(mapped) => Some(mapped),
        _ => None,
    });
    mapped.next().filter(|mapped| *mapped != name).cloned()
}

fn twice(problems: &mut Problems<'_>, range: &Range<usize>, what: impl FnOnce() -> String) {
    if problems.tells(range.start) {
        problems.push(range.clone(), what(), "rename one of the two, or remove it; the first is read".to_owned());
    }
}

/// Returns both places of a name, in words.
fn both(first: &(SchemaFile<'_>, Range<usize>), file: &SchemaFile<'_>, second: &Range<usize>) -> String {
    let (first_file, first) = first;
    let line = |file: &SchemaFile<'_>, range: &Range<usize>| {
        file.text.bytes().take(range.start).filter(|byte| *byte == b'\n').count() + 1
    };
    let (first_line, second_line) = (line(first_file, first), line(file, second));
    if first_file.file == file.file {
        format!("at line {first_line} and at line {second_line}")
    } else {
        format!("in `{}` at line {first_line} and in `{}` at line {second_line}", first_file.path, file.path)
    }
}
