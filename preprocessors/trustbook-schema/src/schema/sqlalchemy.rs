//! SQLAlchemy: tables that are declared as classes or with `Table`, read without running them.

use super::code::{Argument, Code};
use super::django::field::called;
use super::object::unique_names;
use super::python::{Classes, PythonClass};
use super::tree::short;
use super::{Field, FieldContent, Language, Modifier, Schema, SchemaFile, SchemaProblem, Table, TableKind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) const LANGUAGE: Language = Language {
    name: "sqlalchemy",
    endings: &[".py"],
    in_folder: Some(|path| {
        let path = path.to_lowercase();
        let is_near =
            ["model", "mixin", "table", "entit", "orm", "schema", "db"].iter().any(|word| path.contains(word));
        path.ends_with(".py")
            && is_near
            && !["migrations/", "alembic/", "tests/", "test_"].iter().any(|it| path.contains(it))
    }),
    is_it: |text| text.contains("sqlalchemy") && (text.contains("Column(") || text.contains("Mapped[")),
    read,
    page: include_str!("sqlalchemy.md"),
};

/// The largest number of fields, also of those that classes have from others.
const MAX_FIELDS: usize = 500_000;
/// Classes of SQLAlchemy and Python without columns.
const BASES: &[&str] = &[
    "ABC",
    "AsyncAttrs",
    "Base",
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "Generic",
    "MappedAsDataclass",
    "Model",
    "object",
];
/// Functions whose results are not columns.
const NO_COLUMNS: &[&str] = &[
    "association_proxy",
    "classmethod",
    "column_property",
    "hybrid_property",
    "namedtuple",
    "property",
    "query_expression",
    "staticmethod",
    "synonym",
    "validates",
];
/// Parts of the names of types whose content can be anything.
const OPAQUE: &[&str] = &["json", "binary", "blob", "bytea", "hstore", "pickle", "xml", "bytes", "dict"];

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let classes = Classes::read(files);
    let schema = Schema { problems: classes.problems(), ..Schema::default() };
    let marks = (0..classes.list.len()).filter_map(|at| classes.get(at)).map(|(_, code, class)| marks(code, class));
    let mut reader = Reader { classes: &classes, marks: marks.collect(), schema, budget: MAX_FIELDS };
    let mut tables: Vec<(String, Table)> = Vec::new();
    let mut by_class: BTreeMap<usize, usize> = BTreeMap::new();
    let mut later = Vec::new();
    for at in 0..classes.list.len() {
        match reader.declared(at) {
            Declared::Table(table) => {
                by_class.insert(at, tables.len());
                tables.push(table);
            }
            Declared::Part(of) => later.push((at, of)),
            Declared::None => {}
        }
    }
    // The columns of a class without a table of its own are in that of its parent.
    for (at, of) in later {
        let mut fields = Fields::default();
        reader.columns(at, &mut fields, &mut BTreeSet::new());
        if let Some((_, table)) = by_class.get(&of).and_then(|at| tables.get_mut(*at)) {
            let known: BTreeSet<String> = table.fields.iter().map(|field| field.name.clone()).collect();
            table.fields.extend(fields.list.into_iter().flatten().filter(|field| !known.contains(&field.name)));
        }
    }
    for (file, block) in &classes.others {
        tables.extend(reader.plain(*file, block));
    }
    let mut schema = reader.schema;
    unique_names(tables, &mut schema);
    schema
}

/// The result of reading a class.
enum Declared {
    Table((String, Table)),
    /// It has columns in the table of another class.
    Part(usize),
    None,
}

/// The fields of a class, in order, and the place of each name.
#[derive(Default)]
struct Fields {
    list: Vec<Option<Field>>,
    by_name: BTreeMap<String, usize>,
    relations: Vec<String>,
}

impl Fields {
    fn put(&mut self, field: Field) {
        if let Some(place) =
            self.by_name.insert(field.name.clone(), self.list.len()).and_then(|at| self.list.get_mut(at))
        {
            *place = None;
        }
        self.list.push(Some(field));
    }
}

/// The properties of a class.
struct Marks<'t> {
    /// The values of names such as `__tablename__`.
    options: BTreeMap<&'t str, Range<usize>>,
    /// True if a function returns the name of its table.
    is_named_by_code: bool,
    /// True if one of its own columns is a key.
    has_key: bool,
}

