//! A page states by hand when it was last updated.

use super::{Check, Look, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::Page;
use crate::page::prose::PassageKind;
use crate::pattern::Pattern;
use crate::prose::names::RegisterNames;
use crate::prose::token::{self, TokenKind};
use crate::prose::{Prose, Sentence, typed};
use crate::span::SourceMap;
use std::ops::Range;

pub(super) const CHECK: Check =
    Check::warn("typed-date", include_str!("typed_date.md"), Run::Prose(prepare, |_, _| {}));

/// Matches the beginning of a statement of freshness, up to its date. The first group is a lone word such as "Updated",
/// with which change logs begin their entries too.
static FRESHNESS: Pattern = Pattern::made(|| {
    const VERB: &str = "(?:amended|changed|checked|edited|modified|reviewed|revised|updated|verified)";
    const NOUN: &str = "(?:amendment|change|edit|modification|review|revision|update)";
    const PAGE: &str = "(?:addendum|agreement|document|faq|list|notice|page|policy|statement)";
    const ABOUT: &str = "(?:acceptable|accessibility|compliance|cookies?|data|disclosure|information|legal|privacy|processing|processors?|protection|responsible|retention|security|sub-?processors?|transparency|trust|use|vendors?|vulnerability|web)";
    const TRUE: &str = "(?:accurate|complete|correct|current|up[- ]to[- ]date)";
    let verbs = format!(r"{VERB}(?:\s*(?:and|or|/|&)\s*(?:last\s+)?{VERB})?");
    let this = format!(
        r"(?:this|the\s+(?:above|following|present))\s+(?:{ABOUT}\s+){{0,3}}{PAGE}(?:\s+of\s+(?:(?:all|our|the)\s+)?(?:{ABOUT}\s+)?[^\s.,|]+)?"
    );
    let forms = [
        format!(r"(?:date\s+)?(?:last|most\s+recently|recently)\s+{verbs}"),
        format!(r"(?:date\s+of\s+(?:the\s+)?)?last\s+{NOUN}"),
        format!(r"{TRUE}\s+as\s+(?:at|of)"),
        format!(
            r"{this}\s+(?:(?:is|was|were)\s+|has\s+been\s+)?(?:(?:last|most\s+recently)\s+)?(?:{verbs}|published|written)"
        ),
        format!(r"(?:(?:{ABOUT}\s+){{0,3}}{PAGE})\s+(?:(?:is|was)\s+)?(?:last|most\s+recently)\s+{verbs}"),
        format!(r"(?:{this}|(?:{ABOUT}\s+){{0,3}}{PAGE})\s+(?:is|was)\s+(?:{TRUE}|valid)\s+as\s+(?:at|of)"),
        format!(r"we\s+(?:have\s+)?(?:(?:last|most\s+recently)\s+)?{verbs}\s+{this}"),
        format!(
            r"(?:the\s+)?(?:last|latest|most\s+recent)\s+{NOUN}\s+(?:of|on|to)\s+{this}(?:\s+(?:is|was)(?:\s+(?:done|made|published))?)?"
        ),
        r"(edited|reviewed|revised|updated)".to_owned(),
    ];
    format!(
        r"(?i)^[^\w\x1a]*(?:{})(?:\s+date)?(?:\s+by\s+[^.:|]{{1,40}}?)?[\s:|,–—(*-]*(?:(?:at|in|on)\b)?[\s:(*]*$",
        forms.join("|")
    )
});

/// Matches the text allowed after the date: a time, an author, a version, and another date.
static BEHIND: Pattern = Pattern::new(
    r"(?i)^[\s)*]*(?:,?\s*(?:at\s+)?\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?(?:\s*\(?(?:utc|gmt|cet|cest|[ecmp][sd]?t)\)?)?)?(?:,?\s*\(?by\s+[^,:;?|]{1,40}|[,;]?\s*\(?(?:and\s+)?(?:is\s+|becomes\s+)?effective\b[^:?|]{0,40}|[,;]?\s*\(?next\s+review[^?|]{0,40}|,?\s*\(?(?:version|v\.?)\s*\d[\d.]*)?[\s).,;!*|–—-]*$",
);

/// A fast filter: every statement of freshness contains one of these words.
static ANY: Pattern =
    Pattern::new(r"(?i)updat|amend|chang|check|edit|modif|review|revis|verif|as of|as at|written|published");

/// The length of the longest statement of freshness on each side of its date, in bytes.
const LONGEST: usize = 400;

fn prepare(book: &Book) -> Look<'_> {
    let names = RegisterNames::of(&book.facts);
    Box::new(move |prose| {
        prose
            .sentences()
            .flat_map(|sentence| messages(book, &names, prose.page, || has_own(prose), &sentence))
            .collect()
    })
}

