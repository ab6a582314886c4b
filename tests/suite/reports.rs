//! Every format of reports: for a small book, hostile texts, unusual places, and very many findings.

use crate::command::root;
use crate::schema::misfits;
use regex::Regex;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use trustbook_core::Level;
use trustbook_core::check::CHECKS;
use trustbook_core::diagnostic::{Diagnostic, Place};
use trustbook_core::report::{self, Colour, FORMATS, ReportFormat};
use trustbook_core::span::{SourceMap, Span};
use trustbook_tests::{book, build, fences};

fn write(map: &SourceMap, findings: &[Diagnostic], format: ReportFormat) -> String {
    report::report(map, findings, format, Colour::None)
}

/// Returns a report in each format by name, and the summary that belongs to `github`.
fn all(map: &SourceMap, findings: &[Diagnostic]) -> BTreeMap<&'static str, String> {
    let reports = FORMATS.iter().map(|(name, format)| (*name, write(map, findings, *format)));
    reports.chain([("summary", report::summary(map, findings, 1024 * 1024))]).collect()
}

#[test]
fn a_small_book_gives_what_is_written_here() {
    let page = root().join("tests/reports/small-book.md");
    let text = fs::read_to_string(&page).unwrap();
    let built = build(&book(fences(&text, "book")[0].1));
    let mut map = built.book.map.clone();
    map.stands_in("docs/trust book");
    let reports = all(&map, &built.findings);
    let mut found = text.clone();
    for (name, old) in FORMATS.iter().map(|(name, _)| *name).chain(["summary"]).map(|name| (name, fence(&text, name))) {
        let new = match name {
            "sarif" => short_sarif(&reports[name]),
            "junit" => short_junit(&reports[name]),
            _ => reports[name].clone(),
        };
        found = found.replace(&format!("````{name}\n{old}````"), &format!("````{name}\n{}````", ended(&new)));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&page, &found).unwrap();
    }
    assert!(found == text, "run `UPDATE=1 cargo test -p trustbook-tests reports` and look at the change\n{found}");
}

fn fence<'t>(text: &'t str, name: &str) -> &'t str {
    let found = fences(text, name);
    assert_eq!(found.len(), 1, "{name}");
    found[0].1
}

fn ended(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end()) }
}

/// Replaces the parts that are the same for every book: the version, and the pages of the checks.
fn short_sarif(text: &str) -> String {
    let mut log: Json = serde_json::from_str(text).unwrap();
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = json!("...");
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        for key in ["help", "fullDescription"] {
            assert!(rule[key]["text"].is_string());
            rule.as_object_mut().unwrap().remove(key);
        }
    }
    format!("{log:#}")
}

/// Removes the parts that are the same for every book: the checks without findings.
fn short_junit(text: &str) -> String {
    let passed =
        Regex::new("(?s)  <testsuite [^>]* failures=\"0\" errors=\"0\" skipped=\"0\".*?</testsuite>\n").unwrap();
    let total = Regex::new("(<testsuites name=\"trustbook\" )tests=\"[0-9]+\"").unwrap();
    total.replace(&passed.replace_all(text, ""), "${1}tests=\"...\"").into_owned()
}

#[test]
fn the_examples_of_the_page_are_what_is_written() {
    let page = fs::read_to_string(root().join("guide/src/reports.md")).unwrap();
    let text = "=== facts/v.toml\n[vendor]\nlegal_name = { value = \"Example Ltd\", source = \"x\" }\nemployees = { value = 12, source = \"x\" }\n\
                === src/about.md\n# About\n\nWe are {{ vendor.legal-name }}, with {{ vendor.employees }} employees.\n=== src/unused.pdf\n";
    let built = build(&book(text));
    let mut map = built.book.map.clone();
    map.stands_in("docs/book");
    let reports = all(&map, &built.findings);
    let human: Vec<&str> = reports["human"].lines().skip_while(|line| !line.starts_with("error")).take(7).collect();
    let case =
        reports["junit"].split("  <testsuite ").find(|suite| suite.starts_with("name=\"fact-unknown\"")).unwrap();
    let first = |name: &str| reports[name].lines().next().unwrap().to_owned();
    let examples = [
        human.join("\n"),
        reports["short"].clone(),
        first("json"),
        first("github"),
        format!("<testsuite {case}").replace("\n  ", "\n").trim_end().to_owned(),
    ];
    for example in examples {
        assert!(page.contains(&example), "guide/src/reports.md does not show\n{example}");
    }
}

