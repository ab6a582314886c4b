//! The step summary of GitHub Actions: all findings as a Markdown table, errors first.

use super::{count, in_repository, visible};
use crate::diagnostic::{Diagnostic, Level};
use crate::expand::encode::entities;
use crate::span::SourceMap;

/// The space reserved for the sentence that counts omitted findings, in bytes.
const REST: usize = 100;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic], room: usize) -> String {
    let (errors, warnings) = count(findings);
    let mut text = format!("### Trustbook: {}, {}\n", counted(errors, "error"), counted(warnings, "warning"));
    if !findings.is_empty() {
        text.push_str("\n| Level | Place | Check | Finding |\n|---|---|---|---|\n");
    }
    if text.len() + REST > room {
        return String::new();
    }
    let of_level = |errors: bool| findings.iter().filter(move |finding| (finding.level == Level::Deny) == errors);
    let mut left = findings.len();
    for finding in of_level(true).chain(of_level(false)) {
        let row = row(map, finding);
        if text.len() + row.len() + REST > room {
            break;
        }
        text.push_str(&row);
        left -= 1;
    }
    if left > 0 {
        text.push_str(&format!("\n{} omitted.\n", counted(left, "more finding")));
    }
    text
}

/// Creates a row. Every character with a meaning in Markdown or HTML becomes an entity, so that a cell is only text.
fn row(map: &SourceMap, finding: &Diagnostic) -> String {
    let (path, positions) = in_repository(map, &finding.place);
    let line = positions.map_or_else(String::new, |(start, _)| format!(":{}:{}", start.line, start.column));
    let lines = std::iter::once(finding.message.as_str()).chain(finding.help_lines());
    let lines: Vec<String> = lines.map(|line| entities(&visible(line))).collect();
    let (level, place) = (finding.level.word(), entities(&visible(&path)));
    format!("| {level} | {place}{line} | {} | {} |\n", finding.check, lines.join("<br>"))
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn finding(message: &str, level: Level) -> Diagnostic {
        Diagnostic { check: "fact-type", level, ..Diagnostic::new(Place::File("a|b.md".into()), message) }
    }

    #[test]
    fn a_cell_is_text_and_errors_come_first() {
        let findings = [
            finding("late", Level::Warn),
            finding("<script>|`x`\n# @all [a](b) ![i](https://example.com)", Level::Deny).help("write *x*"),
        ];
        let text = report(&SourceMap::default(), &findings, 10_000);
        assert!(
            text.starts_with("### Trustbook: 1 error, 1 warning\n\n| Level | Place | Check | Finding |\n"),
            "{text}"
        );
        let rows: Vec<&str> = text.lines().skip(4).collect();
        assert_eq!(rows.len(), 2, "{text}");
        assert!(rows[0].starts_with("| error | a&#124;b&#46;md | fact-type | &#60;script&#62;&#124;&#96;x"), "{text}");
        assert!(rows[0].ends_with("<br>write &#42;x&#42; |") && rows[1].ends_with("| late |"), "{text}");
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let findings: Vec<Diagnostic> = (0..1000).map(|n| finding(&format!("finding {n}"), Level::Deny)).collect();
        for room in [0, 90, 200, 300, 5000, 70_000] {
            let text = report(&SourceMap::default(), &findings, room);
            assert!(text.len() <= room, "{room}: {}", text.len());
            let shown = text.matches("\n| error |").count();
            let rest = format!("\n{} more findings omitted.\n", 1000 - shown);
            assert!(text.is_empty() || shown == 1000 || text.ends_with(&rest), "{room}: {text}");
        }
        assert_eq!(report(&SourceMap::default(), &[], 1000), "### Trustbook: 0 errors, 0 warnings\n");
    }
}
