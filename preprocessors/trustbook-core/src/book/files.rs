//! The files of a book that are no chapters: those that it adds to every page, and those beside its chapters.

use super::{Next, Translation};
use crate::config::{Config, ConfigProblem, published_at};
use crate::page::outline::{self, OutlineItem};
use crate::place;
use crate::world::{self, FolderEntry, ReadError, World};
use std::collections::{BTreeMap, BTreeSet};

/// Reads the style sheets and scripts that the book adds to every page, by their paths in the site; one that cannot be
/// read is a problem.
pub(crate) fn additional(world: &dyn World, config: &mut Config) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for file in &config.html.additional {
        let path = published_at(&file.value);
        let (why, help) = match world.read(&file.value) {
            Ok(_) if config.html.additional_source(path) != file.value => {
                (format!("the site has another file at `{path}`"), "rename one of the two files")
            }
            Ok(bytes) => {
                found.insert(path.to_owned(), bytes);
                continue;
            }
            Err(error) => (error.to_string(), "name a file of the book, relative to book.toml"),
        };
        let why = format!("`{}` cannot be added to the pages: {why}", file.value);
        config.problems.push(ConfigProblem::BadValue { span: file.span, why, help: help.to_owned() });
    }
    found
}

/// Returns the files under `src` that are neither chapters nor the outline.
pub(crate) fn others(
    world: &dyn World,
    config: &Config,
    (outline, translations): (&[OutlineItem], &[Translation]),
    next: Next,
) -> Result<Vec<FolderEntry>, ReadError> {
    let chapters: BTreeSet<String> = outline::chapters(outline)
        .into_iter()
        .filter_map(|(chapter, _)| world::join(&config.src, chapter.source.as_deref()?))
        .chain(translations.iter().map(|it| config.in_src(&format!("{}/SUMMARY.md", it.language))))
        .chain(std::iter::once(config.in_src("SUMMARY.md")))
        .map(|path| place::fold(&path))
        .collect();
    let entries = world.list(&config.src)?;
    let src = config.src_prefix();
    // Our own site never includes files left by systems and tools; stock mdBook publishes them.
    let below = |path: &str| path.strip_prefix(&src).is_some_and(world::is_of_tool);
    let is_left = |entry: &FolderEntry| next == Next::Renderer && entry.plain && below(&entry.path);
    // A file system that ignores case may list a chapter in another spelling.
    let is_other = |entry: &FolderEntry| {
        !chapters.contains(&place::fold(&entry.path)) && !is_left(entry) && !config.is_apart(&entry.path)
    };
    Ok(entries.into_iter().filter(is_other).collect())
}