fn marks<'t>(code: &Code<'t>, class: &PythonClass<'t>) -> Marks<'t> {
    let values = class.body.iter().filter_map(|block| code.value(block));
    let options = values.filter(|it| it.name.starts_with("__")).filter_map(|it| Some((it.name, it.value?))).collect();
    let is_name = |block: &Range<usize>| code.word(block.start + 1) == Some("__tablename__");
    let is_named_by_code = class.body.iter().any(|block| code.word(block.start) == Some("def") && is_name(block));
    let has_key = class.whole.clone().any(|at| code.word(at) == Some("primary_key"));
    Marks { options, is_named_by_code, has_key }
}

struct Reader<'a, 't> {
    classes: &'a Classes<'t>,
    /// The properties of each class.
    marks: Vec<Marks<'t>>,
    schema: Schema,
    budget: usize,
}

impl<'a, 't> Reader<'a, 't> {
    fn skip(&mut self, file: usize, place: Range<usize>, what: String) {
        let span = self.classes.codes.get(file).map(|code| code.span(place));
        self.schema.skipped.extend(span.map(|span| SchemaProblem::skipped(span, what)));
    }

    /// Returns the value of a name such as `__tablename__`.
    fn option(&self, at: usize, name: &str) -> Option<Range<usize>> {
        self.marks.get(at)?.options.get(name).cloned()
    }

    /// Returns true for a class that names its table, in a value or in a function.
    fn has_table(&self, at: usize) -> bool {
        let is_named = |name: &str| self.option(at, name).is_some();
        let by_code = self.marks.get(at).is_some_and(|marks| marks.is_named_by_code);
        is_named("__tablename__") || is_named("__table__") || by_code && !self.is_abstract(at)
    }

    fn is_abstract(&self, at: usize) -> bool {
        let Some((_, code, _)) = self.classes.get(at) else { return false };
        self.option(at, "__abstract__").is_some_and(|value| code.of(value.start) == "True")
    }

    /// Returns true if a class, or a class that it is made from, has a key of its own.
    fn has_key(&self, at: usize) -> bool {
        let (mut next, mut seen) = (vec![at], BTreeSet::new());
        while let Some(at) = next.pop().filter(|_| seen.len() < 32) {
            if !seen.insert(at) {
                continue;
            }
            if self.marks.get(at).is_some_and(|marks| marks.has_key) {
                return true;
            }
            next.extend(self.classes.bases(at).into_iter().filter_map(|(_, base)| base));
        }
        false
    }

    /// Reads the table of a class.
    fn declared(&mut self, at: usize) -> Declared {
        let classes: &'a Classes<'t> = self.classes;
        let Some((file, code, class)) = classes.get(at) else { return Declared::None };
        if self.is_abstract(at) {
            return Declared::None;
        }
        let bases = classes.bases(at);
        // `db.Model` of Flask names the table after the class.
        let is_flask = bases.iter().any(|(name, base)| *name == "Model" && base.is_none()) && self.has_key(at);
        if !self.has_table(at) && !is_flask {
            let named =
                |(_, base): &(&str, Option<usize>)| base.is_some_and(|base| self.has_table(base) && self.has_key(base));
            let parent = bases.iter().find(|it| named(it)).and_then(|(_, base)| *base);
            let by_function =
                |base: usize| self.option(base, "__tablename__").is_none() && self.option(base, "__table__").is_none();
            match parent {
                Some(parent) if !by_function(parent) => return Declared::Part(parent),
                _ if bases.iter().any(|(_, base)| base.is_some_and(|base| self.has_table(base)))
                    && self.has_key(at) => {}
                _ => return Declared::None,
            }
        } else if !self.has_key(at) && self.option(at, "__table__").is_none() {
            return Declared::None;
        }
        let head = class.whole.start..class.whole.start + 2;
        let name =
            self.option(at, "__tablename__").filter(|value| value.len() == 1).and_then(|it| code.string(it.start));
        let schema = self.option(at, "__table_args__").and_then(|value| {
            let is_key = |at: &usize| code.string(*at).as_deref() == Some("schema") && code.is(at + 1, ":");
            value.clone().find(is_key).and_then(|at| code.string(at + 2))
        });
        let mut fields = Fields::default();
        if let Some(value) = self.option(at, "__table__") {
            if let Some((_, mut table)) = self.table(file, class.name, &value) {
                table.span = code.span(class.whole.clone());
                return Declared::Table((class.name.to_owned(), table));
            }
            self.skip(file, head, format!("the columns of `{}` are decided at run time", short(class.name)));
            return Declared::None;
        }
        if name.is_none() && !is_flask {
            self.skip(file, head, format!("the name of the table of `{}` depends on code", short(class.name)));
        }
        let name = name.or_else(|| is_flask.then(|| snake(class.name)));
        self.columns(at, &mut fields, &mut BTreeSet::new());
        let stored_as = name.map(|name| schema.map_or(name.clone(), |schema| format!("{schema}.{name}")));
        let stored_as = stored_as.filter(|stored| *stored != class.name);
        let Fields { list, relations, .. } = fields;
        Declared::Table((
            class.name.to_owned(),
            Table {
                name: class.name.to_owned(),
                stored_as,
                kind: TableKind::Table,
                span: code.span(class.whole.clone()),
                fields: list.into_iter().flatten().collect(),
                relations,
                origin: None,
            },
        ))
    }

