//! Conversion of SUMMARY.md and mdBook's book to our outline.

mod ignored;

use mdbook_core::book::{Book, BookItem, Chapter as BookChapter, SectionNumber};
use mdbook_summary::{Summary, SummaryItem};
use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use trustbook_core::Sources;
use trustbook_core::World;
use trustbook_core::config::ConfigProblem;
use trustbook_core::diagnostic::Place;
use trustbook_core::page::outline::{Chapter, Given, OutlineItem, chapters};
use trustbook_core::place;
use trustbook_core::site::NOT_FOUND;
use trustbook_core::span::{FileId, Span};
use trustbook_core::toml_tree::{self, TextError};
use trustbook_core::world::{self, ReadError};

/// Reads SUMMARY.md, and after it that of each translation. Their errors are added to the problems of the configuration.
pub fn read(world: &dyn World, sources: &mut Sources) -> Vec<OutlineItem> {
    let Some(mut outline) = read_one(world, sources, "") else { return Vec::new() };
    let folders: Vec<String> = sources.theme.translations.iter().map(|(tag, _)| format!("{tag}/")).collect();
    outline.extend(folders.iter().filter_map(|folder| read_one(world, sources, folder)).flatten().collect::<Vec<_>>());
    settled(outline, sources)
}

/// Reads the outline in a folder below `src`, which ends in a slash unless it is empty.
fn read_one(world: &dyn World, sources: &mut Sources, folder: &str) -> Option<Vec<OutlineItem>> {
    let src = sources.config.in_src(folder);
    let path = format!("{src}SUMMARY.md");
    let text = match toml_tree::read_text(world, &path) {
        Ok(text) => text,
        Err(error) => {
            // An unreadable book.toml was reported already, and a folder without a book has no outline either.
            let no_book = sources.config.problems.iter().any(|problem| matches!(problem, ConfigProblem::Unreadable(_)));
            if !(no_book && error == TextError::Read(ReadError::Missing)) {
                sources.config.problems.push(ConfigProblem::Outline {
                    place: Place::File(path),
                    why: error.to_string(),
                    help: None,
                });
            }
            return None;
        }
    };
    let file = sources.map.add(&path, text.as_str());
    if text.len() > MAX_OUTLINE {
        let why = format!("it is larger than {} KiB", MAX_OUTLINE / 1024);
        sources.config.problems.push(ConfigProblem::Outline { place: Place::File(path), why, help: None });
        return None;
    }
    let (links, deep) = links(&text);
    if let Some(at) = deep {
        let why = format!("this chapter is more than {MAX_DEPTH} levels deep");
        let place = Place::At(Span::new(file, at));
        sources.config.problems.push(ConfigProblem::Outline { place, why, help: None });
        return None;
    }
    match mdbook_summary::parse_summary(&text) {
        Ok(summary) => {
            let mut walker = Walker { file, folder, links, next: 0, taken: BTreeSet::new() };
            let outline = walker.summary(&summary);
            let ignored = ignored::find(&text, file, &src, &walker.unlisted(&outline));
            sources.config.ignored.extend(ignored);
            // A chapter of a translation lies in its folder, and so does its page.
            let is_outside = |chapter: &Chapter| chapter.path.as_ref().is_some_and(|path| !path.starts_with(folder));
            let outside = chapters(&outline).into_iter().map(|(chapter, _)| chapter).find(|it| is_outside(it));
            if let Some(span) = outside.and_then(|chapter| chapter.span) {
                sources.config.problems.push(ConfigProblem::Outline {
                    place: Place::At(span),
                    why: format!("this chapter is not in `{src}`, where the chapters of this language are"),
                    help: Some("move or copy the file there, or list it in the outline of the book".to_owned()),
                });
            }
            Some(outline)
        }
        Err(error) => {
            let problem = match spaced(&text) {
                Some((at, dest)) => {
                    let why = format!("the file name `{dest}` has a space, so this is not a link");
                    let help = Some(format!("write `<{dest}>`, or rename the file"));
                    ConfigProblem::Outline { place: Place::At(Span::new(file, at)), why, help }
                }
                None => {
                    let error = format!("{error:#}");
                    match twice(&error, &links) {
                        Some((dest, at)) => {
                            let why = format!("the chapter `{dest}` is in it twice");
                            let help = Some("remove one of them: a chapter has one place in the book".to_owned());
                            ConfigProblem::Outline { place: Place::At(Span::new(file, at)), why, help }
                        }
                        None => {
                            let (place, why) =
                                explain(&error, &text, file).unwrap_or_else(|| (Place::File(path), error.clone()));
                            ConfigProblem::Outline { place, why, help: None }
                        }
                    }
                }
            };
            sources.config.problems.push(problem);
            None
        }
    }
}

