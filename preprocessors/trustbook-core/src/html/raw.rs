//! Raw HTML in a chapter: parsed as a browser parses it, and written with balanced elements.

use super::elements::is_known;
use super::escape::push_attribute;
use super::source::RawHtml;
use super::token::{HtmlToken, Tag, is_raw, is_raw_text, is_void, tokens};
use super::write::{Open, RawElement, Writer};
use super::{Heading, Lost, page_link, rooted};
use std::borrow::Cow;
use std::ops::Range;

impl Writer<'_> {
    /// Writes raw HTML. `source` maps its bytes to those of the body.
    pub(super) fn html_source(&mut self, source: &RawHtml) {
        self.raw_html(&source.text, &|range| source.range(range));
    }

    pub(super) fn raw_html(&mut self, html: &str, locate: &dyn Fn(&Range<usize>) -> Range<usize>) {
        let mut end = 0;
        for token in tokens(html) {
            end = token.range().end;
            if let Some(written) = self.literal(&token).and_then(|range| html.get(range)) {
                self.raw_text(written);
                continue;
            }
            match token {
                HtmlToken::Start(tag) => {
                    // The name as written, in its own case.
                    let written = html.get(tag.range.start + 1..tag.range.start + 1 + tag.name.len());
                    self.raw_start(written.unwrap_or_default(), tag, locate);
                }
                HtmlToken::End { name, range } => self.raw_end(&name, || locate(&range)),
                HtmlToken::Text { text, .. } => self.raw_text(&text),
                HtmlToken::Comment { text, range } => {
                    let written = html.get(range.clone()).unwrap_or_default();
                    if !written.ends_with(if written.starts_with("<!--") { "->" } else { ">" }) {
                        self.lose(Lost::Open(written.to_owned()), locate(&range));
                    }
                    self.mark(locate(&range).start);
                    let text = self.inserts.plain(&text).replace("--", "- -");
                    self.html.push_str(&format!("<!--{text}-->"));
                }
            }
        }
        // A browser drops a tag that does not end.
        if let Some(rest) = html.get(end..).filter(|rest| rest.starts_with('<') && !rest.starts_with("<!")) {
            self.lose(Lost::Open(rest.to_owned()), locate(&(end..html.len())));
        }
    }

    /// Returns the bytes of a token that looks like a tag or comment, but is text to a browser. Markdown passes each
    /// tag of a line separately, so `<textarea>` and its content arrive one after the other.
    fn literal(&self, token: &HtmlToken) -> Option<Range<usize>> {
        let Some(Open::Raw(open)) = self.open.last().filter(|_| self.foreign == 0) else { return None };
        match token {
            _ if !is_raw(&open.name) => None,
            HtmlToken::Start(tag) => Some(tag.range.clone()),
            HtmlToken::End { name, range } => (*name != open.name).then(|| range.clone()),
            HtmlToken::Comment { range, .. } => Some(range.clone()),
            HtmlToken::Text { .. } => None,
        }
    }

    /// Writes text, which a few elements take unescaped.
    fn raw_text(&mut self, text: &str) {
        if self.is_in_raw_text() {
            let text = self.inserts.plain(text);
            self.html.push_str(&text);
        } else {
            self.text(text);
        }
    }

    fn raw_start(&mut self, written: &str, tag: Tag, locate: &dyn Fn(&Range<usize>) -> Range<usize>) {
        let Tag { name, attributes, is_self_closing, range } = tag;
        if matches!(self.open.last(), Some(Open::Raw(open)) if is_closed_by(&open.name, &name)) {
            self.close_raw();
        }
        if !is_void(&name) && self.is_full(&locate(&range)) {
            return;
        }
        let is_known = self.foreign > 0 || is_known(&name);
        if !is_known {
            self.lose(Lost::Unknown(written.to_owned()), locate(&range));
        }
        let classes = attributes.iter().find(|attribute| attribute.name == "class");
        let icon = classes.and_then(|classes| classes.value.split(' ').find_map(|class| class.strip_prefix("fa-")));
        if let Some(icon) = icon.filter(|_| name == "i") {
            self.lose(Lost::Icon(icon.to_owned()), locate(&range));
        }
        self.break_line(&name);
        self.mark(locate(&range).start);
        self.html.push('<');
        self.html.push_str(&name);
        let mut id = String::new();
        for attribute in attributes {
            let value = self.inserts.plain(&attribute.value);
            let value = match attribute.name.as_str() {
                "href" | "xlink:href" if name == "a" => {
                    Cow::Owned(rooted(&self.dialect.root, page_link(&value).into_owned()))
                }
                "src" if !self.dialect.root.is_empty() => Cow::Owned(rooted(&self.dialect.root, value.into_owned())),
                "id" => {
                    id.clone_from(&value.to_string());
                    value
                }
                _ => value,
            };
            push_attribute(&mut self.html, &attribute.name, &value);
        }
        self.html.push('>');
        if is_void(&name) {
            return;
        }
        if is_self_closing {
            // A browser would read it as a start tag that is never closed.
            self.html.push_str(&format!("</{name}>"));
            return;
        }
        let level = name.strip_prefix('h').filter(|level| level.len() == 1).and_then(|level| level.parse().ok());
        let heading = level.filter(|level| (1..=6).contains(level) && !self.is_in_heading()).map(|level| {
            self.headings.push(Heading { level, id, text: String::new() });
            self.collecting += 1;
            (self.headings.len() - 1, self.plain.len())
        });
        self.foreign += usize::from(is_foreign(&name));
        self.open.push(Open::Raw(RawElement { name, is_known, range: locate(&range), heading }));
    }

    fn raw_end(&mut self, name: &str, range: impl Fn() -> Range<usize>) {
        let raw = self.open.iter().rev().map_while(|open| match open {
            Open::Raw(open) => Some(open),
            Open::Markdown | Open::Bare => None,
        });
        match raw.map(|open| &open.name).position(|open| open == name) {
            Some(above) => {
                (0..above).for_each(|_| self.close_lost());
                self.close_raw();
            }
            None => self.lose(Lost::Unexpected(name.to_owned()), range()),
        }
    }

    /// Closes the elements that raw HTML has left open inside the Markdown element that ends now.
    pub(super) fn close_all_raw(&mut self) {
        while matches!(self.open.last(), Some(Open::Raw(_))) {
            self.close_lost();
        }
    }

    /// Closes an element that has no end tag.
    fn close_lost(&mut self) {
        if let Some(Open::Raw(open)) = self.open.last()
            && open.is_known
            && !may_be_left_open(&open.name)
        {
            let (name, range) = (open.name.clone(), open.range.clone());
            self.lose(Lost::Unclosed(name), range);
        }
        self.close_raw();
    }

    fn close_raw(&mut self) {
        let Some(Open::Raw(open)) = self.open.pop() else { return };
        self.foreign -= usize::from(is_foreign(&open.name));
        self.html.push_str("</");
        self.html.push_str(&open.name);
        self.html.push('>');
        self.end_line(&open.name);
        if let Some((index, from)) = open.heading {
            let text = self.take_plain(from);
            if let Some(heading) = self.headings.get_mut(index) {
                heading.text = text;
            }
        }
    }

    /// Returns true inside an element whose text is not escaped.
    fn is_in_raw_text(&self) -> bool {
        self.foreign == 0 && matches!(self.open.last(), Some(Open::Raw(open)) if is_raw_text(&open.name))
    }
}

/// Returns true for elements in which no text is raw.
fn is_foreign(name: &str) -> bool {
    matches!(name, "math" | "svg")
}

/// Returns true for elements whose end tag may be omitted (HTML standard, optional tags), and for `image`, which
/// browsers read as `img`.
fn may_be_left_open(name: &str) -> bool {
    matches!(
        name,
        "caption"
            | "colgroup"
            | "dd"
            | "dt"
            | "image"
            | "li"
            | "optgroup"
            | "option"
            | "p"
            | "rp"
            | "rt"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    )
}

/// Returns true if the start of element `name` ends an open element.
fn is_closed_by(open: &str, name: &str) -> bool {
    match open {
        "li" => name == "li",
        "dt" | "dd" => matches!(name, "dt" | "dd"),
        "option" => matches!(name, "option" | "optgroup"),
        "td" | "th" => matches!(name, "td" | "th"),
        "tr" => name == "tr",
        "thead" | "tbody" => matches!(name, "tbody" | "tfoot"),
        _ => false,
    }
}
