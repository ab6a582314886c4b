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
}

/// Cleans rendered HTML. HTML that the rewriter can not read is kept as it is.
pub(super) fn clean(html: &str) -> Content {
    let headings: RefCell<Vec<Heading>> = RefCell::default();
    let collector = Collector::default();
    let zoomed = collector.clone();
    let tables = Cell::new(0);
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
            let id = el.get_attribute("id").map(|id| unescape(&id)).unwrap_or_default();
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
        html: rewritten.unwrap_or_else(|_| html.to_owned()),
        headings: headings.into_inner(),
        seen: collector.finish(),
    }
}

/// `dir/README.html#x` leads to `dir/index.html#x`.
fn index_link(href: &str) -> Option<String> {
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

/// The few entities that the renderer's serializer and Handlebars write.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text.replace("&#x27;", "'").replace("&#x60;", "`").replace("&#x3D;", "=").replace("&#39;", "'");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::clean;

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
