//! Headings, and the ids that they are linked by.

use super::escape::push_attribute;
use super::marked::Origin;
use std::collections::BTreeMap;

/// A heading of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor; empty where it has none.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// A heading, or the term of a definition, whose content is being written. Its start tag is added at its end, when the
/// text is known that its id is made from.
pub(super) struct Pending {
    /// `h1` to `h6`, or `dt`.
    pub(super) element: &'static str,
    /// The place of its start tag in the HTML.
    pub(super) at: usize,
    /// The start of its text.
    pub(super) from: usize,
    /// Its index among the headings; none for a term.
    pub(super) index: Option<usize>,
    pub(super) origin: Origin,
    /// Attributes that the writer has given.
    pub(super) attributes: Vec<(String, String)>,
    /// The id that the writer has given.
    pub(super) id: Option<String>,
    /// Classes that the writer has given.
    pub(super) classes: Vec<String>,
}

impl Pending {
    /// The start tag, and the link of the heading to itself.
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

/// The ids that headings of a page were given, each with how often it was asked for.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<String, usize>);

impl Ids {
    /// The id for a text: its letters, digits, `-` and `_` in lower case, with `-` for white space, and with a number
    /// where the page has it already.
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
        // The next one of this text goes on from here, so that many of them are counted once.
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
