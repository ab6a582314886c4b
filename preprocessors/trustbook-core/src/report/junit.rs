//! JUnit XML: a suite for each check with a case for each finding, or one passed case without findings.
//!
//! The elements and attributes are those in both the schema of Jenkins and that of Maven Surefire. Neither allows a
//! file or a line, which are therefore part of the text. The output does not depend on the clock.

use super::{count, harmless, located};
use crate::check::CHECKS;
use crate::diagnostic::{Diagnostic, Level};
use crate::span::SourceMap;
use std::collections::BTreeMap;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic]) -> String {
    let mut suites: BTreeMap<&str, Vec<&Diagnostic>> = CHECKS.iter().map(|check| (check.name, Vec::new())).collect();
    for finding in findings {
        suites.entry(finding.check).or_default().push(finding);
    }
    let cases: usize = suites.values().map(|found| found.len().max(1)).sum();
    let failures = count(findings).0;
    let suites: String = suites.iter().map(|(check, found)| suite(map, check, found)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"trustbook\" tests=\"{cases}\" failures=\"{failures}\" errors=\"0\" time=\"0\">\n\
         {suites}</testsuites>\n"
    )
}

fn suite(map: &SourceMap, check: &str, found: &[&Diagnostic]) -> String {
    let failures = found.iter().filter(|finding| finding.level == Level::Deny).count();
    let (tests, skipped) = (found.len().max(1), found.len() - failures);
    let mut text = format!(
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">\n",
        escaped(check)
    );
    if found.is_empty() {
        text.push_str(&format!("    <testcase {}/>\n", names(check, "no finding")));
    }
    // Consumers track a case by its name across runs. It contains no line number, which would change, and is unique.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in found {
        let name = format!("{}: {}", located(map, &finding.place).0, finding.message);
        let nth = seen.entry(name.clone()).or_default();
        *nth += 1;
        let name = if *nth == 1 { name } else { format!("{name} ({nth})") };
        text.push_str(&format!("    <testcase {}>{}</testcase>\n", names(check, &name), outcome(map, finding)));
    }
    text.push_str("  </testsuite>\n");
    text
}

/// Returns the attributes that name a case. Jenkins groups by the package before the dot.
fn names(check: &str, name: &str) -> String {
    format!("classname=\"trustbook.{}\" name=\"{}\" time=\"0\"", escaped(check), escaped(name))
}

/// Returns the outcome of a case. An error fails. A warning is skipped: consumers show its message, and the run still
/// passes.
fn outcome(map: &SourceMap, finding: &Diagnostic) -> String {
    let message = escaped(&finding.message);
    let text = text(map, finding);
    match finding.level {
        Level::Deny => {
            format!("<failure type=\"{}\" message=\"{message}\">{text}</failure>", escaped(finding.check))
        }
        Level::Warn | Level::Allow => format!("<skipped message=\"{message}\">{text}</skipped>"),
    }
}

fn text(map: &SourceMap, finding: &Diagnostic) -> String {
    let (path, positions) = located(map, &finding.place);
    let at = positions.map_or_else(String::new, |(start, _)| format!(":{}:{}", start.line, start.column));
    let mut lines = vec![format!("{path}{at}: {}", finding.message)];
    lines.extend(finding.help.iter().flat_map(|help| {
        let (first, rest) = help.split_once('\n').unwrap_or((help, ""));
        std::iter::once(format!("help: {first}")).chain(rest.lines().map(str::to_owned))
    }));
    lines.extend(finding.level_reason.iter().map(|reason| format!("note: {reason}")));
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("\n")
}

/// Escapes text for XML 1.0, including the non-characters that it forbids.
fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' => output.push_str("&quot;"),
            '\'' => output.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => output.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => output.push(c),
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn what_found_nothing_has_passed() {
        let report = report(&SourceMap::default(), &[]);
        assert_eq!(report.matches("<testcase ").count(), CHECKS.len());
        assert!(!report.contains("<failure") && !report.contains("<skipped"), "{report}");
    }

    #[test]
    fn errors_fail_warnings_are_skipped_and_names_are_unique() {
        let finding = |level| Diagnostic {
            check: "fact-type",
            level,
            ..Diagnostic::new(Place::File("a.md".into()), "]]><b a=\"\u{0}\u{ffff}\u{1f}'&\n::error::")
        };
        let report = report(&SourceMap::default(), &[finding(Level::Deny), finding(Level::Deny), finding(Level::Warn)]);
        assert!(report.contains("<testsuite name=\"fact-type\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"1\""));
        let text = "]]&gt;&lt;b a=&quot;\\u{0}\\u{ffff}\\u{1f}&apos;&amp;\\u{a}\\u{3a}\\u{3a}error\\u{3a}\\u{3a}";
        for name in [format!("a.md: {text}\" "), format!("a.md: {text} (2)\" "), format!("a.md: {text} (3)\" ")] {
            assert_eq!(report.matches(&format!(" name=\"{name}")).count(), 1, "{name}: {report}");
        }
        assert_eq!(report.matches(&format!("<failure type=\"fact-type\" message=\"{text}\">a.md: {text}<")).count(), 2);
        assert_eq!(report.matches(&format!("<skipped message=\"{text}\">a.md: {text}<")).count(), 1);
    }
}
