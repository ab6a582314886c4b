//! Takes out the ids of everything internal before anything is shown, so that no public text names them.

use crate::register::common::{Common, Visibility};
use crate::register::types::ValueType;
use crate::register::value::Value;
use crate::register::{Fact, Record, Register, read_label};
use crate::span::Span;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A place that names something internal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The span of the value, or of the fact or record that it belongs to.
    pub span: Span,
    /// The id as written there, without its kind.
    pub id: String,
    /// The kind of the target; `fact` for a fact.
    pub kind: &'static str,
    /// The span of the internal fact or record.
    pub internal: Span,
}

/// The ids of everything internal in each form that a text can use, with kind and span.
#[derive(Debug, Clone, Default)]
pub(super) struct Hidden(BTreeMap<String, (&'static str, Span)>);

impl Hidden {
    /// Returns a value without references to anything internal, if anything is left of it.
    pub(super) fn without<'v>(&self, value: &'v Value) -> Option<Cow<'v, Value>> {
        let is_shown = |value: &Value| !matches!(value, Value::Id(kind, id) if self.has(&format!("{kind}.{id}")));
        match value {
            Value::List(items) if !items.iter().all(is_shown) => {
                let left: Vec<Value> = items.iter().filter(|item| is_shown(item)).cloned().collect();
                (!left.is_empty()).then_some(Cow::Owned(Value::List(left)))
            }
            value => is_shown(value).then_some(Cow::Borrowed(value)),
        }
    }

    fn of(register: &Register) -> Self {
        let is_hidden = |common: &Common| common.visibility == Visibility::Internal;
        let shown = register.records.iter().filter(|record| !is_hidden(&record.common));
        // An id that another record shares is on pages anyway.
        let shown: BTreeSet<&str> = shown.map(|record| record.id.as_str()).collect();
        let mut hidden = BTreeMap::new();
        for fact in register.facts.iter().filter(|fact| is_hidden(&fact.common)) {
            hidden.insert(fact.id.clone(), ("fact", fact.span));
        }
        for record in register.records.iter().filter(|record| is_hidden(&record.common)) {
            let target = (record.kind.name, record.span);
            hidden.extend(record.fields.iter().map(|fact| (fact.id.clone(), target)));
            hidden.insert(record.full_id(), target);
            if !shown.contains(record.id.as_str()) {
                hidden.insert(record.id.clone(), target);
            }
        }
        Hidden(hidden)
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.0.contains_key(text.trim())
    }
}

/// Takes texts that name something internal out of everything that is shown.
///
/// Typed references to records, owners and hosting options stay, because the command needs them. Fields that say where
/// a program looks stay too. [`Facts::shown`](super::Facts::shown) and its like leave them out.
pub(super) fn take_out(register: &mut Register) -> (Hidden, Vec<Named>) {
    with_what_they_belong_to(register);
    let mut taker = Taker { hidden: Hidden::of(register), found: Vec::new() };
    if !taker.hidden.0.is_empty() {
        for fact in register.facts.iter_mut().filter(|fact| fact.common.visibility != Visibility::Internal) {
            taker.fact(fact);
        }
        for record in register.records.iter_mut().filter(|record| record.common.visibility != Visibility::Internal) {
            taker.record(record);
        }
    }
    (taker.hidden, taker.found)
}

/// Makes internal each table of an internal schema, and everything limited to internal hosting options alone.
fn with_what_they_belong_to(register: &mut Register) {
    let of_kind = |kind: &'static str| {
        let all = register.of_kind(kind).filter(|record| record.common.visibility == Visibility::Internal);
        all.map(|record| record.id.clone()).collect::<BTreeSet<String>>()
    };
    let (schemas, options) = (of_kind("schema"), of_kind("deployment"));
    if schemas.is_empty() && options.is_empty() {
        return;
    }
    let is_limited = |common: &Common| {
        let mut at = common.deployments.iter().peekable();
        at.peek().is_some() && at.all(|id| options.contains(&id.value))
    };
    let hide = |common: &mut Arc<Common>| Arc::make_mut(common).visibility = Visibility::Internal;
    for fact in register.facts.iter_mut().filter(|fact| is_limited(&fact.common)) {
        hide(&mut fact.common);
    }
    for record in &mut register.records {
        let schema = record.value("schema").filter(|_| record.kind.name == "table").map(Value::text);
        if schema.is_some_and(|schema| schemas.contains(&schema)) || is_limited(&record.common) {
            hide(&mut record.common);
            record.fields.iter_mut().for_each(|fact| hide(&mut fact.common));
        }
    }
}

