//! Finds pages that no chain of links from the first page reaches.

use super::{NOT_FOUND, Site};
use std::collections::{BTreeSet, HashMap};

/// Returns the indices into [`Site::pages`] of the chapters that no chain of links from the first page reaches.
///
/// `leads` holds the paths that each page links to, in the order of the pages.
pub(super) fn find(site: &Site, leads: &[&BTreeSet<String>]) -> Vec<usize> {
    let mut index: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, page) in site.pages.iter().enumerate() {
        index.entry(&page.path).or_default().push(at);
    }
    let mut reached = vec![false; site.pages.len()];
    let mut queue: Vec<usize> = index.get("index.html").cloned().unwrap_or_default();
    // Without an `index.md`, the first chapter is also the first page.
    if queue.iter().all(|at| site.pages[*at].page.is_none()) && !queue.is_empty() {
        queue.push(0);
    }
    if queue.is_empty() {
        return Vec::new();
    }
    while let Some(at) = queue.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            let next = leads[at].iter().filter_map(|path| index.get(path.as_str())).flatten();
            queue.extend(next.filter(|at| !reached[**at]));
        }
    }
    // Redirects and the page for missing addresses exist for visitors from elsewhere.
    let is_orphan = |at: &usize| site.pages[*at].page.is_some() && site.pages[*at].path != NOT_FOUND && !reached[*at];
    (0..site.pages.len()).filter(is_orphan).collect()
}
