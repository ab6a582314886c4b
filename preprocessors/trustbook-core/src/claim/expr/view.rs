//! What a condition sees of the register: public facts and records by the parts of their ids, and nothing else.

use crate::facts::Facts;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value as Stated;
use crate::span::Span;
use cel::Value;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The kinds of records that are no statements of the vendor, or are claims themselves.
const LEFT_OUT: &[&str] = &["claim", "schema", "source", "table"];

/// A tree of names.
#[derive(Debug, Default)]
struct Item<'f> {
    below: BTreeMap<String, Item<'f>>,
    value: Option<(&'f Stated, Value)>,
    common: Option<&'f Common>,
    span: Option<Span>,
}

/// All that a condition can name.
#[derive(Debug)]
pub(super) struct View<'f> {
    root: Item<'f>,
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// There is something.
    Known,
    /// There is no such name below what stands before it; the one that was probably meant.
    Missing(Option<String>),
    /// What stands before it is a value, and has nothing below.
    Value,
}

impl<'f> View<'f> {
    pub(super) fn of(facts: &'f Facts) -> Self {
        let mut view = View { root: Item::default() };
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
        // A value that does not fit, or that the lock does not have, is not there.
        let Some(value) = value else { return };
        let mut at = &mut self.root;
        for part in path {
            at = at.below.entry((*part).to_owned()).or_default();
        }
        at.value = Some((value, of(value)));
        (at.common, at.span) = (Some(common), Some(span));
    }

    fn item(&self, path: &[String]) -> Option<&Item<'f>> {
        path.iter().try_fold(&self.root, |item, part| item.below.get(part))
    }

    /// What the last part of a path is, where all before it are known.
    pub(super) fn step(&self, path: &[String]) -> Step {
        let Some((last, before)) = path.split_last() else { return Step::Known };
        match self.item(before) {
            Some(item) if item.value.is_some() => match &item.value {
                Some((Stated::Table(entries), _)) if !entries.iter().any(|(name, _)| name == last) => {
                    Step::Missing(nearest(last, entries.iter().map(|(name, _)| name.as_str())))
                }
                Some((Stated::Table(_), _)) => Step::Known,
                _ => Step::Value,
            },
            Some(item) if item.below.contains_key(last) => Step::Known,
            Some(item) => Step::Missing(nearest(last, item.below.keys().map(String::as_str))),
            None => Step::Value,
        }
    }

    /// How much there is at and below a path, in values.
    pub(super) fn size(&self, path: &[String]) -> usize {
        self.item(path).map_or(1, Item::size)
    }

    /// The values of these names at the top.
    pub(super) fn values(&self, roots: &BTreeSet<String>) -> Vec<(String, Value)> {
        let known = roots.iter().filter_map(|root| Some((root.clone(), self.root.below.get(root)?.value())));
        known.collect()
    }

    /// The common parts of all that these ids name.
    pub(super) fn facts(&self, ids: &[String]) -> Vec<&'f Common> {
        let mut found = Vec::new();
        for id in ids {
            if let Some(item) = self.named(id) {
                item.commons(&mut found);
            }
        }
        found
    }

    /// The day of the oldest of what an id names.
    pub(super) fn said(&self, id: &str) -> Option<Date> {
        self.facts(&[id.to_owned()]).into_iter().filter_map(Common::said).min()
    }

    /// Where a single fact is stated.
    pub(super) fn span(&self, id: &str) -> Option<Span> {
        self.named(id)?.span
    }

    /// The longest part of an id that is known: an entry of a table is told by its table.
    fn named(&self, id: &str) -> Option<&Item<'f>> {
        let path: Vec<String> = id.split('.').map(str::to_owned).collect();
        (1..=path.len()).rev().find_map(|length| self.item(&path[..length]))
    }
}

fn nearest(given: &str, known: impl Iterator<Item = impl AsRef<str>>) -> Option<String> {
    let known: Vec<String> = known.map(|name| name.as_ref().to_owned()).collect();
    crate::suggest::nearest(given, known.iter().map(String::as_str)).map(str::to_owned)
}

impl<'f> Item<'f> {
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
        own + self.below.values().map(Item::size).sum::<usize>()
    }

    fn commons(&self, found: &mut Vec<&'f Common>) {
        found.extend(self.common);
        self.below.values().for_each(|item| item.commons(found));
    }
}

/// A value as CEL has it: a day is the text `2026-01-31`, whose order is that of the calendar.
fn of(value: &Stated) -> Value {
    match value {
        Stated::Integer(number) => (*number).into(),
        Stated::Decimal(number) => number.parse::<f64>().map_or(Value::Null, Value::from),
        Stated::Boolean(is) => (*is).into(),
        Stated::Date(day) => day.to_string().into(),
        Stated::Choice(word) | Stated::Country(word) => word.clone().into(),
        Stated::List(items) => items.iter().map(of).collect::<Vec<Value>>().into(),
        Stated::Table(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), of(value))).collect::<HashMap<String, Value>>().into()
        }
        other => other.text().into(),
    }
}
