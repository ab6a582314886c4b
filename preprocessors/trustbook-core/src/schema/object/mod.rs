//! The fields of an object as JSON Schema describes it; OpenAPI describes its own in the same words.

mod brief;
mod fields;
mod parts;
mod property;
mod reference;
mod scalar;

pub(super) use fields::{Fields, stem, unique_names};
pub(super) use reference::last_word;

use reference::Target;

use super::tree::{Node, Notes, short, word};
use super::{Field, Modifier, Table, TableKind, category_in};
use brief::Brief;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How deep objects are followed into each other: the parts of a name, and every way that leads to one.
const MAX_DEPTH: usize = 48;
/// How much is looked at for one file. A description of a thousand operations takes a tenth of it.
const MAX_STEPS: usize = 1_000_000;
/// The most fields of one file.
const MAX_FIELDS: usize = 500_000;
/// The longest name of a field, in bytes.
const MAX_NAME: usize = 1000;

/// Reads objects of one file.
#[derive(Debug)]
pub(super) struct Objects<'a, 'n, 'f> {
    root: Node<'a>,
    notes: &'n mut Notes<'f>,
    /// The names of definitions, by their values.
    names: BTreeMap<usize, String>,
    briefs: BTreeMap<usize, Brief>,
    told: BTreeSet<usize>,
    steps: usize,
    fields: usize,
    depth: usize,
    /// The definitions that are being read.
    on_way: BTreeSet<usize>,
}

/// What a property has from what it stands in.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// What is said of everything inside.
    pub(super) modifiers: BTreeSet<Modifier>,
    /// The category of everything inside that has none of its own.
    pub(super) category: Option<String>,
}

impl Around {
    /// The same with one word more.
    fn with(mut self, modifier: Modifier) -> Self {
        self.modifiers.insert(modifier);
        self
    }
}

impl<'a, 'n, 'f> Objects<'a, 'n, 'f> {
    /// Definitions are told apart by their values, and each has a name.
    pub(super) fn new(root: Node<'a>, notes: &'n mut Notes<'f>, names: BTreeMap<usize, String>) -> Self {
        let told = BTreeSet::new();
        let (briefs, on_way) = (BTreeMap::new(), BTreeSet::new());
        Objects { root, notes, names, briefs, told, steps: 0, fields: 0, depth: 0, on_way }
    }

