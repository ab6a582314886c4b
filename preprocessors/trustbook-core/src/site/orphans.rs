//! Pages that no way leads to, from the first page of the site on.

use super::{Site, SitePage};
use std::collections::{BTreeMap, BTreeSet};

/// The pages, by their place in [`Site::pages`], that nobody comes to who starts at the first page. `leads` are the
/// pages that each page leads to.
pub(super) fn find(site: &Site, leads: &[BTreeSet<String>]) -> Vec<usize> {
    let mut index: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, page) in site.pages.iter().enumerate() {
        index.entry(&page.path).or_default().push(at);
    }
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut queue: Vec<&str> = index.keys().filter(|path| **path == "index.html").copied().collect();
    if queue.is_empty() {
        return Vec::new();
    }
    while let Some(path) = queue.pop() {
        if reached.insert(path) {
            let next = index.get(path).into_iter().flatten().flat_map(|at| &leads[*at]);
            queue.extend(next.filter_map(|path| Some(*index.get_key_value(path.as_str())?.0)));
        }
    }
    // Old addresses and the page for those that do not exist are there for who comes from elsewhere.
    let is_orphan = |page: &SitePage| page.page.is_some() && !reached.contains(page.path.as_str());
    (0..site.pages.len()).filter(|at| is_orphan(&site.pages[*at])).collect()
}
