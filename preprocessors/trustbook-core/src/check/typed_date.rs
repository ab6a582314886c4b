//! A page says by hand when it was last updated.

use super::{Check, Findings, Run, on_pages};
use crate::diagnostic::{Diagnostic, Level};
use crate::expand::uses;
use crate::prose::names::Names;
use crate::prose::token::{self, TokenKind};
use crate::prose::{self, Sentence, typed};
use crate::trust::Trust;
use regex::Regex;
use std::ops::Deref;
use std::sync::LazyLock;

pub(super) const CHECK: Check = Check {
    name: "typed-date",
    level: Level::Warn,
    calendar: false,
    since: "0.1.0",
    page: include_str!("typed_date.md"),
    run: Run::Trust(run),
};

/// What stands directly before a day that says how fresh the page is.
static FRESHNESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^\p{L}])((?:last|most recently|recently)\s+(?:changed|edited|modified|reviewed|revised|updated)|last\s+(?:change|edit|modification|review|revision|update)|(?:updated|revised)|(?:accurate|complete|correct|current|valid|up[- ]to[- ]date)\s+as\s+(?:at|of)|this\s+(?:document|list|notice|page|policy|statement)\s+(?:was|is)\s+(?:last\s+)?(?:changed|updated|revised|reviewed|written|published))\s*(?:date)?\s*(?:on|in|at)?\s*[:|–—\-(*]*\s*$",
    )
    .ok()
});

/// Words that every statement of freshness has one of.
static ANY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)updat|chang|edit|modif|review|revis|as of|as at|written|published").ok());

fn run(trust: &Trust, findings: &mut Findings) {
    // Most books have no such day.
    let names = LazyLock::new(|| Names::of(trust));
    let look = |page| prose::sentences(trust, page).flat_map(|sentence| messages(trust, &names, &sentence)).collect();
    findings.0.extend(on_pages(trust, look));
}

fn messages<'t>(trust: &'t Trust, names: &impl Deref<Target = Names<'t>>, sentence: &Sentence<'_>) -> Vec<Diagnostic> {
    let text = sentence.text();
    if !ANY.as_ref().is_some_and(|regex| regex.is_match(text)) {
        return Vec::new();
    }
    let dates = token::find(text).into_iter().filter(|token| matches!(token.kind, TokenKind::Date(_)));
    let mut dates = dates.filter(|token| is_freshness(&text[..token.range.start])).peekable();
    // A day that the register has is a fact typed by hand, and reported as such.
    let stated = if dates.peek().is_some() { typed::quantities(trust, names, sentence) } else { Vec::new() };
    dates
        .filter(|token| stated.iter().all(|typed| typed.range != token.range))
        .filter_map(|token| {
            let range = sentence.in_passage(&token.range);
            let span = sentence.passage.locate(sentence.page, range)?;
            let finding = Diagnostic::new(span, "this day is typed by hand, and stays when the page changes");
            let dated = uses::oldest(trust, sentence.page).is_some();
            Some(finding.help(match dated {
                true => "write `{{ page.oldest }}`: the day of the oldest statement that the page stands on",
                false => "leave it out, or state it as a fact with its owner and source",
            }))
        })
        .collect()
}

/// Whether the words before a day say that it is the freshness of the page. The day from which a text has legal effect
/// is part of that text.
fn is_freshness(before: &str) -> bool {
    let near: String = before.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
    let is_legal = |word: &str| matches!(word, "applies" | "apply" | "dated" | "effect" | "effective" | "force");
    let lower = near.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphabetic());
    FRESHNESS.as_ref().is_some_and(|regex| regex.is_match(&near)) && !words.any(is_legal)
}

#[cfg(test)]
mod tests {
    use super::is_freshness;

    #[test]
    fn freshness_and_legal_effect() {
        for text in [
            "Last updated: ",
            "Last updated on ",
            "(Updated ",
            "Last Modified | ",
            "This page was last revised on ",
            "List is current as of ",
        ] {
            assert!(is_freshness(text), "{text}");
        }
        for text in [
            "Effective ",
            "Effective as of ",
            "As of ",
            "released on ",
            "The GDPR has applied since ",
            "we updated our terms because of the law of ",
        ] {
            assert!(!is_freshness(text), "{text}");
        }
    }
}
