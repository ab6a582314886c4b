//! The parts of one object: `allOf`, `oneOf`, `anyOf` and conditions.

use super::super::Modifier;
use super::super::tree::TreeNode;
use super::{Fields, Objects, PropertyContext, ReferenceTarget, dotted, scalar, weight};
use std::collections::BTreeSet;

/// One part of an object.
#[derive(Debug, Clone, Copy)]
struct ObjectPart<'a> {
    schema: TreeNode<'a>,
    /// True if every object has it; false if only some do.
    always: bool,
}

/// An object, split into its parts.
#[derive(Debug, Default)]
struct ObjectParts<'a> {
    list: Vec<ObjectPart<'a>>,
    /// The names of the properties that every object must have.
    required: BTreeSet<&'a str>,
    /// The names of other types that an object can be.
    others: BTreeSet<String>,
}

impl<'a> Objects<'a, '_, '_> {
    /// Adds the fields of an object, and returns the names of the other types that it can be.
    pub(super) fn object(
        &mut self,
        schema: TreeNode<'a>,
        prefix: &str,
        around: &PropertyContext,
        fields: &mut Fields,
    ) -> BTreeSet<String> {
        let parts = self.parts(schema);
        let ids = parts.list.iter().map(|part| part.schema.id);
        let entered: Vec<usize> = ids.filter(|id| self.on_way.insert(*id)).collect();
        for part in &parts.list {
            let Some(properties) = part.schema.get("properties") else { continue };
            if !properties.is_map() && !properties.is_null() {
                let what = format!("`properties` is {}, not an object", properties.kind());
                let help = "write each property as a key with its schema";
                self.tell(properties.range().start, &properties.range(), what, help);
            }
            for entry in properties.entries() {
                let mut around = around.clone();
                around.modifiers.remove(&Modifier::Default);
                if !(part.always && parts.required.contains(entry.key)) {
                    around = around.with(Modifier::Optional);
                }
                let name = dotted(prefix, entry.key);
                self.property(entry.node, &entry.range(), &name, &around, fields);
            }
        }
        for id in &entered {
            self.on_way.remove(id);
        }
        parts.others
    }

    /// Returns true if an object always has a property with a known name.
    pub(super) fn has_properties(&mut self, schema: TreeNode<'a>) -> bool {
        let is_known =
            |part: &ObjectPart<'_>| part.schema.get("properties").is_some_and(|it| it.entries().next().is_some());
        self.parts(schema).list.iter().any(|part| part.always && is_known(part))
    }

    fn parts(&mut self, schema: TreeNode<'a>) -> ObjectParts<'a> {
        let mut parts = ObjectParts::default();
        let mut seen = BTreeSet::from([schema.id]);
        let mut todo = vec![ObjectPart { schema, always: true }];
        while let Some(part) = todo.pop() {
            if self.spend(&part.schema.range(), weight(part.schema)).is_none() {
                break;
            }
            parts.list.push(part);
            if part.always {
                let required = part.schema.get("required").into_iter().flat_map(TreeNode::items);
                parts.required.extend(required.filter_map(TreeNode::text));
            }
            let mut found = self.all_of(part, &mut parts);
            found.extend(self.one_of(part, &mut parts));
            // The last part is taken first, so reversing them keeps the order of the file.
            todo.extend(found.into_iter().rev().filter(|part| seen.insert(part.schema.id)));
        }
        parts
    }

    /// Returns the parts that all objects have, including those of a named definition.
    fn all_of(&mut self, part: ObjectPart<'a>, parts: &mut ObjectParts<'a>) -> Vec<ObjectPart<'a>> {
        let mut found = Vec::new();
        // A schema that has a reference beside its properties is a branch of itself.
        let itself = part.schema.get("$ref").filter(|_| part.schema.get("properties").is_some()).map(|_| part.schema);
        for branch in part.schema.get("allOf").into_iter().flat_map(TreeNode::items).chain(itself) {
            let schema = match branch.text_of("$ref") {
                None => branch,
                Some(reference) => match self.target(reference, branch) {
                    Some(ReferenceTarget::Elsewhere(name)) => {
                        parts.others.insert(name);
                        continue;
                    }
                    // A definition that contains itself is only named where it occurs again.
                    Some(target @ (ReferenceTarget::Named(..) | ReferenceTarget::Inner(..))) => {
                        match self.followed(branch) {
                            Some(node) if self.on_way.contains(&node.id) => {
                                parts.others.insert(target.name().to_owned());
                                continue;
                            }
                            Some(node) => node,
                            None => continue,
                        }
                    }
                    None => continue,
                },
            };
            found.push(ObjectPart { schema, always: part.always });
        }
        found
    }

    /// Returns the parts that an object can have. A type with a name of its own is only named.
    fn one_of(&mut self, part: ObjectPart<'a>, parts: &mut ObjectParts<'a>) -> Vec<ObjectPart<'a>> {
        let mut found = Vec::new();
        let lists = ["oneOf", "anyOf"].iter().filter_map(|key| part.schema.get(key)).flat_map(TreeNode::items);
        let conditions = ["then", "else"].iter().filter_map(|key| part.schema.get(key));
        let dependent =
            part.schema.get("dependentSchemas").into_iter().flat_map(TreeNode::entries).map(|entry| entry.node);
        for branch in lists.chain(conditions).chain(dependent) {
            match branch.text_of("$ref").map(|reference| self.target(reference, branch)) {
                Some(target) => parts.others.extend(target.map(|target| target.name().to_owned())),
                None if scalar::is_only_null(branch) => {}
                None => found.push(ObjectPart { schema: branch, always: false }),
            }
        }
        found
    }
}
