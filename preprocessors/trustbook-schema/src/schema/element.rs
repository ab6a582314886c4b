//! Changelogs of Liquibase, and their elements in XML or in YAML.

use super::SchemaFile;
use super::tree::TreeNode;
use std::ops::Range;

/// A changelog, with its file and its comments.
pub(super) struct Changelog<'t> {
    pub(super) file: SchemaFile<'t>,
    pub(super) root: Element,
    pub(super) comments: Vec<Range<usize>>,
}

/// An element: `<column name="id" type="int"/>`, or `column: { name: id, type: int }`.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

impl Element {
    /// Returns an element of YAML: its plain values are attributes, and maps and lists are elements in it.
    pub(super) fn of_yaml(name: &str, node: TreeNode<'_>, range: Range<usize>) -> Self {
        let mut element = Element { name: name.to_owned(), range, ..Element::default() };
        if node.is_map() {
            for entry in node.entries() {
                match entry.node.text() {
                    Some(text) => element.attributes.push((entry.key.to_owned(), text.to_owned())),
                    // A list such as `columns` holds its items itself.
                    None if entry.node.is_list() => element.items(entry.node),
                    None => element.children.push(Element::of_yaml(entry.key, entry.node, entry.range())),
                }
            }
        } else if node.is_list() {
            element.items(node);
        } else if let Some(text) = node.text() {
            element.text = text.to_owned();
        }
        element
    }

    fn items(&mut self, list: TreeNode<'_>) {
        for item in list.items() {
            self.children.extend(item.entries().map(|entry| Element::of_yaml(entry.key, entry.node, entry.range())));
        }
    }

    /// Returns an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns true if an attribute has the value `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.attribute(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the elements with a name.
    pub(super) fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}
