//! The files of a book that are no chapters: those that it adds to every page, and those beside its chapters.

use super::{Next, Translation};
use crate::config::{Config, ConfigProblem};
use crate::page::outline::{self, OutlineItem};
use crate::place;
use crate::world::{self, FolderEntry, ReadError, World};
use std::collections::{BTreeMap, BTreeSet};

/// Reads the style sheets and scripts that the book adds to every page; one that cannot be read is a problem.
pub(crate) fn additional(world: &dyn World, config: &mut Config) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for file in &config.html.additional {
        match world.read(&file.value) {
            Ok(bytes) => {
                found.insert(file.value.clone(), bytes);
            }
            Err(error) => config.problems.push(ConfigProblem::BadValue {
                span: file.span,
                why: format!("`{}` cannot be read: {error}", file.value),
                help: "name a file of the book, relative to book.toml".to_owned(),
            }),
        }
    }
    found
}

/// Returns the files under `src` that are neither chapters nor the outline.
pub(crate) fn others(
    world: &dyn World,
    src: &str,
    (outline, translations): (&[OutlineItem], &[Translation]),
    next: Next,
) -> Result<Vec<FolderEntry>, ReadError> {
    let chapters: BTreeSet<String> = outline::chapters(outline)
        .into_iter()
        .filter_map(|(chapter, _)| world::join(src, chapter.source.as_deref()?))
        .chain(translations.iter().map(|it| format!("{src}/{}/SUMMARY.md", it.language)))
        .chain(std::iter::once(format!("{src}/SUMMARY.md")))
        .map(|path| place::fold(&path))
        .collect();
    let entries = world.list(src)?;
    // Our own site never includes files left by systems and tools; stock mdBook publishes them.
    let below = |path: &str| path.strip_prefix(src).is_some_and(|path| world::is_of_tool(path.trim_start_matches('/')));
    let is_left = |entry: &FolderEntry| next == Next::Renderer && entry.plain && below(&entry.path);
    // A file system that ignores case may list a chapter in another spelling.
    let is_other = |entry: &FolderEntry| !chapters.contains(&place::fold(&entry.path)) && !is_left(entry);
    Ok(entries.into_iter().filter(is_other).collect())
}