    /// Adds the columns of a class, after those of the classes that it is made from, unless they have a table.
    fn columns(&mut self, at: usize, into: &mut Fields, seen: &mut BTreeSet<usize>) {
        let classes: &'a Classes<'t> = self.classes;
        let Some((file, code, class)) = classes.get(at).filter(|_| seen.insert(at) && seen.len() < 32) else { return };
        let head = class.whole.start..class.whole.start + 2;
        if self.budget < class.body.len() {
            return self.skip(file, head, format!("`{}` has too many columns from other classes", short(class.name)));
        }
        self.budget -= class.body.len();
        for (name, base) in classes.bases(at).into_iter().rev() {
            match base {
                Some(base) if !self.has_table(base) || self.option(base, "__tablename__").is_none() => {
                    self.columns(base, into, seen);
                }
                None if !BASES.contains(&name) => {
                    let what =
                        format!("the columns that `{}` has from `{}` are not known", short(class.name), short(name));
                    self.skip(file, head.clone(), what);
                }
                _ => {}
            }
        }
        for (index, block) in class.body.iter().enumerate() {
            self.attribute(file, code, class, index, block, into);
        }
    }

    fn attribute(
        &mut self,
        file: usize,
        code: &Code<'t>,
        class: &PythonClass<'t>,
        index: usize,
        block: &Range<usize>,
        into: &mut Fields,
    ) {
        let is_column = |at: usize| matches!(code.word(at), Some("Column" | "mapped_column"));
        let (name, ty, value) = match code.value(block) {
            Some(found) => (found.name, found.ty, found.value),
            None if code.word(block.start) == Some("def") => {
                // `@declared_attr` makes a column of what the function returns.
                let before = index.checked_sub(1).and_then(|before| class.body.get(before));
                let is_attribute =
                    before.is_some_and(|before| before.clone().any(|at| code.word(at) == Some("declared_attr")));
                let returned: Vec<usize> = block.clone().filter(|at| code.word(*at) == Some("return")).collect();
                match (is_attribute, returned.as_slice(), code.word(block.start + 1)) {
                    (true, [only], Some(name)) => {
                        (name, None, Some(only + 1..code.statement_end(*only).min(block.end)))
                    }
                    (true, _, _) if block.clone().any(is_column) => {
                        return self.skip(
                            file,
                            block.clone(),
                            format!("a column of `{}` is decided at run time", short(class.name)),
                        );
                    }
                    _ => return,
                }
            }
            None => {
                if block.clone().any(is_column) && !code.is(block.start, "@") {
                    self.skip(
                        file,
                        block.clone(),
                        format!("a column of `{}` is decided at run time", short(class.name)),
                    );
                }
                return;
            }
        };
        if name.starts_with("__") {
            return;
        }
        let mapped = ty.clone().filter(|ty| code.word(ty.start) == Some("Mapped") && code.is(ty.start + 1, "["));
        let mapped = mapped.map(|ty| code.inside(ty.start + 1));
        let call = value.clone().and_then(|value| called(code, value));
        let call = match call {
            Some(("deferred", open)) => {
                code.arguments(code.inside(open)).first().and_then(|it| called(code, it.value.clone()))
            }
            other => other,
        };
        match call {
            Some(("Column" | "mapped_column", open)) => {
                match column(code, Some(name), Some(open), mapped.clone(), block.clone()) {
                    Some(field) => into.put(field),
                    None => {
                        self.skip(file, block.clone(), format!("the column `{}` is decided at run time", short(name)))
                    }
                }
            }
            Some(("relationship" | "dynamic_loader", _)) => into.relations.push(name.to_owned()),
            // A function of the project can return a column.
            Some((function, _))
                if function.starts_with(|c: char| c.is_ascii_lowercase()) && !NO_COLUMNS.contains(&function) =>
            {
                let what = format!("the column `{}` depends on the function `{}`", short(name), short(function));
                self.skip(file, block.clone(), what);
            }
            _ if value.clone().into_iter().flatten().any(is_column) => {
                self.skip(file, block.clone(), format!("the column `{}` is decided at run time", short(name)));
            }
            _ if value.is_none() && mapped.is_some() => {
                column(code, Some(name), None, mapped, block.clone()).into_iter().for_each(|field| into.put(field));
            }
            _ => {}
        }
    }

