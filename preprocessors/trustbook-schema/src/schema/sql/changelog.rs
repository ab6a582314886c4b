//! The changes of a changelog of Liquibase, applied like the statements that it makes of them.

use super::change::{Action, AlterStep, Altered, Create, Dropped, Exists, Reach, SchemaChange, When};
use super::column::{Column, ColumnPosition};
use super::constraint::{Constraint, KeyConstraint};
use super::cursor::{Ident, Name};
use super::dialect::{Dialect, Quoted};
use super::model::{ChangeFile, Model};
use super::types;
use super::{finish, replay};
use crate::schema::element::{Changelog, Element};
use crate::schema::tree::short;
use crate::schema::{Migration, Modifier, Schema, TableKind};
use crate::span::Span;
use std::collections::BTreeMap;

/// Changes that change no column.
const SILENT: &[&str] = &[
    "alterSequence",
    "comment",
    "createFunction",
    "createIndex",
    "createProcedure",
    "createSequence",
    "createTrigger",
    "delete",
    "dropIndex",
    "dropProcedure",
    "dropSequence",
    "empty",
    "insert",
    "loadData",
    "loadUpdateData",
    "modifySql",
    "output",
    "preConditions",
    "renameSequence",
    "rollback",
    "setTableRemarks",
    "tagDatabase",
    "update",
    "validCheckSum",
];

