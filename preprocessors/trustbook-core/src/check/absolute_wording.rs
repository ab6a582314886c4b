//! A sentence about the vendor promises something without any limit.

use super::{Check, Findings, Run, on_pages};
use crate::diagnostic::{Diagnostic, Level};
use crate::prose::{self, Sentence, names, subject};
use crate::trust::Trust;
use regex::Regex;
use std::sync::LazyLock;

pub(super) const CHECK: Check = Check {
    name: "absolute-wording",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("absolute_wording.md"),
    run: Run::Trust(run),
};

/// At most two words such as "do" or "will" may stand between the subject and the word.
static ABSOLUTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:are|can|could|do|does|have|has|is|may|shall|will|would)\s+)?(?:(?:also|be)\s+)?(never|always|absolutely|completely|fully guarantees?|guarantees?|under no circumstances?|at all times|100\s?%\s+(?:secure|safe|private|compliant|confidential))\b",
    )
    .ok()
});

/// The words themselves, wherever they stand: most sentences have none of them.
static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)never|always|absolutely|completely|guarantee|circumstance|at all times|100\s?%").ok()
});

/// Words behind "always" and "never" that promise nothing.
const HEDGES: &[&str] = &[
    "aim",
    "aiming",
    "appreciate",
    "attempt",
    "been",
    "endeavour",
    "endeavor",
    "glad",
    "happy",
    "intend",
    "looking",
    "mind",
    "open",
    "recommend",
    "seek",
    "strive",
    "striving",
    "try",
    "trying",
    "welcome",
];

fn run(trust: &Trust, findings: &mut Findings) {
    let us = names::us(trust);
    let look = |page| prose::sentences(trust, page).filter_map(|sentence| message(&sentence, &us)).collect();
    findings.0.extend(on_pages(trust, look));
}

fn message(sentence: &Sentence<'_>, us: &[String]) -> Option<Diagnostic> {
    let text = sentence.text();
    if !ANY.as_ref()?.is_match(text) {
        return None;
    }
    let predicate = subject::predicate(text, us)?;
    let found = ABSOLUTE.as_ref()?.captures(&predicate)?.get(1)?;
    let word = found.as_str().to_owned();
    let next = predicate[found.end()..].split_whitespace().next().unwrap_or_default();
    // What is only striven for, or has a number to be measured by, is no promise without limit.
    if HEDGES.contains(&next) || word.contains("guarantee") && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let at = text.to_lowercase().find(&word)?;
    let range = sentence.in_passage(&(at..at + word.len()));
    let span = sentence.passage.locate(sentence.page, range)?;
    Some(
        Diagnostic::new(span, format!("`{word}` promises more than anybody can check"))
            .help("say what is done, when and by which means, or name the condition under which it is otherwise"),
    )
}
