//! A page or a fact still contains text of a template.

use super::{Check, Findings, Look, Run};
use crate::book::Book;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::page::Page;
use crate::page::prose::{MASK, Passage};
use crate::pattern::Pattern;
use crate::register::Fact;
use crate::register::common::{Common, Visibility};
use crate::register::value::Value;
use crate::span::Span;
use crate::theme::words::FALLBACK;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use regex::Regex;
use std::ops::Range;

pub(super) const CHECK: Check =
    Check::deny("placeholder-text", include_str!("placeholder_text.md"), Run::Prose(prepare, run));

/// Matches text between brackets of any form.
static BRACKETS: Pattern = Pattern::new(r"[\[(<{]([^\[\](){}<>\n\x1a|]{1,200})[\])>}]");

/// Matches an instruction to the writer, in brackets of any form.
static ORDER: Pattern = Pattern::new(concat!(
    r"(?i)^(?:(?:optional|drafting note|guidance|instructions?|note to (?:the )?(?:draft(?:er)?|editor|writer))\s*[:–—-]\s*)?(?:please\s+)?(?:",
    r"(?:adapt|adjust|amend|change|complete|customi[sz]e|edit|fill in|fill out|modify|replace|specify|update)\s+(?:[a-z]+\s+){0,3}?(?:(?:as|if|where)\s+(?:appropriate|applicable|necessary|needed|required)|to\s+(?:fit\s+|suit\s+)?your\s+(?:own\s+)?needs)",
    r"|(?:delete|omit|remove|strike)\s+(?:[a-z]+\s+){0,3}?(?:as|if|when|where)\s+(?:it\s+(?:does\s+not\s+apply|is\s+not\s+\w+)|(?:not\s+)?(?:appropriate|applicable|needed|relevant|required|used))",
    r"|customi[sz]e",
    r"|(?:insert|fill in|specify)\s[^\])>]{0,50}(?:below|here|date|name|address|e-?mail|number|period|link|url|days|details|value|text|company|country)",
    r")[.!]?$",
));

/// Matches a placeholder for a name or a number, in brackets that are not round.
static SLOT: Pattern = Pattern::new(concat!(
    r"^(?i:",
    r"(?:please\s+)?(?:add|adapt|adjust|change|complete|customi[sz]e|edit|enter|fill|fill in|fill out|insert|modify|replace|specify|update)\b.{0,60}?(?:as (?:appropriate|applicable|necessary|needed|required)|here|below|date|name|address|e-?mail|number|period|link|url|days|details|value|text|company|country).{0,20}",
    r"|(?:the |your |our |my )?(?:company|organi[sz]ation|business|vendor|product|service|legal|contact|customer|client)(?:'s)?[ _-](?:name|address|e-?mail|entity|website|url|phone|number)",
    r"|(?:your|our|my)[ _-](?:company|organi[sz]ation|business|product|service|team|name|e-?mail|address|country)",
    r"|company(?:,? (?:inc|ltd|llc|gmbh)\.?)?",
    r"|(?:effective |start |end |review )?date|dd[./-]mm[./-]yyyy|mm[./-]dd[./-]yyyy|yyyy[./-]mm[./-]dd|month|month day,? year|day month,? year",
    r"|name|address|number|number of (?:business |calendar |working )?(?:days|hours|months|weeks|years)|(?:retention |notice )?period|x+ (?:business |calendar |working )?(?:days|hours|months|weeks|years)",
    r"|(?:choose|pick|select) (?:one|as applicable|from)\b.*",
    r"|describe (?:any|here|how|the|what|when|where|which|who|why|your)\b.*",
    r"|lorem ipsum.*|to be (?:added|announced|completed|confirmed|decided|determined|filled in|supplied|written)",
    r")$",
    r"|^(?:DRAFT|Draft|tbd)$",
));

/// Matches leftovers that need no context.
static ANYWHERE: Pattern = Pattern::new(concat!(
    r"\bFIXME\b|(?i:\blorem ipsum\b)",
    r"|(?:\[[Xx]{1,3}\]|\bX{2,3}|_{2,})[ \u{a0}-](?:business |calendar |consecutive |working )?(?:second|minute|hour|day|week|month|year)s?\b",
    r"|\b20XX(?:-XX-XX)?\b|\b20\d\d-XX-XX\b|\b20\d\d-\d\d-XX\b",
    r"|\bTODO(?:\([\w .-]{1,20}\))?:",
));

