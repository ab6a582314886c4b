//! SARIF 2.1.0 for code scanning: one run, with the checks that found something as rules, and edits as fixes.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>
//!
//! Accepted findings are left out: GitHub ignores `suppressions`, and shows such results as open.

use super::{in_repository, visible};
use crate::check::{self, Check};
use crate::diagnostic::{Diagnostic, Fix, Level, Place};
use crate::expand::encode::component;
use crate::fingerprint::Fingerprints;
use crate::span::{FileId, Position, SourceMap};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of the base folder of paths, as GitHub expects it.
const ROOT: &str = "%SRCROOT%";

/// The longest full description of a rule, in characters.
/// <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
const DESCRIPTION: usize = 1024;

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic]) -> String {
    let names: BTreeSet<&str> = findings.iter().map(|finding| finding.check).collect();
    let rules: BTreeMap<&str, usize> = names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
    let mut prints = Fingerprints::new(map);
    let results: Vec<Json> =
        findings.iter().map(|finding| result(map, &mut prints, finding, rules.get(finding.check))).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "Trustbook",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.keys().map(|name| rule(name)).collect::<Vec<_>>(),
                },
            },
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{}\n", super::harmless_json(&log))
}

/// Describes a check as a rule, with the text of its page.
fn rule(name: &str) -> Json {
    let Some(check) = check::find(name) else { return json!({ "id": name }) };
    json!({
        "id": check.name,
        "shortDescription": { "text": first_sentence(check) },
        "fullDescription": { "text": what_it_checks(check) },
        "help": { "text": check.page, "markdown": check.page },
        "defaultConfiguration": { "level": level(check.level) },
    })
}

fn first_sentence(check: &Check) -> &str {
    check.page.split("\n\n").nth(1).unwrap_or(check.name).trim()
}

/// Returns the section "What it checks" of the page, cut to as many whole lines as fit.
fn what_it_checks(check: &Check) -> String {
    let section = check.page.split_once("## What it checks\n").map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default().trim();
    let mut room = DESCRIPTION;
    let fitting = section.lines().take_while(|line| {
        let has_room = line.chars().count() < room;
        room = room.saturating_sub(line.chars().count() + 1);
        has_room
    });
    let text = fitting.collect::<Vec<_>>().join("\n");
    if text.is_empty() { first_sentence(check).to_owned() } else { text }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "none",
    }
}

fn result(map: &SourceMap, prints: &mut Fingerprints<'_>, finding: &Diagnostic, rule: Option<&usize>) -> Json {
    let lines: Vec<&str> = std::iter::once(&finding.message).chain(&finding.help).map(String::as_str).collect();
    let mut fingerprints = json!({ "trustbookFinding/v1": prints.of_finding(finding) });
    if let Some(hash) = prints.of_line(&finding.place) {
        fingerprints["primaryLocationLineHash"] = json!(hash);
    }
    let mut result = json!({
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": finding.level.word(),
        "message": message(&lines.join("\n")),
        "locations": [location(map, &finding.place, finding.label.as_deref())],
        "partialFingerprints": fingerprints,
    });
    let labels = finding.labels.iter().enumerate();
    let related: Vec<Json> = labels
        .map(|(id, label)| {
            let mut related = location(map, &Place::At(label.span), Some(&label.text));
            related["id"] = json!(id);
            related
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(fix) = fix(map, finding) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// Creates a plain-text message. Brackets are escaped if they could form a link, whose target the book would choose
/// (section 3.11.6). Braces stay unchanged: without arguments, consumers look for no placeholders.
fn message(text: &str) -> Json {
    let text = text.split('\n').map(visible).collect::<Vec<_>>().join("\n");
    let could_link = text.contains("](");
    let text = if could_link { text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") } else { text };
    json!({ "text": text })
}

fn location(map: &SourceMap, place: &Place, text: Option<&str>) -> Json {
    let (path, positions) = in_repository(map, place);
    let mut physical = json!({ "artifactLocation": artifact(&path) });
    if let Some((start, end)) = positions {
        physical["region"] = region(start, end);
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(text) = text {
        location["message"] = message(text);
    }
    location
}

fn artifact(path: &str) -> Json {
    let uri: Vec<String> = path.split('/').map(component).collect();
    json!({ "uri": uri.join("/"), "uriBaseId": ROOT })
}

/// Creates a region. Like ours, columns count characters from 1, and the end is exclusive.
fn region(start: Position, end: Position) -> Json {
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// Returns all edits of a finding, grouped by file; `None` if a text differs from its file.
fn fix(map: &SourceMap, finding: &Diagnostic) -> Option<Json> {
    let mut files: BTreeMap<FileId, Vec<Json>> = BTreeMap::new();
    for edit in &finding.edits {
        let file = map.file(edit.span.file);
        if !file.is_exact() {
            return None;
        }
        let (start, end) = (file.position(edit.span.start), file.position(edit.span.end));
        files.entry(edit.span.file).or_default().push(json!({
            "deletedRegion": region(start, end),
            "insertedContent": { "text": edit.replacement },
        }));
    }
    if files.is_empty() {
        return None;
    }
    let changes: Vec<Json> = files
        .into_iter()
        .map(|(file, replacements)| {
            let (path, _) = in_repository(map, &Place::File(map.file(file).path().to_owned()));
            json!({ "artifactLocation": artifact(&path), "replacements": replacements })
        })
        .collect();
    let text = match finding.fix {
        Fix::Safe => "The page reads the same afterwards; `trustbook check --fix` makes this edit.",
        Fix::Suggested => "Make this edit if it is what you mean.",
    };
    Some(json!({ "description": { "text": text }, "artifactChanges": changes }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::CHECKS;
    use crate::span::Span;

    #[test]
    fn every_check_is_a_rule_that_code_scanning_takes() {
        for check in CHECKS {
            let rule = rule(check.name);
            for key in ["shortDescription", "fullDescription"] {
                let text = rule[key]["text"].as_str().unwrap();
                assert!(!text.is_empty() && text.chars().count() <= DESCRIPTION, "{}: {text}", check.name);
                assert!(!text.contains("\n#"), "{}: {text}", check.name);
            }
            assert!(rule["shortDescription"]["text"].as_str().unwrap().ends_with('.'), "{}", check.name);
        }
    }

    #[test]
    fn paths_are_relative_to_the_repository_and_columns_count_characters() {
        let mut map = SourceMap::default();
        map.stands_in("docs/trust book/");
        let file = map.add("src/50%, a: é.md", "a\r\n😀é x😀\r\n");
        let span = Span::new(file, 3..12);
        let finding = Diagnostic::new(span, "[x](https://example.com/) \\[y](0) {0}\u{202e}")
            .also(Span::new(file, 18..18), "the end")
            .fix(Span::new(file, 7..9), "\u{202e}");
        let finding = Diagnostic { check: "fact-type", ..finding };
        let text = report(&map, &[finding]);
        assert!(!text.contains('\u{202e}') && text.lines().count() == 1);
        let log: Json = serde_json::from_str(&text).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["message"]["text"], "\\[x\\](https://example.com/) \\\\\\[y\\](0) {0}\\\\u{202e}");
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "docs/trust%20book/src/50%25%2C%20a%3A%20%C3%A9.md");
        assert_eq!(physical["region"], json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 5 }));
        let related = &result["relatedLocations"][0]["physicalLocation"]["region"];
        assert_eq!(related, &json!({ "startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 1 }));
        let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(replacement["insertedContent"]["text"], "\u{202e}", "an edit is what it is");
        assert_eq!(replacement["deletedRegion"]["startColumn"], 2);
    }
}
