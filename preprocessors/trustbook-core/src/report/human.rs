//! The report for people: the offending line, the line that makes it wrong, what to do, and an edit that mends it.

use super::{Colour, harmless, located, steers};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::span::{SourceFile, SourceMap, Span, floor};
use annotate_snippets::{AnnotationKind, Element, Group, Level as Shown, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic], colour: Colour) -> String {
    let renderer = match colour {
        Colour::Ansi => Renderer::styled(),
        Colour::None => Renderer::plain(),
    };
    let (dates, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = findings.iter().partition(|finding| is_date(finding));
    let mut text: String =
        others.iter().map(|finding| format!("{}\n\n", renderer.render(&groups(map, finding)))).collect();
    for names in dates.chunk_by(|a, b| a.check == b.check) {
        text.push_str(&format!("{}\n\n", renderer.render(&[summary(map, names)])));
    }
    text
}

/// What the calendar alone causes is said in a line each: there is nothing to mend in the file.
fn is_date(finding: &Diagnostic) -> bool {
    finding.level == Level::Warn && crate::check::find(finding.check).is_some_and(|check| check.calendar)
}

fn summary<'m>(map: &SourceMap, findings: &[&Diagnostic]) -> Group<'m> {
    let Some(first) = findings.first() else { return Group::with_title(Shown::WARNING.primary_title("")) };
    let files = if findings.len() == 1 { "one place".to_owned() } else { format!("{} places", findings.len()) };
    let title =
        Shown::WARNING.primary_title(format!("dates have passed in {files}; the pages show it")).id(first.check);
    let mut group = title.element(Shown::NOTE.message(lines(map, findings)));
    for help in &first.help {
        group = group.element(Shown::HELP.message(harmless(help)));
    }
    group
}

fn lines(map: &SourceMap, findings: &[&Diagnostic]) -> String {
    let rows: Vec<(String, &str)> = findings
        .iter()
        .map(|finding| {
            let (path, positions) = located(map, &finding.place);
            let line = positions.map_or_else(String::new, |(start, _)| format!(":{}", start.line));
            (format!("{}{line}", harmless(&path)), finding.message.as_str())
        })
        .collect();
    let width = rows.iter().map(|(place, _)| place.chars().count()).max().unwrap_or(0);
    rows.iter().map(|(place, message)| format!("{place:<width$}  {}", harmless(message))).collect::<Vec<_>>().join("\n")
}

fn groups<'m>(map: &'m SourceMap, finding: &Diagnostic) -> Vec<Group<'m>> {
    let level = match finding.level {
        Level::Deny => Shown::ERROR,
        Level::Warn | Level::Allow => Shown::WARNING,
    };
    let title = level.primary_title(harmless(&finding.message)).id(finding.check);
    let mut main = match &finding.place {
        Place::At(span) if map.file(span.file).is_exact() => {
            let group = title.elements(snippet(map, *span, AnnotationKind::Primary, finding.label.as_ref()));
            finding.labels.iter().fold(group, |group, label| {
                group.elements(snippet(map, label.span, AnnotationKind::Context, Some(&label.text)))
            })
        }
        Place::At(span) => title.element(Origin::path(harmless(map.file(span.file).path()))),
        Place::File(path) => title.element(Origin::path(harmless(path))),
    };
    for help in &finding.help {
        main = main.element(Shown::HELP.message(harmless(help)));
    }
    if let Some(reason) = &finding.level_reason {
        main = main.element(Shown::NOTE.message(harmless(reason)));
    }
    let mut groups = vec![main];
    groups.extend(suggestion(map, finding));
    groups
}

fn suggestion<'m>(map: &'m SourceMap, finding: &Diagnostic) -> Option<Group<'m>> {
    let first = finding.edits.first()?;
    let file = map.file(first.span.file);
    let window = Window::around(file, first.span.range());
    if !file.is_exact() || !window.is_whole {
        return None;
    }
    let path = harmless(file.path());
    let mut snippet = Snippet::source(window.text.clone()).line_start(window.line).path(path);
    for edit in finding.edits.iter().filter(|edit| edit.span.file == first.span.file) {
        snippet = snippet.patch(Patch::new(window.within(edit.span.range()), harmless(&edit.replacement)));
    }
    Some(Shown::HELP.secondary_title("write").element(snippet))
}

fn snippet<'m>(map: &'m SourceMap, span: Span, kind: AnnotationKind, label: Option<&String>) -> Vec<Element<'m>> {
    let file = map.file(span.file);
    let window = Window::around(file, span.range());
    let mut annotation = kind.span(window.within(span.range()));
    if let Some(label) = label {
        annotation = annotation.label(harmless(label));
    }
    let path = harmless(file.path());
    let snippet = Snippet::source(window.text).line_start(window.line).annotation(annotation);
    if window.is_whole {
        return vec![snippet.path(path).into()];
    }
    // Of a line that is cut, the column can not be counted.
    let at = file.position(span.start);
    vec![Origin::path(path).line(at.line).char_column(at.column).into(), snippet.into()]
}

/// The longest text that is shown whole, in bytes.
const LONGEST: usize = 4000;
/// How much of a longer one is shown before, at and behind the place.
const NEAR: usize = 200;

/// The lines around a range: only these are given to the snippet, so that a long file costs nothing.
struct Window {
    /// In the file.
    range: Range<usize>,
    text: String,
    /// The number of the first line.
    line: usize,
    /// Whether these are whole lines, and all that the range is in.
    is_whole: bool,
}

impl Window {
    fn around(file: &SourceFile, wanted: Range<usize>) -> Self {
        let text = file.text();
        let start = floor(text, wanted.start);
        let mut range = file.whole_lines(start..floor(text, wanted.end.max(start)));
        let is_whole = range.len() <= LONGEST;
        if !is_whole {
            let line = file.whole_lines(start..start);
            range.start = floor(text, start.saturating_sub(NEAR)).max(line.start);
            range.end = floor(text, wanted.end.min(start + NEAR) + NEAR).min(line.end);
        }
        // What could steer a terminal becomes question marks of the same number of bytes, which keeps the offsets.
        let mut shown = String::with_capacity(range.len());
        for c in text[range.clone()].chars() {
            match c {
                '\n' | '\t' => shown.push(c),
                '\r' => shown.push(' '),
                c if steers(c) => shown.extend(std::iter::repeat_n('?', c.len_utf8())),
                c => shown.push(c),
            }
        }
        Window { line: file.position(range.start).line, range, text: shown, is_whole }
    }

    /// A range of the file within the window, on the boundaries of characters by construction of spans.
    fn within(&self, range: Range<usize>) -> Range<usize> {
        let len = self.range.len();
        let start = range.start.saturating_sub(self.range.start).min(len);
        let end = range.end.saturating_sub(self.range.start).clamp(start, len);
        start..end
    }
}