/// Matches leftovers that need a context, such as an empty cell or a label.
static IN_PLACE: Pattern = Pattern::new(concat!(
    r"(?P<word>\b(?:TODO|TBD|TBA|TBC|XXX+)\b)|(?P<small>\btbd\b)",
    r"|(?P<words>(?i:\b(?:to be (?:added|announced|completed|confirmed|decided|determined|filled in|supplied|written)(?: later)?|coming soon)\b))",
    r"|(?P<form>(?i:\b(?:dd[./-]mm|mm[./-]dd)[./-]yyyy\b|\byyyy[./-]mm[./-]dd\b))",
));

/// Matches words before a bracket that ask the reader to type its contents.
static TYPING: Pattern = Pattern::new(
    r"(?i)\b(?:(?:copy|enter|insert|paste|put|select|subject|substitute|type|write)(?:\s+[\w'-]+){0,3}|replac(?:e|ing)\b[^.!?:]*)\s*$",
);

/// Matches labels of a date.
static DAY_LABEL: Pattern = Pattern::new(
    r"(?i)\b(?:updated|reviewed|revised|modified|approved|issued|effective(?: date)?|effective from)(?:\s+on)?[\s:|]*$",
);

fn prepare(book: &Book) -> Look<'_> {
    // Compile now, while other checks prepare: otherwise the first page compiles, and the other pages wait.
    for pattern in [&ANYWHERE, &BRACKETS, &IN_PLACE] {
        pattern.is_match("");
    }
    Box::new(|prose| {
        let of_passage = |passage: &Passage| {
            find(&passage.text).into_iter().filter_map(|at| on_page(prose.page, passage, at)).collect::<Vec<_>>()
        };
        prose.passages.iter().flat_map(of_passage).chain(elements(&book.config, prose.page)).collect()
    })
}

fn run(book: &Book, findings: &mut Findings) {
    let register = &book.facts.register;
    for fact in &register.facts {
        of_fact(fact, findings);
        note(&fact.common, fact.key_span, findings);
    }
    for record in &register.records {
        record.fields.iter().for_each(|fact| of_fact(fact, findings));
        note(&record.common, record.span, findings);
    }
    let own = book.config.language.as_deref().unwrap_or(FALLBACK);
    for (id, span, value) in register.in_others(own) {
        let is_shown = book.facts.find(id).is_some_and(|found| found.common().visibility != Visibility::Internal);
        findings.extend(in_value(value).filter(|_| is_shown).map(|found| message(span.into(), &found)));
    }
}

fn on_page(page: &Page, passage: &Passage, range: Range<usize>) -> Option<Diagnostic> {
    let is_link = passage.link_at(&range).is_some();
    let text = &passage.text[range.clone()];
    (!is_link).then_some(())?;
    Some(message(passage.locate(page, range)?.into(), text))
}

/// Reports `<Company>` and `<your company>`, which Markdown reads as HTML elements, so that they are not prose.
fn elements(config: &Config, page: &Page) -> Vec<Diagnostic> {
    let body = page.body.text();
    let is_slot = |text: &str| {
        let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
        inner.is_some_and(|inner| inner.starts_with(char::is_alphabetic) && SLOT.is_match(inner) && !is_known(inner))
    };
    let mut found = Vec::new();
    let has_slot = |regex: &Regex| body.contains('<') && regex.find_iter(body).any(|found| is_slot(found.as_str()));
    if !has_slot(&BRACKETS) {
        return found;
    }
    let mut quoted = 0_usize;
    for (event, range) in Parser::new_ext(body, crate::html::options(&config.html)).into_offset_iter() {
        match event {
            Event::Start(Tag::BlockQuote(None)) => quoted += 1,
            Event::End(TagEnd::BlockQuote(None)) => quoted = quoted.saturating_sub(1),
            Event::InlineHtml(text) if quoted == 0 && is_slot(&text) => {
                found.extend(page.body.locate(range).map(|span| message(span.into(), &text)));
            }
            _ => {}
        }
    }
    found
}

/// Returns true if the word is not a placeholder between angle brackets: `<address>` is an HTML element.
fn is_known(word: &str) -> bool {
    matches!(word, "address" | "number")
}

fn of_fact(fact: &Fact, findings: &mut Findings) {
    if fact.common.visibility != Visibility::Internal
        && let Some(found) = fact.value.as_ref().and_then(in_value)
    {
        findings.push(message(fact.span.into(), &found));
    }
}

fn note(common: &Common, span: Span, findings: &mut Findings) {
    if common.visibility != Visibility::Internal
        && let Some(found) = common.note.as_deref().and_then(in_text)
    {
        findings.push(message(span.into(), &found));
    }
}

