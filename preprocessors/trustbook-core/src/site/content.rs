//! One pass over a rendered chapter: takes out what the renderer adds and we do not want, and reads its headings.

use super::active;
use super::scan::{Collector, Seen, code, endless};
use lol_html::html_content::{Element, TextChunk};
use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use std::cell::{Cell, RefCell};
use web_atoms::NAMED_ENTITIES;

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
    let mut seen = collector.finish();
    seen.pieces.extend(rewritten.as_ref().err().map(endless));
    let is_read = rewritten.is_ok();
    let html = rewritten.unwrap_or_else(|_| html.to_owned());
    seen.pieces.extend(active::instruction(&html).map(|begin| code(active::INSTRUCTION, begin)));
    Content { is_whole: is_read && !is_endless.get(), html, headings: headings.into_inner(), seen }
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

/// The value of an attribute, or a text, with all entities of HTML resolved (HTML, 13.2.5.72 to 13.2.5.80).
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
        match number(rest).or_else(|| named(rest, &mut output)) {
            Some((c, length)) => {
                output.extend(c);
                rest = &rest[length..];
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

/// The character of `&#106;` or `&#x6a` at the start of a text, and the length of that. A semicolon may be left out, and
/// zeros may stand in front.
fn number(text: &str) -> Option<(Option<char>, usize)> {
    let digits = text.strip_prefix("&#")?;
    let (radix, digits) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, digits),
    };
    let count = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..count], radix).ok();
    let end = text.len() - digits.len() + count;
    let end = end + usize::from(text[end..].starts_with(';'));
    Some((Some(code.and_then(char::from_u32).filter(|c| *c != '\0').unwrap_or('\u{fffd}')), end))
}

/// Writes what a named entity at the start of a text stands for, and gives its length. Names of old may stand without
/// their semicolon, but not before what could go on in an address: `?a=1&copy=2`.
fn named(text: &str, output: &mut String) -> Option<(Option<char>, usize)> {
    let mut found = None;
    let ends = text.char_indices().skip(2).map(|(at, _)| at).chain(std::iter::once(text.len()));
    for end in ends {
        // The map has every beginning of a name as well, with nothing behind it.
        let Some((first, second)) = NAMED_ENTITIES.get(text.get(1..end)?) else { break };
        if *first != 0 {
            found = Some((end, *first, *second));
        }
    }
    let (end, first, second) = found?;
    let is_open = !text[..end].ends_with(';');
    if is_open && text[end..].starts_with(|c: char| c == '=' || c.is_ascii_alphanumeric()) {
        return None;
    }
    output.extend(char::from_u32(first));
    Some((char::from_u32(second).filter(|c| *c != '\0'), end))
}

#[cfg(test)]
mod tests {
    use super::{clean, unescape};

    #[test]
    fn entities_are_resolved_once() {
        let text = "a&amp;b &#x27;&#39;&#92;&nbsp;&amp;lt; &é; & &bogus; &#xFFFFFFFF;";
        assert_eq!(unescape(text), "a&b ''\\\u{a0}&lt; &é; & &bogus; \u{fffd}");
        let text =
            "java&Tab;script&colon;&lpar; &#106avascript &#x0000000000006A; &lt &copy ?a&copy=1&ampx &NotEqualTilde; &";
        assert_eq!(unescape(text), "java\tscript:( javascript j < © ?a&copy=1&ampx \u{2242}\u{338} &");
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