/// Returns true for a field that says where a program looks, or what it looks for.
///
/// A file, branch or setting with the name of something internal does not refer to it.
fn is_for_programs(kind: &str, field: &str) -> bool {
    match kind {
        "schema" | "source" => true,
        "claim" => !matches!(field, "says" | "by" | "method" | "unless"),
        "table" => matches!(field, "schema" | "name" | "default" | "reviewed"),
        _ => false,
    }
}

struct Taker {
    hidden: Hidden,
    found: Vec<Named>,
}

impl Taker {
    fn record(&mut self, record: &mut Record) {
        self.common(&mut record.common, record.span);
        let above = record.full_id().len() + 1;
        for fact in &mut record.fields {
            let field = fact.id.get(above..).and_then(|rest| rest.split('.').next()).unwrap_or_default();
            if !is_for_programs(record.kind.name, field) {
                self.value(fact);
            }
            // This belongs to the record, which reports it.
            let told = self.found.len();
            self.common(&mut fact.common, fact.span);
            self.found.truncate(told);
        }
    }

    fn fact(&mut self, fact: &mut Fact) {
        self.common(&mut fact.common, fact.span);
        self.value(fact);
        if self.names(&fact.label, fact.key_span) {
            fact.label = read_label(fact.id.rsplit('.').next().unwrap_or(&fact.id));
        }
    }

    fn value(&mut self, fact: &mut Fact) {
        if let Some(value) = &mut fact.value
            && !self.keeps(value, fact.ty, fact.span)
        {
            fact.value = None;
        }
    }

    /// Takes out the parts of a value that name something internal; returns true if anything is left.
    fn keeps(&mut self, value: &mut Value, ty: ValueType, span: Span) -> bool {
        match value {
            Value::Text(_) if ty == ValueType::Category => true,
            // The choices of a kind are ours; those of a fact are the writer's.
            Value::Choice(text) if ty == ValueType::Choice(&[]) => !self.names(text, span),
            Value::Text(text) | Value::Markdown(text) => !self.names(text, span),
            Value::List(items) => {
                let of = if let ValueType::List(of) = ty { *of } else { ValueType::Text };
                items.retain_mut(|item| self.keeps(item, of, span));
                !items.is_empty()
            }
            Value::Table(entries) => {
                let of = |name: &str| match ty {
                    ValueType::Table(fields) => {
                        fields.iter().find(|field| field.name == name).map_or(ValueType::Text, |it| it.ty)
                    }
                    ValueType::Named(_, fields) => ValueType::Table(fields),
                    _ => ValueType::Text,
                };
                let is_map = ty == ValueType::Map;
                entries.retain_mut(|(name, value)| {
                    let is_named = is_map && self.names(name, span);
                    // An entry of a table is also a fact of its own, which reports it.
                    let told = self.found.len();
                    let is_kept = self.keeps(value, of(name), span);
                    self.found.truncate(told);
                    !is_named && is_kept
                });
                !entries.is_empty()
            }
            _ => true,
        }
    }

    fn common(&mut self, common: &mut Arc<Common>, span: Span) {
        let texts = [&common.source, &common.note].into_iter().flatten();
        if !texts.chain(&common.evidence).chain(&common.aliases).any(|text| self.hidden.has(text)) {
            return;
        }
        let common = Arc::make_mut(common);
        for text in [&mut common.source, &mut common.note] {
            text.take_if(|text| self.names(text, span));
        }
        common.evidence.retain(|text| !self.names(text, span));
        common.aliases.retain(|text| !self.names(text, span));
    }

    fn names(&mut self, text: &str, span: Span) -> bool {
        let text = text.trim();
        let Some((kind, internal)) = self.hidden.0.get(text).copied() else { return false };
        let id = text.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')).unwrap_or(text).to_owned();
        let named = Named { span, id, kind, internal };
        if self.found.last() != Some(&named) {
            self.found.push(named);
        }
        true
    }
}