const HOSTILE: &[&str] = &[
    "a\nb\r\nc\u{2028}d\u{85}e",
    "\n::error file=x::y\r::set-output name=x::y %0A::error::z",
    "##[error]a ##vso[task.complete]b ##teamcity[x]",
    "]]> <script>alert(1)</script> <!-- --> & &amp; &#0; '\"",
    "\u{202e}txet\u{202c} \u{200b}\u{feff}\u{2066}x\u{2069}",
    "\0\u{1}\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}31m\u{7f}\u{fffe}\u{ffff}",
    "| a | b |\n|---|---|\n# x\n- [a](javascript:x) ![](https://example.com/x.png) <https://example.com> `x` @all",
    "[x](https://example.com/) \\[y](0) {0} {{ a }} {{{{",
    "%s %n $(x) `x` ${{ secrets.X }}",
];

/// Returns findings with every hostile text in every field.
fn hostile(map: &mut SourceMap) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (at, text) in HOSTILE.iter().map(|text| (*text).to_owned()).chain(["x\n".repeat(50_000)]).enumerate() {
        let short: String = text.replace('/', "_").chars().take(60).collect();
        let path = format!("src/a b,c:d%20é😀 {short}.md");
        let file = map.add(&path, format!("{text}\n{text}\n"));
        let span = Span::new(file, 0..text.len());
        let mut finding = Diagnostic::new(span, "")
            .label(text.as_str())
            .also(span, text.as_str())
            .help(text.as_str())
            .fix(span, text.as_str());
        // Full length: `Diagnostic::new` would cut it.
        finding.message.clone_from(&text);
        finding.level_reason = Some(text.clone());
        finding.check = CHECKS[at].name;
        findings.push(finding.clone());
        findings.push(Diagnostic { level: Level::Warn, place: Place::File(path), ..finding });
    }
    findings
}

#[test]
fn nothing_in_a_finding_can_change_what_a_report_says() {
    let mut map = SourceMap::default();
    let findings = hostile(&mut map);
    let anywhere = Regex::new(r"##[A-Za-z]*\[").unwrap();
    for (name, text) in all(&map, &findings) {
        let controls: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(controls.is_empty(), "{name}: {controls:?}");
        assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}']), "{name}");
        assert!(!anywhere.is_match(&text), "{name}");
        // In the report for people, `:::` precedes a second file, which is not a command.
        let is_command = |line: &&str| line.trim_start().starts_with("::") && !line.trim_start().starts_with(":::");
        let commands: Vec<&str> = text.lines().filter(is_command).collect();
        assert_eq!(commands.len(), if name == "github" { findings.len() } else { 0 }, "{name}");
        assert!(text.len() < 20_000_000, "{name} has {} bytes", text.len());
    }
    let lines = |format| write(&map, &findings, format).lines().map(str::to_owned).collect::<Vec<_>>();
    for line in lines(ReportFormat::Github) {
        // One `::` before the command, and one before its text.
        assert_eq!(line.matches("::").count(), 2, "{line}");
        let (properties, _) = line.rsplit_once("::").unwrap();
        let names: Vec<&str> = properties.split(',').map(|part| part.split('=').next().unwrap()).collect();
        assert!(names[0].ends_with("file") && *names.last().unwrap() == "title", "{properties}");
    }
    assert_eq!(lines(ReportFormat::Short).len(), findings.len());
    let objects = lines(ReportFormat::Json);
    for (line, finding) in objects.iter().zip(&findings) {
        assert_eq!(serde_json::from_str::<Json>(line).unwrap()["message"], finding.message);
    }
    assert_eq!(objects.len(), findings.len());
    assert_eq!(sarif(&write(&map, &findings, ReportFormat::Sarif)).len(), findings.len());
    let (failures, skipped) = junit(&write(&map, &findings, ReportFormat::Junit));
    assert_eq!((failures, skipped), report::count(&findings));
    let summary = report::summary(&map, &findings, usize::MAX);
    let rows: Vec<&str> = summary.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert_eq!(rows.len(), findings.len());
    for row in rows {
        // No markup of Markdown or HTML except for that of the table itself.
        let cells = row.replace("<br>", "");
        assert!(cells.matches('|').count() == 5 && !cells.contains(['<', '>', '`', '*', '[', '@', '!']), "{row}");
    }
}

