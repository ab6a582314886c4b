//! A sentence about the vendor promises something without any limit.

use super::{Check, Look, Run};
use crate::diagnostic::{Diagnostic, Edit, Level};
use crate::facts::Facts;
use crate::page::Page;
use crate::prose::names::Names;
use crate::prose::{Sentence, subject};
use crate::register::claim::KIND;
use crate::span::Span;
use crate::toml_tree;
use crate::trust::Trust;
use regex::Regex;
use std::sync::LazyLock;

pub(super) const CHECK: Check = Check {
    name: "absolute-wording",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("absolute_wording.md"),
    run: Run::Prose(prepare, |_, _| {}),
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

fn prepare(trust: &Trust) -> Look<'_> {
    let names = Names::of(&trust.facts);
    Box::new(move |prose| {
        prose.sentences().filter_map(|sentence| message(trust, prose.page, &sentence, &names)).collect()
    })
}

fn message(trust: &Trust, page: &Page, sentence: &Sentence<'_>, names: &Names<'_>) -> Option<Diagnostic> {
    let text = sentence.text();
    if !ANY.as_ref()?.is_match(text) {
        return None;
    }
    let predicate = subject::predicate_of(sentence, &names.us)?;
    let found = ABSOLUTE.as_ref()?.captures(&predicate)?.get(1)?;
    let word = found.as_str().to_owned();
    let next = predicate[found.end()..].split_whitespace().next().unwrap_or_default();
    // What is only striven for, or has a number to be measured by, is no promise without limit.
    if HEDGES.contains(&next) || word.contains("guarantee") && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let written = Regex::new(&format!("(?i){}", regex::escape(&word))).ok()?.find(text)?.range();
    let range = sentence.in_passage(&written);
    let span = sentence.passage.locate(page, range)?;
    let finding = Diagnostic::new(span, format!("`{word}` promises more than anybody can check"))
        .help("say what is done, when and by which means, or name the condition under which it is otherwise")
        .help("or make it a claim, which each build checks: `trustbook explain claim` lists the ways");
    Some(match draft(trust, page, sentence) {
        Some([expression, claim]) => {
            finding.edit(expression.span, expression.replacement).edit(claim.span, claim.replacement)
        }
        None => finding,
    })
}

/// The sentence as a claim: an expression in its place, and the claim at the end of a file of the register. How it is
/// checked, and who stands for it, the writer has to say.
fn draft(trust: &Trust, page: &Page, sentence: &Sentence<'_>) -> Option<[Edit; 2]> {
    let text = sentence.text();
    // A value in it is not known to a claim, and in a heading the anchor would change.
    if sentence.expressions().next().is_some() || !sentence.takes_expressions() {
        return None;
    }
    let says = text.trim();
    let start = text.len() - text.trim_start().len();
    let at = sentence.passage.locate_exactly(page, sentence.in_passage(&(start..start + says.len())))?;
    let register = &trust.facts.register;
    let claims = register.of_kind(KIND).map(|claim| claim.span.file);
    let others = register.records.iter().map(|record| record.span.file);
    let facts = register.facts.iter().map(|fact| fact.key_span.file);
    let file = claims.chain(others).chain(facts).find(|file| !register.broken.contains(file))?;
    let end = trust.map.file(file).text().len();
    let id = id(&trust.facts, says)?;
    let says = toml_tree::quoted(&says.split_whitespace().collect::<Vec<_>>().join(" "));
    let claim = format!(
        "\n[[claim]]\nid = \"{id}\"\nsays = {says}\nkind = \"attested\"\nby = \"...\"\non = {0}\nuntil = {0}\n",
        trust.facts.today
    );
    let expression = Edit { span: at, replacement: format!("{{{{ claim.{id} }}}}") };
    Some([expression, Edit { span: Span::new(file, end..end), replacement: claim }])
}

/// The words that say the most, as an id that no claim has.
fn id(facts: &Facts, says: &str) -> Option<String> {
    const SHORT: usize = 4;
    const MOST: usize = 4;
    let words = says.to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= SHORT);
    let id = words.take(MOST).collect::<Vec<_>>().join("-");
    if id.is_empty() {
        return None;
    }
    let is_free = |id: &String| facts.record(KIND, id).is_none();
    std::iter::once(id.clone()).chain((2..100).map(|number| format!("{id}-{number}"))).find(is_free)
}
