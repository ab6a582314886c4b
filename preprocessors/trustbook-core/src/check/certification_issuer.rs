//! A compliance platform or a scanner is named where an auditor or a certificate is meant.

use super::{Check, Findings, Run, records};
use crate::diagnostic::{Diagnostic, Level};
use crate::register::value::Value;
use crate::register::{Fact, Record};
use crate::trust::Trust;
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(super) const CHECK: Check = Check {
    name: "certification-issuer",
    level: Level::Deny,
    calendar: false,
    since: "0.1.0",
    page: include_str!("certification_issuer.md"),
    run: Run::Trust(run),
};

const DATA: &str = include_str!("../../data/not_auditors.toml");

/// The names in lower case, each with how it is written and what it is.
static TOOLS: LazyLock<BTreeMap<String, (String, &'static str)>> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let list = |key: &str, what: &'static str| {
        let names = data.get(key).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str);
        names.map(|name| (name.to_lowercase(), (name.to_owned(), what))).collect::<Vec<_>>()
    };
    list("platforms", "compliance platform").into_iter().chain(list("scanners", "scanner")).collect()
});

/// What a question asks for, by words that no other question has.
const ASKED: &[(&str, &str)] = &[
    ("isms", "management system"),
    ("security management system", "management system"),
    ("iso 27001", "certificate"),
    ("iso/iec 27001", "certificate"),
    ("soc 2", "audit"),
    ("soc2", "audit"),
    ("certified", "certificate"),
    ("certification", "certificate"),
    ("been audited", "audit"),
    ("independently audited", "audit"),
];

/// Schemes that a scanner's maker may well attest: the scans of PCI DSS by an approved scanning vendor.
const SCANNED: &[&str] = &["pci", "asv", "scan"];

fn run(trust: &Trust, findings: &mut Findings) {
    findings.0.extend(records(trust, "certification").filter_map(auditor));
    findings.0.extend(records(trust, "answer").filter_map(answer));
}

fn auditor(record: &Record) -> Option<Diagnostic> {
    let field = record.field("auditor")?;
    let (name, what) = tool(&field.value.as_ref()?.text())?;
    let is_scanner = *what == "scanner";
    let scheme = record.value("scheme").map(Value::text).unwrap_or_default().to_lowercase();
    if is_scanner && SCANNED.iter().any(|word| scheme.contains(word)) {
        return None;
    }
    let place = if is_scanner { "take it out" } else { "move it to `platform`" };
    Some(Diagnostic::new(field.span, format!("{name} is a {what} and no auditor")).help(format!(
        "name the firm that audits or certifies and {place}; where the vendor names none: `not_stated = [\"auditor\"]`"
    )))
}

fn answer(record: &Record) -> Option<Diagnostic> {
    let word = |field: &str| match record.value(field) {
        Some(Value::Choice(word)) => Some(word.as_str()),
        _ => None,
    };
    if !matches!(word("answer"), Some("yes" | "partial")) {
        return None;
    }
    let question = record.value("question")?.text().to_lowercase();
    let (_, asked) = ASKED.iter().find(|(words, _)| has_words(&question, words))?;
    let statement: &Fact = record.field("statement")?;
    let (name, what) = tool(&plain(&statement.value.as_ref()?.text()))?;
    Some(
        Diagnostic::new(statement.span, format!("{name} is a {what} and no {asked}"))
            .also(record.field("question")?.span, "the question")
            .help(format!("name the {asked} and who stands for it, or answer `no` or `planned`")),
    )
}

/// Words that stand in a text and are not part of others.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + words.len()..].chars().next())
    })
}

/// The tool that a text names and says nothing besides: `Drata`, `Drata Inc.`, `Drata (platform)`, `via Vanta`.
fn tool(text: &str) -> Option<&'static (String, &'static str)> {
    const BEFORE: &[&str] = &["via ", "through ", "by ", "with ", "using "];
    const BEHIND: &[&str] = &[" inc", " llc", " ltd", " limited", " gmbh", " corp", " corporation"];
    let lower = text.to_lowercase();
    let outside = lower.split('(').next().unwrap_or_default();
    let mut name = outside.trim().trim_end_matches(['.', '!', ',']);
    name = BEFORE.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
    name = BEHIND.iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name);
    TOOLS.get(name.trim_end_matches(',').trim())
}

/// What readers see of a Markdown text.
fn plain(markdown: &str) -> String {
    use pulldown_cmark::{Event, Parser};
    let shown = Parser::new(markdown).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.to_string()),
        Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
        _ => None,
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_known_by_its_whole_name() {
        for text in ["Drata", "drata", "Drata Inc.", "Drata, Inc.", "Drata (platform)", "via Vanta", " Vanta. "] {
            assert!(tool(text).is_some_and(|(_, what)| *what == "compliance platform"), "{text}");
        }
        assert_eq!(tool(&plain("[CodeQL](https://codeql.github.com/).")).unwrap().0, "CodeQL");
        for text in ["Prescient Assurance (via Drata)", "Vantage Audit LLP", "A-LIGN and Drata", "", "("] {
            assert_eq!(tool(text), None, "{text}");
        }
        let data: toml::Table = DATA.parse().unwrap();
        assert!(data["checked"].is_datetime());
        assert_eq!(TOOLS.len(), data.values().filter_map(toml::Value::as_array).map(Vec::len).sum::<usize>());
        assert!(TOOLS.len() > 30);
    }

    #[test]
    fn questions_are_told_apart_by_whole_words() {
        assert!(has_words("is an isms in place?", "isms"));
        assert!(!has_words("which mechanisms are used?", "isms"));
        assert!(!has_words("are soc 27 numbers used?", "soc 2"));
    }
}
