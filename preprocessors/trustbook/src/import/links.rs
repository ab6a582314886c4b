//! Links and images of an imported page: to other pages of the book, to the address of the page, or as their words.

use super::page::{self, Content};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use std::ops::Range;
use trustbook_core::config::HtmlSettings;
use trustbook_core::html::{block_markdown, options};
use url::Url;

/// The pages that are imported together: the path of each as it was given, and the name of its page.
pub(super) type Pages<'p> = [(&'p str, &'p str)];

/// An open link or image: its bytes, its target, the bytes of its words, its notation, and true for an image.
type Open = (Range<usize>, String, Option<Range<usize>>, LinkType, bool);

/// Returns the text with links that lead somewhere, and sentences about those that led nowhere.
pub(super) fn resolve(text: &str, own: &str, address: Option<&Url>, pages: &Pages<'_>) -> (String, Vec<String>) {
    let text = &html(text);
    let anchors = anchors(text);
    rewrite(text, |target| leads(target, own, address, pages, &anchors))
}

/// Writes links to anchors that a text no longer has as their words.
pub(super) fn without_lost_anchors(text: &str) -> String {
    let anchors = anchors(text);
    let is_there = |target: &str| target.strip_prefix('#').is_none_or(|anchor| anchors.contains(anchor));
    rewrite(text, |target| is_there(target).then(|| target.to_owned())).0
}

fn anchors(text: &str) -> BTreeSet<String> {
    let headings = page::read(text).into_iter().filter_map(|part| match part.content {
        Content::Heading(_, _, anchor) => Some(anchor),
        _ => None,
    });
    headings.collect()
}

/// Returns a text with other targets of its links, and the targets that have none and became their words.
fn rewrite(text: &str, to: impl Fn(&str) -> Option<String>) -> (String, Vec<String>) {
    let settings = HtmlSettings { definition_lists: true, admonitions: true, ..HtmlSettings::default() };
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut left: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<Open> = Vec::new();
    for (event, range) in Parser::new_ext(text, options(&settings)).into_offset_iter() {
        if let Some((_, _, inner, ..)) = open.last_mut()
            && !matches!(event, Event::End(TagEnd::Link | TagEnd::Image))
        {
            *inner = Some(inner.as_ref().map_or(range.start, |inner| inner.start)..range.end);
        }
        match event {
            Event::Start(Tag::Link { dest_url, link_type, .. }) => {
                open.push((range, dest_url.to_string(), None, link_type, false));
            }
            Event::Start(Tag::Image { dest_url, link_type, .. }) => {
                open.push((range, dest_url.to_string(), None, link_type, true));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let Some((range, target, inner, kind, is_image)) = open.pop() else { continue };
                if matches!(kind, LinkType::Autolink | LinkType::Email)
                    || edits.iter().any(|(other, _)| other.start >= range.start)
                {
                    continue;
                }
                let words = inner.and_then(|inner| text.get(inner)).unwrap_or_default();
                let new = match (is_image, to(&target)) {
                    (false, Some(to)) if to == target => continue,
                    (false, Some(to)) => format!("[{words}]({to})"),
                    _ => {
                        left.insert(target);
                        words.to_owned()
                    }
                };
                edits.push((range, new));
            }
            _ => {}
        }
    }
    let mut out = text.to_owned();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, new) in edits {
        out.replace_range(range, &new);
    }
    (out, left.into_iter().collect())
}

/// Returns where a link leads in the book or outside, if anywhere.
fn leads(
    target: &str,
    own: &str,
    address: Option<&Url>,
    pages: &Pages<'_>,
    anchors: &BTreeSet<String>,
) -> Option<String> {
    if target.contains('@') && !target.contains([':', '/']) {
        return Some(format!("mailto:{target}"));
    }
    if target.starts_with("www.") {
        return Some(format!("https://{target}"));
    }
    if let Ok(url) = Url::parse(target) {
        let is_whole = match url.scheme() {
            "https" | "http" => true,
            "mailto" => url.path().contains('@'),
            "tel" => url.path().contains(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        return is_whole.then(|| target.to_owned());
    }
    if let Some(anchor) = target.strip_prefix('#') {
        return anchors.contains(anchor).then(|| target.to_owned());
    }
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let stem = |path: &str| {
        let path = path.trim_end_matches('/');
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase()
    };
    let is_file = |given: &&(&str, &str)| !path.is_empty() && stem(given.0) == stem(path) && given.0 != own;
    let mut meant = pages.iter().filter(is_file);
    match (meant.next(), meant.next(), address) {
        (Some((_, slug)), None, _) => Some(format!("{slug}.md")),
        (_, _, Some(address)) => {
            address.join(target).ok().filter(|url| url.scheme() == "https").map(|url| url.to_string())
        }
        _ => None,
    }
}

/// Writes blocks of HTML that are whole as Markdown, so that their tables and links are read.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (event, range) in Parser::new_ext(text, options(&HtmlSettings::default())).into_offset_iter() {
        let Event::Start(Tag::HtmlBlock) = event else { continue };
        let block = text[range.clone()].trim();
        let name: String = block.trim_start_matches('<').chars().take_while(char::is_ascii_alphanumeric).collect();
        let closes = block.ends_with(&format!("</{name}>")) || name == "img";
        if range.start < done
            || !closes
            || !matches!(name.as_str(), "table" | "p" | "div" | "img" | "ul" | "ol" | "center" | "a")
        {
            continue;
        }
        out.push_str(&text[done..range.start]);
        // Entities of HTML are braces now.
        out.push_str(&super::clean::braces(&block_markdown(block)));
        out.push_str("\n\n");
        done = range.end;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_of_the_book_or_become_words() {
        let text = "# A\n\n[Legal](./legal.mdx#x), [other](/docs/other), [up](#a), [down](#b), [web](https://example.com), \
                    ![A *chart*](img/a.png) and <table><tr><td>x</td></tr></table>\n\n<table><tr><th>N</th></tr><tr><td>v</td></tr></table>\n";
        let (out, left) = resolve(text, "a.md", None, &[("a.md", "a"), ("docs/legal.mdx", "legal-2")]);
        for part in [
            "[Legal](legal-2.md)",
            ", other,",
            "[up](#a)",
            ", down,",
            "[web](https://example.com)",
            "A *chart* and",
            "| N |\n| --- |\n| v |",
        ] {
            assert!(out.contains(part), "{part}: {out}");
        }
        assert_eq!(left, ["#b", "/docs/other", "img/a.png"]);
        let address = Url::parse("https://example.com/legal/a").unwrap();
        let (out, left) = resolve("[other](/docs/other)", "a.html", Some(&address), &[]);
        assert_eq!((out.as_str(), left.len()), ("[other](https://example.com/docs/other)", 0));
    }
}
