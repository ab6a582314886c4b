//! The part of the register that a condition sees: public facts and records, by the parts of their ids.

use crate::facts::Facts;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value as Stated;
use crate::span::Span;
use cel::Value;
use jiff::civil::Date;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The kinds of records that are not statements of the vendor, or are claims themselves.
const LEFT_OUT: &[&str] = &["claim", "schema", "source", "table"];

/// A node in the tree of names.
#[derive(Debug, Default)]
struct NameNode<'f> {
    below: BTreeMap<String, NameNode<'f>>,
    value: Option<(&'f Stated, Value)>,
    common: Option<&'f Common>,
    span: Option<Span>,
}

/// All names that a condition can use.
#[derive(Debug)]
pub(in crate::claim) struct View<'f> {
    root: NameNode<'f>,
    /// The steps of conditions since they were last asked for.
    steps: Cell<usize>,
}

/// The result of looking up a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// The name exists.
    Known,
    /// The name does not exist below its parent; holds the name that was probably meant.
    Missing(Option<String>),
    /// The parent is a value, and has no names below it.
    Value,
}

impl<'f> View<'f> {
    pub(super) fn of(facts: &'f Facts) -> Self {
        let mut view = View { root: NameNode::default(), steps: Cell::default() };
        let register = &facts.register;
        let is_public = |common: &Common| common.visibility == Visibility::Public;
        for fact in register.facts.iter().filter(|fact| is_public(&fact.common)) {
            let path: Vec<&str> = fact.id.split('.').collect();
            view.put(&path, fact.value.as_ref(), &fact.common, fact.key_span);
        }
        let records = register.records.iter().filter(|record| !LEFT_OUT.contains(&record.kind.name));
        for record in records.filter(|record| is_public(&record.common)) {
            for fact in record.own_fields() {
                let name = fact.id.rsplit('.').next().unwrap_or_default();
                view.put(&[record.kind.name, &record.id, name], fact.value.as_ref(), &fact.common, fact.key_span);
            }
        }
        view
    }

    fn put(&mut self, path: &[&str], value: Option<&'f Stated>, common: &'f Common, span: Span) {
        // A value of the wrong type, or one missing from the lock, counts as missing.
        let Some(value) = value else { return };
        let mut at = &mut self.root;
        for part in path {
            at = at.below.entry((*part).to_owned()).or_default();
        }
        at.value = Some((value, of(value)));
        (at.common, at.span) = (Some(common), Some(span));
    }

    fn item(&self, path: &[String]) -> Option<&NameNode<'f>> {
        path.iter().try_fold(&self.root, |item, part| item.below.get(part))
    }

    /// Looks up the last part of a path whose other parts are known.
    pub(super) fn step(&self, path: &[String]) -> Lookup {
        let Some((last, before)) = path.split_last() else { return Lookup::Known };
        match self.item(before) {
            Some(item) if item.value.is_some() => match &item.value {
                Some((Stated::Table(entries), _)) if !entries.iter().any(|(name, _)| name == last) => {
                    Lookup::Missing(nearest(last, entries.iter().map(|(name, _)| name.as_str())))
                }
                Some((Stated::Table(_), _)) => Lookup::Known,
                _ => Lookup::Value,
            },
            Some(item) if item.below.contains_key(last) => Lookup::Known,
            Some(item) => {
                self.take(item.below.len());
                Lookup::Missing(nearest(last, item.below.keys().map(String::as_str)))
            }
            None => Lookup::Value,
        }
    }

    /// Returns the number of values at and below a path.
    pub(super) fn size(&self, path: &[String]) -> usize {
        self.item(path).map_or(1, NameNode::size)
    }

    /// Counts steps of a condition.
    pub(super) fn take(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }

    /// Returns the steps counted since the last call.
    pub(super) fn taken(&self) -> usize {
        self.steps.take()
    }

    /// Returns the values of these top-level names.
    pub(super) fn values(&self, roots: &BTreeSet<String>) -> Vec<(String, Value)> {
        self.take(roots.iter().map(|root| self.size(std::slice::from_ref(root))).sum());
        let known = roots.iter().filter_map(|root| Some((root.clone(), self.root.below.get(root)?.value())));
        known.collect()
    }

    /// Returns the common parts of everything that these ids name.
    pub(super) fn facts(&self, ids: &[String]) -> Vec<&'f Common> {
        let mut found = Vec::new();
        for id in ids {
            if let Some(item) = self.named(id) {
                item.commons(&mut found);
            }
        }
        found
    }

    /// Returns the oldest date of everything that an id names.
    pub(super) fn said(&self, id: &str) -> Option<Date> {
        self.facts(&[id.to_owned()]).into_iter().filter_map(Common::said).min()
    }

    /// Returns the span of the fact with this id.
    pub(super) fn span(&self, id: &str) -> Option<Span> {
        self.named(id)?.span
    }

    /// Finds the longest known part of an id: an entry of a table leads to the table.
    fn named(&self, id: &str) -> Option<&NameNode<'f>> {
        let path: Vec<String> = id.split('.').map(str::to_owned).collect();
        (1..=path.len()).rev().find_map(|length| self.item(&path[..length]))
    }
}

fn nearest(given: &str, known: impl Iterator<Item = impl AsRef<str>>) -> Option<String> {
    let known: Vec<String> = known.map(|name| name.as_ref().to_owned()).collect();
    crate::suggest::nearest(given, known.iter().map(String::as_str)).map(str::to_owned)
}

impl<'f> NameNode<'f> {
    fn value(&self) -> Value {
        match &self.value {
            Some((_, value)) => value.clone(),
            None => {
                let below: HashMap<String, Value> =
                    self.below.iter().map(|(name, item)| (name.clone(), item.value())).collect();
                below.into()
            }
        }
    }

    fn size(&self) -> usize {
        let own = match &self.value {
            Some((Stated::List(items), _)) => items.len(),
            Some((Stated::Table(entries), _)) => entries.len(),
            _ => 1,
        };
        own + self.below.values().map(NameNode::size).sum::<usize>()
    }

    fn commons(&self, found: &mut Vec<&'f Common>) {
        found.extend(self.common);
        self.below.values().for_each(|item| item.commons(found));
    }
}

/// Converts a value for CEL: a day becomes the text `2026-01-31`, which sorts like the calendar.
fn of(value: &Stated) -> Value {
    match value {
        Stated::Integer(number) => (*number).into(),
        Stated::Decimal(number) => number.parse::<f64>().map_or(Value::Null, Value::from),
        Stated::Boolean(is) => (*is).into(),
        Stated::Date(day) => day.to_string().into(),
        Stated::Term(term) => term.iso().into(),
        Stated::Choice(word) | Stated::Country(word) => word.clone().into(),
        Stated::List(items) => items.iter().map(of).collect::<Vec<Value>>().into(),
        Stated::Table(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), of(value))).collect::<HashMap<String, Value>>().into()
        }
        other => other.text().into(),
    }
}
