//! The reader of live facts: `{ live = "release", select = ".tag_name" }` instead of a value.

use super::RegisterProblem;
use super::common::Common;
use super::kinds::RecordKind;
use super::live::{LIVE, Literal, Live, LiveProperties, of_live};
use super::read::{RegisterReader, label_of};
use super::types::{Misfit, ValueType};
use super::{Fact, list, organisation};
use crate::span::{Span, Spanned};
use crate::toml_tree::{TomlKey, TomlNode, text_of};
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// The help for a list without its source.
const SOURCE: &str = "name a `[[source]]`: `records = { live = \"...\" }`";

impl RegisterReader<'_> {
    /// Reads a free fact whose value comes from a source.
    pub(super) fn live_fact(
        &mut self,
        id: &str,
        key: &TomlKey<'_>,
        table: &DeTable<'_>,
        around: LiveProperties,
    ) -> Option<Fact> {
        if let Some((twice, _)) = table.get_key_value("value") {
            let span = self.span(twice);
            self.register.problems.push(RegisterProblem::Misshapen {
                span,
                what: format!("the fact `{id}` has both a `value` and a source"),
                help: "remove its `value`, which `trustbook refresh` finds, or its `live`".to_owned(),
            });
            return None;
        }
        let LiveProperties { label, ty, choices, common } = around;
        let ty = ty.or_else(|| organisation::type_of(id));
        if matches!(ty, Some(ValueType::Choice(_))) && choices.is_empty() {
            let span = self.span(key);
            self.register.problems.push(RegisterProblem::Misshapen {
                span,
                what: format!("the fact `{id}` does not say which words it can take"),
                help: "list them: `choices = [\"yes\", \"no\"]`".to_owned(),
            });
        }
        self.live(id, label, ty, choices, (key, table), Arc::new(common))
    }

    /// Reads a field of a record whose value comes from a source.
    pub(super) fn live_field(
        &mut self,
        id: &str,
        ty: ValueType,
        key: &TomlKey<'_>,
        table: &DeTable<'_>,
        common: &Common,
    ) -> Option<Fact> {
        self.live(id, None, Some(ty), Vec::new(), (key, table), Arc::new(of_live(common)))
    }

    /// Reads `records = { live = "list", map = { name = "company" } }`, which stands for records of a kind.
    pub(super) fn live_list(
        &mut self,
        kind: &'static RecordKind,
        (key, node): (&TomlKey<'_>, &TomlNode<'_>),
        given: Vec<(String, Literal)>,
        common: &Common,
    ) {
        let DeValue::Table(table) = node.get_ref() else {
            let help = Some(SOURCE.to_owned());
            return self.misfit(node, list::RECORDS, Misfit { why: "is not a table".to_owned(), help, at: None });
        };
        let known = || [LIVE, "select", "map"].into_iter();
        for (key, _) in table.iter().filter(|(key, _)| !known().any(|known| known == key.get_ref())) {
            self.unknown(key, format!("the list of `{}`", kind.name), known().collect());
        }
        let columns = table.get("map").map_or_else(Vec::new, |node| self.columns(kind, node));
        let id = format!("{}.{}", kind.name, list::RECORDS);
        let wrong = match (table.contains_key(LIVE), kind.id_fields()) {
            (false, _) => Some((format!("the list of `{}` does not name its source", kind.name), SOURCE)),
            (true, []) => None,
            (true, _) => {
                Some((format!("records of `{}` cannot come from a source", kind.name), "write each by itself"))
            }
        };
        if let Some((what, help)) = wrong {
            let (span, help) = (self.span(key), help.to_owned());
            return self.register.problems.push(RegisterProblem::Misshapen { span, what, help });
        }
        // What is wrong with the values is reported by now.
        let Some(fact) = self.live(&id, None, None, Vec::new(), (key, table), Arc::new(of_live(common))) else {
            return;
        };
        let live = fact.live.map(|live| Arc::new(Live { columns, ..Arc::unwrap_or_clone(live) }));
        if self.is_new(&id, fact.key_span) {
            self.register.lists.push(list::LiveList { kind, given, fact: Fact { live, ..fact } });
        }
    }

    /// Reads the keys of a source by the fields that they give.
    fn columns(&mut self, kind: &'static RecordKind, node: &TomlNode<'_>) -> Vec<(String, String)> {
        let DeValue::Table(table) = node.get_ref() else {
            let help = Some("write `{ name = \"company\" }`: a field, and its key in the source".to_owned());
            self.misfit(node, "map", Misfit { why: "is not a table".to_owned(), help, at: None });
            return Vec::new();
        };
        let mut columns = Vec::new();
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if name != "id" && kind.field(name).is_none() {
                let known = kind.fields.iter().map(|field| field.name).chain(["id"]).collect();
                self.unknown(key, "`map`".to_owned(), known);
            } else if let Some(column) = self.live_text(table, name) {
                columns.push((name.to_owned(), column.value));
            }
        }
        columns.sort();
        columns
    }

    fn live(
        &mut self,
        id: &str,
        label: Option<String>,
        ty: Option<ValueType>,
        choices: Vec<String>,
        (key, table): (&TomlKey<'_>, &DeTable<'_>),
        common: Arc<Common>,
    ) -> Option<Fact> {
        let source = self.live_text(table, LIVE)?;
        let select = if table.contains_key("select") { Some(self.live_text(table, "select")?) } else { None };
        let entries = self.entries(table);
        let key_span = self.span(key);
        let end = entries.iter().map(|span| span.end).max().unwrap_or(key_span.end).max(key_span.end);
        let live = Live { span: source.span, source, select, ty, choices, columns: Vec::new() };
        Some(Fact {
            id: id.to_owned(),
            label: label.unwrap_or_else(|| label_of(id.rsplit('.').next().unwrap_or(id))),
            ty: ty.unwrap_or(ValueType::Text),
            value: None,
            span: Span { end, ..key_span },
            key_span,
            entries,
            common,
            live: Some(Arc::new(live)),
        })
    }

    fn live_text(&mut self, table: &DeTable<'_>, name: &str) -> Option<Spanned<String>> {
        let node = table.get(name)?;
        match text_of(node).filter(|text| !text.trim().is_empty()) {
            Some(text) => Some(Spanned { value: text.to_owned(), span: self.span(node) }),
            None => {
                let help = match name {
                    LIVE => "write the id of a `[[source]]`",
                    _ => "write an expression of jq, such as `\".tag_name\"`, or remove it",
                };
                let misfit =
                    Misfit { why: "is not text, or is empty".to_owned(), help: Some(help.to_owned()), at: None };
                self.misfit(node, name, misfit);
                None
            }
        }
    }
}
