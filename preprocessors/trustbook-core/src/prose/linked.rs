//! A test that the words between a name and a value link the two.

use super::subject;
use crate::pattern::Pattern;
use std::ops::Range;

/// Words that may separate a name from its value without changing the link.
const PLAIN: &[&str] = &[
    "a",
    "about",
    "after",
    "all",
    "also",
    "any",
    "are",
    "as",
    "at",
    "automatically",
    "be",
    "been",
    "by",
    "completely",
    "currently",
    "data",
    "days",
    "entries",
    "exactly",
    "fixed",
    "for",
    "from",
    "get",
    "good",
    "has",
    "have",
    "in",
    "is",
    "it",
    "last",
    "latest",
    "least",
    "longer",
    "longest",
    "maximum",
    "minimum",
    "more",
    "most",
    "no",
    "now",
    "of",
    "on",
    "only",
    "or",
    "our",
    "out",
    "over",
    "period",
    "permanently",
    "planned",
    "recent",
    "records",
    "scheduled",
    "securely",
    "set",
    "systems",
    "takes",
    "than",
    "that",
    "the",
    "them",
    "then",
    "these",
    "they",
    "this",
    "those",
    "time",
    "to",
    "total",
    "up",
    "us",
    "we",
    "which",
    "will",
    "with",
    "within",
    "you",
    "your",
];
/// Verbs about keeping and deleting data.
const KEEPING: &[&str] = &[
    "anonymised",
    "anonymized",
    "archived",
    "available",
    "cleared",
    "collected",
    "delete",
    "deleted",
    "destroyed",
    "dropped",
    "erase",
    "erased",
    "expire",
    "expires",
    "held",
    "hold",
    "keep",
    "kept",
    "live",
    "overwritten",
    "preserved",
    "purge",
    "purged",
    "removed",
    "retain",
    "retained",
    "retention",
    "rotated",
    "store",
    "stored",
    "wiped",
];
/// The largest number of words between a name and its value.
const MOST: usize = 12;

/// Matches words that relate a value to another time or to another party.
static ELSEWHERE: Pattern = Pattern::new(
    r"(?i)\b(?:before|previously|formerly|used to|until|trial|per|each|every|laws?|plans?|tiers?|can (?:also )?(?:adjust|change|choose|configure|extend|limit|set|shorten))\b",
);

/// Returns true if a sentence links the value at `value` to the name at `name`.
pub(super) fn is_linked(text: &str, name: &Range<usize>, value: &Range<usize>) -> bool {
    if says_otherwise(text) || is_of_a_place(text, name) || !stands_free(text, name) {
        return false;
    }
    if name.end <= value.start {
        return is_plain(&text[name.end..value.start])
            && (is_money(&text[value.clone()]) || is_closed(&text[value.end..]));
    }
    // `90 days of audit logs`
    value.end <= name.start
        && words(&text[value.end..name.start]).all(|word| matches!(word.as_str(), "of" | "for" | "our" | "all" | "the"))
}

/// Returns true if a text is about keeping or deleting, or is a label with a value: "the export of audit logs takes 2
/// hours" is neither.
pub(super) fn is_kept(text: &str) -> bool {
    text.contains([':', '|', '(', '=', '–']) || words(text).any(|word| KEEPING.contains(&word.as_str()))
}

/// Returns true if a sentence has a condition, a question, a negation, another time or another party.
pub(super) fn says_otherwise(text: &str) -> bool {
    let limit = text.to_lowercase().replace("no longer than", "").replace("no more than", "");
    // An answer such as "No:" does not negate the rest.
    let limit = ["no:", "no,", "no."].iter().find_map(|no| limit.trim_start().strip_prefix(no)).unwrap_or(&limit);
    subject::is_of_others(limit) || ELSEWHERE.is_match(text)
}

/// Returns true if no word after the value links it to something else, as in "5 minutes in the queue".
fn is_closed(rest: &str) -> bool {
    const AFTER: &[&str] =
        &["after", "and", "at", "by", "following", "from", "on", "once", "since", "starting", "then", "when"];
    let next = rest.trim_start_matches([' ', '\u{a0}']);
    let word: String = next.chars().take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    word.is_empty() || AFTER.contains(&word.as_str())
}

/// Returns true for an amount of money, which stays the same whatever it pays for.
fn is_money(value: &str) -> bool {
    value.contains(['$', '€', '£'])
}

/// Returns true if a place limits the sentence: `In the UK, invoices are kept for 6 years.`
fn is_of_a_place(text: &str, name: &Range<usize>) -> bool {
    let before = text[..name.start].trim_start();
    (before.starts_with("In ") || before.starts_with("On ") || before.starts_with("For ")) && before.contains(',')
}

fn is_plain(between: &str) -> bool {
    // "Kept within five minutes" gives a delay, and "deleted within five minutes" a period.
    let lower = between.to_lowercase();
    if lower.contains("within")
        && ["kept", "stored", "held", "retained", "collected"].iter().any(|verb| lower.contains(verb))
    {
        return false;
    }
    let mut count = 0;
    let plain = words(between).all(|word| {
        count += 1;
        PLAIN.contains(&word.as_str()) || KEEPING.contains(&word.as_str())
    });
    plain && count <= MOST
}

/// Returns true if no word before a name makes it part of another name, as in "trial accounts".
fn stands_free(text: &str, name: &Range<usize>) -> bool {
    let before = text[..name.start].trim_end();
    let word = words(before).last();
    let touches = before.ends_with(|c: char| c.is_alphanumeric());
    let free = |word: &str| {
        PLAIN.contains(&word)
            || KEEPING.contains(&word)
            || word.bytes().all(|byte| byte.is_ascii_digit())
            || matches!(word, "and" | "restore" | "usually" | "normally")
    };
    !touches || word.is_none_or(|word| free(&word))
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::is_linked;

    fn linked(text: &str, name: &str, value: &str) -> bool {
        let at = |part: &str| text.find(part).map(|at| at..at + part.len()).unwrap();
        is_linked(text, &at(name), &at(value))
    }

    #[test]
    fn a_value_is_of_what_is_named_or_of_something_else() {
        for (text, value) in [
            ("Access logs are kept for 60 days.", "60 days"),
            ("Access logs: 60 days", "60 days"),
            ("Access logs (60 days)", "60 days"),
            ("Access logs are permanently deleted after 60 days.", "60 days"),
            ("Access logs are retained for a period of no longer than 60 days.", "60 days"),
            ("We keep 60 days of access logs.", "60 days"),
            ("You can restore access logs, which we keep for 60 days at most.", "60 days"),
        ] {
            let name = if text.contains("Access") { "Access logs" } else { "access logs" };
            assert!(linked(text, name, value), "{text}");
        }
        for (text, name, value) in [
            ("Access logs are copied to cold storage every 24 hours.", "Access logs", "24 hours"),
            ("Customers can shorten how long access logs are kept to 30 days.", "access logs", "30 days"),
            ("Before May we kept access logs for 180 days.", "access logs", "180 days"),
            ("Trial accounts expire after 14 days.", "accounts", "14 days"),
            ("The law requires that invoices are kept for 6 years.", "invoices", "6 years"),
        ] {
            assert!(!linked(text, name, value), "{text}");
        }
    }
}
