//! Due reviews as one issue per owner: its title, its text and the account that it is assigned to.

use super::due::Due;
use crate::output::{self, counted};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;
use trustbook_core::Book;
use trustbook_core::report::harmless;

/// The maximum number of facts in an issue; forges refuse long texts.
const MOST: usize = 200;

/// The longest value that is shown, in characters.
const LONGEST: usize = 80;

/// Returns one JSON object per line for each owner, sorted by owner.
pub(super) fn lines(book: &Book, due: &[Due<'_>], by: Date) -> String {
    let mut owners: BTreeMap<&str, Vec<&Due<'_>>> = BTreeMap::new();
    for due in due {
        owners.entry(&due.row.owner).or_default().push(due);
    }
    let line = |(owner, due): (&&str, &Vec<&Due<'_>>)| {
        let name = if owner.is_empty() { "nobody" } else { owner };
        output::json_line(&json!({
            "owner": owner,
            "forge_handle": handle(book, owner),
            "count": due.len(),
            "title": format!("Due for review: {}", harmless(name)),
            "body": body(due, by),
        }))
    };
    owners.iter().map(line).collect()
}

/// Returns the forge account of the contact whose id is the owner.
fn handle(book: &Book, owner: &str) -> Option<String> {
    let contact = book.facts.register.of_kind("contact").find(|record| record.id == owner)?;
    let handle = contact.value("forge_handle")?.text();
    Some(book.map.masked(handle.trim_start_matches('@')).into_owned())
}

fn body(due: &[&Due<'_>], by: Date) -> String {
    let mut text = format!("{} due by {by}.\n\n", counted(due.len(), "review"));
    for due in due.iter().take(MOST) {
        let row = &due.row;
        text.push_str(&format!(
            "- {}: {} is {}, stated at {}",
            due.on,
            code(&row.id),
            code(&row.value),
            code(&row.place)
        ));
        if !row.pages.is_empty() {
            text.push_str(&format!(
                ", shown in {}",
                row.pages.iter().map(|page| code(page)).collect::<Vec<_>>().join(" ")
            ));
        }
        text.push('\n');
    }
    if due.len() > MOST {
        text.push_str(&format!("- and {} more\n", due.len() - MOST));
    }
    text.push_str("\n`trustbook review` asks whether each still holds, and writes the date beside it.\n");
    text
}

/// Returns text as a code span, in which nothing is markup or mentions anybody (CommonMark 0.31 section 6.1).
fn code(text: &str) -> String {
    let mut shown: String = harmless(text).chars().take(LONGEST).collect();
    if harmless(text).chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    if shown.trim().is_empty() {
        return "empty".to_owned();
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if longest > 0 { " " } else { "" };
    format!("{fence}{room}{shown}{room}{fence}")
}
