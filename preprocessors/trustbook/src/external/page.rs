//! Search for an anchor in a page, as a browser would; a page built by scripts gives no definite answer.

use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::suggest::nearest;

/// The result of the search for an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AnchorSearch {
    Found,
    /// The page lacks the anchor; the nearest one that it has.
    Missing(Option<String>),
    /// Could not be determined.
    Unsure,
}

/// A page with less text than this, in characters, is built by its scripts.
const LEAST_TEXT: usize = 250;
/// The number of missing anchors per page for which the nearest id is searched, and the number of ids compared.
/// The search is slow.
const MOST_NEAR: usize = 20;
const MOST_IDS: usize = 10_000;
/// The prefix that forges put before the ids of a document, and the anchors that only their scripts create.
const SHOWN: &str = "user-content-";
const BY_SCRIPT: &[&str] =
    &["commitcomment-", "diff-", "discussion", "event-", "issue-", "issuecomment-", "note_", "pullrequestreview-"];

/// Looks for anchors in HTML. `is_whole` is true if `body` holds all bytes of the page.
pub(super) fn anchors(body: &[u8], is_whole: bool, wanted: &BTreeSet<String>) -> BTreeMap<String, AnchorSearch> {
    let text = String::from_utf8_lossy(body);
    // The page has another encoding: ASCII names can be found in it, but a missing one proves nothing.
    let is_odd = matches!(text, std::borrow::Cow::Owned(_)) || text.contains('\0');
    let page = read(&text);
    let is_made_by_script = page.has_script && page.shown.saturating_sub(page.hidden) < LEAST_TEXT;
    let is_unsure = !is_whole || is_odd || page.is_broken || page.leads_on || is_made_by_script;
    let mut missing = 0;
    let mut of = |anchor: &String| {
        if page.has(anchor) {
            return AnchorSearch::Found;
        }
        if is_unsure || page.may_make(anchor) {
            return AnchorSearch::Unsure;
        }
        missing += 1;
        let ids = page.ids.iter().map(String::as_str).take(if missing > MOST_NEAR { 0 } else { MOST_IDS });
        AnchorSearch::Missing(nearest(anchor, ids).map(str::to_owned))
    };
    wanted.iter().map(|anchor| (anchor.clone(), of(anchor))).collect()
}

#[derive(Debug, Default)]
struct Page {
    ids: BTreeSet<String>,
    scripts: String,
    has_script: bool,
    /// True if an id is written with a character reference.
    has_entities: bool,
    /// True if the page redirects readers to another page.
    leads_on: bool,
    /// The number of characters of text, and of text that is not displayed.
    shown: usize,
    hidden: usize,
    is_broken: bool,
}

impl Page {
    fn has(&self, anchor: &str) -> bool {
        let prefixed = |anchor: &str| self.ids.contains(&format!("{SHOWN}{anchor}"));
        self.ids.contains(anchor) || prefixed(anchor) || prefixed(&anchor.to_lowercase())
    }

    /// Returns true if a script may create the anchor: a script names it, or it has the form of an anchor that
    /// scripts create.
    fn may_make(&self, anchor: &str) -> bool {
        let is_quoted = |at: usize| {
            let (before, after) = (&self.scripts[..at], &self.scripts[at + anchor.len()..]);
            (before.ends_with(['"', '\'', '`']) || before.ends_with(SHOWN)) && after.starts_with(['"', '\'', '`', '\\'])
        };
        let is_line = anchor.trim_start_matches(['L', 'l', 'n']).starts_with(|c: char| c.is_ascii_digit())
            && anchor.chars().all(|c| c.is_ascii_digit() || matches!(c, 'C' | 'L' | 'l' | 'n' | '-' | ',' | ':'));
        is_line
            || BY_SCRIPT.iter().any(|start| anchor.starts_with(start))
            || self.has_entities
            || self.scripts.match_indices(anchor).any(|(at, _)| is_quoted(at))
    }
}