/// Applies changesets in this order, each with the index of its changelog.
pub(in crate::schema) fn read(logs: &[Changelog<'_>], changes: &[(usize, &Element)]) -> Schema {
    // The names in a changelog have no case, and its types can be any words.
    let mut model = Model::new(Dialect::Sqlite);
    let mut properties: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (_, element) in changes.iter().filter(|(_, element)| element.name == "property") {
        if let (Some(name), Some(value)) = (element.attribute("name"), element.attribute("value")) {
            // A property with several values depends on the database.
            let is_same = |known: &mut Option<&str>| *known = known.filter(|known| *known == value);
            properties.entry(name).and_modify(is_same).or_insert(Some(value));
        }
    }
    for (log, element) in changes {
        let Some(log) = logs.get(*log) else { continue };
        let stem = log.file.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let id = element.attribute("id").map_or_else(|| stem.to_owned(), |id| format!("{stem}: {}", short(id)));
        let origin = Migration { migration: id, date: None };
        let source =
            ChangeFile { file: log.file.file, text: log.file.text, comments: &log.comments, origin: Some(&origin) };
        let mut changer = Changer { model: &mut model, source, properties: &properties };
        match element.name.as_str() {
            "changeSet" => changer.set(element),
            "property" | "preConditions" => {}
            _ => changer.skip(element, &format!("the effect of `{}` is not known", short(&element.name))),
        }
    }
    finish::schema(model)
}

struct Changer<'a, 'm> {
    model: &'m mut Model,
    source: ChangeFile<'a>,
    properties: &'a BTreeMap<&'a str, Option<&'a str>>,
}

impl Changer<'_, '_> {
    fn skip(&mut self, element: &Element, what: &str) {
        self.model.mention(self.source.text.get(element.range.clone()).unwrap_or_default());
        self.model.skip(Span::new(self.source.file, element.range.clone()), what.to_owned());
    }

    fn set(&mut self, set: &Element) {
        if let Some(dbms) = set.attribute("dbms").filter(|dbms| *dbms != "all") {
            return self.skip(set, &format!("a changeset is run on `{}` only", short(dbms)));
        }
        for change in &set.children {
            if change.name == "changes" {
                change.children.iter().for_each(|change| self.change(change));
            } else {
                self.change(change);
            }
        }
    }

    /// Returns a text with its properties.
    fn value(&self, text: &str) -> Option<String> {
        let mut value = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            value.push_str(before);
            value.push_str((*self.properties.get(name)?)?);
            rest = after;
        }
        value.push_str(rest);
        Some(value)
    }

    fn change(&mut self, change: &Element) {
        if self.apply(change).is_none() {
            self.skip(change, &format!("a value of `{}` is missing, or is decided at run time", short(&change.name)));
        }
    }

    fn apply(&mut self, change: &Element) -> Option<()> {
        let text = |reader: &Self, name: &str| change.attribute(name).and_then(|text| reader.value(text));
        let table = |reader: &Self, name: &str| {
            let schema = text(reader, "schemaName").or_else(|| text(reader, "baseTableSchemaName"));
            let own = text(reader, name)?;
            Some(schema.into_iter().chain([own]).map(|text| ident(&text)).collect::<Name>())
        };
        let columns = |reader: &Self, name: &str| {
            Some(text(reader, name)?.split(',').map(|name| ident(name.trim())).collect::<Vec<Ident>>())
        };
        let constrain = |key: KeyConstraint, columns: Vec<Ident>| {
            let name = change.attribute("constraintName").map(ident);
            Action::Constrain(Constraint { name, key, columns, using: None })
        };
        let mut name = table(self, "tableName");
        let mut actions = Vec::new();
        match change.name.as_str() {
            "createTable" => return self.create(change, name?, TableKind::Table),
            "createView" => return self.create(change, table(self, "viewName")?, TableKind::View),
            "dropTable" | "dropView" => {
                let is_table = change.name == "dropTable";
                let names = vec![if is_table { name? } else { table(self, "viewName")? }];
                let kind = if is_table { Dropped::Table } else { Dropped::View };
                let (exists, cascade) = (Exists::Must, change.is_true("cascadeConstraints"));
                self.run(change, SchemaChange::Drop { names, kind, exists, cascade });
                return Some(());
            }
            "renameTable" | "renameView" => {
                let kind = if change.name == "renameTable" { "Table" } else { "View" };
                let (old, new) = (table(self, &format!("old{kind}Name"))?, text(self, &format!("new{kind}Name"))?);
                self.run(change, SchemaChange::Rename { table: old, to: vec![ident(&new)] });
                return Some(());
            }
            "addColumn" => {
                for column in change.named("column") {
                    let missing = When::Absent;
                    actions.push(Action::Add { column: Box::new(self.column(column)?), missing });
                }
            }
            "dropColumn" => {
                let own = change
                    .attribute("columnName")
                    .into_iter()
                    .chain(change.named("column").filter_map(|it| it.attribute("name")));
                for column in own {
                    actions.push(Action::Drop { column: ident(&self.value(column)?), exists: Exists::Must });
                }
            }
            "renameColumn" => {
                let (from, to) = (ident(&text(self, "oldColumnName")?), ident(&text(self, "newColumnName")?));
                actions.push(Action::RenameColumn { from, to });
            }
            "modifyDataType" => {
                let ty = types::read(&text(self, "newDataType")?, Dialect::Sqlite);
                actions.push(Action::Retype { column: ident(&text(self, "columnName")?), ty });
            }
            "addPrimaryKey" => actions.push(constrain(KeyConstraint::Id, columns(self, "columnNames")?)),
            "addUniqueConstraint" => actions.push(constrain(KeyConstraint::Unique, columns(self, "columnNames")?)),
            "addForeignKeyConstraint" => {
                name = table(self, "baseTableName");
                actions.push(constrain(KeyConstraint::Reference, columns(self, "baseColumnNames")?));
            }
            "dropPrimaryKey" => actions.push(Action::DropKey),
            "dropUniqueConstraint" | "dropForeignKeyConstraint" => {
                name = name.or_else(|| table(self, "baseTableName"));
                actions.push(Action::DropConstraint(ident(&text(self, "constraintName")?)));
            }
            "addNotNullConstraint" | "dropNotNullConstraint" => {
                let is_set = change.name == "addNotNullConstraint";
                actions.push(Action::NotNull { column: ident(&text(self, "columnName")?), is_set });
            }
            "addDefaultValue" | "dropDefaultValue" | "addAutoIncrement" => {
                let is_set = change.name != "dropDefaultValue";
                actions.push(Action::Default { column: ident(&text(self, "columnName")?), is_set });
            }
            "setColumnRemarks" => {
                let (column, text) = (ident(&text(self, "columnName")?), text(self, "remarks"));
                self.run(change, SchemaChange::Comment { table: name?, column, text });
                return Some(());
            }
            "sql" if !changes_tables(change) => return Some(()),
            "sql" => {
                self.skip(change, "the effect of this SQL is not known");
                return Some(());
            }
            other if SILENT.contains(&other) => return Some(()),
            other => {
                self.skip(change, &format!("the effect of `{}` is not known", short(other)));
                return Some(());
            }
        }
        let range = change.range.clone();
        let steps = actions.into_iter().map(|action| {
            // A column has its own place.
            let range = match &action {
                Action::Add { column, .. } => column.range.clone(),
                _ => range.clone(),
            };
            AlterStep { range, action }
        });
        let steps = steps.collect();
        let (exists, what, reach) = (Exists::Must, Altered::Table, Reach::All);
        self.run(change, SchemaChange::Alter { table: name?, exists, what, reach, steps });
        Some(())
    }

    fn run(&mut self, element: &Element, change: SchemaChange) {
        replay::apply(self.model, change, element.range.clone(), self.source);
    }

    fn create(&mut self, element: &Element, name: Name, kind: TableKind) -> Option<()> {
        let columns: Option<Vec<Column>> = element.named("column").map(|column| self.column(column)).collect();
        let when = match kind {
            TableKind::View => When::Always,
            _ if element.is_true("ifNotExists") => When::Missing,
            _ => When::Absent,
        };
        let made = Create {
            name,
            kind,
            range: element.range.clone(),
            when,
            is_temporary: false,
            columns: columns?,
            constraints: Vec::new(),
            sources: Vec::new(),
            // The columns of a view are in its query.
            has_query: kind == TableKind::View,
            is_broken: false,
        };
        self.run(element, SchemaChange::Create(Box::new(made)));
        Some(())
    }

    fn column(&self, element: &Element) -> Option<Column> {
        let name = ident(&self.value(element.attribute("name")?)?);
        let ty = types::read(&self.value(element.attribute("type")?)?, Dialect::Sqlite);
        let mut column = Column {
            not_null: false,
            is_identity: false,
            modifiers: Vec::new(),
            constraints: Vec::new(),
            comment: element.attribute("remarks").map(str::to_owned),
            range: element.range.clone(),
            place: ColumnPosition::Last,
            name,
            ty,
        };
        let has_default =
            element.attributes.iter().any(|(key, value)| key.starts_with("defaultValue") && value != "NULL");
        column.modifiers.extend((has_default || element.is_true("autoIncrement")).then_some(Modifier::Default));
        column.modifiers.extend(element.attribute("generationType").is_some().then_some(Modifier::Default));
        column.modifiers.dedup();
        for said in element.named("constraints") {
            column.not_null |= said.attribute("nullable").is_some_and(|value| value.eq_ignore_ascii_case("false"));
            let keys = [
                (said.is_true("primaryKey"), KeyConstraint::Id, "primaryKeyName"),
                (said.is_true("unique"), KeyConstraint::Unique, "uniqueConstraintName"),
                (
                    said.attribute("references").or(said.attribute("referencedTableName")).is_some(),
                    KeyConstraint::Reference,
                    "foreignKeyName",
                ),
            ];
            for (_, key, name) in keys.into_iter().filter(|(is_so, _, _)| *is_so) {
                let (name, columns) = (said.attribute(name).map(ident), vec![column.name.clone()]);
                column.constraints.push(Constraint { name, key, columns, using: None });
            }
        }
        Some(column)
    }
}

/// Returns true if a text of SQL may change a table or a view.
fn changes_tables(element: &Element) -> bool {
    let text = element.text.clone() + element.attribute("sql").unwrap_or_default();
    let text = text.to_uppercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
    words.is_empty()
        || words
            .iter()
            .any(|word| matches!(*word, "CREATE" | "ALTER" | "DROP" | "RENAME" | "EXEC" | "EXECUTE" | "CALL" | "DO"))
}

fn ident(text: &str) -> Ident {
    Ident { text: text.to_owned(), quoted: Quoted::No }
}
