//! Footnotes: references are numbered in order, and definitions go to the end of the page.

use super::escape::{push_attribute, push_text};
use super::marked::Marked;
use super::{Loss, Lost};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The footnotes of a page.
#[derive(Debug, Default)]
pub(super) struct Footnotes {
    /// The number of each name, and for each reference to it the footnote that contains the reference, if any.
    references: BTreeMap<String, (usize, Vec<Option<String>>)>,
    /// The content of each definition, and its range in the body.
    definitions: BTreeMap<String, (Marked, Range<usize>)>,
}

impl Footnotes {
    /// Adds a reference, which may itself be in a footnote.
    pub(super) fn push_reference(&mut self, html: &mut String, name: &str, within: Option<&str>) -> usize {
        let next = self.references.len() + 1;
        let (number, all) = self.references.entry(name.to_owned()).or_insert_with(|| (next, Vec::new()));
        all.push(within.map(str::to_owned));
        let count = all.len();
        html.push_str("<sup class=\"footnote-reference\"");
        push_attribute(html, "id", &format!("fr-{name}-{count}"));
        html.push_str("><a");
        push_attribute(html, "href", &format!("#footnote-{name}"));
        html.push_str(&format!(">{number}</a></sup>"));
        *number
    }

    /// Returns true if a name has a definition.
    pub(super) fn is_defined(&self, name: &str) -> bool {
        self.definitions.contains_key(name)
    }

    /// Records the start of a definition, so that a second one of the same name is detected.
    pub(super) fn begin(&mut self, name: &str, range: Range<usize>) {
        self.definitions.insert(name.to_owned(), (Marked::default(), range));
    }

    /// Stores the content of a definition.
    pub(super) fn define(&mut self, name: &str, content: Marked) {
        if let Some(definition) = self.definitions.get_mut(name) {
            definition.0 = content;
        }
    }

    /// Returns the footnotes that the text refers to, directly or through other footnotes.
    fn shown(&self) -> BTreeSet<String> {
        let mut within: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for (name, (_, all)) in &self.references {
            all.iter().for_each(|place| within.entry(place.as_deref()).or_default().push(name));
        }
        let mut shown = BTreeSet::new();
        let mut next = vec![None];
        while let Some(place) = next.pop() {
            for name in within.remove(&place).unwrap_or_default() {
                shown.insert(name.to_owned());
                next.push(Some(name));
            }
        }
        shown
    }

    /// Appends the definitions that are referred to, in the order of their numbers, each with links back.
    pub(super) fn finish(self, html: &mut Marked, losses: &mut Vec<Loss>) {
        let shown = self.shown();
        let mut used = BTreeMap::new();
        for (name, (content, range)) in self.definitions {
            match self.references.get(&name).filter(|_| shown.contains(&name)) {
                Some((number, all)) => drop(used.insert(*number, (all, name, content))),
                None => losses.push(Loss { what: Lost::FootnoteUnused(name), range }),
            }
        }
        if used.is_empty() {
            return;
        }
        if !html.is_empty() && !html.ends_with('\n') {
            html.push('\n');
        }
        html.push_str("<hr>\n<ol class=\"footnote-definition\">\n");
        for (all, name, content) in used.into_values() {
            html.push_str("<li");
            push_attribute(html, "id", &format!("footnote-{name}"));
            html.push('>');
            // The links back go at the end of the last paragraph rather than on a line of their own.
            let end = "</p>\n";
            let is_paragraph = content.ends_with(end);
            html.append(&content, 0..content.strip_suffix(end).unwrap_or(&content).len());
            let is_shown = |within: &Option<String>| within.as_ref().is_none_or(|within| shown.contains(within));
            for usage in (1..=all.len()).filter(|usage| is_shown(&all[usage - 1])) {
                html.push_str(" <a");
                push_attribute(html, "href", &format!("#fr-{name}-{usage}"));
                html.push('>');
                push_text(html, &if usage == 1 { "↩".to_owned() } else { format!("↩{usage}") });
                html.push_str("</a>");
            }
            html.push_str(if is_paragraph { end } else { "" });
            html.push_str("</li>\n");
        }
        html.push_str("</ol>\n");
    }
}
