//! Django: the models of its apps, read without running them.

use super::code::Code;
use super::django::field::{self, ModelField, Relation, called};
use super::django::state::{App, Model};
use super::object::unique_names;
use super::python::{Classes, PythonClass};
use super::tree::short;
use super::{Field, Language, Modifier, Schema, SchemaFile, SchemaProblem};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(super) const LANGUAGE: Language = Language {
    name: "django-models",
    endings: &[".py"],
    in_folder: Some(|path| {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let is_named = file.contains("models") || file.contains("mixin") || folder.split('/').any(|it| it == "models");
        file.ends_with(".py") && is_named && !file.starts_with("test_")
    }),
    is_it: |text| text.contains("django.db") && text.contains("models") && !text.contains("migrations.Migration"),
    read,
    page: include_str!("django_models.md"),
};

/// The largest number of fields, also of those that classes have from others.
const MAX_FIELDS: usize = 500_000;

fn read(files: &[SchemaFile<'_>]) -> Schema {
    let classes = Classes::read(files);
    let schema = Schema { problems: classes.problems(), ..Schema::default() };
    let marks = (0..classes.list.len()).filter_map(|at| {
        let (_, code, class) = classes.get(at)?;
        Some(Marks { meta: meta(code, class), has_fields: has_fields(code, class), is_model: false })
    });
    let marks = marks.collect();
    let mut reader = Reader { classes: &classes, marks, schema, budget: MAX_FIELDS };
    for (file, block) in &classes.others {
        let is_added = |code: &Code<'_>| block.clone().any(|at| code.word(at) == Some("add_to_class"));
        if classes.codes.get(*file).is_some_and(is_added) {
            reader.skip(*file, block.clone(), "a field that code adds is not known".to_owned());
        }
    }
    reader.mark_models();
    let mut apps: BTreeMap<String, App> = BTreeMap::new();
    for at in 0..classes.list.len() {
        reader.model(at, &mut apps);
    }
    let mut schema = reader.schema;
    let mut owned = Vec::new();
    for (label, app) in apps {
        app.report(&mut schema);
        owned.extend(app.tables().into_iter().map(|table| (label.clone(), table)));
    }
    unique_names(owned, &mut schema);
    schema
}

/// The properties of a class.
struct Marks<'t> {
    meta: Meta<'t>,
    /// True if its body has a field of Django.
    has_fields: bool,
    is_model: bool,
}

/// The options that decide about a table.
#[derive(Default, Clone)]
struct Meta<'t> {
    is_abstract: bool,
    is_proxy: bool,
    options: Vec<(&'t str, Range<usize>)>,
}

/// The fields of a class, in order, and the place of each name.
#[derive(Default)]
struct Found {
    list: Vec<Option<ModelField>>,
    by_name: BTreeMap<String, usize>,
}

impl Found {
    fn remove(&mut self, name: &str) {
        if let Some(place) = self.by_name.remove(name).and_then(|at| self.list.get_mut(at)) {
            *place = None;
        }
    }
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

    /// Marks the classes that are models, as far as the files show.
    fn mark_models(&mut self) {
        let mut made_from: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut next = Vec::new();
        for (at, marks) in self.marks.iter().enumerate() {
            for (name, base) in self.classes.bases(at) {
                match base {
                    Some(base) => made_from.entry(base).or_default().push(at),
                    None if name == "Model" || KNOWN.contains(&name) || marks.has_fields => next.push(at),
                    None => {}
                }
            }
        }
        while let Some(at) = next.pop() {
            if let Some(marks) = self.marks.get_mut(at).filter(|marks| !marks.is_model) {
                marks.is_model = true;
                next.extend(made_from.get(&at).into_iter().flatten());
            }
        }
    }

    /// Returns true for a class that has a table of its own.
    fn has_table(&self, at: usize) -> bool {
        self.marks.get(at).is_some_and(|it| it.is_model && !it.meta.is_abstract && !it.meta.is_proxy)
    }

    /// Adds the table of a class.
    fn model(&mut self, at: usize, apps: &mut BTreeMap<String, App>) {
        let classes: &'a Classes<'t> = self.classes;
        let Some((file, code, class)) = classes.get(at).filter(|_| self.has_table(at)) else { return };
        let Some(meta) = self.marks.get(at).map(|marks| marks.meta.clone()) else { return };
        let text = |name: &str| {
            let value = meta.options.iter().find(|(option, _)| *option == name).map(|(_, value)| value.clone())?;
            Some(code.string(value.start).filter(|_| value.len() == 1).ok_or(value))
        };
        let mut label = label(code.path()).to_owned();
        let mut model = Model::new(class.name, code.span(class.whole.clone()), None);
        match text("app_label") {
            Some(Ok(own)) => label = own,
            Some(Err(place)) => self.skip(file, place, format!("the app of `{}` is not known", short(class.name))),
            None => {}
        }
        match text("db_table") {
            Some(Ok(table)) => model.table = Some(table.trim_matches('"').to_owned()),
            Some(Err(place)) => self.skip(file, place, "the name of the table is not known".to_owned()),
            None => {}
        }
        let mut fields = Found::default();
        self.fields(at, &mut fields, &mut BTreeSet::new());
        let head = class.whole.start..class.whole.start + 2;
        let has_key = fields.list.iter().flatten().any(|it| it.field.modifiers.contains(&Modifier::Id));
        let own = |name: String, ty: &str, modifiers: Vec<Modifier>, relation: Relation| ModelField {
            field: Field::plain(name, ty, modifiers, code.span(head.clone())),
            column: None,
            relation,
        };
        let parent = classes.bases(at).into_iter().find(|(_, base)| base.is_some_and(|base| self.has_table(base)));
        match parent {
            _ if has_key => {}
            Some((name, _)) => {
                let name = format!("{}_ptr", name.to_lowercase());
                model.add(own(name, "OneToOneField", vec![Modifier::Id, Modifier::Reference], Relation::One));
            }
            None => {
                model.add(own("id".to_owned(), "AutoField", vec![Modifier::Default, Modifier::Id], Relation::None));
            }
        }
        for field in fields.list.into_iter().flatten() {
            model.add(field);
        }
        if meta.options.iter().any(|(name, _)| *name == "order_with_respect_to") {
            model.add(own("_order".to_owned(), "OrderWrt", Vec::new(), Relation::None));
        }
        let app = apps.entry(label.clone()).or_insert_with(|| App::new(&label));
        if let Some(other) = app.models.insert(class.name.to_lowercase(), model) {
            let what = format!("the model `{}` already exists", short(class.name));
            self.schema.problems.push(SchemaProblem {
                span: other.span,
                what,
                help: "name the files of the one that is used".to_owned(),
            });
        }
    }

