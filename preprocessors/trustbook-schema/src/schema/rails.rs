//! The `schema.rb` of Rails, which its migrations write.

use super::code::{Argument, Code, Style};
use super::object::{Fields, stem, unique_names};
use super::{Field, Language, Modifier, Schema, SchemaFile, SchemaProblem, Table, TableKind, sql_types};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) const LANGUAGE: Language = Language {
    name: "rails",
    endings: &[".rb"],
    in_folder: Some(|path| path.to_lowercase().ends_with("schema.rb")),
    is_it: |text| text.contains("ActiveRecord::Schema"),
    read,
    page: include_str!("rails.md"),
};

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let mut schema = Schema::default();
    let mut owned = Vec::new();
    for file in files {
        let code = Code::read(*file, Style::Ruby);
        let (tables, skipped, names, marks) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeMap::new());
        let mut reader = Reader { code, tables, skipped, names, marks };
        reader.file();
        schema.problems.append(&mut reader.code.problems);
        schema.skipped.append(&mut reader.skipped);
        owned.extend(reader.tables.into_iter().map(|table| (stem(file).to_owned(), table)));
    }
    unique_names(owned, &mut schema);
    schema
}

/// Statements that do not change a table.
const SILENT: &[&str] = &[
    "ActiveRecord",
    "add_check_constraint",
    "add_exclusion_constraint",
    "create_enum",
    "create_extension",
    "create_function",
    "create_schema",
    "create_sequence",
    "create_trigger",
    "enable_extension",
    "end",
];

struct Reader<'t> {
    code: Code<'t>,
    tables: Vec<Table>,
    skipped: Vec<SchemaProblem>,
    names: BTreeSet<String>,
    /// The modifiers that later statements add, by table and column.
    marks: BTreeMap<String, BTreeMap<String, Vec<Modifier>>>,
}