/// Returns an outline without the chapters that cannot have a page; its errors are added to those of the configuration.
pub(crate) fn settled(outline: Vec<OutlineItem>, sources: &mut Sources) -> Vec<OutlineItem> {
    let mut problems = problems(&outline, &sources.config.in_src("SUMMARY.md"));
    problems.extend(not_found_twice(&outline, sources));
    let folders: Vec<String> =
        sources.theme.translations.iter().map(|(tag, _)| place::fold(&format!("{tag}/"))).collect();
    let prints = sources.config.html.print;
    let refused = if problems.is_empty() { refused(&outline, prints, &folders) } else { Vec::new() };
    let (outline, reserved) = without(outline, &refused);
    let refused = refused.into_iter().map(|it| ConfigProblem::BadValue { span: it.place, why: it.why, help: it.help });
    problems.extend(refused);
    let src = &sources.config.src;
    sources.config.reserved.extend(reserved.iter().filter_map(|source| world::join(src, source)));
    sources.config.problems.extend(problems);
    if chapters(&outline).len() > MAX_CHAPTERS { Vec::new() } else { outline }
}

/// The first entry whose file name has a space, and the name.
fn spaced(text: &str) -> Option<(Range<usize>, &str)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((dest, at)) = ignored::entry(line).and_then(|dest| Some((dest, line.find(dest)?)))
            && dest.contains(' ')
            && !dest.starts_with('<')
            && !dest.contains('"')
        {
            return Some((start + at..start + at + dest.len(), dest));
        }
        start += line.len();
    }
    None
}

/// Returns the second link to the file that an error of mdBook calls a duplicate.
fn twice<'l>(error: &str, links: &'l [OutlineLink]) -> Option<(&'l str, Range<usize>)> {
    let named = error.split_once("Duplicate file in SUMMARY.md: ")?.1;
    let mut same = links.iter().filter(|(dest, _)| named.starts_with(&format!("{dest:?}")));
    same.nth(1).map(|(dest, at)| (dest.as_str(), at.clone()))
}

/// Splits an error of mdBook ("... line 5, column 1: Suffix chapters ...") into the place and the reason.
/// Returns `None` for an error of another form.
fn explain(error: &str, text: &str, file: FileId) -> Option<(Place, String)> {
    let (_, rest) = error.rsplit_once(" line ")?;
    let (line, rest) = rest.split_once(", column ")?;
    let (_, why) = rest.split_once(": ")?;
    let line: usize = line.parse().ok()?;
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let end = start + text.get(start..)?.lines().next().map_or(0, str::len);
    let mut why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    why.get_mut(..1)?.make_ascii_lowercase();
    Some((Place::At(Span::new(file, start..end)), why))
}

/// The maximum size of the outline in bytes, and its maximum number of chapters.
const MAX_OUTLINE: usize = 2 * 1024 * 1024;
const MAX_CHAPTERS: usize = 10_000;
/// The maximum nesting depth of chapters.
const MAX_DEPTH: usize = 20;

/// Problems of an outline that could be parsed: it has no chapters or too many.
fn problems(outline: &[OutlineItem], path: &str) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    let whole =
        |why: &str| ConfigProblem::Outline { place: Place::File(path.to_owned()), why: why.to_owned(), help: None };
    if !chapters(outline).iter().any(|(chapter, _)| chapter.path.is_some()) {
        problems.push(whole("it lists no chapter"));
    }
    if chapters(outline).len() > MAX_CHAPTERS {
        problems.push(whole(&format!("it lists more than {MAX_CHAPTERS} chapters")));
        return problems;
    }
    problems
}

/// A problem where the file of the page for addresses that do not exist is a chapter as well; it stays a chapter.
fn not_found_twice(outline: &[OutlineItem], sources: &mut Sources) -> Option<ConfigProblem> {
    let html = &mut sources.config.html;
    let named = world::join("", &html.input_404.as_ref()?.value);
    let of = |chapter: &Chapter| world::join("", chapter.source.as_deref()?);
    chapters(outline).iter().find(|(chapter, _)| named.is_some() && of(chapter) == named)?;
    let named = html.input_404.take()?;
    Some(ConfigProblem::BadValue {
        span: named.span,
        why: format!("`{}` is a chapter, and cannot also be the page for addresses that do not exist", named.value),
        help: "remove its line from SUMMARY.md, or name another file".to_owned(),
    })
}

/// A chapter that cannot have its page.
struct Refused {
    place: Span,
    why: String,
    help: String,
}

