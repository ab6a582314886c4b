//! The tables that Prisma adds for relations with a list on both sides: `_AssetToUser`, with the columns `A` and `B`.

use super::attributes::Attribute;
use super::fields::{Body, PrismaField, PrismaType};
use crate::schema::{Field, Modifier, SchemaFile, Table, TableKind};
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A model as written, with its file.
pub(super) type Model<'m, 't> = (&'m SchemaFile<'t>, &'t str, &'m Body<'t>);

/// One side of a relation: the model that has the list, the list, and the file of both.
type Side<'m, 't> = (&'t str, &'m PrismaField<'t>, &'m SchemaFile<'t>);

/// Returns the tables for all relations with two lists, in the order of their names.
pub(super) fn tables(models: &[Model<'_, '_>]) -> Vec<Table> {
    let ids: BTreeMap<&str, &str> = models.iter().filter_map(|(_, name, body)| Some((*name, id_of(body)?))).collect();
    let known: BTreeSet<&str> = models.iter().map(|(_, name, _)| *name).collect();
    let mut lists: BTreeMap<(&str, &str, Option<&str>), Vec<Side<'_, '_>>> = BTreeMap::new();
    for (file, model, body) in models {
        for field in &body.fields {
            let PrismaType::Named(target) = field.ty else { continue };
            if !field.modifiers.contains(&Modifier::List) || !known.contains(target) {
                continue;
            }
            let relation = field.attributes.iter().find_map(|attribute| match attribute {
                Attribute::Relation(fields, name) => Some((fields, name.as_deref())),
                _ => None,
            });
            let (fields, name) = relation.map_or((true, None), |(fields, name)| (fields.is_empty(), name));
            if fields {
                let (first, second) = if *model < target { (*model, target) } else { (target, *model) };
                lists.entry((first, second, name)).or_default().push((*model, field, *file));
            }
        }
    }
    let tables = lists.into_iter().filter_map(|((first, second, name), mut sides)| {
        // `A` refers to the first model: the list of the other model has it as its type.
        sides.sort_by_key(|(model, field, _)| (*model == first && first != second, field.name));
        let [a, b] = sides.as_slice() else { return None };
        if first != second && a.0 == b.0 {
            return None;
        }
        let column = |name: &str, target: &str, side: &Side<'_, '_>| {
            let (ty, span) = (ids.get(target).copied(), Span::new(side.2.file, side.1.range.clone()));
            Field::plain(name, ty.unwrap_or_default(), vec![Modifier::Reference], span)
        };
        let fields = vec![column("A", first, a), column("B", second, b)];
        Some(Table {
            name: name.map_or_else(|| format!("_{first}To{second}"), |name| format!("_{name}")),
            stored_as: None,
            kind: TableKind::Table,
            span: Span::new(a.2.file, a.1.range.clone()),
            fields,
            relations: Vec::new(),
            origin: None,
        })
    });
    tables.collect()
}

/// Returns the type of the field that is the key of a model.
fn id_of<'t>(body: &Body<'t>) -> Option<&'t str> {
    let is_id = |field: &&PrismaField<'t>| field.attributes.iter().any(|it| matches!(it, Attribute::Id(_)));
    match body.fields.iter().find(is_id)?.ty {
        PrismaType::Named(ty) | PrismaType::Unsupported(ty) => Some(ty),
    }
}
