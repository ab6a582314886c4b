//! The arguments of a block, which select its records.

use crate::book::Book;
use crate::facts::{FactRef, Facts};
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::{Common, Visibility};
use crate::register::kinds::RecordKind;
use crate::register::summary;
use crate::register::types::ValueType;
use crate::register::value::Value;
use crate::register::{Fact, Record};
use crate::suggest::{listed, nearest};
use std::collections::BTreeSet;

/// The block that lists free facts.
pub(super) const FACTS: &str = "facts";
/// The value of `compare`: records can be limited to hosting options only.
pub(super) const COMPARED: &str = "deployment";

/// The length of the longest record title in a caption, in characters.
const LONGEST_TITLE: usize = 60;

/// An error in the arguments of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadArgument {
    /// An argument that the block does not take.
    Unreadable(Malformed),
    /// The id of a table that no schema has.
    NoTable {
        /// The id as written: `litellm.LiteLLM_SpendLogs`.
        id: String,
    },
    /// An id that the register does not have.
    Unknown {
        /// The id as written: `deployment.clod`.
        id: String,
    },
}

/// Returns the errors in the arguments of a block that lists the records of a kind, or facts for `None`.
pub(super) fn check(facts: &Facts, call: &BlockCall, kind: Option<&RecordKind>) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    let takes: Vec<&str> = taken(kind).into_iter().map(|(name, _)| name).collect();
    for (name, text) in &call.args {
        match (name.as_deref(), kind) {
            (Some("deployment"), _) => bad.extend(unknown_deployment(facts, text)),
            (Some("id"), Some(kind)) => bad.extend(unknown(facts, format!("{}.{text}", kind.name))),
            (Some("id"), None) => bad.extend(unknown(facts, text.clone())),
            (Some(name), _) if !takes.contains(&name) => bad.push(not_taken(&call.word, name, &takes)),
            (Some("compare"), _) => bad.extend(check_compare(facts, call, text)),
            (Some(name), _) => bad.extend(kind.and_then(|kind| check_filter(kind, name, text))),
            (None, Some(_)) => bad.push(BadArgument::Unreadable(Malformed::new(
                format!("`{text}` has no name"),
                format!("write it as `name=value`; the block `{}` takes {}", call.word, listed(takes.iter().copied())),
            ))),
            (None, None) if !states_any(facts, text) => bad.push(BadArgument::Unknown { id: text.clone() }),
            (None, None) => {}
        }
    }
    let mut seen = BTreeSet::new();
    for name in call.args.iter().filter_map(|(name, _)| name.as_deref()).filter(|name| *name != "id") {
        if !seen.insert(name) {
            bad.push(BadArgument::Unreadable(Malformed::new(
                format!("`{name}` is given twice"),
                "write it once, or the block twice; only `id` can be repeated",
            )));
        }
    }
    if kind.is_none() && !call.args.iter().any(|(name, _)| name.is_none() || name.as_deref() == Some("id")) {
        bad.push(BadArgument::Unreadable(Malformed::new(
            "the block `facts` names no facts",
            "name them or what they stand below: `{{#facts vendor}}`",
        )));
    }
    bad
}

/// Returns the errors in the arguments of a theme's own block. Only its template knows which others it takes.
pub(super) fn check_own(facts: &Facts, call: &BlockCall) -> Vec<BadArgument> {
    arguments(call, "deployment").filter_map(|id| unknown_deployment(facts, id)).collect()
}

fn check_compare(facts: &Facts, call: &BlockCall, text: &str) -> Option<BadArgument> {
    let options = deployments(facts).len();
    let (why, help) = if text != COMPARED {
        let help = match nearest(text, [COMPARED]) {
            Some(near) => format!("did you mean `compare={near}`?"),
            None => format!("write `compare={COMPARED}`"),
        };
        (format!("`{text}` cannot be compared"), help)
    } else if argument(call, "deployment").is_some() {
        let why = "`compare` shows every hosting option, and `deployment` only one".to_owned();
        (why, "take one of the two out".to_owned())
    } else if options < 2 && facts.register.is_whole() {
        let why = "there are not two hosting options to compare".to_owned();
        (why, "state each as a `[[deployment]]`, or take `compare` out".to_owned())
    } else {
        return None;
    };
    Some(BadArgument::Unreadable(Malformed::new(why, help)))
}

/// Returns the error for an unknown hosting option.
pub(super) fn unknown_deployment(facts: &Facts, id: &str) -> Option<BadArgument> {
    unknown(facts, format!("deployment.{id}"))
}

/// Returns the hosting options that are not internal.
pub(super) fn deployments(facts: &Facts) -> Vec<&Record> {
    let all = facts.register.of_kind("deployment");
    all.filter(|record| record.common.visibility != Visibility::Internal).collect()
}

fn unknown(facts: &Facts, id: String) -> Option<BadArgument> {
    facts.find(&id).is_none().then_some(BadArgument::Unknown { id })
}

/// Returns true if an id names a fact, facts below it, or a field of a record.
fn states_any(facts: &Facts, id: &str) -> bool {
    !facts.below(id).is_empty() || matches!(facts.find(id), Some(FactRef::Fact(_)))
}

/// Returns the error for a word that the field of a filter does not have.
fn check_filter(kind: &RecordKind, name: &str, text: &str) -> Option<BadArgument> {
    let words = taken(Some(kind)).into_iter().find(|(known, _)| *known == name)?.1;
    if words.is_empty() || words.contains(&text) {
        return None;
    }
    let help = match nearest(text, words.iter().copied()) {
        Some(near) => format!("did you mean `{name}={near}`?"),
        None => format!("it can be {}", listed(words.iter().copied()).replace(" and ", " or ")),
    };
    Some(BadArgument::Unreadable(Malformed::new(format!("`{name}` cannot be `{text}`"), help)))
}

