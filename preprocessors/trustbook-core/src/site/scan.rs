//! Reads the ids and links of a finished page from its bytes.

use super::SitePage;
use super::content::unescape;
use lol_html::html_content::Element;
use lol_html::{RewriteStrSettings, element, rewrite_str};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A link, image or other reference of a page, as the browser finds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteLink {
    /// The element: `a`, `img`.
    pub element: String,
    /// The address as it is written, with entities resolved.
    pub url: String,
}

/// What a template could not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotFailure {
    /// The template, relative to the theme.
    pub template: String,
    /// What the engine says.
    pub why: String,
}

/// A page with its ids and links. `content_links` are those of the chapter itself; the others are the frame's.
pub(super) fn page(path: String, page: Option<usize>, html: String, content_links: Vec<SiteLink>) -> SitePage {
    let ids: RefCell<Vec<String>> = RefCell::default();
    let links: RefCell<Vec<SiteLink>> = RefCell::default();
    // The bytes stay as they are: this pass only reads. What it can not read has no ids and no links.
    let _ = rewrite_str(
        &html,
        RewriteStrSettings::new().append_element_content_handler(element!("*", |el| {
            if let Some(id) = el.get_attribute("id") {
                ids.borrow_mut().push(unescape(&id));
            }
            if el.tag_name() == "a"
                && let Some(name) = el.get_attribute("name")
                && el.get_attribute("id").as_ref() != Some(&name)
            {
                ids.borrow_mut().push(unescape(&name));
            }
            collect(el, &links);
            Ok(())
        })),
    );
    let mut counts: BTreeMap<SiteLink, usize> = BTreeMap::new();
    for link in links.into_inner() {
        *counts.entry(link).or_default() += 1;
    }
    for link in &content_links {
        if let Some(count) = counts.get_mut(link) {
            *count = count.saturating_sub(1);
        }
    }
    let frame_links = counts.into_iter().filter(|(_, count)| *count > 0).map(|(link, _)| link).collect();
    SitePage { path, page, html, ids: ids.into_inner(), links: content_links, frame_links }
}

/// Adds the references of an element.
pub(super) fn collect(el: &Element<'_, '_>, links: &RefCell<Vec<SiteLink>>) {
    for name in ["href", "src", "poster"] {
        if let Some(url) = el.get_attribute(name) {
            links.borrow_mut().push(SiteLink { element: el.tag_name(), url: unescape(&url) });
        }
    }
    if let Some(url) = el.get_attribute("data").filter(|_| el.tag_name() == "object") {
        links.borrow_mut().push(SiteLink { element: el.tag_name(), url: unescape(&url) });
    }
    // `a.png 1x, b.png 2x`: each candidate is an address with a descriptor.
    let candidates = el.get_attribute("srcset").unwrap_or_default();
    for url in candidates.split(',').filter_map(|candidate| candidate.split_whitespace().next()) {
        links.borrow_mut().push(SiteLink { element: el.tag_name(), url: unescape(url) });
    }
}
