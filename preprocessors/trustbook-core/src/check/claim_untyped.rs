//! A sentence denies something about data without being a claim.

use super::{Check, Look, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::Page;
use crate::prose::names::RegisterNames;
use crate::prose::{Sentence, absolute, draft, frames, negated};
use crate::register::claim::KIND;
use crate::register::value::Value;

pub(super) const CHECK: Check =
    Check::warn("claim-untyped", include_str!("claim_untyped.md"), Run::Prose(prepare, |_, _| {}));

fn prepare(book: &Book) -> Look<'_> {
    let names = RegisterNames::of(&book.facts);
    let claims = book.facts.register.of_kind(KIND).filter_map(|claim| claim.value("says")).map(Value::text);
    let claims: Vec<String> = claims.map(|says| plain(&says)).collect();
    let register = &book.facts.register;
    // A book without a register makes no claims.
    if register.facts.is_empty() && register.records.is_empty() {
        return Box::new(|_| Vec::new());
    }
    Box::new(move |prose| {
        let tag = book.language_of(prose.page);
        let sentences = prose.sentences_where(|passage| negated::may_be_negated(tag, &passage.text));
        let sentences = sentences.filter(|sentence| sentence.first_cell().is_none());
        sentences.filter_map(|sentence| message(book, prose.page, &sentence, &names, &claims, tag)).collect()
    })
}

fn message(
    book: &Book,
    page: &Page,
    sentence: &Sentence<'_>,
    names: &RegisterNames<'_>,
    claims: &[String],
    tag: &str,
) -> Option<Diagnostic> {
    let text = sentence.text();
    if !sentence.can_be_read() || !negated::may_be_negated(tag, text) {
        return None;
    }
    let clause = frames::clause_of(tag, text, &names.us);
    if !negated::is_negated(tag, clause, &names.us) || claims.contains(&plain(text)) {
        return None;
    }
    // "We never" is an unlimited promise, which `absolute-wording` reports.
    if absolute::find(sentence, names).is_some() {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let span = sentence.passage.locate(page, sentence.in_passage(&(start..text.trim_end().len())))?;
    let kind = negated::kind(clause);
    let finding =
        Diagnostic::new(span, "this sentence denies something about data, but no build verifies it").help(format!(
            "make it a `[[claim]]` of the kind `{kind}`, or of another one that `trustbook explain claim` lists, and \
             write its expression here"
        ));
    Some(match draft::claim(book, page, sentence, kind) {
        Some([expression, claim]) => {
            finding.edit(expression.span, expression.replacement).edit(claim.span, claim.replacement)
        }
        None => finding,
    })
}

/// Normalises a sentence to compare it with those of claims.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}
