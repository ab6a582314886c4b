//! The places of a chapter that search leads to: its sections, and the records and facts that its blocks show.

use crate::html::token::{HtmlToken, Tag, is_void, tokens_without};

/// A place on a page that the search can lead to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::site) struct Section {
    /// The anchor; empty for the top of the page.
    pub(in crate::site) id: String,
    /// The heading; empty for the top of the page, and for a record or fact until the register names it.
    pub(in crate::site) title: String,
    /// The name of its kind of record, which is also that of the table.
    pub(in crate::site) caption: String,
    /// The first header of the row, such as the role of a contact, and what is set as code, such as that of a region.
    pub(in crate::site) label: String,
    /// The text, with one space between words.
    pub(in crate::site) text: String,
    /// The id of the fact or record that the place shows.
    pub(in crate::site) names: Option<String>,
    /// The aliases of that fact or record.
    pub(in crate::site) others: Vec<String>,
    /// The aliases of facts and records that the page mentions without a place of their own.
    pub(in crate::site) aside: Vec<String>,
    /// True for a fact or record that another page is the home of. The search leads there only.
    pub(in crate::site) is_copy: bool,
}

/// Elements within a sentence. All others separate words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small", "strong",
    "sub", "sup", "time", "u", "var", "wbr",
];
/// Elements that are read apart from what follows, as the cells of a table are.
const APART: &[&str] = &["caption", "dd", "div", "dt", "li", "summary", "td", "th"];
/// The sign between such elements in the text of a section.
const SIGN: &str = " · ";
/// Elements whose content is not text of the page.
const SILENT: &[&str] = &["script", "style", "svg", "template", "math", "object", "iframe"];

struct SectionReader<'k> {
    /// Returns the id of the fact or record at an anchor.
    known: &'k dyn Fn(&str) -> Option<String>,
    sections: Vec<Section>,
    current: usize,
    /// The index of the last heading, to which the text after a record belongs.
    heading: usize,
    in_heading: bool,
    /// True within the header that a row begins with.
    in_label: bool,
    /// The open elements, each with the section to return to at its end.
    open: Vec<(String, Option<usize>)>,
}

/// Reads the sections of a chapter from its HTML. The first section is the top of the page.
pub(in crate::site) fn read(html: &str, known: &dyn Fn(&str) -> Option<String>) -> Vec<Section> {
    let sections = vec![Section::default()];
    let mut reader =
        SectionReader { known, sections, current: 0, heading: 0, in_heading: false, in_label: false, open: Vec::new() };
    for token in tokens_without(html, SILENT) {
        match token {
            HtmlToken::Start(tag) => reader.open(tag),
            HtmlToken::End { name, .. } => reader.close(&name),
            HtmlToken::Text { text, .. } => reader.text(&text),
            HtmlToken::Comment { .. } => {}
        }
    }
    for section in &mut reader.sections {
        section.title = spaced(&section.title);
        section.label = spaced(&section.label);
        section.text =
            section.text.split(SIGN).map(spaced).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(SIGN);
    }
    reader.sections.shrink_to_fit();
    reader.sections
}

