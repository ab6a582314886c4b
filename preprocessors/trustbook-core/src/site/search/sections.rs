//! The places of a chapter that search leads to: its sections, and the records and facts that its blocks show.

use crate::site::content::unescape;

/// A place of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::site) struct Section {
    /// Its anchor; empty for the top of the page.
    pub(in crate::site) id: String,
    /// Its heading; empty for the top of the page, and where only the register knows what to call it.
    pub(in crate::site) title: String,
    /// What it says, with one space between words.
    pub(in crate::site) text: String,
    /// The id of the fact or record that stands there.
    pub(in crate::site) names: Option<String>,
    /// Its other names in the register.
    pub(in crate::site) others: Vec<String>,
    /// Laws, controls and categories by which it is found.
    pub(in crate::site) laws: Vec<String>,
    /// Laws and standards that its kind of record is after, and other names of what the page mentions.
    pub(in crate::site) after: String,
}

/// Elements within a sentence; all others part words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "samp", "small", "strong",
    "sub", "sup", "time", "u", "var", "wbr",
];
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Their content is not what the page says.
const SILENT: &[&str] = &["script", "style", "svg", "template", "math", "object", "iframe"];

struct Reader<'k> {
    /// The fact or record that stands at an anchor.
    known: &'k dyn Fn(&str) -> Option<String>,
    sections: Vec<Section>,
    current: usize,
    /// The place of the last heading, to which the text behind a record belongs.
    heading: usize,
    in_heading: bool,
    /// Open elements, and the place to go back to where they end.
    open: Vec<(String, Option<usize>)>,
}

/// Reads the HTML of a chapter. The first section is the top of the page.
pub(in crate::site) fn read(html: &str, known: &dyn Fn(&str) -> Option<String>) -> Vec<Section> {
    let sections = vec![Section::default()];
    let mut reader = Reader { known, sections, current: 0, heading: 0, in_heading: false, open: Vec::new() };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        reader.text(&rest[..at]);
        rest = reader.tag(&rest[at..]);
    }
    reader.text(rest);
    for section in &mut reader.sections {
        for text in [&mut section.text, &mut section.title] {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }
    reader.sections.shrink_to_fit();
    reader.sections
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = unescape(text);
        let section = &mut self.sections[self.current];
        // The heading at the top is the title of the page.
        if self.in_heading { section.title.push_str(&text) } else { section.text.push_str(&text) }
    }

    /// Reads what begins with `<`, and gives what follows it.
    fn tag<'h>(&mut self, html: &'h str) -> &'h str {
        if let Some(comment) = html.strip_prefix("<!--") {
            return comment.find("-->").map_or("", |end| &comment[end + 3..]);
        }
        let is_tag = html[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !is_tag {
            self.text("<");
            return &html[1..];
        }
        let (tag, rest) = split_tag(html);
        if let Some(name) = tag.strip_prefix("</") {
            self.close(&name.trim().to_ascii_lowercase());
            return rest;
        }
        let name: String =
            tag[1..].chars().take_while(|c| !c.is_whitespace() && *c != '/').collect::<String>().to_ascii_lowercase();
        if tag.starts_with("<!") || tag.starts_with("<?") {
            return rest;
        }
        if SILENT.contains(&name.as_str()) && !tag.ends_with('/') {
            let ends = |at: usize| rest.as_bytes().get(at + 2..at + 2 + name.len());
            let is_end = |at: &usize| ends(*at).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()));
            let end = rest.match_indices("</").map(|(at, _)| at).find(is_end);
            return end.map_or("", |at| split_tag(&rest[at..]).1);
        }
        self.open(&name, tag);
        rest
    }

    fn open(&mut self, name: &str, tag: &str) {
        if !INLINE.contains(&name) {
            self.text(" ");
        }
        if name == "img"
            && let Some(alt) = attribute(tag, "alt")
        {
            self.text(&format!(" {alt} "));
        }
        let id = attribute(tag, "id").unwrap_or_default();
        let mut back = None;
        if is_heading(name) {
            self.in_heading = true;
            if name != "h1" && !id.is_empty() {
                self.heading = self.start(Section { id, ..Section::default() });
            } else {
                // A heading without an anchor, and the title of the page, belong to what they stand in.
                self.in_heading = name == "h1" && self.current == 0;
            }
        } else if let Some(names) = (!id.is_empty()).then(|| (self.known)(&id)).flatten() {
            back = Some(self.current);
            self.start(Section { id, names: Some(names), ..Section::default() });
        }
        if !VOID.contains(&name) {
            self.open.push((name.to_owned(), back));
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
        if !INLINE.contains(&name) {
            self.text(" ");
        }
        let Some(at) = self.open.iter().rposition(|(open, _)| open == name) else { return };
        if let Some(back) = self.open.drain(at..).find_map(|(_, back)| back) {
            // A heading within the record goes on behind it.
            self.current = back.max(self.heading);
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// A tag without its `>`, and what follows it. A `>` within quotes does not end it.
fn split_tag(html: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (&html[..at], &html[at + 1..]),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (html, "")
}

/// The value of an attribute in a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(at) = tag[from..].find(name).map(|at| at + from) {
        from = at + name.len();
        let is_start = tag[..at].ends_with(|c: char| c.is_ascii_whitespace());
        let Some(value) = tag[from..].strip_prefix('=').filter(|_| is_start) else { continue };
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.split_once(*quote));
        let value = quoted.map_or_else(|| value.split_whitespace().next().unwrap_or_default(), |(value, _)| value);
        return Some(unescape(value));
    }
    None
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
                part("cookie-s", "", "s Keeps you in"),
                part("b", "B", ""),
            ]
        );
    }

    #[test]
    fn what_is_no_text_is_left_out_and_what_is_odd_breaks_nothing() {
        let html = "<p title=\"a > b\">1 < 2 <!-- <b>no</b> --><svg><title>no</title></svg><img alt='A &lt; B' src=x>\
            </div></p><script>if (a<b) {}</script>end<";
        assert_eq!(parts(html), [part("", "", "1 < 2 A < B end<")]);
        assert_eq!(parts("<h2 id=\"x\""), [part("", "", ""), part("x", "", "")]);
        assert_eq!(parts("<"), [part("", "", "<")]);
        assert_eq!(parts("<script>"), [part("", "", "")]);
    }
}
