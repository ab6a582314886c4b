//! The report for people: the line at fault, the lines that explain it, the suggested action, and an edit.

use super::{Colour, harmless, is_command, located, path, steers};
use crate::diagnostic::{Diagnostic, Edit, Level, Place};
use crate::span::{SourceFile, SourceMap, Span};
use annotate_snippets::{AnnotationKind, Group, Level as Shown, Origin, Patch, Renderer, Snippet};
use std::ops::Range;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic], colour: Colour) -> String {
    let renderer = match colour {
        Colour::Ansi => Renderer::styled(),
        Colour::None => Renderer::plain(),
    };
    let (dates, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = findings.iter().partition(|finding| is_date(finding));
    let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        others.into_iter().partition(|finding| finding.level == Level::Deny);
    let mut text = String::new();
    let mut say = |groups: &[Group<'_>]| text.push_str(&format!("{}\n\n", renderer.render(groups)));
    for all in dates.chunk_by(|a, b| a.check == b.check) {
        say(&[summary(map, all)]);
    }
    for all in by_check(&warnings) {
        let shown = if warnings.len() > MANY { all.len().min(1) } else { all.len() };
        let (first, rest) = all.split_at(shown);
        for finding in first {
            let mut groups = groups(map, finding);
            if !rest.is_empty() {
                let title = Shown::NOTE.primary_title(format!("more findings of `{}`", finding.check));
                groups.push(title.element(Shown::NOTE.message(lines(map, rest))));
            }
            say(&groups);
        }
    }
    // Findings that fail the build come last, where a terminal still shows them.
    errors.iter().for_each(|finding| say(&groups(map, finding)));
    if warnings.len() + errors.len() > MANY {
        let counts = by_check(&[warnings, errors].concat()).into_iter();
        let counts: Vec<String> = counts.map(|all| format!("{} {}", all[0].check, all.len())).collect();
        text.push_str(&format!("{}\n\n", counts.join(", ")));
    }
    text
}

/// The number of findings above which they are counted, and warnings are summarised.
const MANY: usize = 10;

/// Groups findings by check, in the order of first occurrence.
fn by_check<'f>(findings: &[&'f Diagnostic]) -> Vec<Vec<&'f Diagnostic>> {
    let mut all: Vec<Vec<&Diagnostic>> = Vec::new();
    for finding in findings {
        match all.iter_mut().find(|of| of[0].check == finding.check) {
            Some(of) => of.push(finding),
            None => all.push(vec![finding]),
        }
    }
    all
}

/// Returns true for a warning that only a date causes. It is summarised in a line, since the file needs no correction.
fn is_date(finding: &Diagnostic) -> bool {
    finding.level == Level::Warn && finding.by_calendar
}

fn summary<'m>(map: &SourceMap, findings: &[&Diagnostic]) -> Group<'m> {
    let Some(first) = findings.first() else { return Group::with_title(Shown::WARNING.primary_title("")) };
    let files = if findings.len() == 1 { "one place".to_owned() } else { format!("{} places", findings.len()) };
    let title = Shown::WARNING.primary_title(format!("dates have passed in {files}; pages show it")).id(first.check);
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
        Place::At(span) if is_shown(map, *span) => {
            let mut group = title.element(snippet(map, *span, AnnotationKind::Primary, finding.label.clone()));
            for label in finding.labels.iter().filter(|label| is_shown(map, label.span)) {
                group = group.element(snippet(map, label.span, AnnotationKind::Context, Some(label.text.clone())));
            }
            group
        }
        Place::At(span) => title.element(origin(map, *span)),
        Place::File(path) => title.element(Origin::path(harmless(path))),
        Place::InFile { path, position } => {
            title.element(Origin::path(harmless(path)).line(position.line).char_column(position.column))
        }
    };
    for help in &finding.help {
        // A draft keeps its line breaks, and each line is escaped.
        let lines: Vec<String> = help.split('\n').map(harmless).collect();
        main = main.element(Shown::HELP.message(lines.join("\n")));
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
    if !is_shown(map, first.span) {
        return None;
    }
    let edits: Vec<&Edit> = finding.edits.iter().filter(|edit| edit.span.file == first.span.file).collect();
    let window = window(map, file, &edits.iter().map(|edit| edit.span.range()).collect::<Vec<_>>());
    let mut snippet = Snippet::source(window.text).line_start(window.line).path(harmless(&path(map, first.span.file)));
    for (edit, range) in edits.iter().zip(window.ranges) {
        snippet = snippet.patch(Patch::new(range, harmless(&edit.replacement)));
    }
    Some(Shown::HELP.secondary_title("write").element(snippet))
}

/// The longest source text shown for a place, in bytes: its whole lines.
const LONGEST: usize = 4000;

/// Returns true if the lines of a place can be shown: they are those of the file, and not too long.
fn is_shown(map: &SourceMap, span: Span) -> bool {
    let file = map.file(span.file);
    file.is_exact() && file.whole_lines(span.range()).len() <= LONGEST
}

/// Returns the position of a place whose lines are not shown.
fn origin<'m>(map: &SourceMap, span: Span) -> Origin<'m> {
    let file = map.file(span.file);
    let origin = Origin::path(harmless(&path(map, span.file)));
    if !file.is_exact() {
        return origin;
    }
    let start = file.position(span.start);
    origin.line(start.line).char_column(start.column)
}

fn snippet<'m>(
    map: &'m SourceMap,
    span: Span,
    kind: AnnotationKind,
    label: Option<String>,
) -> Snippet<'m, annotate_snippets::Annotation<'m>> {
    let Window { text, ranges, line } = window(map, map.file(span.file), &[span.range()]);
    let mut annotation = kind.span(ranges.into_iter().next().unwrap_or(0..0));
    if let Some(label) = label {
        annotation = annotation.label(harmless(&label));
    }
    Snippet::source(text).line_start(line).path(harmless(&path(map, span.file))).annotation(annotation)
}

/// Lines of a file as they are displayed, with the highlighted ranges.
struct Window {
    text: String,
    ranges: Vec<Range<usize>>,
    /// The number of the first line, from 1.
    line: usize,
}

/// Extracts the lines around the first of some ranges. The snippet gets only these, so a long file costs nothing.
fn window(map: &SourceMap, file: &SourceFile, ranges: &[Range<usize>]) -> Window {
    let text = file.text();
    let around = file.whole_lines(ranges.first().cloned().unwrap_or(0..0));
    let first = around.start;
    let line = file.line_number(first);
    let lines = &text[around];
    let mut hidden = map.mask().ranges(lines).into_iter().peekable();
    let mut shown = String::with_capacity(lines.len());
    // Displayed text can differ in length from the source, so the new position of each character is recorded.
    let mut went = Vec::new();
    for (at, c) in lines.char_indices() {
        while hidden.next_if(|range| range.end <= at).is_some() {}
        let is_hidden = hidden.peek().is_some_and(|range| range.contains(&at));
        let c = match c {
            '\n' | '\t' => c,
            _ if is_hidden => '*',
            '\r' => ' ',
            // Characters that could control a terminal or a log.
            c if steers(c) => '?',
            '#' if is_command(&lines[at..]) => '?',
            c => c,
        };
        went.push((first + at, shown.len()));
        shown.push(c);
    }
    let place = |offset: usize| {
        let next = went.partition_point(|(at, _)| *at < offset);
        went.get(next).map_or(shown.len(), |(_, place)| *place)
    };
    let ranges = ranges.iter().map(|range| place(range.start)..place(range.end).max(place(range.start))).collect();
    Window { ranges, text: shown, line }
}