fn read(html: &str) -> Page {
    let page = RefCell::new(Page::default());
    let count = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("*", |el| {
            let mut page = page.borrow_mut();
            for name in ["id", "name"] {
                page.ids.extend(el.get_attribute(name));
            }
            match el.tag_name().as_str() {
                "script" => page.has_script = true,
                "meta" => {
                    let refresh = el.get_attribute("http-equiv");
                    page.leads_on |= refresh.is_some_and(|value| value.trim().eq_ignore_ascii_case("refresh"));
                }
                _ => {}
            }
            Ok(())
        }))
        .append_element_content_handler(text!("*", |chunk| {
            page.borrow_mut().shown += count(chunk.as_str());
            Ok(())
        }))
        .append_element_content_handler(text!("noscript, script, style, template, title", |chunk| {
            page.borrow_mut().hidden += count(chunk.as_str());
            Ok(())
        }))
        .append_element_content_handler(text!("script", |chunk| {
            page.borrow_mut().scripts.push_str(chunk.as_str());
            Ok(())
        }));
    // The output of the rewriter is discarded: this pass only reads.
    let is_broken = rewrite_str(html, settings).is_err();
    let page = page.into_inner();
    Page { is_broken, has_entities: page.ids.iter().any(|id| id.contains('&')), ..page }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(body: &str, anchor: &str) -> AnchorSearch {
        let wanted = BTreeSet::from([anchor.to_owned()]);
        anchors(body.as_bytes(), true, &wanted).remove(anchor).unwrap()
    }

    fn long(rest: &str) -> String {
        format!("<!doctype html><title>x</title><p>{}</p>{rest}", "word ".repeat(80))
    }

    #[test]
    fn anchors_are_ids_and_names() {
        let page = long(
            "<h2 id='one'>1</h2><a name=two></a><h2 ID=\"über uns\">3</h2><h2 id=user-content-four>4</h2>\
             <!-- <p id=no> --><textarea><p id=nor></textarea><script>'<p id=never>'</script>",
        );
        for anchor in ["one", "two", "über uns", "four", "Four"] {
            assert_eq!(seen(&page, anchor), AnchorSearch::Found, "{anchor}");
        }
        for anchor in ["no", "nor", "never", "ONE", "five"] {
            assert!(matches!(seen(&page, anchor), AnchorSearch::Missing(_)), "{anchor}");
        }
        assert_eq!(seen(&page, "on"), AnchorSearch::Missing(Some("one".to_owned())));
    }

    #[test]
    fn what_a_script_may_make_is_not_missing() {
        for (page, anchor) in [
            ("<div id=root></div><script src=/a.js></script>".to_owned(), "x"),
            (long("<script>{\"id\":\"x\"}</script>"), "x"),
            (long("<script>{\\\"id\\\":\\\"x\\\"}</script>"), "x"),
            (long("<script>\"<h2 id=\\\"user-content-x\\\">\"</script>"), "x"),
            (long("<meta http-equiv=Refresh content='0; url=/y'>"), "x"),
            (long(""), "L10-L20"),
            (long(""), "10-20"),
            (long(""), "issuecomment-1"),
            (long("<p id='a&uuml;'>"), "x"),
            (long("\0"), "x"),
        ] {
            assert_eq!(seen(&page, anchor), AnchorSearch::Unsure, "{page}");
        }
        let wanted = BTreeSet::from(["x".to_owned(), "y".to_owned()]);
        let cut = anchors(long("<p id=y>").as_bytes(), false, &wanted);
        assert_eq!((&cut["x"], &cut["y"]), (&AnchorSearch::Unsure, &AnchorSearch::Found));
        let latin = anchors(b"<p id=y>\xfcber</p>", true, &wanted);
        assert_eq!((&latin["x"], &latin["y"]), (&AnchorSearch::Unsure, &AnchorSearch::Found));
        assert!(matches!(seen("<p>short, without a script</p>", "x"), AnchorSearch::Missing(None)));
        assert!(matches!(seen(&long("<a href='#x'>x</a><script>'#x'</script>"), "x"), AnchorSearch::Missing(None)));
    }
}