#[test]
fn no_findings_are_a_whole_report_as_well() {
    let reports = all(&SourceMap::default(), &[]);
    for name in ["github", "human", "json", "short"] {
        assert_eq!(reports[name], "", "{name}");
    }
    assert_eq!(sarif(&reports["sarif"]), Vec::<Json>::new());
    assert_eq!(junit(&reports["junit"]), (0, 0));
    assert_eq!(reports["summary"], "### Trustbook: 0 errors, 0 warnings\n");
}

#[test]
fn errors_come_last_and_many_warnings_are_told_together() {
    let chapter: String = (0..14).map(|at| format!("![](p{at}.png)\n\n")).collect();
    let settings = "=== book.toml\n[preprocessor.trustbook.checks]\nimage-missing = \"warn\"\nimage-alt = \"warn\"\n";
    let built = build(&book(&format!("{settings}=== src/a.md\n# A\n\n[x](nowhere.md)\n\n{chapter}")));
    let text = write(&built.book.map, &built.findings, ReportFormat::Human);
    let titles: Vec<&str> =
        text.lines().filter(|line| line.starts_with("warning[") || line.starts_with("error[")).collect();
    assert_eq!(titles.len(), 3, "{text}");
    assert!(titles[2].starts_with("error[link-broken]"), "{text}");
    assert_eq!(text.matches("more findings of").count(), 2, "{text}");
    for at in 0..14 {
        assert!(text.contains(&format!("src/a.md:{}", 5 + 2 * at)), "{at}: {text}");
    }
    assert!(text.ends_with("image-alt 14, image-missing 14, link-broken 1\n\n"), "{text}");
}

#[test]
fn places_are_told_at_the_end_of_a_file_without_a_line_and_behind_other_ends_of_lines() {
    let mut map = SourceMap::default();
    let empty = map.add("src/empty.md", "");
    let text = "😀é\r\na\u{300}😀b\r\n";
    let file = map.add("src/a.md", text);
    let changed = map.add_changed("src/changed.md", "changed\n");
    let places = [
        (Place::At(Span::new(empty, 0..0)), Some((1, 1, 1, 1))),
        (Place::At(Span::new(file, text.len()..text.len())), Some((3, 1, 3, 1))),
        (Place::At(Span::new(file, 99..999)), Some((3, 1, 3, 1))),
        (Place::At(Span::new(file, 4..6)), Some((1, 2, 1, 3))),
        (Place::At(Span::new(file, 11..15)), Some((2, 3, 2, 4))),
        (Place::At(Span::new(file, 0..8)), Some((1, 1, 2, 1))),
        (Place::At(Span::new(changed, 0..3)), None),
        (Place::File("src/none.md".to_owned()), None),
    ];
    for (place, expected) in places {
        let finding = Diagnostic { check: "fact-type", ..Diagnostic::new(place.clone(), "wrong") };
        let reports = all(&map, std::slice::from_ref(&finding));
        let result = &sarif(&reports["sarif"])[0];
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let object: Json = serde_json::from_str(&reports["json"]).unwrap();
        let Some((line, column, end_line, end_column)) = expected else {
            assert!(region.is_null() && object["line"].is_null(), "{place:?}");
            assert!(!reports["github"].contains("line="), "{}", reports["github"]);
            continue;
        };
        assert_eq!(
            region,
            &json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
        );
        assert!(reports["short"].contains(&format!(".md:{line}:{column}: ")), "{}", reports["short"]);
        let columns = if line == end_line { format!("col={column},endColumn={end_column},") } else { String::new() };
        let expected = format!(",line={line},endLine={line},{columns}title=fact-type::wrong\n");
        assert!(reports["github"].ends_with(&expected), "{}", reports["github"]);
    }
}