fn messages<'t>(
    book: &'t Book,
    names: &RegisterNames<'t>,
    page: &Page,
    has_own: impl Fn() -> bool,
    sentence: &Sentence<'_>,
) -> Vec<Diagnostic> {
    let text = sentence.text();
    if !ANY.is_match(text) {
        return Vec::new();
    }
    let dates: Vec<_> =
        token::find(text).into_iter().filter(|token| matches!(token.kind, TokenKind::Date(_))).collect();
    if dates.is_empty() {
        return Vec::new();
    }
    let dated = book.index.oldest.contains_key(&page.source);
    let lines = with_lines(&book.map, page, sentence);
    let rest = |at: usize| &sentence.passage.text[sentence.range.start + at..];
    let is_fresh = |range: &Range<usize>| match freshness(&lines, range, sentence.passage.kind) {
        Freshness::Sure => true,
        // An entry of a change log continues with the change, and may be a heading.
        Freshness::Alone => sentence.passage.kind != PassageKind::Heading && !has_words(rest(range.end)),
        Freshness::No => false,
    };
    let mut dates = dates.into_iter().filter(|token| is_fresh(&token.range)).peekable();
    // A date that the register has is reported as a fact typed by hand.
    let stated = if dates.peek().is_some() {
        typed::quantities(&book.facts, names, sentence, &names.find(&book.facts, sentence))
    } else {
        Vec::new()
    };
    dates
        .filter(|token| stated.iter().all(|typed| typed.range != token.range))
        .filter_map(|token| {
            let range = sentence.in_passage(&token.range);
            let span = sentence.passage.locate(page, range)?;
            let finding = Diagnostic::new(span, "this date is typed by hand and does not change with the page");
            Some(finding.help(match dated && !has_own() {
                true => "write `{{ page.oldest }}`: the date of the oldest statement that the page uses",
                false => "write the date into front matter at the top of the chapter, such as `stated: 2026-01-31`, with an `owner` and a `review`: the page shows it, and the text becomes due",
            }))
        })
        .collect()
}

/// Returns true if a page has text of its own. Such a page is as old as its last change, not as the oldest statement.
fn has_own(prose: &Prose<'_>) -> bool {
    const MOST: usize = 2;
    let own = prose.sentences().filter(|sentence| {
        sentence.takes_expressions()
            && sentence.expressions().next().is_none()
            && sentence.text().split_whitespace().count() > 4
    });
    own.count() > MOST
}

/// Returns the text of a sentence with the line breaks of its source, which prose turns into spaces. "Version 2" may be
/// above "Last updated" without a full stop.
fn with_lines(map: &SourceMap, page: &Page, sentence: &Sentence<'_>) -> String {
    let ends_line = |at: usize| {
        let span = sentence.passage.locate(page, sentence.in_passage(&(at..at + 1)))?;
        map.file(span.file).text().get(span.range()).map(|source| source.contains('\n'))
    };
    let text = sentence.text().char_indices();
    text.map(|(at, c)| if c == ' ' && ends_line(at) == Some(true) { '\n' } else { c }).collect()
}

/// The relation of a date to the freshness of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Freshness {
    No,
    /// The date states it only if no words follow.
    Alone,
    Sure,
}

/// Returns the relation of a date to the freshness of the page. The words around the date must be a statement of their
/// own. The date from which a text has legal effect is part of that text.
fn freshness(text: &str, day: &Range<usize>, kind: PassageKind) -> Freshness {
    let from = (day.start.saturating_sub(LONGEST)..day.start).find(|at| text.is_char_boundary(*at));
    let near = &text[from.unwrap_or(day.start)..day.start];
    let before = &near[start(near, kind)..];
    let to = (day.end + LONGEST..text.len()).find(|at| text.is_char_boundary(*at));
    let behind = &text[day.end..to.unwrap_or(text.len())];
    let behind = &behind[..end(behind, kind)];
    let is_legal = |word: &str| matches!(word, "applies" | "apply" | "dated" | "effect" | "effective" | "force");
    if before.to_lowercase().split(|c: char| !c.is_alphabetic()).any(is_legal) || !BEHIND.is_match(behind) {
        return Freshness::No;
    }
    match FRESHNESS.captures(before) {
        Some(found) if found.get(1).is_some() => Freshness::Alone,
        Some(_) => Freshness::Sure,
        None => Freshness::No,
    }
}

