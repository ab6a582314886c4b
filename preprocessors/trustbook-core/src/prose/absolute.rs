//! Unlimited promises: things that the vendor, its product or its people always or never do with data or a service.

use super::Sentence;
use super::names::RegisterNames;
use super::subject;
use crate::pattern::Pattern;
use regex::Regex;
use std::ops::Range;

/// Matches the beginning of a predicate. Up to two words such as "do" or "will" may precede the absolute word.
static ABSOLUTE: Pattern = Pattern::new(
    r"^(?:(?:are|can|could|do|does|have|has|is|ll|may|re|shall|ve|will|would)\s+)?(?:(?:also|be)\s+)?(never|always|absolutely|completely|fully guarantees?|guarantees?|under no circumstances?|at all times|100\s?%\s+(?:secure|safe|private|compliant|confidential))\b",
);

/// A fast filter: most sentences contain none of these words.
static ANY: Pattern =
    Pattern::new(r"(?i)never|always|absolutely|completely|guarantee|circumstance|at all times|100\s?%");

/// Matches words about data or a service: "we will never know about a deletion" promises nothing about either.
static MATTER: Pattern = Pattern::new(concat!(
    r"(?i)\b(?:accounts?|availab\w+|backups?|breach\w*|confidential\w*|content|cookies?|credentials|customers?|data|delivery|downtime|e-?mails?",
    r"|files?|identit\w+|information|keys?|logs?|messages?|metadata|online|passwords?|personal|platform|privacy|private|product|prompts?|protect\w*|safe\w*|secure\w*|security|service|servers?|software|system|website",
    r"|third part\w+|up|uptime|users?|your|",
    r"access\w*|anonymi[sz]e\w*|collect\w*|delet\w*|disclos\w*|encrypt\w*|eras\w*|fails?|inspect\w*|keep\w*|lose|loses|monitor\w*|patch\w*|rent|retain\w*|sell\w*|send\w*|share\w*|stops?|store\w*|track\w*|train\w*|transfer\w*|compliant|compliance|guarantee\w*)\b",
));

/// Words that turn "always" and "never" into something other than a promise.
const HEDGES: &[&str] = &[
    "aim",
    "aiming",
    "appreciate",
    "attempt",
    "been",
    "endeavor",
    "endeavour",
    "glad",
    "happy",
    "intend",
    "know",
    "learn",
    "looking",
    "made",
    "mind",
    "open",
    "recommend",
    "seek",
    "strive",
    "striving",
    "try",
    "trying",
    "want",
    "welcome",
];

/// Returns true if a text contains a word of unlimited promises.
pub fn may_promise(text: &str) -> bool {
    ANY.is_match(text)
}

/// Returns the range of the word that makes an unlimited promise.
pub fn find(sentence: &Sentence<'_>, names: &RegisterNames<'_>) -> Option<Range<usize>> {
    let text = sentence.text();
    if !sentence.can_be_read() || !may_promise(text) {
        return None;
    }
    let predicate = subject::predicate_of(sentence, &names.us)?;
    let found = ABSOLUTE.captures(&predicate)?.get(1)?;
    let word = found.as_str();
    let rest = &predicate[found.end()..];
    let next = rest.split_whitespace().next().unwrap_or_default();
    // An intention, or a promise with a number, is not unlimited.
    if HEDGES.contains(&next) || word.contains("guarantee") && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_limit = word.contains("guarantee") || word.contains('%');
    if !is_limit && !MATTER.is_match(text) {
        return None;
    }
    Some(Regex::new(&format!("(?i){}", regex::escape(word))).ok()?.find(text)?.range())
}
