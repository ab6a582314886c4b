//! Where something stands in a source file, and the files themselves.

use crate::secret::Mask;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Names one file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

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
    line_starts: Vec<usize>,
    exact: bool,
}

impl SourceFile {
    fn new(path: String, text: Arc<str>) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        SourceFile { path, text, line_starts, exact: true }
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

    /// The position of a byte offset. An offset past the end, or inside a character, is moved back.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor(&self.text, offset);
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        Position { line, column }
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
    }
}
