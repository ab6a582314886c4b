//! Headings, and the ids for links to them.

use super::escape::push_attribute;
use super::marked::ElementOrigin;
use std::collections::BTreeMap;

/// A heading of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The level, from 1 to 6.
    pub level: u8,
    /// The anchor; empty if it has none.
    pub id: String,
    /// The text without markup.
    pub text: String,
}

/// A heading, or the term of a definition, whose content is being written. Its id derives from its text, so its start
/// tag is inserted at its end.
pub(super) struct Pending {
    /// `h1` to `h6`, or `dt`.
    pub(super) element: &'static str,
    /// The position of its start tag in the HTML.
    pub(super) at: usize,
    /// The start of its text.
    pub(super) from: usize,
    /// The index among the headings; none for a term.
    pub(super) index: Option<usize>,
    pub(super) origin: ElementOrigin,
    /// The attributes that the author gives.
    pub(super) attributes: Vec<(String, String)>,
    /// The id that the author gives.
    pub(super) id: Option<String>,
    /// The classes that the author gives.
    pub(super) classes: Vec<String>,
}

impl Pending {
    /// Returns the start tag, followed by the link of the heading to itself.
    pub(super) fn start_tag(&self, id: &str) -> String {
        let mut tag = format!("<{}", self.element);
        for (name, value) in &self.attributes {
            push_attribute(&mut tag, name, value);
        }
        push_attribute(&mut tag, "id", id);
        if !self.classes.is_empty() {
            push_attribute(&mut tag, "class", &self.classes.join(" "));
        }
        tag.push_str("><a class=\"header\"");
        push_attribute(&mut tag, "href", &format!("#{id}"));
        tag.push('>');
        tag
    }
}

/// The ids of the headings of a page, each with the number of times that its text occurred.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<String, usize>);

impl Ids {
    /// Returns the id for a text: its letters, digits, `-` and `_` in lower case, with `-` for white space. If the page
    /// already has the id, a number follows.
    pub(super) fn of(&mut self, text: &str) -> String {
        let lower = text.trim().to_lowercase();
        let id: String = lower
            .chars()
            .filter_map(|c| match c {
                c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
                c => c.is_whitespace().then_some('-'),
            })
            .collect();
        let mut count = self.0.get(&id).copied().unwrap_or(0);
        let mut unique = id.clone();
        while self.0.contains_key(&unique) {
            count += 1;
            unique = format!("{id}-{count}");
        }
        // The next heading of this text continues from here, so many of them are counted in linear time.
        self.0.insert(id, count);
        self.0.entry(unique.clone()).or_insert(0);
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn ids_are_made_from_text_once_each() {
        let mut ids = Ids::default();
        let made: Vec<String> =
            ["A b", "a-b", "A b-1", "Über `x`!", "", "", " A  B ", "a b"].map(|text| ids.of(text)).into();
        assert_eq!(made, ["a-b", "a-b-1", "a-b-1-1", "über-x", "", "-1", "a--b", "a-b-2"]);
    }
}
