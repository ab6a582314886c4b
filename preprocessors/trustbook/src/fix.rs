//! `trustbook check --fix`: the edits after which a page reads the same.

use crate::failure::Failure;
use crate::rewrite::{Rewrite, write};
use std::collections::BTreeMap;
use std::path::Path;
use trustbook_core::diagnostic::{Diagnostic, Edit, Fix};
use trustbook_core::span::{FileId, SourceMap};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Makes all safe edits that do not overlap; says how many, and in how many files.
pub(crate) fn apply(book: &Path, map: &SourceMap, findings: &[Diagnostic]) -> Result<(usize, usize), Failure> {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.fix == Fix::Safe) {
        for edit in &finding.edits {
            files.entry(edit.span.file).or_default().push(edit);
        }
    }
    files.retain(|file, _| map.file(*file).is_exact());
    let (mut rewrites, mut count) = (Vec::new(), 0);
    for (file, edits) in &mut files {
        let file = map.file(*file);
        let (text, made) = edited(file.text(), edits);
        // The file on the disk may begin with a byte order mark, which is not part of its text.
        let mark = match std::fs::read(book.join(file.path())) {
            Ok(bytes) if bytes.starts_with(BYTE_ORDER_MARK.as_bytes()) => BYTE_ORDER_MARK,
            _ => "",
        };
        let bytes = |text: &str| format!("{mark}{text}").into_bytes();
        rewrites.push(Rewrite { path: file.path().to_owned(), before: bytes(file.text()), after: bytes(&text) });
        count += made;
    }
    write(book, &rewrites)?;
    Ok((count, rewrites.len()))
}

/// A text with its edits made, and how many these are: where two overlap, only the first is made.
fn edited(text: &str, edits: &mut Vec<&Edit>) -> (String, usize) {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut output, mut done, mut made) = (String::with_capacity(text.len()), 0, 0);
    for edit in edits.iter().filter(|edit| text.get(edit.span.range()).is_some()) {
        if edit.span.start < done {
            continue;
        }
        output.push_str(&text[done..edit.span.start]);
        output.push_str(&edit.replacement);
        done = edit.span.end;
        made += 1;
    }
    output.push_str(&text[done..]);
    (output, made)
}
