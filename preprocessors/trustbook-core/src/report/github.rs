//! Annotations of GitHub Actions: `::error file=src/privacy.md,line=12,...::no fact ...`, as many as GitHub shows.

use super::{harmless, in_repository};
use crate::diagnostic::{Diagnostic, Level};
use crate::span::SourceMap;
use std::collections::{BTreeMap, BTreeSet};

/// The number of annotations per level and step that GitHub shows; it silently drops others.
/// <https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations>
const SHOWN: usize = 10;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic]) -> String {
    annotated(findings).into_iter().map(|at| command(map, &findings[at])).collect()
}

/// Returns the findings that [`super::ReportFormat::Github`] leaves out, in order.
pub fn unannotated(findings: &[Diagnostic]) -> Vec<Diagnostic> {
    let annotated: BTreeSet<usize> = annotated(findings).into_iter().collect();
    let others = findings.iter().enumerate().filter(|(at, _)| !annotated.contains(at));
    others.map(|(_, finding)| finding.clone()).collect()
}

/// Returns the indices of the annotated findings, errors first. Within a level, the first finding of each check
/// precedes the second of any, so that a frequent mistake does not hide others. Findings caused by dates come last.
fn annotated(findings: &[Diagnostic]) -> Vec<usize> {
    let mut of_check: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    let mut order: Vec<(bool, bool, usize, usize)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let is_warning = finding.level != Level::Deny;
        let nth = of_check.entry((is_warning, finding.check)).or_default();
        order.push((is_warning, finding.by_calendar, *nth, at));
        *nth += 1;
    }
    order.sort_unstable();
    let of_level = |warnings| order.iter().filter(move |(is_warning, ..)| *is_warning == warnings).take(SHOWN);
    of_level(false).chain(of_level(true)).map(|(.., at)| *at).collect()
}

fn command(map: &SourceMap, finding: &Diagnostic) -> String {
    let (path, positions) = in_repository(map, &finding.place);
    let mut properties = format!("file={}", property(&harmless(&path)));
    if let Some((start, end)) = positions {
        // A range that ends before the first character of a line ends with the previous line.
        let is_whole = end.column == 1 && end.line > start.line;
        let end_line = if is_whole { end.line - 1 } else { end.line };
        properties.push_str(&format!(",line={},endLine={end_line}", start.line));
        // Columns are only valid within one line.
        if start.line == end.line {
            properties.push_str(&format!(",col={},endColumn={}", start.column, end.column));
        }
    }
    let lines: Vec<String> =
        std::iter::once(finding.message.as_str()).chain(finding.help_lines()).map(harmless).collect();
    let (title, text) = (property(finding.check), data(&lines.join("\n")));
    format!("::{} {properties},title={title}::{text}\n", finding.level.word())
}

/// Escapes the text after a command, as the runner decodes it.
/// <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command, as the runner decodes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn finding(check: &'static str, level: Level, message: String) -> Diagnostic {
        Diagnostic { check, level, ..Diagnostic::new(Place::File("a, 100%: b.md".into()), message) }
    }

    #[test]
    fn errors_come_first_and_no_check_hides_another() {
        let mut findings: Vec<Diagnostic> =
            (0..30).map(|n| finding("link-broken", Level::Deny, format!("link {n}"))).collect();
        findings.push(finding("secret-exposed", Level::Deny, "secret".into()));
        findings.push(finding("fact-due", Level::Warn, "due".into()).by_calendar());
        findings.extend((0..30).map(|n| finding("typed-date", Level::Warn, format!("date {n}"))));
        let report = report(&SourceMap::default(), &findings);
        let messages: Vec<&str> = report.lines().filter_map(|line| line.rsplit("::").next()).collect();
        assert_eq!(messages.len(), 20);
        assert_eq!(messages[..3], ["link 0", "secret", "link 1"]);
        assert_eq!(messages[10..12], ["date 0", "date 1"], "dates are the last that are annotated");
        let rest = unannotated(&findings);
        assert_eq!(rest.len(), 62 - 20);
        assert!(rest.iter().all(|finding| !messages.contains(&finding.message.as_str())));
    }

    #[test]
    fn nothing_in_a_finding_ends_its_command() {
        let hostile = finding("fact-type", Level::Warn, "a%0A\n::error::x, y: z\r".into());
        let report = report(&SourceMap::default(), &[hostile]);
        assert_eq!(
            report,
            "::warning file=a%2C 100%25%3A b.md,title=fact-type::a%250A\\u{a}\\u{3a}\\u{3a}error\\u{3a}\\u{3a}x, y: z\\u{d}\n"
        );
    }
}