    /// Returns the table that a statement declares with `Table("name", metadata, ...)`.
    fn plain(&mut self, file: usize, block: &Range<usize>) -> Option<(String, Table)> {
        let code = self.classes.codes.get(file)?;
        let found = code.value(block)?;
        self.table(file, found.name, &found.value?)
    }

    fn table(&mut self, file: usize, name: &str, value: &Range<usize>) -> Option<(String, Table)> {
        let classes: &'a Classes<'t> = self.classes;
        let code = classes.codes.get(file)?;
        let (_, open) = called(code, value.clone()).filter(|(ty, _)| *ty == "Table")?;
        let arguments = code.arguments(code.inside(open));
        let stored = arguments.first().filter(|it| it.value.len() == 1).and_then(|it| code.string(it.value.start));
        let Some(stored) = stored else {
            self.skip(file, value.clone(), format!("the name of the table `{}` depends on code", short(name)));
            return None;
        };
        let schema = arguments.iter().find(|it| it.name == Some("schema")).and_then(|it| code.string(it.value.start));
        let mut fields = Fields::default();
        for argument in arguments.iter().skip(2).filter(|it| it.name.is_none()) {
            match called(code, argument.value.clone()) {
                Some(("Column", open)) => match column(code, None, Some(open), None, argument.value.clone()) {
                    Some(field) => fields.put(field),
                    None => self.skip(file, argument.value.clone(), "a column is decided at run time".to_owned()),
                },
                Some((other, _)) if other.ends_with("Constraint") || other == "Index" => {}
                _ => self.skip(
                    file,
                    argument.value.clone(),
                    format!("a column of `{}` is decided at run time", short(&stored)),
                ),
            }
        }
        let stored = schema.map_or(stored.clone(), |schema| format!("{schema}.{stored}"));
        Some((
            name.to_owned(),
            Table {
                name: stored,
                stored_as: None,
                kind: TableKind::Table,
                span: code.span(value.clone()),
                fields: fields.list.into_iter().flatten().collect(),
                relations: Vec::new(),
                origin: None,
            },
        ))
    }
}

