//! A translated chapter is older than its source, or gives another period or percentage.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::Page;
use crate::pattern::Pattern;
use crate::prose::Prose;
use crate::prose::frames::{Amount, amounts};
use crate::register::value::date_words;
use crate::span::Span;
use std::collections::BTreeMap;
use std::ops::Range;

pub(super) const CHECK: Check =
    Check::warn("translation-outdated", include_str!("translation_outdated.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let paths = book.pages.iter().filter_map(|page| Some((page.chapter.path.as_deref()?, page)));
    let pages: BTreeMap<&str, &Page> = paths.collect();
    for page in book.pages.iter() {
        let source = book
            .translation_of(page)
            .and_then(|translation| pages.get(page.chapter.path.as_deref()?.strip_prefix(&translation.folder())?));
        let Some(source) = source else { continue };
        findings.extend(older(page, source));
        findings.extend(others(book, page, source));
    }
}

/// Reports the first date or version of a translation that is behind its source.
fn older(page: &Page, source: &Page) -> Option<Diagnostic> {
    let (own, first) = (page.dates.as_deref()?, source.dates.as_deref()?);
    let dates = [(own.common.stated, first.common.stated, "stated"), (own.effective, first.effective, "effective")];
    let behind = dates.into_iter().find_map(|(own, first, key)| {
        let (own, first) = own.zip(first).filter(|(own, first)| own < first)?;
        Some((key, date_words(own), date_words(first)))
    });
    let versions = own.version.as_ref().zip(first.version.as_ref()).filter(|(own, first)| own != first);
    let other = || versions.map(|(own, first)| ("version", own.clone(), first.clone()));
    let (key, own_value, first_value) = behind.or_else(other)?;
    let message = format!("`{key}` of this translation is {own_value}, but that of its source is {first_value}");
    Some(
        Diagnostic::new(own.span, message).also(first.span, "the source has it here").help(format!(
            "translate what has changed in `{}`, and then give the translation its `{key}`",
            source.source
        )),
    )
}

/// Reports the amounts of a translation that its source does not give, while the source gives others instead.
fn others(book: &Book, page: &Page, source: &Page) -> Vec<Diagnostic> {
    let (own, first) = (said(book, page), said(book, source));
    // An amount that is not understood can be any of the other side.
    if own.iter().chain(&first).any(|one| !one.is_whole) {
        return Vec::new();
    }
    let only = |all: &[Said], others: &[Said]| -> Vec<Said> {
        all.iter().filter(|one| !others.iter().any(|other| one.amount.is_like(&other.amount))).cloned().collect()
    };
    let mut left = only(&first, &own);
    let of = |one: Said| {
        let at = left.iter().position(|other| one.amount.is_kin_of(&other.amount))?;
        let other = left.remove(at);
        let message = format!("this translation says `{}`, but its source says `{}`", one.text, other.text);
        let finding = Diagnostic::new(one.span, message).also(other.span, "the source says it here");
        Some(finding.help("correct the one that is wrong, or show a fact with an expression in both"))
    };
    only(&own, &first).into_iter().filter_map(of).collect()
}

/// Matches the end of what makes another amount of the one behind it: "half a year", "1\u{202f}000 jours".
static BEFORE: Pattern = Pattern::new(
    r"(?i)(?:\b(?:half|quarter(?:\s+of)?|demi|demie|medio|media|halb\w*|viertel\w*|(?:andert|einein|zweiein)halb)[\s-]*|\d[\s’'\u{a0}\u{202f}.,]*)$",
);
/// Matches the beginning of what makes another amount of the one before it: "a year and a half".
static BEHIND: Pattern = Pattern::new(r"(?i)^\s*(?:and\s+a\s+half|et\s+demie?|y\s+medi[oa]|und\s+ein\s+halb)");
/// Matches words for one or two weeks, which count the first day.
static IDIOM: Pattern = Pattern::new(r"(?i)^(?:huit|quinze)\s+jours$|^(?:ocho|quince)\s+días$");

/// Returns true for an amount that is read in full, and means what it says.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let (before, behind) = (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    let near = (before.len().saturating_sub(40)..=before.len()).find(|at| before.is_char_boundary(*at));
    !BEFORE.is_match(&before[near.unwrap_or(before.len())..])
        && !BEHIND.is_match(behind)
        && !text.get(range.clone()).is_some_and(|amount| IDIOM.is_match(amount))
}

/// The number of amounts of a chapter that are compared: each is compared with all of the other chapter.
const MOST: usize = 1000;

/// An amount in a chapter.
#[derive(Clone)]
struct Said {
    amount: Amount,
    text: String,
    span: Span,
    is_whole: bool,
}

fn said(book: &Book, page: &Page) -> Vec<Said> {
    let tag = book.language_of(page);
    let prose = Prose::of(&book.config, page);
    let of = |passage: &crate::page::prose::Passage| -> Vec<Said> {
        let all = amounts(tag, &passage.text).into_iter().filter_map(|amount| {
            let text = passage.text.get(amount.range.clone())?.to_owned();
            let span = passage.locate(page, amount.range.clone())?;
            let is_whole = is_whole(&passage.text, &amount.range);
            Some(Said { amount, text, span, is_whole })
        });
        all.collect()
    };
    prose.passages.iter().flat_map(of).take(MOST).collect()
}
