//! Where something stands in a source file, and the files themselves.

use crate::secret::Mask;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Names one file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// Its number: the files of a map count from 0, in the order in which they were added.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes in one source file; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// Of what was made and does not stand in a file yet.
    pub const NOWHERE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// A span over `range` of `file`.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Span { file, start: range.start, end: range.end.max(range.start) }
    }

    /// The bytes of the file that the span covers.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value together with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A line and a column, both from 1; columns count Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One file as it was read.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: String,
    text: Arc<str>,
    /// Where each line begins, once somebody has asked: of most files nobody does.
    line_starts: OnceLock<Vec<usize>>,
    /// Where each block begins, and how many characters stand before it, once somebody has asked.
    counts: OnceLock<Vec<(usize, usize)>>,
    exact: bool,
}

/// How many bytes are counted together.
const BLOCK: usize = 4096;

impl SourceFile {
    fn new(path: String, text: Arc<str>) -> Self {
        SourceFile { path, text, line_starts: OnceLock::new(), counts: OnceLock::new(), exact: true }
    }

    fn line_starts(&self) -> &[usize] {
        let ends = || self.text.match_indices('\n').map(|(at, _)| at + 1);
        self.line_starts.get_or_init(|| std::iter::once(0).chain(ends()).collect())
    }

    /// The path, relative to the book and with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the text is that of the file. Another preprocessor may have changed it; then no line can be named.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, for those who need it beside the map.
    pub(crate) fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The lines that a range of bytes is in, without the end of the last.
    pub fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let first = self.line(range.start);
        let last = self.line(range.end.max(range.start));
        let starts = self.line_starts();
        let end = starts.get(last + 1).map_or(self.text.len(), |next| next - 1);
        starts[first]..end
    }

    /// The line of a byte offset, from 1. Unlike a position it needs no column.
    pub fn line_number(&self, offset: usize) -> usize {
        self.line(offset.min(self.text.len())) + 1
    }

    /// The index of the line that a byte offset is in.
    fn line(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The position of a byte offset. An offset past the end, or inside a character, is moved back.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor(&self.text, offset);
        let line = self.line(offset);
        let column = self.chars_before(offset) - self.chars_before(self.line_starts()[line]) + 1;
        Position { line: line + 1, column }
    }

    /// How many characters stand before a byte offset. A long line may be asked for many times, so that its characters
    /// are counted once.
    fn chars_before(&self, offset: usize) -> usize {
        let counts = self.counts.get_or_init(|| {
            let starts = (0..=self.text.len() / BLOCK).map(|block| floor(&self.text, block * BLOCK));
            let starts: Vec<usize> = starts.collect();
            let mut chars = 0;
            let mut counts = vec![(0, 0)];
            for pair in starts.windows(2) {
                chars += self.text[pair[0]..pair[1]].chars().count();
                counts.push((pair[1], chars));
            }
            counts
        });
        let (start, chars) = counts[counts.partition_point(|(start, _)| *start <= offset) - 1];
        chars + self.text[start..offset].chars().count()
    }
}

/// The last boundary between characters that is not behind `offset`.
pub(crate) fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// All source files of one build.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    by_path: BTreeMap<String, FileId>,
    mask: Mask,
    /// The folder of the book within its repository, with a `/` at its end; empty where it is the root.
    folder: String,
}

impl SourceMap {
    /// Adds a file, or gives the id it already has.
    pub fn add(&mut self, path: &str, text: impl Into<Arc<str>>) -> FileId {
        if let Some(id) = self.by_path.get(path) {
            return *id;
        }
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(path.to_owned(), text.into()));
        self.by_path.insert(path.to_owned(), id);
        id
    }

    /// Adds a file whose text was changed by somebody else before we saw it.
    pub fn add_changed(&mut self, path: &str, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let id = self.add(path, Arc::clone(&text));
        // The file may be here already, included by an earlier chapter.
        self.files[id.0 as usize] = SourceFile { exact: false, ..SourceFile::new(path.to_owned(), text) };
        id
    }

    /// The file of an id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// All files by the number of their ids, each with its path.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, Arc<str>)> {
        self.files.iter().map(|file| (file.path(), file.shared_text()))
    }

    /// The id of a path, where that file was read.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(String::as_str)
    }

    /// All files, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.by_path.values().map(|id| (*id, self.file(*id)))
    }

    /// Says in which folder of its repository the book stands, relative to the root and with `/`.
    pub fn stands_in(&mut self, folder: &str) {
        let folder = folder.trim_matches('/');
        self.folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    }

    /// A path of the book, relative to the repository.
    pub fn in_repository(&self, path: &str) -> String {
        format!("{}{path}", self.folder)
    }

    /// Hides texts from every report: secrets that stand in the book.
    pub fn hide(&mut self, texts: impl IntoIterator<Item = String>) {
        self.mask.hide(texts);
    }

    /// What no report may show.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// A text as a report may show it.
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.mask.apply(text)
    }

    /// The text under a span; empty where the span lies outside its file.
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).text().get(span.range()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_bad_offsets_are_clamped() {
        let mut map = SourceMap::default();
        let id = map.add("a.md", "é1\nxyz");
        let file = map.file(id);
        assert_eq!(file.position(2), Position { line: 1, column: 2 });
        assert_eq!(file.position(1), Position { line: 1, column: 1 });
        assert_eq!(file.position(5), Position { line: 2, column: 2 });
        assert_eq!(file.position(999), Position { line: 2, column: 4 });
        assert_eq!(file.whole_lines(0..1), 0..3);
        assert_eq!(file.whole_lines(3..4), 0..7);
        assert_eq!(file.whole_lines(5..999), 4..7);
    }

    #[test]
    fn columns_of_long_lines_are_counted_from_the_line() {
        let mut map = SourceMap::default();
        let text = format!("é\n{}x\n{}", "é€".repeat(5000), "a".repeat(BLOCK * 3));
        let id = map.add("a.md", text.as_str());
        let file = map.file(id);
        for offset in [0, 3, 8, 4095, 4096, 4097, 25_002, 25_004, 25_005, 30_000, text.len()] {
            let offset = floor(&text, offset);
            let before = &text[..offset];
            let line = before.rsplit('\n').next().unwrap();
            let expected = Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 };
            assert_eq!(file.position(offset), expected, "{offset}");
        }
    }
}
