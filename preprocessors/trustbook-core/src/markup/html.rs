//! A small scanner of raw HTML in Markdown: tells what a byte stands in, and where attributes are.

use std::ops::Range;

/// Raw HTML without the marks of the quotation or list around it, and where its lines stand in the body.
#[derive(Debug, Default)]
pub(crate) struct Html {
    pub(crate) text: String,
    lines: Vec<(usize, usize)>,
}

impl Html {
    pub(crate) fn new(text: &str, at: usize) -> Self {
        let mut html = Html::default();
        html.push(text, at);
        html
    }

    pub(crate) fn push(&mut self, text: &str, at: usize) {
        self.lines.push((self.text.len(), at));
        self.text.push_str(text);
    }

    /// Where an offset of the HTML stands in the body.
    pub(crate) fn locate(&self, at: usize) -> usize {
        let index = self.lines.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.lines.get(index).map_or(at, |(start, body)| body + (at - start))
    }
}

/// What a part of some HTML is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text between tags.
    Text(Range<usize>),
    /// A start tag with its name in lower case.
    Start {
        name: String,
        /// All of the tag.
        range: Range<usize>,
        attrs: Vec<Attr>,
        /// `/>`.
        closed: bool,
    },
    /// An end tag.
    End {
        name: String,
        /// All of the tag.
        range: Range<usize>,
    },
    /// A comment, a doctype or a processing instruction.
    Comment(Range<usize>),
}

/// An attribute of a start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attr {
    /// In lower case.
    pub(crate) name: String,
    /// The value without its quotes.
    pub(crate) value: Range<usize>,
    /// Whether the value has quotes.
    pub(crate) quoted: bool,
}

/// Splits HTML into its parts. `raw` is the element whose text is not markup, where the HTML starts inside one.
pub(crate) fn scan(html: &str, raw: Option<&str>) -> Vec<Part> {
    let mut scanner = Scanner { html, at: 0, parts: Vec::new(), raw: raw.map(str::to_owned) };
    while scanner.at < html.len() {
        scanner.step();
    }
    scanner.parts
}

/// Elements whose text is not markup.
pub(crate) fn is_raw(name: &str) -> bool {
    matches!(name, "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes")
}

struct Scanner<'h> {
    html: &'h str,
    at: usize,
    parts: Vec<Part>,
    raw: Option<String>,
}

impl Scanner<'_> {
    fn step(&mut self) {
        let rest = &self.html[self.at..];
        if let Some(raw) = self.raw.take() {
            let closes = |at: &usize| {
                rest.as_bytes()
                    .get(at + 2..at + 2 + raw.len())
                    .is_some_and(|name| name.eq_ignore_ascii_case(raw.as_bytes()))
            };
            let end = rest.match_indices("</").map(|(at, _)| at).find(closes);
            self.text(end.unwrap_or(rest.len()));
            return;
        }
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
            self.comment(end);
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            self.comment(end);
        } else if rest.starts_with("</") && rest[2..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            let name = name_at(&rest[2..]);
            self.parts.push(Part::End { name, range: self.at..self.at + end });
            self.at += end;
        } else if rest.starts_with('<') && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.start_tag();
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let end = rest[first..].find('<').map_or(rest.len(), |end| end + first);
            self.text(end);
        }
    }

    fn text(&mut self, len: usize) {
        if len > 0 {
            self.parts.push(Part::Text(self.at..self.at + len));
            self.at += len;
        }
    }

    fn comment(&mut self, len: usize) {
        self.parts.push(Part::Comment(self.at..self.at + len));
        self.at += len;
    }

    fn start_tag(&mut self) {
        let start = self.at;
        let name = name_at(&self.html[start + 1..]);
        self.at = start + 1 + name.len();
        let mut attrs = Vec::new();
        let mut closed = false;
        loop {
            self.skip(|c| c.is_ascii_whitespace());
            match self.html[self.at..].chars().next() {
                None => break,
                Some('>') => {
                    self.at += 1;
                    break;
                }
                Some('/') => {
                    closed = self.html[self.at..].starts_with("/>");
                    self.at += 1;
                }
                Some(_) => attrs.push(self.attr()),
            }
        }
        if is_raw(&name) && !closed {
            self.raw = Some(name.clone());
        }
        self.parts.push(Part::Start { name, range: start..self.at, attrs, closed });
    }

    fn attr(&mut self) -> Attr {
        let start = self.at;
        // A name has at least one character, so that scanning always moves on.
        self.at += self.html[self.at..].chars().next().map_or(1, char::len_utf8);
        self.skip(|c| !c.is_ascii_whitespace() && !matches!(c, '=' | '>' | '/'));
        let name = self.html[start..self.at].to_ascii_lowercase();
        let after_name = self.at;
        self.skip(|c| c.is_ascii_whitespace());
        if !self.html[self.at..].starts_with('=') {
            self.at = after_name;
            return Attr { name, value: self.at..self.at, quoted: true };
        }
        self.at += 1;
        self.skip(|c| c.is_ascii_whitespace());
        match self.html[self.at..].chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let start = self.at + 1;
                let end = self.html[start..].find(quote).map_or(self.html.len(), |end| start + end);
                self.at = (end + 1).min(self.html.len());
                Attr { name, value: start..end, quoted: true }
            }
            _ => {
                let start = self.at;
                self.skip(|c| !c.is_ascii_whitespace() && c != '>');
                Attr { name, value: start..self.at, quoted: false }
            }
        }
    }

    fn skip(&mut self, keep: impl Fn(char) -> bool) {
        let rest = &self.html[self.at..];
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }
}

fn name_at(text: &str) -> String {
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len());
    text[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_html() {
        let html = "a<B x=1 y='2>' z>c</b><!-- <i> --><script>d<e></script>f";
        let parts = scan(html, None);
        let Part::Start { name, attrs, .. } = &parts[1] else { unreachable!("{parts:?}") };
        assert_eq!(name, "b");
        let values: Vec<_> = attrs.iter().map(|attr| (&html[attr.value.clone()], attr.quoted)).collect();
        assert_eq!(values, [("1", false), ("2>", true), ("", true)]);
        assert!(matches!(&parts[4], Part::Comment(range) if &html[range.clone()] == "<!-- <i> -->"));
        assert!(matches!(&parts[6], Part::Text(range) if &html[range.clone()] == "d<e>"));
        assert_eq!(parts.len(), 9);
    }

    #[test]
    fn every_prefix_is_scanned_to_its_end() {
        let html = "<a b=\"c\" d='é' e=f /><!-- g --></h><i";
        for end in (0..=html.len()).filter(|end| html.is_char_boundary(*end)) {
            let _ = scan(&html[..end], None);
        }
    }
}
