//! Fields and tables with unique names.

use super::super::{Field, FieldContent, Schema, SchemaFile, SchemaProblem, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Fields in the order of the file, with each name once.
#[derive(Debug, Default)]
pub(in crate::schema) struct Fields {
    list: Vec<Field>,
    by_name: BTreeMap<String, usize>,
}

impl Fields {
    /// Adds a field. A field that already has its name stays, and takes over opaque content and a missing category.
    pub(in crate::schema) fn add(&mut self, field: Field) {
        let known = self.by_name.get(&field.name).and_then(|at| self.list.get_mut(*at));
        let Some(known) = known else {
            self.by_name.insert(field.name.clone(), self.list.len());
            self.list.push(field);
            return;
        };
        if field.content == FieldContent::Opaque {
            known.content = FieldContent::Opaque;
        }
        known.category = known.category.take().or(field.category);
    }

    pub(in crate::schema) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(in crate::schema) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns all fields, in order.
    pub(in crate::schema) fn into_list(self) -> Vec<Field> {
        self.list
    }
}

/// Collects the tables of all files.
///
/// A name that several tables share is prefixed with its owner, the name of the file or of its root. If the name is
/// still not unique, the later tables are reported and left out.
pub(in crate::schema) fn unique_names(owned: Vec<(String, Table)>, schema: &mut Schema) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (_, table) in &owned {
        *count.entry(table.name.clone()).or_default() += 1;
    }
    let mut seen = BTreeSet::new();
    for (owner, mut table) in owned {
        if count.get(&table.name).is_some_and(|count| *count > 1) && table.name != owner {
            table.name = format!("{owner}.{}", table.name);
        }
        if seen.insert(table.name.clone()) {
            schema.tables.push(table);
        } else if schema.problems.len() < 100 {
            schema.problems.push(SchemaProblem {
                span: table.span,
                what: format!("the name `{}` appears twice, and only the first is read", super::short(&table.name)),
                help: "give one of the two another name".to_owned(),
            });
        }
    }
}

/// Returns the name of a file without its folders and endings.
pub(in crate::schema) fn stem<'f>(file: &SchemaFile<'f>) -> &'f str {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let endings = [".json", ".yaml", ".yml", ".schema", ".openapi"];
    endings.iter().fold(name, |name, ending| name.strip_suffix(ending).filter(|rest| !rest.is_empty()).unwrap_or(name))
}