/// Reads a column. `open` is the bracket after `Column`, `mapped` what is inside `Mapped[...]`.
fn column(
    code: &Code<'_>,
    name: Option<&str>,
    open: Option<usize>,
    mapped: Option<Range<usize>>,
    whole: Range<usize>,
) -> Option<Field> {
    let arguments = open.map(|open| code.arguments(code.inside(open))).unwrap_or_default();
    if arguments.iter().any(|it| it.name.is_none() && code.is(it.value.start, "*")) {
        return None;
    }
    let mut rest = arguments.iter().filter(|it| it.name.is_none()).peekable();
    let text = |it: &Argument<'_>| code.string(it.value.start).filter(|_| it.value.len() == 1);
    let option = |name: &str| arguments.iter().find(|it| it.name == Some(name));
    let written = rest.peek().and_then(|it| text(it));
    let stored = match written {
        Some(written) => {
            rest.next();
            Some(written)
        }
        None => option("name").and_then(text),
    };
    let rest: Vec<&Argument<'_>> = rest.collect();
    let calls = |word: &str| rest.iter().any(|it| called(code, it.value.clone()).is_some_and(|(ty, _)| ty == word));
    let is_type = |it: &&&Argument<'_>| {
        let name = called(code, it.value.clone()).map_or_else(|| last_word(code, &it.value), |(ty, _)| Some(ty));
        name.is_some_and(|name| !["ForeignKey", "Identity", "Computed", "Sequence", "CheckConstraint"].contains(&name))
    };
    let ty = option("type_").or_else(|| rest.iter().find(is_type).copied()).map(|it| it.value.clone());
    let (inner, is_null) = mapped.clone().map_or((None, false), |mapped| {
        let is_none = mapped.clone().any(|at| code.word(at) == Some("None"));
        let is_optional = code.word(mapped.start) == Some("Optional");
        let inner = if is_optional { code.inside(mapped.start + 1) } else { mapped };
        let end = inner.clone().find(|at| code.is(*at, "|")).unwrap_or(inner.end);
        (Some(inner.start..end), is_none || is_optional)
    });
    let mut is_list = false;
    let shown = match (&ty, &inner) {
        (Some(ty), _) => match called(code, ty.clone()) {
            Some(("ARRAY", open)) => {
                is_list = true;
                let of = code.arguments(code.inside(open)).first().map(|it| it.value.clone());
                of.map(|of| shown(code, &of)).unwrap_or_default()
            }
            _ => shown(code, ty),
        },
        (None, Some(inner)) => code.written(inner.clone()).to_owned(),
        (None, None) if calls("ForeignKey") => "ForeignKey".to_owned(),
        (None, None) => String::new(),
    };
    let is_true = |name: &str| option(name).is_some_and(|it| code.of(it.value.start) == "True");
    let is_id = is_true("primary_key");
    let is_optional = match option("nullable") {
        Some(it) => code.of(it.value.start) != "False",
        None if mapped.is_some() => is_null,
        None => true,
    };
    let has = |names: &[&str]| names.iter().any(|name| option(name).is_some());
    let marks = [
        (
            Modifier::Default,
            has(&["default", "default_factory", "insert_default", "server_default"]) || calls("Identity"),
        ),
        (Modifier::Generated, calls("Computed")),
        (Modifier::Id, is_id),
        (Modifier::List, is_list),
        (Modifier::Optional, is_optional && !is_id),
        (Modifier::Reference, calls("ForeignKey")),
        (Modifier::Unique, is_true("unique") && !is_id),
        (Modifier::UpdatedAt, has(&["onupdate", "server_onupdate"])),
    ];
    let lower = shown.to_lowercase();
    let is_opaque = OPAQUE.iter().any(|word| lower.contains(word));
    let comment = option("comment").and_then(text);
    let name = name.map(str::to_owned).or_else(|| stored.clone())?;
    Some(Field {
        stored_as: stored.filter(|stored| *stored != name),
        name,
        ty: shown,
        modifiers: marks.iter().filter(|(_, is_so)| *is_so).map(|(modifier, _)| *modifier).collect(),
        content: if is_opaque { FieldContent::Opaque } else { FieldContent::Plain },
        category: code.category(comment.as_deref(), whole.clone()),
        span: code.span(whole),
        origin: None,
    })
}

/// Returns a type without its module: `String(80)`.
fn shown(code: &Code<'_>, ty: &Range<usize>) -> String {
    let mut start = ty.start;
    while code.word(start).is_some() && code.is(start + 1, ".") && start + 2 < ty.end {
        start += 2;
    }
    let text = code.written(start..ty.end);
    text.strip_suffix("()").unwrap_or(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn last_word<'t>(code: &Code<'t>, value: &Range<usize>) -> Option<&'t str> {
    code.word(value.end.checked_sub(1)?)
}

/// Returns the name that Flask gives to the table of a class: `UserAccount` is `user_account`.
fn snake(name: &str) -> String {
    let mut found = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let next = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = before
            .is_some_and(|before| before.is_lowercase() || before.is_ascii_digit() || before.is_uppercase() && next);
        if letter.is_uppercase() && begins {
            found.push('_');
        }
        found.extend(letter.to_lowercase());
    }
    found
}

#[cfg(test)]
mod tests;