    /// Adds the fields of a class, after those of the classes that it is made from, unless they have a table.
    fn fields(&mut self, at: usize, into: &mut Found, seen: &mut BTreeSet<usize>) {
        let classes: &'a Classes<'t> = self.classes;
        let Some((file, code, class)) = classes.get(at).filter(|_| seen.insert(at) && seen.len() < 32) else { return };
        let head = class.whole.start..class.whole.start + 2;
        if self.budget < class.body.len() {
            return self.skip(file, head, format!("`{}` has too many fields from other classes", short(class.name)));
        }
        self.budget -= class.body.len();
        // The first class decides, and so is read last.
        for (name, base) in classes.bases(at).into_iter().rev() {
            match base {
                Some(base) if !self.has_table(base) => self.fields(base, into, seen),
                None if !["Model", "object", "Generic", "ABC"].contains(&name) => {
                    let what =
                        format!("the fields that `{}` has from `{}` are not known", short(class.name), short(name));
                    self.skip(file, head.clone(), what);
                }
                _ => {}
            }
        }
        for block in &class.body {
            if matches!(code.word(block.start), Some("if" | "for" | "try" | "with" | "else" | "elif")) {
                if block.clone().any(|at| code.word(at).is_some_and(is_field)) {
                    let what = format!("a field of `{}` is decided at run time", short(class.name));
                    self.skip(file, block.clone(), what);
                }
                continue;
            }
            let Some(found) = code.value(block) else { continue };
            let Some(value) = found.value else { continue };
            let Some((ty, _)) = called(code, value.clone()) else {
                // A name that a parent has is no field any more.
                into.remove(found.name);
                if value.clone().any(|at| code.word(at).is_some_and(is_field)) {
                    let what = format!("the field `{}` is decided at run time", short(found.name));
                    self.skip(file, block.clone(), what);
                }
                continue;
            };
            let field = if is_field(ty) {
                match field::read(code, found.name, value.clone(), block.clone(), None) {
                    None => {
                        let what = format!("the field `{}` is decided at run time", short(found.name));
                        self.skip(file, block.clone(), what);
                        continue;
                    }
                    field => field,
                }
            } else {
                let is_object = ty.starts_with(|c: char| c.is_ascii_uppercase())
                    && !ty.ends_with("Manager")
                    && ty != "FieldTracker"
                    && found.name.starts_with(|c: char| c.is_ascii_lowercase());
                if is_object || ty.contains("field") {
                    let what =
                        format!("the effect of `{}` on the table of `{}` is not known", short(ty), short(class.name));
                    self.skip(file, block.clone(), what);
                }
                continue;
            };
            into.remove(found.name);
            into.by_name.insert(found.name.to_owned(), into.list.len());
            into.list.push(field);
        }
    }
}

fn meta<'t>(code: &Code<'t>, class: &PythonClass<'t>) -> Meta<'t> {
    let mut meta = Meta::default();
    let inner = class.body.iter().filter_map(|block| code.class(block)).find(|inner| inner.name == "Meta");
    for option in inner.iter().flat_map(|inner| &inner.body).filter_map(|block| code.value(block)) {
        let Some(value) = option.value else { continue };
        let is_true = code.of(value.start) == "True";
        meta.is_abstract |= option.name == "abstract" && is_true;
        meta.is_proxy |= option.name == "proxy" && is_true;
        meta.options.push((option.name, value));
    }
    meta
}

fn has_fields(code: &Code<'_>, class: &PythonClass<'_>) -> bool {
    let mut values = class.body.iter().filter_map(|block| code.value(block)?.value);
    values.any(|value| {
        code.word(value.start) == Some("models") && called(code, value).is_some_and(|(ty, _)| is_field(ty))
    })
}

/// Models of Django itself that others are made from, with columns of their own.
const KNOWN: &[&str] = &["AbstractBaseUser", "AbstractUser", "PermissionsMixin"];

/// Returns true for the name of a field that has a column or a table.
fn is_field(ty: &str) -> bool {
    let is_key = ty.ends_with("ForeignKey") && !ty.starts_with("Generic");
    ty.ends_with("Field") || is_key || matches!(ty, "TaggableManager" | "GenericRelation")
}

/// Returns the label of the app that a file belongs to: the folder of `models.py`, or the one around `models`.
fn label(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = match folder.strip_prefix("models").filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(_) => "",
        None => folder.split("/models").next().unwrap_or(folder),
    };
    let name = folder.rsplit('/').next().unwrap_or_default();
    if name.is_empty() { "app" } else { name }
}

#[cfg(test)]
mod tests;
