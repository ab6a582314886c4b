//! The reader of texts that a fact or record gives in several languages.

use super::read::RegisterReader;
use super::texts::{Text, is_texts, is_translated};
use super::types::ValueType;
use super::value::Value;
use crate::span::Spanned;
use crate::toml_tree::TomlNode;
use toml::de::DeValue;

impl RegisterReader<'_> {
    /// Reads a text in several languages, and returns the first for now; `None` for a value that is not such a table.
    pub(super) fn texts(&mut self, place: &str, ty: ValueType, node: &TomlNode<'_>) -> Option<Option<Value>> {
        let DeValue::Table(table) = node.get_ref() else { return None };
        if !is_translated(ty) || !is_texts(node) {
            return None;
        }
        let (mut said, span) = (Vec::new(), self.span(node));
        for (tag, node) in table {
            match ty.read(node) {
                Ok(value) => {
                    said.push((Spanned { value: tag.get_ref().to_string(), span: self.span(tag) }, value));
                }
                Err(misfit) => self.misfit(node, place.split('#').next().unwrap_or(place), misfit),
            }
        }
        let first = said.first().map(|(_, value)| value.clone());
        self.register.texts.push(Text { place: place.to_owned(), span, said });
        Some(first)
    }
}
