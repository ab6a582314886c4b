//! What a page says in words is held against the register: sentences that contradict it are found wherever they stand,
//! and honest ones are left alone.

use std::fs;
use std::path::PathBuf;
use trustbook_core::diagnostic::Place;
use trustbook_core::diagnostic::{Diagnostic, Level};
use trustbook_tests::{book, build};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("prose")
}

/// The lines of a file, each of which is the Markdown of one page.
fn lines(name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| line.replace("\\n", "\n")).collect()
}

/// What is found in each of some pages.
fn findings(language: &str, pages: &[String]) -> Vec<Vec<Diagnostic>> {
    let register = fs::read_to_string(folder().join("register.toml")).unwrap();
    let chapters = (0..pages.len()).map(|at| format!("- [Page {at}](p{at}.md)\n")).collect::<String>();
    let bodies = pages.iter().enumerate().map(|(at, text)| format!("=== src/p{at}.md\n# Page {at}\n\n{text}\n"));
    let built = build(&book(&format!(
        "=== book.toml\n[book]\ntitle = \"Prose\"\nlanguage = \"{language}\"\n=== facts/all.toml\n{register}\n\
         === src/SUMMARY.md\n# Summary\n\n{chapters}{}",
        bodies.collect::<String>()
    )));
    let mut found = vec![Vec::new(); pages.len()];
    for finding in &built.findings {
        let Place::At(span) = &finding.place else { continue };
        let path = built.trust.map.file(span.file).path().to_owned();
        let number = path.strip_prefix("src/p").and_then(|rest| rest.strip_suffix(".md")?.parse::<usize>().ok());
        if let Some(number) = number {
            found[number].push(finding.clone());
        }
    }
    found
}

fn is_contradiction(finding: &Diagnostic) -> bool {
    finding.check == "fact-hand-typed"
        && (finding.message.contains("contradicts the register") || finding.message.contains("does not have it"))
}

/// The sentences of a file that are not found.
fn missed(language: &str) -> (Vec<String>, usize) {
    let pages = lines(&format!("contradictions.{language}.txt"));
    let found = findings(language, &pages);
    let missed = pages.iter().zip(&found).filter(|(_, found)| !found.iter().any(is_contradiction));
    (missed.map(|(page, _)| page.clone()).collect(), pages.len())
}

#[test]
fn sentences_that_contradict_the_register_are_found() {
    let mut report = String::new();
    let (mut number, mut lost) = (0, 0);
    for language in ["en", "de", "fr", "es"] {
        let (missed, all) = missed(language);
        report += &format!("{language}: {} of {all} missed\n{}\n", missed.len(), missed.join("\n"));
        number += all;
        lost += missed.len();
    }
    assert!(number >= 150, "{number} sentences");
    assert!(lost * 100 <= number * 15, "{report}");
    println!("{report}");
}

#[test]
fn honest_sentences_are_left_alone() {
    let mut wrong = Vec::new();
    let mut number = 0;
    for language in ["en", "de", "fr", "es"] {
        let pages = lines(&format!("look-alikes.{language}.txt"));
        number += pages.len();
        for (page, found) in pages.iter().zip(findings(language, &pages)) {
            let loud = found.iter().filter(|found| {
                found.level == Level::Deny || matches!(found.check, "claim-untyped" | "absolute-wording")
            });
            wrong.extend(loud.map(|found| format!("{language}: {page}\n    {}: {}", found.check, found.message)));
        }
    }
    assert!(number >= 150, "{number} sentences");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
