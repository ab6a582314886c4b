//! A compliance platform or a scanner is named instead of an auditor or a certificate.

use super::{Check, Findings, Look, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::Page;
use crate::pattern::Pattern;
use crate::prose::Sentence;
use crate::register::value::Value;
use crate::register::{Fact, Record};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(super) const CHECK: Check =
    Check::deny("certification-issuer", include_str!("certification_issuer.md"), Run::Prose(prepare, run));

const DATA: &str = include_str!("../../data/not_auditors.toml");

/// The known tools by their names in lower case without spaces, each with its spelling and its type.
static TOOLS: LazyLock<BTreeMap<String, (String, &'static str)>> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let list = |key: &str, what: &'static str| {
        let names = data.get(key).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str);
        names.map(|name| (name.to_lowercase().replace(' ', ""), (name.to_owned(), what))).collect::<Vec<_>>()
    };
    list("platforms", "compliance platform").into_iter().chain(list("scanners", "scanner")).collect()
});

/// Words that identify the subject of a question.
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
    ("independent audit", "audit"),
    ("independent audits", "audit"),
    ("independent auditor", "audit"),
    ("independent auditors", "audit"),
    ("external audit", "audit"),
    ("external auditor", "audit"),
    ("third-party audit", "audit"),
    ("third party audit", "audit"),
    ("third-party audits", "audit"),
    ("third-party auditor", "audit"),
    ("information security program", "security program"),
    ("information security programme", "security program"),
];

/// Schemes that the maker of a scanner may attest: PCI DSS scans by an approved scanning vendor.
const SCANNED: &[&str] = &["pci", "asv", "scan"];

fn run(book: &Book, findings: &mut Findings) {
    findings.extend(records(&book.facts, "certification").filter_map(auditor));
    findings.extend(records(&book.facts, "answer").filter_map(answer));
}

fn prepare(_: &Book) -> Look<'_> {
    Box::new(|prose| prose.sentences().filter_map(|sentence| typed(prose.page, &sentence)).collect())
}

/// A phrase that names a tool as the certifier, auditor or attester.
struct IssuerPhrase {
    regex: Regex,
    /// The types of tools that the phrase applies to.
    what: &'static [&'static str],
    /// A pattern that the sentence must contain; empty for none.
    about: &'static str,
}

static SAID: LazyLock<Vec<IssuerPhrase>> = LazyLock::new(|| {
    // The words allowed between the verb and the name. Other words would describe another task of the tool.
    const BETWEEN: &str = r"(?:\s+(?:(?i:is|was|are|were|been|independently|annually|compliance|compliant|report|reports|letter|badge|and|for|soc|type|iso|hipaa|gdpr|i|ii)|[12]|iso/iec|27001))*";
    const PLATFORM: &[&str] = &["compliance platform"];
    const BOTH: &[&str] = &["compliance platform", "scanner"];
    let mut names: Vec<String> = TOOLS.values().map(|(name, _)| regex::escape(name)).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let names = format!(r"(?:the\s+)?(?:GitHub\s+|Tenable\s+)?({})\b", names.join("|"));
    let by = format!(r"{BETWEEN}\s+(?:by|from)\s+{names}");
    let shapes: [(String, &[&str], &str); 4] = [
        (format!(r"\b(?i:certif\w*|accredit\w*){by}"), BOTH, ""),
        (format!(r"\b(?i:audit|audits|audited|attest\w*){by}"), PLATFORM, ""),
        (
            format!(r"\b(?i:issued){by}"),
            PLATFORM,
            r"(?i)\b(?:reports?|certificat\w+|attest\w+|letters?|soc\s?[123]|iso)\b",
        ),
        (
            format!(r"(?:^|[|(;])\W*(?i:(?:our|the)\s+)?(?i:auditors?|certifiers?|certification body)\s*:\s*{names}"),
            BOTH,
            "",
        ),
    ];
    let compiled = shapes
        .into_iter()
        .filter_map(|(text, what, about)| Some(IssuerPhrase { regex: Regex::new(&text).ok()?, what, about }));
    compiled.collect()
});

/// A fast filter: most sentences contain none of these words.
static ANY: Pattern = Pattern::new(r"(?i)certif|accredit|audit|attest|issued");

/// Words of a denial, a question, or a way to get a report. Such a sentence names no auditor.
static QUIET: Pattern = Pattern::new(
    r"(?i)\b(?:not|no|never|nor|neither|nobody|cannot|without|if|whether|instead|rather|download\w*|request\w*|get|access\w*|obtain\w*|available|view|find|see|retrieve\w*|copy|copies|portal)\b|n['’]t\b|\?",
);

