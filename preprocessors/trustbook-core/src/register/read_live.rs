//! The reader of live facts: `{ live = "release", select = ".tag_name" }` instead of a value.

use super::RegisterProblem;
use super::common::Common;
use super::live::{LIVE, Live, LiveProperties, of_live};
use super::read::{RegisterReader, label_of};
use super::types::{Misfit, ValueType};
use super::{Fact, organisation};
use crate::span::{Span, Spanned};
use crate::toml_tree::{TomlKey, text_of};
use std::sync::Arc;
use toml::de::DeTable;

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
        let live = Live { span: source.span, source, select, ty, choices };
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
