//! The main clause of a sentence, its subject and its condition.

use super::table::{Frame, Language};
use std::ops::Range;

/// A sentence with its context.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClauseContext<'a> {
    /// The text of the sentence.
    pub text: &'a str,
    /// The heading or term above it.
    pub heading: &'a str,
    /// The header row of its table.
    pub head: &'a str,
    /// True for a row of a table, whose subject is in its first cell.
    pub is_row: bool,
    /// The names of the vendor and its product, in lower case.
    pub us: &'a [String],
}

/// The subject of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The vendor, or a party that the vendor acts on.
    Us,
    /// No subject: the clause has no verb, and is a label with a value.
    Label,
    /// The matter itself, if the first bytes of the clause name it; otherwise the subject is unknown.
    Matter(usize),
    /// Another party.
    Other,
}

/// The main clause of a sentence.
#[derive(Debug)]
pub(super) struct Clause {
    /// The range in the text.
    pub range: Range<usize>,
    /// The subject.
    pub subject: Subject,
    /// True if a condition precedes it.
    pub has_condition: bool,
}

/// Returns the main clause.
pub(super) fn main(language: &Language, place: &ClauseContext<'_>) -> Clause {
    let text = place.text;
    let mut start = text.len() - text.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    if place.is_row {
        let first = text.split(" | ").next().unwrap_or_default();
        let cells = place.head.split(" | ").chain([first, place.heading]);
        let other = cells.into_iter().any(|part| is_of_others(language, part) && !language.passive.is_match(part));
        return Clause {
            range: start..text.len(),
            subject: if other { Subject::Other } else { Subject::Label },
            has_condition: false,
        };
    }
    // The text before a colon is a label, unless a verb makes it a clause of its own.
    for mark in [": ", " – ", " — ", " - ", ". "] {
        if let Some(at) = text[start..].find(mark).map(|at| start + at) {
            let (label, rest) = (&text[start..at], &text[at + mark.len()..]);
            // A sentence of several words is no label of the next one.
            if mark == ". " && (label.split(' ').count() > 4 || language.verb.is_match(label)) {
                continue;
            }
            if is_of_others(language, label) {
                return Clause { range: start..text.len(), subject: Subject::Other, has_condition: false };
            }
            if language.verb.is_match(rest) || language.us.is_match(rest.trim_start()) {
                start = text.len() - rest.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
            }
        }
    }
    // Skip a condition or a lead up to its comma.
    let mut has_condition = false;
    for _ in 0..2 {
        let rest = &text[start..];
        let is_condition = begins(&language.condition, rest);
        let leads = language.lead.is_match(rest) || is_condition;
        has_condition |= is_condition;
        match rest.find(", ").filter(|_| leads) {
            Some(comma) => start += comma + ", ".len(),
            None if leads => {
                start += own_clause(language, place, rest, if is_condition { 2 } else { 0 }).unwrap_or(0);
                has_condition = false;
            }
            None => break,
        }
    }
    if !is_ours(language, place, &text[start..]) {
        start += JOINED
            .iter()
            .find_map(|joint| {
                let at = text[start..].find(joint)? + joint.len();
                is_ours(language, place, &text[start + at..]).then_some(at)
            })
            .unwrap_or(0);
    }
    let subject = match subject(language, place, &text[start..]) {
        // "If it was a mistake, write to us within 14 days" asks the reader.
        Subject::Label if has_condition => Subject::Other,
        subject => subject,
    };
    Clause { range: start..text.len(), subject, has_condition }
}

/// Returns true if a label is about other parties. "Notification to customers" is not: it is about an action of the
/// vendor.
fn is_of_others(language: &Language, label: &str) -> bool {
    const TO: [&str; 9] = ["to", "to our", "an", "aux", "a", "a los", "for", "to affected", "an betroffene"];
    // "Customer data" and "customer notification" are the vendor's matters.
    const OF: [&str; 3] = [" data", " content", " noti"];
    language.others.find_iter(label).any(|found| {
        let before = label[..found.start()].trim_end().to_lowercase();
        let behind = label[found.end()..].to_lowercase();
        !TO.iter().any(|to| before.ends_with(&format!(" {to}"))) && !OF.iter().any(|of| behind.starts_with(of))
    })
}