/// Returns the first placeholder of a value.
fn in_value(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Markdown(text) => in_text(text),
        Value::List(items) => items.iter().find_map(in_value),
        Value::Table(entries) => entries.iter().find_map(|(_, value)| in_value(value)),
        _ => None,
    }
}

fn in_text(text: &str) -> Option<String> {
    let passage = Passage::of_value(text);
    find(&passage.text).into_iter().next().map(|range| passage.text[range].to_owned())
}

fn message(place: Place, text: &str) -> Diagnostic {
    Diagnostic::new(place, format!("`{}` is left over from a template", text.trim()))
        .help("write what applies to you; leave out a fact that is not decided, or name it in `not_stated`")
}

/// Returns the placeholders of a text, without overlaps.
fn find(text: &str) -> Vec<Range<usize>> {
    let all = |pattern: &'static Pattern| pattern.find_iter(text);
    let mut found: Vec<Range<usize>> =
        all(&ANYWHERE).map(|found| found.range()).filter(|range| stands_alone(text, range)).collect();
    found.extend(all(&BRACKETS).map(|found| found.range()).filter(|range| is_template(text, range)));
    found.extend(IN_PLACE.captures_iter(text).filter_map(|captures| {
        let range = captures.get(0)?.range();
        let name = ["word", "small", "words", "form"].into_iter().find(|name| captures.name(name).is_some())?;
        (stands_alone(text, &range) && is_in_place(text, &range, name)).then_some(range)
    }));
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut places: Vec<Range<usize>> = Vec::new();
    for range in found {
        match places.last_mut() {
            // `TODO: [insert date]` is one place.
            Some(last) if range.start <= last.end || is_gap(&text[last.end..range.start]) => {
                last.end = last.end.max(range.end);
            }
            _ => places.push(range),
        }
    }
    places
}

fn is_gap(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() && c != '\n' || matches!(c, ':' | '(' | ')' | '[' | ']' | '-' | '–'))
}

/// Returns true if the place is not part of a name such as `CVE-2024-XXXX`.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '@' | '#' | '\'' | MASK);
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(joins) && !after.is_some_and(joins)
}

fn is_template(text: &str, range: &Range<usize>) -> bool {
    let whole = &text[range.clone()];
    let (open, inner) = (whole.chars().next(), whole[1..whole.len() - 1].trim());
    if ORDER.is_match(inner) || open == Some('(') || !SLOT.is_match(inner) {
        return ORDER.is_match(inner);
    }
    let before = close_before(text, range);
    // `Array[name]`, `/users/[name]/` and `[name]@example.com` are notations.
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '@' | '$' | '=' | MASK);
    let is_index = before.ends_with(|c| joins(c) || matches!(c, '-' | '.' | ']' | ')' | '{'))
        || text[range.end..].starts_with(|c| joins(c) || c == '-');
    let is_link = text[range.end..].starts_with(['(', '[', ':']) && open == Some('[');
    let is_typed = TYPING.find(before).is_some_and(|found| {
        let mut words = found.as_str().split_whitespace().skip(1);
        !words.any(|word| matches!(word, "to" | "us"))
    });
    // A single word in braces is part of an address or a variable.
    let is_variable = open == Some('{') && !inner.contains([' ', '_', '-']);
    !(is_index || is_link || is_typed || is_variable)
}

/// Returns the text close before a place. Searching all of it for each of many places would be slow.
fn close_before<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let from = (range.start.saturating_sub(300)..=range.start).find(|at| text.is_char_boundary(*at));
    &text[from.unwrap_or(range.start)..range.start]
}

fn is_in_place(text: &str, range: &Range<usize>, name: &str) -> bool {
    let word = &text[range.clone()];
    let (before, behind) = around(text, range);
    let fills = !has_text(before) && !has_text(behind);
    let ends = !has_text(behind);
    let follows_colon = before.trim_end().ends_with(':');
    let next = behind.trim_start();
    let is_name = next.starts_with(char::is_uppercase);
    let in_brackets = before.ends_with(['(', '[', '<', '{']) && !is_name && !is_abbreviation(before, word);
    match (name, word) {
        ("words", _) => ends && (fills || follows_colon),
        ("small", _) => fills || in_brackets && next.starts_with([')', ']', '>', '}']),
        ("form", _) => ends && DAY_LABEL.is_match(close_before(text, range)),
        (_, "TBD" | "TBA" | "TBC") => {
            let last = before.split_whitespace().next_back().unwrap_or_default();
            let is_said = matches!(last, "are" | "is" | "was" | "were");
            fills || in_brackets || (follows_colon || is_said) && !is_name
        }
        _ => fills || in_brackets && next.starts_with([')', ']', '>', '}']),
    }
}

