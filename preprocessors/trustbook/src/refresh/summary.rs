//! Sentences about a refreshed data model: the changes, and the pages that depend on them.

use super::is_same;
use crate::output::counted;
use std::collections::BTreeMap;
use trustbook_core::Book;
use trustbook_core::datamap::Datamap;
use trustbook_core::lock::SchemaEntry;
use trustbook_core::lock::diff::{self, ModelChange, ModelChangeKind};
use trustbook_core::report::harmless;

/// The maximum number of changes that are listed per table.
const MOST: usize = 40;

pub(super) fn text(book: &Book, old: Option<&SchemaEntry>, new: &SchemaEntry) -> String {
    let text = sentences(book, old, new);
    harmless_lines(&book.masked(&text))
}

fn sentences(book: &Book, old: Option<&SchemaEntry>, new: &SchemaEntry) -> String {
    let fields: usize = new.tables.iter().map(|table| table.fields.len()).sum();
    let size = format!("{}, {}", counted(new.tables.len(), "table"), counted(fields, "field"));
    let Some(old) = old else {
        return format!(
            "{}: pinned to commit {}, read as `{}` ({size})\n{}",
            new.id,
            new.commit,
            new.language,
            skipped(new)
        );
    };
    let changes = diff::between(old, new);
    let told: Vec<&ModelChange> = changes.iter().filter(|change| change.what != ModelChangeKind::Reworded).collect();
    let mut text = match (old.commit == new.commit, told.is_empty()) {
        (true, true) if is_same(old, new) => format!("{}: nothing has changed at commit {}\n", new.id, new.commit),
        (true, true) => {
            format!("{}: commit {} as before, but the lock has new details of it ({size})\n", new.id, new.commit)
        }
        (false, true) => format!("{}: from commit {} to {}, with the same fields\n", new.id, old.commit, new.commit),
        (_, false) => format!(
            "{}: from commit {} to {} ({size}): {}\n",
            new.id,
            old.commit,
            new.commit,
            counted(told.len(), "change")
        ),
    };
    let mut by_table: BTreeMap<&str, Vec<&ModelChange>> = BTreeMap::new();
    for change in told {
        by_table.entry(&change.table).or_default().push(change);
    }
    for (table, changes) in by_table {
        text.push_str(&format!("  {table}{}\n", standing(&book.datamap, new, table)));
        for change in changes.iter().take(MOST) {
            text.push_str(&format!("    {}\n", change.sentence()));
            let pages = pages(book, new, change);
            if !pages.is_empty() {
                text.push_str(&format!("      shown in {}\n", pages.join(", ")));
            }
        }
        if changes.len() > MOST {
            text.push_str(&format!("    and {} more\n", changes.len() - MOST));
        }
    }
    text + &skipped(new)
}

/// Returns a note on the state of a table in the register, or an empty string if it is described.
fn standing(datamap: &Datamap, new: &SchemaEntry, table: &str) -> &'static str {
    match datamap.said(&new.id, table) {
        Some(said) if said.left_out.is_some() => " (left out)",
        Some(_) => "",
        None => " (not described)",
    }
}

/// Returns the chapters that show a field. For a table that was added or removed, returns those that show the table.
fn pages(book: &Book, new: &SchemaEntry, change: &ModelChange) -> Vec<String> {
    let field = change.field.as_ref().map_or_else(String::new, |field| format!(".{field}"));
    let id = format!("{}.{}{field}", new.id, change.table);
    trustbook_core::expand::pages_of(book, &id)
}

fn skipped(new: &SchemaEntry) -> String {
    if new.skipped.is_empty() {
        return String::new();
    }
    let mut text = format!("  {} could not be followed:\n", counted(new.skipped.len(), "statement"));
    for skipped in &new.skipped {
        text.push_str(&format!("    {}:{}: {}\n", skipped.path, skipped.line, skipped.what));
    }
    text
}

/// Makes names from a foreign file safe to print; only our own line ends are kept.
fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", harmless(line))).collect()
}