fn typed(page: &Page, sentence: &Sentence<'_>) -> Option<Diagnostic> {
    let text = sentence.text();
    if !ANY.is_match(text) {
        return None;
    }
    let (found, said) = SAID.iter().find_map(|said| Some((said.regex.captures(text)?.get(1)?, said)))?;
    let (name, what) = TOOLS.get(&found.as_str().to_lowercase().replace(' ', ""))?;
    let scans = || SCANNED.iter().any(|word| text.to_lowercase().contains(word));
    let is_about = || said.about.is_empty() || Regex::new(said.about).is_ok_and(|about| about.is_match(text));
    // "Vanta's partner" and "the Vanta network" are other parties.
    let rest = text[found.end()..].trim_start().to_lowercase();
    let is_another = ["'", "’", "-", "partner", "network", "trust"].iter().any(|word| rest.starts_with(word));
    if !said.what.contains(what) || is_another || (*what == "scanner" && scans()) || !is_about() || QUIET.is_match(text)
    {
        return None;
    }
    let span = sentence.passage.locate(page, sentence.in_passage(&found.range()))?;
    Some(Diagnostic::new(span, format!("{name} is a {what}, not an auditor")).help(format!(
        "name the firm that audits or certifies, or say what {name} is used for; if no firm is named, remove it"
    )))
}

fn auditor(record: &Record) -> Option<Diagnostic> {
    let field = record.field("auditor")?;
    let (name, what) = tool(&field.value.as_ref()?.text())?;
    let is_scanner = *what == "scanner";
    let scheme = record.value("scheme").map(Value::text).unwrap_or_default().to_lowercase();
    if is_scanner && SCANNED.iter().any(|word| scheme.contains(word)) {
        return None;
    }
    let place = if is_scanner { "remove it" } else { "move it to `platform`" };
    Some(Diagnostic::new(field.span, format!("{name} is a {what}, not an auditor")).help(format!(
        "name the firm that audits or certifies and {place}; if the vendor names none: `not_stated = [\"auditor\"]`"
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
        Diagnostic::new(statement.span, format!("{name} is a {what}, not the {asked}"))
            .also(record.field("question")?.span, "the question")
            .help(format!("name the {asked} and the person in charge, or answer `no` or `planned`")),
    )
}

/// Returns true if a text contains some words that are not part of longer ones.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + words.len()..].chars().next())
    })
}

/// Returns the tool that a text names and nothing else: `Drata`, `Drata Inc.`, `vanta.com`, `Yes, by Vanta.`
fn tool(text: &str) -> Option<&'static (String, &'static str)> {
    let text = text.to_lowercase().replace(['®', '™', '©'], "").replace("https://", "").replace("www.", "");
    let is_between = |c: char| c.is_whitespace() || "(),:;/&+!".contains(c);
    let words = text.split(is_between).map(|word| {
        let word = word.trim_matches('.');
        ENDINGS.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word)
    });
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let (mut at, mut first) = (0, None);
    while let Some(word) = words.get(at) {
        // The longest name at this position; "One Trust" is OneTrust.
        let name = (1..=3).rev().find_map(|count| Some((count, TOOLS.get(&words.get(at..at + count)?.concat())?)));
        match name {
            Some((count, tool)) => {
                first = first.or(Some(tool));
                at += count;
            }
            None if AROUND.contains(word) => at += 1,
            None => return None,
        }
    }
    first
}

/// The endings of a domain after a name.
const ENDINGS: &[&str] = &[".com", ".io", ".ai"];

/// Words around a name that do not name another party.
const AROUND: &[&str] = &[
    "and",
    "are",
    "attested",
    "audited",
    "auditor",
    "by",
    "center",
    "centre",
    "certified",
    "compliance",
    "corp",
    "corporation",
    "from",
    "github",
    "gmbh",
    "inc",
    "is",
    "issued",
    "limited",
    "llc",
    "ltd",
    "our",
    "platform",
    "scanner",
    "software",
    "the",
    "through",
    "trust",
    "use",
    "using",
    "via",
    "we",
    "with",
    "yes",
];

/// Returns the visible text of a Markdown string.
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
        for text in [
            "Vanta platform",
            "Vanta Trust Center",
            "vanta.com",
            "https://www.vanta.com",
            "Drata®",
            "Drata™",
            "from Vanta",
            "Certified by Vanta",
            "Vanta, Drata",
            "Vanta and Drata",
            "One Trust",
            "Yes, by Vanta.",
            "We use Drata.",
        ] {
            assert!(tool(text).is_some_and(|(_, what)| *what == "compliance platform"), "{text}");
        }
        for (text, name) in [("GitHub CodeQL", "CodeQL"), ("Tenable Nessus", "Tenable")] {
            assert_eq!(tool(text).map(|(name, _)| name.as_str()), Some(name));
        }
        for text in ["Drata (audit by A-LIGN)", "We do not use Drata.", "our auditor uses Vanta", "the platform"] {
            assert_eq!(tool(text), None, "{text}");
        }
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