/// Returns the text before and after a range in its sentence or cell.
fn around<'t>(text: &'t str, range: &Range<usize>) -> (&'t str, &'t str) {
    const ENDS: [&str; 5] = ["\n", " | ", ". ", "! ", "? "];
    // No sentence that leaves a word of a template is longer.
    const MOST: usize = 1000;
    let (mut from, mut to) = (range.start.saturating_sub(MOST), (range.end + MOST).min(text.len()));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let (before, behind) = (&text[from..range.start], &text[range.end..to]);
    let start = ENDS.iter().filter_map(|end| before.rfind(end).map(|at| at + end.len())).max().unwrap_or(0);
    let end = ENDS.iter().filter_map(|end| behind.find(end)).min().unwrap_or(behind.len());
    (&before[start..], &behind[..end])
}

fn has_text(text: &str) -> bool {
    text.contains(|c: char| c.is_alphanumeric() || matches!(c, MASK | '?'))
}

/// Returns true if the words before a bracket begin with its letters: `Technical Board of Crime (TBC)`.
fn is_abbreviation(before: &str, word: &str) -> bool {
    let words = before.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let first: Vec<char> = words.filter_map(|word| word.chars().next()).map(|c| c.to_ascii_uppercase()).collect();
    let last = |letters: &[char]| letters.iter().rev().take(word.len()).rev().collect::<String>() == word;
    last(&first) || before.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count() >= word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_leave_words() {
        for text in [
            "kept for 90 days (adjust as needed)",
            "kept for 90 days (change if needed).",
            "kept for 90 days (adjust to your needs).",
            "kept for 90 days (customize)",
            "by post or e-mail (delete as applicable)",
            "TBD",
            "TBD.",
            "Certificate: TBD",
            "The auditor is TBC.",
            "Auditor | TBA | ",
            "Auditor [TBD]",
            "Auditor | tbd | ",
            "Auditor (tbd)",
            "TODO",
            "TODO: name the auditor",
            "The auditor (TODO)",
            "Contact [insert e-mail address]",
            "Write to [Company Name] today",
            "Dear <your company>",
            "Last updated: [DATE]",
            "Last updated: MM/DD/YYYY",
            "Lorem ipsum dolor",
            "Certificate: coming soon",
            "Coming soon!",
            "Auditor | to be confirmed | ",
            "Auditor: to be determined.",
            "{COMPANY_NAME} is",
            "within [X] days",
            "within XX days",
            "within ___ days",
            "[number] of people",
            "within [number of days]",
            "for the [retention period]",
            "[Company] keeps",
            "[Company, Inc.] keeps",
            "[Effective Date]",
            "[Month Day, Year]",
            "in 20XX",
            "since 2025-XX-XX",
            "[Describe how access is given]",
            "[DRAFT] Policy",
        ] {
            assert_eq!(find(text).len(), 1, "{text}");
        }
        assert_eq!(find("TODO: [insert date] (TBD)").len(), 1, "one place");
        assert_eq!(find("[Company] and [Effective Date]").len(), 2, "two places");
    }

    #[test]
    fn prose_is_left_alone() {
        for text in [
            "Our Todo app stores notes.",
            "We store tasks in TODO and in Todo.",
            "BIC codes end in XXX.",
            "The card is shown as XXXX-XXXX-XXXX-1234.",
            "We mended CVE-2024-XXXX.",
            "TBA Ltd is our host.",
            "Our host is TBA Ltd.",
            "Host: TBA Ltd",
            "The Technical Barriers Committee (TBC) meets.",
            "Write [your name] into the form.",
            "Replace the word with [your name].",
            "The type is Array[name].",
            "Single sign-on is coming soon.",
            "The feature is coming soon to all regions.",
            "The period is determined by the customer (adjust it in the settings).",
            "You can change it (update your e-mail address in the settings).",
            "The period is to be determined by the court.",
            "Dates are written as MM/DD/YYYY.",
            "Date format: YYYY-MM-DD",
            "The tbd package",
            "[1] See below.",
            "We insert your name here.",
            "You can change the date.",
            "Options [optional]",
            "[Company](https://example.com)",
            "the <div> element",
            "(add-on)",
            "users/{name}/date",
            "as [name]@example.com",
            "at /people/[number]/edit",
        ] {
            assert!(find(text).is_empty(), "{text}: {:?}", find(text));
        }
    }
}
