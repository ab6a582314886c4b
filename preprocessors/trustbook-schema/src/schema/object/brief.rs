//! Summaries of definitions, for the fields that refer to them.

use super::super::tree::TreeNode;
use super::super::{FieldContent, Modifier};
use super::scalar::{is_only_null, nullable, scalar, tells, types};
use super::{MAX_DEPTH, Objects, ReferenceTarget, category_of, weight};
use std::collections::BTreeSet;

/// The summary of a definition.
#[derive(Debug, Clone)]
pub(super) struct Brief {
    pub(super) content: FieldContent,
    pub(super) modifiers: BTreeSet<Modifier>,
    pub(super) category: Option<String>,
}

impl Brief {
    fn plain() -> Self {
        Brief { content: FieldContent::Plain, modifiers: BTreeSet::new(), category: None }
    }
}

impl<'a> Objects<'a, '_, '_> {
    /// Summarises a definition; each is read only once.
    pub(super) fn brief(&mut self, schema: TreeNode<'a>) -> Brief {
        if let Some(known) = self.briefs.get(&schema.id) {
            return known.clone();
        }
        if self.depth >= MAX_DEPTH || self.spend(&schema.range(), weight(schema)).is_none() {
            return Brief::plain();
        }
        // A definition that leads back to itself is an object: nothing else can.
        self.briefs.insert(schema.id, Brief::plain());
        self.depth += 1;
        let mut brief = self.looked_at(schema);
        self.depth -= 1;
        brief.category = category_of(schema).or(brief.category);
        if nullable(schema) {
            brief.modifiers.insert(Modifier::Optional);
        }
        self.briefs.insert(schema.id, brief.clone());
        brief
    }

    fn looked_at(&mut self, schema: TreeNode<'a>) -> Brief {
        if let Some(reference) = schema.text_of("$ref") {
            return match self.target(reference, schema) {
                Some(ReferenceTarget::Named(node, _) | ReferenceTarget::Inner(node, _)) => self.brief(node),
                Some(ReferenceTarget::Elsewhere(_)) | None => Brief::plain(),
            };
        }
        if self.has_properties(schema) {
            // A definition with properties has no category of its own, only those of its fields.
            return Brief::plain();
        }
        let lists = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema.get(key));
        let branches: Vec<TreeNode<'a>> = lists.flat_map(TreeNode::items).filter(|branch| tells(*branch)).collect();
        if !branches.is_empty() {
            return self.of_branches(&branches);
        }
        if types(schema).into_iter().eq(["array"]) {
            let mut brief = match schema.get("items").filter(|items| items.is_map()) {
                Some(items) => self.brief(items),
                None => Brief { content: FieldContent::Opaque, ..Brief::plain() },
            };
            brief.modifiers.remove(&Modifier::Optional);
            brief.modifiers.insert(Modifier::List);
            return brief;
        }
        Brief { content: scalar(schema).content, ..Brief::plain() }
    }

    fn of_branches(&mut self, branches: &[TreeNode<'a>]) -> Brief {
        let mut all = Brief::plain();
        for branch in branches {
            if is_only_null(*branch) {
                all.modifiers.insert(Modifier::Optional);
                continue;
            }
            let brief = self.brief(*branch);
            all.modifiers.extend(brief.modifiers);
            all.category = all.category.or(brief.category);
            if brief.content == FieldContent::Opaque {
                all.content = FieldContent::Opaque;
            }
        }
        all
    }
}
