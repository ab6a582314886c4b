//! Sentences that contradict the register are found in any place, and true ones are not reported.

use std::fs;
use std::path::PathBuf;
use trustbook_core::diagnostic::Place;
use trustbook_core::diagnostic::{Diagnostic, Level};
use trustbook_tests::{book, build};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("prose")
}

/// Returns the lines of a file, each of which is the Markdown of one page.
fn lines(name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| line.replace("\\n", "\n")).collect()
}

/// Returns the findings of each page.
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
        let path = built.book.map.file(span.file).path().to_owned();
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

/// Returns the contradictions of a file that are not found, and the number of all.
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
    assert!(lost * 100 <= number * 10, "{report}");
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

/// Returns a page after the edits of a finding.
fn applied(page: &str, finding: &Diagnostic, head: usize) -> Option<String> {
    let Place::At(at) = &finding.place else { return None };
    let mut edits: Vec<_> = finding.edits.iter().filter(|edit| edit.span.file == at.file).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = page.to_owned();
    for edit in &edits {
        let range = edit.span.range();
        text.replace_range(range.start.checked_sub(head)?..range.end.checked_sub(head)?, &edit.replacement);
    }
    (!edits.is_empty()).then_some(text)
}

#[test]
fn an_edit_takes_its_finding_away_and_leaves_a_sentence() {
    let pages = lines("contradictions.en.txt");
    let found = findings("en", &pages);
    let mut edited = Vec::new();
    for (at, (page, found)) in pages.iter().zip(&found).enumerate() {
        let head = format!("# Page {at}\n\n").len();
        let own = found.iter().filter(|finding| is_contradiction(finding));
        edited.extend(own.filter_map(|finding| Some((applied(page, finding, head)?, finding.message.clone()))));
    }
    assert!(edited.len() >= 40, "{} edits", edited.len());
    let texts: Vec<String> = edited.iter().map(|(text, _)| text.clone()).collect();
    for (found, (text, message)) in findings("en", &texts).iter().zip(&edited) {
        assert!(found.iter().all(|finding| finding.message != *message), "{text}\n{message}");
        // A choice is not an adjective: "we are ISO 27001 held".
        assert!(!text.contains("are {{ certification") && !text.contains("certified to {{"), "{text}");
    }
}

/// Returns shuffled words of a language's sentences, with characters that are longer in lower case, or that are
/// ignored.
fn jumbled(language: &str, count: usize) -> Vec<String> {
    const SIGNS: &[&str] = &[
        "İİ",
        "İİ Ltd",
        "ẞé",
        "é",
        "😀",
        "\u{1a}",
        ":",
        ": ",
        ", ",
        ". ",
        " | ",
        " – ",
        "(",
        ")",
        "**",
        "*",
        "`x`",
        "\"x\"",
        "{{ vendor.legal_name }}",
        "No",
        "none",
        "Today",
        "bug bounty",
        "72 hours",
        "SOC 2",
        "Germany",
        "we",
        "’",
        "§",
        "\n",
    ];
    let files = ["contradictions", "look-alikes"].map(|name| lines(&format!("{name}.{language}.txt")).join(" "));
    let words: Vec<&str> = files.iter().flat_map(|text| text.split_whitespace()).collect();
    let mut number: usize = 1;
    let mut next = |most: usize| {
        // Pseudo-random numbers, the same in each run.
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (number >> 33) % most
    };
    let mut sentence = || {
        let parts = (0..2 + next(9)).map(|_| match next(3) {
            0 => SIGNS[next(SIGNS.len())],
            _ => words[next(words.len())],
        });
        parts.collect::<Vec<_>>().join(["", " "][usize::from(next(4) > 0)])
    };
    (0..count).map(|_| sentence()).collect()
}

#[test]
fn no_order_of_words_is_too_much() {
    let register =
        fs::read_to_string(folder().join("register.toml")).unwrap().replace("[\"Quillmoor\"]", "[\"İİ\", \"ẞé\"]");
    for language in ["en", "de", "fr", "es"] {
        let odd = ["Today bug bounty, none.", "Bug bounty: Run: no.", "İİ é is in Germany."].map(str::to_owned);
        let text = [odd.to_vec(), jumbled(language, 5000)].concat().join("\n\n");
        let built = build(&book(&format!(
            "=== book.toml\n[book]\ntitle = \"Prose\"\nlanguage = \"{language}\"\n=== facts/all.toml\n{register}\n\
             === src/a.md\n# A\n\n{text}\n"
        )));
        assert!(built.findings.iter().any(is_contradiction), "{language}: sentences are read");
    }
}
