//! The operations of a migration.

use super::super::code::{Argument, Code};
use super::super::tree::short;
use super::super::{Field, Migration, Schema, SchemaProblem};
use super::field::{self, ModelField, Relation, argument, called};
use super::order::assigned;
use super::state::{App, Model};
use std::ops::Range;

/// Operations that change no column.
const SILENT: &[&str] = &[
    "AddIndex",
    "AddIndexConcurrently",
    "AddConstraintNotValid",
    "AlterIndexTogether",
    "AlterModelManagers",
    "AlterModelOptions",
    "AlterModelTableComment",
    "AlterUniqueTogether",
    "CreateCollation",
    "CreateExtension",
    "RemoveCollation",
    "RemoveIndex",
    "RemoveIndexConcurrently",
    "RenameIndex",
    "ValidateConstraint",
];

/// Replays one migration.
pub(super) struct Reader<'a, 't> {
    pub(super) code: &'a Code<'t>,
    pub(super) app: &'a mut App,
    pub(super) origin: Migration,
    pub(super) schema: &'a mut Schema,
}

impl<'t> Reader<'_, 't> {
    pub(super) fn migration(&mut self) {
        let list = assigned(self.code, "operations");
        let mut known = None;
        if let Some(open) = list {
            known = Some(open - 2);
            let end = self.code.after(open);
            if end < self.code.tokens.len() && end != self.code.statement_end(end) {
                self.skip(end..self.code.statement_end(end), "the operations that are added here are not known");
            }
            self.operations(open, 0);
        }
        // Anything else that is done with the list is decided at run time.
        let mut next = 0;
        for at in 0..self.code.tokens.len() {
            let is_use = self.code.word(at) == Some("operations")
                && (self.code.is(at + 1, "=") || self.code.is(at + 1, ".") || self.code.is(at + 1, "+"));
            let is_other = at > 0 && self.code.is(at - 1, ".");
            if is_use && !is_other && Some(at) != known && at >= next {
                next = self.code.statement_end(at);
                self.skip(at..next, "these operations are decided at run time");
            }
        }
        if self.code.text.contains("schema_editor.") {
            let changes = [
                "execute",
                "create_model",
                "delete_model",
                "add_field",
                "remove_field",
                "alter_field",
                "alter_db_table",
            ];
            let found = (2..self.code.tokens.len()).find(|at| {
                self.code.word(at - 2) == Some("schema_editor")
                    && self.code.word(*at).is_some_and(|it| changes.contains(&it))
            });
            if let Some(at) = found {
                self.skip(at - 2..self.code.statement_end(at), "the effect of this code is not known");
            }
        }
    }

    /// Reads a list of operations. Lists inside operations are at most a few deep.
    fn operations(&mut self, open: usize, depth: usize) {
        for entry in self.code.arguments(self.code.inside(open)) {
            let value = entry.value;
            match called(self.code, value.clone()) {
                Some((name, open)) if depth < 8 => self.operation(name, open, value, depth),
                _ => self.skip(value, "this operation is decided at run time"),
            }
        }
    }

    fn operation(&mut self, name: &'t str, open: usize, whole: Range<usize>, depth: usize) {
        let arguments = self.code.arguments(self.code.inside(open));
        let text = |reader: &Self, name: &str, at: usize| {
            argument(&arguments, name, at)
                .and_then(|it| reader.code.string(it.value.start).filter(|_| it.value.len() == 1))
        };
        match name {
            "CreateModel" | "CreateModelWithHistory" => match text(self, "name", 0) {
                Some(model) => self.create(&model, &arguments, whole),
                None => self.skip(whole, "the model that is created here is not known"),
            },
            "DeleteModel" => {
                let is_gone =
                    text(self, "name", 0).is_some_and(|name| self.app.models.remove(&name.to_lowercase()).is_some());
                self.check(is_gone, whole, "there is no model to delete");
            }
            "RenameModel" => {
                let (old, new) = (text(self, "old_name", 0), text(self, "new_name", 1));
                let model = old.and_then(|old| self.app.models.remove(&old.to_lowercase()));
                match (model, new) {
                    (Some(mut model), Some(new)) => {
                        model.name.clone_from(&new);
                        self.app.models.insert(new.to_lowercase(), model);
                    }
                    _ => self.check(false, whole, "there is no model to rename"),
                }
            }
            "AlterModelTable" => {
                let table = argument(&arguments, "table", 1).map(|it| it.value.clone());
                let name = text(self, "name", 0);
                let table = table.and_then(|value| match self.code.of(value.start) {
                    "None" => Some(None),
                    _ => self.code.string(value.start).filter(|_| value.len() == 1).map(Some),
                });
                match (name.and_then(|name| self.app.model(&name)), table) {
                    (Some(model), Some(table)) => model.table = table,
                    _ => self.skip(whole, "the name of the table is not known"),
                }
            }
            "AddField" | "AlterField" | "RemoveField" | "RenameField" => self.field(name, &arguments, whole),
            "AlterOrderWithRespectTo" => {
                let is_set = argument(&arguments, "order_with_respect_to", 1)
                    .is_some_and(|it| self.code.of(it.value.start) != "None");
                let added = is_set.then(|| self.order(whole.clone()));
                if let Some(model) = text(self, "name", 0).and_then(|name| self.app.model(&name)) {
                    model.remove("_order");
                    added.map(|field| model.add(field));
                }
            }
            "AddConstraint" => self.constraint(&arguments),
            "RemoveConstraint" => {
                let name = text(self, "name", 1);
                if let (Some(model), Some(name)) =
                    (text(self, "model_name", 0).and_then(|it| self.app.model(&it)), name)
                {
                    model.uniques.remove(&name);
                }
            }
            "SeparateDatabaseAndState" | "RunSQL" => {
                let state = argument(&arguments, "state_operations", if name == "RunSQL" { 2 } else { 1 });
                let open = state.map(|it| it.value.start).filter(|at| self.code.is(*at, "["));
                match (open, state) {
                    (Some(open), _) => self.operations(open, depth + 1),
                    (None, Some(_)) => self.skip(whole, "these operations are decided at run time"),
                    (None, None) if self.changes_tables(open_range(self.code, &whole)) => {
                        self.skip(whole, "the effect of this SQL is not known");
                    }
                    _ => {}
                }
            }
            "RunPython" => {}
            _ if SILENT.contains(&name) || name.ends_with("Extension") => {}
            _ => {
                let what = format!("the effect of the operation `{}` is not known", short(name));
                self.skip(whole, &what);
            }
        }
    }

    /// Returns true if a text among tokens has a statement that changes a table, or if the text is not here.
    fn changes_tables(&self, tokens: Range<usize>) -> bool {
        let text = self.code.written(tokens).to_uppercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let is_change =
            |pair: &[&str]| matches!(pair, ["CREATE" | "ALTER" | "DROP", "TABLE" | "VIEW" | "MATERIALIZED", ..]);
        words.windows(2).any(is_change)
    }

    fn create(&mut self, name: &str, arguments: &[Argument<'_>], whole: Range<usize>) {
        let mut model = Model::new(name, self.code.span(whole.clone()), Some(self.origin.clone()));
        let fields = argument(arguments, "fields", 1).map(|it| it.value.clone());
        match fields {
            Some(value) if self.code.is(value.start, "[") && self.code.after(value.start) >= value.end => {
                for entry in self.code.arguments(self.code.inside(value.start)) {
                    let pair = self.code.arguments(self.code.inside(entry.value.start));
                    let read = match pair.as_slice() {
                        [name, value] if self.code.is(entry.value.start, "(") => {
                            let name = self.code.string(name.value.start);
                            name.and_then(|name| {
                                field::read(
                                    self.code,
                                    &name,
                                    value.value.clone(),
                                    entry.value.clone(),
                                    Some(&self.origin),
                                )
                            })
                        }
                        _ => None,
                    };
                    match read {
                        Some(field) => {
                            let is_new = model.add(field);
                            self.check(is_new, entry.value, "the field is there twice");
                        }
                        None => self.skip(entry.value, &format!("a field of `{}` is decided at run time", short(name))),
                    }
                }
            }
            Some(value) => self.skip(value, &format!("the fields of `{}` are decided at run time", short(name))),
            None => {}
        }
        if let Some(value) = argument(arguments, "options", 2).map(|it| it.value.clone()) {
            self.options(&mut model, value);
        }
        let is_new = self.app.models.insert(name.to_lowercase(), model).is_none();
        self.check(is_new, whole, &format!("the model `{}` already exists", short(name)));
    }

    fn options(&mut self, model: &mut Model, value: Range<usize>) {
        if !self.code.is(value.start, "{") {
            return self.skip(value, &format!("the options of `{}` are decided at run time", short(&model.name)));
        }
        for entry in self.code.arguments(self.code.inside(value.start)) {
            let at = entry.value.start;
            let key = self.code.string(at).filter(|_| self.code.is(at + 1, ":"));
            match key.as_deref() {
                Some("db_table") => match self.code.string(at + 2).filter(|_| entry.value.len() == 3) {
                    Some(table) => model.table = Some(table.trim_matches('"').to_owned()),
                    None => self.skip(entry.value, "the name of the table is not known"),
                },
                Some("proxy") => model.is_proxy = self.code.of(at + 2) == "True",
                Some("order_with_respect_to") => {
                    let field = self.order(entry.value);
                    model.add(field);
                }
                _ => {}
            }
        }
    }

    /// Returns the column by which Django keeps the order of rows.
    fn order(&self, place: Range<usize>) -> ModelField {
        let plain = Field::plain("_order", "OrderWrt", Vec::new(), self.code.span(place));
        let field = Field { origin: Some(self.origin.clone()), ..plain };
        ModelField { field, column: None, relation: Relation::None }
    }

    fn field(&mut self, operation: &str, arguments: &[Argument<'_>], whole: Range<usize>) {
        let text =
            |name: &str, at: usize| argument(arguments, name, at).and_then(|it| self.code.string(it.value.start));
        let model = text("model_name", 0);
        let name = text(if operation == "RenameField" { "old_name" } else { "name" }, 1);
        let (Some(model), Some(name)) = (model, name) else {
            return self.skip(whole, "the field that changes here is not known");
        };
        let new = text("new_name", 2);
        let value = argument(arguments, "field", 2).map(|it| it.value.clone());
        let read = value.and_then(|value| field::read(self.code, &name, value, whole.clone(), Some(&self.origin)));
        let Some(state) = self.app.model(&model) else {
            return self.check(false, whole, &format!("there is no model `{}`", short(&model)));
        };
        let is_done = match (operation, read, new) {
            ("AddField", Some(field), _) => state.add(field),
            ("AlterField", Some(field), _) => state.alter(field),
            ("RemoveField", _, _) => state.remove(&name),
            ("RenameField", _, Some(new)) => state.rename(&name, &new),
            _ => return self.skip(whole, &format!("the field `{}` is decided at run time", short(&name))),
        };
        let what = match operation {
            "AddField" => format!("the field `{}` of `{}` already exists", short(&name), short(&model)),
            _ => format!("there is no field `{}` in `{}`", short(&name), short(&model)),
        };
        self.check(is_done, whole, &what);
    }

    /// Reads a constraint that makes one field unique in all rows.
    fn constraint(&mut self, arguments: &[Argument<'_>]) {
        let Some(value) = argument(arguments, "constraint", 1).map(|it| it.value.clone()) else { return };
        let Some(("UniqueConstraint", open)) = called(self.code, value) else { return };
        let inner = self.code.arguments(self.code.inside(open));
        let of = |name: &str| inner.iter().find(|it| it.name == Some(name)).map(|it| it.value.start);
        let fields = of("fields").map(|at| self.code.arguments(self.code.inside(at))).unwrap_or_default();
        let model = argument(arguments, "model_name", 0).and_then(|it| self.code.string(it.value.start));
        if let ([only], Some(name), Some(model), None) = (fields.as_slice(), of("name"), model, of("condition"))
            && let (Some(field), Some(name)) = (self.code.string(only.value.start), self.code.string(name))
            && let Some(model) = self.app.model(&model)
        {
            model.uniques.insert(name, field);
        }
    }

    /// Reports a mistake unless something is so.
    fn check(&mut self, is_so: bool, place: Range<usize>, what: &str) {
        if !is_so && self.schema.problems.len() < 1000 {
            let help = "name the folder with all migrations of the app".to_owned();
            self.schema.problems.push(SchemaProblem { span: self.code.span(place), what: what.to_owned(), help });
        }
    }

    /// Reports a place whose effect is not known.
    fn skip(&mut self, place: Range<usize>, what: &str) {
        self.schema.skipped.push(SchemaProblem::skipped(self.code.span(place), what));
    }
}

/// Returns the tokens inside the call of an operation.
fn open_range(code: &Code<'_>, whole: &Range<usize>) -> Range<usize> {
    called(code, whole.clone()).map_or(whole.clone(), |(_, open)| code.inside(open))
}
