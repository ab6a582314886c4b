//! Sentences about a refreshed source: the changes, and the pages that show them.

use super::live::{LiveResult, MOST_SHOWN};
use crate::output::{counted, cut};
use crate::units::ChaptersById;
use trustbook_core::Book;
use trustbook_core::lock::{FactEntry, SourceEntry};
use trustbook_core::register::list;
use trustbook_core::register::live::Literal;
use trustbook_core::register::value::date_words;
use trustbook_core::report::harmless;

/// Returns the lines about a source. They are empty if the refresh failed.
pub(super) fn text(book: &Book, shown: &ChaptersById, old: Option<&SourceEntry>, looked: &LiveResult) -> String {
    let Some(new) = looked.entry.as_ref().filter(|_| looked.failures.is_empty()) else { return String::new() };
    let mut lines: Vec<String> = new.facts.iter().filter_map(|fact| sentence(book, shown, old, fact)).collect();
    let gone = old.into_iter().flat_map(|old| &old.facts).filter(|fact| new.fact(&fact.id).is_none());
    lines.extend(gone.map(|fact| format!("`{}` is removed: it no longer comes from here", fact.id)));
    if lines.is_empty() {
        lines.push(match old {
            Some(old) if old.sha256 == new.sha256 => format!("nothing has changed since {}", date_words(new.since)),
            Some(_) => "its content has changed, but its facts have not".to_owned(),
            None => "it was read, but no fact comes from it".to_owned(),
        });
    }
    lines.iter().map(|line| format!("{}\n", harmless(&book.masked(&format!("{}: {line}", new.id))))).collect()
}

/// Returns a sentence about the change of a fact, or `None` if it has not changed.
fn sentence(book: &Book, shown: &ChaptersById, old: Option<&SourceEntry>, fact: &FactEntry) -> Option<String> {
    let before = old.and_then(|old| old.fact(&fact.id));
    let id = &fact.id;
    let words = |value: &Literal| format!("`{}`", cut(&book.masked(&value.words()), MOST_SHOWN));
    let is_list = book.facts.register.lists.iter().any(|list| list.fact.id == *id);
    let what = match before {
        Some(before) if is_list && before.value != fact.value => {
            return Some(format!("`{id}` {}", list::difference(&before.value, &fact.value)));
        }
        None if is_list => {
            let nothing = Literal::List(Vec::new());
            return Some(format!("`{id}` {}", list::difference(&nothing, &fact.value)));
        }
        None => format!("`{id}` is {}, which is new", words(&fact.value)),
        Some(before) if before.value != fact.value => {
            format!("`{id}` was {} and is {}", words(&before.value), words(&fact.value))
        }
        Some(before) if before.lost.is_some() => format!("`{id}` is found again: {}", words(&fact.value)),
        Some(before) if before.select != fact.select => {
            format!("`{id}` is {} as before, selected differently", words(&fact.value))
        }
        Some(_) => return None,
    };
    Some(format!("{what} ({})", pages(shown, id)))
}

/// Returns the chapters that show a fact, by itself or with its record.
fn pages(shown: &ChaptersById, id: &str) -> String {
    let mut above = id.match_indices('.').map(|(at, _)| &id[..at]).collect::<Vec<_>>();
    above.push(id);
    match shown.any(above).as_slice() {
        [] => "no page shows it".to_owned(),
        pages if pages.len() > 10 => format!("shown on {}", counted(pages.len(), "page")),
        pages => format!("shown in {}", pages.join(", ")),
    }
}
