//! `trustbook check --fix`: applies the edits after which a page reads the same.

use crate::failure::Failure;
use crate::output::counted;
use crate::rewrite::{Rewrite, sweep, write};
use std::collections::BTreeMap;
use std::path::Path;
use trustbook_core::diagnostic::{Diagnostic, Edit, Fix};
use trustbook_core::report::harmless;
use trustbook_core::span::{FileId, SourceMap};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Applies the safe edits, and returns the number of edits of each file. The edits of a finding are applied
/// together or not at all. If the edits of two findings overlap, the first is applied, and the other finding
/// remains.
pub(crate) fn apply(book: &Path, map: &SourceMap, findings: &[Diagnostic]) -> Result<Vec<(String, usize)>, Failure> {
    sweep(book, map.in_order().map(|(path, _)| path));
    let mut files = by_file(map, findings);
    let (mut rewrites, mut made) = (Vec::new(), Vec::new());
    for (file, edits) in &mut files {
        let file = map.file(*file);
        let text = edited(file.text(), edits);
        // The file on disk may start with a byte order mark, which is not part of its text.
        let mark = match std::fs::read(book.join(file.path())) {
            Ok(bytes) if bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) => BYTE_ORDER_MARK,
            _ => "",
        };
        let bytes = |text: &str| format!("{mark}{text}").into_bytes();
        rewrites.push(Rewrite { path: file.path().to_owned(), before: bytes(file.text()), after: bytes(&text) });
        made.push((map.masked(file.path()).into_owned(), edits.len()));
    }
    write(book, &rewrites)?;
    Ok(made)
}

/// Returns the text of each file after the safe edits, without writing it.
pub(crate) fn texts(map: &SourceMap, findings: &[Diagnostic]) -> Vec<(String, String)> {
    let edited = |(file, mut edits): (FileId, Vec<&Edit>)| {
        let file = map.file(file);
        (file.path().to_owned(), edited(file.text(), &mut edits))
    };
    by_file(map, findings).into_iter().map(edited).collect()
}

fn by_file<'f>(map: &SourceMap, findings: &'f [Diagnostic]) -> BTreeMap<FileId, Vec<&'f Edit>> {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in chosen(map, findings) {
        files.entry(edit.span.file).or_default().push(edit);
    }
    files
}

/// Returns a summary of the edits for people.
pub(crate) fn told(made: &[(String, usize)]) -> String {
    let all = made.iter().map(|(_, edits)| edits).sum();
    let mut lines = vec![format!("made {} in {}:", counted(all, "edit"), counted(made.len(), "file"))];
    lines.extend(made.iter().map(|(path, edits)| format!("  {}: {}", harmless(path), counted(*edits, "edit"))));
    lines.join("\n")
}

/// Returns the edits that can be applied together.
fn chosen<'f>(map: &SourceMap, findings: &'f [Diagnostic]) -> Vec<&'f Edit> {
    let mut chosen: Vec<&Edit> = Vec::new();
    // The end of each chosen edit, by its file and start.
    let mut taken: BTreeMap<(FileId, usize), usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.fix == Fix::Safe) {
        let edits = &finding.edits;
        let can_be_made = |edit: &Edit| {
            let file = map.file(edit.span.file);
            // A book may read the files around it, and changes its own only.
            !file.path().starts_with("../") && file.text().get(edit.span.range()).is_some()
        };
        let apart = |at: usize| edits[..at].iter().all(|other| !meet(&edits[at], other));
        if edits.iter().enumerate().all(|(at, edit)| can_be_made(edit) && is_free(&taken, edit) && apart(at)) {
            taken.extend(edits.iter().map(|edit| ((edit.span.file, edit.span.start), edit.span.end)));
            chosen.extend(edits);
        }
    }
    chosen
}

/// Returns true if two edits conflict: they overlap, or their order is not defined.
fn meet(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (&a.span, &b.span);
    a.file == b.file && (a.start == b.start || (a.start < b.end && b.start < a.end))
}

/// Returns true if an edit conflicts with none of the taken ones, which do not conflict with each other.
fn is_free(taken: &BTreeMap<(FileId, usize), usize>, edit: &Edit) -> bool {
    let Edit { span, .. } = edit;
    let before = taken.range(..=(span.file, span.start)).next_back().filter(|((file, _), _)| *file == span.file);
    let after = taken.range((span.file, span.start)..).next().filter(|((file, _), _)| *file == span.file);
    before.is_none_or(|((_, start), end)| *start < span.start && *end <= span.start)
        && after.is_none_or(|((_, start), _)| *start >= span.end)
}

/// Applies edits that do not overlap to a text.
fn edited(text: &str, edits: &mut [&Edit]) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut output, mut done) = (String::with_capacity(text.len()), 0);
    for edit in edits.iter() {
        output.push_str(text.get(done..edit.span.start).unwrap_or_default());
        output.push_str(&edit.replacement);
        done = edit.span.end;
    }
    output.push_str(text.get(done..).unwrap_or_default());
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use trustbook_core::span::Span;

    fn fixed(text: &str, findings: &[&[(usize, usize, &str)]]) -> String {
        let mut map = SourceMap::default();
        let file = map.add("a.md", text);
        let span = |start, end| Span::new(file, start..end);
        let findings: Vec<Diagnostic> = findings
            .iter()
            .map(|edits| {
                let finding = Diagnostic::new(span(0, 0), "x");
                edits.iter().fold(finding, |finding, (start, end, new)| finding.fix(span(*start, *end), *new))
            })
            .collect();
        edited(text, &mut chosen(&map, &findings))
    }

    #[test]
    fn edits_of_a_finding_are_made_together_or_not_at_all() {
        assert_eq!(fixed("abcdef", &[&[(0, 1, "A")], &[(2, 2, "-"), (5, 6, "F")]]), "Ab-cdeF");
        assert_eq!(fixed("abcdef", &[&[(1, 3, "X")], &[(0, 1, "A"), (2, 4, "Y")], &[(3, 4, "D")]]), "aXDef");
        assert_eq!(fixed("abcdef", &[&[(1, 1, "X")], &[(1, 1, "X")], &[(1, 2, "B")]]), "aXbcdef", "each is made once");
        assert_eq!(fixed("abcdef", &[&[(0, 4, "X"), (2, 3, "Y")], &[(5, 99, "Z")]]), "abcdef");
        assert_eq!(fixed("é", &[&[(1, 2, "X")]]), "é", "a character is not cut");
    }
}
