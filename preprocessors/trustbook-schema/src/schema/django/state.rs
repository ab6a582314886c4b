//! The models of an app as the migrations so far have made them.

use super::super::tree::short;
use super::super::{Field, Migration, Modifier, Schema, SchemaProblem, Table, TableKind};
use super::field::{ModelField, Relation};
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The models of an app, by name in lower case, as Django compares them.
#[derive(Debug)]
pub(in crate::schema) struct App {
    label: String,
    pub(in crate::schema) models: BTreeMap<String, Model>,
}

/// A model.
#[derive(Debug)]
pub(in crate::schema) struct Model {
    pub(in crate::schema) name: String,
    /// The table, if it is given.
    pub(in crate::schema) table: Option<String>,
    /// True for a model without a table of its own.
    pub(in crate::schema) is_proxy: bool,
    pub(in crate::schema) span: Span,
    pub(in crate::schema) origin: Option<Migration>,
    fields: Vec<Option<ModelField>>,
    by_name: BTreeMap<String, usize>,
    /// The fields that a constraint makes unique, by its name.
    pub(in crate::schema) uniques: BTreeMap<String, String>,
}

impl Model {
    pub(in crate::schema) fn new(name: &str, span: Span, origin: Option<Migration>) -> Self {
        let (fields, by_name, uniques) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Model { name: name.to_owned(), table: None, is_proxy: false, span, origin, fields, by_name, uniques }
    }

    /// Adds a field; false if it is there.
    pub(in crate::schema) fn add(&mut self, field: ModelField) -> bool {
        let name = field.field.name.clone();
        if self.by_name.contains_key(&name) {
            return false;
        }
        self.by_name.insert(name, self.fields.len());
        self.fields.push(Some(field));
        true
    }

    /// Replaces a field; false if it is not there.
    pub(in crate::schema) fn alter(&mut self, field: ModelField) -> bool {
        let place = self.by_name.get(&field.field.name).and_then(|at| self.fields.get_mut(*at));
        place.map(|place| *place = Some(field)).is_some()
    }

    /// Removes a field; false if it is not there.
    pub(in crate::schema) fn remove(&mut self, name: &str) -> bool {
        let place = self.by_name.remove(name).and_then(|at| self.fields.get_mut(at));
        place.map(|place| *place = None).is_some()
    }

    /// Renames a field; false if it is not there.
    pub(in crate::schema) fn rename(&mut self, from: &str, to: &str) -> bool {
        let Some(at) = self.by_name.remove(from) else { return false };
        self.by_name.insert(to.to_owned(), at);
        self.fields.get_mut(at).into_iter().flatten().for_each(|field| field.field.name = to.to_owned());
        true
    }
}

impl App {
    pub(in crate::schema) fn new(label: &str) -> Self {
        App { label: label.to_owned(), models: BTreeMap::new() }
    }

    /// Returns the model of a name.
    pub(in crate::schema) fn model(&mut self, name: &str) -> Option<&mut Model> {
        self.models.get_mut(&name.to_lowercase())
    }

    /// Reports the columns whose names depend on the settings of a project.
    pub(in crate::schema) fn report(&self, schema: &mut Schema) {
        let models = self.models.values().filter(|model| !model.is_proxy);
        for held in models.flat_map(|model| model.fields.iter().flatten()) {
            if let Relation::Many(target, _) = &held.relation
                && target.starts_with("settings.")
            {
                let what =
                    format!("the name of a column for `{}` depends on `{}`", short(&held.field.name), short(target));
                let help = "see the setting: the column has the name of that model".to_owned();
                schema.skipped.push(SchemaProblem { span: held.field.span, what, help });
            }
        }
    }

    /// Returns the tables of all models, and of the relations that have one.
    pub(in crate::schema) fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        for (key, model) in self.models.iter().filter(|(_, model)| !model.is_proxy) {
            let stored = model.table.clone().unwrap_or_else(|| format!("{}_{key}", self.label));
            let uniques: BTreeSet<&String> = model.uniques.values().collect();
            let (mut fields, mut relations, mut others) = (Vec::new(), Vec::new(), Vec::new());
            for held in model.fields.iter().flatten() {
                let mut field = held.field.clone();
                match &held.relation {
                    Relation::Many(target, table) => {
                        relations.push(field.name.clone());
                        others.push(between(model, &stored, &field, target, table.as_deref()));
                        continue;
                    }
                    Relation::Through => {
                        relations.push(field.name);
                        continue;
                    }
                    Relation::One => {
                        field.stored_as = Some(held.column.clone().unwrap_or_else(|| format!("{}_id", field.name)));
                    }
                    Relation::None => field.stored_as.clone_from(&held.column),
                }
                if uniques.contains(&field.name) && !field.modifiers.contains(&Modifier::Id) {
                    field.modifiers.push(Modifier::Unique);
                }
                field.modifiers.sort_unstable();
                field.modifiers.dedup();
                field.stored_as = field.stored_as.filter(|stored| *stored != field.name);
                fields.push(field);
            }
            tables.push(Table {
                name: model.name.clone(),
                stored_as: Some(stored),
                kind: TableKind::Table,
                span: model.span,
                fields,
                relations,
                origin: model.origin.clone(),
            });
            tables.append(&mut others);
        }
        tables
    }
}

/// Returns the table that Django adds for a relation to many rows.
fn between(model: &Model, stored: &str, field: &Field, target: &str, table: Option<&str>) -> Table {
    let own = model.name.to_lowercase();
    let other = target.rsplit('.').next().unwrap_or(target).to_lowercase();
    let is_self = other == own || target == "self";
    let (from, to) = if is_self {
        (format!("from_{own}_id"), format!("to_{own}_id"))
    } else {
        (format!("{own}_id"), format!("{other}_id"))
    };
    let column = |name: String, ty: &str, modifiers: Vec<Modifier>| Field {
        origin: field.origin.clone(),
        ..Field::plain(name, ty, modifiers, field.span)
    };
    Table {
        name: format!("{}_{}", model.name, field.name),
        stored_as: Some(table.map_or_else(|| format!("{stored}_{}", field.name), str::to_owned)),
        kind: TableKind::Table,
        span: field.span,
        fields: vec![
            column("id".to_owned(), "AutoField", vec![Modifier::Default, Modifier::Id]),
            column(from, "ForeignKey", vec![Modifier::Reference]),
            column(to, "ForeignKey", vec![Modifier::Reference]),
        ],
        relations: Vec::new(),
        origin: field.origin.clone(),
    }
}
