//! The targets of `$ref`.

use super::super::tree::{TreeNode, short};
use super::{MAX_DEPTH, Objects};

/// The longest reference, in bytes.
const MAX_REFERENCE: usize = 2000;

/// The target of a reference.
#[derive(Debug, Clone)]
pub(in crate::schema) enum ReferenceTarget<'a> {
    /// A named definition in this file.
    Named(TreeNode<'a>, String),
    /// A part of this file without a name, with the last word of the path to it.
    Inner(TreeNode<'a>, String),
    /// Something in another file, by name.
    Elsewhere(String),
}

impl ReferenceTarget<'_> {
    /// Returns the name of the target.
    pub(in crate::schema) fn name(&self) -> &str {
        let (ReferenceTarget::Named(_, name) | ReferenceTarget::Inner(_, name) | ReferenceTarget::Elsewhere(name)) =
            self;
        name
    }
}

impl<'a> Objects<'a, '_, '_> {
    /// Returns the target of a reference in `from`; reports a reference that leads to nothing.
    pub(in crate::schema) fn target(&mut self, reference: &str, from: TreeNode<'a>) -> Option<ReferenceTarget<'a>> {
        if reference.len() > MAX_REFERENCE {
            let what = format!("the reference `{}` is longer than {MAX_REFERENCE} bytes", short(reference));
            self.tell(from.range().start, &from.range(), what, "refer to a definition");
            return None;
        }
        let Some(pointer) = reference.strip_prefix('#') else {
            return Some(ReferenceTarget::Elsewhere(last_word(reference)));
        };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            // An anchor: only its name is known.
            return Some(ReferenceTarget::Elsewhere(super::word(pointer)));
        }
        match self.at(pointer) {
            Some(node) => Some(match self.names.get(&node.id) {
                Some(name) => ReferenceTarget::Named(node, name.clone()),
                None => ReferenceTarget::Inner(node, last_word(reference)),
            }),
            None => {
                let what = format!("the reference `{}` has no target", short(reference));
                self.tell(from.range().start, &from.range(), what, "refer to a definition of this file, or of another");
                None
            }
        }
    }

    /// Follows references until a node is not one; reports a circle.
    pub(in crate::schema) fn followed(&mut self, node: TreeNode<'a>) -> Option<TreeNode<'a>> {
        let mut node = node;
        for _ in 0..MAX_DEPTH {
            let Some(reference) = node.text_of("$ref") else { return Some(node) };
            match self.target(reference, node)? {
                ReferenceTarget::Named(next, _) | ReferenceTarget::Inner(next, _) => node = next,
                ReferenceTarget::Elsewhere(_) => return None,
            }
        }
        let what = "references form a cycle".to_owned();
        self.tell(node.range().start, &node.range(), what, "write out what one of them stands for");
        None
    }

    /// Returns the value at a JSON pointer (RFC 6901).
    fn at(&self, pointer: &str) -> Option<TreeNode<'a>> {
        let mut node = self.root;
        for part in pointer.split('/').skip(1) {
            let part = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
            let part = part.replace("~1", "/").replace("~0", "~");
            node = match node.is_list() {
                true => node.items().nth(part.parse().ok()?)?,
                false => node.get(&part)?,
            };
        }
        Some(node)
    }
}

/// Returns the name at the end of an address: of its pointer, or of its file.
pub(in crate::schema) fn last_word(address: &str) -> String {
    let (file, pointer) = address.split_once('#').unwrap_or((address, ""));
    let pointer = pointer.trim_end_matches('/');
    let way = if pointer.is_empty() { file.split('?').next().unwrap_or(file) } else { pointer };
    let word = way.trim_end_matches('/').rsplit('/').next().unwrap_or(way);
    let word = percent_encoding::percent_decode_str(word).decode_utf8_lossy().replace("~1", "/").replace("~0", "~");
    let endings = [".json", ".yaml", ".yml", ".schema"];
    let word = endings.iter().fold(word.as_str(), |word, ending| word.strip_suffix(ending).unwrap_or(word));
    super::word(word)
}