/// Returns the arguments that a block takes, sorted, each with its possible words if these are known. Every field that
/// is a choice is an argument: `{{#cookies category=necessary}}`, `{{#contacts role=security}}`.
pub(super) fn taken(kind: Option<&RecordKind>) -> Vec<(&'static str, &'static [&'static str])> {
    let mut taken: Vec<(&str, &[&str])> = vec![("deployment", &[]), ("id", &[])];
    if kind.is_none_or(|kind| summary::of(kind).is_some()) {
        taken.push(("compare", &[]));
    }
    for field in kind.iter().flat_map(|kind| kind.fields) {
        match field.ty {
            ValueType::List(ValueType::Choice(words)) => taken.push((field.name.trim_end_matches('s'), *words)),
            ty => taken.extend(ty.choices().map(|words| (field.name, words))),
        }
    }
    taken.sort_unstable();
    taken
}

/// Returns the first value of an argument.
pub(super) fn argument<'c>(call: &'c BlockCall, name: &str) -> Option<&'c str> {
    arguments(call, name).next()
}

fn arguments<'c>(call: &'c BlockCall, name: &str) -> impl Iterator<Item = &'c str> {
    call.args.iter().filter(move |(given, _)| given.as_deref() == Some(name)).map(|(_, value)| value.as_str())
}

/// Returns true if a fact or record is not internal and applies to the hosting option that the block names.
pub(super) fn shown_at(common: &Common, call: &BlockCall) -> bool {
    common.visibility != Visibility::Internal
        && argument(call, "deployment").is_none_or(|deployment| common.applies_to(deployment))
}

/// Returns the records that a block shows: those that it names, in that order, or all of its kind.
pub(super) fn records<'f>(facts: &'f Facts, kind: &'static RecordKind, call: &BlockCall) -> Vec<&'f Record> {
    let mut named: Vec<&Record> = arguments(call, "id").filter_map(|id| facts.record(kind.name, id)).collect();
    if argument(call, "id").is_none() {
        named = facts.register.of_kind(kind.name).collect();
    }
    let filters: Vec<(&str, &str)> = taken(Some(kind))
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .filter_map(|(name, _)| Some((name, argument(call, name)?)))
        .collect();
    let fits = |record: &&Record| filters.iter().all(|(name, word)| has(record, name, word));
    named.into_iter().filter(|record| shown_at(&record.common, call)).filter(fits).collect()
}

/// Returns true if a choice of a record is this word, or a list of choices contains it.
fn has(record: &Record, name: &str, word: &str) -> bool {
    let is_word = |value: &Value| matches!(value, Value::Choice(choice) if choice == word);
    match record.value(name).or_else(|| record.value(&format!("{name}s"))) {
        Some(Value::List(items)) => items.iter().any(is_word),
        Some(value) => is_word(value),
        None => false,
    }
}

/// Returns the filters of a block as words for a caption: the titles of records, and the words of choices.
pub(super) fn named(book: &Book, kind: &RecordKind, call: &BlockCall) -> String {
    let taken = taken(Some(kind));
    let word = |name: &str, text: &str| match name {
        // An id or an address means nothing to readers.
        "id" => book
            .facts
            .public_record(kind.name, text)
            .map(Record::title)
            .filter(|title| title != text && !title.contains('@') && title.chars().count() <= LONGEST_TITLE),
        _ => {
            let is_filter = taken.iter().any(|(known, words)| *known == name && !words.is_empty());
            is_filter.then(|| book.theme.words.choice(text))
        }
    };
    let mut words: Vec<String> = Vec::new();
    for said in call.args.iter().filter_map(|(name, text)| word(name.as_deref()?, text)) {
        // Several records may have the same title.
        if !words.contains(&said) {
            words.push(said);
        }
    }
    words.join(", ")
}

/// Returns the facts that a block shows: those that it names, and those below them.
pub(super) fn facts<'f>(facts: &'f Facts, call: &BlockCall) -> Vec<&'f Fact> {
    let named = call.args.iter().filter(|(name, _)| name.as_deref().is_none_or(|name| name == "id"));
    let mut seen = BTreeSet::new();
    let mut found: Vec<&Fact> = Vec::new();
    for (_, id) in named {
        let field = match facts.find(id) {
            // A field of a record can be listed by its own id.
            Some(FactRef::Fact(fact)) => Some(fact),
            _ => None,
        };
        for fact in facts.below(id).into_iter().chain(field) {
            if shown_at(&fact.common, call) && seen.insert(fact.id.as_str()) {
                found.push(fact);
            }
        }
    }
    found
}

/// Returns the error for an argument that a block does not take.
pub(super) fn not_taken(word: &str, name: &str, takes: &[&'static str]) -> BadArgument {
    let help = match nearest(name, takes.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it takes {}", listed(takes.iter().copied())),
    };
    BadArgument::Unreadable(Malformed::new(format!("the block `{word}` has no argument `{name}`"), help))
}

/// Returns the error for an argument given twice.
pub(super) fn twice(call: &BlockCall) -> Option<BadArgument> {
    let mut names: Vec<&str> = call.args.iter().filter_map(|(name, _)| name.as_deref()).collect();
    names.sort_unstable();
    let name = names.windows(2).find_map(|pair| if pair[0] == pair[1] { Some(pair[0]) } else { None })?;
    let why = format!("`{name}` is given twice");
    Some(BadArgument::Unreadable(Malformed::new(why, "write it once, or the block twice")))
}
