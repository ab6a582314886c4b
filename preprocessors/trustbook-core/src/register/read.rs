//! The reader of the register, which reports every mistake of every file in one pass.

use super::common::{self, Common};
use super::kinds;
use super::limit;
use super::live::{self, LIVE, LiveProperties};
use super::organisation;
use super::texts::{LABEL, NOTE, is_texts};
use super::types::{Misfit, ValueType, type_names};
use super::value::Value;
use super::{Fact, Register, RegisterProblem};
use crate::span::{FileId, SourceMap, Span};
use crate::suggest::{nearest, slip};
use crate::toml_tree::{self, TomlKey, TomlNode, kind_of, span_of, text_of};
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// The keys of a fact's long form, without the common part.
const ENVELOPE: &[&str] = &["choices", "label", "live", "select", "type", "value"];

/// Reads `facts/**/*.toml` into a register. Mistakes become problems of the register.
pub fn read(world: &dyn World, map: &mut SourceMap) -> Register {
    let mut register = Register::default();
    let (mut seen, mut parents) = (BTreeMap::new(), BTreeSet::new());
    let entries = world.list("facts").unwrap_or_else(|error| {
        let error = toml_tree::TextError::Read(error);
        register.problems.push(RegisterProblem::Unreadable { path: "facts".to_owned(), error });
        Vec::new()
    });
    let other = entries.iter().filter(|entry| super::is_like_register(&entry.path));
    register.problems.extend(other.map(|entry| RegisterProblem::NotRead { path: entry.path.clone() }));
    for entry in entries.iter().filter(|entry| entry.path.ends_with(".toml")) {
        match toml_tree::read_text(world, &entry.path) {
            Ok(text) if text.len() > limit::MAX_TEXT => register.problems.push(limit::too_large(&entry.path)),
            Ok(text) => {
                let file = map.add(&entry.path, text.as_str());
                RegisterReader::of(&mut register, &mut seen, &mut parents, file).file(&text);
                if !limit::has_room(&mut register, &entry.path) {
                    break;
                }
            }
            Err(error) => register.problems.push(RegisterProblem::Unreadable { path: entry.path.clone(), error }),
        }
    }
    register
}

pub(super) struct RegisterReader<'r> {
    pub(super) register: &'r mut Register,
    /// The span at which each id was first given.
    seen: &'r mut BTreeMap<String, Span>,
    /// The facts already reported for having other facts below them.
    parents: &'r mut BTreeSet<String>,
    file: FileId,
}

/// The table that gives the common part of all facts and records of a file.
const DEFAULTS: &str = "defaults";

impl<'r> RegisterReader<'r> {
    pub(super) fn of(
        register: &'r mut Register,
        seen: &'r mut BTreeMap<String, Span>,
        parents: &'r mut BTreeSet<String>,
        file: FileId,
    ) -> Self {
        RegisterReader { register, seen, parents, file }
    }
}