    /// What is wrong with the file.
    pub(super) fn notes(&mut self) -> &mut Notes<'f> {
        self.notes
    }

    /// A definition or the root as a table, where it is an object, or a list of objects, with known properties.
    pub(super) fn table(&mut self, name: &str, schema: Node<'a>, range: &Range<usize>) -> Option<Table> {
        let schema = item_of(schema);
        if schema.get("$ref").is_some() && schema.get("properties").is_none() {
            return None;
        }
        let mut fields = Fields::default();
        self.on_way.insert(schema.id);
        let relations = self.inside(schema, &mut fields);
        self.on_way.remove(&schema.id);
        if fields.is_empty() && relations.is_empty() {
            return None;
        }
        Some(self.table_of(name, fields, relations, range))
    }

    /// A table with these fields.
    pub(super) fn table_of(
        &self,
        name: &str,
        fields: Fields,
        relations: BTreeSet<String>,
        range: &Range<usize>,
    ) -> Table {
        Table {
            name: name.to_owned(),
            stored_as: None,
            kind: TableKind::Type,
            span: self.notes.span(range),
            fields: fields.into_list(),
            relations: relations.into_iter().collect(),
            origin: None,
        }
    }

    /// The fields of an object, or of the objects of a list, and the names of the other types that it can be.
    pub(super) fn inside(&mut self, schema: Node<'a>, fields: &mut Fields) -> BTreeSet<String> {
        let schema = item_of(schema);
        if let Some(reference) = schema.text_of("$ref").filter(|_| schema.get("properties").is_none()) {
            let name = self.target(reference, schema).map(|target| target.name().to_owned());
            return name.into_iter().collect();
        }
        let around = self.inherited(schema, Around::default());
        self.object(schema, "", &around, fields)
    }

    /// Counts work. `None` where there is too much of it.
    fn spend(&mut self, range: &Range<usize>, work: usize) -> Option<()> {
        let before = self.steps;
        self.steps = self.steps.saturating_add(work);
        if self.steps <= MAX_STEPS {
            return Some(());
        }
        if before <= MAX_STEPS {
            let what = "the schemas up to here refer to each other so often that the rest is not read".to_owned();
            self.notes.problem(range, what, "split the file, or merge fewer definitions with `allOf`");
        }
        None
    }

    /// Adds a field, where its name and their number allow it.
    fn push(&mut self, field: Field, fields: &mut Fields) {
        if field.name.is_empty() || field.name.len() > MAX_NAME {
            let what = match field.name.is_empty() {
                true => "a property has no name".to_owned(),
                false => {
                    format!("the name `{}` is longer than {MAX_NAME} bytes with all that it is in", short(&field.name))
                }
            };
            return self.tell(field.span.start, &field.span.range(), what, "give it a short name");
        }
        self.fields += 1;
        match self.fields {
            ..=MAX_FIELDS => fields.add(field),
            fields if fields == MAX_FIELDS + 1 => {
                let what = format!("the file has more than {MAX_FIELDS} fields, and the rest is not read");
                self.notes.problem(&field.span.range(), what, "split the file");
                // Nothing more is looked at, and that has been told.
                self.steps = MAX_STEPS + 1;
            }
            _ => {}
        }
    }

    /// Tells of a place once, however many ways lead to it.
    fn tell(&mut self, place: usize, range: &Range<usize>, what: String, help: &str) {
        if self.told.insert(place) {
            self.notes.problem(range, what, help);
        }
    }

    /// What holds for everything inside of a schema.
    fn inherited(&mut self, schema: Node<'a>, around: Around) -> Around {
        let mut around = around;
        let said = [
            (Modifier::Default, schema.get("default").is_some()),
            (Modifier::WriteOnly, schema.get("writeOnly").is_some_and(Node::is_true)),
            (Modifier::Optional, scalar::nullable(schema)),
        ];
        around.modifiers.extend(said.iter().filter(|(_, is_said)| *is_said).map(|(modifier, _)| *modifier));
        if let Some(category) = category_of(schema) {
            around.category = Some(category);
        }
        around
    }
}

/// What a list holds, and a list in it; anything else is itself.
fn item_of(schema: Node<'_>) -> Node<'_> {
    let mut schema = schema;
    for _ in 0..MAX_DEPTH {
        match schema.get("items") {
            Some(items) if items.is_map() && schema.get("properties").is_none() => schema = items,
            _ => break,
        }
    }
    schema
}

/// The category that a schema gives to its data.
pub(super) fn category_of(schema: Node<'_>) -> Option<String> {
    let keys = ["x-category", "x-data-category", "x-personal-data-category"];
    let given = keys.iter().find_map(|key| schema.get(key));
    let given = given.and_then(|value| value.text().or_else(|| value.items().next()?.text()));
    let given = given.map(str::trim).filter(|text| !text.is_empty()).map(word);
    given.or_else(|| ["description", "$comment"].iter().find_map(|key| category_in(schema.text_of(key)?)))
}

/// How much work the text of a schema is.
fn weight(schema: Node<'_>) -> usize {
    let texts = ["description", "$comment"].iter().filter_map(|key| schema.text_of(key));
    1 + texts.map(|text| text.len() / 64).sum::<usize>()
}

/// A name behind the names on the way to it.
fn dotted(prefix: &str, name: &str) -> String {
    match prefix.is_empty() {
        true => name.to_owned(),
        false => format!("{prefix}.{name}"),
    }
}

#[cfg(test)]
mod tests;
