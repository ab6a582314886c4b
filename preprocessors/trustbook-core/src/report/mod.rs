//! Reports: the same findings for people and for programs, one file for each format.

mod github;
mod human;
mod json;
mod junit;
mod sarif;
mod short;
mod summary;

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::expand::encode::is_direction_mark;
use crate::span::{FileId, Position, SourceMap};
use std::borrow::Cow;

pub use github::unannotated;

/// A format of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Annotations of GitHub Actions, as many as it shows; [`unannotated`] returns the others.
    Github,
    /// Text with source lines, for a terminal.
    Human,
    /// One line of text for each finding.
    Short,
    /// One JSON object on a line for each finding.
    Json,
    /// JUnit XML with a suite for each check.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// The formats by name, sorted.
pub const FORMATS: &[(&str, ReportFormat)] = &[
    ("github", ReportFormat::Github),
    ("human", ReportFormat::Human),
    ("json", ReportFormat::Json),
    ("junit", ReportFormat::Junit),
    ("sarif", ReportFormat::Sarif),
    ("short", ReportFormat::Short),
];

impl ReportFormat {
    /// The use of the format, in one sentence.
    pub fn doc(self) -> &'static str {
        match self {
            ReportFormat::Github => "Annotations in GitHub Actions, with the summary of the step.",
            ReportFormat::Human => "Text with source lines for a person at a terminal; the default.",
            ReportFormat::Json => "One JSON object per line for programs and for `--baseline`.",
            ReportFormat::Junit => "JUnit XML for Jenkins, GitLab and others, with a suite for each check.",
            ReportFormat::Sarif => "SARIF 2.1.0 for code scanning and editors.",
            ReportFormat::Short => "One line for each finding, for a person, an editor or `grep`.",
        }
    }
}

/// The colouring of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// ANSI colours.
    Ansi,
    /// No colours.
    None,
}

/// Writes findings in a format. Every format replaces the secrets of the book by asterisks.
pub fn report(map: &SourceMap, findings: &[Diagnostic], format: ReportFormat, colour: Colour) -> String {
    let findings: Vec<Diagnostic> = findings.iter().map(|finding| masked(map, finding)).collect();
    match format {
        ReportFormat::Github => github::report(map, &findings),
        ReportFormat::Human => human::report(map, &findings, colour),
        ReportFormat::Json => json::report(map, &findings),
        ReportFormat::Junit => junit::report(map, &findings),
        ReportFormat::Sarif => sarif::report(map, &findings),
        ReportFormat::Short => short::report(map, &findings),
    }
}

/// Writes all findings as a Markdown table of at most `room` bytes, for the step summary of GitHub Actions. Errors come
/// first, and findings without room are counted.
pub fn summary(map: &SourceMap, findings: &[Diagnostic], room: usize) -> String {
    let findings: Vec<Diagnostic> = findings.iter().map(|finding| masked(map, finding)).collect();
    summary::report(map, &findings, room)
}

/// Masks secrets that a check may quote in a finding.
fn masked(map: &SourceMap, finding: &Diagnostic) -> Diagnostic {
    let mask = |text: &mut String| {
        if let Cow::Owned(masked) = map.masked(text) {
            *text = masked;
        }
    };
    let mut finding = finding.clone();
    mask(&mut finding.message);
    finding.label.iter_mut().for_each(mask);
    finding.help.iter_mut().for_each(mask);
    finding.labels.iter_mut().for_each(|label| mask(&mut label.text));
    // An edit with asterisks in it would be wrong.
    if finding.edits.iter().any(|edit| !map.mask().ranges(&edit.replacement).is_empty()) {
        finding.edits.clear();
    }
    if let Place::File(path) | Place::InFile { path, .. } = &mut finding.place {
        mask(path);
    }
    finding
}

/// Returns the path of a source file, with secrets masked.
fn path(map: &SourceMap, file: FileId) -> String {
    map.masked(map.file(file).path()).into_owned()
}

/// Returns the path of a place relative to the repository, and its start and end if the lines are known.
fn in_repository(map: &SourceMap, place: &Place) -> (String, Option<(Position, Position)>) {
    let (path, positions) = located(map, place);
    (map.masked(&map.in_repository(&path)).into_owned(), positions)
}

/// Returns the number of errors and of warnings.
pub fn count(findings: &[Diagnostic]) -> (usize, usize) {
    let errors = findings.iter().filter(|finding| finding.level == Level::Deny).count();
    (errors, findings.len() - errors)
}

/// Returns the path of a place, and its start and end if the lines are known.
fn located(map: &SourceMap, place: &Place) -> (String, Option<(Position, Position)>) {
    match place {
        Place::At(span) => {
            let file = map.file(span.file);
            let positions = (file.position(span.start), file.position(span.end));
            (path(map, span.file), file.is_exact().then_some(positions))
        }
        Place::File(path) => (path.clone(), None),
        Place::InFile { path, position } => (path.clone(), Some((*position, *position))),
    }
}

/// Escapes everything that could control a terminal or a CI log: control characters, direction marks and workflow
/// commands.
pub fn harmless(text: &str) -> String {
    without_commands(visible(text).replace("::", "\\u{3a}\\u{3a}"), "\\u{23}")
}

/// Makes control characters and direction marks visible, for logs that interpret no commands.
fn visible(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => output.push(' '),
            c if steers(c) => output.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => output.push(c),
        }
    }
    output
}

/// Writes JSON on one line with every character escaped that could control a terminal. The meaning stays the same.
pub fn harmless_json(value: &serde_json::Value) -> String {
    let mut output = String::new();
    for c in value.to_string().chars() {
        match c {
            c if steers(c) => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| output.push_str(&format!("\\u{unit:04x}")))
            }
            c => output.push(c),
        }
    }
    without_commands(output, "\\u0023")
}

/// Returns true if a text begins with a command that a CI log accepts anywhere in a line. GitHub uses `##[`, Azure
/// `##vso[`, and TeamCity `##teamcity[`.
fn is_command(text: &str) -> bool {
    let word = text.strip_prefix("##").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    word.is_some_and(|rest| rest.starts_with('['))
}

/// Replaces the first character of each command by `hash`.
fn without_commands(text: String, hash: &str) -> String {
    if !text.contains("##") {
        return text;
    }
    let mut output = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '#' if is_command(&text[at..]) => output.push_str(hash),
            c => output.push(c),
        }
    }
    output
}

/// Returns true for control characters and direction marks.
fn steers(c: char) -> bool {
    c.is_control() || is_direction_mark(c)
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn nothing_steers_a_terminal_or_a_log() {
        let value = serde_json::json!("\u{9b}31m\u{202e}");
        assert_eq!(super::harmless_json(&value), "\"\\u009b31m\\u202e\"");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&super::harmless_json(&value)).unwrap(), value);
        assert_eq!(harmless("a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(harmless("\u{202e}x"), "\\u{202e}x");
        assert_eq!(harmless("::error::x"), "\\u{3a}\\u{3a}error\\u{3a}\\u{3a}x");
        for command in ["##[error]x", "##vso[task.setvariable]x", "##teamcity[message]"] {
            assert_eq!(harmless(&format!("a {command}")), format!("a \\u{{23}}{}", &command[1..]));
            let value = serde_json::json!(command);
            assert_eq!(super::harmless_json(&value), format!("\"\\u0023{}\"", &command[1..]));
        }
        assert_eq!(harmless("## [A](b.md), ##, ##a"), "## [A](b.md), ##, ##a");
    }
}
