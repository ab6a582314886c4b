//! The pages of an outline: files and includes are read in order, then the pages in parallel, within their limits.

use super::outline::{self, Chapter, Given, OutlineItem};
use super::{Composed, Page, PageSource, ParsedChapters, compose, has_room, read};
use crate::config::Config;
use crate::span::SourceMap;
use crate::toml_tree::{self, TextError};
use crate::world::{self, ReadError, World};
use rayon::prelude::*;

/// The pages of a book.
pub(crate) struct Chapters {
    /// The pages in the order of the outline.
    pub(crate) pages: Vec<Page>,
    /// Chapters without a page, each with the reason.
    pub(crate) missing: Vec<(Chapter, TextError)>,
}

/// The chapter for addresses that do not exist: the file that `input-404` names, or else `404.md`, if the book has it.
pub(crate) fn not_found(world: &dyn World, config: &Config, name: String) -> Option<Chapter> {
    let named = config.html.input_404.as_ref();
    let source = named.map_or("404.md", |named| named.value.as_str()).to_owned();
    let path = world::join(&config.src, &source).unwrap_or_default();
    if named.is_none() && matches!(world.read(&path), Err(ReadError::Missing)) {
        return None;
    }
    let (path, span) = (Some("404.md".to_owned()), named.map(|named| named.span));
    Some(Chapter { name, path, source: Some(source), span, ..Chapter::default() })
}

/// The amount of text to collect before its pages are read, in bytes.
const BATCH: usize = 1024 * 1024;
/// The largest ratio between a page and its text: a placeholder word is longer than the shortest braces.
const GROWTH: usize = 4;

/// Reads the chapters of an outline. The results are those of reading one page after the other. File ids follow the
/// order of reading, and the room for a page depends on the pages before it.
pub(crate) fn read_all(
    world: &dyn World,
    map: &mut SourceMap,
    config: &Config,
    outline: &[OutlineItem],
    before: &mut ParsedChapters,
) -> Chapters {
    let room = world.room();
    let most = world::MAX_PAGES * room;
    let too_large = ReadError::PagesTooLarge(most / 1024 / 1024);
    let mut batch = Batch { config, before, room, size: 0, squared: 0, waiting: Vec::new(), expected: 0 };
    let chapters = outline::chapters(outline);
    let mut found = Chapters { pages: Vec::with_capacity(chapters.len()), missing: Vec::new() };
    for (chapter, _) in chapters {
        let Some(source) = &chapter.source else { continue };
        if batch.size + batch.expected > most {
            batch.read(map, &mut found);
        }
        let mut refuse = |why| found.missing.push((chapter.clone(), why));
        if batch.size > most {
            refuse(TextError::Read(too_large.clone()));
            continue;
        }
        let path = match add(world, map, config, source, chapter) {
            Ok(path) => path,
            Err(error) => {
                refuse(error);
                continue;
            }
        };
        let own = map.find(&path).map_or(0, |file| map.file(file).text().len());
        if batch.size + batch.expected + own > most {
            batch.read(map, &mut found);
        }
        if batch.size + own > most {
            found.missing.push((chapter.clone(), TextError::Read(too_large.clone())));
            continue;
        }
        let mut source = PageSource { world, map: &mut *map };
        let Some(composed) = compose(&mut source, chapter.clone(), path) else { continue };
        batch.expected += composed.included.text.text().len() * GROWTH;
        batch.waiting.push(composed);
        if batch.expected > BATCH * GROWTH {
            batch.read(map, &mut found);
        }
    }
    batch.read(map, &mut found);
    found
}