/// The chapters that are no files, or whose page another chapter or the site itself has: one file named twice, or
/// `README.md` beside `index.md`.
fn refused(outline: &[OutlineItem], prints: bool, folders: &[String]) -> Vec<Refused> {
    let mut pages = BTreeMap::new();
    let mut found = Vec::new();
    for (chapter, _) in chapters(outline) {
        let (Some(page), Some(source), Some(place)) = (chapter.page_path(), chapter.source.as_deref(), chapter.span)
        else {
            continue;
        };
        let (why, help) = if is_address(source) {
            let why = format!("`{source}` is an address, and a chapter is a file of the book");
            (why, "link to it from a chapter; SUMMARY.md lists files below its folder".to_owned())
        } else if chapter.given.is_some() && world::join("", &page).as_ref() != Some(&page) {
            let why = format!("`{page}`, which a preprocessor names, is not the path of a page");
            (why, "report it to its authors, or build without the preprocessor".to_owned())
        } else if page == NOT_FOUND && source == "404.md" {
            let why = "`404.md` is the page for addresses that do not exist, not a chapter".to_owned();
            (why, "remove its line: the page is made without it".to_owned())
        } else if is_reserved(&page, prints, folders) {
            let why = format!("`{page}` is a page that the site generates, and this chapter would replace it");
            (why, "give the file of the chapter another name".to_owned())
        } else if let Some(first) = pages.get(&page) {
            let why = format!("this chapter has the same page `{page}` as `{first}`");
            (why, "list each file once, or give one of the files another name".to_owned())
        } else {
            pages.insert(page, chapter.name.clone());
            continue;
        };
        found.push(Refused { place, why, help });
    }
    found
}

fn is_address(source: &str) -> bool {
    source.contains("://") || source.starts_with("mailto:") || source.starts_with("tel:")
}

/// True for a page that the site makes itself.
fn is_reserved(page: &str, prints: bool, folders: &[String]) -> bool {
    let page = place::fold(page);
    let page = folders.iter().find_map(|folder| page.strip_prefix(folder.as_str())).unwrap_or(&page);
    page == NOT_FOUND || page == "a-z.html" || page.starts_with("a-z/") || prints && page == "print.html"
}

/// An outline without such chapters, which would break the links to the pages that they replace, and their files.
fn without(items: Vec<OutlineItem>, refused: &[Refused]) -> (Vec<OutlineItem>, Vec<String>) {
    let (mut kept, mut sources) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            OutlineItem::Chapter(chapter, below) => {
                let (below, more) = without(below, refused);
                sources.extend(more);
                if refused.iter().any(|refused| Some(refused.place) == chapter.span) {
                    sources.extend(chapter.source);
                    kept.extend(below);
                } else {
                    kept.push(OutlineItem::Chapter(chapter, below));
                }
            }
            other => kept.push(other),
        }
    }
    (kept, sources)
}

/// The destination of a link, and its range in SUMMARY.md.
type OutlineLink = (String, Range<usize>);

/// Returns the links of SUMMARY.md in order, and the first item nested deeper than [`MAX_DEPTH`]. The search
/// for that item is not recursive, unlike mdBook's own reader.
fn links(text: &str) -> (Vec<OutlineLink>, Option<Range<usize>>) {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let at = text[range.clone()].rfind(&*dest_url).map_or(range.start, |at| range.start + at);
                let end = (at + dest_url.len()).min(range.end);
                found.push((percent_decode_str(&dest_url).decode_utf8_lossy().into_owned(), at..end));
            }
            Event::Start(Tag::List(_)) if depth > MAX_DEPTH => {
                let line = text[range.clone()].lines().next().unwrap_or_default().trim_end().len();
                return (found, Some(range.start..range.start + line));
            }
            Event::Start(Tag::List(_)) => depth += 1,
            Event::End(TagEnd::List(_)) => depth -= 1,
            _ => {}
        }
    }
    (found, None)
}

struct Walker<'f> {
    file: FileId,
    /// The folder of the outline below `src`.
    folder: &'f str,
    links: Vec<OutlineLink>,
    next: usize,
    /// The links that are chapters, by index.
    taken: BTreeSet<usize>,
}