#[test]
fn ten_thousand_findings_are_reported_and_each_format_stays_in_its_bounds() {
    let mut map = SourceMap::default();
    let text: String = (0..10_000).map(|line| format!("Line {line} says something wrong.\n")).collect();
    let file = map.add("src/a.md", text.as_str());
    let findings: Vec<Diagnostic> = text
        .match_indices("wrong")
        .enumerate()
        .map(|(at, (start, word))| {
            let span = Span::new(file, start..start + word.len());
            let level = if at % 3 == 0 { Level::Warn } else { Level::Deny };
            let finding = Diagnostic::new(span, "`wrong` is wrong").help("write `right`").edit(span, "right");
            Diagnostic { check: CHECKS[at % 5].name, level, ..finding }
        })
        .collect();
    let reports = all(&map, &findings);
    assert_eq!(reports["github"].lines().count(), 20, "GitHub shows ten of each level");
    assert_eq!(report::unannotated(&findings).len(), 9_980);
    assert!(reports["summary"].len() <= 1024 * 1024, "{}", reports["summary"].len());
    let shown = reports["summary"].matches("\n| error |").count() + reports["summary"].matches("\n| warning |").count();
    let rest = format!("\n{} more findings omitted.\n", 10_000 - shown);
    assert!(shown == 10_000 || reports["summary"].ends_with(&rest), "{shown}");
    let results = sarif(&reports["sarif"]);
    assert_eq!(results.len(), 10_000);
    let prints: std::collections::BTreeSet<String> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), 10_000, "each has its own fingerprints");
    assert_eq!(junit(&reports["junit"]), (6_666, 3_334));
    for (name, text) in &reports {
        assert!(text.len() < 12_000_000, "{name} has {} bytes", text.len());
    }
}

/// Returns the results of a log after validating it against our subset of SARIF.
fn sarif(text: &str) -> Vec<Json> {
    let schema = fs::read_to_string(root().join("tests/reports/sarif.schema.json")).unwrap();
    let log: Json = serde_json::from_str(text).unwrap();
    assert_eq!(misfits(&serde_json::from_str(&schema).unwrap(), &log), Vec::<String>::new());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        for uri in result.to_string().split("\"uri\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(!uri.split('/').any(|part| matches!(part, "." | "..")), "{uri}");
        }
    }
    results.clone()
}

/// Returns the numbers of failed and skipped cases, after checking that the XML is well formed and its totals
/// are right.
fn junit(text: &str) -> (usize, usize) {
    let is_xml = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(is_xml));
    let entity = Regex::new("&(amp|lt|gt|quot|apos);").unwrap();
    assert!(!entity.replace_all(text, "").contains('&'));
    let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let tag = Regex::new(r#"^<(/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)(/?)>"#).unwrap();
    let (mut rest, mut open, mut counts) = (body, Vec::new(), BTreeMap::<String, usize>::new());
    let mut suites: Vec<[usize; 3]> = Vec::new();
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'));
        let found = tag.captures(&rest[start..]).unwrap_or_else(|| panic!("{}", &rest[start..]));
        let (name, attributes) = (found[2].to_owned(), found[3].to_owned());
        let number = |key: &str| {
            let value = attributes.split(&format!(" {key}=\"")).nth(1).and_then(|rest| rest.split('"').next());
            value.map_or(0, |value| value.parse().unwrap())
        };
        match (&found[1], &found[4]) {
            ("/", _) => assert_eq!(open.pop(), Some(name)),
            (_, closed) => {
                *counts.entry(name.clone()).or_default() += 1;
                if name == "testsuite" {
                    suites.push([number("tests"), number("failures"), number("skipped")]);
                }
                if closed.is_empty() {
                    open.push(name);
                }
            }
        }
        rest = &rest[start + found[0].len()..];
    }
    assert!(open.is_empty() && rest == "\n");
    let sum = |at: usize| suites.iter().map(|numbers| numbers[at]).sum::<usize>();
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    assert_eq!([sum(0), sum(1), sum(2)], [count("testcase"), count("failure"), count("skipped")]);
    assert!(body.starts_with(&format!("<testsuites name=\"trustbook\" tests=\"{}\" failures=\"{}\" ", sum(0), sum(1))));
    (sum(1), sum(2))
}