impl RegisterReader<'_> {
    fn defaults(&mut self, node: &TomlNode<'_>, defaults: &mut Common) {
        let DeValue::Table(table) = node.get_ref() else {
            self.misfit(
                node,
                "defaults",
                Misfit { why: "is not a table".to_owned(), help: Some("write `[defaults]`".to_owned()), at: None },
            );
            return;
        };
        for (key, node) in table {
            match key.get_ref().as_ref() {
                name if common::NO_DEFAULT.contains(&name) => {
                    let span = self.span(key);
                    self.register.problems.push(RegisterProblem::Misshapen {
                        span,
                        what: format!("`{name}` cannot be a default"),
                        help: match name {
                            "verified" => {
                                "a file is not verified as a whole: write it beside each fact that was reviewed"
                                    .to_owned()
                            }
                            _ => format!("write `{name}` beside the fact that it belongs to"),
                        },
                    });
                }
                name if common::KEYS.contains(&name) => self.set_common(defaults, name, node),
                _ => self.unknown(key, "`[defaults]`".to_owned(), common::KEYS.to_vec()),
            }
        }
    }

    pub(super) fn file(&mut self, text: &str) {
        let file = self.file;
        let (tree, errors) = toml_tree::parse(file, text);
        if !errors.is_empty() {
            self.register.broken.push(file);
        }
        self.register.problems.extend(errors.into_iter().map(RegisterProblem::Syntax));
        let mut defaults = Common::default();
        let misnamed = misnamed_defaults(&tree);
        for (key, node) in &tree {
            let is_misnamed = misnamed == Some(key.get_ref().as_ref());
            if is_misnamed {
                let (span, what) = (self.span(key), format!("`[{}]` is not read", key.get_ref()));
                self.register.problems.push(match tree.contains_key(DEFAULTS) {
                    false => RegisterProblem::Misnamed { span, what, near: DEFAULTS },
                    true => {
                        let help = "move its keys to the `[defaults]` of this file".to_owned();
                        RegisterProblem::Misshapen { span, what, help }
                    }
                });
            }
            if is_misnamed || key.get_ref() == DEFAULTS {
                self.defaults(node, &mut defaults);
            }
        }
        let defaults = Arc::new(defaults);
        for (key, node) in &tree {
            match (key.get_ref().as_ref(), node.get_ref()) {
                (name, _) if name == DEFAULTS || misnamed == Some(name) => {}
                ("page", _) => self.register.problems.push(RegisterProblem::Misshapen {
                    span: span_of(file, key),
                    what: "`page` is reserved for what a page knows of itself".to_owned(),
                    help: "give the table another name".to_owned(),
                }),
                (name, DeValue::Array(items))
                    if items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))) =>
                {
                    match kinds::find(name) {
                        Some(kind) => items.iter().for_each(|item| self.record(kind, key, item, &defaults)),
                        None => self.unknown_kind(key),
                    }
                }
                (name, _) if kinds::find(name).is_some() => self.register.problems.push(RegisterProblem::Misshapen {
                    span: span_of(file, key),
                    what: match node.get_ref() {
                        DeValue::Table(_) => format!("`{name}` is a kind of record, but this is a plain table"),
                        other => format!("`{name}` is a kind of record, but this is {}", kind_of(other)),
                    },
                    help: format!("write `[[{name}]]` with an `id`"),
                }),
                (name, _) => self.fact_or_group(name, key, node, &defaults),
            }
        }
    }

    fn unknown_kind(&mut self, key: &TomlKey<'_>) {
        let names = || kinds::KINDS.iter().map(|kind| kind.name);
        let (name, span) = (key.get_ref(), self.span(key));
        let what = format!("unknown kind of record `{name}`");
        self.register.problems.push(match nearest(name, names()) {
            Some(near) => RegisterProblem::Misnamed { span, what, near },
            None => {
                let help = format!("the kinds are {}", crate::suggest::listed(names()));
                RegisterProblem::Misshapen { span, what, help }
            }
        });
    }

    /// Reads a free fact in its short or long form, or a table of free facts.
    fn fact_or_group(&mut self, id: &str, key: &TomlKey<'_>, node: &TomlNode<'_>, defaults: &Arc<Common>) {
        let name = key.get_ref();
        if !is_name(name) {
            let span = self.span(key);
            self.register.problems.push(RegisterProblem::Misshapen {
                span,
                what: format!("`{name}` cannot be part of an id"),
                help: "use letters, digits, `_` and `-`".to_owned(),
            });
            return;
        }
        match node.get_ref() {
            DeValue::Table(table) if table.contains_key("value") || live::looks_like_envelope(table, ENVELOPE) => {
                self.long_form(id, key, table, defaults);
            }
            DeValue::Table(table) => {
                for (key, node) in table {
                    self.fact_or_group(&format!("{id}.{}", key.get_ref()), key, node, defaults);
                }
            }
            _ => {
                let ty = organisation::type_of(id).or_else(|| ValueType::obvious(node)).unwrap_or(ValueType::Text);
                let fact = self.fact(id.to_owned(), None, ty, key, node, Arc::clone(defaults));
                self.keep(fact);
            }
        }
    }

    fn long_form(&mut self, id: &str, key: &TomlKey<'_>, table: &DeTable<'_>, defaults: &Arc<Common>) {
        let is_live = table.contains_key(LIVE);
        let mut common = if is_live { live::of_live(defaults) } else { Common::clone(defaults) };
        let (mut value, mut ty, mut label, mut choices) = (None, None, None, None);
        for (key, node) in table {
            match key.get_ref().as_ref() {
                "value" => value = Some(node),
                "type" => ty = self.named_type(node),
                "label" => match self.texts(&format!("{id}{LABEL}"), ValueType::Text, node) {
                    Some(text) => label = text.map(|text| text.text()),
                    None => match ValueType::Text.read(node) {
                        Ok(text) => label = Some(text.text()),
                        Err(misfit) => self.misfit(node, "label", misfit),
                    },
                },
                "choices" => choices = Some(node),
                LIVE => {}
                "select" if is_live => {}
                "select" => {
                    let span = self.span(key);
                    self.register.problems.push(RegisterProblem::Misshapen {
                        span,
                        what: format!("the fact `{id}` has a `select`, but no source to select from"),
                        help: "name the source: `live = \"...\"`, or remove the `select`".to_owned(),
                    });
                }
                name if common::KEYS.contains(&name) => self.set_common_of(id, &mut common, name, node),
                _ => {
                    let known = ENVELOPE.iter().chain(common::KEYS).copied().collect();
                    self.unknown(key, format!("the fact `{id}`"), known);
                }
            }
        }
        if is_live {
            let choices = words_of(choices).into_iter().map(str::to_owned).collect();
            if let Some(fact) = self.live_fact(id, key, table, LiveProperties { label, ty, choices, common }) {
                self.keep(fact);
            }
            return;
        }
        let Some(node) = value else {
            let span = self.span(key);
            self.register.problems.push(RegisterProblem::Misshapen {
                span,
                what: format!("the fact `{id}` has no `value`"),
                help: "write its `value`, or remove the fact".to_owned(),
            });
            return;
        };
        let common = Arc::new(common);
        let mut fact = match (ty, choices) {
            (Some(ValueType::Choice(_)), choices) => self.choice(id, label, key, node, choices, common),
            (ty, _) => {
                let Some(ty) = ty
                    .or_else(|| organisation::type_of(id))
                    .or_else(|| ValueType::obvious(node).or(is_texts(node).then_some(ValueType::Text)))
                else {
                    let help = Some("write text, a number, a date or a list of these".to_owned());
                    self.misfit(node, id, Misfit { why: "is a table".to_owned(), help, at: None });
                    return;
                };
                self.fact(id.to_owned(), label, ty, key, node, common)
            }
        };
        fact.entries = self.entries(table);
        self.keep(fact);
    }

    fn named_type(&mut self, node: &TomlNode<'_>) -> Option<ValueType> {
        let ty = text_of(node).and_then(ValueType::parse);
        if ty.is_none() {
            let names: Vec<_> = type_names().collect();
            let near = text_of(node).and_then(|text| nearest(text, names.iter().copied()));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the types are {}, and `list of` any of them", crate::suggest::listed(names)),
            };
            self.misfit(
                node,
                "type",
                Misfit { why: "is not the name of a type".to_owned(), help: Some(help), at: None },
            );
        }
        ty
    }

    /// Reads a free fact of type choice, which lists its own words.
    fn choice(
        &mut self,
        id: &str,
        label: Option<String>,
        key: &TomlKey<'_>,
        node: &TomlNode<'_>,
        choices: Option<&TomlNode<'_>>,
        common: Arc<Common>,
    ) -> Fact {
        let words = words_of(choices);
        let text = text_of(node).unwrap_or_default();
        let mut fact = self.fact(id.to_owned(), label, ValueType::Text, key, node, common);
        fact.ty = ValueType::Choice(&[]);
        if fact.value.is_some() && !words.contains(&text) {
            let help = match words.is_empty() {
                true => "list the words it can take: `choices = [\"yes\", \"no\"]`".to_owned(),
                false => format!("write {}", crate::suggest::listed(words.iter().copied()).replace(" and ", " or ")),
            };
            self.misfit(node, id, Misfit { why: "is not one of its `choices`".to_owned(), help: Some(help), at: None });
            fact.value = None;
        } else {
            fact.value = fact.value.map(|_| Value::Choice(text.to_owned()));
        }
        fact
    }

    pub(super) fn fact(
        &mut self,
        id: String,
        label: Option<String>,
        ty: ValueType,
        key: &TomlKey<'_>,
        node: &TomlNode<'_>,
        common: Arc<Common>,
    ) -> Fact {
        let value = self.texts(&id, ty, node).unwrap_or_else(|| match ty.read(node) {
            Ok(value) => Some(value),
            Err(misfit) => {
                self.misfit(node, &id, misfit);
                None
            }
        });
        let label = label.unwrap_or_else(|| label_of(id.rsplit('.').next().unwrap_or(&id)));
        let (span, key_span) = (self.span(node), self.span(key));
        Fact { label, ty, value, span, key_span, entries: Vec::new(), common, live: None, id }
    }

    fn keep(&mut self, fact: Fact) {
        if self.is_new(&fact.id, fact.key_span) {
            self.check_nesting(&fact);
            self.register.facts.push(fact);
        }
    }

    /// Reports a fact whose id continues the id of another fact. TOML refuses that within one file only.
    fn check_nesting(&mut self, fact: &Fact) {
        let mut above = fact.id.match_indices('.').map(|(at, _)| &fact.id[..at]);
        let prefix = format!("{}.", fact.id);
        let below = self.seen.range(prefix.clone()..).next().filter(|(id, _)| id.starts_with(&prefix));
        let (parent, child, other) = match (above.find_map(|id| self.seen.get_key_value(id)), below) {
            (Some((parent, span)), _) => (parent.clone(), fact.id.clone(), *span),
            (None, Some((child, span))) => (fact.id.clone(), child.clone(), *span),
            (None, None) => return,
        };
        if self.parents.insert(parent.clone()) {
            self.register.problems.push(RegisterProblem::Nested { parent, child, first: other, second: fact.key_span });
        }
    }

    pub(super) fn is_new(&mut self, id: &str, span: Span) -> bool {
        if let Some(first) = self.seen.get(id) {
            self.register.problems.push(RegisterProblem::Duplicate { id: id.to_owned(), first: *first, second: span });
            return false;
        }
        self.seen.insert(id.to_owned(), span);
        true
    }

    /// Sets a key of the common part of one fact or record, whose note can be in several languages.
    pub(super) fn set_common_of(&mut self, id: &str, common: &mut Common, name: &str, node: &TomlNode<'_>) {
        match (name == "note").then(|| self.texts(&format!("{id}{NOTE}"), ValueType::Text, node)).flatten() {
            Some(text) => common.note = text.map(|text| text.text()),
            None => self.set_common(common, name, node),
        }
    }

    pub(super) fn set_common(&mut self, common: &mut Common, name: &str, node: &TomlNode<'_>) {
        let file = self.file;
        if let Err(misfit) = common.set(name, node, &|node| span_of(file, node)) {
            self.misfit(node, name, misfit);
        }
    }

    pub(super) fn misfit(&mut self, node: &TomlNode<'_>, id: &str, misfit: Misfit) {
        let span = misfit.at.clone().map_or_else(|| self.span(node), |at| Span::new(self.file, at));
        self.register.problems.push(RegisterProblem::WrongType { span, id: id.to_owned(), misfit });
    }

    pub(super) fn unknown(&mut self, key: &TomlKey<'_>, within: String, known: Vec<&'static str>) {
        let name = key.get_ref().to_string();
        let nearest = nearest(&name, known.iter().copied()).map(str::to_owned);
        let span = self.span(key);
        self.register.problems.push(RegisterProblem::UnknownField { span, name, within, nearest, known });
    }

    /// Returns the spans of the entries of a table. Its inner tables may be elsewhere in the file, with others between
    /// them.
    pub(super) fn entries(&self, table: &DeTable<'_>) -> Vec<Span> {
        let mut found = Vec::new();
        for (key, node) in table {
            let key = self.span(key);
            match node.get_ref() {
                DeValue::Table(inner) => {
                    found.push(key);
                    found.extend(self.entries(inner));
                }
                _ => found.push(Span { end: self.span(node).end.max(key.end), ..key }),
            }
        }
        found
    }

    pub(super) fn span<T>(&self, node: &toml::Spanned<T>) -> Span {
        span_of(self.file, node)
    }
}

