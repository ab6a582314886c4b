//! Pages that no way leads to, from the first page of the site on.

use super::{NOT_FOUND, Site};
use std::collections::{BTreeSet, HashMap};

/// The pages, by their place in [`Site::pages`], that nobody comes to who starts at the first page. `leads` are the
/// pages that each page leads to.
pub(super) fn find(site: &Site, leads: &[&BTreeSet<String>]) -> Vec<usize> {
    let mut index: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, page) in site.pages.iter().enumerate() {
        index.entry(&page.path).or_default().push(at);
    }
    let mut reached = vec![false; site.pages.len()];
    let mut queue: Vec<usize> = index.get("index.html").cloned().unwrap_or_default();
    // The first chapter is the first page as well, where none is.
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
    // Old addresses and the page for those that do not exist are there for who comes from elsewhere.
    let is_orphan = |at: &usize| site.pages[*at].page.is_some() && site.pages[*at].path != NOT_FOUND && !reached[*at];
    (0..site.pages.len()).filter(is_orphan).collect()
}
