//! One property: a field, or the fields of the object inside it.

use super::super::tree::TreeNode;
use super::super::{Field, FieldContent, Modifier};
use super::brief::Brief;
use super::scalar::{ScalarType, TELLING, is_only_null, scalar, sorted, tells, types};
use super::{Fields, MAX_DEPTH, Objects, PropertyContext, ReferenceTarget, weight};
use std::ops::Range;

impl<'a> Objects<'a, '_, '_> {
    /// Adds the fields of one property; `range` is the place that is shown for them.
    pub(in crate::schema) fn property(
        &mut self,
        schema: TreeNode<'a>,
        range: &Range<usize>,
        name: &str,
        around: &PropertyContext,
        fields: &mut Fields,
    ) {
        // A property that can never exist holds nothing.
        if schema.truth() == Some(false) || self.spend(range, weight(schema) + name.len() / 64).is_none() {
            return;
        }
        if self.depth >= MAX_DEPTH {
            let what = format!("objects are nested more than {MAX_DEPTH} deep");
            return self.tell(range.start, range, what, "give the inner ones a definition of their own");
        }
        if !schema.is_map() && schema.truth().is_none() {
            let what = format!("the schema of a property is {}, not an object", schema.kind());
            return self.tell(range.start, range, what, "write `type` and what else is known of it as an object");
        }
        self.depth += 1;
        self.shaped(schema, range, name, around, fields);
        self.depth -= 1;
    }

    fn shaped(
        &mut self,
        schema: TreeNode<'a>,
        range: &Range<usize>,
        name: &str,
        around: &PropertyContext,
        fields: &mut Fields,
    ) {
        let around = &self.inherited(schema, around.clone());
        let reference = schema.text_of("$ref").or_else(|| schema.text_of("$dynamicRef"));
        // From draft 2019-09 on, a reference can have properties beside it: both apply.
        if let Some(reference) = reference.filter(|_| schema.get("properties").is_none()) {
            return self.referring(reference, schema, range, name, around, fields);
        }
        if let Some(only) = only_branch(schema) {
            return self.property(only, range, name, around, fields);
        }
        if self.has_properties(schema) {
            let others = self.object(schema, name, around, fields);
            if !others.is_empty() {
                let others = others.into_iter().collect::<Vec<_>>().join(" | ");
                self.leaf(
                    name,
                    ScalarType { words: super::word(&others), content: FieldContent::Plain },
                    range,
                    around,
                    fields,
                );
            }
            return;
        }
        let branches = alternatives(schema);
        if !branches.is_empty() {
            return self.alternatives(&branches, range, name, around, fields);
        }
        if let Some(first) = merged(schema) {
            return self.property(first, range, name, around, fields);
        }
        if types(schema).into_iter().eq(["array"]) {
            return self.list(schema, range, name, around, fields);
        }
        self.leaf(name, scalar(schema), range, around, fields);
    }

    /// Reads a list: its items are fields of the same name, in any number.
    fn list(
        &mut self,
        schema: TreeNode<'a>,
        range: &Range<usize>,
        name: &str,
        around: &PropertyContext,
        fields: &mut Fields,
    ) {
        let around = &around.clone().with(Modifier::List);
        let items = schema.get("items");
        let listed = schema.get("prefixItems").into_iter().chain(items.filter(|items| items.is_list()));
        let each: Vec<TreeNode<'a>> =
            listed.flat_map(TreeNode::items).chain(items.filter(|items| items.is_map())).collect();
        match each.as_slice() {
            [] => self.leaf(
                name,
                ScalarType { words: "array".to_owned(), content: FieldContent::Opaque },
                range,
                around,
                fields,
            ),
            [one] => self.property(*one, range, name, around, fields),
            many => self.alternatives(many, range, name, around, fields),
        }
    }

