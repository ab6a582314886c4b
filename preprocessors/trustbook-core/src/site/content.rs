//! One pass over a rendered chapter: takes out what the renderer adds and we do not want, and reads its headings.

use super::scan::{Collector, Seen};
use lol_html::html_content::{Element, TextChunk};
use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use std::cell::{Cell, RefCell};

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

/// A chapter's content, cleaned.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) html: String,
    pub(super) headings: Vec<Heading>,
    pub(super) seen: Seen,
    /// It was read to its end, and what follows it is read as if it were not there.
    pub(super) is_whole: bool,
}

/// Cleans rendered HTML. HTML that the rewriter can not read is kept as it is.
pub(super) fn clean(html: &str) -> Content {
    let headings: RefCell<Vec<Heading>> = RefCell::default();
    let collector = Collector::default();
    let zoomed = collector.clone();
    let tables = Cell::new(0);
    let is_endless = Cell::new(html.is_empty());
    let index = element!("a[href]", |el| {
        // The renderer calls the page of a folder's README.md by a name that it does not have (mdBook#984).
        let href = el.get_attribute("href").unwrap_or_default();
        if let Some(href) = index_link(&href) {
            el.set_attribute("href", &href)?;
        }
        Ok(())
    });
    // Before anything is read of an element, so that what is read is what the page has.
    let aligned = element!("th[style], td[style]", |el| {
        align(el);
        Ok(())
    });
    let first = [index, aligned].into_iter().chain(collector.handlers());
    let handlers = first.chain([
        // The second of the two images that the renderer prints goes with its wrapper.
        element!("span.img-wrapper img", move |_el| {
            zoomed.forget();
            Ok(())
        }),
        // The renderer wraps each image in a checkbox that zooms it, and prints the image twice.
        element!("label.checkbox-label", |el| {
            el.remove_and_keep_content();
            Ok(())
        }),
        element!("input.checkbox-img, span.img-wrapper", |el| {
            el.remove();
            Ok(())
        }),
        element!("plaintext", |_el| {
            // All that follows is its text.
            is_endless.set(true);
            Ok(())
        }),
        element!("svg[viewbox]", |el| {
            if let Some(value) = el.get_attribute("viewbox") {
                el.remove_attribute("viewbox");
                el.set_attribute("viewBox", &value)?;
            }
            el.set_attribute("aria-hidden", "true")?;
            Ok(())
        }),
        element!("div.table-wrapper", |el| {
            // A table that scrolls is reached with the keyboard.
            el.set_attribute("tabindex", "0")?;
            el.set_attribute("role", "region")?;
            tables.set(tables.get() + 1);
            el.set_attribute("aria-label", &format!("Table {}", tables.get()))?;
            Ok(())
        }),
        element!("h1, h2, h3, h4, h5, h6", |el| {
            let level = el.tag_name().as_bytes().get(1).map_or(1, |digit| digit - b'0');
            let id = el.get_attribute("id").map(unescape).unwrap_or_default();
            headings.borrow_mut().push(Heading { level, id, text: String::new() });
            Ok(())
        }),
        text!("h1, h2, h3, h4, h5, h6", |chunk| {
            add_text(chunk, &headings);
            Ok(())
        }),
    ]);
    let settings = handlers.fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    let rewritten = rewrite_str(html, settings);
    Content {
        is_whole: rewritten.is_ok() && !is_endless.get(),
        html: rewritten.unwrap_or_else(|_| html.to_owned()),
        headings: headings.into_inner(),
        seen: collector.finish(),
    }
}

/// `dir/README.html#x` leads to `dir/index.html#x`.
pub(super) fn index_link(href: &str) -> Option<String> {
    let at = href.find(['#', '?']).unwrap_or(href.len());
    let (path, rest) = href.split_at(at);
    let name = path.rsplit('/').next()?;
    let is_readme = name.eq_ignore_ascii_case("readme.html") && !path.contains(':') && !path.starts_with("//");
    is_readme.then(|| format!("{}index.html{rest}", &path[..path.len() - name.len()]))
}

fn align(el: &mut Element<'_, '_>) {
    let style = el.get_attribute("style").unwrap_or_default();
    let Some(side) = style.strip_prefix("text-align: ") else {
        return;
    };
    if matches!(side, "left" | "center" | "right") {
        el.remove_attribute("style");
        // A fixed name of an attribute is always accepted.
        let _ = el.set_attribute("class", &format!("align-{side}"));
    }
}

fn add_text(chunk: &TextChunk<'_>, headings: &RefCell<Vec<Heading>>) {
    if let Some(heading) = headings.borrow_mut().last_mut() {
        heading.text.push_str(&unescape(chunk.as_str()));
    }
}

/// Numeric entities, and the few with names that the renderer's serializer, Handlebars and writers of HTML use.
pub(super) fn unescape(text: impl Into<String>) -> String {
    let text = text.into();
    // Most have none.
    if !text.contains('&') {
        return text;
    }
    let mut output = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        output.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                output.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                output.push('&');
                rest = &rest[1..];
            }
        }
    }
    output.push_str(rest);
    output
}

/// The most bytes from `&` to `;`.
const LONGEST_ENTITY: usize = 12;

fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
        None => Some(match name {
            "amp" => '&',
            "apos" => '\'',
            "gt" => '>',
            "lt" => '<',
            "nbsp" => '\u{a0}',
            "quot" => '"',
            _ => return None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{clean, unescape};

    #[test]
    fn entities_are_resolved_once() {
        let text = "a&amp;b &#x27;&#39;&#92;&nbsp;&amp;lt; &é; & &bogus; &#xFFFFFFFF;";
        assert_eq!(unescape(text), "a&b ''\\\u{a0}&lt; &é; & &bogus; &#xFFFFFFFF;");
    }

    #[test]
    fn what_the_renderer_adds_is_taken_out() {
        let html = "<h2 id=\"a\"><a class=\"header\" href=\"#a\">A &amp; <em>b</em></a></h2>\
            <p><label class=\"checkbox-label\"><input class=\"checkbox-img\" type=\"checkbox\">\
            <img src=\"x.png\" alt=\"X\"><span class=\"img-wrapper\"><img src=\"x.png\" alt=\"X\"></span></label></p>\
            <table><tr><td style=\"text-align: right\">1</td></tr></table>";
        let content = clean(html);
        assert_eq!(content.html.matches("<img").count(), 1);
        assert!(!content.html.contains("checkbox") && !content.html.contains("style="));
        assert!(content.html.contains("class=\"align-right\""));
        assert_eq!(content.headings[0].text, "A & b");
        let links: Vec<&str> = content.seen.pieces.iter().map(|piece| piece.value.as_str()).collect();
        assert_eq!(links, ["#a", "x.png"]);
    }
}
