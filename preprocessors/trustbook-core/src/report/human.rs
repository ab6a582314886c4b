//! The report for people: the offending line, the line that makes it wrong, what to do, and an edit that mends it.

use super::{Colour, harmless, located, steers};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::span::{SourceMap, Span, floor};
use annotate_snippets::{AnnotationKind, Group, Level as Shown, Origin, Patch, Renderer, Snippet};
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
            let mut group = title.element(snippet(map, *span, AnnotationKind::Primary, finding.label.clone()));
            for label in &finding.labels {
                group = group.element(snippet(map, label.span, AnnotationKind::Context, Some(label.text.clone())));
            }
            group
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
    if !file.is_exact() {
        return None;
    }
    let (window, text, line) = window(file.text(), first.span.range());
    let mut snippet = Snippet::source(text).line_start(line).path(harmless(file.path()));
    for edit in finding.edits.iter().filter(|edit| edit.span.file == first.span.file) {
        let range = clamp(&window, edit.span.range());
        snippet = snippet.patch(Patch::new(range, harmless(&edit.replacement)));
    }
    Some(Shown::HELP.secondary_title("write").element(snippet))
}

fn snippet<'m>(
    map: &'m SourceMap,
    span: Span,
    kind: AnnotationKind,
    label: Option<String>,
) -> Snippet<'m, annotate_snippets::Annotation<'m>> {
    let file = map.file(span.file);
    let (window, text, line) = window(file.text(), span.range());
    let mut annotation = kind.span(clamp(&window, span.range()));
    if let Some(label) = label {
        annotation = annotation.label(harmless(&label));
    }
    Snippet::source(text).line_start(line).path(harmless(file.path())).annotation(annotation)
}

/// The lines around a range: only these are given to the snippet, so that a long file costs nothing.
/// Returns the range of bytes, the text and the number of its first line.
fn window(text: &str, range: Range<usize>) -> (Range<usize>, String, usize) {
    let start = floor(text, range.start);
    let end = floor(text, range.end.max(start));
    let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let line = text[..first].matches('\n').count() + 1;
    // What could steer a terminal becomes question marks of the same number of bytes, which keeps the offsets.
    let mut shown = String::with_capacity(last - first);
    for c in text[first..last].chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' => shown.push(' '),
            c if steers(c) => shown.extend(std::iter::repeat_n('?', c.len_utf8())),
            c => shown.push(c),
        }
    }
    (first..last, shown, line)
}

/// A range within a window, on character boundaries by construction of spans, never past its end.
fn clamp(window: &Range<usize>, range: Range<usize>) -> Range<usize> {
    let len = window.end - window.start;
    let start = range.start.saturating_sub(window.start).min(len);
    let end = range.end.saturating_sub(window.start).clamp(start, len);
    start..end
}