/// Returns a text with one space between words.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl SectionReader<'_> {
    fn text(&mut self, text: &str) {
        let section = &mut self.sections[self.current];
        // The heading at the top becomes the title of the page.
        if self.in_heading {
            section.title.push_str(text)
        } else {
            section.text.push_str(text)
        }
        if self.in_label {
            section.label.push_str(text);
        }
    }

    fn open(&mut self, tag: Tag) {
        let get = |name: &str| tag.attributes.iter().find(|it| it.name == name).map(|it| it.value.clone());
        let name = tag.name.as_str();
        if !INLINE.contains(&name) {
            self.text(" ");
        }
        if name == "img"
            && let Some(alt) = get("alt")
        {
            self.text(&format!(" {alt} "));
        }
        let id = get("id").unwrap_or_default();
        let mut back = None;
        let section = &self.sections[self.current];
        let begins = matches!(name, "dt" | "th") && section.text.trim().is_empty();
        if section.names.is_some() && (begins || name == "code") {
            self.sections[self.current].label.push(' ');
            self.in_label = true;
        }
        if is_heading(name) {
            self.in_heading = true;
            if name != "h1" && !id.is_empty() {
                self.heading = self.start(Section { id, ..Section::default() });
            } else {
                // A heading without an anchor, and the title of the page, belong to the section around them.
                self.in_heading = name == "h1" && self.current == 0;
            }
        } else if let Some(names) = (!id.is_empty()).then(|| (self.known)(&id)).flatten() {
            back = Some(self.current);
            self.start(Section { id, names: Some(names), ..Section::default() });
        }
        if !is_void(name) {
            self.open.push((tag.name, back));
        }
    }

    fn start(&mut self, section: Section) -> usize {
        self.sections.push(section);
        self.current = self.sections.len() - 1;
        self.current
    }

    fn close(&mut self, name: &str) {
        if is_heading(name) {
            self.in_heading = false;
        }
        if matches!(name, "code" | "dt" | "th") {
            self.in_label = false;
        }
        if !INLINE.contains(&name) {
            self.text(if APART.contains(&name) && !self.in_heading { SIGN } else { " " });
        }
        let Some(at) = self.open.iter().rposition(|(open, _)| open == name) else { return };
        if let Some(back) = self.open.drain(at..).find_map(|(_, back)| back) {
            // A section that starts within the record continues after it.
            self.current = back.max(self.heading);
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(html: &str) -> Vec<(String, String, String)> {
        let known = |id: &str| id.starts_with("cookie-").then(|| id.replacen('-', ".", 1));
        read(html, &known).into_iter().map(|section| (section.id, section.title, section.text)).collect()
    }

    fn part(id: &str, title: &str, text: &str) -> (String, String, String) {
        (id.to_owned(), title.to_owned(), text.to_owned())
    }

    #[test]
    fn headings_and_records_part_a_chapter() {
        let html = "<h1 id=\"t\"><a href=\"#t\">Cookies</a></h1><p>All <em>of</em> them.</p>\
            <h2 id=\"a\">Own &amp; <code>x</code></h2><table><tbody id=\"cookie-s\"><tr><th>s</th><td>Keeps you in</td>\
            </tr></tbody></table><p>After</p><h3>No anchor</h3><p>text</p><h2 id=\"b\">B</h2>";
        assert_eq!(
            parts(html),
            [
                part("", "Cookies", "All of them."),
                part("a", "Own & x", "After No anchor text"),
                part("cookie-s", "", "s · Keeps you in"),
                part("b", "B", ""),
            ]
        );
    }

    #[test]
    fn the_first_header_of_a_row_is_its_label() {
        let html = "<dl><div id=\"cookie-s\"><dt>Privacy, <b>legal</b></dt><dd>Team</dd><dt>Key</dt><dd><code>us-1</code></dd></div></dl>";
        let known = |id: &str| Some(id.to_owned());
        let labels: Vec<String> = read(html, &known).into_iter().map(|section| section.label).collect();
        assert_eq!(labels, ["", "Privacy, legal us-1"]);
    }

    #[test]
    fn what_is_no_text_is_left_out_and_what_is_odd_breaks_nothing() {
        let html = "<p title=\"a > b\">1 < 2 <!-- <b>no</b> --><svg><title>no</title></svg><img alt='A &lt; B' src=x>\
            </div></p><script>if (a<b) {}</script>end<";
        assert_eq!(parts(html), [part("", "", "1 < 2 A < B · end<")]);
        // An unterminated tag is dropped.
        assert_eq!(parts("<h2 id=\"x\""), [part("", "", "")]);
        assert_eq!(parts("<"), [part("", "", "<")]);
        assert_eq!(parts("<script>"), [part("", "", "")]);
    }
}