impl Walker<'_> {
    fn summary(&mut self, summary: &Summary) -> Vec<OutlineItem> {
        let all = [&summary.prefix_chapters, &summary.numbered_chapters, &summary.suffix_chapters];
        all.into_iter().flat_map(|items| self.items(items, &[])).collect()
    }

    fn items(&mut self, items: &[SummaryItem], parents: &[String]) -> Vec<OutlineItem> {
        let mut read = Vec::new();
        for item in items {
            match item {
                SummaryItem::Separator => read.push(OutlineItem::Separator),
                SummaryItem::PartTitle(title) => read.push(OutlineItem::Part(title.clone())),
                SummaryItem::Link(link) => {
                    let source = link.location.as_deref().map(slashes);
                    let span = source.as_deref().and_then(|source| self.span(source));
                    let source = source.map(|source| self.below(source));
                    let chapter = Chapter {
                        name: link.name.clone(),
                        number: link.number.as_ref().map(|number| number.to_string().trim_end_matches('.').to_owned()),
                        path: source.as_deref().map(page_path),
                        source,
                        span,
                        parents: parents.to_vec(),
                        given: None,
                    };
                    let mut names = parents.to_vec();
                    names.push(link.name.clone());
                    let below = self.items(&link.nested_items, &names);
                    read.push(OutlineItem::Chapter(chapter, below));
                }
                // mdBook may add other kinds of items; an unknown one has no page.
                _ => {}
            }
        }
        read
    }

    /// Returns the path of a file of the outline below `src`.
    fn below(&self, source: String) -> String {
        let is_own = self.folder.is_empty() || is_address(&source);
        if is_own { source } else { format!("{}{source}", self.folder) }
    }

    /// Returns the links that no chapter comes from.
    fn unlisted(&self, outline: &[OutlineItem]) -> Vec<OutlineLink> {
        let known: BTreeSet<&str> =
            chapters(outline).into_iter().filter_map(|(chapter, _)| chapter.source.as_deref()).collect();
        let links = self.links.iter().enumerate().filter(|(at, _)| !self.taken.contains(at));
        links
            .map(|(_, link)| link)
            .filter(|(dest, _)| !dest.is_empty() && !known.contains(self.below(dest.clone()).as_str()))
            .cloned()
            .collect()
    }

    fn span(&mut self, source: &str) -> Option<Span> {
        let at = (self.next..self.links.len()).find(|at| self.links[*at].0 == source)?;
        self.next = at + 1;
        self.taken.insert(at);
        Some(Span::new(self.file, self.links[at].1.clone()))
    }
}

/// Returns the outline of a book that mdBook has read.
pub fn of_book(book: &Book) -> Vec<OutlineItem> {
    items(&book.items)
}

fn items(items: &[BookItem]) -> Vec<OutlineItem> {
    items
        .iter()
        .map(|item| match item {
            BookItem::Separator => OutlineItem::Separator,
            BookItem::PartTitle(title) => OutlineItem::Part(title.clone()),
            BookItem::Chapter(chapter) => OutlineItem::Chapter(of_chapter(chapter), self::items(&chapter.sub_items)),
        })
        .collect()
}

fn of_chapter(chapter: &BookChapter) -> Chapter {
    let path = chapter.path.as_deref().map(slashes);
    // A chapter that another preprocessor made has no file, so its path names it.
    let source = chapter.source_path.as_deref().map(slashes).or_else(|| path.clone());
    Chapter {
        name: chapter.name.clone(),
        number: chapter.number.as_ref().map(|number| number.to_string().trim_end_matches('.').to_owned()),
        path,
        source,
        span: None,
        parents: chapter.parent_names.clone(),
        given: Some(Given::Source(chapter.content.clone())),
    }
}

/// Returns an outline as mdBook gives it to preprocessors. `read` reads a file below `src`; a chapter without a text is
/// left empty.
pub(crate) fn to_book(outline: &[OutlineItem], read: &dyn Fn(&str) -> Option<String>) -> Book {
    Book::new_with_items(to_items(outline, read))
}

fn to_items(outline: &[OutlineItem], read: &dyn Fn(&str) -> Option<String>) -> Vec<BookItem> {
    let item = |item: &OutlineItem| match item {
        OutlineItem::Separator => BookItem::Separator,
        OutlineItem::Part(title) => BookItem::PartTitle(title.clone()),
        OutlineItem::Chapter(chapter, below) => {
            let text = match (&chapter.given, &chapter.source) {
                (Some(given), _) => given.text().to_owned(),
                (None, Some(source)) => read(source).unwrap_or_default(),
                (None, None) => String::new(),
            };
            let parents = chapter.parents.clone();
            let mut made = match &chapter.path {
                Some(path) => BookChapter::new(&chapter.name, text, path, parents),
                None => BookChapter::new_draft(&chapter.name, parents),
            };
            made.source_path = chapter.source.as_ref().map(PathBuf::from);
            let number = chapter.number.as_ref().map(|number| number.split('.').map(str::parse).collect());
            made.number = number.and_then(Result::ok).map(|parts: Vec<u32>| SectionNumber::new(parts));
            made.sub_items = to_items(below, read);
            BookItem::Chapter(made)
        }
    };
    outline.iter().map(item).collect()
}

pub(crate) fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Returns the source path from which a chapter's page is named. `README.md` becomes the index of its folder,
/// as in mdBook.
fn page_path(source: &str) -> String {
    let path = world::join("", source).unwrap_or_else(|| source.to_owned());
    let (dir, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(dir, name)| (dir, name));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if !stem.eq_ignore_ascii_case("readme") {
        return path;
    }
    if dir.is_empty() { "index.md".to_owned() } else { format!("{dir}/index.md") }
}