impl Reader<'_> {
    fn file(&mut self) {
        let mut at = 0;
        while at < self.code.tokens.len() {
            let end = self.code.statement_end(at);
            let next = match self.code.word(at) {
                Some("create_table") => self.table(at, end),
                Some("create_view" | "create_materialized_view") => self.view(at, end),
                Some("add_index") => self.outside(at, end, Modifier::Unique),
                Some("add_foreign_key") => self.outside(at, end, Modifier::Reference),
                Some(word) if SILENT.contains(&word) => end,
                None if at == end => end,
                _ => self.unknown(at, end),
            };
            at = next + 1;
        }
        for table in &mut self.tables {
            let Some(marks) = self.marks.get(&table.name) else { continue };
            for field in &mut table.fields {
                field.modifiers.extend(marks.get(&field.name).into_iter().flatten());
                tidy(field);
            }
        }
    }

    fn unknown(&mut self, at: usize, end: usize) -> usize {
        let what = format!("the effect of `{}` is not known", super::tree::short(self.code.of(at)));
        self.skipped.push(SchemaProblem::skipped(self.code.span(at..end), what));
        end
    }

    /// Returns the arguments of a call, with or without brackets, up to `do`.
    fn call(&self, at: usize, end: usize) -> Vec<Argument<'_>> {
        if self.code.is(at, "(") {
            return self.code.arguments(self.code.inside(at));
        }
        let block = (at..end).find(|at| self.code.word(*at) == Some("do"));
        self.code.arguments(at..block.unwrap_or(end))
    }

    /// Returns a text, or a symbol.
    fn name(&self, value: &Range<usize>) -> Option<String> {
        let symbol = || self.code.is(value.start, ":").then(|| self.code.of(value.start + 1).to_owned());
        self.code.string(value.start).or_else(symbol).filter(|name| !name.is_empty())
    }

    /// Returns the texts or symbols of a list, or of a single value.
    fn list(&self, value: &Range<usize>) -> Vec<String> {
        match self.code.is(value.start, "[") {
            true => self
                .code
                .arguments(self.code.inside(value.start))
                .iter()
                .filter_map(|it| self.name(&it.value))
                .collect(),
            false => self.name(value).into_iter().collect(),
        }
    }

    fn table(&mut self, at: usize, end: usize) -> usize {
        let arguments = self.call(at + 1, end);
        let Some(name) = arguments.first().and_then(|first| self.name(&first.value)) else {
            return self.unknown(at, end);
        };
        let option = |name: &str| arguments.iter().find(|it| it.name == Some(name)).map(|it| it.value.clone());
        let keys: Vec<String> = option("primary_key").map(|value| self.list(&value)).unwrap_or_default();
        let mut fields = Fields::default();
        let has_id = option("id").is_none_or(|value| self.code.of(value.start) != "false");
        if has_id && keys.len() < 2 {
            let name = keys.first().map_or("id", String::as_str);
            let id = self.id(name, option("id"), option("default"), at..end);
            fields.add(id);
        }
        let mut found = Found { fields, ids: keys.into_iter().collect(), ..Found::default() };
        let has_block = (at..end).any(|at| self.code.word(at) == Some("do"));
        let mut last = end;
        while has_block && last + 1 < self.code.tokens.len() {
            let (at, end) = (last + 1, self.code.statement_end(last + 1));
            last = end;
            match (self.code.word(at), self.code.is(at + 1, ".")) {
                (Some("end"), _) => break,
                // The block has no end: the next table begins.
                (Some("create_table"), _) => {
                    last = at - 1;
                    break;
                }
                (Some(_), true) => self.column(at, end, &mut found),
                (None, _) if at == end => {}
                _ => {
                    self.unknown(at, end);
                }
            }
        }
        let mut fields = found.fields.into_list();
        for field in &mut fields {
            let marks = [
                (&found.ids, Modifier::Id),
                (&found.uniques, Modifier::Unique),
                (&found.references, Modifier::Reference),
            ];
            let marks = marks.iter().filter(|(names, _)| names.contains(&field.name)).map(|(_, modifier)| *modifier);
            field.modifiers.extend(marks);
            tidy(field);
        }
        let (stored_as, relations, origin) = (None, Vec::new(), None);
        let span = self.code.span(at..last.max(at + 1));
        self.names.insert(name.clone());
        self.tables.push(Table { name, stored_as, kind: TableKind::Table, span, fields, relations, origin });
        last
    }

    /// Returns the key that Rails adds.
    fn id(&self, name: &str, given: Option<Range<usize>>, default: Option<Range<usize>>, line: Range<usize>) -> Field {
        let mut ty = "bigint".to_owned();
        if let Some(value) = given {
            let object = self.code.is(value.start, "{").then(|| self.code.arguments(self.code.inside(value.start)));
            let inner = object.and_then(|list| list.into_iter().find(|it| it.name == Some("type")));
            ty = self.name(&inner.map_or(value, |it| it.value)).unwrap_or(ty);
        }
        let is_counted = ["bigint", "integer", "serial", "bigserial", "primary_key"].contains(&ty.as_str());
        let has_default = default.map_or(is_counted, |value| self.code.of(value.start) != "nil");
        let mut modifiers = vec![Modifier::Id];
        modifiers.extend(has_default.then_some(Modifier::Default));
        Field {
            name: name.to_owned(),
            stored_as: None,
            content: sql_types::content(&ty),
            ty,
            modifiers,
            category: None,
            span: self.code.span(line),
            origin: None,
        }
    }

    /// Reads one line of a table: `t.string "email", null: false`.
    fn column(&mut self, at: usize, end: usize, found: &mut Found) {
        let (Some(kind), arguments) = (self.code.word(at + 2), self.call(at + 3, end)) else { return };
        let option = |name: &str| arguments.iter().find(|it| it.name == Some(name)).map(|it| it.value.clone());
        let is_true = |name: &str| option(name).is_some_and(|value| self.code.of(value.start) == "true");
        let names: Vec<String> =
            arguments.iter().take_while(|it| it.name.is_none()).filter_map(|it| self.name(&it.value)).collect();
        let mut ty = kind.to_owned();
        let mut columns = names.clone();
        match kind {
            "index" | "unique_constraint" => {
                let is_unique = kind == "unique_constraint" || is_true("unique") && option("where").is_none();
                let keys = arguments.first().map(|first| self.list(&first.value)).unwrap_or_default();
                if let ([only], true) = (keys.as_slice(), is_unique) {
                    found.uniques.insert(only.clone());
                }
                return;
            }
            "check_constraint" | "exclusion_constraint" => return,
            "foreign_key" => {
                let column = option("column").and_then(|value| self.name(&value));
                found.references.extend(column.or_else(|| names.first().map(|to| format!("{}_id", singular(to)))));
                return;
            }
            "timestamps" => {
                (ty, columns) = ("datetime".to_owned(), vec!["created_at".to_owned(), "updated_at".to_owned()])
            }
            "references" | "belongs_to" => {
                ty = option("type").and_then(|value| self.name(&value)).unwrap_or_else(|| "bigint".to_owned());
                columns = names.iter().map(|name| format!("{name}_id")).collect();
                let is_poly = option("polymorphic").is_some_and(|value| self.code.of(value.start) != "false");
                match is_poly {
                    true => columns.extend(names.iter().map(|name| format!("{name}_type"))),
                    false => found.references.extend(columns.iter().cloned()),
                }
            }
            "primary_key" => {
                ty = names.get(1).cloned().unwrap_or_else(|| "bigint".to_owned());
                columns.truncate(1);
                found.ids.extend(columns.iter().cloned());
            }
            "column" => {
                ty = names.get(1).cloned().unwrap_or_default();
                columns.truncate(1);
            }
            "enum" => ty = option("enum_type").and_then(|value| self.name(&value)).unwrap_or(ty),
            "virtual" => ty = option("type").and_then(|value| self.name(&value)).unwrap_or(ty),
            _ => {}
        }
        if columns.is_empty() {
            self.unknown(at, end);
            return;
        }
        let number = |name: &str| option(name).map(|value| self.code.written(value)).filter(|text| *text != "nil");
        let size: Vec<&str> = ["limit", "precision", "scale"].iter().filter_map(|name| number(name)).collect();
        let base = ty.clone();
        if !size.is_empty() {
            ty = format!("{ty}({})", size.join(","));
        }
        let mut modifiers = Vec::new();
        modifiers
            .extend(option("default").filter(|value| self.code.of(value.start) != "nil").map(|_| Modifier::Default));
        modifiers.extend((kind == "virtual").then_some(Modifier::Generated));
        modifiers.extend(is_true("array").then_some(Modifier::List));
        let is_null = option("null").map_or(kind != "timestamps", |value| self.code.of(value.start) != "false");
        modifiers.extend(is_null.then_some(Modifier::Optional));
        let comment = option("comment").and_then(|value| self.code.string(value.start));
        let category = self.code.category(comment.as_deref(), at..end);
        for name in columns {
            // The other column of a polymorphic reference is the name of a class.
            let is_class = matches!(kind, "references" | "belongs_to") && name.ends_with("_type");
            let ty = if is_class { "string".to_owned() } else { ty.clone() };
            if found.fields.has(&name) {
                let what = format!("the column `{}` appears twice", super::tree::short(&name));
                let help = "remove one of the two".to_owned();
                self.code.problems.push(SchemaProblem { span: self.code.span(at..end), what, help });
                continue;
            }
            found.fields.add(Field {
                name,
                stored_as: None,
                content: sql_types::content(&base),
                ty,
                modifiers: modifiers.clone(),
                category: category.clone(),
                span: self.code.span(at..end),
                origin: None,
            });
        }
    }

    fn view(&mut self, at: usize, end: usize) -> usize {
        let name = self.call(at + 1, end).first().and_then(|first| self.name(&first.value));
        let Some(name) = name else { return self.unknown(at, end) };
        let span = self.code.span(at..end);
        let what = format!("the columns of the view `{}` are not known", super::tree::short(&name));
        let help = "check what it shows; `structure.sql` has its columns".to_owned();
        self.skipped.push(SchemaProblem { span, what, help });
        let (stored_as, fields, relations, origin) = (None, Vec::new(), Vec::new(), None);
        self.names.insert(name.clone());
        self.tables.push(Table { name, stored_as, kind: TableKind::View, span, fields, relations, origin });
        end
    }

    /// Reads a statement about a table that is already there: `add_index` or `add_foreign_key`.
    fn outside(&mut self, at: usize, end: usize, modifier: Modifier) -> usize {
        let arguments = self.call(at + 1, end);
        let table = arguments.first().and_then(|first| self.name(&first.value));
        let Some(table) = table.filter(|name| self.names.contains(name)) else { return self.unknown(at, end) };
        let option = |name: &str| arguments.iter().find(|it| it.name == Some(name));
        let second = arguments.get(1).map(|second| self.list(&second.value)).unwrap_or_default();
        let columns: Vec<String> = match (modifier, second.as_slice()) {
            (Modifier::Reference, [to]) => match option("column").and_then(|it| self.name(&it.value)) {
                Some(column) => vec![column],
                None => vec![format!("{}_id", singular(to)), format!("{to}_id")],
            },
            (Modifier::Unique, [only]) if option("where").is_none() => {
                let is_unique = option("unique").is_some_and(|it| self.code.of(it.value.start) == "true");
                is_unique.then(|| only.clone()).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let marks = self.marks.entry(table).or_default();
        columns.into_iter().for_each(|column| marks.entry(column).or_default().push(modifier));
        end
    }
}

/// The columns of a table, and those that other lines mark.
#[derive(Default)]
struct Found {
    fields: Fields,
    ids: BTreeSet<String>,
    uniques: BTreeSet<String>,
    references: BTreeSet<String>,
}

/// Sorts the modifiers of a field. A key is never null.
fn tidy(field: &mut Field) {
    let is_id = field.modifiers.contains(&Modifier::Id);
    field.modifiers.retain(|modifier| !is_id || !matches!(modifier, Modifier::Optional | Modifier::Unique));
    field.modifiers.sort_unstable();
    field.modifiers.dedup();
}

/// Returns the singular of the name of a table, as Rails names the column of a reference.
fn singular(name: &str) -> String {
    let name = name.rsplit('.').next().unwrap_or(name);
    for (plural, one) in [
        ("people", "person"),
        ("children", "child"),
        ("men", "man"),
        ("statuses", "status"),
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ss", "ss"),
        ("s", ""),
    ] {
        if let Some(stem) = name.strip_suffix(plural) {
            return format!("{stem}{one}");
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests;