/// The joints between two clauses.
const JOINED: [&str; 8] = [", and ", ", so ", ", but ", ", therefore ", ", und ", ", et ", ", y ", ", "];

fn is_ours(language: &Language, place: &ClauseContext<'_>, clause: &str) -> bool {
    language.us.is_match(clause) || is_named(clause, place.us)
}

/// Returns the start of the vendor's clause behind some words, after a condition or lead without a comma: "In case of a
/// breach we notify you".
fn own_clause(language: &Language, place: &ClauseContext<'_>, text: &str, after: usize) -> Option<usize> {
    text.match_indices(' ').map(|(at, _)| at + 1).skip(after).find(|at| is_ours(language, place, &text[*at..]))
}

fn begins(regex: &regex::Regex, text: &str) -> bool {
    regex.find(text).is_some_and(|found| found.start() == 0)
}

fn subject(language: &Language, place: &ClauseContext<'_>, clause: &str) -> Subject {
    if language.us.is_match(clause) || is_named(clause, place.us) || language.passive.is_match(clause) {
        return Subject::Us;
    }
    // In `Triage: two weeks`, the match is a noun.
    let is_label = |end: usize| clause[end..].trim_start().starts_with(':');
    // "Deleted after they are closed" has a verb in its condition only.
    let is_in_condition = |at: usize| {
        let before = clause[..at].trim_end();
        before
            .rsplit_once(' ')
            .is_some_and(|(before, _)| language.condition.find_iter(before).any(|found| found.end() == before.len()))
    };
    let mut verbs = language.verb.find_iter(clause).filter(|verb| !is_in_condition(verb.start()));
    let verb = verbs.next().filter(|verb| !is_label(verb.end())).map(|verb| verb.start());
    let words = clause.match_indices(' ').nth(7).map_or(clause.len(), |(at, _)| at);
    let condition = language.condition.find(clause).map_or(clause.len(), |found| found.start());
    let end = verb.unwrap_or(if condition == 0 { clause.len() } else { condition });
    let zone = &clause[..end.min(words)];
    // "Notification to customers: 48 hours" is about an action of the vendor.
    let is_other = if verb.is_none() { is_of_others(language, zone) } else { language.others.is_match(zone) };
    if is_other || begins(&language.condition, clause) {
        return Subject::Other;
    }
    match verb {
        Some(verb) => Subject::Matter(verb.min(words)),
        None if asks_others(language, place.heading) => Subject::Other,
        None => Subject::Label,
    }
}

/// Returns true if a heading is about other parties. In a question, "you" is the vendor.
fn asks_others(language: &Language, heading: &str) -> bool {
    const YOU: [&str; 5] = ["you", "sie", "vous", "usted", "ustedes"];
    let is_question = heading.trim_end().ends_with('?');
    let mut others = language.others.find_iter(heading).map(|found| found.as_str().to_lowercase());
    others.any(|other| !is_question || !YOU.contains(&other.as_str()))
}

/// Returns true if a clause begins with a name of the vendor.
fn is_named(clause: &str, us: &[String]) -> bool {
    let lower = clause.to_lowercase();
    let lower = lower.strip_prefix("the ").unwrap_or(&lower);
    us.iter()
        .any(|name| lower.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with([' ', '\u{1a}', '\'', '’'])))
}

/// Returns true if every condition of a sentence belongs to the matter of the frame.
pub(super) fn conditions_fit(language: &Language, frame: &Frame, text: &str) -> bool {
    language.condition.find_iter(text).all(|found| {
        let rest = &text[found.start()..];
        let end = rest.find([',', ';']).unwrap_or(rest.len());
        let condition = &rest[..end];
        // "Deleted after 14 days" contains a time, not a condition.
        let is_time = language.length.find(condition).is_some_and(|time| time.start() <= found.len() + 1);
        let is_own = |regex: &regex::Regex| regex.is_match(condition);
        is_time || is_own(&language.aware) || frame.when.as_ref().is_some_and(is_own)
    })
}
