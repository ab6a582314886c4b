//! Addresses and numbers that reach or identify the vendor, typed in prose.

use super::token::{self, TokenKind};
use super::typed::{Agrees, Typed};
use crate::book::Book;
use crate::register::Fact;
use crate::register::common::Visibility;
use crate::register::value::Value;
use std::cell::LazyCell;
use std::ops::Range;

/// The smallest number of digits of a telephone number.
const FEWEST_DIGITS: usize = 7;
/// Mailboxes of examples and of automatic mail.
const EXAMPLES: &[&str] = &[
    "example",
    "john.doe",
    "jane.doe",
    "me",
    "name",
    "no-reply",
    "noreply",
    "someone",
    "user",
    "username",
    "you",
    "your-name",
];
/// Mailboxes that belong to an office of the vendor.
const OFFICES: &[&str] = &["abuse", "compliance", "dpo", "gdpr", "legal", "privacy", "psirt", "security", "support"];

/// Returns the e-mail addresses, telephone numbers and certificate numbers of a text that the register has. Also
/// returns the vendor's own e-mail addresses that it lacks.
pub fn find<'t>(known: &Contacts<'t>, text: &str) -> Vec<Typed<'t>> {
    let mut found: Vec<Typed<'t>> = Vec::new();
    let tokens = if text.contains(['@', '+']) { token::find(text) } else { Vec::new() };
    let says_our = LazyCell::new(|| says_our(text));
    for token in tokens {
        let typed = &text[token.range.clone()];
        let fact =
            known.facts.iter().find(|fact| fact.value.as_ref().is_some_and(|value| is_value(value, typed))).copied();
        match (token.kind, fact) {
            (TokenKind::Email, fact) if fact.is_some() || known.is_ours(typed, || *says_our) => {
                let agrees = if fact.is_some() { Agrees::Same } else { Agrees::No };
                found.push(Typed { range: token.range, fact, agrees });
            }
            _ => {}
        }
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    for fact in known.facts.iter().filter(|_| digits > 0) {
        let ranges = match &fact.value {
            Some(Value::Phone(number)) if digits >= FEWEST_DIGITS => token::phones_like(text, number),
            // Digits alone may be a year or a count.
            Some(Value::Text(number)) if !is_digits(number) || text.to_lowercase().contains("certif") => {
                whole(text, number)
            }
            _ => Vec::new(),
        };
        let ranges = ranges.into_iter().filter(|range| !is_digits(&text[range.clone()]) || says_number(text));
        for range in ranges {
            let same = fact.value.as_ref().is_some_and(|value| value.text() == text[range.clone()]);
            found.retain(|known| gap_free(&known.range, &range));
            found.push(Typed {
                range,
                fact: Some(fact),
                agrees: if same { Agrees::Same } else { Agrees::InOtherWords },
            });
        }
    }
    found
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true if a text introduces digits as a telephone number, or as the number of a certificate.
fn says_number(text: &str) -> bool {
    const WORDS: &[&str] = &["call", "certif", "dial", "fax", "hotline", "phone", "ring", "tel"];
    let lower = text.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

fn gap_free(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.end <= b.start || b.end <= a.start
}

fn is_value(value: &Value, typed: &str) -> bool {
    match value {
        Value::Email(address) => address.eq_ignore_ascii_case(typed),
        _ => false,
    }
}

/// Returns true if a text speaks of the vendor as "we".
fn says_our(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ["our", "us", "we"].iter().any(|our| word.eq_ignore_ascii_case(our)))
}

/// Returns the places where a text occurs as a whole word.
fn whole(text: &str, wanted: &str) -> Vec<Range<usize>> {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '/');
    text.match_indices(wanted)
        .map(|(at, _)| at..at + wanted.len())
        .filter(|range| !joins(text[..range.start].chars().next_back()) && !joins(text[range.end..].chars().next()))
        .collect()
}

/// The facts that reach or identify the vendor.
#[derive(Debug)]
pub struct Contacts<'t> {
    facts: Vec<&'t Fact>,
    domains: Vec<String>,
}

impl<'t> Contacts<'t> {
    /// Collects addresses, telephone numbers and certificate numbers, and the vendor's domains.
    pub fn of(book: &'t Book) -> Self {
        let register = &book.facts.register;
        let fields = register.records.iter().flat_map(|record| &record.fields);
        let all = register.facts.iter().chain(fields).filter(|fact| fact.common.visibility != Visibility::Internal);
        let facts: Vec<&Fact> = all.filter(|fact| is_contact(fact)).collect();
        let mut domains: Vec<String> = facts
            .iter()
            .filter_map(|fact| match &fact.value {
                Some(Value::Email(address)) => address.rsplit('@').next().map(str::to_lowercase),
                _ => None,
            })
            .collect();
        domains.extend(book.facts.public_text("vendor.website").and_then(|url| {
            let url = url::Url::parse(&url).ok()?;
            url.host_str().map(|host| host.trim_start_matches("www.").to_lowercase())
        }));
        // The domain of a public mail service does not identify the vendor.
        domains.retain(|domain| {
            !matches!(
                domain.as_str(),
                "gmail.com" | "googlemail.com" | "outlook.com" | "hotmail.com" | "proton.me" | "protonmail.com"
            )
        });
        Contacts { facts, domains }
    }

    /// Returns true if a text may contain an address or a number of the register.
    pub fn may_find(&self, text: &str) -> bool {
        let has_number = |fact: &&'t Fact| !matches!(fact.value, Some(Value::Email(_)));
        text.contains(['@', '+']) || text.bytes().any(|byte| byte.is_ascii_digit()) && self.facts.iter().any(has_number)
    }

    /// Returns true if an address is the vendor's: at its domain, or an office mailbox that the text calls ours.
    fn is_ours(&self, address: &str, says_our: impl Fn() -> bool) -> bool {
        let Some((mailbox, domain)) = address.rsplit_once('@') else { return false };
        let (mailbox, domain) = (mailbox.to_lowercase(), domain.to_lowercase());
        if EXAMPLES.contains(&mailbox.as_str()) {
            return false;
        }
        if self.domains.is_empty() {
            let is_example = domain.split('.').any(|part| part == "example");
            return OFFICES.contains(&mailbox.as_str()) && !is_example && says_our();
        }
        self.domains.contains(&domain)
    }
}

fn is_contact(fact: &Fact) -> bool {
    match &fact.value {
        Some(Value::Email(_) | Value::Phone(_)) => true,
        Some(Value::Text(number)) => {
            fact.id.ends_with(".certificate_no")
                && number.len() >= 4
                && number.bytes().any(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}
