//! Positions in source files, and the files themselves.

use crate::mask::Mask;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The id of a file in a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The index of the file: the files of a map count from 0, in the order in which they were added.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes in one source file; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The span of a synthesised value, which is not in a file.
    pub const NOWHERE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// Creates a span over `range` of `file`.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        Span { file, start: range.start, end: range.end.max(range.start) }
    }

    /// The byte range within the file.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// The position.
    pub span: Span,
}

/// A line and a column, both from 1. Columns count Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A source file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: String,
    text: Arc<str>,
    /// The start of each line, computed on first use: most files never need it.
    line_starts: OnceLock<Vec<usize>>,
    /// The start of each block and the number of characters before it, computed on first use.
    counts: OnceLock<Vec<(usize, usize)>>,
    exact: bool,
    /// The parts that a preprocessor has replaced.
    changed: Vec<Range<usize>>,
}

/// The size of the blocks whose characters are counted together, in bytes.
const BLOCK: usize = 4096;

impl SourceFile {
    fn new(path: String, text: Arc<str>) -> Self {
        SourceFile {
            path,
            text,
            line_starts: OnceLock::new(),
            counts: OnceLock::new(),
            exact: true,
            changed: Vec::new(),
        }
    }

    fn line_starts(&self) -> &[usize] {
        let ends = || self.text.match_indices('\n').map(|(at, _)| at + 1);
        self.line_starts.get_or_init(|| std::iter::once(0).chain(ends()).collect())
    }

    /// The path, relative to the book and with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns true if the text is that of the file. Another preprocessor may have made the file, and line numbers are
    /// then wrong.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// Returns true if the file has this range as a page shows it, so that an edit there has its effect.
    pub fn is_editable(&self, range: &Range<usize>) -> bool {
        let meets = |changed: &Range<usize>| changed.start <= range.end && range.start <= changed.end;
        self.exact && !self.changed.iter().any(meets)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared beyond the lifetime of the map.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Returns the range of the lines that contain a byte range, without the end of the last line.
    pub fn whole_lines(&self, range: Range<usize>) -> Range<usize> {
        let first = self.line(range.start);
        let last = self.line(range.end.max(range.start));
        let starts = self.line_starts();
        let end = starts.get(last + 1).map_or(self.text.len(), |next| next - 1);
        starts[first]..end
    }

    /// Returns the text of the lines that contain a byte range. Of very long lines, it has what is near the range: many
    /// findings can be on one line.
    pub fn lines_near(&self, range: Range<usize>) -> &str {
        const NEAR: usize = 4096;
        let whole = self.whole_lines(range.clone());
        let start = floor(&self.text, range.start.saturating_sub(NEAR)).max(whole.start);
        let end = floor(&self.text, range.end.saturating_add(NEAR)).min(whole.end);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns the line of a byte offset, from 1. This is cheaper than a full position.
    pub fn line_number(&self, offset: usize) -> usize {
        self.line(offset.min(self.text.len())) + 1
    }

    /// Returns the index of the line that contains a byte offset.
    fn line(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Returns the position of a byte offset. An offset past the end, or inside a character, is moved back.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor(&self.text, offset);
        let line = self.line(offset);
        let column = self.chars_before(offset) - self.chars_before(self.line_starts()[line]) + 1;
        Position { line: line + 1, column }
    }

    /// Returns the number of characters before a byte offset. Many offsets may be in one long line, so its characters
    /// are counted once, in blocks.
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

/// Returns the last character boundary at or before `offset`.
pub fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The source files of one build.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    by_path: BTreeMap<String, FileId>,
    mask: Mask,
    /// The folder of the book within its repository, with a final `/`; empty if the book is at the root.
    folder: String,
}

impl SourceMap {
    /// Adds a file, or returns the id that it already has.
    pub fn add(&mut self, path: &str, text: impl Into<Arc<str>>) -> FileId {
        if let Some(id) = self.by_path.get(path) {
            return *id;
        }
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(path.to_owned(), text.into()));
        self.by_path.insert(path.to_owned(), id);
        id
    }

    /// Marks a part of a file that a preprocessor has replaced: what a page shows in its place is not in the file.
    pub fn mark_changed(&mut self, span: Span) {
        if let Some(file) = self.files.get_mut(span.file.index()) {
            file.changed.push(span.range());
        }
    }

    /// Adds a file that is not in the book: another preprocessor has made its text.
    pub fn add_changed(&mut self, path: &str, text: impl Into<Arc<str>>) -> FileId {
        let text = text.into();
        let id = self.add(path, Arc::clone(&text));
        // An earlier chapter may have included the file already.
        self.files[id.0 as usize] = SourceFile { exact: false, ..SourceFile::new(path.to_owned(), text) };
        id
    }

    /// Returns the file with this id.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Returns the number of files.
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// Returns the paths and texts of all files, in the order of their ids.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, Arc<str>)> {
        self.files.iter().map(|file| (file.path(), file.shared_text()))
    }

    /// Returns the id of the file at a path, if it was read.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// Returns the paths of all files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.by_path.keys().map(String::as_str)
    }

    /// Returns all files, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.by_path.values().map(|id| (*id, self.file(*id)))
    }

    /// Sets the folder of the book within its repository, relative to the root and with `/`.
    pub fn stands_in(&mut self, folder: &str) {
        let folder = folder.trim_matches('/');
        self.folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    }

    /// Converts a path of the book to one relative to the repository.
    pub fn in_repository(&self, path: &str) -> String {
        let (mut folder, mut rest) = (self.folder.trim_end_matches('/'), path);
        while let Some(below) = rest.strip_prefix("../") {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            rest = below;
        }
        if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") }
    }

    /// Hides texts from every report, such as secrets in the book.
    pub fn hide(&mut self, texts: impl IntoIterator<Item = String>) {
        self.mask.hide(texts);
    }

    /// Returns the mask of hidden texts.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// Returns a text with everything hidden that reports must not show.
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.mask.apply(text)
    }

    /// Returns the text of a span; empty if the span is outside its file.
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