/// Returns the words listed by a fact of type choice.
fn words_of<'n>(choices: Option<&'n TomlNode<'_>>) -> Vec<&'n str> {
    match choices.map(toml::Spanned::get_ref) {
        Some(DeValue::Array(items)) => items.iter().filter_map(text_of).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Turns a key into a label: `legal_name` becomes "Legal name", and `scc_module` becomes "SCC module".
pub(crate) fn label_of(name: &str) -> String {
    const SHORT: &[&str] = &[
        "ai", "api", "aws", "caiq", "dpa", "gcp", "gdpr", "hecvat", "id", "ip", "iso", "it", "mfa", "mvsp", "nda",
        "rpo", "rto", "scc", "sla", "soc", "sso", "tls", "url", "vat", "vsaq",
    ];
    let words: Vec<String> = name
        .split(['_', '-'])
        .map(|word| if SHORT.contains(&word) { word.to_uppercase() } else { word.to_owned() })
        .collect();
    let words = words.join(" ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Returns the name of a table that is a misspelt `[defaults]`: it has only keys of the common part.
fn misnamed_defaults<'t>(tree: &'t DeTable<'_>) -> Option<&'t str> {
    let holds_defaults = |node: &TomlNode<'_>| match node.get_ref() {
        DeValue::Table(table) => {
            !table.is_empty() && table.keys().all(|key| common::KEYS.contains(&key.get_ref().as_ref()))
        }
        _ => false,
    };
    let mut names = tree.iter().filter(|(_, node)| holds_defaults(node)).map(|(key, _)| key.get_ref().as_ref());
    names.find(|name| slip(name, [DEFAULTS]).is_some())
}
