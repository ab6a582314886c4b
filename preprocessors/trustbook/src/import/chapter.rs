//! The chapter of an imported page.

use super::{ImportedPage, page, values};
use std::ops::Range;

/// Returns the title of a page for the outline and its first heading.
pub(super) fn title(page: &ImportedPage) -> String {
    let first = page::read(&page.text).into_iter().find_map(|part| match part.content {
        page::Content::Heading(1, text, _) => Some(text),
        _ => None,
    });
    let title = page.origin.page.title.clone().or(first).unwrap_or_else(|| page.origin.slug.clone());
    values::one_line(&title).replace(['[', ']', '{', '}', '<', '>'], "")
}

/// Returns the chapter of a page, with blocks instead of its records.
pub(super) fn text(page: &ImportedPage, blocks: &[String]) -> String {
    let mut text = page.text.clone();
    let groups = page.groups.iter().map(|(_, _, range)| range.clone()).zip(blocks.iter().map(String::as_str));
    let mut edits: Vec<(Range<usize>, &str)> = groups.collect();
    edits.extend(page.updated.clone().map(|range| (range, "")));
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, block) in edits {
        text.replace_range(range, &format!("{block}\n"));
    }
    let has_title = page::read(&text).iter().any(|part| matches!(part.content, page::Content::Heading(1, ..)));
    let mut front = String::new();
    let quoted = |text: &str| serde_json::Value::from(values::one_line(text)).to_string();
    if let Some(description) = &page.origin.page.description {
        front.push_str(&format!("description: {}\n", quoted(description)));
    }
    if let Some(date) = page.origin.page.date {
        front.push_str(&format!("stated: {date}\n"));
    }
    let front = if front.is_empty() { String::new() } else { format!("---\n{front}---\n\n") };
    let heading = if has_title { String::new() } else { format!("# {}\n\n", title(page)) };
    format!("{front}{heading}{}\n", super::links::without_lost_anchors(text.trim()))
}
