//! Finds pages that the last published site in the same folder has, and this site does not.

use super::{A_Z, Site};
use crate::config::{Config, is_language_tag};
use crate::world::World;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Returns the paths of the missing pages, sorted. A folder without a manifest of `trustbook` has none.
pub(crate) fn pages(world: &dyn World, config: &Config, site: &Site) -> Vec<String> {
    let Ok(bytes) = world.read(&format!("{}/manifest.json", config.build_dir)) else { return Vec::new() };
    let Ok(manifest) = serde_json::from_slice::<Json>(&bytes) else { return Vec::new() };
    let is_ours = manifest["generator"].as_str().is_some_and(|name| name.starts_with("trustbook "));
    let Some(files) = manifest["files"].as_object().filter(|_| is_ours) else { return Vec::new() };
    let pages: BTreeSet<&str> = site.pages.iter().map(|page| page.path.as_str()).collect();
    // Pages that the command adds come and go with the settings and the size of the book.
    let is_added = |path: &str| {
        let path = path.split_once('/').filter(|(folder, _)| is_language_tag(folder)).map_or(path, |(_, path)| path);
        path == "print.html" || path == A_Z || path.starts_with("a-z/")
    };
    let is_gone = |path: &&String| {
        path.ends_with(".html")
            && !is_added(path)
            && !pages.contains(path.as_str())
            && !site.files.contains_key(path.as_str())
            && !site.assets.contains_key(path.as_str())
    };
    let mut gone: Vec<String> = files.keys().filter(is_gone).cloned().collect();
    gone.sort();
    gone
}
