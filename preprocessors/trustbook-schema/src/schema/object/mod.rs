//! The fields of an object in JSON Schema; OpenAPI describes its objects in the same words.

mod brief;
mod fields;
mod parts;
mod property;
mod reference;
mod scalar;

pub(super) use fields::{Fields, stem, unique_names};
pub(super) use reference::last_word;

use reference::ReferenceTarget;

use super::tree::{Notes, TreeNode, short, word};
use super::{Field, Modifier, Table, TableKind, category_in};
use brief::Brief;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The maximum depth of nested objects: the parts of a name, and every path that leads to one.
const MAX_DEPTH: usize = 48;
/// The maximum work for one file, in steps. A description of a thousand operations takes a tenth of it.
const MAX_STEPS: usize = 1_000_000;
/// The maximum number of fields in one file. A file has as many as its size allows, and some more from definitions
/// that occur in others.
const MAX_FIELDS: usize = 500_000;
const FEW_FIELDS: usize = 20_000;
const BYTES_OF_FIELD: usize = 8;
/// The longest name of a field, in bytes.
const MAX_NAME: usize = 1000;

/// Reads the objects of one file.
#[derive(Debug)]
pub(super) struct Objects<'a, 'n, 'f> {
    root: TreeNode<'a>,
    notes: &'n mut Notes<'f>,
    /// The names of definitions, by the ids of their values.
    names: BTreeMap<usize, String>,
    known: BTreeSet<String>,
    briefs: BTreeMap<usize, Brief>,
    told: BTreeSet<usize>,
    steps: usize,
    fields: usize,
    max_fields: usize,
    depth: usize,
    /// The definitions that are being read.
    on_way: BTreeSet<usize>,
}

/// The context that a property takes from its parents.
#[derive(Debug, Clone, Default)]
pub(super) struct PropertyContext {
    /// The modifiers of everything inside.
    pub(super) modifiers: BTreeSet<Modifier>,
    /// The category of everything inside that has none of its own.
    pub(super) category: Option<String>,
}

impl PropertyContext {
    /// Returns the same context with one more modifier.
    fn with(mut self, modifier: Modifier) -> Self {
        self.modifiers.insert(modifier);
        self
    }
}

impl<'a, 'n, 'f> Objects<'a, 'n, 'f> {
    /// Creates a reader. `names` has the name of each definition, by the id of its value.
    pub(super) fn new(root: TreeNode<'a>, notes: &'n mut Notes<'f>, names: BTreeMap<usize, String>) -> Self {
        let told = BTreeSet::new();
        let (briefs, on_way) = (BTreeMap::new(), BTreeSet::new());
        let known = names.values().cloned().collect();
        let max_fields = MAX_FIELDS.min(FEW_FIELDS + root.range().len() / BYTES_OF_FIELD);
        Objects { root, notes, names, known, briefs, told, steps: 0, fields: 0, max_fields, depth: 0, on_way }
    }

    /// Returns true if a definition has this name.
    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.known.contains(&word(name))
    }

    /// Returns the notes about the file.
    pub(super) fn notes(&mut self) -> &mut Notes<'f> {
        self.notes
    }

    /// Returns a definition or the root as a table, if it is an object, or a list of objects, with known properties.
    pub(super) fn table(&mut self, name: &str, schema: TreeNode<'a>, range: &Range<usize>) -> Option<Table> {
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

    /// Returns a table with these fields.
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

    /// Adds the fields of an object, or of the objects of a list, and returns the names of its other types.
    pub(super) fn inside(&mut self, schema: TreeNode<'a>, fields: &mut Fields) -> BTreeSet<String> {
        let schema = item_of(schema);
        if let Some(reference) = schema.text_of("$ref").filter(|_| schema.get("properties").is_none()) {
            let name = self.target(reference, schema).map(|target| target.name().to_owned());
            return name.into_iter().collect();
        }
        let around = self.inherited(schema, PropertyContext::default());
        self.object(schema, "", &around, fields)
    }

    /// Counts work; `None` if there is too much of it, which is reported once.
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

    /// Adds a field, unless its name or the number of fields exceeds the limits.
    fn push(&mut self, field: Field, fields: &mut Fields) {
        if field.name.is_empty() || field.name.len() > MAX_NAME {
            let what = match field.name.is_empty() {
                true => "a property has no name".to_owned(),
                false => {
                    format!(
                        "the name `{}`, with all that it is in, is longer than {MAX_NAME} bytes",
                        short(&field.name)
                    )
                }
            };
            return self.tell(field.span.start, &field.span.range(), what, "give it a short name");
        }
        self.fields += 1;
        match self.fields.checked_sub(self.max_fields) {
            None | Some(0) => fields.add(field),
            Some(1) => {
                let what = format!("the file has more than {} fields, and the rest is not read", self.max_fields);
                self.notes.problem(&field.span.range(), what, "split the file");
                // Nothing more is read, and that has been reported.
                self.steps = MAX_STEPS + 1;
            }
            _ => {}
        }
    }

    /// Reports a place once, however many paths lead to it.
    fn tell(&mut self, place: usize, range: &Range<usize>, what: String, help: &str) {
        if self.told.insert(place) {
            self.notes.problem(range, what, help);
        }
    }

    /// Returns the context for everything inside a schema.
    fn inherited(&mut self, schema: TreeNode<'a>, around: PropertyContext) -> PropertyContext {
        let mut around = around;
        let said = [
            (Modifier::Default, schema.get("default").is_some()),
            (Modifier::WriteOnly, schema.get("writeOnly").is_some_and(TreeNode::is_true)),
            (Modifier::Optional, scalar::nullable(schema)),
        ];
        around.modifiers.extend(said.iter().filter(|(_, is_said)| *is_said).map(|(modifier, _)| *modifier));
        if let Some(category) = category_of(schema) {
            around.category = Some(category);
        }
        around
    }
}

/// Returns the items of a list, or of lists inside it; anything else is returned as it is.
fn item_of(schema: TreeNode<'_>) -> TreeNode<'_> {
    let mut schema = schema;
    for _ in 0..MAX_DEPTH {
        match schema.get("items") {
            Some(items) if items.is_map() && schema.get("properties").is_none() => schema = items,
            _ => break,
        }
    }
    schema
}

/// Returns the category that a schema gives to its data.
pub(super) fn category_of(schema: TreeNode<'_>) -> Option<String> {
    let keys = ["x-category", "x-data-category", "x-personal-data-category"];
    let given = keys.iter().find_map(|key| schema.get(key));
    let given = given.and_then(|value| value.text().or_else(|| value.items().next()?.text()));
    let given = given.map(str::trim).filter(|text| !text.is_empty()).map(word);
    given.or_else(|| ["description", "$comment"].iter().find_map(|key| category_in(schema.text_of(key)?)))
}

/// Returns the work that the text of a schema takes, in steps.
fn weight(schema: TreeNode<'_>) -> usize {
    let texts = ["description", "$comment"].iter().filter_map(|key| schema.text_of(key));
    1 + texts.map(|text| text.len() / 64).sum::<usize>()
}

/// Returns a name with those of its parents before it.
fn dotted(prefix: &str, name: &str) -> String {
    match prefix.is_empty() {
        true => name.to_owned(),
        false => format!("{prefix}.{name}"),
    }
}

#[cfg(test)]
mod tests;
