//! Texts that the register gives in several languages: `{ en = "Encryption", de = "Verschlüsselung" }`.

use super::types::{Misfit, ValueType};
use super::value::Value;
use super::{Fact, Register, RegisterProblem};
use crate::config::is_language_tag;
use crate::span::{Span, Spanned};
use crate::suggest::{listed, nearest};
use crate::toml_tree::TomlNode;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use toml::de::DeValue;

/// A text in several languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The id of the fact or field, followed by `#label` or `#note` for what is beside its value.
    pub(super) place: String,
    /// The span of the table.
    pub(super) span: Span,
    /// The text in each language, by its tag.
    pub(super) said: Vec<(Spanned<String>, Value)>,
}

/// The parts of a fact, besides its value, that can be in several languages.
pub(super) const LABEL: &str = "#label";
pub(super) const NOTE: &str = "#note";

/// Returns true if a value is a table of languages.
pub(super) fn is_texts(node: &TomlNode<'_>) -> bool {
    matches!(node.get_ref(), DeValue::Table(table) if table.keys().any(|key| is_language_tag(key.get_ref())))
}

/// Returns true for types whose values are sentences or words of the vendor.
pub(super) fn is_translated(ty: ValueType) -> bool {
    match ty {
        ValueType::Text | ValueType::Markdown => true,
        ValueType::List(item) | ValueType::OneOrMore(item) => is_translated(*item),
        _ => false,
    }
}

impl Register {
    /// Returns the texts in several languages, by the id of their fact or field.
    pub(crate) fn translated(&self) -> BTreeMap<&str, Vec<&Value>> {
        let texts = self.texts.iter();
        texts.map(|text| (text.place.as_str(), text.said.iter().map(|(_, value)| value).collect())).collect()
    }

    /// Returns the texts in other languages than that of the book, each with the id of its fact, field or record.
    pub(crate) fn in_others<'r>(&'r self, own: &'r str) -> impl Iterator<Item = (&'r str, Span, &'r Value)> {
        let of = move |text: &'r Text| {
            let id = text.place.split('#').next().unwrap_or_default();
            let others = text.said.iter().filter(move |(tag, _)| !tag.value.eq_ignore_ascii_case(own));
            others.map(move |(tag, value)| (id, tag.span, value))
        };
        self.texts.iter().flat_map(of)
    }

    /// Puts the texts of a language in their places, and returns them. A text that the language lacks stays.
    pub(crate) fn speak(&mut self, language: &str) -> BTreeSet<String> {
        let in_it = |text: &Text| {
            let (_, value) = text.said.iter().find(|(tag, _)| tag.value.eq_ignore_ascii_case(language))?;
            Some((text.place.clone(), value.clone()))
        };
        let texts: BTreeMap<String, Value> = self.texts.iter().filter_map(in_it).collect();
        if !texts.is_empty() {
            let set_note = |id: &str, common: &mut Arc<_>| {
                if let Some(note) = texts.get(&format!("{id}{NOTE}")) {
                    Arc::<super::Common>::make_mut(common).note = Some(note.text());
                }
            };
            let set = |fact: &mut Fact| {
                if let Some(value) = texts.get(&fact.id).filter(|_| fact.value.is_some()) {
                    fact.value = Some(value.clone());
                }
                if let Some(label) = texts.get(&format!("{}{LABEL}", fact.id)) {
                    fact.label = label.text();
                }
            };
            for fact in &mut self.facts {
                set(fact);
                set_note(&fact.id, &mut fact.common);
            }
            for record in &mut self.records {
                let id = record.full_id();
                set_note(&id, &mut record.common);
                record.fields.iter_mut().for_each(set);
            }
        }
        let items = texts.into_values().flat_map(|value| match value {
            Value::List(items) => items,
            one => vec![one],
        });
        items.map(|value| value.text()).collect()
    }

    /// Adds a problem for each text without the language of the book, and for each language that the book is not in.
    pub(crate) fn check_languages(&mut self, own: &str, others: &[&str]) {
        let all = || std::iter::once(own).chain(others.iter().copied());
        for Text { place, span, said } in &self.texts {
            let id = place.split('#').next().unwrap_or(place).to_owned();
            for (tag, _) in said.iter().filter(|(tag, _)| !all().any(|known| tag.value.eq_ignore_ascii_case(known))) {
                self.problems.push(RegisterProblem::Misshapen {
                    span: tag.span,
                    what: format!("`{}` is not a language of the book", tag.value),
                    help: match nearest(&tag.value, all()).filter(|_| !is_language_tag(&tag.value)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!(
                            "add the outline `{0}/SUMMARY.md` below the folder of chapters, or remove the text: the book \
                             is in {1}",
                            tag.value,
                            listed(all())
                        ),
                    },
                });
            }
            if !said.iter().any(|(tag, _)| tag.value.eq_ignore_ascii_case(own)) {
                let why = format!("has no text in `{own}`, the language of the book");
                let help = Some(format!("add `{own} = \"...\"`: it is shown where a translation is missing"));
                self.problems.push(RegisterProblem::WrongType {
                    span: *span,
                    id,
                    misfit: Misfit { why, help, at: None },
                });
            }
        }
        // Without `value`, each language is a fact of its own.
        let ids: BTreeSet<&str> = self.facts.iter().map(|fact| fact.id.as_str()).collect();
        let apart = self.facts.iter().filter_map(|fact| {
            let (name, _) = fact.id.rsplit_once('.').filter(|(name, tag)| name.contains('.') && *tag == own)?;
            let other = others.iter().find(|other| ids.contains(format!("{name}.{other}").as_str()))?;
            Some(RegisterProblem::Misshapen {
                span: fact.key_span,
                what: format!("`{name}` gives a text by language without `value`"),
                help: format!("write `value = {{ {own} = \"...\", {other} = \"...\" }}`"),
            })
        });
        let apart: Vec<RegisterProblem> = apart.collect();
        self.problems.extend(apart);
    }
}
