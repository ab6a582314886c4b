//! A tree of YAML or JSON in which every value knows its place in the file.

mod build;
mod notes;
mod top;

pub(super) use build::read;
pub(super) use notes::{Notes, short, word};
pub(super) use top::Top;

use super::{Schema, SchemaFile, Table};
use std::borrow::Cow;
use std::ops::Range;

/// Reads each file as a tree, and returns the tables that a language finds in it, with the names of their owners.
pub(super) fn each(
    files: &[SchemaFile<'_>],
    of_file: fn(&Tree<'_>, &mut Notes<'_>) -> Vec<(String, Table)>,
) -> (Schema, Vec<(String, Table)>) {
    let (mut schema, mut owned) = (Schema::default(), Vec::new());
    for file in files {
        let mut notes = Notes::new(*file);
        let tree = read(file.text, &mut notes);
        owned.extend(of_file(&tree, &mut notes));
        notes.finish(&mut schema);
    }
    (schema, owned)
}

/// The number of keys above which a map is searched by bisection.
const FEW: usize = 12;

/// All values of one file. The target of an alias is in it only once.
#[derive(Debug, Default)]
pub(super) struct Tree<'t> {
    values: Vec<TreeValue<'t>>,
    root: Option<usize>,
}

/// One value, with its byte range.
#[derive(Debug)]
struct TreeValue<'t> {
    range: Range<usize>,
    what: TreeValueKind<'t>,
    /// The number of levels below it.
    height: usize,
    /// The work to walk over it, including the targets of its aliases.
    size: usize,
}

#[derive(Debug)]
enum TreeValueKind<'t> {
    Scalar { text: Cow<'t, str>, plain: bool },
    List(Vec<usize>),
    Map { pairs: Vec<Pair<'t>>, by_key: Vec<usize> },
}

#[derive(Debug, Clone)]
struct Pair<'t> {
    key: Cow<'t, str>,
    key_range: Range<usize>,
    value: usize,
}

/// A value of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeNode<'a> {
    tree: &'a Tree<'a>,
    /// The id, unique among the values of its file.
    pub(super) id: usize,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct TreeEntry<'a> {
    pub(super) key: &'a str,
    /// The byte range of the key.
    pub(super) key_range: Range<usize>,
    pub(super) node: TreeNode<'a>,
}

impl TreeEntry<'_> {
    /// Returns the range from the key to the end of the value. The target of an alias is elsewhere, and is left out.
    pub(super) fn range(&self) -> Range<usize> {
        let value = self.node.range();
        match value.start >= self.key_range.end {
            true => self.key_range.start..value.end,
            false => self.key_range.clone(),
        }
    }
}

impl<'t> Tree<'t> {
    /// Returns the value of the whole file, if it holds any.
    pub(super) fn root(&self) -> Option<TreeNode<'_>> {
        self.root.map(|id| TreeNode { tree: self, id })
    }
}

impl<'a> TreeNode<'a> {
    fn what(self) -> Option<&'a TreeValueKind<'a>> {
        self.tree.values.get(self.id).map(|value| &value.what)
    }

    /// Returns the byte range of the value.
    pub(super) fn range(self) -> Range<usize> {
        self.tree.values.get(self.id).map_or(0..0, |value| value.range.clone())
    }

    /// Returns the text of a single value that is not null; a number counts as text.
    pub(super) fn text(self) -> Option<&'a str> {
        match self.what()? {
            TreeValueKind::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Returns true if the value is null or empty.
    pub(super) fn is_null(self) -> bool {
        matches!(self.what(), Some(TreeValueKind::Scalar { text, plain: true })
            if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Returns true if the value is `true`, and is not text.
    pub(super) fn is_true(self) -> bool {
        self.truth() == Some(true)
    }

    /// Returns the value of `true` or `false` that is not text.
    pub(super) fn truth(self) -> Option<bool> {
        match self.what()? {
            TreeValueKind::Scalar { text, plain: true } => match text.as_ref() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn is_map(self) -> bool {
        matches!(self.what(), Some(TreeValueKind::Map { .. }))
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self.what(), Some(TreeValueKind::List(_)))
    }

    /// Returns the kind of value, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self.what() {
            None => "nothing",
            Some(TreeValueKind::Scalar { .. }) if self.is_null() => "null",
            Some(TreeValueKind::Scalar { .. }) if self.truth().is_some() => "`true` or `false`",
            Some(TreeValueKind::Scalar { .. }) => "a single value",
            Some(TreeValueKind::List(_)) => "a list",
            Some(TreeValueKind::Map { .. }) => "an object",
        }
    }

    /// Returns the name that JSON Schema has for the type of a single value.
    pub(super) fn scalar_type(self) -> Option<&'static str> {
        match self.what()? {
            TreeValueKind::Scalar { text, plain: true } => Some(match text.as_ref() {
                _ if self.is_null() => "null",
                _ if self.truth().is_some() => "boolean",
                text if text.parse::<i64>().is_ok() => "integer",
                text if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') && text.parse::<f64>().is_ok() => {
                    "number"
                }
                _ => "string",
            }),
            TreeValueKind::Scalar { .. } => Some("string"),
            _ => None,
        }
    }

    /// Returns the items of a list; none for anything else.
    pub(super) fn items(self) -> impl Iterator<Item = TreeNode<'a>> + use<'a> {
        let items = match self.what() {
            Some(TreeValueKind::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |id| TreeNode { tree: self.tree, id: *id })
    }

    /// Returns the keys and values of a map, in the order of the file; none for anything else.
    pub(super) fn entries(self) -> impl Iterator<Item = TreeEntry<'a>> + use<'a> {
        let pairs = match self.what() {
            Some(TreeValueKind::Map { pairs, .. }) => pairs.as_slice(),
            _ => &[],
        };
        pairs.iter().map(move |pair| self.entry_of(pair))
    }

    /// Returns a key with its value.
    pub(super) fn entry(self, key: &str) -> Option<TreeEntry<'a>> {
        let Some(TreeValueKind::Map { pairs, by_key }) = self.what() else { return None };
        let pair = match pairs.len() <= FEW {
            true => pairs.iter().find(|pair| pair.key == key),
            false => {
                let at = by_key.binary_search_by(|at| pairs.get(*at).map_or("", |pair| pair.key.as_ref()).cmp(key));
                pairs.get(*by_key.get(at.ok()?)?)
            }
        };
        pair.map(|pair| self.entry_of(pair))
    }

    /// Returns the value of a key.
    pub(super) fn get(self, key: &str) -> Option<TreeNode<'a>> {
        self.entry(key).map(|entry| entry.node)
    }

    /// Returns the text of a key's value.
    pub(super) fn text_of(self, key: &str) -> Option<&'a str> {
        self.get(key)?.text()
    }

    fn entry_of(self, pair: &'a Pair<'a>) -> TreeEntry<'a> {
        TreeEntry {
            key: &pair.key,
            key_range: pair.key_range.clone(),
            node: TreeNode { tree: self.tree, id: pair.value },
        }
    }
}

#[cfg(test)]
mod tests;
