//! The subject of a sentence: the vendor, or another party.

use super::Sentence;
use super::names::US;
use crate::page::prose::MASK;
use crate::pattern::Pattern;

/// Nouns for the vendor's people and things: "our service never".
const OURS: &[&str] = &[
    "app",
    "application",
    "company",
    "employees",
    "infrastructure",
    "people",
    "platform",
    "product",
    "products",
    "service",
    "services",
    "software",
    "staff",
    "team",
    "website",
];

/// Returns the text after the subject in lower case, if the subject is the vendor or its product. The subject may be
/// words or an expression.
pub fn predicate_of(sentence: &Sentence<'_>, us: &[String]) -> Option<String> {
    let text = sentence.text();
    let by_expression = || {
        let start = text.find(|c: char| !c.is_whitespace())?;
        let (_, id) = sentence.expressions().find(|(at, _)| *at == start)?;
        let rest = text[start..].trim_start_matches(MASK);
        let is_us = US.contains(&id) || id.starts_with("deployment.");
        (is_us && rest.starts_with(' ')).then(|| rest.trim_start().to_lowercase())
    };
    predicate(text, us).or_else(by_expression)
}

/// Returns the text after the subject in lower case, if the subject is "we", the vendor or its product.
fn predicate(text: &str, us: &[String]) -> Option<String> {
    let text = opening(text);
    clauses(&text).find_map(|clause| {
        let we = ["we ", "we'", "we’"].iter().find_map(|we| clause.strip_prefix(we));
        let ours = || clause.strip_prefix("our ").and_then(|rest| after_word(rest, OURS));
        we.or_else(ours).or_else(|| after_name(clause, us)).map(|rest| rest.trim_start().to_owned())
    })
}

fn after_word<'r>(rest: &'r str, words: &[&str]) -> Option<&'r str> {
    let (word, rest) = rest.split_once(' ')?;
    words.contains(&word).then_some(rest)
}

/// Returns true if a sentence is about others, asks, or sets a condition. Its words then do not describe the vendor.
pub fn is_of_others(text: &str) -> bool {
    static OTHERS: Pattern = Pattern::new(
        r"(?i)\b(?:if|whether|unless|when|where|should|must|may|might|require[sd]?|requirements?|customers?|clients?|partners?|providers?|suppliers?|vendors?|third[- ]part(?:y|ies)|sub-?processors?|data ?cent(?:er|re)s?|hosted|hosting|host|they|their|its|not|no|never|aligned?|based on|similar to|equivalent|aws|amazon|azure|microsoft|google|gcp|cloudflare|stripe|heroku|digitalocean|hetzner|vercel)\b|\?|n't",
    );
    OTHERS.is_match(text)
}

/// Returns the text in lower case, without anything before the first word.
fn opening(text: &str) -> String {
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Returns the possible main clauses: the whole text, and the text after a lead such as "at present,", a colon or a
/// dash. Quoted speech of others is left out.
fn clauses(text: &str) -> impl Iterator<Item = &str> {
    const LEADS: &[&str] = &[
        "additionally",
        "at ",
        "by default",
        "currently",
        "furthermore",
        "hello",
        "in addition",
        "moreover",
        "today",
        "yes",
    ];
    const MARKS: [&str; 5] = [": ", "; ", " – ", " — ", " - "];
    const SPEECH: &[&str] = &["asks", "claim", "claims", "reads", "said", "say", "says", "state", "states", "writes"];
    let is_lead = |lead: &str| lead.split(' ').count() <= 4 && LEADS.iter().any(|word| lead.starts_with(word));
    let after_lead = text.split_once(", ").filter(|(lead, _)| is_lead(lead)).map(|(_, rest)| rest);
    let is_speech = |label: &str| label.split(|c: char| !c.is_alphanumeric()).any(|word| SPEECH.contains(&word));
    let after_marks = MARKS.iter().filter_map(move |mark| {
        let (label, rest) = text.split_once(mark)?;
        (!is_speech(label)).then(|| rest.trim_start_matches(|c: char| !c.is_alphanumeric()))
    });
    std::iter::once(text).chain(after_lead).chain(after_marks)
}

/// Returns the text after a name of the vendor at the beginning.
fn after_name<'c>(clause: &'c str, us: &[String]) -> Option<&'c str> {
    let clause = clause.strip_prefix("the ").unwrap_or(clause);
    us.iter().find_map(|name| clause.strip_prefix(name.as_str()).filter(|rest| rest.starts_with([' ', '\u{1a}'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_us(text: &str, us: &[String]) -> bool {
        predicate(text, us).is_some()
    }

    #[test]
    fn a_sentence_speaks_of_the_vendor_or_of_others() {
        let us = ["example cloud".to_owned()];
        assert!(is_us("We never sell data.", &us));
        assert!(is_us("At Example, we never sell data.", &us));
        assert!(is_us("Example Cloud always encrypts.", &us));
        assert!(is_us("Our service never stops.", &us));
        assert!(is_us("Note: we never sell data.", &us));
        assert!(is_us("Data is safe – we never sell it.", &us));
        assert!(!is_us("A competitor says: we never sell data.", &us));
        assert!(!is_us("You should always use a second factor.", &us));
        assert_eq!(predicate("We will never sell data.", &us).as_deref(), Some("will never sell data."));
        assert!(is_of_others("Our providers are SOC 2 certified."));
        assert!(!is_of_others("We are SOC 2 certified."));
    }
}