/// Gives each chapter of an outline its text after includes.
///
/// # Errors
/// Returns an error if all texts together are larger than those of pages can be.
pub(crate) fn include_all(
    world: &dyn World,
    map: &mut SourceMap,
    config: &Config,
    outline: &mut [OutlineItem],
) -> Result<(), ReadError> {
    let most = world::MAX_PAGES * world.room();
    let mut size = 0;
    outline::each(outline, &mut |chapter| {
        let Some(Ok(path)) = chapter.source.as_ref().map(|source| add(world, map, config, source, chapter)) else {
            return;
        };
        if size <= most
            && let Some(composed) = compose(&mut PageSource { world, map }, chapter.clone(), path)
        {
            size += composed.included.text.text().len();
            chapter.given = Some(Given::Included(Box::new(composed.included)));
        }
    });
    if size > most { Err(ReadError::PagesTooLarge(most / 1024 / 1024)) } else { Ok(()) }
}

/// Pages that wait to be read, and the totals of those already read.
struct Batch<'c> {
    config: &'c Config,
    before: &'c mut ParsedChapters,
    room: usize,
    /// The bytes of text in the pages already read.
    size: usize,
    /// The total that [`has_room`] updates.
    squared: usize,
    waiting: Vec<Composed>,
    /// The largest number of bytes that the waiting pages can have.
    expected: usize,
}

impl Batch<'_> {
    fn read(&mut self, map: &SourceMap, into: &mut Chapters) {
        self.expected = 0;
        let (settings, keeps) = (&self.config.html, self.before.keeps());
        let known = self.waiting.drain(..).map(|composed| (self.before.take(&composed, map, settings), composed));
        let known: Vec<(Option<Page>, Composed)> = known.collect();
        let pages = known.into_par_iter().map(|(known, new)| known.unwrap_or_else(|| read(new, settings, keeps)));
        let pages: Vec<Page> = pages.collect();
        for page in pages {
            self.size += page.body.text().len();
            match has_room(&mut self.squared, &page, self.room) {
                true => into.pages.push(page),
                false => into.missing.push((page.chapter, TextError::Read(ReadError::TooManyHeadings))),
            }
        }
    }
}

/// Adds the text of a chapter to the source map, and returns its path in the book.
fn add(
    world: &dyn World,
    map: &mut SourceMap,
    config: &Config,
    source: &str,
    chapter: &Chapter,
) -> Result<String, TextError> {
    let outside = || TextError::Read(ReadError::Outside);
    let path = world::join(&config.src, source).ok_or_else(outside)?;
    if !path.starts_with(&config.src_prefix()) {
        return Err(outside());
    }
    if config.is_apart(&path) {
        return Err(TextError::Read(ReadError::Refused("it is not among the chapters".to_owned())));
    }
    match (toml_tree::read_text(world, &path), &chapter.given) {
        (Ok(text), _) => map.add(&path, text),
        // A preprocessor has added the chapter.
        (Err(_), Some(given)) => map.add_changed(&path, given.text()),
        (Err(error), None) => return Err(error),
    };
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MemoryWorld;

    #[test]
    fn what_fits_does_not_depend_on_what_is_read_side_by_side() {
        let mut world = MemoryWorld::new(jiff::civil::date(2026, 1, 15));
        let sizes = [5, 1, 5, 5, 1, 1].map(|size| size * 1024 * 1024);
        let chapter = |(index, size): (usize, &usize)| {
            let source = format!("{index}.md");
            world.insert(&format!("src/{source}"), "x".repeat(*size));
            OutlineItem::Chapter(Chapter { source: Some(source), ..Chapter::default() }, Vec::new())
        };
        let outline: Vec<OutlineItem> = sizes.iter().enumerate().map(chapter).collect();
        let mut map = SourceMap::default();
        let config = crate::config::read(&world, &mut map);
        let found = read_all(&world, &mut map, &config, &outline, &mut ParsedChapters::default());
        let pages: Vec<&str> = found.pages.iter().map(|page| page.source.as_str()).collect();
        assert_eq!(pages, ["src/0.md", "src/1.md", "src/2.md", "src/4.md"]);
        let missing: Vec<Option<&str>> = found.missing.iter().map(|(chapter, _)| chapter.source.as_deref()).collect();
        assert_eq!(missing, [Some("3.md"), Some("5.md")]);
    }
}
