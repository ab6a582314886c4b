//! The reader of records: their id, their common part, their fields, and tables inside fields.

use super::common::{self, Common};
use super::kinds::RecordKind;
use super::live::{Literal, is_live, of_live};
use super::read::{RegisterReader, is_name, label_of};
use super::source;
use super::types::{Misfit, ValueType};
use super::value::Value;
use super::{Fact, Record, RegisterProblem, list};
use crate::span::Spanned;
use crate::suggest::{listed, nearest};
use crate::toml_tree::{TomlKey, TomlNode, text_of};
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

impl RegisterReader<'_> {
    pub(super) fn record(
        &mut self,
        kind: &'static RecordKind,
        key: &TomlKey<'_>,
        node: &TomlNode<'_>,
        defaults: &Arc<Common>,
    ) {
        let DeValue::Table(table) = node.get_ref() else {
            let help = Some(format!("write `[[{}]]` with an `id`", kind.name));
            self.misfit(node, kind.name, Misfit { why: "is not a table".to_owned(), help, at: None });
            return;
        };
        if let Some(list) = table.get_key_value(list::RECORDS) {
            let (given, common) = self.beside_list(kind, table, defaults);
            return self.live_list(kind, list, given, &common);
        }
        let (id, id_node) = match self.id_of(kind, table, node) {
            Ok(found) => found,
            Err(problem) => return self.register.problems.push(problem),
        };
        let full = format!("{}.{id}", kind.name);
        let common = self.record_common(&full, kind, table, defaults);
        let mut fields = Vec::new();
        for (key, node) in table {
            let Some(field) = kind.field(key.get_ref()) else {
                continue;
            };
            let field_id = format!("{full}.{}", field.name);
            if let (false, DeValue::Table(live), true) = (field.ty.is_table(), node.get_ref(), is_live(node)) {
                fields.extend(self.live_field(&field_id, field.ty, key, live, &common));
                continue;
            }
            let fact = match (field.ty, node.get_ref()) {
                (ValueType::Named(..), DeValue::Table(named)) => self.named(&field_id, field.ty, key, named, &common),
                _ => self.fact(field_id, None, field.ty, key, node, Arc::clone(&common)),
            };
            self.nested(&fact, node, &mut fields);
            fields.push(fact);
        }
        let record = Record {
            kind,
            span: id_node.map_or_else(|| self.span(key), |node| self.span(node)),
            id,
            entries: self.entries(table),
            fields,
            common,
        };
        if self.is_new(&full, record.span) {
            self.register.records.push(record);
        }
    }

    /// Reads what is beside a list of records and holds for all of them: fields, and the common part.
    fn beside_list(
        &mut self,
        kind: &'static RecordKind,
        table: &DeTable<'_>,
        defaults: &Arc<Common>,
    ) -> (Vec<(String, Literal)>, Common) {
        let (mut given, mut common) = (Vec::new(), Common::clone(defaults));
        for (key, node) in table {
            match key.get_ref().as_ref() {
                list::RECORDS => {}
                name if common::KEYS.contains(&name) => self.set_common(&mut common, name, node),
                name if kind.field(name).is_some_and(|field| !field.ty.is_table()) => match Literal::of_node(node) {
                    Some(value) => given.push((name.to_owned(), value)),
                    None => {
                        let why = "cannot be given to all records of a list".to_owned();
                        let help = Some("write text, a number, a day, true or false, or a list of these".to_owned());
                        self.misfit(node, name, Misfit { why, help, at: None });
                    }
                },
                _ => {
                    let own = kind.fields.iter().filter(|field| !field.ty.is_table()).map(|field| field.name);
                    let known = own.chain(common::KEYS.iter().copied()).chain([list::RECORDS]).collect();
                    self.unknown(key, format!("the list of `{}`", kind.name), known);
                }
            }
        }
        (given, common)
    }

    /// Returns the id of a record, and the node to point at.
    fn id_of<'n>(
        &self,
        kind: &RecordKind,
        table: &'n DeTable<'_>,
        node: &TomlNode<'_>,
    ) -> Result<(String, Option<&'n TomlNode<'n>>), RegisterProblem> {
        let fields = kind.id_fields();
        let node_of = |name: &str| table.get(name);
        if fields.is_empty() {
            let id_node = node_of("id");
            return match id_node.and_then(text_of) {
                Some(id) if is_name(id) => Ok((id.to_owned(), id_node)),
                Some(id) if !id.is_empty() => Err(RegisterProblem::Misshapen {
                    span: id_node.map_or_else(|| self.span(node), |node| self.span(node)),
                    what: format!("`{id}` is not an id"),
                    help: "write it with the letters `a` to `z`, digits, `_` and `-` alone".to_owned(),
                }),
                _ => Err(RegisterProblem::Misshapen {
                    span: id_node.map_or_else(|| self.span(node), |node| self.span(node)),
                    what: format!("a `[[{}]]` has no `id`, by which pages name it", kind.name),
                    help: "write `id = \"...\"` with letters, digits, `_` and `-`".to_owned(),
                }),
            };
        }
        let mut parts = Vec::new();
        for name in fields {
            match node_of(name).and_then(text_of).filter(|text| !text.trim().is_empty()) {
                Some(text) => parts.push(text),
                None => {
                    return Err(RegisterProblem::Misshapen {
                        span: node_of(name).map_or_else(|| self.span(node), |node| self.span(node)),
                        what: format!("a `[[{}]]` has no `{name}`, which identifies it", kind.name),
                        help: format!("write {}", listed(fields.iter().copied())),
                    });
                }
            }
        }
        Ok((parts.join("."), fields.last().and_then(|name| node_of(name))))
    }

    /// Reads a table whose keys the writer chooses. A wrong entry is reported, and the others are kept.
    fn named(&mut self, id: &str, ty: ValueType, key: &TomlKey<'_>, table: &DeTable<'_>, common: &Arc<Common>) -> Fact {
        let mut read = Vec::new();
        for (name, node) in table {
            let entry = match ty.read(node) {
                Ok(value) => value,
                Err(misfit) => {
                    self.misfit(node, &format!("{id}.{}", name.get_ref()), misfit);
                    Value::Table(Vec::new())
                }
            };
            read.push((name.get_ref().to_string(), entry));
        }
        let (span, label) = (self.span(key), label_of(id.rsplit('.').next().unwrap_or(id)));
        let value = Some(Value::Table(read));
        let (id, common) = (id.to_owned(), Arc::clone(common));
        Fact { id, label, ty, value, span, key_span: span, entries: Vec::new(), common, live: None }
    }

    fn record_common(
        &mut self,
        full: &str,
        kind: &'static RecordKind,
        table: &DeTable<'_>,
        defaults: &Arc<Common>,
    ) -> Arc<Common> {
        // A source is read again, and neither stated nor reviewed.
        let mut common = if kind.name == source::KIND { of_live(defaults) } else { Common::clone(defaults) };
        for (key, node) in table {
            match key.get_ref().as_ref() {
                "id" if kind.id_fields().is_empty() => {}
                name if common::KEYS.contains(&name) => self.set_common_of(full, &mut common, name, node),
                name if kind.field(name).is_some() => {}
                _ => {
                    let own = kind.fields.iter().map(|field| field.name);
                    let known = own.chain(common::KEYS.iter().copied()).collect();
                    self.unknown(key, format!("`{full}`"), known);
                }
            }
        }
        // A record with a last day of its own, such as a certificate, expires after it.
        if let (None, Some(expires), Some(_)) = (&common.valid_until, table.get("expires"), kind.field("expires"))
            && let Some(value) = match ValueType::DateOrTerm.read(expires) {
                Ok(Value::Date(day)) => Some(day),
                Ok(Value::Term(term)) => term.last(),
                _ => None,
            }
        {
            common.valid_until = Some(Spanned { value, span: self.span(expires) });
        }
        for name in &common.not_stated {
            if kind.field(&name.value).is_none() {
                let known: Vec<&'static str> = kind.fields.iter().map(|field| field.name).collect();
                self.register.problems.push(RegisterProblem::UnknownField {
                    span: name.span,
                    name: name.value.clone(),
                    within: format!("`{full}`"),
                    nearest: nearest(&name.value, known.iter().copied()).map(str::to_owned),
                    known,
                });
            }
        }
        Arc::new(common)
    }

    /// Adds the entries of a table field as facts: `region.us-west.codes.aws`.
    fn nested(&mut self, fact: &Fact, node: &TomlNode<'_>, fields: &mut Vec<Fact>) {
        let (Some(Value::Table(entries)), DeValue::Table(table)) = (&fact.value, node.get_ref()) else {
            return;
        };
        for ((name, value), (key, node)) in entries.iter().zip(table) {
            let ty = match fact.ty {
                ValueType::Table(known) => {
                    known.iter().find(|field| field.name == name).map_or(ValueType::Text, |field| field.ty)
                }
                ValueType::Named(_, known) => ValueType::Table(known),
                _ => ValueType::Text,
            };
            let entry = Fact {
                id: format!("{}.{name}", fact.id),
                label: label_of(name),
                ty,
                value: Some(value.clone()),
                span: self.span(node),
                key_span: self.span(key),
                entries: Vec::new(),
                common: Arc::clone(&fact.common),
                live: None,
            };
            if let ValueType::Table(_) = ty {
                self.nested(&entry, node, fields);
            }
            fields.push(entry);
        }
    }
}