/// Returns the start of the statement that ends in a date: the beginning, a new line, or the end of the name of a
/// document.
fn start(before: &str, kind: PassageKind) -> usize {
    const MARKS: [&str; 6] = [" | ", " · ", " • ", " – ", " — ", ". "];
    let line =
        before.match_indices('\n').filter(|(at, _)| is_capital(&before[at + 1..])).map(|(at, _)| at + 1).next_back();
    let line = line.unwrap_or(0);
    // A row is about the subject of its first cell.
    if kind == PassageKind::Row {
        return line;
    }
    let named = |at: usize| names_page(&before[line..at]);
    let marks = MARKS.iter().flat_map(|mark| before[line..].match_indices(mark).map(|(at, mark)| (line + at, mark)));
    marks.filter(|(at, _)| named(*at)).map(|(at, mark)| at + mark.len()).max().unwrap_or(line)
}

/// Returns the end of the statement that begins with a date.
fn end(behind: &str, kind: PassageKind) -> usize {
    const MARKS: [&str; 4] = [" | ", " · ", " • ", ". "];
    let line = behind.match_indices('\n').find(|(at, _)| is_capital(&behind[at + 1..])).map(|(at, _)| at);
    let marks = MARKS.iter().filter(|_| kind != PassageKind::Row).filter_map(|mark| behind.find(mark));
    marks.chain(line).min().unwrap_or(behind.len())
}

/// Returns true if a few words name a document or its version.
fn names_page(text: &str) -> bool {
    const NAMES: &[&str] =
        &["agreement", "document", "effective", "faq", "notice", "page", "policy", "statement", "terms", "version"];
    let lower = text.to_lowercase();
    text.split_whitespace().count() <= 8 && lower.split(|c: char| !c.is_alphabetic()).any(|word| NAMES.contains(&word))
}

fn is_capital(text: &str) -> bool {
    text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase)
}

fn has_words(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, kind: PassageKind) -> Freshness {
        let date = token::find(text).into_iter().rfind(|token| matches!(token.kind, TokenKind::Date(_)));
        freshness(text, &date.unwrap_or_else(|| panic!("{text}")).range, kind)
    }

    #[test]
    fn a_statement_of_its_own_is_found() {
        for text in [
            "Last updated: 3 May 2024",
            "Last updated on May 3, 2024.",
            "(Last updated May 2024)",
            "This page was last revised on 2024-05-03.",
            "This list of subprocessors is current as of 3 May 2024.",
            "List is current as of 3 May 2024",
            "This Privacy Policy was reviewed and updated on 3 May 2024",
            "We last updated this page on 3 May 2024.",
            "We updated this privacy policy in May 2024.",
            "The last update of this page was on 3 May 2024.",
            "Last verified 3 May 2024",
            "Last reviewed by Jane Doe, 3 May 2024",
            "Last reviewed on 3 May 2024 by Jane Doe.",
            "Last amended: 3 May 2024, 10:15 UTC",
            "Last updated 3 May 2024 and effective",
            "Last updated 3 May 2024. Older versions are kept.",
            "Privacy Policy – last updated 3 May 2024",
            "Effective: 1 June 2024\nLast updated: 3 May 2024",
            "Document last reviewed: 3 May 2024",
        ] {
            assert_eq!(of(text, PassageKind::Text), Freshness::Sure, "{text}");
        }
        assert_eq!(of("Last Modified | 3 May 2024 | ", PassageKind::Row), Freshness::Sure);
        for text in ["Updated 3 May 2024", "Reviewed on 3 May 2024", "(Updated May 2024)", "*Revised: 3 May 2024*"] {
            assert_eq!(of(text, PassageKind::Text), Freshness::Alone, "{text}");
        }
    }

    #[test]
    fn what_is_about_something_else_is_left_alone() {
        for text in [
            "The dependency was updated on 3 May 2024.",
            "Our servers were last updated on 3 May 2024.",
            "OpenSSL was last updated on 3 May 2024.",
            "NIST SP 800-53 Rev. 5, last updated 10 December 2020",
            "OWASP ASVS (updated October 2021)",
            "Our SOC 2 report is valid as of 3 May 2024.",
            "Updated 1 May 2024: added Acme",
            "Last updated 1 May 2024 - added Acme",
            "Was this page last updated on 3 May 2024?",
            "Last updated 3 May 2024?",
            "The advisory was last revised on 3 May 2024 by CERT.",
            "This means the list was last updated on 3 May 2024.",
            "OpenSSL. Last updated 3 May 2024.",
            "The library was last\nupdated on 3 May 2024",
            "Effective 3 May 2024",
            "Effective as of 3 May 2024",
            "Last updated and effective: 3 May 2024",
            "As of 3 May 2024",
            "The GDPR has applied since 25 May 2018",
            "we updated our terms because of the law of 3 May 2024",
        ] {
            assert_eq!(of(text, PassageKind::Text), Freshness::No, "{text}");
        }
        assert_eq!(of("OpenSSL | Last updated 3 May 2024 | ", PassageKind::Row), Freshness::No);
        assert_eq!(of("Updated 3 May 2024 | Added Acme | ", PassageKind::Row), Freshness::No);
    }
}