    /// Reads several schemas of one property: all their fields, and one field for those that are a single value.
    fn alternatives(
        &mut self,
        branches: &[TreeNode<'a>],
        range: &Range<usize>,
        name: &str,
        around: &PropertyContext,
        fields: &mut Fields,
    ) {
        let can_be_null = branches.iter().any(|branch| is_only_null(*branch));
        let around = if can_be_null { around.clone().with(Modifier::Optional) } else { around.clone() };
        let (mut words, mut own, mut inner) = (Vec::new(), None::<Field>, Vec::new());
        for branch in branches.iter().filter(|branch| !is_only_null(**branch)) {
            let mut found = Fields::default();
            self.property(*branch, range, name, &around, &mut found);
            for field in found.into_list() {
                if field.name != name {
                    inner.push(field);
                    continue;
                }
                if !words.contains(&field.ty) {
                    words.push(field.ty.clone());
                }
                own = Some(match own {
                    None => field,
                    Some(known) => joined(known, field),
                });
            }
        }
        let mixed = own.is_some() && !inner.is_empty();
        let several = branches.len() - usize::from(can_be_null) > 1;
        for mut field in own.map(|own| Field { ty: super::word(&words.join(" | ")), ..own }).into_iter().chain(inner) {
            let is_inner = field.name != name;
            if (mixed || (is_inner && several)) && !field.modifiers.contains(&Modifier::Optional) {
                field.modifiers.push(Modifier::Optional);
                field.modifiers.sort();
            }
            fields.add(field);
        }
    }

    /// Reads a reference: the name of a definition becomes the type of the field. A part without a name is read in
    /// place.
    fn referring(
        &mut self,
        reference: &str,
        schema: TreeNode<'a>,
        range: &Range<usize>,
        name: &str,
        around: &PropertyContext,
        fields: &mut Fields,
    ) {
        let Some(target) = self.target(reference, schema) else {
            let words = super::reference::last_word(reference);
            return self.leaf(name, ScalarType { words, content: FieldContent::Opaque }, range, around, fields);
        };
        let (node, words, is_named) = match target {
            ReferenceTarget::Elsewhere(words) => {
                return self.leaf(name, ScalarType { words, content: FieldContent::Plain }, range, around, fields);
            }
            ReferenceTarget::Named(node, words) => (node, words, true),
            ReferenceTarget::Inner(node, words) => (node, words, false),
        };
        if !is_named && self.on_way.insert(node.id) {
            self.property(node, range, name, around, fields);
            self.on_way.remove(&node.id);
            return;
        }
        let Brief { content, modifiers, category } = self.brief(node);
        let mut around = around.clone();
        around.modifiers.extend(modifiers);
        around.category = around.category.or(category);
        self.leaf(name, ScalarType { words, content }, range, &around, fields);
    }

    fn leaf(
        &mut self,
        name: &str,
        ty: ScalarType,
        range: &Range<usize>,
        around: &PropertyContext,
        fields: &mut Fields,
    ) {
        let field = Field {
            name: name.to_owned(),
            stored_as: None,
            ty: ty.words,
            modifiers: sorted(&around.modifiers),
            content: ty.content,
            category: around.category.clone(),
            span: self.notes.span(range),
            origin: None,
        };
        self.push(field, fields);
    }
}

/// Merges two fields of one name: whatever is uncertain in one of them is uncertain in the result.
fn joined(known: Field, other: Field) -> Field {
    let mut modifiers: Vec<Modifier> = known.modifiers.into_iter().chain(other.modifiers).collect();
    modifiers.sort();
    modifiers.dedup();
    let content = if other.content == FieldContent::Opaque { FieldContent::Opaque } else { known.content };
    Field { modifiers, content, category: known.category.or(other.category), ..known }
}

/// Returns the only branch of an `allOf` that restricts values, if the schema itself does not.
fn only_branch(schema: TreeNode<'_>) -> Option<TreeNode<'_>> {
    let own = TELLING.iter().filter(|key| **key != "allOf" && **key != "type").any(|key| schema.get(key).is_some());
    let mut telling = schema.get("allOf").filter(|_| !own)?.items().filter(|branch| tells(*branch));
    telling.next().filter(|_| telling.next().is_none())
}

/// Returns a reference in an `allOf` without properties, or else the first branch that restricts values.
fn merged(schema: TreeNode<'_>) -> Option<TreeNode<'_>> {
    let branches = || schema.get("allOf").into_iter().flat_map(TreeNode::items);
    let refers = |branch: &TreeNode<'_>| branch.get("$ref").is_some();
    branches().find(refers).or_else(|| branches().find(|branch| tells(*branch)))
}

/// Returns the branches of `oneOf` and `anyOf` that restrict values.
fn alternatives(schema: TreeNode<'_>) -> Vec<TreeNode<'_>> {
    let lists = ["oneOf", "anyOf"].iter().filter_map(|key| schema.get(key));
    lists.flat_map(TreeNode::items).filter(|branch| tells(*branch)).collect()
}
